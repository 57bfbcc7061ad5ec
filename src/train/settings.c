/* Which images validate. See settings.h. */
#include "train/settings.h"

#include "base/entry.h"
#include "base/memory.h"
#include "train/options_fill.h"

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
