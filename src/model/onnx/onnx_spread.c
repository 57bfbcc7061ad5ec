/* Scales and shifts of an ONNX model: which numbers of a grid each is for, and how to spread them
 * over more numbers. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include "model/onnx/onnx.h"

void emb__onnx_affine_clear(emb__onnx_affine *affine) {
    emb__free(affine->scale);
    emb__free(affine->shift);
    *affine = (emb__onnx_affine){.dim = EMB__ONNX_NOTHING};
}

size_t emb__onnx_affine_place(const emb__onnx_affine *affine, const int64_t grid[3], size_t m) {
    if (affine->dim == EMB__ONNX_ONE) return 0;
    if (affine->dim == EMB__ONNX_ALL) return m;
    size_t inner = 1;
    for (int s = affine->dim + 1; s < 3; s++) inner *= (size_t)grid[s];
    return m / inner % affine->count;
}

/* The same scales and shifts, spread over the numbers of a finer affine. */
static emb_status spread(float **numbers, const emb__onnx_affine *from, size_t count,
                         const int64_t grid[3]) {
    if (!*numbers) return EMB_OK;
    float *wide = emb__calloc(count, sizeof *wide);
    if (!wide) return EMB_ERR_MEMORY;
    for (size_t m = 0; m < count; m++) {
        wide[m] = (*numbers)[emb__onnx_affine_place(from, grid, m)];
    }
    emb__free(*numbers);
    *numbers = wide;
    return EMB_OK;
}

emb_status emb__onnx_affine_spread(emb__onnx_chain *chain, emb__onnx_affine *affine, int dim,
                                   size_t count) {
    emb__onnx_affine from = *affine;
    if (affine->dim == dim) return EMB_OK;
    if (count > (size_t)1 << 16) {
        /* Otherwise a few numbers could take much memory. */
        return emb__onnx_fail(chain, "put them into one",
                              "its constants are for different sides of large images");
    }
    emb_status status = spread(&affine->scale, &from, count, chain->lie.grid);
    if (status == EMB_OK) status = spread(&affine->shift, &from, count, chain->lie.grid);
    affine->dim = dim;
    affine->count = count;
    return status;
}

emb_status emb__onnx_affine_widen(emb__onnx_chain *chain) {
    if (chain->affine.dim < 0 || chain->affine.dim == EMB__ONNX_ALL) return EMB_OK;
    return emb__onnx_affine_spread(chain, &chain->affine, EMB__ONNX_ALL,
                                   emb__onnx_count(3, chain->lie.grid));
}

#endif
