/* One training step: a batch cut in blocks, blocks shared out among threads, gradients added up and
 * the weights updated, each sum in an order that threads do not change. */
#include <math.h>

#include "base/threads.h"
#include "train/run.h"

/* What the members of a team need to know of a step. */
typedef struct step {
    emb_run *run;
    size_t batch, sets;
    float loss; /* written by number 0 */
    emb__adam_step adam;
} step;

double emb__run_mean_error(const emb_run *run, const double *errors, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += errors[i];
    return sum / ((double)count * (double)emb__net_loss_terms(run->net));
}

/* The batch's images [first, ...), as many as fill the workspace's lanes or are there, forward and
 * back; their weights' gradients go to `grads`. */
static void run_block(const step *s, const emb__workspace *w, size_t first, float *grads,
                      bool add) {
    const emb_run *run = s->run;
    const emb_net *net = run->net;
    const size_t lanes = (size_t)w->k->lanes;
    const size_t here = s->batch - first < lanes ? s->batch - first : lanes;
    /* The mean squared error's slope is 2 (y - x) / (number of elements). */
    const double terms = (double)s->batch * (double)emb__net_loss_terms(net);
    const float scale = (float)((net->classifies ? 1.0 : 2.0) / terms);
    if (w->me->number == 0) {
        emb__net_lay_out(net, w, run->images, run->order + run->position, first, here);
    }
    emb__team_wait(w->me);
    emb__net_forward(net, w, 0, net->layer_count);
    emb__team_wait(w->me);
    if (w->me->number == 0) {
        emb__net_loss(net, w, run->images, run->order + run->position, first, here, scale,
                      w->grad[0], run->errors + first, run->predicted + first);
    }
    emb__net_backward(net, w, grads, add);
}

/* Neighbouring blocks share a gradient buffer and are added in their order. */
static void run_set(const step *s, const emb__workspace *w, size_t set) {
    const size_t blocks = (s->batch + EMB__LANES - 1) / EMB__LANES;
    const size_t from = set * blocks / s->sets, to = (set + 1) * blocks / s->sets;
    float *grads = s->run->grads + set * s->run->net->param_stride;
    for (size_t b = from; b < to; b++) {
        /* A block that the team works on together needs the one before done. */
        if (b > from) emb__team_wait(w->me);
        run_block(s, w, b * EMB__LANES, grads, b > from);
    }
}

static void adam(const step *s, size_t sets, size_t from, size_t to) {
    const emb_run *run = s->run;
    const emb_net *net = run->net;
    if (from >= to) return;
    net->kernels->adam(&s->adam, net->params, run->grads, sets, net->param_stride, run->m, run->v,
                       from, to);
}

/* Adam on this member's part of each tensor: the rows whose gradients it has made where the team
 * shares a block, so that they are in its cache, and so the next step finds the weights. Cut at
 * whole vectors, each number by itself. The buffers of gradients are added in their order; the
 * second of two halves has none of Linear's, and 0 there. */
static void update(const step *s, const emb__member *me, bool halves) {
    const emb_net *net = s->run->net;
    const size_t sets = halves ? 2 : s->sets;
    for (int i = 0; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        for (int p = 0; p < layer->param_count; p++) {
            const emb__param *param = &layer->params[p];
            const bool end = param->at + param->count == net->param_count;
            size_t from, to = emb__member_part(me, param->count, &from);
            from = (param->at + from) / EMB__LANES * EMB__LANES;
            to = end && me->number + 1 == me->count ? net->param_stride
                                                    : (param->at + to) / EMB__LANES * EMB__LANES;
            /* The first vector may hold the end of the tensor before. */
            const size_t own = halves && layer->conv.linear ? from + EMB__LANES : to;
            adam(s, sets, from, own < to ? own : to);
            adam(s, 1, own, to);
        }
    }
}

/* Each set by one member as far as they can be shared out evenly, the others by the whole team. */
static void run_sets(const step *s, const emb__member *me) {
    const emb_net *net = s->run->net;
    const size_t members = (size_t)me->count, own = s->sets / members;
    for (size_t i = 0; i < own; i++) {
        run_set(s, &net->workspaces[me->number], (size_t)me->number * own + i);
    }
    const emb__workspace together = emb__net_together(net, me);
    for (size_t set = own * members; set < s->sets; set++) {
        emb__team_wait(me);
        run_set(s, &together, set);
    }
}

/* One block's halves, each with its gradients; the update adds these up. */
static void run_half(const step *s, const emb__member *me) {
    const emb__workspace half = emb__net_half(s->run->net, me);
    const size_t number = (size_t)me->number;
    run_block(s, &half, number * (size_t)half.k->lanes,
              s->run->grads + number * s->run->net->param_stride, false);
}

/* One member's part of a step. Who does what changes no bit. */
static void step_part(void *data, const emb__member *me) {
    step *s = data;
    /* Not where larger batches come too: they leave gradients in the second buffer, which update()
     * needs to be 0 at Linear's weights. */
    const bool halves = s->batch > EMB__LANES / 2 && s->run->options.batch_size <= EMB__LANES &&
                        emb__net_halves(s->run->net, me);
    if (halves) run_half(s, me);
    if (!halves) run_sets(s, me);
    emb__team_wait(me);
    const float loss = (float)emb__run_mean_error(s->run, s->run->errors, s->batch);
    if (me->number == 0) s->loss = loss;
    if (isfinite(loss)) update(s, me, halves);
}

float emb__run_batch(emb_run *run, size_t batch) {
    step s = {
        .run = run,
        .batch = batch,
        .sets = emb__net_gradient_sets(run->net, batch),
        .adam = emb__adam_constants(&run->options, emb__run_rate(run, run->steps), run->steps + 1)};
    emb__team_run(emb__threads_for(emb__pace_threads(&run->pace), SIZE_MAX), step_part, &s);
    return s.loss;
}
