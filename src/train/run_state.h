/* Stopping and resuming a training: its state, without the arrays of the weights' size. */
#ifndef EMB_TRAIN_RUN_STATE_H
#define EMB_TRAIN_RUN_STATE_H

#include "train/run.h"

/* What resuming a run needs besides its options, its images and the arrays of the weights' size:
 * the weights, the optimiser's, kept, and what is trained if the weights are averages. */
typedef struct emb__run_state {
    emb__random random; /* before the open epoch's first draw, or now */
    bool epoch_open;
    size_t position, steps, batches, right;
    float last_loss;
    double loss_sum, seconds;
    emb__told told;
    double product; /* emb__update's */
    emb__progress progress;
    char fingerprint[EMB_FINGERPRINT]; /* of the images */
} emb__run_state;

void emb__run_get_state(const emb_run *run, emb__run_state *state);
/* A run that continues from this state. No weight is drawn or changed: the caller fills the
 * arrays. NULL on failure: other images than the state's, or a state that no run of these images
 * and options can be in (EMB_ERR_FORMAT). */
emb_run *emb__run_resume(emb_net *net, const emb_images *images, const emb_train_options *options,
                         const emb__run_state *state);

#endif
