/* How an array's shape and type are read as images. */
#ifndef EMB_DATA_ARRAY_IMAGES_H
#define EMB_DATA_ARRAY_IMAGES_H

#include "data/labels.h"

/* What to ask emb__npy_read for: images, judged by their header. */
extern const emb__npy_wish emb__array_images_wish;

/* Images of numbers that were read in this way, with their labels, whose file is labels_name; the
 * notes say how both were read. Takes over numbers and labels, on failure too. */
emb_images *emb__array_images(const char *name, const emb__npy *npy, void *numbers,
                              const char *labels_name, emb__labels *labels);

#endif
