/* One training step: a batch goes forward and back, and the weights are updated, each sum in an
 * order that threads do not change. */
#include "train/step.h"

#include <math.h>

#include "base/threads.h"
#include "device/cpu/workspace.h"
#include "train/batch.h"
#include "train/masks.h"
#include "train/schedule.h"
#include "train/update.h"

/* What the members of a team need to know of a step. */
typedef struct step {
    emb_run *run;
    emb__batch batch;
    float loss; /* written by number 0 */
} step;

/* One member's part of a step. The division of work changes no bit. */
static void step_part(void *data, const emb__member *me) {
    step *s = data;
    emb_run *run = s->run;
    const bool halves = emb__batch_run(&s->batch, me);
    emb__team_wait(me);
    const size_t count = s->batch.count;
    const float loss = (float)(emb__loss_mean(&run->loss, run->net, run->errors, count) +
                               emb__terms_mean(run->terms, count).added);
    if (me->number == 0) s->loss = loss;
    if (isfinite(loss)) emb__run_update(run, me, halves ? 2 : s->batch.sets, halves);
}

/* Frozen numbers that share a vector with trained ones have been updated with these. */
static void put_frozen_back(emb_run *run) {
    const size_t sets = run->sets < 2 ? 2 : run->sets;
    if (!run->frozen) return;
    emb__frozen_put(run->frozen, run->net->params);
    if (run->other) emb__frozen_put(run->frozen, run->other);
    for (size_t set = 0; set < sets; set++) {
        emb__frozen_clear(run->frozen, run->update.grads + set * run->net->param_stride);
    }
    for (int i = 0; i < EMB__OPTIMISER_ARRAYS; i++) {
        if (run->update.state[i]) emb__frozen_clear(run->frozen, run->update.state[i]);
    }
}

float emb__run_batch(emb_run *run, size_t batch) {
    step s = {.run = run,
              .batch = {.net = run->net,
                        .loss = &run->loss,
                        .images = run->images,
                        .indices = run->order + run->position,
                        .bytes = run->bytes,
                        .altering = emb__run_altering(run),
                        .count = batch,
                        .errors = run->errors,
                        .terms = run->terms,
                        .epochs = (double)run->steps / (double)emb_run_steps_per_epoch(run),
                        .predicted = run->predicted,
                        .grads = run->update.grads,
                        .sets = emb__net_gradient_sets(run->net, batch),
                        /* Not if there are also larger batches: they leave gradients in the second
                         * buffer, in which emb__run_update needs zeros for Linear's weights. */
                        .halves = run->options.batch_size <= EMB__LANES,
                        .tracks = true,
                        .masks = run->masks}};
    if (run->masks) emb__masks_draw(run->net, &run->random, batch, run->masks);
    const emb__step_terms terms = emb__run_terms(run, run->steps);
    run->optimiser->begin(&run->update, &run->options, &terms);
    emb__frozen_keep(run->frozen, run->net->params);
    emb__team_run(emb__threads_for(emb__pace_threads(&run->pace), SIZE_MAX), step_part, &s);
    put_frozen_back(run);
    return s.loss;
}
