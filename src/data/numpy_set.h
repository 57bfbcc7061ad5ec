/* Data sets kept as NumPy arrays: an NPY file with its labels beside it, a folder of such files, an
 * NPZ archive.
 *
 * Owns: the names under which images and labels are looked for. Does not own: NPY and NPZ
 * themselves, and how an array is read as images (array_images.h) and labels (labels.h). */
#ifndef EMB_DATA_NUMPY_SET_H
#define EMB_DATA_NUMPY_SET_H

#include "data/images.h"

/* Whether `where` can be such a file, by its ending: .npy or .npz. */
bool emb__arrays_is_file(const char *where);

/* One part of such a file. A lone test part counts as the training part. NULL on failure. */
emb_images *emb__arrays_open_file(const char *where, emb_part part);

/* One part of a folder that holds such files. If it holds none: NULL, and *found is false. */
emb_images *emb__arrays_open_folder(const char *folder, emb_part part, bool *found);

/* 1 if it has arrays for the part, 0 if it has none; -1 with the error text set if that cannot be
 * found out. */
int emb__arrays_has(const char *where, emb_part part);

/* 2 with a test part, 1 without one, 0 if there is nothing, -1 as above. */
int emb__arrays_parts(const char *where);

#endif
