/* One step of a training. */
#ifndef EMB_TRAIN_STEP_H
#define EMB_TRAIN_STEP_H

#include "train/run.h"

/* The next `batch` images of the epoch forward and back, and the optimiser's update where their
 * loss, which is returned, is a finite number. */
float emb__run_batch(emb_run *run, size_t batch);

#endif
