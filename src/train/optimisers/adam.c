/* Adam (Kingma and Ba, 2015), with epsilon in PyTorch's place. At step t, for the gradient g:
 *   m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2,
 *   w = w - learning_rate / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 * AMSGrad (Reddi, Kale and Kumar, 2018) takes the largest v so far in v's place. Weight decay is
 * added to the gradient; AdamW (Loshchilov and Hutter, 2019) multiplies the weight by
 * 1 - learning_rate weight_decay first. The update itself is a kernel. */
#include <math.h>
#include <string.h>

#include "train/optimisers/optimiser.h"

enum { M, V, LARGEST };

static void begin(emb__update *update, const emb_train_options *o, const emb__step_terms *terms) {
    const double beta1 = terms->momentum, beta2 = emb__from_0(o->beta2);
    const emb__adam_step step = {
        .beta1 = (float)beta1,
        .one_minus_beta1 = (float)(1 - beta1),
        .beta2 = (float)beta2,
        .one_minus_beta2 = (float)(1 - beta2),
        .step_size = (float)(terms->rate / (1 - emb__power(beta1, terms->number))),
        .root_scale = (float)(1 / sqrt(1 - emb__power(beta2, terms->number))),
        .epsilon = (float)o->epsilon,
    };
    _Static_assert(sizeof step <= sizeof update->constants, "the constants fit");
    memcpy(update->constants, &step, sizeof step);
    update->decay = (float)emb__from_0(o->weight_decay);
}

static void begin_decoupled(emb__update *update, const emb_train_options *o,
                            const emb__step_terms *terms) {
    begin(update, o, terms);
    update->decay = 0;
    update->shrink = o->weight_decay > 0 ? (float)(1 - terms->rate * o->weight_decay) : 0;
}

static void apply(const emb__update *u, size_t from, size_t to) {
    emb__adam_step step;
    memcpy(&step, u->constants, sizeof step);
    u->net->kernels->adam(&step, u->net->params, u->grads, u->state[M], u->state[V],
                          u->state[LARGEST], from, to);
}

static bool keeps(const emb_train_options *o, int i) { return i != LARGEST || o->amsgrad; }

extern const emb__optimiser emb__adam, emb__adamw;
const emb__optimiser emb__adam = {
    .name = "Adam",
    .rate = 1e-3,
    .has_beta1 = true,
    .array_count = 3,
    .arrays = {[M] = "adam.m.", [V] = "adam.v.", [LARGEST] = "adam.vmax."},
    .keeps = keeps,
    .begin = begin,
    .apply = apply,
    .squares = V,
};
const emb__optimiser emb__adamw = {
    .name = "AdamW",
    .rate = 1e-3,
    .weight_decay = 1e-2,
    .has_beta1 = true,
    .array_count = 3,
    .arrays = {[M] = "adam.m.", [V] = "adam.v.", [LARGEST] = "adam.vmax."},
    .keeps = keeps,
    .begin = begin_decoupled,
    .apply = apply,
    .squares = V,
};
