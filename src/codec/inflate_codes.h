/* Deflate's codes as tables: the next bits are looked up at once.
 *
 * An entry: bits of the code and of what follows it (0 to 7), of the code alone (8 to 11), flags
 * (12 to 15), and what the extra bits are added to, or a literal, or two (16 to 31). 0 is no code.
 * A code that is longer than the table's bits leads to a second table. */
#ifndef EMB_CODEC_INFLATE_CODES_H
#define EMB_CODEC_INFLATE_CODES_H

#include <stdbool.h>
#include <stdint.h>

enum {
    EMB__LITERALS = 288,
    EMB__DISTANCES = 32,
    EMB__LITERAL_BITS = 11,
    EMB__DISTANCE_BITS = 8,
    EMB__LENGTH_BITS = 7,
    /* The most entries that 288 codes of at most 15 bits can need with 11 bits at first are 2342
     * (zlib's program enough). */
    EMB__CODES = 2400
};

enum {
    EMB__CODE_LITERAL = 0x1000,
    EMB__CODE_PAIR = 0x2000,
    EMB__CODE_MORE = 0x4000,
    EMB__CODE_END = 0x8000
};

typedef struct emb__codes {
    uint32_t table[EMB__CODES];
} emb__codes;

static inline unsigned emb__code_total(uint32_t e) { return e & 0xff; }
static inline unsigned emb__code_bits(uint32_t e) { return e >> 8 & 15; }
static inline unsigned emb__code_base(uint32_t e) { return e >> 16; }

/* From the lengths of the codes, at most 15, 0: none. False if these are no usual codes. */
bool emb__codes_of_literals(emb__codes *codes, const uint8_t *lengths, unsigned count);
bool emb__codes_of_distances(emb__codes *codes, const uint8_t *lengths, unsigned count);
/* The 19 codes of the lengths themselves. */
bool emb__codes_of_lengths(emb__codes *codes, const uint8_t *lengths);

#endif
