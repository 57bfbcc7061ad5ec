/* Pictures as files: PNG, JPEG, PGM and PPM to 8-bit grey or RGB; to a network's size; to PNG.
 *
 * Numbers of 16 bits, or with another greatest value, are scaled to 255 and rounded. Alpha is laid
 * over black, palettes become RGB. Colour profiles, gamma and a camera's note on how it was held
 * (EXIF orientation) are left alone, as PIL leaves them. A file that is cut short or damaged is an
 * error, even if a part of it could be shown.
 *
 * Owns: decoding, converting, scaling. Does not own: what a network expects. */
#ifndef EMB_CODEC_PICTURE_FILE_H
#define EMB_CODEC_PICTURE_FILE_H

#include "codec/picture_fit.h"

/* Bytes of a file, and pixels of a picture and of one of its sides. */
#define EMB__MAX_PICTURE_BYTES ((size_t)1 << 29)
enum { EMB__MAX_PICTURE_PIXELS = 1 << 27, EMB__MAX_PICTURE_SIDE = 1 << 16 };

/* All bytes of a file, followed by a NUL; the path is for error texts. */
typedef struct emb__picture_file {
    const char *path;
    const uint8_t *bytes;
    size_t count;
} emb__picture_file;

/* One decoder for each format, a row of the table in picture_formats.c. Each begins with
 * emb__picture_begin and gives its rows to emb__fit_row. */
emb_status emb__png_read(const emb__picture_file *file, emb__fit *fit);
emb_status emb__jpeg_read(const emb__picture_file *file, emb__fit *fit);
emb_status emb__pnm_read(const emb__picture_file *file, emb__fit *fit);

/* pixels[C][H][W], 0..1, as a PNG file's bytes, which the caller frees; `path` is for error
 * texts. */
emb_status emb__png_print(const char *path, const float *pixels, const int shape[3],
                          emb__text *bytes);

/* emb__fit_begin for sizes that a header gave: height and width 1..EMB__MAX_PICTURE_SIDE, together
 * at most EMB__MAX_PICTURE_PIXELS, and no more than `most`, the most that the format could hold in
 * the file's bytes. */
emb_status emb__picture_begin(const emb__picture_file *file, emb__fit *fit, int channels,
                              size_t height, size_t width, uint64_t most);

#endif
