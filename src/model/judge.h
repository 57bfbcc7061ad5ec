/* What images are judged by: what an emb_unusual is made of (embudo/unusual.h says what it means),
 * its file, and the verdict that a model and its exports carry.
 *
 * Every number is kept as the float32 that its file has, so that a file that was read judges as the
 * one that was written.
 *
 * Owns: these numbers and their files. Does not own: how they are learned, and judging
 * (study/unusual.h). */
#ifndef EMB_MODEL_JUDGE_H
#define EMB_MODEL_JUDGE_H

#include "net/net.h"

enum { EMB__UNUSUAL_NEIGHBOURS = 5 };

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
    size_t trained;    /* training images that were judged likewise */
    float *training;   /* [EMB_UNUSUAL_KINDS][trained] */
};

/* A number that other weights do not have. */
uint64_t emb__unusual_weights(const emb_net *net);

/* How many neighbours' distances count. */
static inline size_t emb__unusual_neighbours(const emb_unusual *u) {
    return u->code_count < EMB__UNUSUAL_NEIGHBOURS ? u->code_count
                                                   : (size_t)EMB__UNUSUAL_NEIGHBOURS;
}

/* What a square along component c counts, for how unusual the middle image is. */
static inline float emb__unusual_kept(const emb_unusual *u, size_t c) {
    return (float)(((double)u->base - (double)u->lessened[c]) / (double)u->unit);
}

/* A side of the window of EMB_UNUSUAL_REGION. */
static inline int emb__unusual_side(int side) { return side >= 4 ? side / 4 : 1; }

/* The verdict in a model's metadata, and in what is exported from it:
 * "by=WORD false_alarms=SHARE threshold=NUMBER weights=HEX". */
#define EMB__VERDICT_KEY "embudo.threshold"
enum { EMB__VERDICT_ROOM = 128 };

/* The words of emb_unusual_by. */
extern const char *const emb__unusual_words[EMB_UNUSUAL_KINDS];

void emb__verdict_print(const emb_verdict *verdict, uint64_t weights, char text[EMB__VERDICT_ROOM]);

/* The text that an export of the network carries: of the verdict or, without one, of the network's
 * own; empty if there is neither. */
void emb__verdict_carried(const emb_net *net, const emb_verdict *verdict,
                          char text[EMB__VERDICT_ROOM]);

/* Whether an export can say the verdict on images of this network; the text begins with `what`. */
emb_status emb__verdict_check(const emb_net *net, const emb_verdict *verdict, const char *what);

#endif
