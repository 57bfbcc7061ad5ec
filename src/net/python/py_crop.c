/* See py_crop.h. */
#include "net/python/py_crop.h"

#include <stdio.h>
#include <string.h>

#include "net/python/py_layer.h"

/* ---- cutting --------------------------------------------------------------------------------- */

/* How much a slice of a size leaves out at both ends; false if it is no such slice. */
static bool cut(const emb__py_value *index, int size, int out[2]) {
    if (index->type != EMB__PY_RANGE) return false;
    const emb__py_value *ends = index->u.row->items;
    int64_t from = 0, to = size;
    const bool plain =
        (ends[0].type == EMB__PY_NONE || ends[0].type == EMB__PY_INT) &&
        (ends[1].type == EMB__PY_NONE || ends[1].type == EMB__PY_INT) &&
        (ends[2].type == EMB__PY_NONE || (ends[2].type == EMB__PY_INT && ends[2].u.whole == 1));
    if (!plain) return false;
    if (ends[0].type == EMB__PY_INT) from = ends[0].u.whole;
    if (ends[1].type == EMB__PY_INT) to = ends[1].u.whole;
    if (from < 0) from = from + size > 0 ? from + size : 0;
    if (to < 0) to += size;
    if (to > size) to = size;
    out[0] = (int)(from < size ? from : size);
    out[1] = (int)(size - to);
    return from < to;
}

emb_status emb__py_tensor_item(emb__py *py, int line, const emb__py_value *tensor,
                               const emb__py_value *index, emb__py_value *out) {
    const emb__shape shape = *emb__py_shape(py, tensor);
    const bool several = index->type == EMB__PY_ROW;
    const int count = several ? index->u.row->count : 1;
    int cuts[EMB__MAX_DIMS + 1][2] = {{0}};
    bool good = count <= shape.rank + 1 && shape.rank == 3;
    int dim = 0;
    for (int i = 0; good && i < count; i++) {
        const emb__py_value *part = several ? &index->u.row->items[i] : index;
        if (emb__py_is(part, "Ellipsis")) {
            dim += shape.rank + 2 - count;
            continue;
        }
        good = dim <= shape.rank &&
               cut(part, dim == 0 ? EMB__MAX_ELEMENTS : shape.d[dim - 1], cuts[dim]);
        dim++;
    }
    if (!good || cuts[0][0] || cuts[0][1] || cuts[1][0] || cuts[1][1]) {
        return emb__py_unknown(py, line, out,
                               "an item of a tensor; rows and columns may be cut off, as in "
                               "x[:, :, :28, :28]");
    }
    char call[96];
    emb__layer_spec layer;
    snprintf(call, sizeof call, "ZeroPad2d((%d, %d, %d, %d))", -cuts[3][0], -cuts[3][1],
             -cuts[2][0], -cuts[2][1]);
    const emb_status status = emb__py_plain(call, &layer);
    return status == EMB_OK ? emb__py_apply(py, line, &layer, NULL, tensor, 1, out) : status;
}

/* ---- learning a size ------------------------------------------------------------------------- */

bool emb__py_trial(emb__py *py, const char *path, const emb__py_row *arguments, emb__py_value *out,
                   emb_status *status) {
    static const char *const makers[] = {"torch.zeros", "torch.ones", "torch.rand", "torch.randn",
                                         "torch.empty"};
    bool is_one = false;
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++) {
        is_one = is_one || strcmp(makers[i], path) == 0;
    }
    const emb__py_row *sizes = arguments;
    if (sizes->count == 1 && sizes->items[0].type == EMB__PY_ROW) sizes = sizes->items[0].u.row;
    emb__shape shape = {.rank = sizes->count - 1};
    is_one = is_one && !py->loose && !py->tracing && shape.rank >= 1 && shape.rank <= EMB__MAX_DIMS;
    int64_t numbers = 1;
    for (int i = 0; is_one && i < sizes->count; i++) {
        const emb__py_value *size = &sizes->items[i];
        is_one = size->type == EMB__PY_INT && size->u.whole >= 1 && size->u.whole <= EMB__MAX_SIZE;
        if (!is_one || i == 0) continue;
        shape.d[i - 1] = (int)size->u.whole;
        numbers *= size->u.whole;
        is_one = numbers <= EMB__MAX_ELEMENTS;
    }
    if (!is_one) return false;
    *status = emb__py_apply(py, 0, NULL, NULL, NULL, 0, out);
    if (*status == EMB_OK) py->trace[py->trace_count - 1].out = shape;
    return true;
}
