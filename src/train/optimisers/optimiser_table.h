/* All optimisers, and which one a training uses. */
#ifndef EMB_OPTIMISERS_OPTIMISER_TABLE_H
#define EMB_OPTIMISERS_OPTIMISER_TABLE_H

#include "train/optimisers/optimiser.h"

extern const emb__optimiser *const emb__optimisers[]; /* ends with NULL */

bool emb__optimiser_exists(emb_optimiser optimiser);

/* Of options that are filled in. */
const emb__optimiser *emb__optimiser_of(const emb_train_options *options);

/* Whether such a training keeps array i of its optimiser. */
bool emb__optimiser_keeps(const emb_train_options *options, int i);

#endif
