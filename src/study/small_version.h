/* Small versions of an image, by which images are compared (overlay.h). */
#ifndef EMB_STUDY_SMALL_VERSION_H
#define EMB_STUDY_SMALL_VERSION_H

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
    bool is_flat;     /* it shows hardly anything: only copies are like it */
    bool is_blank;    /* it is of one colour: nothing is like it */
    float ratio;      /* height by width of what the versions show */
} emb__small;

/* The part of an image that they show, in pixels. */
typedef struct emb__box {
    size_t top, left, height, width;
} emb__box;

/* What lies within bars of a colour, channels of 0..1, of numbers low..high of an image [C][H][W];
 * the whole image if it is of that colour alone. */
emb__box emb__box_within(const float *pixels, const int shape[3], double low, double high,
                         const double colour[3]);

/* Numbers low..high of an image [C][H][W], of which the box is shown. tiny[64] = what is compared
 * by distance: grey, its mean 0, its length 1. `line` has room for a row of the image. */
void emb__small_make(emb__small *small, const float *pixels, const int shape[3],
                     const emb__box *box, double low, double high, double *line, float *tiny);

/* Mean 0 and length 1. False if they are flat: within about a hundredth of black to white. */
bool emb__small_normalise(double *numbers, size_t count);

#endif
