/* Labels as arrays hold them: whole numbers, a one-hot row for each image, or words.
 *
 * Words become the numbers of their places among all words, sorted as numpy.unique sorts them, by
 * their letters' code points. A part of a data set may lack some of them: the other parts' words
 * are taken in as well, so that a word is the same number in each.
 *
 * Owns: what an array means as labels. Does not own: where it is looked for (numpy_set.c). */
#ifndef EMB_DATA_LABELS_H
#define EMB_DATA_LABELS_H

#include "codec/npy.h"
#include "data/images.h"

/* Zeroed is none. */
typedef struct emb__labels {
    uint8_t *bytes; /* [count] */
    size_t count;
    char **names; /* [name_count], of the classes; NULL where the labels are numbers */
    int name_count;
    int one_hot; /* columns; 0: the labels were no rows */
} emb__labels;

void emb__labels_free(emb__labels *labels);

/* Judges a header, as emb__npy_wish's accept: labels of as many images as the size_t *data says. */
emb_status emb__labels_accept(const char *name, const emb__npy *npy, const void *data);
/* The same where any number of labels is right. */
emb_status emb__labels_accept_any(const char *name, const emb__npy *npy, const void *data);

/* How labels are read: words stay as they are, and so does uint8. */
#define EMB__LABELS_WISH .keep_bytes = true, .keep_words = true

bool emb__labels_are_words(const emb__npy *npy);

/* Takes in the words of an array for emb__labels_make. */
emb_status emb__labels_add_words(const char *name, const emb__npy *npy, const void *words,
                                 emb__labels *labels);

/* labels->bytes from an array that was accepted; `numbers` are as emb__npy_read gives them. */
emb_status emb__labels_make(const char *name, const emb__npy *npy, const void *numbers,
                            emb__labels *labels);

/* Gives them to images, which take over what they hold, and a note on what was made of them. */
emb_status emb__labels_give(emb__labels *labels, const char *name, emb_images *images);

#endif
