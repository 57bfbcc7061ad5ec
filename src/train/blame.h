/* Where numbers that are not finite come from. */
#ifndef EMB_TRAIN_BLAME_H
#define EMB_TRAIN_BLAME_H

#include "train/run.h"

/* EMB_ERR_DIVERGED, its text naming the step and the tensor or the layer, for the next `batch`
 * images of the epoch, whose loss is not finite. */
emb_status emb__run_blame(const emb_run *run, size_t batch);

/* EMB_ERR_DIVERGED, its text naming the step and the tensor, where what the optimiser keeps has
 * left the range of numbers: a weight would never move again, and nothing else would show it. */
emb_status emb__run_check_optimiser(const emb_run *run);

#endif
