/* The names under which images and their labels are looked for among NumPy arrays. */
#ifndef EMB_DATA_ARRAY_NAMES_H
#define EMB_DATA_ARRAY_NAMES_H

#include "embudo/data.h"

/* Of images and of their labels. Lists of them end with NULLs, and are in the order of looking. */
typedef struct emb__array_pair {
    const char *images, *labels;
} emb__array_pair;

enum { EMB__ARRAY_PAIRS = 5 };

/* By emb_part. */
extern const emb__array_pair emb__array_parts[3][EMB__ARRAY_PAIRS];

/* In a data set without a test part. */
extern const emb__array_pair emb__array_whole[];

/* The lists in which a part is looked for, NULL-ended: training images may have any of the names,
 * since a lone test part is what there is to train on. */
extern const emb__array_pair *const emb__array_places[3][4];

/* The lists whose labels' words are numbered together, so that a word is the same number in each
 * part. NULL-ended. */
extern const emb__array_pair *const emb__array_lists[];

#endif
