/* Stopping a training and going on with it: its place, apart from arrays of the weights' size. */
#ifndef EMB_TRAIN_RUN_STATE_H
#define EMB_TRAIN_RUN_STATE_H

#include "train/run.h"

/* What a run that goes on needs beside its options, its images and four arrays of the weights' size
 * (the weights, m, v, kept). */
typedef struct emb__run_state {
    emb__random random; /* before the open epoch's first draw, or now */
    bool epoch_open;
    size_t position, steps, batches, right;
    float last_loss;
    double loss_sum, seconds;
} emb__run_state;

void emb__run_get_state(const emb_run *run, emb__run_state *state);
/* Puts it into a run that has just been made with the same options; the arrays are the caller's to
 * fill. EMB_ERR_FORMAT where no run of these images and options can be in that state. */
emb_status emb__run_set_state(emb_run *run, const emb__run_state *state);

#endif
