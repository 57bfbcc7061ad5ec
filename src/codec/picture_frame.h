/* Which part of a picture is shown, and where it comes to lie: cropped, between bars, turned.
 *
 * A crop takes as many rows or columns as come nearest to the shape's ratio (halves up, at least
 * one); the smaller half of what is left over is at the top or left of the upright picture.
 * Likewise for the bars of a padded one. */
#ifndef EMB_CODEC_PICTURE_FRAME_H
#define EMB_CODEC_PICTURE_FRAME_H

#include "codec/picture_plan.h"

typedef struct emb__frame {
    size_t top, left, tall, wide; /* the part, in the picture as its rows come */
    size_t height, width;         /* to which it is scaled, still as its rows come */
    ptrdiff_t at, down, right; /* its row o, column i is at `at + o * down + i * right` of [H][W] */
    bool bars;                 /* it does not fill [H][W] */
} emb__frame;

/* For a picture whose rows come as height x width and must be turned as the EXIF orientation `turn`
 * says. */
emb__frame emb__frame_of(const emb__picture_plan *plan, size_t height, size_t width, int turn);

#endif
