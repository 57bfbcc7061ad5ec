/* A batch of images through a network, forward and back: its loss, and the loss's gradient by every
 * weight.
 *
 * A batch is cut into blocks of 16 images; neighbouring blocks share a buffer of gradients. Where a
 * layer needs the whole batch (emb__batch_kind), a segment ends: all blocks come so far, the
 * layer's sums are merged by one tree over the halves of blocks, and the next segment begins;
 * likewise on the way back. A network without such a layer is one segment, and a block goes forward
 * and back at once. */
#ifndef EMB_TRAIN_BATCH_H
#define EMB_TRAIN_BATCH_H

#include "data/images.h"
#include "device/alter.h"
#include "device/cpu/workspace.h"
#include "train/losses/loss.h"

typedef struct emb__batch {
    emb_net *net;
    const emb__loss *loss;
    const emb_images *images;
    const uint32_t *indices; /* [count]; NULL: the first */
    const uint8_t *bytes;    /* of these images, if they are at hand; or NULL */
    emb__altering altering;  /* of these images */
    size_t count;
    double *errors;        /* [count + EMB__LANES] */
    emb__term *terms;      /* [count], what a bottleneck adds to these; NULL: nobody asks */
    double epochs;         /* how often the training has seen its images */
    uint8_t *predicted;    /* likewise, for a loss that predicts; or NULL */
    float *grads;          /* [sets][net->param_stride], at least two sets */
    size_t sets;           /* into which the blocks' gradients are summed */
    bool halves;           /* two members may share a single block by halves */
    bool tracks;           /* the net's running statistics take part of the batch's */
    const uint16_t *masks; /* emb__masks_draw; NULL: nothing is drawn */
} emb__batch;

/* EMB_OK if each layer can train on a batch of so few images: BatchNorm cannot on a single number
 * of a channel. */
emb_status emb__batch_check(const emb_net *net, size_t count, const char *why);

/* Room for such batches of at most `count` images on a team; emb__net_gradient_sets says how many
 * sets. */
emb_status emb__batch_room(emb_net *net, size_t count, size_t sets, int threads);
size_t emb__batch_room_size(const emb_net *net, size_t count, size_t sets, size_t threads,
                            size_t scratch);

/* One member's part; when all are done and have waited, errors and gradients are there. Returns
 * whether two members shared the block by halves: then the gradients are in two buffers, Linear's
 * in the first alone. The division of work changes no bit. */
bool emb__batch_run(const emb__batch *batch, const emb__member *me);

/* What a layer that needs the whole batch does besides its passes, for `embudo bench`: of a batch
 * of one block, which w holds, from `grad_out` on the way back (else NULL). There must be room for
 * such a batch. */
void emb__batch_look(emb_net *net, const emb__workspace *w, int layer, float *grad_out,
                     float *grads);

#endif
