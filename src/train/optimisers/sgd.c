/* Stochastic gradient descent as torch.optim computes it. For the gradient g, with weight decay
 * added:
 *   b = momentum b + (1 - dampening) g, at the first step b = g,
 *   w = w - learning_rate (b, or for Nesterov's momentum g + momentum b; without momentum g) */
#include <string.h>

#include "base/entry.h"
#include "train/optimisers/optimiser.h"

enum { BUFFER };

static void begin(emb__update *update, const emb_train_options *o, const emb__step_terms *terms) {
    const bool first = terms->number == 1;
    const emb__sgd_step step = {
        .rate = (float)terms->rate,
        .momentum = first ? 0 : (float)terms->momentum,
        .rest = first ? 1 : (float)(1 - o->dampening),
        .ahead = (float)terms->momentum,
        .nesterov = o->nesterov,
    };
    _Static_assert(sizeof step <= sizeof update->constants, "the constants fit");
    memcpy(update->constants, &step, sizeof step);
    update->decay = (float)emb__from_0(o->weight_decay);
}

static void apply(const emb__update *u, size_t from, size_t to) {
    emb__sgd_step step;
    memcpy(&step, u->constants, sizeof step);
    u->net->kernels->sgd(&step, u->net->params, u->grads, u->state[BUFFER], from, to);
}

static bool keeps(const emb_train_options *o, int i) {
    (void)i;
    return o->momentum > 0 || emb__cycles_momentum(o);
}

static emb_status check(const emb_train_options *o) {
    if (o->dampening != 0 && o->momentum == 0 && !emb__cycles_momentum(o)) {
        return emb__fail(EMB_ERR_ARGUMENT, "dampening is of SGD's momentum, and there is none");
    }
    if (!o->nesterov || (o->momentum > 0 && o->dampening == 0)) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT, "Nesterov momentum requires a momentum and zero dampening");
}

extern const emb__optimiser emb__sgd;
const emb__optimiser emb__sgd = {
    .name = "SGD",
    .rate = 1e-3,
    .array_count = 1,
    .arrays = {[BUFFER] = "sgd.momentum_buffer."},
    .keeps = keeps,
    .check = check,
    .begin = begin,
    .apply = apply,
    .squares = EMB__NO_SQUARES,
};
