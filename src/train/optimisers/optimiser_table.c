/* See optimiser_table.h. */
#include "train/optimisers/optimiser_table.h"

extern const emb__optimiser emb__adam, emb__adamw, emb__sgd, emb__rmsprop, emb__nadam;

const emb__optimiser *const emb__optimisers[] = {
    [EMB_OPTIMISER_ADAM] = &emb__adam,   [EMB_OPTIMISER_ADAMW] = &emb__adamw,
    [EMB_OPTIMISER_SGD] = &emb__sgd,     [EMB_OPTIMISER_RMSPROP] = &emb__rmsprop,
    [EMB_OPTIMISER_NADAM] = &emb__nadam, NULL,
};

enum { COUNT = EMB_OPTIMISER_NADAM + 1 };

bool emb__optimiser_exists(emb_optimiser optimiser) { return (unsigned)optimiser < COUNT; }

const emb__optimiser *emb__optimiser_of(const emb_train_options *options) {
    return emb__optimisers[options->optimiser];
}

bool emb__optimiser_keeps(const emb_train_options *options, int i) {
    const emb__optimiser *o = emb__optimiser_of(options);
    return i < o->array_count && (!o->keeps || o->keeps(options, i));
}

const char *emb_train_optimiser(const emb_train_options *options) {
    if (!options) return emb__optimisers[0]->name;
    return emb__optimiser_exists(options->optimiser) ? emb__optimiser_of(options)->name : NULL;
}
