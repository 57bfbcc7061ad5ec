/* Deflated data of a gzip member, more than twice as fast as zlib's, in pieces of any size.
 *
 * It knows what is usual. Of data that are damaged or unusual it says no more than that they are:
 * zlib then reads the file again, and finds out what there is to say.
 *
 * Owns: the decoding, the member's header and its trailer. Does not own: what is said of failures.
 */
#ifndef EMB_CODEC_INFLATE_H
#define EMB_CODEC_INFLATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "codec/file.h"

typedef struct emb__inflate emb__inflate;

typedef enum emb__inflate_end {
    EMB__INFLATE_GOES_ON,
    EMB__INFLATE_ENDS,  /* CRC and length are right, and the file ends there */
    EMB__INFLATE_ODD,   /* zlib is to read it */
    EMB__INFLATE_FAILED /* the file cannot be read: the error text is set */
} emb__inflate_end;

/* At the file's beginning; the file is borrowed. NULL without memory, with the error text set. */
emb__inflate *emb__inflate_new(emb__file *file);

/* The next piece, which may be empty; it lasts until the next call. */
emb__inflate_end emb__inflate_more(emb__inflate *z, const uint8_t **bytes, size_t *count);

/* The CRC-32 of all pieces so far. */
uint32_t emb__inflate_sum(const emb__inflate *z);

/* NULL is accepted. */
void emb__inflate_free(emb__inflate *z);

#endif
