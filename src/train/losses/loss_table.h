/* All kinds of losses, and which one a network is trained with if nothing is asked for. */
#ifndef EMB_LOSSES_LOSS_TABLE_H
#define EMB_LOSSES_LOSS_TABLE_H

#include "train/losses/loss_kind.h"

extern const emb__loss_kind *const emb__loss_kinds[]; /* ends with NULL */

/* The loss of a net for which emb__net_has_loss is EMB_OK. */
const emb__loss_kind *emb__loss_of(const emb_net *net);

#endif
