/* Allocation, checked sizes, growing text. See memory.h. */
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/system.h"

bool emb__mul(size_t a, size_t b, size_t *out) { return !__builtin_mul_overflow(a, b, out); }

bool emb__add(size_t a, size_t b, size_t *out) { return !__builtin_add_overflow(a, b, out); }

static void out_of_memory(size_t bytes) {
    emb__fail(EMB_ERR_MEMORY, "out of memory: could not get %zu bytes", bytes);
}

void *emb__alloc(size_t bytes) {
    size_t rounded;
    void *block = NULL;
    if (emb__add(bytes ? bytes : 1, EMB__ALIGNMENT - 1, &rounded)) {
        rounded -= rounded % EMB__ALIGNMENT;
        block = emb__sys.alloc(EMB__ALIGNMENT, rounded);
    }
    if (!block) out_of_memory(bytes);
    return block;
}

void *emb__calloc(size_t count, size_t size) {
    size_t bytes;
    if (!emb__mul(count, size, &bytes)) {
        emb__fail(EMB_ERR_MEMORY, "out of memory: %zu times %zu bytes", count, size);
        return NULL;
    }
    void *block = emb__alloc(bytes);
    if (block) memset(block, 0, bytes);
    return block;
}

void *emb__realloc(void *old, size_t bytes) {
    void *block = emb__sys.realloc(old, bytes ? bytes : 1);
    if (!block) out_of_memory(bytes);
    return block;
}

void emb__free(void *block) { emb__sys.free(block); }

char *emb__strndup(const char *text, size_t length) {
    size_t bytes;
    if (!emb__add(length, 1, &bytes)) {
        out_of_memory(length);
        return NULL;
    }
    char *copy = emb__alloc(bytes);
    if (!copy) return NULL;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

bool emb__room_make(emb__room *room, size_t size) {
    if (room->bytes && size <= room->size) return true;
    emb__free(room->bytes);
    room->bytes = emb__alloc(size);
    room->size = room->bytes ? size : 0;
    return room->bytes;
}

void emb__room_shrink(emb__room *room, size_t most) {
    if (room->size <= most) return;
    emb__free(room->bytes);
    *room = (emb__room){0};
}

static bool text_reserve(emb__text *text, size_t more) {
    size_t needed;
    if (text->failed) return false;
    if (!emb__add(text->length, more, &needed) || !emb__add(needed, 1, &needed)) {
        text->failed = true;
        out_of_memory(more);
        return false;
    }
    if (needed <= text->capacity) return true;
    size_t grown = text->capacity < 128 ? 256 : text->capacity * 2;
    if (grown < needed) grown = needed;
    char *bytes = emb__realloc(text->bytes, grown);
    if (!bytes) {
        text->failed = true;
        return false;
    }
    text->bytes = bytes;
    text->capacity = grown;
    return true;
}

void emb__text_bytes(emb__text *text, const void *bytes, size_t count) {
    if (!text_reserve(text, count)) return;
    memcpy(text->bytes + text->length, bytes, count);
    text->length += count;
    text->bytes[text->length] = '\0';
}

void emb__text_add(emb__text *text, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int needed = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (needed > 0 && text_reserve(text, (size_t)needed)) {
        vsnprintf(text->bytes + text->length, (size_t)needed + 1, format, again);
        text->length += (size_t)needed;
    }
    va_end(again);
}

void emb__text_for(emb__text *out, emb_target target, const char *text, size_t length) {
    char few[256], *piece = few;
    const size_t needed = emb_text_for(target, text, length, few, sizeof few);
    if (needed >= sizeof few) {
        piece = emb__alloc(needed + 1);
        if (!piece) {
            out->failed = true;
            return;
        }
        emb_text_for(target, text, length, piece, needed + 1);
    }
    emb__text_bytes(out, piece, needed);
    if (piece != few) emb__free(piece);
}

void emb__text_note(emb__text *notes, const char *line) {
    if (notes->length > 0) emb__text_bytes(notes, "\n", 1);
    emb__text_for(notes, EMB_SHOWN, line, strlen(line));
}
