/* Adam's constants for one step. The update itself is a kernel. */
#ifndef EMB_OPTIMISERS_ADAM_H
#define EMB_OPTIMISERS_ADAM_H

#include "kernels/kernels.h"

/* The constants of Adam's step t (from 1):
 *   m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2,
 *   w = w - learning_rate / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 * (Kingma and Ba, 2015, with epsilon where PyTorch has it). */
emb__adam_step emb__adam_constants(const emb_train_options *options, double learning_rate,
                                   size_t t);

#endif
