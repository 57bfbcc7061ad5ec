/* Whether a PNG file's compressed data unpack to as many bytes as its header announces. */
#ifndef EMB_FORMATS_PNG_HOLDS_H
#define EMB_FORMATS_PNG_HOLDS_H

#include "formats/picture.h"

typedef struct emb__png_header {
    size_t height, width;
    unsigned bits; /* of a pixel, as they are packed */
    bool interlaced;
} emb__png_header;

/* EMB_OK without a look where what is allocated at once, all rows of an interlaced picture or three
 * of any other, is small beside the file. Else the data are inflated once, through a small window,
 * and counted. What they mean is libpng's to check. */
emb_status emb__png_holds(const emb__picture_file *file, const emb__png_header *header);

#endif
