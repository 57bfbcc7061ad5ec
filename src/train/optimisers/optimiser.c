/* See optimiser.h. */
#include "train/optimisers/optimiser.h"

#include <float.h>

double emb__from_0(double option) { return option > 0 ? option : 0; }

bool emb__cycles_momentum(const emb_train_options *o) {
    return o->schedule == EMB_SCHEDULE_ONE_CYCLE && !o->fixed_momentum;
}

size_t emb__update_chunks(const emb_net *net) {
    return (net->param_stride + EMB__UPDATE_CHUNK - 1) / EMB__UPDATE_CHUNK;
}

double emb__power(double base, size_t exponent) {
    double result = 1;
    for (; exponent > 0; exponent >>= 1, base *= base) {
        if (exponent & 1) result *= base;
    }
    return result;
}

/* Whether one of values[count], none below 0, is above all float32. */
static bool any_infinite(const float *values, size_t count) {
    int infinite = 0;
    for (size_t i = 0; i < count; i++) infinite |= values[i] > FLT_MAX;
    return infinite;
}

emb_status emb__optimiser_check(const emb__optimiser *optimiser, const emb__update *u,
                                size_t step) {
    if (optimiser->squares == EMB__NO_SQUARES) return EMB_OK;
    const emb_net *net = u->net;
    const float *squares = u->state[optimiser->squares];
    if (!any_infinite(squares, net->param_count)) return EMB_OK;
    const emb__tensor *tensor = net->tensors;
    while (tensor->param->is_buffer ||
           !any_infinite(squares + tensor->param->at, tensor->param->count)) {
        tensor++;
    }
    return emb__fail(
        EMB_ERR_DIVERGED,
        "at step %zu the squares of %s's gradients are too large for a number, so that "
        "it cannot learn: scale the images' numbers, to 0..1 say",
        step, tensor->name);
}
