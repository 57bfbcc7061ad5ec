/* See update.h. */
#include "train/update.h"

/* Numbers that are worked on together, so that they stay in the first cache from the sum of their
 * gradients to their update. */
enum { CHUNK = 1024 };

static void update_numbers(const emb_run *run, size_t sets, size_t from, size_t to) {
    const emb_net *net = run->net;
    for (size_t at = from; at < to; at += CHUNK) {
        const size_t end = to - at < CHUNK ? to : at + CHUNK;
        if (sets > 1) {
            net->kernels->add_sets(run->update.grads, sets, net->param_stride, at, end);
        }
        run->optimiser->apply(&run->update, at, end);
    }
}

/* A member's part of each tensor. If the team shares a block, these are the rows whose gradients
 * the member has computed: so the gradients are in its cache, and the next step finds the weights
 * there. Parts are cut at whole vectors; each number is updated by itself. The second of two halves
 * has no gradients of Linear's weights. */
void emb__run_update(const emb_run *run, const emb__member *me, size_t sets, bool halves) {
    const emb_net *net = run->net;
    for (int i = 0; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        for (int p = 0; p < layer->param_count; p++) {
            const emb__param *param = &layer->params[p];
            if (param->is_buffer) continue;
            const bool end = param->at + param->count == net->param_count;
            size_t from, to = emb__member_part(me, param->count, &from);
            from = (param->at + from) / EMB__LANES * EMB__LANES;
            to = end && me->number + 1 == me->count ? net->param_stride
                                                    : (param->at + to) / EMB__LANES * EMB__LANES;
            /* The first vector may hold the end of the tensor before it. */
            const size_t own = halves && layer->kind->halves_meet ? from + EMB__LANES : to;
            update_numbers(run, sets, from, own < to ? own : to);
            update_numbers(run, 1, own, to);
        }
    }
}
