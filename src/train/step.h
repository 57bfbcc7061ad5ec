/* One step of a training. */
#ifndef EMB_TRAIN_STEP_H
#define EMB_TRAIN_STEP_H

#include "train/run.h"

/* Runs the next `batch` images of the epoch forward and back, and returns their loss; if that is a
 * finite number, the optimiser updates the weights. */
float emb__run_batch(emb_run *run, size_t batch);

#endif
