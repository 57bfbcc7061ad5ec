/* A file's content as a stream, gzipped or plain.
 *
 * The first bytes (1f 8b) decide which of the two it is, never the name. A gzipped file must hold
 * one member and nothing else, and its CRC and length must be right.
 *
 * Owns: inflating. Does not own: the content's meaning, and how much of it is kept. */
#ifndef EMB_CODEC_GZIP_H
#define EMB_CODEC_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct emb__stream emb__stream;

/* NULL on failure, and for an empty file. `path` is borrowed until the stream is closed. */
emb__stream *emb__stream_open(const char *path);

/* Reads on; *got < want only at the content's end; a gzipped file has then been checked to its last
 * byte. The failure's text begins with the path. */
emb_status emb__stream_read(emb__stream *stream, void *bytes, size_t want, size_t *got);

/* Back to the content's first byte, in the same open file. */
emb_status emb__stream_rewind(emb__stream *stream);

/* Fails if the file was changed since it was opened. Call it when all has been read. */
emb_status emb__stream_check(const emb__stream *stream);

/* The CRC-32 of the whole content, if it is gzipped and has been read to its end; else false. */
bool emb__stream_sum(const emb__stream *stream, uint32_t *sum);

/* NULL is accepted. */
void emb__stream_close(emb__stream *stream);

/* The size of the file of a gzipped stream; SIZE_MAX for a plain file, which never gives more than
 * it has. */
size_t emb__stream_packed(const emb__stream *stream);

/* What a gzipped stream's last bytes say of its content's length, modulo 2^32. */
emb_status emb__stream_length(const emb__stream *stream, uint32_t *length);

/* Whether deflated data may be unpacked into memory as they come. Not if they are few or compressed
 * extremely well: such data are first unpacked through a window, to be checked. For other data,
 * large sets of photographs or drawings, that would cost a tenth of a second; and if they turn out
 * to be damaged, only the memory for what was unpacked until then has been spent. */
bool emb__unpacks_at_once(size_t packed, size_t unpacked);

/* For z_stream's zalloc and zfree: zlib's memory comes from base/system.h, too. */
void *emb__zlib_alloc(void *unused, unsigned count, unsigned size);
void emb__zlib_free(void *unused, void *block);

#endif
