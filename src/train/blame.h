/* Finds where numbers that are not finite come from. */
#ifndef EMB_TRAIN_BLAME_H
#define EMB_TRAIN_BLAME_H

#include "train/run.h"

/* EMB_ERR_DIVERGED, with a text that names the step and the tensor or the layer, for the next
 * `batch` images of the epoch, whose loss is not finite. */
emb_status emb__run_blame(const emb_run *run, size_t batch);

/* EMB_ERR_DIVERGED, with a text that names the step and the tensor, if the optimiser's numbers have
 * become infinite: a weight would never move again, and nothing else would show it. */
emb_status emb__run_check_optimiser(const emb_run *run);

#endif
