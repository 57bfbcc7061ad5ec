/* What an array's shape and type mean as images. */
#ifndef EMB_DATA_ARRAY_IMAGES_H
#define EMB_DATA_ARRAY_IMAGES_H

#include "data/labels.h"

/* How images are read: judged by their header. */
extern const emb__npy_wish emb__array_images_wish;

/* Images of numbers that were read so, with their labels, whose file labels_name is; notes say what
 * was taken for what. Takes over numbers and labels, on failure too. */
emb_images *emb__array_images(const char *name, const emb__npy *npy, void *numbers,
                              const char *labels_name, emb__labels *labels);

#endif
