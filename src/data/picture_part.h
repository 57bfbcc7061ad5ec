/* Images of a folder of pictures: one part of a set, with its labels, its classes' names and what
 * is to be said of it.
 *
 * Owns: from a set to images. Does not own: where the set comes from (picture_set.c). */
#ifndef EMB_DATA_PICTURE_PART_H
#define EMB_DATA_PICTURE_PART_H

#include "data/picture_cache.h"

/* One part of a set, which keeps the store. NULL, with the error text set, if none of its pictures
 * can be read.
 */
emb_images *emb__picture_part(const emb__picture_set *set, const char *folder, emb_part part);

#endif
