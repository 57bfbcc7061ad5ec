/* What a network is trained on: the mean squared error of an autoencoder (MSELoss), the cross
 * entropy of a classifier (CrossEntropyLoss). */
#ifndef EMB_LOSSES_LOSS_H
#define EMB_LOSSES_LOSS_H

#include "data/images.h"
#include "device/cpu/workspace.h"

/* Terms that an image's loss is the mean of: its pixels for the mean squared error, 1 for cross
 * entropy. */
size_t emb__net_loss_terms(const emb_net *net);

/* EMB_OK where the images have what the loss needs: for a classifier, labels below its classes. */
emb_status emb__net_can_learn(const emb_net *net, const emb_images *images);

/* The loss of a block of `count` images, indices[first ...] as in emb__net_lay_out, that has run
 * forward: for the workspace's lanes, errors and predicted as above (predicted may be NULL), and
 * unless `grad` is NULL the gradient by the output of `scale` times the errors' sum; of the mean
 * squared error, half of that. */
void emb__net_loss(const emb_net *net, const emb__workspace *w, const emb_images *images,
                   const uint32_t *indices, size_t first, size_t count, float scale, float *grad,
                   double *errors, uint8_t *predicted);

/* The scale by which a step on `count` images takes the gradient. */
float emb__net_loss_scale(const emb_net *net, size_t count);

/* The mean loss of `count` images from their errors. */
double emb__net_mean_loss(const emb_net *net, const double *errors, size_t count);

#endif
