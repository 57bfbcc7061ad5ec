/* Huffman codes of a JPEG's scan. ITU-T T.81, annexes C and F.2.
 *
 * Three tables are asked with the next bits: for a symbol, for a symbol and the number behind it,
 * and for as many symbols as they hold, to pass over them.
 *
 * Owns: these tables, kept from one picture to the next. Does not own: what the numbers mean. */
#ifndef EMB_CODEC_JPEG_CODES_H
#define EMB_CODEC_JPEG_CODES_H

#ifdef EMB_HAVE_JPEG

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h> /* jpeglib.h needs it first */

#include <jpeglib.h>

/* Bits that a table is asked with; those of the longest code. Long codes are rare. */
enum { EMB__JPEG_PEEK = 12, EMB__JPEG_TABLE = 1 << EMB__JPEG_PEEK, EMB__JPEG_LONGEST = 16 };

/* In the coefficients that an entry stands for: it ends the block; the block cannot hold them, or
 * the table does not tell. To have either in one bit, whatever the block has already, they lie
 * above the 64 coefficients of a block. */
enum { EMB__JPEG_ODD = 64, EMB__JPEG_DONE = 128 };

typedef struct emb__jpeg_codes {
    /* By the next bits: the code's length << 8 | its symbol; 0: a longer one. */
    uint16_t one[EMB__JPEG_TABLE];
    int32_t last[EMB__JPEG_LONGEST + 1];  /* the greatest code of a length; -1: there is none */
    int32_t shift[EMB__JPEG_LONGEST + 1]; /* from a code of that length to its symbol's place */
    uint8_t symbols[256];
    int count;
    /* Of coefficients; NULL until they are asked for. By the next bits, for passing over the
     * symbols that they hold whole, perhaps a block's end: coefficients << 8 | bits. */
    uint16_t *strides;
    /* And for reading: a code and the number behind it, perhaps the end: number << 16 |
     * coefficients << 8 | bits. */
    int32_t *reaches;
    uint8_t lengths[EMB__JPEG_LONGEST + 1]; /* how many codes have a length */
    bool means;                             /* its symbols are sizes of means */
    uint64_t used;                          /* when it was asked for last */
} emb__jpeg_codes;

/* ---- asking ---------------------------------------------------------------------------------- */

/* The bits from `at` on, at least 57, from the top. */
static inline uint64_t emb__jpeg_bits(const uint8_t *bytes, size_t at) {
    const uint8_t *p = bytes + (at >> 3);
    const uint64_t word = (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 |
                          (uint64_t)p[3] << 32 | (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
                          (uint64_t)p[6] << 8 | p[7];
    return word << (at & 7);
}

static inline size_t emb__jpeg_peek(uint64_t bits) {
    return (size_t)(bits >> (64 - EMB__JPEG_PEEK));
}

/* The code that the bits begin with, as length << 8 | symbol; 0 if none is like that. */
unsigned emb__jpeg_long_code(const emb__jpeg_codes *c, uint64_t bits);
static inline unsigned emb__jpeg_code(const emb__jpeg_codes *c, uint64_t bits) {
    const unsigned code = c->one[emb__jpeg_peek(bits)];
    return code ? code : emb__jpeg_long_code(c, bits);
}

/* The number in the first `count` bits, 0 to 15; those that begin with 0 are negative. */
static inline int32_t emb__jpeg_number(uint64_t bits, unsigned count) {
    const int32_t value = (int32_t)(bits >> 1 >> (63 - count)), low = (1 << count) - 1;
    return value - (low & -(2 * value <= low));
}

/* ---- keeping --------------------------------------------------------------------------------- */

/* Most pictures have the same tables, and three may be read at once, of four tables each. Zeroed,
 * it is empty. */
enum { EMB__JPEG_SHELF = 12 };
typedef struct emb__jpeg_shelf {
    emb__jpeg_codes *codes[EMB__JPEG_SHELF];
    uint64_t now; /* counts up before pictures are read; what was used since stays */
} emb__jpeg_shelf;

/* The codes of means' sizes, or of coefficients. NULL if they are none or memory is short. */
emb__jpeg_codes *emb__jpeg_shelf_take(emb__jpeg_shelf *shelf, const JHUFF_TBL *from, bool means);
/* Makes the table unless it is there; false without memory. */
bool emb__jpeg_make_strides(emb__jpeg_codes *c);
bool emb__jpeg_make_reaches(emb__jpeg_codes *c);
void emb__jpeg_shelf_clear(emb__jpeg_shelf *shelf);

#endif
#endif
