/* The table of the kinds of layers. Its rows know nothing of it. */
#ifndef EMB_NET_LAYERS_KINDS_H
#define EMB_NET_LAYERS_KINDS_H

#include "net/layers/kind_rows.h"

/* Row i of the table of all kinds, from 0; NULL after the last. */
const emb__layer_kind *emb__layer_kind_at(int i);

/* The kind of that name, without the `nn.`; NULL if there is none. */
const emb__layer_kind *emb__layer_kind_find(const char *name, size_t length);

#endif
