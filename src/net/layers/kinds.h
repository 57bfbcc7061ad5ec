/* The kinds of layers, each defined in a file of this folder, and the table of them. */
#ifndef EMB_NET_LAYERS_KINDS_H
#define EMB_NET_LAYERS_KINDS_H

#include "net/layer.h"

extern const emb__layer_kind emb__conv2d, emb__conv_transpose2d, emb__linear;
extern const emb__layer_kind emb__flatten, emb__unflatten, emb__identity;

/* All that do one thing to each number; ends with NULL. */
extern const emb__layer_kind *const emb__activations[];

/* Row i of the table of all kinds, from 0; NULL behind the last. */
const emb__layer_kind *emb__layer_kind_at(int i);

/* By name, without the `nn.`; NULL where there is none. */
const emb__layer_kind *emb__layer_kind_find(const char *name, size_t length);

#endif
