/* What an emb_unusual is made of; what it means is in embudo/study.h.
 *
 * Every number is kept as the float32 that its file has, so that a file that was read judges as the
 * one that was written. */
#ifndef EMB_STUDY_UNUSUAL_H
#define EMB_STUDY_UNUSUAL_H

#include "net/net.h"
#include "study/selection.h"

enum {
    EMB__UNUSUAL_COMPONENTS = 32,
    EMB__UNUSUAL_NEIGHBOURS = 5,
    EMB__UNUSUAL_CODES = 20000,
    EMB__UNUSUAL_CODE_NUMBERS = 1 << 22 /* of all codes together */
};

struct emb_unusual {
    uint64_t weights; /* emb__unusual_weights of the network */
    bool uses_net, is_validated;
    size_t size;     /* D, the numbers of an image */
    float *mean;     /* [size], of the errors of training images */
    size_t count;    /* of components, at least 1 */
    float *vectors;  /* [count][size] */
    float *lessened; /* [count]: how much less a square along each counts than `base` */
    float base;      /* what a square counts */
    float least;     /* TV counts as at least this, above 0 ... */
    float most;      /* ... and at most this */
    float unit;      /* the middle score of the validation images before it is divided by this */
    size_t code_count, latent;
    float *codes;      /* [code_count][latent]; NULL without a network */
    size_t validated;  /* validation images */
    float *validation; /* [EMB_UNUSUAL_KINDS][validated], each row sorted */
};

/* A number that other weights do not have. */
uint64_t emb__unusual_weights(const emb_net *net);

/* numbers[count][EMB_UNUSUAL_KINDS], the images checked. */
emb_status emb__unusual_judge(const emb_unusual *u, emb_net *net, const emb__selection *selection,
                              int threads, double *numbers);

/* rows[here][D] = images [first, first + here) of the selection; if the network is used,
 * codes[here][L] and made[here][D], their reconstructions. */
emb_status emb__unusual_run(emb_net *net, bool uses_net, const emb__selection *selection,
                            size_t first, size_t here, int threads, float *rows, float *codes,
                            float *made);

/* The sum of the differences between neighbouring pixels of an image [C, H, W]. */
double emb__unusual_variation(const float *image, const int shape[3]);

/* Images that are worked on together. */
size_t emb__unusual_chunk(size_t size);

#endif
