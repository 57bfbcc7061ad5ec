/* Adam (Kingma and Ba, 2015), with epsilon in PyTorch's place. At step t, for the gradient g:
 *   m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2,
 *   w = w - learning_rate / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 * The update itself is a kernel. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "train/optimisers/optimiser.h"

enum { M, V };

/* By squaring, so that the bits do not depend on the C library's pow. */
static double power(double base, size_t exponent) {
    double result = 1;
    for (; exponent > 0; exponent >>= 1, base *= base) {
        if (exponent & 1) result *= base;
    }
    return result;
}

static void begin(emb__update *update, const emb_train_options *o, double learning_rate, size_t t) {
    const emb__adam_step step = {
        .beta1 = (float)o->beta1,
        .one_minus_beta1 = (float)(1 - o->beta1),
        .beta2 = (float)o->beta2,
        .one_minus_beta2 = (float)(1 - o->beta2),
        .step_size = (float)(learning_rate / (1 - power(o->beta1, t))),
        .root_scale = (float)(1 / sqrt(1 - power(o->beta2, t))),
        .epsilon = (float)o->epsilon,
    };
    _Static_assert(sizeof step <= sizeof update->constants, "the constants fit");
    memcpy(update->constants, &step, sizeof step);
}

static void apply(const emb__update *u, size_t from, size_t to) {
    emb__adam_step step;
    memcpy(&step, u->constants, sizeof step);
    u->net->kernels->adam(&step, u->net->params, u->grads, u->state[M], u->state[V], from, to);
}

/* Whether one of values[count], none below 0, is above all float32. */
static bool any_infinite(const float *values, size_t count) {
    int infinite = 0;
    for (size_t i = 0; i < count; i++) infinite |= values[i] > FLT_MAX;
    return infinite;
}

/* A weight whose second moment is infinite never changes again. */
static emb_status check(const emb__update *u, size_t step) {
    const emb_net *net = u->net;
    if (!any_infinite(u->state[V], net->param_count)) return EMB_OK;
    const emb__tensor *tensor = net->tensors;
    while (!any_infinite(u->state[V] + tensor->param->at, tensor->param->count)) tensor++;
    return emb__fail(
        EMB_ERR_DIVERGED,
        "at step %zu the squares of %s's gradients are too large for a number, so that "
        "it cannot learn: scale the images' numbers, to 0..1 say",
        step, tensor->name);
}

extern const emb__optimiser emb__adam;
const emb__optimiser emb__adam = {
    .name = "Adam",
    .array_count = 2,
    .arrays = {[M] = "adam.m.", [V] = "adam.v."},
    .begin = begin,
    .apply = apply,
    .check = check,
};
