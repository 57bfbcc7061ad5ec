/* See py_shape.h. */
#include "net/python/py_shape.h"

#include "base/translate.h"

#include <stdio.h>
#include <string.h>

#include "net/layers/kind_rows.h"
#include "net/layers/kinds.h"
#include "net/python/py_layer.h"

const emb__py_value *emb__py_given(const emb__py_row *arguments, const emb__py_map *keywords, int i,
                                   const char *name) {
    if (i >= 0 && i < arguments->count) return &arguments->items[i];
    return emb__py_find(keywords, name);
}

emb_status emb__py_need_tensor(emb__py *py, int line, const emb__py_value *value,
                               const char *function) {
    if (value && value->type == EMB__PY_TENSOR) return EMB_OK;
    if (!value) return emb__py_fail(py->source, line, "%s expects a tensor", function);
    char what[80];
    snprintf(what, sizeof what, _("a tensor for %.40s"), function);
    return emb__py_need(py, line, value, what);
}

/* ---- shapes ---------------------------------------------------------------------------------- */

emb_status emb__py_apply_plain(emb__py *py, int line, const char *call, const emb__py_value *in,
                               emb__py_value *out) {
    emb__layer_spec layer;
    const emb_status status = emb__py_plain(call, &layer);
    return status == EMB_OK ? emb__py_apply(py, line, &layer, NULL, in, 1, out) : status;
}

emb_status emb__py_reshape(emb__py *py, int line, const emb__py_value *tensor,
                           const emb__shape *shape, emb__py_value *out) {
    emb__py_value at = *tensor;
    const emb__shape in = *emb__py_shape(py, tensor);
    emb_status status = EMB_OK;
    *out = at;
    if (in.rank == shape->rank && memcmp(in.d, shape->d, sizeof in.d) == 0) return EMB_OK;
    if (in.rank > 1) status = emb__py_apply_plain(py, line, "Flatten()", &at, out);
    if (status != EMB_OK || shape->rank <= 1) return status;
    char call[128], sizes[EMB__MAX_DIMS * 16] = "";
    size_t length = 0;
    for (int i = 0; i < shape->rank; i++) {
        length += (size_t)snprintf(sizes + length, sizeof sizes - length, "%d, ", shape->d[i]);
    }
    snprintf(call, sizeof call, "Unflatten(1, (%s))", sizes);
    at = *out;
    return emb__py_apply_plain(py, line, call, &at, out);
}

bool emb__py_is_image(const emb__py *py, int step) {
    while (step > 0 && py->trace[step].layer.kind->alias) step = py->trace[step].inputs[0];
    return step == 0;
}

emb_status emb__py_overwrite(emb__py *py, int line, const emb__py_value *tensor,
                             const emb__py_value *by) {
    if (tensor->type != EMB__PY_TENSOR || by->type != EMB__PY_TENSOR) return EMB_OK;
    int step = emb__py_step_of(py, tensor);
    emb__py_value now = *by;
    emb_status status = EMB_OK;
    while (status == EMB_OK) {
        const int last = emb__py_step_of(py, &now);
        const bool view = step > 0 && py->trace[step].layer.kind->alias;
        const int base = view ? py->trace[step].inputs[0] : -1;
        if (last != step) py->trace[step].replaced = last;
        if (!view || py->trace[base].replaced) break;
        const emb__shape shape = py->trace[base].out;
        const emb__py_value made = now;
        status = emb__py_reshape(py, line, &made, &shape, &now);
        step = base;
    }
    return status;
}

static emb_status wrong_sizes(emb__py *py, int line, const emb__py_value *tensor,
                              const emb__py_row *sizes) {
    char had[EMB__SHAPE_TEXT];
    const emb__py_value all = emb__py_row_value((emb__py_row *)sizes);
    const char *wanted = emb__py_text_of(py, &all, false);
    return emb__py_fail(py->source, line,
                        "an image is %s here, %zu numbers, and does not become %s; expects the "
                        "batch first, as -1 or x.size(0), and then sizes with that product",
                        emb__shape_print(emb__py_shape(py, tensor), had),
                        emb__shape_count(emb__py_shape(py, tensor)), wanted ? wanted : _("that"));
}

