/* Images that lie in a file as rows of bytes: mapped, or read one by one when they are asked for.
 * The parts of a data set, and what is picked from them, share one.
 *
 * Owns: the open file, and what its rows are called. Does not own: what else
 * the file has, and which rows are a part (images.h). */
#ifndef EMB_DATA_STORE_H
#define EMB_DATA_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/file.h"

typedef struct emb__store emb__store;

/* Rows [count][row] of bytes from `at` on, which must lie within the file. Mapped, they count as
 * memory of the process as they are read. Takes the file over, on failure too; its path is copied.
 * `names`, unless NULL, has count strings, each ended by a NUL, and is taken over as well. */
emb__store *emb__store_open(emb__file *file, size_t at, size_t count, size_t row, bool mapped,
                            char *names, size_t names_size);

/* One more owner. Returns the store. */
emb__store *emb__store_share(emb__store *store);
/* One owner less; the last one closes. NULL is accepted. */
void emb__store_release(emb__store *store);

size_t emb__store_count(const emb__store *store);
/* Whether rows are read one by one: emb__store_row then fills its scratch. */
bool emb__store_streams(const emb__store *store);

/* Row i: in the mapping, or read into scratch[row]. If it cannot be read, it is zeros, and
 * emb__store_check fails from then on. Any threads may call it at a time. */
const uint8_t *emb__store_row(emb__store *store, size_t i, uint8_t *scratch);
/* EMB_OK if every row that was asked for could be read. */
emb_status emb__store_check(const emb__store *store);

/* What row i is called, NULL without names. Borrowed from the store. */
const char *emb__store_name(const emb__store *store, size_t i);

#endif
