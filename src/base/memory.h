/* Aligned memory, checked sizes and growing text. All that the library allocates comes from here,
 * and here from base/system.h.
 *
 * Every block is aligned to 64 bytes, a cache line and the widest vector. */
#ifndef EMB_BASE_MEMORY_H
#define EMB_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { EMB__ALIGNMENT = 64 };

/* `bytes` of uninitialised memory, or NULL with the error text set. Zero bytes also give a
 * block. */
void *emb__alloc(size_t bytes);

/* The same, filled with zeros: count * size bytes, the product checked. */
void *emb__calloc(size_t count, size_t size);

/* Grows or shrinks a block; `old` may be NULL. On failure NULL, and `old` stays. The new block is
 * aligned for scalars only: so a large one can be moved by remapping its pages, without a copy. */
void *emb__realloc(void *old, size_t bytes);

/* NULL is accepted. */
void emb__free(void *block);

/* A block that is used again and again: so its pages are the process's already. Zeroed, it is
 * empty; `bytes` is freed with emb__free. */
typedef struct emb__room {
    uint8_t *bytes;
    size_t size;
} emb__room;

/* Has at least `size` bytes from now on; what was in it may be lost. False with the error text set
 * if there is no memory; it is empty then. */
bool emb__room_make(emb__room *room, size_t size);
/* Empties one of more than `most` bytes. */
void emb__room_shrink(emb__room *room, size_t most);

/* A copy of `length` bytes with a NUL after them, or NULL with the error text set. */
char *emb__strndup(const char *text, size_t length);

/* *out = a * b or a + b; false, and *out untouched, if that does not fit. */
bool emb__mul(size_t a, size_t b, size_t *out);
bool emb__add(size_t a, size_t b, size_t *out);

/* A text that grows. Zeroed, it is empty. After a failed allocation `failed` stays set and
 * appending does nothing, so that a writer checks once, at the end. */
typedef struct emb__text {
    char *bytes; /* NUL-terminated if length > 0; the owner frees it with emb__free */
    size_t length, capacity;
    bool failed;
} emb__text;

void emb__text_add(emb__text *text, const char *format, ...) EMB__PRINTF(2, 3);
void emb__text_bytes(emb__text *text, const void *bytes, size_t count);
/* Adds the text, written for the target (emb_text_for). */
void emb__text_for(emb__text *out, emb_target target, const char *text, size_t length);
/* Adds a note, a line written for EMB_SHOWN; a newline separates it from the one before. */
void emb__text_note(emb__text *notes, const char *line);

#endif
