/* The rows of the table of kinds (kinds.h), each defined in a file of this folder. */
#ifndef EMB_NET_LAYERS_KIND_ROWS_H
#define EMB_NET_LAYERS_KIND_ROWS_H

#include "net/layer.h"

extern const emb__layer_kind emb__conv2d, emb__conv_transpose2d, emb__linear;
extern const emb__layer_kind emb__sequential, emb__residual, emb__parallel;
extern const emb__layer_kind emb__group_norm, emb__layer_norm, emb__instance_norm2d;
extern const emb__layer_kind emb__flatten, emb__unflatten, emb__identity;

/* All that do one thing to each number; ends with NULL. */
extern const emb__layer_kind *const emb__activations[];

#endif
