/* Blocks of up to three JPEGs at a time, each from its own scan.
 *
 * Where a code ends is known when the one before it has been found, so one scan leaves most of a
 * processor idle. Three take turns: the same block of each, until the last of them is through with
 * it.
 *
 * Owns: from codes to a block's mean, or to the means of its four quarters. Does not own: where the
 * bits come from, which block is next. */
#ifndef EMB_CODEC_JPEG_LANES_H
#define EMB_CODEC_JPEG_LANES_H

#ifdef EMB_HAVE_JPEG

#include "codec/jpeg_codes.h"

enum { EMB__JPEG_LANES = 3 };

/* Sums of coefficients from which the means of a block's quarters come, and one for those that do
 * not matter. */
enum { EMB__JPEG_SUMS = 11 };

/* Bytes that may be read behind a scan's last: what the six blocks of an MCU can take at most, each
 * 27 bits and 63 times 31. They are 0. */
enum { EMB__JPEG_SPARE = 2048 };

/* A channel of a picture. */
typedef struct emb__jpeg_channel {
    const emb__jpeg_codes *means, *others;
    bool four;            /* its blocks give 2 x 2 pixels */
    int across, down;     /* its blocks in an MCU */
    int32_t before, step; /* the mean of the block before, in steps; a step */
    uint8_t sums[256]; /* by the coefficients that a block has: the sum that the last is part of */
    int32_t factors[256]; /* and what it is multiplied by */
    uint8_t *plane;       /* its pixels, of whole MCUs */
    size_t width;
} emb__jpeg_channel;

/* A picture that is read. */
typedef struct emb__jpeg_lane {
    const uint8_t *bytes; /* of its scan, without what is stuffed in */
    size_t at;            /* bits of them that were taken */
    emb__jpeg_channel channels[3];
    int count;
    size_t row, column; /* of the next MCU */
} emb__jpeg_lane;

/* Sets a channel's steps from a table of quantisation, in the usual order. */
void emb__jpeg_steps(emb__jpeg_channel *channel, const UINT16 quant[64]);

/* Reads the next MCU of each of 1 to EMB__JPEG_LANES lanes, which have the same channels and
 * sampling. False if one of them is damaged; none of them can then be read on. */
bool emb__jpeg_lanes_read(emb__jpeg_lane *const lanes[], int count);

#endif
#endif
