/* The kinds of layers, each defined in a file of this folder and listed in layer.c. */
#ifndef EMB_NET_LAYERS_KINDS_H
#define EMB_NET_LAYERS_KINDS_H

#include "net/layer.h"

extern const emb__layer_kind emb__conv2d, emb__conv_transpose2d, emb__linear;
extern const emb__layer_kind emb__tanh, emb__sigmoid, emb__relu;
extern const emb__layer_kind emb__flatten, emb__unflatten, emb__identity;

#endif
