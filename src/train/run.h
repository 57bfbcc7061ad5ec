/* One training: the random stream, the loaders' order, the optimiser's state, the place in the
 * epoch.
 *
 * Owns: what changes as a net learns, except its weights, which belong to the net. */
#ifndef EMB_TRAIN_RUN_H
#define EMB_TRAIN_RUN_H

#include "data/ahead.h"
#include "data/images.h"
#include "device/alter.h"
#include "device/cpu/pace.h"
#include "net/net.h"
#include "train/freeze.h"
#include "train/losses/loss.h"
#include "train/optimisers/optimiser.h"
#include "train/terms.h"

/* What the losses of the epochs so far mean for the learning rate and for going on. */
typedef struct emb__progress {
    size_t judged;        /* epochs */
    double plateau_best;  /* the least loss, or the highest accuracy */
    double plateau_scale; /* the rate's factor; 0: still 1; negative: 0 */
    int plateau_bad;      /* epochs since the best without a better one */
    int plateau_rest;     /* epochs to come that do not count */
    double stop_best;
    int stop_bad;
} emb__progress;

struct emb_run {
    emb_net *net;              /* borrowed */
    const emb_images *images;  /* borrowed */
    emb_train_options options; /* with the defaults filled in */
    emb__loss loss;
    const emb__optimiser *optimiser;
    emb__random random;       /* torch's default generator */
    emb__random epoch_random; /* its state before the open epoch's first draw */
    uint32_t *split;          /* a permutation of the images: training, then validation */
    size_t train_count, val_count;
    uint32_t *order;      /* this epoch's training images, in the order they are taken */
    uint32_t *val_order;  /* room for a shuffled validation set */
    double *errors;       /* one per image of a batch, or of the validation set */
    uint8_t *predicted;   /* likewise, for a classifier */
    emb__term *terms;     /* likewise, for a bottleneck; else NULL */
    uint64_t *uses;       /* of a codebook's entries, in a validation */
    uint16_t *masks;      /* of a step, or NULL: nothing is drawn in one */
    emb__alter *alter;    /* NULL: images stay as they are */
    size_t position;      /* of the next image in `order` */
    emb__ahead *ahead;    /* NULL: the images are in memory */
    const uint8_t *bytes; /* of a step's images, which it has read; or NULL */
    bool epoch_open;      /* between an epoch's first batch and finish_epoch */
    size_t steps;
    float last_loss;
    double loss_sum; /* over this epoch's batches */
    emb__told told;  /* likewise: the sums of what is told of a kind of autoencoder */
    size_t batches, right;
    double seconds;     /* of training in this epoch */
    emb__pace pace;     /* of options.threads */
    size_t sets;        /* gradient buffers */
    emb__update update; /* the gradients, and the optimiser's arrays */
    /* NULL unless the weights are averaged: the net has the averages and this the weights that are
     * trained; during a step they change places. */
    float *other;
    double *squares; /* if the gradients' norm clips them: each chunk's sum; see update.c */
    emb__progress progress;
    emb__frozen *frozen; /* what options.freeze says; NULL: nothing is frozen */
    float *kept;         /* the net's weights at the last epoch's end */
    char *fingerprint;   /* [EMB_FINGERPRINT], of the images; "" until a state is asked for */
};

/* A run whose weights are the net's as they are; nothing of the random stream is drawn but the
 * split, and what the net was trained on stays what it says. NULL on failure. */
emb_run *emb__run_open(emb_net *net, const emb_images *images, const emb_train_options *options);

/* If weights are averaged: those that are trained begin as the net's are now. */
void emb__run_copy_weights(emb_run *run);

/* How the training images are changed in the epoch of the next step. */
emb__altering emb__run_altering(const emb_run *run);

/* The weights as they are now are the ones of the last epoch's end. */
void emb__run_keep_weights(emb_run *run);

/* The number of buffers into which the gradients of a batch are summed: one for each of at most 16
 * groups of neighbouring blocks. It depends only on the shapes and the batch, never on threads. */
size_t emb__net_gradient_sets(const emb_net *net, size_t batch);

/* Bytes that a run with these options, as given to emb_run_new, takes besides its network and its
 * images once it has validated, if other work runs `blocks` blocks at once. */
emb_status emb__run_size(const emb_net *net, size_t images, const emb_train_options *options,
                         size_t blocks, size_t *bytes);

#endif
