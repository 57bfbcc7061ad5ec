/* The test part of a data set that has none of its own.
 *
 * Owns: how many images are held out, and which. Does not own: what a data set is
 * (data/dataset.c), nor PyTorch's stream (random.h), of which nothing is drawn here. */
#ifndef EMB_DATA_HOLDOUT_H
#define EMB_DATA_HOLDOUT_H

#include "data/images.h"

/* EMB_OK where the options (NULL: the defaults) are in their ranges. */
emb_status emb__holdout_check(const emb_open_options *options);

/* Of `count` images, how many such options hold out. */
size_t emb__holdout_count(size_t count, const emb_open_options *options);

/* Reduces all of a data set's images to those of EMB_TRAIN or of EMB_TEST, in their order. Takes
 * the images over: on failure they are freed, and `name` is in the text. */
emb_images *emb__holdout_take(emb_images *images, const char *name, emb_part part,
                              const emb_open_options *options);

#endif
