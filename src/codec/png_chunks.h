/* Reads a PNG file's chunks before libpng reads the file: whether they are all there and undamaged,
 * and whether the data unpack to as many bytes as the header announces. */
#ifndef EMB_CODEC_PNG_CHUNKS_H
#define EMB_CODEC_PNG_CHUNKS_H

#include "codec/picture_file.h"

typedef struct emb__png_header {
    size_t height, width;
    unsigned bits; /* of a packed pixel */
    bool interlaced;
    uint64_t at_once; /* bytes that reading allocates before so many are unpacked */
} emb__png_header;

/* Checks that every chunk up to the last, IEND, is there, and that those that a reader needs have
 * the right CRC: so a file that was cut short or damaged is refused before anything is unpacked. */
emb_status emb__png_whole(const emb__picture_file *file);

/* What the chunks before the picture's data say of it. An error if they end too early, or if there
 * is no header. */
emb_status emb__png_notes(const emb__picture_file *file, emb__picture_info *info);

/* EMB_OK without a look if what is allocated at once is small compared with the file. Otherwise the
 * data are inflated once, through a small window, and counted. libpng checks what they mean. */
emb_status emb__png_holds(const emb__picture_file *file, const emb__png_header *header);

#endif
