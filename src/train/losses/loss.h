/* What a training minimises: a kind of loss, or a sum of several with weights. */
#ifndef EMB_LOSSES_LOSS_H
#define EMB_LOSSES_LOSS_H

#include "device/cpu/walk.h"
#include "train/losses/loss_text.h"

/* The loss of a net for which emb__net_has_loss is EMB_OK, by its text, "" or NULL for the net's
 * own: EMB_ERR_ARGUMENT, with the text set, if it is not one for such a net. */
emb_status emb__loss_make(emb__loss *loss, const emb_net *net, const char *text);

/* EMB_OK if the images have what the loss needs, and the net's workspaces get the scratch. */
emb_status emb__loss_prepare(emb__loss *loss, emb_net *net, const emb_images *images);

/* The same where noise is put on what the network reads: there is also room for the target. */
emb_status emb__loss_prepare_noisy(emb__loss *loss, emb_net *net, const emb_images *images);
/* A block's target, laid out behind the loss's scratch, for emb__loss_block.target; NULL if the
 * rows have no noise. */
const float *emb__loss_target(const emb__loss *loss, const emb_net *net, const emb__workspace *w,
                              const emb__rows *rows, size_t first, size_t count);

/* Vectors of scratch that a workspace needs for it. */
size_t emb__loss_scratch(const emb__loss *loss, const emb_net *net);

/* A block's errors and gradient. */
void emb__loss_run(const emb__loss *loss, const emb__loss_block *block);

/* The number of terms of which an image's loss is the mean of its error. */
size_t emb__loss_terms(const emb__loss *loss, const emb_net *net);

/* The mean loss of `count` images from their errors. */
double emb__loss_mean(const emb__loss *loss, const emb_net *net, const double *errors,
                      size_t count);

#endif
