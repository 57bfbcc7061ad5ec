/* The rows of the table of kinds (kinds.h), each defined in a file of this folder. */
#ifndef EMB_NET_LAYERS_KIND_ROWS_H
#define EMB_NET_LAYERS_KIND_ROWS_H

#include "net/layer.h"

extern const emb__layer_kind emb__conv2d, emb__conv_transpose2d, emb__linear;
extern const emb__layer_kind emb__batch_norm1d, emb__batch_norm2d;
extern const emb__layer_kind emb__condition;
extern const emb__layer_kind emb__variational, emb__sparse, emb__wasserstein, emb__vector_quantizer;
/* What Variational becomes with free_bits; not a row of the table. */
extern const emb__layer_kind emb__variational_free;
/* ... and Sparse with a rate. */
extern const emb__layer_kind emb__sparse_rate;
extern const emb__layer_kind emb__dropout, emb__dropout2d;
extern const emb__layer_kind emb__sequential, emb__residual, emb__parallel;
extern const emb__layer_kind emb__group_norm, emb__layer_norm, emb__instance_norm2d;
/* What InstanceNorm2d becomes with track_running_stats; not a row of the table. */
extern const emb__layer_kind emb__instance_norm2d_tracking;
extern const emb__layer_kind emb__prelu, emb__softmax, emb__log_softmax;
extern const emb__layer_kind emb__max_pool2d, emb__avg_pool2d;
extern const emb__layer_kind emb__adaptive_max_pool2d, emb__adaptive_avg_pool2d;
extern const emb__layer_kind emb__upsample, emb__pixel_shuffle, emb__pixel_unshuffle;
extern const emb__layer_kind emb__zero_pad2d, emb__reflection_pad2d, emb__replication_pad2d;
extern const emb__layer_kind emb__flatten, emb__unflatten, emb__identity;

/* The dimension of a Softmax or LogSoftmax, from 1: 0 is the batch. */
int emb__softmax_dim(const emb__layer *layer);

/* All that do one thing to each number; ends with NULL. */
extern const emb__layer_kind *const emb__activations[];

#endif
