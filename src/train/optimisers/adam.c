/* See adam.h. */
#include "train/optimisers/adam.h"

#include <math.h>

/* By squaring: the same bits whatever the C library's pow does. */
static double power(double base, size_t exponent) {
    double result = 1;
    for (; exponent > 0; exponent >>= 1, base *= base) {
        if (exponent & 1) result *= base;
    }
    return result;
}

emb__adam_step emb__adam_constants(const emb_train_options *o, double learning_rate, size_t t) {
    return (emb__adam_step){
        .beta1 = (float)o->beta1,
        .one_minus_beta1 = (float)(1 - o->beta1),
        .beta2 = (float)o->beta2,
        .one_minus_beta2 = (float)(1 - o->beta2),
        .step_size = (float)(learning_rate / (1 - power(o->beta1, t))),
        .root_scale = (float)(1 / sqrt(1 - power(o->beta2, t))),
        .epsilon = (float)o->epsilon,
    };
}
