/* The table of the kinds of layers. Its rows know nothing of it. */
#ifndef EMB_NET_LAYERS_KINDS_H
#define EMB_NET_LAYERS_KINDS_H

#include "net/layers/kind_rows.h"

/* Row i of the table of all kinds, from 0; NULL behind the last. */
const emb__layer_kind *emb__layer_kind_at(int i);

/* By name, without the `nn.`; NULL where there is none. */
const emb__layer_kind *emb__layer_kind_find(const char *name, size_t length);

#endif
