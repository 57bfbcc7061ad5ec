/* Tar: ustar, with the longer names and sizes of pax and GNU, plain or gzipped. */
#ifndef EMB_CODEC_ARCHIVE_TAR_H
#define EMB_CODEC_ARCHIVE_TAR_H

#include "codec/archive_entries.h"
#include "codec/gzip.h"

enum { EMB__TAR_BLOCK = 512 };

/* Whether a block is a header with the right sum. */
bool emb__tar_header(const uint8_t block[EMB__TAR_BLOCK]);

/* Lists the regular files of an archive, from the stream's beginning on. Links, devices and folders
 * are passed over. `keep`, unless NULL, gets all of the content, piece by piece. */
emb_status emb__tar_list(emb__stream *stream, const char *path,
                         emb_status (*keep)(void *data, const uint8_t *bytes, size_t count),
                         void *data, emb__entries *entries);

#endif
