/* See inflate.h; the format is RFC 1951's and RFC 1952's. What makes it fast: 57 to 64 bits are
 * held, so that a length and its distance are read without asking for more; a table's entry says at
 * once what a code is, how many extra bits follow and what they are added to; and copies go beyond
 * their end, into room that the next bytes overwrite. */
#include "codec/inflate.h"

#include <string.h>

#include "base/memory.h"
#include "codec/crc.h"
#include "codec/inflate_codes.h"

enum {
    INPUT = 1 << 16,
    PAD = 64,           /* zeros behind the file's end, which may be read */
    HEADER_MOST = 1024, /* more than a member's usual header, or a block's, takes */
    WINDOW = 1 << 15,   /* how far back a distance reaches */
    PIECE = 3 * WINDOW, /* decoded at a time */
    BEYOND = 258 + 64   /* what a step may write behind a piece's end */
};

typedef enum where { AT_HEADER, AT_BLOCK, IN_CODES, IN_STORED, AT_TRAILER, AT_END } where;

struct emb__inflate {
    emb__file *file;
    where where;
    bool last, file_ended;
    uint32_t sum, length; /* of what was given, length modulo 2^32 */
    size_t stored;        /* bytes that are left of a stored block */
    /* Bits: the low `held` ones of `bits` come before input[at]. Above these are bits of input[at]
     * or zeros. */
    uint64_t bits;
    unsigned held;
    size_t at, end;
    size_t kept, made; /* in `output`: bytes that are given already, and all */
    emb__codes literals, distances;
    uint8_t input[INPUT + PAD], output[WINDOW + PIECE + BEYOND];
};

emb__inflate *emb__inflate_new(emb__file *file) {
    emb__inflate *z = emb__alloc(sizeof *z);
    if (!z) return NULL;
    z->file = file;
    z->where = AT_HEADER;
    z->last = z->file_ended = false;
    z->sum = z->length = 0;
    z->bits = 0;
    z->held = 0;
    z->at = z->end = z->kept = z->made = 0;
    return z;
}

void emb__inflate_free(emb__inflate *z) { emb__free(z); }

uint32_t emb__inflate_sum(const emb__inflate *z) { return z->sum; }

/* ---- bits ------------------------------------------------------------------------------------ */

static uint64_t load64(const uint8_t *from) {
    uint64_t x;
    memcpy(&x, from, sizeof x);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return x;
}

/* Moves what is left to the front, and reads on. Zeros follow the file's end. */
static bool refill_input(emb__inflate *z) {
    size_t got;
    if (z->file_ended) return true;
    memmove(z->input, z->input + z->at, z->end - z->at);
    z->end -= z->at;
    z->at = 0;
    if (emb__file_read(z->file, z->input + z->end, INPUT - z->end, &got) != EMB_OK) return false;
    z->file_ended = got < INPUT - z->end;
    z->end += got;
    memset(z->input + z->end, 0, PAD);
    return true;
}

/* At least HEADER_MOST bytes, or all that are left. */
static bool have_input(emb__inflate *z) { return z->at + HEADER_MOST <= z->end || refill_input(z); }

/* At least 56 bits; never beyond the zeros, however often it is called. */
static void hold(emb__inflate *z) {
    if (z->at > z->end + 8) return;
    z->bits |= load64(z->input + z->at) << z->held;
    z->at += (63 - z->held) >> 3;
    z->held |= 56;
}

/* 1 to 32 bits. */
static uint32_t take(emb__inflate *z, unsigned count) {
    if (z->held < count) hold(z);
    if (z->held < count) return 0; /* behind the end, which is seen later */
    const uint32_t x = (uint32_t)(z->bits & (((uint64_t)1 << count) - 1));
    z->bits >>= count;
    z->held -= count;
    return x;
}

/* Gives back whole bytes that are held: z->at is the next one. */
static void to_bytes(emb__inflate *z) {
    z->at -= z->held / 8;
    z->bits = 0;
    z->held = 0;
}

