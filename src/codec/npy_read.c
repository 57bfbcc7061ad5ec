/* An NPY array's numbers, from wherever its bytes come. See npy.h. */
#include <string.h>

#include "base/memory.h"
#include "codec/npy.h"

enum { CHUNK = 1 << 13 }; /* numbers converted at a time */

static emb_status read_header(const emb__npy_source *source, emb__npy *npy) {
    uint8_t prefix[EMB__NPY_PREFIX];
    size_t got = 0, at = 0, length = 0;
    emb_status status = source->read(source->data, prefix, sizeof prefix, &got);
    if (status == EMB_OK) status = emb__npy_prefix(source->name, prefix, got, &at, &length);
    if (status != EMB_OK) return status;
    char *text = emb__alloc(length + sizeof prefix);
    if (!text) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", source->name);
    /* Version 1's text begins within the prefix. */
    const size_t held = sizeof prefix - at < length ? sizeof prefix - at : length;
    memcpy(text, prefix + at, held);
    status = source->read(source->data, text + held, length - held, &got);
    if (status == EMB_OK && (got < length - held || held < sizeof prefix - at)) {
        status = emb__fail(EMB_ERR_FORMAT, "%s: ends inside its NPY header", source->name);
    }
    if (status == EMB_OK) status = emb__npy_text(source->name, text, length, npy);
    emb__free(text);
    npy->at = at + length;
    return status;
}

static emb_status check_size(const emb__npy_source *source, const emb__npy *npy) {
    size_t whole, floats;
    if (emb__add(npy->at, npy->size, &whole) && whole == source->size &&
        emb__mul(npy->count, sizeof(float), &floats)) {
        return EMB_OK;
    }
    return emb__fail(EMB_ERR_FORMAT, "%s: holds %zu bytes of numbers, but its header announces %zu",
                     source->name, source->size > npy->at ? source->size - npy->at : 0, npy->size);
}

static void swap_bytes(uint8_t *bytes, size_t count, size_t size) {
    for (size_t i = 0; i < count; i++, bytes += size) {
        for (size_t k = 0; k < size / 2; k++) {
            const uint8_t kept = bytes[k];
            bytes[k] = bytes[size - 1 - k];
            bytes[size - 1 - k] = kept;
        }
    }
}

/* Makes room for `count` numbers of `made` bytes each, growing with what has been read: the size
 * that an archive announces is not trusted. */
static emb_status make_room(void **numbers, size_t *room, size_t count, size_t made, size_t all) {
    if (count <= *room) return EMB_OK;
    size_t grown = 2 * count < all ? 2 * count : all;
    void *larger = emb__realloc(*numbers, grown * made);
    if (!larger) return EMB_ERR_MEMORY;
    *numbers = larger;
    *room = grown;
    return EMB_OK;
}

/* Reads the numbers in the source's order, `made` bytes each: as float32, or unchanged. */
static emb_status read_numbers(const emb__npy_source *source, const emb__npy *npy, bool as_float,
                               void **numbers) {
    const size_t size = npy->type.size, made = as_float ? sizeof(float) : size;
    uint8_t *bytes = emb__alloc(CHUNK * size);
    size_t room = 0;
    emb_status status = bytes ? EMB_OK : EMB_ERR_MEMORY;
    *numbers = NULL;
    if (status == EMB_OK && npy->count == 0) status = make_room(numbers, &room, 1, made, 1);
    for (size_t at = 0; status == EMB_OK && at < npy->count;) {
        const size_t left = npy->count - at, here = left < CHUNK ? left : CHUNK;
        size_t got;
        status = source->read(source->data, bytes, here * size, &got);
        if (status == EMB_OK && got < here * size) {
            status = emb__fail(EMB_ERR_IO, "%s: became shorter while it was read", source->name);
        }
        if (status == EMB_OK) status = make_room(numbers, &room, at + here, made, npy->count);
        if (status != EMB_OK) break;
        if (as_float && npy->swapped) swap_bytes(bytes, here, size);
        if (!as_float) memcpy((uint8_t *)*numbers + at * size, bytes, here * size);
        if (as_float) npy->type.to_float(bytes, here, (float *)*numbers + at);
        at += here;
    }
    emb__free(bytes);
    return status;
}

/* to[...] in C order = from[...] in Fortran order, numbers of `size` bytes. */
static void to_c_order(const emb__npy *npy, size_t size, const uint8_t *from, uint8_t *to) {
    size_t index[EMB_ARRAY_RANK] = {0}, step[EMB_ARRAY_RANK], product = 1;
    for (int d = 0; d < npy->rank; d++) {
        step[d] = product;
        product *= npy->shape[d];
    }
    for (size_t i = 0; i < npy->count; i++) {
        size_t at = 0;
        for (int d = 0; d < npy->rank; d++) at += index[d] * step[d];
        memcpy(to + i * size, from + at * size, size);
        for (int d = npy->rank - 1; d >= 0 && ++index[d] == npy->shape[d]; d--) index[d] = 0;
    }
}

static emb_status turn(const emb__npy *npy, size_t made, void **numbers) {
    if (!npy->fortran || npy->rank < 2) return EMB_OK;
    void *turned = emb__calloc(npy->count, made);
    if (!turned) return EMB_ERR_MEMORY;
    to_c_order(npy, made, *numbers, turned);
    emb__free(*numbers);
    *numbers = turned;
    return EMB_OK;
}

static bool is_words(const emb__npy *npy) { return !npy->type.to_float; }

emb_status emb__npy_read(const emb__npy_source *source, const emb__npy_wish *wish, emb__npy *npy,
                         void **numbers) {
    if (numbers) *numbers = NULL;
    if (source->size == 0) return emb__fail(EMB_ERR_FORMAT, "%s: is empty", source->name);
    emb_status status = read_header(source, npy);
    if (status == EMB_OK && is_words(npy) && !wish->keep_words) {
        status = emb__fail(EMB_ERR_FORMAT,
                           "%s: holds words, expected floats or integers such as '<f4', '<f8' or "
                           "'|u1'",
                           source->name);
    }
    if (status == EMB_OK) status = check_size(source, npy);
    if (status == EMB_OK && wish->accept) status = wish->accept(source->name, npy, wish->data);
    if (status != EMB_OK || !numbers) return status;
    const bool kept = wish->keep_bytes && (emb__npy_is_bytes(npy) || emb__npy_is_bool(npy));
    const bool as_float = !kept && !is_words(npy);
    status = read_numbers(source, npy, as_float, numbers);
    if (status == EMB_OK) status = turn(npy, as_float ? sizeof(float) : npy->type.size, numbers);
    if (status == EMB_OK) return EMB_OK;
    if (status == EMB_ERR_MEMORY) emb__fail_prefix(status, "%s: ", source->name);
    emb__free(*numbers);
    *numbers = NULL;
    return status;
}

bool emb__npy_is_bytes(const emb__npy *npy) { return strcmp(npy->type.name, "u1") == 0; }
bool emb__npy_is_bool(const emb__npy *npy) { return strcmp(npy->type.name, "b1") == 0; }

size_t emb__npy_letters(const emb__npy *npy) {
    if (npy->type.to_float) return 0;
    return npy->type.name[0] == 'U' ? npy->type.size / 4 : npy->type.size;
}

bool emb__npy_is_float(const emb__npy *npy) { return npy->type.name[0] == 'f'; }
