/* All losses, and which one a network is trained with. */
#ifndef EMB_LOSSES_LOSS_TABLE_H
#define EMB_LOSSES_LOSS_TABLE_H

#include "train/losses/loss.h"

/* The loss of a net for which emb__net_has_loss is EMB_OK. */
const emb__loss *emb__loss_of(const emb_net *net);

/* EMB_OK if the images have what that loss needs. */
emb_status emb__net_can_learn(const emb_net *net, const emb_images *images);

#endif
