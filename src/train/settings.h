/* What a training is asked to do: its options with the defaults in, and which images validate. */
#ifndef EMB_TRAIN_SETTINGS_H
#define EMB_TRAIN_SETTINGS_H

#include "base/random.h"
#include "base/status.h"

/* *o = the options as given, or none, with the defaults filled in; the text names one that cannot
 * be. */
emb_status emb__options_fill(emb_train_options *o, const emb_train_options *given);

/* *train_count = how many of n images are trained on: by torch's random_split by fractions (floors,
 * the remainder dealt one by one from the first), or all before the data set's own validation
 * images. The options are filled in. */
emb_status emb__split_count(size_t n, const emb_train_options *o, size_t *train_count);

/* order[n] = the training images, then the others. Images that are split already stay as they are,
 * and the stream where it is, as in a notebook that has no random_split. */
void emb__split_draw(emb__random *random, const emb_train_options *o, uint32_t *order, size_t n);

/* emb__split_count of options as given to emb_run_new. */
emb_status emb__run_split(size_t images, const emb_train_options *options, size_t *train);

#endif