/* ---- the member's ends ----------------------------------------------------------------------- */

/* Usual: no flags, or a file's name. */
static emb__inflate_end read_header(emb__inflate *z) {
    enum { FIXED = 10, FLAGS = 3, HAS_NAME = 8 };
    const uint8_t *h = z->input;
    if (z->end < FIXED || h[0] != 0x1f || h[1] != 0x8b || h[2] != 8) return EMB__INFLATE_ODD;
    z->at = FIXED;
    if (h[FLAGS] == HAS_NAME) {
        const uint8_t *nul = memchr(h + FIXED, 0, z->end - FIXED);
        if (!nul) return EMB__INFLATE_ODD;
        z->at = (size_t)(nul - h) + 1;
    } else if (h[FLAGS] != 0) {
        return EMB__INFLATE_ODD;
    }
    z->where = AT_BLOCK;
    return EMB__INFLATE_GOES_ON;
}

/* What was made is the content, and nothing follows it. */
static emb__inflate_end read_trailer(emb__inflate *z) {
    to_bytes(z);
    if (!have_input(z)) return EMB__INFLATE_FAILED;
    const uint32_t sum = take(z, 32), length = take(z, 32);
    to_bytes(z);
    const bool good = sum == z->sum && length == z->length && z->at == z->end;
    if (!good) return EMB__INFLATE_ODD;
    if (!z->file_ended && !refill_input(z)) return EMB__INFLATE_FAILED;
    z->where = AT_END;
    return z->at == z->end ? EMB__INFLATE_ENDS : EMB__INFLATE_ODD;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static emb__inflate_end begin_stored(emb__inflate *z) {
    to_bytes(z);
    const uint32_t length = take(z, 16), inverse = take(z, 16);
    to_bytes(z);
    z->stored = length;
    z->where = IN_STORED;
    return (length ^ inverse) == 0xffff ? EMB__INFLATE_GOES_ON : EMB__INFLATE_ODD;
}

/* Lengths of codes, which are coded themselves. */
static bool read_lengths(emb__inflate *z, uint8_t *lengths, unsigned count) {
    enum { SYMBOLS = 19 };
    static const uint8_t order[SYMBOLS] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                           11, 4,  12, 3, 13, 2, 14, 1, 15};
    uint8_t own[SYMBOLS] = {0};
    const unsigned coded = 4 + take(z, 4);
    for (unsigned i = 0; i < coded; i++) own[order[i]] = (uint8_t)take(z, 3);
    if (!emb__codes_of_lengths(&z->distances, own)) return false;
    for (unsigned i = 0; i < count;) {
        hold(z);
        const uint32_t e = z->distances.table[z->bits & ((1u << EMB__LENGTH_BITS) - 1)];
        if (e == 0 || z->held < 14) return false;
        take(z, emb__code_bits(e));
        const unsigned symbol = emb__code_base(e);
        if (symbol < 16) {
            lengths[i++] = (uint8_t)symbol;
            continue;
        }
        const unsigned times = symbol == 16   ? 3 + take(z, 2)
                               : symbol == 17 ? 3 + take(z, 3)
                                              : 11 + take(z, 7);
        if (i + times > count || (symbol == 16 && i == 0)) return false;
        memset(lengths + i, symbol == 16 ? lengths[i - 1] : 0, times);
        i += times;
    }
    return true;
}

static emb__inflate_end begin_dynamic(emb__inflate *z) {
    uint8_t lengths[EMB__LITERALS + EMB__DISTANCES];
    const unsigned literals = 257 + take(z, 5), distances = 1 + take(z, 5);
    if (literals > EMB__LITERALS || distances > EMB__DISTANCES) return EMB__INFLATE_ODD;
    if (!read_lengths(z, lengths, literals + distances)) return EMB__INFLATE_ODD;
    if (!emb__codes_of_literals(&z->literals, lengths, literals) ||
        !emb__codes_of_distances(&z->distances, lengths + literals, distances)) {
        return EMB__INFLATE_ODD;
    }
    z->where = IN_CODES;
    return EMB__INFLATE_GOES_ON;
}

