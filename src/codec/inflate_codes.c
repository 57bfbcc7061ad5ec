/* See inflate_codes.h. */
#include "codec/inflate_codes.h"

#include <string.h>

enum { LONGEST = 15, FIRST_LENGTH = 257, LENGTH_CODES = 29, DISTANCE_CODES = 30, END = 256 };

static const uint16_t length_base[LENGTH_CODES] = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                                   15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                                   67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t length_extra[LENGTH_CODES] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                   2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint16_t distance_base[DISTANCE_CODES] = {
    1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
    193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
static const uint8_t distance_extra[DISTANCE_CODES] = {0, 0, 0,  0,  1,  1,  2,  2,  3,  3,
                                                       4, 4, 5,  5,  6,  6,  7,  7,  8,  8,
                                                       9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

#define NONE UINT32_MAX

/* An entry without its code's bits; NONE: such a symbol may not occur. */
typedef uint32_t meaning(unsigned symbol);

static uint32_t entry_of(unsigned base, unsigned extra, uint32_t flags) {
    return (uint32_t)base << 16 | flags | extra;
}

static uint32_t literal_meaning(unsigned symbol) {
    if (symbol < END) return entry_of(symbol, 0, EMB__CODE_LITERAL);
    if (symbol == END) return entry_of(0, 0, EMB__CODE_END);
    const unsigned i = symbol - FIRST_LENGTH;
    return i < LENGTH_CODES ? entry_of(length_base[i], length_extra[i], 0) : NONE;
}

static uint32_t distance_meaning(unsigned symbol) {
    return symbol < DISTANCE_CODES ? entry_of(distance_base[symbol], distance_extra[symbol], 0)
                                   : NONE;
}

static uint32_t length_meaning(unsigned symbol) { return entry_of(symbol, 0, 0); }

static unsigned reversed(unsigned code, unsigned bits) {
    code = (code & 0x5555) << 1 | (code >> 1 & 0x5555);
    code = (code & 0x3333) << 2 | (code >> 2 & 0x3333);
    code = (code & 0x0f0f) << 4 | (code >> 4 & 0x0f0f);
    code = (code & 0x00ff) << 8 | (code >> 8 & 0x00ff);
    return code >> (16 - bits);
}

/* codes[i], reversed, of those that exist. False unless they fill what codes there can be, or there
 * is at most one, of one bit. */
static bool number_codes(const uint8_t *lengths, unsigned count, uint16_t *codes) {
    unsigned counts[LONGEST + 1] = {0}, next[LONGEST + 2] = {0}, used = 0;
    for (unsigned i = 0; i < count; i++) counts[lengths[i]]++;
    counts[0] = 0;
    for (unsigned bits = 1; bits <= LONGEST; bits++) {
        next[bits + 1] = (next[bits] + counts[bits]) << 1;
        used += counts[bits] << (LONGEST - bits);
    }
    const unsigned all = 1u << LONGEST;
    if (used != all && used != 0 && !(used == all / 2 && counts[1] == 1)) return false;
    for (unsigned i = 0; i < count; i++) {
        if (lengths[i] > 0) codes[i] = (uint16_t)reversed(next[lengths[i]]++, lengths[i]);
    }
    return true;
}

/* Entries that lead to tables for the codes that are longer than `first` bits. */
static void make_room(emb__codes *c, unsigned first, const uint8_t *lengths, const uint16_t *codes,
                      unsigned count) {
    const uint32_t mask = (1u << first) - 1;
    uint32_t end = 1u << first;
    for (unsigned i = 0; i < count; i++) { /* at first only how many bits more there are */
        uint32_t *at = &c->table[codes[i] & mask];
        if (lengths[i] > first && lengths[i] - first > *at) *at = lengths[i] - first;
    }
    for (unsigned i = 0; i < count; i++) {
        uint32_t *at = &c->table[codes[i] & mask];
        if (lengths[i] <= first || *at & EMB__CODE_MORE) continue;
        const uint32_t more = *at;
        *at = entry_of(end, more, EMB__CODE_MORE);
        end += 1u << more;
    }
}

static bool build(emb__codes *c, unsigned first, const uint8_t *lengths, unsigned count,
                  meaning *of) {
    uint16_t codes[EMB__LITERALS] = {0};
    if (!number_codes(lengths, count, codes)) return false;
    memset(c->table, 0, sizeof c->table);
    make_room(c, first, lengths, codes, count);
    for (unsigned i = 0; i < count; i++) {
        if (lengths[i] == 0) continue;
        unsigned bits = lengths[i], code = codes[i], size = 1u << first;
        uint32_t *table = c->table;
        if (bits > first) {
            const uint32_t to = table[code & (size - 1)];
            table += emb__code_base(to);
            size = 1u << emb__code_total(to);
            code >>= first;
            bits -= first;
        }
        const uint32_t e = of(i);
        for (; code < size; code += 1u << bits)
            table[code] = e == NONE ? 0 : e + (bits << 8 | bits);
    }
    return true;
}

/* Two literals whose codes are short are looked up at once. */
static void pair(uint32_t *table) {
    for (uint32_t i = 1u << EMB__LITERAL_BITS; i-- > 0;) {
        const uint32_t e = table[i];
        if (!(e & EMB__CODE_LITERAL)) continue;
        const uint32_t second = table[i >> emb__code_bits(e)];
        const unsigned bits = emb__code_bits(e) + emb__code_bits(second);
        if (!(second & EMB__CODE_LITERAL) || bits > EMB__LITERAL_BITS) continue;
        table[i] = entry_of(emb__code_base(e) | emb__code_base(second) << 8, bits,
                            EMB__CODE_LITERAL | EMB__CODE_PAIR | bits << 8);
    }
}

bool emb__codes_of_literals(emb__codes *codes, const uint8_t *lengths, unsigned count) {
    if (count <= END || lengths[END] == 0) return false;
    if (!build(codes, EMB__LITERAL_BITS, lengths, count, literal_meaning)) return false;
    pair(codes->table);
    return true;
}

bool emb__codes_of_distances(emb__codes *codes, const uint8_t *lengths, unsigned count) {
    return build(codes, EMB__DISTANCE_BITS, lengths, count, distance_meaning);
}

bool emb__codes_of_lengths(emb__codes *codes, const uint8_t *lengths) {
    enum { COUNT = 19 };
    return build(codes, EMB__LENGTH_BITS, lengths, COUNT, length_meaning);
}
