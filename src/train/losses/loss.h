/* What a loss is: one row of a table (loss_table.c) and one file in this folder.
 *
 * A row says which networks it is for, what it needs of the images, and a block's value and
 * gradient. */
#ifndef EMB_LOSSES_LOSS_H
#define EMB_LOSSES_LOSS_H

#include "data/images.h"
#include "device/cpu/workspace.h"

/* A block of images that has run forward, and what a loss makes of it. */
typedef struct emb__loss_block {
    const emb_net *net;
    const emb__workspace *w;
    const emb_images *images;
    const uint32_t *indices; /* the block holds indices[first ...), or where NULL first ... */
    size_t first, count;
    float scale,
        *grad;      /* unless grad is NULL, it takes the gradient by the output; emb__loss_scale */
    bool exact;     /* errors too large or small for float32 are summed again in double */
    double *errors; /* for the workspace's lanes: each image's loss, summed over its terms */
    uint8_t *predicted; /* likewise, of a loss that predicts: each image's class; NULL: unasked */
} emb__loss_block;

typedef struct emb__loss {
    const char *name; /* as PyTorch's nn spells it */
    const char *part; /* it is the loss of networks whose last part this is */
    bool predicts;    /* it needs labels, and says what each image's would be */
    /* How often `scale` goes into an error's gradient as `block` makes it: 2 of squares. */
    double slope;
    /* How many terms an image's loss is the mean of. */
    size_t (*terms)(const emb_net *net);
    /* EMB_OK where the images have what it needs; NULL: it needs nothing. */
    emb_status (*needs)(const emb_net *net, const emb_images *images);
    void (*block)(const emb__loss_block *block);
} emb__loss;

/* The scale by which a step on `count` images takes the gradient. */
float emb__loss_scale(const emb__loss *loss, const emb_net *net, size_t count);

/* The mean loss of `count` images from their errors. */
double emb__loss_mean(const emb__loss *loss, const emb_net *net, const double *errors,
                      size_t count);

#endif
