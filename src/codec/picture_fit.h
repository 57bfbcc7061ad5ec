/* A picture, row by row from above, into the shape that a network reads.
 *
 * Grey is Rec. 601's luma of each pixel, (19595 R + 38470 G + 7471 B + 32768) >> 16. A side that
 * shrinks is averaged by area; one that grows is interpolated linearly between the pixels' middles,
 * with the border repeated. All of it is in whole numbers, rounded once, halves up.
 *
 * The memory depends on the shape, never on the picture: a header that lies about the picture's
 * size costs nothing here. */
#ifndef EMB_CODEC_PICTURE_FIT_H
#define EMB_CODEC_PICTURE_FIT_H

#include "base/memory.h"

struct emb__span;

typedef struct emb__fit {
    int shape[3];    /* C, H, W; C is 1 or 3 */
    uint8_t *pixels; /* [C][H][W], the caller's */
    int channels;    /* of the picture, 1 or 3; 0 before emb__fit_begin */
    size_t height, width;
    size_t coloured;                  /* its pixels whose channels differ by more than 16 */
    size_t seen, done;                /* rows read from the picture; complete rows of the shape */
    struct emb__span *rows, *columns; /* [H], [W]: the span that each is made of */
    size_t kept;                      /* channels that are fitted: min(channels, C) */
    size_t open;                      /* rows of the shape that are summed at a time, at most */
    uint64_t *sums;                   /* [open][kept][W] */
    uint64_t *row;                    /* [kept][W]: the picture's row with its columns fitted */
} emb__fit;

/* Allocates nothing. `pixels` is complete after the picture's last row. */
void emb__fit_init(emb__fit *fit, const int shape[3], uint8_t *pixels);

/* The picture's sizes, each at least 1, height * width at most 2^27. */
emb_status emb__fit_begin(emb__fit *fit, int channels, size_t height, size_t width);

/* The next of its rows, [width][channels], which is overwritten. */
void emb__fit_row(emb__fit *fit, uint8_t *row);

/* Whether more than one pixel in a hundred has channels that differ by more than 16. */
bool emb__fit_coloured(const emb__fit *fit);

/* Must follow emb__fit_init, whatever happened in between. */
void emb__fit_free(emb__fit *fit);

#endif
