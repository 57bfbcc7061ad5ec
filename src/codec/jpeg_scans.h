/* What a JPEG file's markers tell before libjpeg reads them. */
#ifndef EMB_CODEC_JPEG_SCANS_H
#define EMB_CODEC_JPEG_SCANS_H

#include "codec/picture_file.h"

/* A progressive picture has about ten; each makes libjpeg walk over all of the picture's blocks. */
enum { EMB__MAX_JPEG_SCANS = 64 };

typedef struct emb__jpeg_scans {
    int count;
    size_t first_bytes; /* of the scans that begin blocks: not those that only refine them */
} emb__jpeg_scans;

/* All markers up to the end's, EOI, are there: a file that was cut short is known before anything
 * is unpacked. */
emb_status emb__jpeg_whole(const emb__picture_file *file, emb__jpeg_scans *scans);

#endif
