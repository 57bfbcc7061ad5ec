/* Bits and Huffman codes of a JPEG's scan. ITU-T T.81, annexes C and F.2.
 *
 * Three tables are asked with the next bits: for a symbol, for a symbol and the number behind it,
 * and for as many symbols as they hold, to pass over them.
 *
 * Owns: these tables and how they are asked. Does not own: what the numbers mean. */
#ifndef EMB_CODEC_JPEG_CODES_H
#define EMB_CODEC_JPEG_CODES_H

#ifdef EMB_HAVE_JPEG

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h> /* jpeglib.h needs it first */

#include <jpeglib.h>

/* Bits that a table is asked with; those of the longest code. Long codes are rare. */
enum { EMB__JPEG_PEEK = 11, EMB__JPEG_TABLE = 1 << EMB__JPEG_PEEK, EMB__JPEG_LONGEST = 16 };

/* ---- bits ------------------------------------------------------------------------------------ */

/* Bytes of a scan, without those that are stuffed in behind ff. Behind the last of them stand
 * zeros, more than a block can take, so that one look a block says whether they were. */
enum { EMB__JPEG_SPARE = 1024 };

typedef struct emb__jpeg_bits {
    const uint8_t *at;
    uint64_t held; /* the next bits, from the top */
    int count;     /* of them */
} emb__jpeg_bits;

static inline uint64_t emb__jpeg_word(const uint8_t *p) {
    return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 |
           (uint64_t)p[3] << 32 | (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
           (uint64_t)p[6] << 8 | p[7];
}

/* At least 56 bits. Those of a byte that does not fit whole come once more, the same. */
static inline void emb__jpeg_fill(emb__jpeg_bits *b) {
    b->held |= emb__jpeg_word(b->at) >> b->count;
    b->at += (63 - b->count) >> 3;
    b->count |= 56;
}

static inline void emb__jpeg_pass(emb__jpeg_bits *b, int count) {
    b->held <<= count;
    b->count -= count;
}

/* ---- codes ----------------------------------------------------------------------------------- */

typedef struct emb__jpeg_codes {
    /* By the next bits: the code's length << 8 | its symbol; 0: a longer one. */
    uint16_t one[EMB__JPEG_TABLE];
    int32_t last[EMB__JPEG_LONGEST + 1];  /* the greatest code of a length; -1: there is none */
    int32_t shift[EMB__JPEG_LONGEST + 1]; /* from a code of that length to its symbol's place */
    uint8_t symbols[256];
    int count;
} emb__jpeg_codes;

/* By the next bits, for passing over: the symbols that they hold whole, perhaps a block's end. */
typedef struct emb__jpeg_stride {
    uint8_t bits, steps; /* 0 bits: a longer code */
    bool ends;
} emb__jpeg_stride;

/* By the next bits, for reading: a code and the number behind it, if they hold both. */
typedef struct emb__jpeg_reach {
    int16_t value;
    uint8_t bits, steps; /* 0 bits: they do not, or no number is behind it */
} emb__jpeg_reach;

/* A number of `count` bits, 0 to 15; those that begin with 0 are negative. */
static inline int emb__jpeg_to_number(int value, int count) {
    const int low = (1 << count) - 1;
    return value - (low & -(2 * value <= low));
}

/* The next symbol; -1 if no code is like that. */
static inline int emb__jpeg_next_symbol(const emb__jpeg_codes *c, emb__jpeg_bits *b) {
    const unsigned entry = c->one[b->held >> (64 - EMB__JPEG_PEEK)];
    if (entry) {
        emb__jpeg_pass(b, (int)(entry >> 8));
        return (int)(entry & 255);
    }
    for (int length = EMB__JPEG_PEEK + 1; length <= EMB__JPEG_LONGEST; length++) {
        const int32_t code = (int32_t)(b->held >> (64 - length));
        if (code > c->last[length]) continue;
        emb__jpeg_pass(b, length);
        return c->symbols[(code + c->shift[length]) & 255];
    }
    return -1;
}

/* Of `count` bits, 0 to 15. */
static inline int emb__jpeg_next_number(emb__jpeg_bits *b, int count) {
    if (count == 0) return 0;
    const int value = (int)(b->held >> (64 - count));
    emb__jpeg_pass(b, count);
    return emb__jpeg_to_number(value, count);
}

/* ---- making them ----------------------------------------------------------------------------- */

/* Of a zeroed one. `most`: the greatest symbol that it may have. False if it is none. */
bool emb__jpeg_codes_make(emb__jpeg_codes *c, const JHUFF_TBL *from, int most);
void emb__jpeg_strides_make(emb__jpeg_stride strides[EMB__JPEG_TABLE], const emb__jpeg_codes *c);
void emb__jpeg_reaches_make(emb__jpeg_reach reaches[EMB__JPEG_TABLE], const emb__jpeg_codes *c);

#endif
#endif
