/* Labels as arrays hold them: whole numbers, a one-hot row for each image, or words.
 *
 * A word becomes its place among all words, sorted as numpy.unique sorts them, by their letters'
 * code points. A part of a data set may lack some words: those of the other parts are counted, too,
 * so that a word is the same number in each part.
 *
 * Owns: how an array is read as labels. Does not own: where labels are looked for (array_names.h).
 */
#ifndef EMB_DATA_LABELS_H
#define EMB_DATA_LABELS_H

#include "codec/npy.h"
#include "data/images.h"

/* Zeroed, it is empty. */
typedef struct emb__labels {
    uint8_t *bytes; /* [count] */
    size_t count;
    char **names; /* [name_count], of the classes; NULL if the labels are numbers */
    int name_count;
    int one_hot; /* columns of one-hot rows; 0: the labels were not rows */
} emb__labels;

void emb__labels_free(emb__labels *labels);

/* Judges a header, as emb__npy_wish's `accept`: labels for as many images as the size_t *data
 * says. */
emb_status emb__labels_accept(const char *name, const emb__npy *npy, const void *data);
/* The same for any number of labels. */
emb_status emb__labels_accept_any(const char *name, const emb__npy *npy, const void *data);

/* What to ask emb__npy_read for: words and uint8 stay as they are. */
#define EMB__LABELS_WISH .keep_bytes = true, .keep_words = true
/* Labels of any number. */
extern const emb__npy_wish emb__labels_any;

bool emb__labels_are_words(const emb__npy *npy);

/* Refuses labels that are words in one part and numbers in the other: numbers would be mixed up
 * with those that words become. */
emb_status emb__labels_agree(const char *name, const emb__npy *npy, const char *other_name,
                             const emb__npy *other);

/* Adds the words of an array to those that emb__labels_make numbers. */
emb_status emb__labels_add_words(const char *name, const emb__npy *npy, const void *words,
                                 emb__labels *labels);

/* Makes labels->bytes of an array that was accepted; `numbers` are what emb__npy_read gave. */
emb_status emb__labels_make(const char *name, const emb__npy *npy, const void *numbers,
                            emb__labels *labels);

/* Moves the labels into images, and adds a note on how they were read. */
emb_status emb__labels_give(emb__labels *labels, const char *name, emb_images *images);

#endif
