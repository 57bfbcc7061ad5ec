/* Layers that a class has and does not run: which tensors they have. */
#ifndef EMB_NET_UNUSED_H
#define EMB_NET_UNUSED_H

#include "net/layer.h"

/* Compiles a layer that has its kind and spec, on some input that it takes. The error text is like
 * compile's. */
emb_status emb__unused_compile(emb__layer *layer);

#endif
