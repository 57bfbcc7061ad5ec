/* Reads a JPEG file's markers before libjpeg reads the file. */
#ifndef EMB_CODEC_JPEG_SCANS_H
#define EMB_CODEC_JPEG_SCANS_H

#include "codec/picture_file.h"

/* A progressive picture has about ten scans; for each, libjpeg walks over all of the picture's
 * blocks. */
enum { EMB__MAX_JPEG_SCANS = 64 };

typedef struct emb__jpeg_scans {
    int count;
    size_t first_bytes; /* of the scans that begin blocks, without those that only refine them */
} emb__jpeg_scans;

/* Checks that all markers are there up to the last, EOI: so a file that was cut short is refused
 * before anything is unpacked. */
emb_status emb__jpeg_whole(const emb__picture_file *file, emb__jpeg_scans *scans);

/* What the segments before the first scan say of the picture; height and width are 0 if there is no
 * frame's header among them. An error if they end too early. */
emb_status emb__jpeg_notes(const emb__picture_file *file, emb__picture_info *info);

#endif
