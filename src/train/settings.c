/* See settings.h. */
#include "train/settings.h"

#include <math.h>
#include <stdio.h>

#include "base/entry.h"
#include "base/memory.h"

static emb_status check_range(const char *name, double value, bool fits, const char *range) {
    if (fits) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT, "%s: expected %s, got %g", name, range, value);
}

emb_status emb__options_fill(emb_train_options *o, const emb_train_options *given) {
    if (given) *o = *given;
    if (o->seed == 0) o->seed = 42;
    if (o->learning_rate == 0) o->learning_rate = 0.001;
    if (o->beta1 == 0) o->beta1 = 0.9;
    if (o->beta2 == 0) o->beta2 = 0.999;
    if (o->epsilon == 0) o->epsilon = 1e-8;
    if (o->val_split == 0) o->val_split = 0.2;
    if (o->val_split < 0) o->val_split = 0;
    if (o->batch_size == 0) o->batch_size = 16;
    char batch[32], epochs[32];
    snprintf(batch, sizeof batch, "1 to %d", EMB_MAX_BATCH);
    snprintf(epochs, sizeof epochs, "1 to %d", EMB_MAX_EPOCHS);
    const struct {
        const char *name;
        double value;
        bool fits;
        const char *range;
    } checks[] = {
        {"learning rate", o->learning_rate, o->learning_rate > 0 && isfinite(o->learning_rate),
         "a number above 0"},
        {"beta1", o->beta1, o->beta1 > 0 && o->beta1 < 1, "0 < beta1 < 1"},
        {"beta2", o->beta2, o->beta2 > 0 && o->beta2 < 1, "0 < beta2 < 1"},
        {"epsilon", o->epsilon, o->epsilon > 0 && isfinite(o->epsilon), "a number above 0"},
        {"validation split", o->val_split, o->val_split < 1 || o->val_count > 0, "a share below 1"},
        {"batch size", o->batch_size, o->batch_size >= 1 && o->batch_size <= EMB_MAX_BATCH, batch},
        {"schedule", o->schedule,
         o->schedule >= EMB_SCHEDULE_CONSTANT && o->schedule <= EMB_SCHEDULE_COSINE,
         "one of EMB_SCHEDULE_..."},
        {"epochs of the schedule", o->epochs,
         (o->schedule == EMB_SCHEDULE_CONSTANT && o->epochs == 0) ||
             (o->epochs >= 1 && o->epochs <= EMB_MAX_EPOCHS),
         epochs},
        {"warmup", o->warmup, o->warmup >= 0 && o->warmup <= EMB_MAX_WARMUP, "0 to 2^30 steps"},
        {"threads", o->threads, o->threads >= 0, "0 or more"},
    };
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        emb_status status =
            check_range(checks[i].name, checks[i].value, checks[i].fits, checks[i].range);
        if (status != EMB_OK) return status;
    }
    return EMB_OK;
}

emb_status emb__split_count(size_t n, const emb_train_options *o, size_t *train_count) {
    const double share = o->val_split;
    size_t train = (size_t)((double)n * (1 - share)), val = (size_t)((double)n * share);
    if (o->val_count > 0) {
        *train_count = n > o->val_count ? n - o->val_count : 0;
        if (*train_count > 0) return EMB_OK;
        return emb__fail(EMB_ERR_ARGUMENT,
                         "%zu validation images leave none of %zu images to train on", o->val_count,
                         n);
    }
    for (bool first = true; train + val < n; first = !first) {
        if (first || share == 0) {
            train++;
        } else {
            val++;
        }
    }
    *train_count = train;
    if (train > 0) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT,
                     "a validation split of %g leaves none of %zu images to train on", share, n);
}

void emb__split_draw(emb__random *random, const emb_train_options *o, uint32_t *order, size_t n) {
    if (o->val_count == 0) {
        emb__random_permutation(random, order, n);
        return;
    }
    for (size_t i = 0; i < n; i++) order[i] = (uint32_t)i;
}

emb_status emb_split(size_t count, const emb_train_options *options, uint32_t *order,
                     size_t *train_count) {
    EMB__ENTER;
    emb_train_options filled = {0};
    emb_status status = emb__options_fill(&filled, options);
    if (status == EMB_OK) status = emb__split_count(count, &filled, train_count);
    if (status != EMB_OK) return status;
    emb__random *random = emb__alloc(sizeof *random);
    if (!random) return EMB_ERR_MEMORY;
    emb__random_seed(random, filled.seed);
    emb__split_draw(random, &filled, order, count);
    emb__free(random);
    return EMB_OK;
}

emb_status emb__run_split(size_t images, const emb_train_options *options, size_t *train) {
    emb_train_options filled = {0};
    const emb_status status = emb__options_fill(&filled, options);
    return status == EMB_OK ? emb__split_count(images, &filled, train) : status;
}
