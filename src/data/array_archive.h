/* Images and labels in an NPZ archive. */
#ifndef EMB_DATA_ARRAY_ARCHIVE_H
#define EMB_DATA_ARRAY_ARCHIVE_H

#include "data/images.h"

/* One part of it. A lone test part counts as the training part. NULL on failure. */
emb_images *emb__array_archive_open(const char *path, emb_part part);

#endif
