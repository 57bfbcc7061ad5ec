/* Shared by Conv2d, ConvTranspose2d and Linear: the geometry and its plan, and the passes of the
 * first two. */
#ifndef EMB_NET_LAYERS_CONV_H
#define EMB_NET_LAYERS_CONV_H

#include "net/layer.h"

/* A (transposed) convolution's hyperparameters, [0] for rows and [1] for columns. */
typedef struct emb__conv_shape {
    bool transposed, bias;
    int in_channels, out_channels, groups;
    int kernel[2], stride[2], padding[2], dilation[2];
} emb__conv_shape;

/* Fills layer->conv, params, fan_in and multiply_adds; layer->in and layer->out are set. */
emb_status emb__conv_compile(emb__layer *layer, const emb__conv_shape *shape);
/* The same for the geometry alone, between two shapes of rank 3; its plan, which must be cleared
 * whether it was made or not; and the scratch of its passes. */
void emb__conv_describe(emb__conv *conv, const emb__conv_shape *shape, const emb__shape *in,
                        const emb__shape *out);
emb_status emb__conv_plan_passes(emb__conv *conv);
void emb__conv_clear_passes(emb__conv *conv);
size_t emb__conv_passes_scratch(const emb__conv *conv);

/* The layers' plan, plan_cost and clear. */
emb_status emb__conv_plan(emb__layer *layer);
size_t emb__conv_plan_cost(const emb__layer *layer);
void emb__conv_clear(emb__layer *layer);

/* Fails with "expects 8 channels (rank 3), gets ..." if layer->in is not [channels, H, W]. */
emb_status emb__conv_expect(const emb__layer *layer, int channels, int groups, int out_channels);

/* A member's share of what a gather makes, of this shape. */
emb__share emb__conv_share(const emb__gather *g, const emb__shape *shape, const emb__member *me);
void emb__conv_forward(const emb__layer *layer, const emb__pass *pass);
void emb__conv_backward(const emb__layer *layer, const emb__pass *pass);
void emb__conv_bias_gradient(const emb__layer *layer, const emb__pass *pass);
/* packed[layer->packed_count]: the weights in the order in which single_gather and single_dense
 * read them, and the bias after them. */
void emb__conv_pack(const emb__layer *layer, const float *params, float *packed);
const float *emb__conv_packed_bias(const emb__layer *layer, const float *packed);
void emb__conv_single(const emb__layer *layer, const emb__single *pass);
size_t emb__conv_scratch(const emb__layer *layer);

#endif
