/* Data sets kept as NumPy arrays: an NPY file with its labels beside it, a folder of such files, an
 * NPZ archive.
 *
 * Owns: the names under which images and labels are looked for, and what an array's shape and type
 * mean as images. Does not own: NPY and NPZ themselves. */
#ifndef EMB_DATA_NUMPY_SET_H
#define EMB_DATA_NUMPY_SET_H

#include "data/images.h"

/* Whether `where` is a file that this can be about, by its ending: .npy or .npz. */
bool emb__arrays_is_file(const char *where);

/* One part of such a file, as it is there: a lone test part is what there is to train on. NULL on
 * failure. */
emb_images *emb__arrays_open_file(const char *where, emb_part part);

/* One part of a folder that holds such files. *found is false, with NULL, where it holds none. */
emb_images *emb__arrays_open_folder(const char *folder, emb_part part, bool *found);

/* 1 where it has arrays for the part, 0 where it has none; -1 with the error text set where that
 * cannot be found out. */
int emb__arrays_has(const char *where, emb_part part);

/* 2 where there is a test part, 1 where there is none, 0 where there is nothing, -1 as
 * above. */
int emb__arrays_parts(const char *where);

#endif
