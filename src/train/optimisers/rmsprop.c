/* RMSprop (Hinton, 2012; centered: Graves, 2013), as torch.optim computes it. For the gradient g,
 * with weight decay added:
 *   v = alpha v + (1 - alpha) g^2,  centered: a = alpha a + (1 - alpha) g, and v - a^2 in v's
 * place, b = momentum b + g / (sqrt(v) + epsilon),  w = w - learning_rate b */
#include <string.h>

#include "train/optimisers/optimiser.h"

enum { SQUARES, MEANS, BUFFER };

static void begin(emb__update *update, const emb_train_options *o, const emb__step_terms *terms) {
    const double alpha = emb__from_0(o->alpha);
    const emb__rmsprop_step step = {
        .rate = (float)terms->rate,
        .alpha = (float)alpha,
        .one_minus_alpha = (float)(1 - alpha),
        .momentum = (float)terms->momentum,
        .epsilon = (float)o->epsilon,
    };
    _Static_assert(sizeof step <= sizeof update->constants, "the constants fit");
    memcpy(update->constants, &step, sizeof step);
    update->decay = (float)emb__from_0(o->weight_decay);
}

static void apply(const emb__update *u, size_t from, size_t to) {
    emb__rmsprop_step step;
    memcpy(&step, u->constants, sizeof step);
    u->net->kernels->rmsprop(&step, u->net->params, u->grads, u->state[SQUARES], u->state[MEANS],
                             u->state[BUFFER], from, to);
}

static bool keeps(const emb_train_options *o, int i) {
    if (i == MEANS) return o->centered;
    return i == SQUARES || o->momentum > 0 || emb__cycles_momentum(o);
}

extern const emb__optimiser emb__rmsprop;
const emb__optimiser emb__rmsprop = {
    .name = "RMSprop",
    .rate = 1e-2,
    .array_count = 3,
    .arrays = {[SQUARES] = "rmsprop.square_avg.",
               [MEANS] = "rmsprop.grad_avg.",
               [BUFFER] = "rmsprop.momentum_buffer."},
    .keeps = keeps,
    .begin = begin,
    .apply = apply,
    .squares = SQUARES,
};
