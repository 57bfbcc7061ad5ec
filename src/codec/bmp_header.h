/* A BMP file's header: Windows' of 40 to 124 bytes, OS/2's of 12, 16 and 64. */
#ifndef EMB_CODEC_BMP_HEADER_H
#define EMB_CODEC_BMP_HEADER_H

#include "codec/picture_file.h"

enum { EMB__BMP_PLAIN, EMB__BMP_RLE8, EMB__BMP_RLE4, EMB__BMP_FIELDS };

typedef struct emb__bmp_header {
    size_t height, width;
    bool top_down;
    unsigned bits;           /* of a pixel: 1, 2, 4, 8, 16, 24, 32 */
    int packing;             /* EMB__BMP_... */
    size_t pixels;           /* where they begin in the file, at most its size */
    uint8_t palette[256][3]; /* RGB, black where there is no colour; for at most 8 bits */
    uint32_t fields[4];      /* for EMB__BMP_FIELDS: the bits of red, green, blue and alpha, each
                                without a gap; alpha's may be 0 */
} emb__bmp_header;

/* Reads it and says what it tells of the picture. */
emb_status emb__bmp_header_read(const emb__picture_file *file, emb__bmp_header *header,
                                emb__picture_info *info);

/* Numbers of two or four bytes, the lowest first. */
static inline uint32_t emb__two_bytes(const uint8_t *b) { return b[0] | (uint32_t)b[1] << 8; }
static inline uint32_t emb__four_bytes(const uint8_t *b) {
    return emb__two_bytes(b) | emb__two_bytes(b + 2) << 16;
}

#endif
