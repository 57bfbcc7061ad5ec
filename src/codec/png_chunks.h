/* What a PNG file's chunks tell before libpng reads them: whether they are all there and undamaged,
 * and whether the data unpack to as many bytes as the header announces. */
#ifndef EMB_CODEC_PNG_CHUNKS_H
#define EMB_CODEC_PNG_CHUNKS_H

#include "codec/picture_file.h"

typedef struct emb__png_header {
    size_t height, width;
    unsigned bits; /* of a pixel, as they are packed */
    bool interlaced;
    uint64_t at_once; /* bytes that reading it allocates before it has unpacked as many */
} emb__png_header;

/* Every chunk up to the last, IEND, is there, and those that a reader needs have their right CRC:
 * a file that was cut short or damaged is known before anything is unpacked. */
emb_status emb__png_whole(const emb__picture_file *file);

/* EMB_OK without a look where what is allocated at once is small beside the file. Else the data are
 * inflated once, through a small window, and counted. What they mean is libpng's to check. */
emb_status emb__png_holds(const emb__picture_file *file, const emb__png_header *header);

#endif
