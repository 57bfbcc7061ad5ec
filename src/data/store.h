/* Images as rows of bytes in a file, mapped, or read one by one when they are asked for; or in
 * memory. The parts of a data set, and what is picked from them, share one.
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

/* What a store is made of. */
typedef struct emb__store_content {
    emb__file *file; /* rows [count][row] of bytes from `at` on; NULL: they are in memory */
    size_t at;
    uint8_t *memory; /* [count][row] */
    size_t count, row;
    bool mapped; /* the file; its rows then count as memory of the process as they are read */
    /* Strings, each ended by a NUL: the rows' names, then names of files that are not among them
     * and, behind each, the reason. NULL: there are none. */
    char *texts;
    size_t texts_size, bad;
    /* [count], of each row (row_sum.h), to be compared whenever a row is asked for: one that is
     * damaged cannot be read, and the file is removed. NULL: there are none. */
    uint32_t *sums;
} emb__store_content;

/* Takes over the file, whose path is copied, memory, texts and sums, on failure too. What does not
 * lie within the file or the texts is refused. */
emb__store *emb__store_new(const emb__store_content *content);

/* Compares the sums of all rows of a mapped file now, and never again: false if one differs. Before
 * the store is shared. */
bool emb__store_whole(emb__store *store);

/* One more owner. Returns the store. */
emb__store *emb__store_share(emb__store *store);
/* One owner less; the last one closes. NULL is accepted. */
void emb__store_release(emb__store *store);

size_t emb__store_count(const emb__store *store);
/* Whether row i of one is row i of the other: they are one store, or were opened with the same rows
 * of the same file. */
bool emb__store_same(const emb__store *a, const emb__store *b);
/* Whether rows are read from the file one by one: emb__store_row then fills its scratch. */
bool emb__store_streams(const emb__store *store);

/* Row i: in the mapping, or read into scratch[row]. If it cannot be read, it is zeros, and
 * emb__store_check fails from then on. Any threads may call it at a time. */
const uint8_t *emb__store_row(emb__store *store, size_t i, uint8_t *scratch);
/* EMB_OK if every row that was asked for could be read. */
emb_status emb__store_check(const emb__store *store);

/* What row i is called, NULL without names. Borrowed from the store. */
const char *emb__store_name(const emb__store *store, size_t i);
size_t emb__store_bad_count(const emb__store *store);
const char *emb__store_bad(const emb__store *store, size_t i, const char **reason);

#endif