/* x.view(x.size(0), -1), x.reshape(-1, 32, 4, 4): the first is the batch. */
emb_status emb__py_view(emb__py *py, int line, const emb__py_value *tensor,
                        const emb__py_row *sizes, emb__py_value *out) {
    if (sizes->count == 1 && sizes->items[0].type == EMB__PY_ROW) sizes = sizes->items[0].u.row;
    const size_t count = emb__shape_count(emb__py_shape(py, tensor));
    emb__shape shape = {0};
    size_t product = 1;
    int open = -1;
    for (int i = 0; i < sizes->count; i++) {
        const emb__py_value *size = &sizes->items[i];
        const bool batch = size->type == EMB__PY_BATCH ||
                           (size->type == EMB__PY_INT &&
                            (size->u.whole == -1 || (size->u.whole == 1 && !py->tracing)));
        if (size->type == EMB__PY_UNKNOWN) return emb__py_need(py, line, size, "a size");
        if (i == 0 && batch) continue;
        if (i == 0 || size->type != EMB__PY_INT || shape.rank == EMB__MAX_DIMS) {
            return wrong_sizes(py, line, tensor, sizes);
        }
        if (size->u.whole == -1 && open < 0 &&
            (sizes->items[0].type == EMB__PY_BATCH || !py->tracing)) {
            open = shape.rank;
            shape.d[shape.rank++] = 1;
            continue;
        }
        if (size->u.whole < 1 || size->u.whole > EMB__MAX_ELEMENTS) {
            return wrong_sizes(py, line, tensor, sizes);
        }
        shape.d[shape.rank++] = (int)size->u.whole;
        product *= (size_t)size->u.whole;
        if (product > count) return wrong_sizes(py, line, tensor, sizes);
    }
    if (open >= 0 && count % product == 0) {
        shape.d[open] = (int)(count / product);
        product = count;
    }
    if (shape.rank == 0 || product != count) return wrong_sizes(py, line, tensor, sizes);
    return emb__py_reshape(py, line, tensor, &shape, out);
}

/* A dimension of the tensor as it is counted in PyTorch, 0 being the batch, as one of an image. */
bool emb__py_image_dim(const emb__shape *shape, int64_t dim, bool behind, int *out) {
    const int64_t most = shape->rank + (behind ? 1 : 0);
    if (dim < 0) dim += most + 1;
    *out = (int)dim - 1;
    return dim >= 1 && dim <= most;
}

emb_status emb__py_squeeze(emb__py *py, int line, const emb__py_value *tensor,
                           const emb__py_value *dim, bool add, emb__py_value *out) {
    emb__shape shape = *emb__py_shape(py, tensor), made = {0};
    int at = -1;
    if (add && shape.rank == EMB__MAX_DIMS) dim = NULL;
    if ((add && !dim) ||
        (dim && (dim->type != EMB__PY_INT || !emb__py_image_dim(&shape, dim->u.whole, add, &at)))) {
        return emb__py_fail(py->source, line,
                            "expects one dimension of an image: the first is the batch");
    }
    for (int i = 0; i < shape.rank; i++) {
        if (add && i == at) made.d[made.rank++] = 1;
        if (!add && shape.d[i] == 1 && (!dim || i == at)) continue;
        made.d[made.rank++] = shape.d[i];
    }
    if (add && at == shape.rank) made.d[made.rank++] = 1;
    if (made.rank == 0) made = (emb__shape){1, {1}};
    return emb__py_reshape(py, line, tensor, &made, out);
}

/* x.size(), x.shape: the batch and an image's sizes. */
emb_status emb__py_sizes(emb__py *py, const emb__py_value *tensor, emb__py_value *out) {
    emb__py_row *row = emb__py_row_new(py, true);
    const emb__py_value batch = {.type = EMB__PY_BATCH};
    emb_status status = row ? emb__py_row_add(py, row, &batch) : emb__last_status();
    const emb__shape shape = *emb__py_shape(py, tensor);
    for (int i = 0; i < shape.rank && status == EMB_OK; i++) {
        const emb__py_value size = emb__py_int(shape.d[i]);
        status = emb__py_row_add(py, row, &size);
    }
    if (status == EMB_OK) *out = emb__py_row_value(row);
    return status;
}

/* ---- joining --------------------------------------------------------------------------------- */

emb_status emb__py_join(emb__py *py, int line, bool sum, const emb__py_value *tensors, int count,
                        emb__py_value *out) {
    const emb__layer_spec layer = {.kind = sum ? &emb__residual : &emb__parallel};
    if (count == 1) {
        *out = tensors[0];
        return EMB_OK;
    }
    if (count > EMB__MAX_INPUTS) {
        return emb__py_fail(py->source, line, "expects at most %d tensors side by side, gets %d",
                            EMB__MAX_INPUTS, count);
    }
    const emb__shape a = *emb__py_shape(py, &tensors[0]), b = *emb__py_shape(py, &tensors[1]);
    if (sum && (a.rank != b.rank || memcmp(a.d, b.d, sizeof a.d) != 0)) {
        char first[EMB__SHAPE_TEXT], second[EMB__SHAPE_TEXT];
        return emb__py_fail(py->source, line, "adds images of %s and %s; expects two of one shape",
                            emb__shape_print(&a, first), emb__shape_print(&b, second));
    }
    return emb__py_apply(py, line, &layer, NULL, tensors, count, out);
}

