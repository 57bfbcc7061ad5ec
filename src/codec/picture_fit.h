/* A picture, row by row, into the shape that a network reads, as a plan says.
 *
 * Grey is Rec. 601's luma of each pixel, (19595 R + 38470 G + 7471 B + 32768) >> 16. A pixel of
 * opacity A is (A colour + (255 - A) background) / 255, in each channel. A side that shrinks is
 * averaged by area; one that grows is interpolated linearly between the pixels' middles, with the
 * border repeated. All of it is in whole numbers, rounded once a step, halves up; so a picture that
 * is turned gives the same bytes, turned.
 *
 * The memory depends on the shape, never on the picture: a header that lies about the picture's
 * size costs nothing here. Only if a grey picture is laid over a coloured background, one row of it
 * is held. */
#ifndef EMB_CODEC_PICTURE_FIT_H
#define EMB_CODEC_PICTURE_FIT_H

#include "base/memory.h"
#include "codec/picture_frame.h"

struct emb__span;

typedef struct emb__fit {
    emb__picture_plan plan;
    uint8_t *pixels;        /* [C][H][W], the caller's */
    emb__picture_info info; /* what the file held */
    int eighths;            /* set before begin: the rows come at so much of the size; 0 is all */
    bool bottom_up;         /* set before begin: its rows come from below */
    int samples;            /* of a row's pixel: grey or RGB, and alpha if even; 0 before begin */
    int channels;           /* of it over its background, 1 or 3 */
    size_t height, width;   /* of the rows that come */
    size_t seen, done;      /* rows that came; complete rows of the frame */
    size_t top, left, tall, wide; /* those of them that are fitted */
    emb__frame frame;
    struct emb__span *rows, *columns; /* [frame.height], [.width]: the span that each is made of */
    size_t kept;                      /* channels that are fitted: 1 or 3 */
    size_t open;                      /* rows of the frame that are summed at a time, at most */
    uint64_t *sums;                   /* [open][kept][frame.width] */
    uint32_t *row;                    /* [kept][frame.width]: a row with its columns fitted */
    uint8_t *spread;                  /* [wide][3]: grey over a coloured ground; or NULL */
    uint8_t *draft; /* of EMB__FIT_MNIST: the picture, in the plan's shape from then on; or NULL */
    uint64_t total; /* of an output's weights */
    uint64_t opacity, ink; /* sums of alpha, and of alpha times luma */
} emb__fit;

/* Allocates nothing. `pixels` is complete after the picture's last row. EMB__FIT_MNIST only makes a
 * draft, with its longer side at most EMB__DRAFT_SIDE, in which the ink is then looked for. */
enum { EMB__DRAFT_SIDE = 2048 };
void emb__fit_init(emb__fit *fit, const emb__picture_plan *plan, uint8_t *pixels);

/* The picture whose rows will come: sizes, each at least 1, height * width at most 2^27. If
 * fit->eighths is 1, 2 or 4, they come at so many eighths of its size, rounded up; what is fitted
 * of it must then not be smaller than the frame. `turn` is how they must be turned, as an EXIF
 * orientation. */
emb_status emb__fit_begin(emb__fit *fit, int samples, size_t height, size_t width, int turn);

/* The next of its rows, [width][samples], which is overwritten. */
void emb__fit_row(emb__fit *fit, uint8_t *row);

/* Must follow emb__fit_init, whatever happened in between. */
void emb__fit_free(emb__fit *fit);

#endif
