/* The images of the next batch, read by a thread of its own while a batch is worked on: for images
 * that are read from a file row by row. Which bytes a batch has does not depend on it.
 *
 * Owns: two batches of bytes, and the thread. Does not own: which images come next. */
#ifndef EMB_DATA_AHEAD_H
#define EMB_DATA_AHEAD_H

#include "data/images.h"

typedef struct emb__ahead emb__ahead;

/* *ahead = NULL for images that are in memory. `most`: images of the largest batch. The images are
 * borrowed. */
emb_status emb__ahead_new(const emb_images *images, size_t most, emb__ahead **ahead);
/* NULL is accepted. */
void emb__ahead_free(emb__ahead *ahead);

/* Bytes [count][C*H*W] of images indices[0, count), until the next call. EMB_ERR_IO if one of them
 * cannot be read. */
emb_status emb__ahead_take(emb__ahead *ahead, const uint32_t *indices, size_t count,
                           const uint8_t **bytes);
/* Begins to read what will be taken next: the indices must stay until then. Anything else may be
 * taken instead, more slowly. */
void emb__ahead_begin(emb__ahead *ahead, const uint32_t *indices, size_t count);
/* Before the indices become others. NULL is accepted. */
void emb__ahead_forget(emb__ahead *ahead);

#endif
