/* See jpeg_codes.h. */
#include "codec/jpeg_codes.h"

#ifdef EMB_HAVE_JPEG

#include <string.h>

#include "base/memory.h"

/* ---- making ---------------------------------------------------------------------------------- */

/* The code of ones alone is no code. Of the symbols of coefficients without a number behind them
 * there are but the block's end and a run of 16 zeros. A mean's size is at most 11 bits. */
static bool is_symbol(int symbol, bool means) {
    return means ? symbol <= 11 : symbol % 16 != 0 || symbol % 0xf0 == 0;
}

static bool make(emb__jpeg_codes *c, const JHUFF_TBL *from) {
    int32_t code = 0;
    memcpy(c->lengths, from->bits, sizeof c->lengths);
    memcpy(c->symbols, from->huffval, sizeof c->symbols);
    for (int length = 1; length <= EMB__JPEG_LONGEST; length++, code *= 2) {
        const int count = c->lengths[length];
        c->shift[length] = c->count - code;
        c->last[length] = count ? code + count - 1 : -1;
        if (c->count + count > 256 || (count && code + count >= 1 << length)) return false;
        for (int i = 0; i < count; i++, code++, c->count++) {
            if (!is_symbol(c->symbols[c->count], c->means)) return false;
            if (length > EMB__JPEG_PEEK) continue;
            const uint16_t entry = (uint16_t)(length << 8 | c->symbols[c->count]);
            const int first = code << (EMB__JPEG_PEEK - length);
            for (int k = 0; k < 1 << (EMB__JPEG_PEEK - length); k++) c->one[first + k] = entry;
        }
    }
    return true;
}

static uint16_t stride_of(const emb__jpeg_codes *c, unsigned next) {
    unsigned bits = 0, coefficients = 0;
    while (bits < EMB__JPEG_PEEK && coefficients < EMB__JPEG_DONE) {
        const unsigned code = c->one[next << bits & (EMB__JPEG_TABLE - 1)], symbol = code & 255;
        const unsigned length = code >> 8, after = bits + length + (symbol & 15);
        const unsigned more = symbol == 0 ? EMB__JPEG_DONE : (symbol >> 4) + 1;
        if (length == 0 || bits + length > EMB__JPEG_PEEK) break;
        if (more < EMB__JPEG_DONE && coefficients + more >= EMB__JPEG_ODD) break;
        bits = after;
        coefficients += more;
    }
    return (uint16_t)((bits ? coefficients : EMB__JPEG_ODD) << 8 | bits);
}

bool emb__jpeg_make_strides(emb__jpeg_codes *c) {
    if (c->strides) return true;
    c->strides = emb__alloc(EMB__JPEG_TABLE * sizeof *c->strides);
    for (unsigned i = 0; c->strides && i < EMB__JPEG_TABLE; i++) c->strides[i] = stride_of(c, i);
    return c->strides;
}

/* If the block's end follows and is whole, it belongs to the entry. */
static int32_t reach_of(const emb__jpeg_codes *c, unsigned next) {
    const unsigned length = c->one[next] >> 8, symbol = c->one[next] & 255, size = symbol & 15;
    unsigned coefficients = symbol == 0 ? EMB__JPEG_DONE : (symbol >> 4) + 1, bits = length + size;
    if (length == 0 || bits > EMB__JPEG_PEEK) return EMB__JPEG_ODD << 8;
    const unsigned end = c->one[next << bits & (EMB__JPEG_TABLE - 1)];
    if (symbol != 0 && end != 0 && (end & 255) == 0 && bits + (end >> 8) <= EMB__JPEG_PEEK) {
        coefficients += EMB__JPEG_DONE;
        bits += end >> 8;
    }
    const uint64_t number = (uint64_t)next << (64 - EMB__JPEG_PEEK) << length;
    return emb__jpeg_number(number, size) * (1 << 16) + (int32_t)(coefficients << 8 | bits);
}

bool emb__jpeg_make_reaches(emb__jpeg_codes *c) {
    if (c->reaches) return true;
    c->reaches = emb__alloc(EMB__JPEG_TABLE * sizeof *c->reaches);
    for (unsigned i = 0; c->reaches && i < EMB__JPEG_TABLE; i++) c->reaches[i] = reach_of(c, i);
    return c->reaches;
}

/* ---- asking ---------------------------------------------------------------------------------- */

unsigned emb__jpeg_long_code(const emb__jpeg_codes *c, uint64_t bits) {
    for (int length = EMB__JPEG_PEEK + 1; length <= EMB__JPEG_LONGEST; length++) {
        const int32_t code = (int32_t)(bits >> (64 - length));
        if (code > c->last[length]) continue;
        return (unsigned)length << 8 | c->symbols[(code + c->shift[length]) & 255];
    }
    return 0;
}

/* ---- keeping --------------------------------------------------------------------------------- */

static void drop(emb__jpeg_codes **place) {
    if (!*place) return;
    emb__free((*place)->strides);
    emb__free((*place)->reaches);
    emb__free(*place);
    *place = NULL;
}

/* A table of means is not one of coefficients, though it may look like one. */
static bool is_same(const emb__jpeg_codes *c, const JHUFF_TBL *from, bool means) {
    return c && c->means == means && memcmp(c->lengths, from->bits, sizeof c->lengths) == 0 &&
           memcmp(c->symbols, from->huffval, (size_t)c->count) == 0;
}

emb__jpeg_codes *emb__jpeg_shelf_take(emb__jpeg_shelf *shelf, const JHUFF_TBL *from, bool means) {
    emb__jpeg_codes **place = NULL;
    if (!from) return NULL;
    for (int i = 0; i < EMB__JPEG_SHELF; i++) {
        emb__jpeg_codes **at = &shelf->codes[i];
        if (is_same(*at, from, means)) {
            (*at)->used = shelf->now;
            return *at;
        }
        if (!place || (*place && (!*at || (*at)->used < (*place)->used))) place = at;
    }
    drop(place);
    emb__jpeg_codes *c = *place = emb__calloc(1, sizeof *c);
    if (!c) return NULL;
    c->means = means;
    c->used = shelf->now;
    if (!make(c, from)) drop(place);
    return *place;
}

void emb__jpeg_shelf_clear(emb__jpeg_shelf *shelf) {
    for (int i = 0; i < EMB__JPEG_SHELF; i++) drop(&shelf->codes[i]);
}

#endif
