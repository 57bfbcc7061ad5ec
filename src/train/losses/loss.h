/* What a loss is: one row of a table (loss_table.c) and one file in this folder.
 *
 * A row says which networks the loss is for, what images it needs, and how a block's value and
 * gradient are computed. */
#ifndef EMB_LOSSES_LOSS_H
#define EMB_LOSSES_LOSS_H

#include "data/images.h"
#include "device/cpu/workspace.h"

/* A block of images that has run forward, and where its loss goes. */
typedef struct emb__loss_block {
    const emb_net *net;
    const emb__workspace *w;
    const emb_images *images;
    const uint32_t *indices; /* the block holds images indices[first ...), or if NULL first ... */
    size_t first, count;
    float scale, *grad; /* gets the gradient by the output, unless NULL; emb__loss_scale */
    bool exact;         /* errors too large or small for float32 are summed again in double */
    double *errors;     /* for the workspace's lanes: each image's loss, summed over its terms */
    uint8_t *predicted; /* likewise, for a loss that predicts: each image's class; or NULL */
} emb__loss_block;

typedef struct emb__loss {
    const char *name; /* as PyTorch's nn spells it */
    const char *part; /* the loss is for networks whose last part has this name */
    bool predicts;    /* it needs labels, and predicts each image's label */
    /* The factor by which `block` multiplies `scale` in the gradient of an error: 2 for squares. */
    double slope;
    /* The number of terms of which an image's loss is the mean. */
    size_t (*terms)(const emb_net *net);
    /* EMB_OK if the images have what it needs; NULL: it needs nothing. */
    emb_status (*needs)(const emb_net *net, const emb_images *images);
    void (*block)(const emb__loss_block *block);
} emb__loss;

/* The scale of the gradient in a step on `count` images. */
float emb__loss_scale(const emb__loss *loss, const emb_net *net, size_t count);

/* The mean loss of `count` images from their errors. */
double emb__loss_mean(const emb__loss *loss, const emb_net *net, const double *errors,
                      size_t count);

#endif
