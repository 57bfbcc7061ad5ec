/* The pixels of a JPEG at an eighth of its size, much faster than by libjpeg.
 *
 * At that size a pixel is the mean of a block of 8 x 8, which is the block's first coefficient; the
 * others need only be found to be passed over. libjpeg reads them one at a time. Here a table gives
 * for the next bits how many coefficients they hold, and where those end.
 *
 * Owns: the entropy-coded data of such a picture. Does not own: markers and tables, which libjpeg
 * has read, nor what is wrong with a file, which libjpeg says when it reads it in its turn. */
#ifndef EMB_CODEC_JPEG_EIGHTH_H
#define EMB_CODEC_JPEG_EIGHTH_H

#ifdef EMB_HAVE_JPEG

#include "base/memory.h"
#include "codec/jpeg_lanes.h"

/* What is kept from one picture to the next. Zeroed, it is empty; a thread has its own. */
typedef struct emb__jpeg_desk {
    emb__jpeg_shelf shelf;
    emb__room rooms[EMB__JPEG_LANES];
} emb__jpeg_desk;

/* Of 1 to EMB__JPEG_LANES pictures, which are read faster at a time than one by one: pixels[i] =
 * [ceil(H / 8)][ceil(W / 8)][1 or 3] bytes, grey or RGB, those that libjpeg-turbo gives. They lie
 * on the desk until the next call. jpegs[i] has read the header, and is only read; its source is in
 * memory. NULL if the picture is not of the usual kind (8 bits, sequential, Huffman-coded, one
 * scan, grey or YCbCr), is damaged, or memory is short: libjpeg is to read it. */
void emb__jpeg_eighths(emb__jpeg_desk *desk, const struct jpeg_decompress_struct *const jpegs[],
                       int count, uint8_t *pixels[]);

#endif
#endif
