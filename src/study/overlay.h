/* Whether two images are the same picture: small versions of them, laid over each other as well as
 * a shift, a turn and a scale can, and what then differs. */
#ifndef EMB_STUDY_OVERLAY_H
#define EMB_STUDY_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    EMB__COARSE = 16, /* sides of the versions: of the one that finds how one lies over the other */
    EMB__FINE = 32,   /* of the one that is compared, in up to three channels */
    EMB__FINE_SIZE = 3 * EMB__FINE * EMB__FINE,
    EMB__TINY = 8 /* of the one whose neighbours are looked for */
};

/* An image's small versions. */
typedef struct emb__small {
    float coarse[EMB__COARSE * EMB__COARSE]; /* grey, blurred */
    uint8_t fine[EMB__FINE_SIZE];
    uint64_t sums[2]; /* of all numbers: equal for copies, different for others */
    bool is_flat;     /* it shows nothing: only copies are like it */
} emb__small;

/* Numbers low..high of an image [C][H][W]. tiny[64] = what is compared by distance: grey, its mean
 * 0, its length 1. `line` has room for a row of the image. */
void emb__small_make(emb__small *small, const float *pixels, const int shape[3], double low,
                     double high, double *line, float *tiny);

/* How another image's version lies over this one: prepared once for many others. */
typedef struct emb__overlay {
    const emb__small *small;
    int channels;
    double ground[EMB__COARSE * EMB__COARSE];   /* mean 0, length 1 within the frame */
    double steps[4][EMB__COARSE * EMB__COARSE]; /* how that changes with scale, turn, shifts */
    double inverse[4][4];                       /* of their products */
} emb__overlay;

void emb__overlay_begin(emb__overlay *overlay, const emb__small *small, int channels);

/* How like the other one is, 0..1; 1 only for copies. */
double emb__overlay_like(const emb__overlay *overlay, const emb__small *other);

#endif
