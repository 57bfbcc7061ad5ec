/* The passes that GroupNorm, LayerNorm and InstanceNorm2d share: each image's numbers are brought
 * to mean 0 and variance 1, group by group (emb__norm in layer.h). */
#ifndef EMB_NET_LAYERS_IMAGE_NORM_H
#define EMB_NET_LAYERS_IMAGE_NORM_H

#include "net/layer.h"

/* From layer->norm, in and the weight's shape (rank 0: none): out, params, the room for what is
 * kept and packed. */
void emb__norm_compile(emb__layer *layer, int rank, const int *shape);

/* Statistics in place of a variance in double: with d = x - mean, of `count` numbers, rate = 1 /
 * sqrt(variance + epsilon); numbers without any spread, such as those of a lane without an image,
 * are only centred. */
void emb__norm_finish(double sum, double squares, double count, double epsilon, float *rate,
                      float *rest);

/* The tree over the lanes, of sums rounded to float32. */
float emb__norm_lane_sum(const double *sums, int lanes);

void emb__norm_forward(const emb__layer *layer, const emb__pass *pass);
void emb__norm_backward(const emb__layer *layer, const emb__pass *pass);
void emb__norm_pack(const emb__layer *layer, const float *params, float *packed);
void emb__norm_single(const emb__layer *layer, const emb__single *pass);
size_t emb__norm_scratch(const emb__layer *layer);

/* What the rows of these kinds have in common. */
#define EMB__NORM_KIND                                                                             \
    .family = EMB_LAYER_NORM, .forward = emb__norm_forward, .backward = emb__norm_backward,        \
    .pack = emb__norm_pack, .single = emb__norm_single, .scratch = emb__norm_scratch

#endif
