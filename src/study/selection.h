/* Some of a data set's images. */
#ifndef EMB_STUDY_SELECTION_H
#define EMB_STUDY_SELECTION_H

#include "base/status.h"

typedef struct emb__selection {
    const emb_images *images;
    const uint32_t *indices; /* NULL: images 0, 1, ... */
    size_t count;
} emb__selection;

/* Fills *selection, with the count of all images if `indices` is NULL; an index that is too large,
 * or no image at all, is an error. */
emb_status emb__select(const emb_images *images, const uint32_t *indices, size_t count,
                       emb__selection *selection);

/* row[size] = image i of the selection. */
void emb__selection_row(const emb__selection *selection, size_t i, float *row);

#endif
