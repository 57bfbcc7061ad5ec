/* The test part of a data set that has none of its own.
 *
 * Owns: how many images are held out, and which. Does not own: what a data set is (data/dataset.c),
 * or PyTorch's stream (base/random.h), from which nothing is drawn here. */
#ifndef EMB_DATA_HOLDOUT_H
#define EMB_DATA_HOLDOUT_H

#include "data/images.h"

/* EMB_OK if the options (NULL: the defaults) are in their ranges. */
emb_status emb__holdout_check(const emb_open_options *options);

/* How many of `count` images these options hold out. */
size_t emb__holdout_count(size_t count, const emb_open_options *options);

/* Reduces all of a data set's images to those of EMB_TRAIN or of EMB_TEST, in their order. Takes
 * the images over; on failure it frees them, and the text names `name`. */
emb_images *emb__holdout_take(emb_images *images, const char *name, emb_part part,
                              const emb_open_options *options);

#endif
