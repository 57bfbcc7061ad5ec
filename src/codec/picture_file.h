/* Pictures as files, to 8-bit grey or RGB and a network's size; what their headers say; to PNG.
 *
 * Numbers of 16 bits, or with another greatest value, are scaled to 255 and rounded. Palettes
 * become RGB. Colour profiles and gamma are left alone. A file that is cut short or damaged is an
 * error, even if a part of it could be shown.
 *
 * Owns: decoding, converting. Does not own: what a network expects, fitting (picture_fit.h). */
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

/* One reader for each format, a row of the table in picture_formats.c. A decoder fills fit->info
 * first, goes on with emb__picture_begin, and gives its rows to emb__fit_row. */
emb_status emb__png_read(const emb__picture_file *file, emb__fit *fit);
emb_status emb__jpeg_read(const emb__picture_file *file, emb__fit *fit);
emb_status emb__pnm_read(const emb__picture_file *file, emb__fit *fit);
emb_status emb__bmp_read(const emb__picture_file *file, emb__fit *fit);
emb_status emb__gif_read(const emb__picture_file *file, emb__fit *fit);
emb_status emb__tiff_read(const emb__picture_file *file, emb__fit *fit);
emb_status emb__webp_read(const emb__picture_file *file, emb__fit *fit);

/* Some JPEGs are read faster together. 1 to EMB__PICTURES_AT_ONCE of them; the desk, a thread's
 * own, is what is kept from one call to the next. */
enum { EMB__PICTURES_AT_ONCE = 3 };
typedef struct emb__picture_desk emb__picture_desk;
typedef struct emb__picture_end {
    emb_status status;
    char *reason; /* its error text, to be freed; NULL: it is good, or there is no memory */
} emb__picture_end;
void emb__jpegs_read(emb__picture_desk *desk, const emb__picture_file *const files[],
                     emb__fit *const fits[], int count, emb__picture_end *const ends[]);
/* Of what was just done. */
emb__picture_end emb__picture_ended(emb_status status);

/* What the header says, without decoding; the file may be cut short behind it. *info is zeroed but
 * for the format. Sizes are as the file holds them, before they are turned upright. */
emb_status emb__png_probe(const emb__picture_file *file, emb__picture_info *info);
emb_status emb__jpeg_probe(const emb__picture_file *file, emb__picture_info *info);
emb_status emb__pnm_probe(const emb__picture_file *file, emb__picture_info *info);
emb_status emb__bmp_probe(const emb__picture_file *file, emb__picture_info *info);
emb_status emb__gif_probe(const emb__picture_file *file, emb__picture_info *info);
emb_status emb__tiff_probe(const emb__picture_file *file, emb__picture_info *info);
emb_status emb__webp_probe(const emb__picture_file *file, emb__picture_info *info);

/* pixels[C][H][W], 0..1, as a PNG file's bytes, which the caller frees; `path` is for error
 * texts. */
emb_status emb__png_print(const char *path, const float *pixels, const int shape[3],
                          emb__text *bytes);

/* Sizes that a header gave: height and width 1..EMB__MAX_PICTURE_SIDE, together at most
 * EMB__MAX_PICTURE_PIXELS. */
emb_status emb__picture_check(const emb__picture_file *file, size_t height, size_t width);

/* pixels[C][H][W] as a JPEG file's bytes, likewise; quality 1..100, the chroma of half the size in
 * both directions, as most programs write it. */
enum { EMB__MAX_JPEG_SIDE = 65500 };
emb_status emb__jpeg_print(const char *path, const uint8_t *pixels, const int shape[3], int quality,
                           emb__text *bytes);

/* pixels[C][H][W] as a PGM's or a PPM's, likewise. */
emb_status emb__pnm_print(const char *path, const uint8_t *pixels, const int shape[3],
                          emb__text *bytes);

/* emb__fit_begin for sizes that a header gave, which are checked, also against `most`, the most
 * pixels that the format could hold in the file's bytes. They become fit->info's, which also says
 * how to turn them if the plan wants it so. */
emb_status emb__picture_begin(const emb__picture_file *file, emb__fit *fit, int samples,
                              size_t height, size_t width, uint64_t most);

/* The most pixels that are believed of a format in which any number of them may take hardly a byte:
 * 2^24, and 1,024 for each byte of the file. */
uint64_t emb__picture_sparse(const emb__picture_file *file);

/* Of a palette of `count` colours, each `step` bytes of which three are its channels: 1 if all are
 * grey, otherwise 3. */
int emb__palette_channels(const uint8_t *colours, size_t count, size_t step);

/* Whether a colour profile's description says sRGB: one that changes nothing. */
bool emb__says_srgb(const uint8_t *profile, size_t count);

#endif
