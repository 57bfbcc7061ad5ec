/* An epoch: emb_run_step, emb_run_epoch and emb_run_finish_epoch in embudo/train.h. */
#ifndef EMB_TRAIN_EPOCH_H
#define EMB_TRAIN_EPOCH_H

#include "train/run.h"

/* Draws the epoch's order; its first image is the next. */
void emb__run_begin_epoch(emb_run *run);

#endif
