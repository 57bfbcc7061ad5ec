/* See onnx_write_codebook.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include "model/onnx/onnx_write_codebook.h"

/* NAME.role */
static char *dotted(emb__onnx_builder *b, const char *name, const char *role) {
    char *stem = emb__onnx_build_join(b, name, ".");
    return stem ? emb__onnx_build_join(b, stem, role) : NULL;
}

/* What a place x is nearest to makes |e|^2 / 2 - x e least: -e as columns, and the halves of the
 * squares. */
static void add_constants(emb__onnx_builder *b, const float *entries, size_t count, size_t dim,
                          char *columns, char *squares) {
    float *turned = emb__onnx_build_take(b, count * dim * sizeof *turned);
    float *halves = emb__onnx_build_take(b, count * sizeof *halves);
    if (!turned || !halves || !columns || !squares) return;
    for (size_t k = 0; k < count; k++) {
        double sum = 0;
        for (size_t d = 0; d < dim; d++) {
            const float e = entries[k * dim + d];
            turned[d * count + k] = -e;
            sum += (double)e * (double)e;
        }
        halves[k] = (float)(sum / 2);
    }
    const int64_t dims[] = {(int64_t)dim, (int64_t)count};
    emb__onnx_build_constant(b, columns, EMB__ONNX_ELEMENT_FLOAT, 2, dims, turned,
                             count * dim * sizeof *turned);
    emb__onnx_build_constant(b, squares, EMB__ONNX_ELEMENT_FLOAT, 1, dims + 1, halves,
                             count * sizeof *halves);
}

static void add_transpose(emb__onnx_builder *b, char *name, bool back, char *output) {
    static const int last[] = {0, 2, 3, 1}, first[] = {0, 3, 1, 2};
    Emb__Onnx__Node *node = emb__onnx_build_node(b, "Transpose", name, 0, NULL, output);
    if (node) emb__onnx_build_list(b, node, "perm", back ? first : last, 4);
}

emb_status emb__onnx_write_codebook(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                    char *output) {
    const emb__param *param = &layer->params[0];
    const float *entries = b->net->params + param->at;
    const int64_t dims[] = {param->d[0], param->d[1]};
    const bool image = layer->in.rank == 3;
    char *columns = dotted(b, name, "columns"), *squares = dotted(b, name, "squares");
    char *embedding = dotted(b, name, param->role);
    add_constants(b, entries, (size_t)param->d[0], (size_t)param->d[1], columns, squares);
    emb__onnx_build_constant(b, embedding, EMB__ONNX_ELEMENT_FLOAT, 2, dims, entries,
                             param->count * sizeof *entries);
    if (image) add_transpose(b, dotted(b, name, "places"), false, dotted(b, name, "places.out"));
    emb__onnx_build_node(b, "MatMul", dotted(b, name, "products"), 1, &columns,
                         dotted(b, name, "products.out"));
    emb__onnx_build_node(b, "Add", dotted(b, name, "distances"), 1, &squares,
                         dotted(b, name, "distances.out"));
    Emb__Onnx__Node *nearest = emb__onnx_build_node(b, "ArgMin", dotted(b, name, "nearest"), 0,
                                                    NULL, dotted(b, name, "index"));
    if (!nearest) return EMB_ERR_MEMORY;
    emb__onnx_build_int(b, nearest, "axis", -1);
    emb__onnx_build_int(b, nearest, "keepdims", 0);
    char *const inputs[] = {embedding, b->current};
    char *taken = image ? dotted(b, name, "entries") : output;
    emb__onnx_build_step(b, "Gather", name, 2, inputs, taken);
    b->current = taken;
    if (image) add_transpose(b, dotted(b, name, "channels"), true, output);
    return b->failed ? EMB_ERR_MEMORY : EMB_OK;
}

#endif
