/* When BatchNorm's scale and shift may become part of the weights before it (net/fold.h). */
#ifndef EMB_NET_LAYERS_BATCH_NORM_H
#define EMB_NET_LAYERS_BATCH_NORM_H

#include <math.h>

#include "net/layer.h"

/* Whether folding leaves the results of a channel within 1e-5 of its deviation. Rounding errors are
 * 2^-24 of the numbers that come in, which the running statistics put at |mean| + deviation, some
 * of them in each sum; the channel's scale then makes `deviation` 1. If numbers lie up to 16
 * deviations from 0, ten such errors are 1e-5. A channel that hardly varies, as one behind dead
 * weights, and lies far from 0 is left alone. */
static inline bool emb__batch_norm_folds(double mean, double variance, double epsilon) {
    enum { FAR = 16 };
    return fabs(mean) + sqrt(variance) <= FAR * sqrt(variance + epsilon);
}

/* One image alone, of a layer that scales and shifts its channels: the floats of what is packed, a
 * channel's part of that, and the layer's `single`. */
size_t emb__batch_norm_packed(const emb__layer *layer);
void emb__batch_norm_pack(const emb__layer *layer, int channel, float scale, float shift,
                          float *packed);
void emb__batch_norm_single(const emb__layer *layer, const emb__single *pass);

#endif
