/* See py_tree.h. */
#include "net/python/py_tree.h"
#include "base/translate.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK = 1 << 16, ALIGNED = 16 };

typedef struct emb__py_chunk {
    struct emb__py_chunk *before;
} emb__py_chunk;

void *emb__py_alloc(emb__py_arena *arena, size_t bytes) {
    bytes = (bytes + ALIGNED - 1) / ALIGNED * ALIGNED;
    if (bytes > EMB__PY_MEMORY - arena->total) {
        emb__fail(EMB_ERR_FORMAT, "the text needs more memory than %d MiB to be followed",
                  EMB__PY_MEMORY >> 20);
        return NULL;
    }
    if (!arena->chunks || bytes > arena->room - arena->used) {
        const size_t room = bytes > CHUNK - EMB__ALIGNMENT ? bytes : CHUNK - EMB__ALIGNMENT;
        emb__py_chunk *chunk = emb__alloc(EMB__ALIGNMENT + room);
        if (!chunk) return NULL;
        chunk->before = arena->chunks;
        arena->chunks = chunk;
        arena->room = room;
        arena->used = 0;
    }
    void *block = (char *)arena->chunks + EMB__ALIGNMENT + arena->used;
    arena->used += bytes;
    arena->total += bytes;
    memset(block, 0, bytes);
    return block;
}

char *emb__py_copy(emb__py_arena *arena, const char *text, size_t length) {
    char *copy = emb__py_alloc(arena, length + 1);
    if (copy && length > 0) memcpy(copy, text, length);
    return copy;
}

void emb__py_arena_clear(emb__py_arena *arena) {
    while (arena->chunks) {
        emb__py_chunk *before = arena->chunks->before;
        emb__free(arena->chunks);
        arena->chunks = before;
    }
    *arena = (emb__py_arena){0};
}

/* The cell that a line is in; NULL: the file has no cells. */
static const emb__notebook_cell *cell_of(const emb__py_source *source, int line) {
    const emb__notebook_cell *found = NULL;
    for (size_t i = 0; i < source->cells->cell_count; i++) {
        if (source->cells->cells[i].line <= line) found = &source->cells->cells[i];
    }
    return found;
}

const char *emb__py_place(const emb__py_source *source, int line, char text[EMB__PY_PLACE]) {
    const emb__notebook_cell *cell = cell_of(source, line);
    if (cell) {
        snprintf(text, EMB__PY_PLACE, _("cell %d, line %d"), cell->number, line - cell->line + 1);
    } else {
        snprintf(text, EMB__PY_PLACE, _("line %d"), line);
    }
    return text;
}

emb_status emb__py_fail(const emb__py_source *source, int line, const char *format, ...) {
    char what[768], place[EMB__PY_PLACE];
    va_list args;
    va_start(args, format);
    emb__fail_part(what, sizeof what, format, args);
    va_end(args);
    if (!cell_of(source, line)) {
        return emb__fail(EMB_ERR_FORMAT, "%s:%d: %s", source->name, line, what);
    }
    return emb__fail(EMB_ERR_FORMAT, "%s, %s: %s", source->name, emb__py_place(source, line, place),
                     what);
}
