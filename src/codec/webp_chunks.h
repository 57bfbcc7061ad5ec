/* Reads a WebP file's chunks before libwebp reads the file. */
#ifndef EMB_CODEC_WEBP_CHUNKS_H
#define EMB_CODEC_WEBP_CHUNKS_H

#include "codec/picture_file.h"

/* The picture, or an animation's first, where it lies on its canvas. */
typedef struct emb__webp_header {
    size_t height, width;
    size_t top, left, tall, wide; /* of an animation's first picture; else all of it */
    bool animated;
    const uint8_t *data; /* what libwebp is to decode: the file, or the first picture's chunks */
    size_t count;
} emb__webp_header;

/* As far as the header goes, which may be all there is of the file; EXIF data stand behind the
 * picture. */
emb_status emb__webp_header_read(const emb__picture_file *file, emb__webp_header *header,
                                 emb__picture_info *info);

/* Checks that the file is as long as it says. */
emb_status emb__webp_whole(const emb__picture_file *file);

#endif
