/* See run_state.h. */
#include "train/run_state.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/translate.h"
#include "data/images.h"
#include "train/epoch.h"
#include "train/masks.h"

void emb__run_get_state(const emb_run *run, emb__run_state *state) {
    /* The images stay as they are while a run has them: their sums take longer than all of a save.
     */
    if (!*run->fingerprint) emb_images_fingerprint(run->images, run->fingerprint);
    *state = (emb__run_state){.random = run->epoch_open ? run->epoch_random : run->random,
                              .epoch_open = run->epoch_open,
                              .position = run->position,
                              .steps = run->steps,
                              .batches = run->batches,
                              .right = run->right,
                              .last_loss = run->last_loss,
                              .loss_sum = run->loss_sum,
                              .told = run->told,
                              .seconds = run->seconds,
                              .product = run->update.product,
                              .progress = run->progress};
    memcpy(state->fingerprint, run->fingerprint, EMB_FINGERPRINT);
}

/* Whether the losses that decide on the rate and the end can be such. */
static bool possible_progress(const emb__run_state *s) {
    const emb__progress *p = &s->progress;
    return !isnan(p->plateau_best) && !isnan(p->stop_best) && p->plateau_bad >= 0 &&
           p->stop_bad >= 0 && p->plateau_rest >= 0 && p->plateau_scale >= -1 &&
           p->plateau_scale <= 1 && s->product >= 0 && s->product <= 1;
}

/* Whether the numbers of steps, batches and images agree. */
static bool possible(const emb_run *run, const emb__run_state *s) {
    const size_t batch = (size_t)run->options.batch_size, per_epoch = emb_run_steps_per_epoch(run);
    if (s->random.next < 0 || s->random.next > EMB__MT_SIZE || !isfinite(s->last_loss) ||
        !isfinite(s->loss_sum) || !isfinite(s->told.reconstruction) || !isfinite(s->told.term) ||
        !isfinite(s->seconds) || !possible_progress(s)) {
        return false;
    }
    if (!s->epoch_open) return s->steps % per_epoch == 0;
    const size_t taken =
        s->batches * batch < run->train_count ? s->batches * batch : run->train_count;
    return s->batches >= 1 && s->batches <= per_epoch && s->position == taken &&
           s->right <= s->position && s->steps % per_epoch == s->batches % per_epoch;
}

static emb_status set_state(emb_run *run, const emb__run_state *state) {
    if (!possible(run, state)) {
        return emb__fail(EMB_ERR_FORMAT,
                         "the saved place in the training does not fit these images and options");
    }
    run->random = state->random;
    if (state->epoch_open) {
        emb__run_begin_epoch(run);
        emb__frozen_exchange(run->frozen, run->net);
        emb__masks_skip(run->net, &run->random, state->position);
        emb__frozen_exchange(run->frozen, run->net);
    }
    run->position = state->position;
    run->epoch_open = state->epoch_open;
    run->steps = state->steps;
    run->batches = state->batches;
    run->right = state->right;
    run->last_loss = state->last_loss;
    run->loss_sum = state->loss_sum;
    run->told = state->told;
    run->seconds = state->seconds;
    run->update.product = state->product;
    run->progress = state->progress;
    emb__net_changed(run->net);
    memcpy(run->fingerprint, state->fingerprint, EMB_FINGERPRINT);
    return EMB_OK;
}

/* What a person reads of a fingerprint (emb_images_fingerprint), which is written in English. */
static const char *shown(const char *fingerprint, char text[2 * EMB_FINGERPRINT]) {
    size_t count;
    int s[3];
    char type[16], sum[16], labels[16];
    if (sscanf(fingerprint, "%zu images of %dx%dx%d, %15[^,], %15[^;]; labels %15s", &count, s,
               s + 1, s + 2, type, sum, labels) != 7) {
        return fingerprint;
    }
    if (strcmp(labels, "none") == 0) {
        snprintf(text, 2 * EMB_FINGERPRINT, _("%zu images of %dx%dx%d, %s, %s, without labels"),
                 count, s[0], s[1], s[2], type, sum);
    } else {
        snprintf(text, 2 * EMB_FINGERPRINT, _("%zu images of %dx%dx%d, %s, %s; labels %s"), count,
                 s[0], s[1], s[2], type, sum, labels);
    }
    return text;
}

emb_run *emb__run_resume(emb_net *net, const emb_images *images, const emb_train_options *options,
                         const emb__run_state *state) {
    char data[EMB_FINGERPRINT], before[2 * EMB_FINGERPRINT], now[2 * EMB_FINGERPRINT];
    emb_images_fingerprint(images, data);
    if (strcmp(state->fingerprint, data) != 0) {
        emb__fail(EMB_ERR_ARGUMENT, "was trained on other images: %s; these are %s",
                  shown(state->fingerprint, before), shown(data, now));
        return NULL;
    }
    emb_run *run = emb__run_open(net, images, options);
    if (!run) return NULL;
    if (set_state(run, state) == EMB_OK) return run;
    emb_run_free(run);
    return NULL;
}
