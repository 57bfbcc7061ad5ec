/* See unused.h. A row says its tensors once it knows its input's shape. Their shapes follow from
 * the arguments alone, so any input will do that the layer takes: one whose channels or features
 * are a number among the arguments, and whose sides are large enough. */
#include "net/unused.h"

static bool takes(emb__layer *layer, const emb__shape *in) {
    layer->in = layer->ins[0] = *in;
    layer->input_count = 1;
    layer->param_count = 0;
    return layer->kind->compile(layer) == EMB_OK;
}

emb_status emb__unused_compile(emb__layer *layer) {
    const emb__arg *args = layer->spec->args;
    for (int i = 0; i < 2 && layer->kind->args[i].name; i++) {
        const int n = args[i].v[0];
        emb__shape in = {args[i].n, {0}};
        for (int k = 0; k < args[i].n; k++) in.d[k] = args[i].v[k];
        if (n < 1) continue;
        if (args[i].n > 0 && emb__shape_count(&in) <= EMB__MAX_ELEMENTS && takes(layer, &in)) {
            return EMB_OK;
        }
        for (int64_t side = 1; n * side * side <= EMB__MAX_ELEMENTS; side *= 2) {
            in = (emb__shape){3, {n, (int)side, (int)side}};
            if (takes(layer, &in)) return EMB_OK;
        }
    }
    /* One whose arguments say nothing of a size takes any: Softplus, Dropout. */
    for (int rank = 1; rank <= 3; rank += 2) {
        const emb__shape one = {rank, {1, 1, 1}};
        if (takes(layer, &one)) return EMB_OK;
    }
    layer->param_count = 0;
    if (!layer->kind->args[0].name) return EMB_OK; /* it has no arguments, and no tensors */
    return emb__fail(EMB_ERR_SHAPE, "cannot take any input with these arguments");
}
