/* Pictures as files: PNG, JPEG, PGM and PPM to 8-bit grey or RGB; to a network's size; to PNG.
 *
 * What a file is, its first bytes say, never its name. Sixteen bits and other greatest values are
 * scaled to 255 and rounded. Alpha is laid over black, palettes become RGB. Colour profiles, gamma
 * and a camera's note on how it was held (EXIF orientation) are left alone, as PIL leaves them. A
 * file that is cut short or damaged is an error, even where a part of it could be shown.
 *
 * Owns: decoding, converting, scaling. Does not own: what a network expects. */
#ifndef EMB_FORMATS_PICTURE_H
#define EMB_FORMATS_PICTURE_H

#include "base/memory.h"

/* Bytes of a file, and pixels of a picture. */
#define EMB__MAX_PICTURE_BYTES ((size_t)1 << 29)
enum { EMB__MAX_PICTURE_PIXELS = 1 << 27 };

typedef struct emb__picture {
    int channels; /* 1 or 3 */
    size_t height, width;
    uint8_t *pixels; /* [height][width][channels], of emb__realloc */
} emb__picture;

/* All bytes of a file, a NUL behind them; the path is for error texts. */
typedef struct emb__picture_file {
    const char *path;
    const uint8_t *bytes;
    size_t count;
} emb__picture_file;

/* Reads a file. On failure *picture is empty and the text begins with the path. */
emb_status emb__picture_read(const char *path, emb__picture *picture);
/* The same from memory. */
emb_status emb__picture_decode(const emb__picture_file *file, emb__picture *picture);
void emb__picture_free(emb__picture *picture);

/* One decoder a format. Each checks its sizes with emb__picture_size and takes its pixels from
 * emb__picture_rows; on failure the caller frees what *picture then holds. */
emb_status emb__png_read(const emb__picture_file *file, emb__picture *picture);
emb_status emb__jpeg_read(const emb__picture_file *file, emb__picture *picture);
emb_status emb__pnm_read(const emb__picture_file *file, emb__picture *picture);

/* pixels[C][H][W], 0..1, as a PNG file's bytes, which are the caller's to free; `path` is for error
 * texts. */
emb_status emb__png_print(const char *path, const float *pixels, const int shape[3],
                          emb__text *bytes);

/* Sets the picture's sizes: height and width at least 1, together at most EMB__MAX_PICTURE_PIXELS,
 * and no more than `most`, what the format could hold at best in the file's bytes. */
emb_status emb__picture_size(const emb__picture_file *file, emb__picture *picture, int channels,
                             size_t height, size_t width, uint64_t most);

/* Makes room for the first `rows` rows, in steps that grow with what is there already: pixels are
 * not allocated before a file has been seen to hold as many as half of them. *room is the rows that
 * there is room for, 0 at first. */
emb_status emb__picture_rows(const emb__picture_file *file, emb__picture *picture, size_t rows,
                             size_t *room);

/* pixels[C][H][W] = the picture in shape {1 or 3, H, W}, each side scaled to fit. Grey is Rec.
 * 601's luma of each pixel, (19595 R + 38470 G + 7471 B + 32768) >> 16. A side that shrinks
 * averages by area; one that grows is interpolated linearly between pixels' middles, the border
 * repeated. All in whole numbers, rounded once, halves up. */
emb_status emb__picture_fit(const emb__picture *picture, const int shape[3], uint8_t *pixels);

/* Whether more than one pixel in a hundred has channels that differ by more than 16. */
bool emb__picture_coloured(const emb__picture *picture);

#endif
