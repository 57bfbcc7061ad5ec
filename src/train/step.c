/* One training step: a batch is cut into blocks, the blocks are shared out among threads, gradients
 * are added up and the weights updated, each sum in an order that threads do not change. */
#include "train/step.h"

#include <math.h>

#include "base/threads.h"
#include "device/cpu/pass.h"
#include "device/cpu/walk.h"
#include "train/schedule.h"
#include "train/update.h"

/* What the members of a team need to know of a step. */
typedef struct step {
    emb_run *run;
    emb__walk walk; /* of the batch */
    size_t batch, sets;
    float loss; /* written by number 0 */
} step;

static void see_loss(const emb__walk *walk, const emb__workspace *w, size_t first, size_t here) {
    const step *s = walk->data;
    emb__loss_run(&s->run->loss, &(emb__loss_block){.net = walk->net,
                                                    .w = w,
                                                    .images = walk->images,
                                                    .indices = walk->indices,
                                                    .first = first,
                                                    .count = here,
                                                    .of = s->batch,
                                                    .grad = w->grad[0],
                                                    .errors = s->run->errors + first,
                                                    .predicted = s->run->predicted + first});
}

/* Runs the batch's images [first, ...), as many as fill the workspace's lanes or are left, forward
 * and back; the weights' gradients go to `grads`. */
static void run_block(const step *s, const emb__workspace *w, size_t first, float *grads,
                      bool add) {
    emb__walk_block(&s->walk, w, first);
    emb__net_backward(s->run->net, w, grads, add);
}

/* Neighbouring blocks share a gradient buffer and are added in their order. */
static void run_set(const step *s, const emb__workspace *w, size_t set) {
    const size_t blocks = (s->batch + EMB__LANES - 1) / EMB__LANES;
    const size_t from = set * blocks / s->sets, to = (set + 1) * blocks / s->sets;
    float *grads = s->run->update.grads + set * s->run->net->param_stride;
    for (size_t b = from; b < to; b++) {
        /* If the team works on a block together, the block before must be done. */
        if (b > from) emb__team_wait(w->me);
        run_block(s, w, b * EMB__LANES, grads, b > from);
    }
}

/* As many sets as can be shared out evenly are run by one member each, the others by the whole
 * team. */
static void run_sets(const step *s, const emb__member *me) {
    const emb_net *net = s->run->net;
    const size_t members = (size_t)me->count, own = s->sets / members;
    for (size_t i = 0; i < own; i++) {
        run_set(s, emb__net_workspace(net, me->number), (size_t)me->number * own + i);
    }
    const emb__workspace together = emb__net_together(net, me);
    for (size_t set = own * members; set < s->sets; set++) {
        emb__team_wait(me);
        run_set(s, &together, set);
    }
}

/* Runs this member's half of a block, with gradients of its own; the update adds these up. */
static void run_half(const step *s, const emb__member *me) {
    const emb__workspace half = emb__net_half(s->run->net, me);
    const size_t number = (size_t)me->number;
    run_block(s, &half, number * (size_t)half.k->lanes,
              s->run->update.grads + number * s->run->net->param_stride, false);
}

/* One member's part of a step. The division of work changes no bit. */
static void step_part(void *data, const emb__member *me) {
    step *s = data;
    /* Not if there are also larger batches: they leave gradients in the second buffer, in which
     * emb__run_update needs zeros for Linear's weights. */
    const bool halves = s->batch > EMB__LANES / 2 && s->run->options.batch_size <= EMB__LANES &&
                        emb__net_halves(s->run->net, me);
    if (halves) run_half(s, me);
    if (!halves) run_sets(s, me);
    emb__team_wait(me);
    const float loss = (float)emb__loss_mean(&s->run->loss, s->run->net, s->run->errors, s->batch);
    if (me->number == 0) s->loss = loss;
    if (isfinite(loss)) emb__run_update(s->run, me, halves ? 2 : s->sets, halves);
}

float emb__run_batch(emb_run *run, size_t batch) {
    const emb_net *net = run->net;
    step s = {.run = run,
              .walk = {.net = run->net,
                       .to = net->layer_count,
                       .count = batch,
                       .images = run->images,
                       .indices = run->order + run->position,
                       .look = see_loss},
              .batch = batch,
              .sets = emb__net_gradient_sets(net, batch)};
    s.walk.data = &s;
    const emb__step_terms terms = emb__run_terms(run, run->steps);
    run->optimiser->begin(&run->update, &run->options, &terms);
    emb__team_run(emb__threads_for(emb__pace_threads(&run->pace), SIZE_MAX), step_part, &s);
    return s.loss;
}
