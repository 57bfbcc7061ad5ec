/* All optimisers, and which one a training uses. */
#ifndef EMB_OPTIMISERS_OPTIMISER_TABLE_H
#define EMB_OPTIMISERS_OPTIMISER_TABLE_H

#include "train/optimisers/optimiser.h"

extern const emb__optimiser *const emb__optimisers[]; /* ends with NULL */

const emb__optimiser *emb__optimiser_of(const emb_train_options *options);

#endif
