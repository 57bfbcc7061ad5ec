/* The loss of each image, outside of a training step. */
#ifndef EMB_TRAIN_IMAGE_ERRORS_H
#define EMB_TRAIN_IMAGE_ERRORS_H

#include "train/losses/loss.h"

/* As below, of images that are changed. The loss has been prepared for noise, if there is any.
 * terms[count] (or NULL) = what a bottleneck adds to each image's loss, in batches of so many. */
emb_status emb__net_errors_altered(emb_net *net, const emb__loss *loss, const emb_images *images,
                                   const emb__altering *altering, const uint32_t *indices,
                                   size_t count, int asked, double *errors, emb__term *terms,
                                   size_t batch, uint8_t *predicted);

/* errors[i] = the loss, which has been prepared, of image indices[i] (indices NULL: image i),
 * summed over its terms, and for a classifier, unless NULL, predicted[i]. Blocks of 16 are shared
 * out among the threads; an image's error does not depend on them. */
emb_status emb__net_errors(emb_net *net, const emb__loss *loss, const emb_images *images,
                           const uint32_t *indices, size_t count, int asked, double *errors,
                           uint8_t *predicted);

#endif
