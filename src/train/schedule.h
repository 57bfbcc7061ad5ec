/* How the learning rate changes over a training. */
#ifndef EMB_TRAIN_SCHEDULE_H
#define EMB_TRAIN_SCHEDULE_H

#include "train/run.h"

/* The learning rate of the step that follows `steps` others. */
double emb__run_rate(const emb_run *run, size_t steps);

#endif
