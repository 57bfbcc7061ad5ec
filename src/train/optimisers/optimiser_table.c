/* See optimiser_table.h. */
#include "train/optimisers/optimiser_table.h"

extern const emb__optimiser emb__adam;

const emb__optimiser *const emb__optimisers[] = {&emb__adam, NULL};

/* The first is the default. */
const emb__optimiser *emb__optimiser_of(const emb_train_options *options) {
    (void)options;
    return emb__optimisers[0];
}

const char *emb_train_optimiser(const emb_train_options *options) {
    return emb__optimiser_of(options)->name;
}
