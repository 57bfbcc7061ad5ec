/* Shared by MaxPool2d and AdaptiveMaxPool2d: the passes, and the planned windows. */
#ifndef EMB_NET_LAYERS_POOL_H
#define EMB_NET_LAYERS_POOL_H

#include "net/layer.h"

/* Makes room for the windows of one direction. */
emb_status emb__windows_open(emb__windows *w, int in_size, int out_size, int step);
/* Fills in what follows from the windows. */
void emb__pool_settle(emb__pool *pool);

/* The layers' clear and passes. */
void emb__pool_free(emb__layer *layer);
void emb__pool_forward(const emb__layer *layer, const emb__pass *pass);
void emb__pool_backward(const emb__layer *layer, const emb__pass *pass);
void emb__pool_single(const emb__layer *layer, const emb__single *pass);

#endif
