/* What a bottleneck adds to the loss of images: a kind of autoencoder is a layer with a term of its
 * own (emb__bottleneck in net/layer.h). */
#ifndef EMB_TRAIN_TERMS_H
#define EMB_TRAIN_TERMS_H

#include <embudo/train.h>

#include "device/cpu/workspace.h"

/* terms[count] of a block that has run forward; `added` as the loss has it, weight and scale
 * included. The network has a bottleneck. */
void emb__terms_find(const emb_net *net, const emb__workspace *w, size_t count, emb__term *terms);

/* Outside of a training step: how many numbers an image leaves, 0: none; the rows [count][...] of a
 * block's; and what batches of `batch` images add to their images' terms by all rows. */
size_t emb__terms_row(const emb_net *net);
void emb__terms_keep(const emb_net *net, const emb__workspace *w, size_t count, float *rows);
void emb__terms_judge(const emb_net *net, const float *rows, size_t count, size_t batch,
                      emb__term *terms);

/* The means of `count` images; 0 if terms is NULL. */
emb__term emb__terms_mean(const emb__term *terms, size_t count);

/* What is told of a kind. */
typedef struct emb__told {
    double reconstruction, term; /* means over the images: of the loss without the term, and of what
                                    is said of the term */
    const uint64_t *uses;        /* of a codebook's entries; NULL: those of a training */
} emb__told;

/* Fills measures[EMB_MOST_MEASURES], `validation` NULL: there is none, and returns how many there
 * are; 0 for a network that is of no kind. */
int emb__terms_measure(const emb_net *net, const emb__told *training, const emb__told *validation,
                       emb_measure *measures);

#endif
