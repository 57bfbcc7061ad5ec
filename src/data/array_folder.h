/* Images in NPY files: one with its labels beside it, or a folder of such files.
 *
 * Does not own: the names (array_names.h), and how an array is read as images (array_images.h) and
 * labels (labels.h). */
#ifndef EMB_DATA_ARRAY_FOLDER_H
#define EMB_DATA_ARRAY_FOLDER_H

#include "data/images.h"

/* *path = folder/name.npy if it exists, else NULL. */
emb_status emb__array_find(const char *folder, const char *name, char **path);

/* NULL on failure, as below. */
emb_images *emb__array_file_open(const char *path);

/* One part of a folder that holds such files. If it holds none: NULL, and *found is false. */
emb_images *emb__array_folder_open(const char *folder, emb_part part, bool *found);

#endif
