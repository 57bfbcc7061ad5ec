/* The end of a training step: the gradients are added up and clipped, the optimiser changes the
 * weights, and these are averaged. */
#ifndef EMB_TRAIN_UPDATE_H
#define EMB_TRAIN_UPDATE_H

#include "train/run.h"

/* One member's part. The gradients are those in the first `sets` buffers, or in two halves'. The
 * division of work changes no bit. */
void emb__run_update(const emb_run *run, const emb__member *me, size_t sets, bool halves);

#endif
