/* `correlate` for convolutions with enough channels to fill vectors of them. */
#ifndef EMB_KERNELS_ISA_CORRELATE_CHANNELS_H
#define EMB_KERNELS_ISA_CORRELATE_CHANNELS_H

#include "kernels/kernels.h"
#include "kernels/vec.h"

void EMB_NAME(correlate_channels)(const emb__correlate *c, int from, int to, const float *small,
                                  const float *big, float *grad, bool add, float *scratch);

#endif
