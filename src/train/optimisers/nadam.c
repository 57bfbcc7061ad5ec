/* NAdam (Dozat, 2016), as torch.optim computes it. At step t, for the gradient g:
 *   mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2),  P_t = mu_1 ... mu_t,
 *   m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2,
 *   w = w - learning_rate ((1 - mu_t) / (1 - P_t) g + mu_(t+1) / (1 - P_(t+1)) m)
 *           / (sqrt(v / (1 - beta2^t)) + epsilon)
 * Weight decay is added to the gradient or, decoupled, multiplies the weight by
 * 1 - learning_rate weight_decay first. */
#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "kernels/math.h"
#include "train/optimisers/optimiser.h"

enum { M, V };

static double mu_at(const emb_train_options *o, double beta1, size_t step) {
    const double log_base = -0.04082199452025513; /* of 0.96 */
    return beta1 * (1 - 0.5 * emb__exp(log_base * (double)step * emb__from_0(o->momentum_decay)));
}

static void begin(emb__update *update, const emb_train_options *o, const emb__step_terms *terms) {
    const double beta1 = terms->momentum, beta2 = emb__from_0(o->beta2);
    const double decay = emb__from_0(o->weight_decay);
    const double mu = mu_at(o, beta1, terms->number), next = mu_at(o, beta1, terms->number + 1);
    const double product = (terms->number == 1 ? 1 : update->product) * mu;
    const emb__nadam_step step = {
        .beta1 = (float)beta1,
        .one_minus_beta1 = (float)(1 - beta1),
        .beta2 = (float)beta2,
        .one_minus_beta2 = (float)(1 - beta2),
        .now_size = (float)(terms->rate * (1 - mu) / (1 - product)),
        .mean_size = (float)(terms->rate * next / (1 - product * next)),
        .root_scale = (float)(1 / sqrt(1 - emb__power(beta2, terms->number))),
        .epsilon = (float)o->epsilon,
    };
    _Static_assert(sizeof step <= sizeof update->constants, "the constants fit");
    memcpy(update->constants, &step, sizeof step);
    update->decay = o->decoupled_weight_decay ? 0 : (float)decay;
    update->shrink = o->decoupled_weight_decay ? (float)(1 - terms->rate * decay) : 0;
    update->next_product = product;
}

static void apply(const emb__update *u, size_t from, size_t to) {
    emb__nadam_step step;
    memcpy(&step, u->constants, sizeof step);
    u->net->kernels->nadam(&step, u->net->params, u->grads, u->state[M], u->state[V], from, to);
}

static emb_status check(const emb_train_options *o) {
    if (!o->decoupled_weight_decay || o->weight_decay > 0) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT, "decoupled_weight_decay requires a weight_decay");
}

extern const emb__optimiser emb__nadam;
const emb__optimiser emb__nadam = {
    .name = "NAdam",
    .rate = 2e-3,
    .has_beta1 = true,
    .array_count = 2,
    .arrays = {[M] = "nadam.m.", [V] = "nadam.v."},
    .check = check,
    .begin = begin,
    .apply = apply,
    .squares = V,
};
