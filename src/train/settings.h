/* Which images validate. */
#ifndef EMB_TRAIN_SETTINGS_H
#define EMB_TRAIN_SETTINGS_H

#include "base/random.h"
#include "base/status.h"

/* *train_count = how many of n images are trained on: as torch's random_split by fractions (rounded
 * down, the remainder dealt one by one from the first), or all before the data set's own validation
 * images. The options must be filled in. */
emb_status emb__split_count(size_t n, const emb_train_options *o, size_t *train_count);

/* order[n] = the training images, then the others. If the images are split already, their order and
 * the stream do not change, as in a notebook without random_split. */
void emb__split_draw(emb__random *random, const emb_train_options *o, uint32_t *order, size_t n);

/* emb__split_count for options as given to emb_run_new. */
emb_status emb__run_split(size_t images, const emb_train_options *options, size_t *train);

#endif
