/* What a kind of loss is: one row of a table (loss_table.c) and one file in this folder.
 *
 * A row says which networks the loss is for, what images it needs, and how a block's value and
 * gradient are computed. A loss (loss.h) is one kind, or several with weights. */
#ifndef EMB_LOSSES_LOSS_KIND_H
#define EMB_LOSSES_LOSS_KIND_H

#include "data/images.h"
#include "device/cpu/workspace.h"

enum { EMB__LOSS_ARGS = 4 };

/* An argument, such as "beta" of SmoothL1Loss: a number from least to most. */
typedef struct emb__loss_arg {
    const char *name; /* NULL: there is none */
    double value;     /* the default */
    double least, most;
    bool whole; /* a whole number */
} emb__loss_arg;

/* A block of images that has run forward, and where its loss goes. */
typedef struct emb__loss_block {
    const emb_net *net;
    const emb__workspace *w;
    const emb_images *images;
    const uint32_t *indices; /* the block holds images indices[first ...), or if NULL first ... */
    size_t first, count;
    size_t of;           /* the loss is the mean of so many images */
    const float *target; /* what the output is compared with; NULL: the network's input */
    float *grad;         /* gets the gradient by the output, unless NULL */
    bool exact;          /* errors too large or small for float32 are summed again in double */
    double *errors;      /* for the workspace's lanes: each image's loss, summed over its terms */
    uint8_t *predicted;  /* likewise, for a loss that predicts: each image's class; or NULL */
    /* Of the kind; emb__loss_run sets them. */
    const double *args;
    float scale;    /* of the gradient */
    float *scratch; /* as many vectors as the kind asks for */
} emb__loss_block;

typedef struct emb__loss_kind {
    const char *name;       /* as PyTorch's nn spells it */
    const char *short_name; /* in a sum: without underscores, small letters */
    const char *part;       /* the loss is for networks whose last part has this name */
    bool predicts;          /* it needs labels, and predicts each image's label */
    emb__loss_arg args[EMB__LOSS_ARGS];
    /* The factor by which `block` multiplies `scale` in the gradient of an error: 2 for squares. */
    double slope;
    /* The number of terms of which an image's loss is the mean. */
    size_t (*terms)(const emb_net *net);
    /* EMB_OK if the images and the network have what it needs; NULL: it needs nothing. It may put
     * what it finds out from them into args that are 0. */
    emb_status (*needs)(const emb_net *net, const emb_images *images, double *args);
    /* Vectors of scratch; NULL: none. */
    size_t (*scratch)(const emb_net *net, const double *args);
    void (*block)(const emb__loss_block *block);
} emb__loss_kind;

/* What the output is compared with, in the workspace's lanes. */
const float *emb__loss_goal(const emb__loss_block *block);

/* Numbers of the network's input, for losses that are a mean over these. */
size_t emb__loss_numbers(const emb_net *net);
/* 1, for those that are one number for an image. */
size_t emb__loss_one(const emb_net *net);

#endif
