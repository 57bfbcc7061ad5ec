/* Reads a GIF file's blocks before giflib reads the file. */
#ifndef EMB_CODEC_GIF_BLOCKS_H
#define EMB_CODEC_GIF_BLOCKS_H

#include "codec/picture_file.h"

/* The first picture, where it lies on its canvas. */
typedef struct emb__gif_header {
    size_t height, width; /* of the canvas, and of more where the picture reaches beyond it */
    size_t top, left, tall, wide;
    bool interlaced;
    int clear;              /* the transparent index, or -1 */
    const uint8_t *palette; /* [colours][3] */
    size_t colours;
} emb__gif_header;

/* Checks that all blocks are there up to the last; that one, the trailer, may be missing. */
emb_status emb__gif_header_read(const emb__picture_file *file, emb__gif_header *header,
                                emb__picture_info *info);

#endif