static emb__inflate_end begin_fixed(emb__inflate *z) {
    uint8_t lengths[EMB__LITERALS], fives[EMB__DISTANCES];
    memset(lengths, 8, 144);
    memset(lengths + 144, 9, 112);
    memset(lengths + 256, 7, 24);
    memset(lengths + 280, 8, 8);
    memset(fives, 5, sizeof fives);
    if (!emb__codes_of_literals(&z->literals, lengths, EMB__LITERALS) ||
        !emb__codes_of_distances(&z->distances, fives, EMB__DISTANCES)) {
        return EMB__INFLATE_ODD;
    }
    z->where = IN_CODES;
    return EMB__INFLATE_GOES_ON;
}

static emb__inflate_end begin_block(emb__inflate *z) {
    if (z->last) {
        z->where = AT_TRAILER;
        return EMB__INFLATE_GOES_ON;
    }
    if (!have_input(z)) return EMB__INFLATE_FAILED;
    z->last = take(z, 1);
    switch (take(z, 2)) {
    case 0:
        return begin_stored(z);
    case 1:
        return begin_fixed(z);
    case 2:
        return begin_dynamic(z);
    default:
        return EMB__INFLATE_ODD;
    }
}

static emb__inflate_end copy_stored(emb__inflate *z) {
    if (z->at >= z->end && z->stored > 0) {
        if (!refill_input(z)) return EMB__INFLATE_FAILED;
        if (z->at >= z->end) return EMB__INFLATE_ODD;
    }
    size_t count = z->stored, room = WINDOW + PIECE - z->made;
    if (count > room) count = room;
    if (count > z->end - z->at) count = z->end - z->at;
    memcpy(z->output + z->made, z->input + z->at, count);
    z->at += count;
    z->made += count;
    z->stored -= count;
    if (z->stored == 0) z->where = AT_BLOCK;
    return EMB__INFLATE_GOES_ON;
}

/* `length` bytes from `distance` before `to`, and up to 31 too many. */
static inline void copy(uint8_t *to, size_t distance, size_t length) {
    const uint8_t *from = to - distance, *const end = to + length;
    if (distance >= 16) {
        do {
            memcpy(to, from, 16);
            memcpy(to + 16, from + 16, 16);
            to += 32;
            from += 32;
        } while (to < end);
    } else if (distance == 1) {
        memset(to, *from, length);
    } else {
        while (to < end) *to++ = *from++;
    }
}

/* What decoding needs of the bits: a copy, which stays in registers. */
typedef struct reader {
    uint64_t bits;
    unsigned held;
    const uint8_t *in;
} reader;

#define BELOW(count) (((uint64_t)1 << (count)) - 1)

static inline void refill(reader *r) {
    r->bits |= load64(r->in) << r->held;
    r->in += (63 - r->held) >> 3;
    r->held |= 56;
}

static inline void drop(reader *r, unsigned count) {
    r->bits >>= count;
    r->held -= count;
}

static inline uint32_t find(const reader *r, const uint32_t *table, unsigned count) {
    return table[r->bits & BELOW(count)];
}

/* The entry of a code that is longer than the first table's bits. */
static inline uint32_t find_more(reader *r, const uint32_t *table, unsigned first, uint32_t e) {
    drop(r, first);
    return find(r, table + emb__code_base(e), emb__code_total(e));
}

/* One literal or two; the byte behind one is overwritten. */
static inline uint8_t *give(reader *r, uint32_t e, uint8_t *out) {
    out[0] = (uint8_t)(e >> 16);
    out[1] = (uint8_t)(e >> 24);
    drop(r, emb__code_bits(e));
    return out + (e & EMB__CODE_PAIR ? 2 : 1);
}

/* A length or a distance with its extra bits. */
static inline size_t value(reader *r, uint32_t e) {
    const uint64_t bits = r->bits & BELOW(emb__code_total(e));
    drop(r, emb__code_total(e));
    return emb__code_base(e) + (size_t)(bits >> emb__code_bits(e));
}

