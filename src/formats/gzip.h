/* A file's content as a stream, gzipped or plain.
 *
 * Which of the two is told by the first bytes (1f 8b), never by the name. A gzipped file must hold
 * one member and nothing else, and its CRC and length must be right.
 *
 * Owns: inflating. Does not own: what the content means, and how much of it is kept. */
#ifndef EMB_FORMATS_GZIP_H
#define EMB_FORMATS_GZIP_H

#include <stddef.h>

#include "base/status.h"

typedef struct emb__stream emb__stream;

/* NULL on failure, and for an empty file. `path` is borrowed until the stream is closed. */
emb__stream *emb__stream_open(const char *path);

/* Reads on; *got < want only at the content's end, where a gzipped file has then been checked to
 * its last byte. The failure's text begins with the path. */
emb_status emb__stream_read(emb__stream *stream, void *bytes, size_t want, size_t *got);

/* NULL is accepted. */
void emb__stream_close(emb__stream *stream);

#endif
