/* How the learning rate and the momentum change over a training, and when it has learned enough. */
#ifndef EMB_TRAIN_SCHEDULE_H
#define EMB_TRAIN_SCHEDULE_H

#include "train/run.h"

/* The learning rate of the step that follows `steps` others. */
double emb__run_rate(const emb_run *run, size_t steps);

/* That step's terms. */
emb__step_terms emb__run_terms(const emb_run *run, size_t steps);

/* Takes an epoch's loss into account, and a classifier's accuracy. */
void emb__run_judge(emb_run *run, double loss, double accuracy);

#endif