/* Decodes until the block, the input or the piece ends. Each turn takes at most 16 bytes of input:
 * it fills the bits up twice. Of 56, three entries of literals take 33, or a length 20 and a
 * distance 28. */
static emb__inflate_end decode(emb__inflate *z) {
    enum { TURN = 16 };
    const uint32_t *const literals = z->literals.table, *const distances = z->distances.table;
    const size_t safe = z->file_ended ? z->end : z->end < TURN ? 0 : z->end - TURN;
    const uint8_t *const in_most = z->input + safe, *const most = z->output + WINDOW + PIECE;
    uint8_t *out = z->output + z->made;
    reader r = {.bits = z->bits, .held = z->held, .in = z->input + z->at};
    emb__inflate_end end = EMB__INFLATE_GOES_ON;
    while (r.in < in_most && out < most) {
        refill(&r);
        uint32_t e = find(&r, literals, EMB__LITERAL_BITS);
        for (int i = 0; i < 3 && e & EMB__CODE_LITERAL; i++) {
            out = give(&r, e, out);
            e = find(&r, literals, EMB__LITERAL_BITS);
        }
        if (e & EMB__CODE_LITERAL) continue;
        refill(&r);
        if (e & EMB__CODE_MORE) e = find_more(&r, literals, EMB__LITERAL_BITS, e);
        if (e & EMB__CODE_LITERAL) {
            out = give(&r, e, out);
            continue;
        }
        if (e & EMB__CODE_END) {
            drop(&r, emb__code_bits(e));
            z->where = AT_BLOCK;
            break;
        }
        const size_t length = value(&r, e);
        uint32_t d = find(&r, distances, EMB__DISTANCE_BITS);
        if (d & EMB__CODE_MORE) d = find_more(&r, distances, EMB__DISTANCE_BITS, d);
        const size_t distance = value(&r, d);
        if (e == 0 || d == 0 || distance > (size_t)(out - z->output)) {
            end = EMB__INFLATE_ODD;
            break;
        }
        copy(out, distance, length);
        out += length;
    }
    z->at = (size_t)(r.in - z->input);
    z->made = (size_t)(out - z->output);
    z->bits = r.bits;
    z->held = r.held;
    return end;
}

static emb__inflate_end decode_codes(emb__inflate *z) {
    if (z->file_ended && z->at >= z->end) return EMB__INFLATE_ODD; /* a trailer should follow */
    if (!z->file_ended && z->at + HEADER_MOST > z->end && !refill_input(z)) {
        return EMB__INFLATE_FAILED;
    }
    return decode(z);
}

static emb__inflate_end step(emb__inflate *z) {
    switch (z->where) {
    case AT_HEADER:
        return refill_input(z) ? read_header(z) : EMB__INFLATE_FAILED;
    case AT_BLOCK:
        return begin_block(z);
    case IN_CODES:
        return decode_codes(z);
    case IN_STORED:
        return copy_stored(z);
    case AT_TRAILER:
    case AT_END:
        break;
    }
    return EMB__INFLATE_GOES_ON;
}

emb__inflate_end emb__inflate_more(emb__inflate *z, const uint8_t **bytes, size_t *count) {
    emb__inflate_end end = EMB__INFLATE_GOES_ON;
    if (z->made > WINDOW) {
        memmove(z->output, z->output + z->made - WINDOW, WINDOW);
        z->made = WINDOW;
    }
    z->kept = z->made;
    *bytes = z->output + z->kept;
    *count = 0;
    while (end == EMB__INFLATE_GOES_ON && z->where < AT_TRAILER && z->made < WINDOW + PIECE) {
        end = step(z);
    }
    if (end != EMB__INFLATE_GOES_ON) return end;
    *count = z->made - z->kept;
    z->sum = emb__crc(z->sum, *bytes, *count);
    z->length += (uint32_t)*count;
    return z->where == AT_TRAILER ? read_trailer(z) : end;
}