emb_status emb__py_cat(emb__py *py, int line, const emb__py_row *arguments,
                       const emb__py_map *keywords, emb__py_value *out) {
    const emb__py_value *all = emb__py_given(arguments, keywords, 0, "tensors");
    const emb__py_value *dim = emb__py_given(arguments, keywords, 1, "dim");
    if (!dim) dim = emb__py_find(keywords, "axis");
    if (!all || all->type != EMB__PY_ROW || all->u.row->count == 0) {
        return emb__py_fail(py->source, line, "torch.cat expects a list of tensors");
    }
    const emb__py_row *row = all->u.row;
    emb_status status = EMB_OK;
    for (int i = 0; i < row->count && status == EMB_OK; i++) {
        status = emb__py_need_tensor(py, line, &row->items[i], "torch.cat");
    }
    if (status != EMB_OK) return status;
    int at = -1;
    const bool first =
        dim && dim->type == EMB__PY_INT &&
        emb__py_image_dim(emb__py_shape(py, &row->items[0]), dim->u.whole, false, &at) && at == 0;
    if (!first) {
        return emb__py_fail(py->source, line,
                            "torch.cat lays tensors side by side in dim=1 (channels or features) "
                            "alone");
    }
    return emb__py_join(py, line, false, row->items, row->count, out);
}

/* ---- sums ------------------------------------------------------------------------------------ */

/* The mean over rows and columns is an adaptive pool. */
emb_status emb__py_mean(emb__py *py, int line, const emb__py_row *arguments,
                        const emb__py_map *keywords, emb__py_value *out) {
    const emb__py_value *in = &arguments->items[0],
                        *dim = emb__py_given(arguments, keywords, 1, "dim");
    const emb__shape shape = *emb__py_shape(py, in);
    int rows = 0, columns = 0;
    const bool both = dim && dim->type == EMB__PY_ROW && dim->u.row->count == 2 &&
                      shape.rank == 3 && dim->u.row->items[0].type == EMB__PY_INT &&
                      dim->u.row->items[1].type == EMB__PY_INT &&
                      emb__py_image_dim(&shape, dim->u.row->items[0].u.whole, false, &rows) &&
                      emb__py_image_dim(&shape, dim->u.row->items[1].u.whole, false, &columns) &&
                      rows + columns == 3 && rows >= 1 && columns >= 1;
    if (!both) {
        return emb__py_unknown(
            py, line, out,
            "mean() is followed over the two dimensions of an image alone, as in "
            "x.mean((2, 3))");
    }
    emb_status status = emb__py_apply_plain(py, line, "AdaptiveAvgPool2d(1)", in, out);
    const emb__py_value *keeps = emb__py_given(arguments, keywords, 2, "keepdim");
    if (status != EMB_OK || (keeps && keeps->type == EMB__PY_BOOL && keeps->u.whole)) return status;
    const emb__py_value made = *out;
    return emb__py_apply_plain(py, line, "Flatten()", &made, out);
}

/* ---- edges ----------------------------------------------------------------------------------- */

/* F.pad(x, (1, 1, 1, 1), mode='reflect') */
emb_status emb__py_pad(emb__py *py, int line, const emb__py_row *arguments,
                       const emb__py_map *keywords, emb__py_value *out) {
    static const char *const kinds[][2] = {{"constant", "ZeroPad2d"},
                                           {"reflect", "ReflectionPad2d"},
                                           {"replicate", "ReplicationPad2d"}};
    const emb__py_value *in = emb__py_given(arguments, keywords, 0, "input");
    const emb__py_value *by = emb__py_given(arguments, keywords, 1, "pad");
    const emb__py_value *mode = emb__py_given(arguments, keywords, 2, "mode");
    const emb__py_value *value = emb__py_given(arguments, keywords, 3, "value");
    const char *kind = mode ? NULL : kinds[0][1];
    for (size_t i = 0; mode && i < sizeof kinds / sizeof *kinds; i++) {
        if (emb__py_is(mode, kinds[i][0])) kind = kinds[i][1];
    }
    double number = 0;
    if (value && value->type != EMB__PY_NONE) (void)emb__py_number(value, &number);
    emb_status status = emb__py_need_tensor(py, line, in, "pad");
    if (status == EMB_OK && (!kind || !by || number != 0)) {
        status = emb__py_fail(py->source, line,
                              "pad expects (left, right, top, bottom) and a mode of 'constant' "
                              "with zeros, 'reflect' or 'replicate'");
    }
    emb__py_row row = {.fixed = true, .count = 1, .items = (emb__py_value *)by};
    const emb__py_map none = {0};
    emb__layer_spec layer;
    if (status == EMB_OK && kind) {
        status = emb__py_layer_read(py, line, emb__layer_kind_find(kind, strlen(kind)), &row, &none,
                                    &layer);
    }
    return status == EMB_OK ? emb__py_apply(py, line, &layer, NULL, in, 1, out) : status;
}
