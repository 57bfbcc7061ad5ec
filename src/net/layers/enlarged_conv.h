/* A Conv2d together with the Upsample before it, in a training step.
 *
 * Where each pixel was copied to by[0] x by[1] places, a kernel of K meets each of them several
 * times. One kernel of K + by - 1, whose weights are sums of the Conv2d's, meets it once: that is a
 * ConvTranspose2d whose stride is `by`, with (K + by - 1)^2 multiply-adds a pixel instead of
 * (K by)^2. The enlarged image is never made. */
#ifndef EMB_NET_LAYERS_ENLARGED_CONV_H
#define EMB_NET_LAYERS_ENLARGED_CONV_H

#include "net/layer.h"

/* A kind's plan_enlarged, for a convolution that pads by zeros. */
emb_status emb__enlarged_conv_plan(emb__layer *layer, const int by[2]);
/* What was planned; nothing if nothing was. */
void emb__enlarged_conv_clear(emb__layer *layer);
size_t emb__enlarged_conv_scratch(const emb__layer *layer);

/* The passes from the image before the enlargement. */
void emb__enlarged_conv_forward(const emb__layer *layer, const emb__pass *pass);
void emb__enlarged_conv_backward(const emb__layer *layer, const emb__pass *pass);

#endif
