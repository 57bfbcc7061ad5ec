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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h> /* jpeglib.h needs it first */

#include <jpeglib.h>

/* *pixels = [ceil(H / 8)][ceil(W / 8)][1 or 3] bytes, grey or RGB, to be freed with emb__free: the
 * ones that libjpeg-turbo gives. `jpeg` has read the header, and is only read; its source is in
 * memory. False, with *pixels NULL, if the picture is not of the usual kind (8 bits, sequential,
 * Huffman-coded, one scan, grey or YCbCr), is damaged, or memory is short: nothing has happened
 * then, and libjpeg is to read it. */
bool emb__jpeg_eighth(const struct jpeg_decompress_struct *jpeg, uint8_t **pixels);

#endif
#endif
