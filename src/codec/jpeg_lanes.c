/* See jpeg_lanes.h. ITU-T T.81, annex A (order of the blocks). */
#include "codec/jpeg_lanes.h"

#ifdef EMB_HAVE_JPEG

#include <string.h>

#define INLINE static inline __attribute__((always_inline))
/* For each lane; unrolled, so that what is kept for them stays in registers. */
#define EACH            _Pragma("GCC unroll 4") for (int i = 0; i < n; i++)
#define RARE(condition) __builtin_expect(condition, 0)

enum { COEFFICIENTS = 64 };

/* A quarter's mean comes of two steps, along columns and along rows. Each takes the half's mean of
 * eight samples from their transform, of which only the first and the odd ones matter: it is the
 * mean plus or minus the odd ones' part, whose factors (cos(pi u / 16) summed over four samples,
 * times 2^13) libjpeg has. So a column has two sums: its mean's and its odd part's. */
enum { MEAN = 1 << 15, ODD_1 = 29692, ODD_3 = -10426, ODD_5 = 6967, ODD_7 = -5906 };
enum { COLUMNS = 5, SUMS = EMB__JPEG_SUMS, ASIDE = SUMS - 1 };

/* The order of coefficients. */
static const uint8_t zigzag[COEFFICIENTS] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

void emb__jpeg_steps(emb__jpeg_channel *channel, const UINT16 quant[64]) {
    static const int32_t factors[8] = {MEAN, ODD_1, 0, ODD_3, 0, ODD_5, 0, ODD_7};
    static const uint8_t columns[8] = {0, 1, 0, 2, 0, 3, 0, 4};
    memset(channel->sums, ASIDE, sizeof channel->sums);
    memset(channel->factors, 0, sizeof channel->factors);
    channel->step = quant[0];
    for (int k = 1; k < COEFFICIENTS; k++) {
        const int row = zigzag[k] / 8, column = zigzag[k] % 8;
        if (!factors[row] || !factors[column]) continue;
        channel->sums[k + 1] = (uint8_t)(columns[column] + (row ? COLUMNS : 0));
        channel->factors[k + 1] = quant[zigzag[k]] * factors[row];
        if (k + 1 == COEFFICIENTS) continue; /* the end does not follow */
        channel->sums[EMB__JPEG_DONE + k + 1] = channel->sums[k + 1];
        channel->factors[EMB__JPEG_DONE + k + 1] = channel->factors[k + 1];
    }
}

/* ---- pixels ---------------------------------------------------------------------------------- */

/* As libjpeg keeps a value in a byte: from -512 to 511 it is cut, beyond it comes round. */
static inline uint8_t to_byte(int32_t value) {
    const int32_t centred = (((int32_t)((uint32_t)value & 1023) ^ 512) - 512) + 128;
    const int32_t positive = centred < 0 ? 0 : centred;
    return (uint8_t)(positive > 255 ? 255 : positive);
}

static inline int64_t rounded(int64_t value, int bits) {
    return (value + (1 << (bits - 1))) >> bits;
}

/* The quarters' means, into two rows of pixels. False where libjpeg's 16 bits would not hold what
 * is between the steps. */
static inline bool put_four(int32_t mean, int64_t sums[SUMS], uint8_t *to, size_t width) {
    uint64_t range = 0;
    sums[0] += (int64_t)mean * MEAN;
    for (int y = 0; y < 2; y++, to += width) {
        int64_t row[COLUMNS];
        for (int x = 0; x < COLUMNS; x++) {
            const int64_t odd = sums[COLUMNS + x];
            row[x] = rounded(sums[x] + (y ? -odd : odd), 13);
            range |= (uint64_t)(row[x] - INT16_MIN);
        }
        const int64_t even = row[0] * MEAN;
        const int64_t odd = row[1] * ODD_1 + row[2] * ODD_3 + row[3] * ODD_5 + row[4] * ODD_7;
        to[0] = to_byte((int32_t)rounded(even + odd, 20));
        to[1] = to_byte((int32_t)rounded(even - odd, 20));
    }
    return range <= UINT16_MAX;
}

/* ---- a block of one lane --------------------------------------------------------------------- */

/* The next block's mean; false if it is none. */
static inline bool read_mean(const uint8_t *bytes, size_t *at, emb__jpeg_channel *c) {
    const uint64_t bits = emb__jpeg_bits(bytes, *at);
    const unsigned code = emb__jpeg_code(c->means, bits), length = code >> 8, size = code & 255;
    *at += length + size;
    c->before += emb__jpeg_number(bits << length, size);
    return code && c->before >= INT16_MIN && c->before <= INT16_MAX;
}

/* A coefficient, one code at a time, behind `next` of them; how many there are then, or
 * EMB__JPEG_DONE; 0 if it is none. Unless NULL, the sums take it. */
static unsigned read_next(const emb__jpeg_lane *lane, const emb__jpeg_channel *c, size_t *at,
                          unsigned next, int64_t *sums) {
    const uint64_t bits = emb__jpeg_bits(lane->bytes, *at);
    const unsigned code = emb__jpeg_code(c->others, bits), length = code >> 8, symbol = code & 255;
    *at += length + (symbol & 15);
    if (symbol == 0) return code ? EMB__JPEG_DONE : 0;
    next += (symbol >> 4) + 1;
    if (next > COEFFICIENTS) return 0;
    if (sums) {
        sums[c->sums[next]] +=
            (int64_t)emb__jpeg_number(bits << length, symbol & 15) * c->factors[next];
    }
    return next == COEFFICIENTS ? EMB__JPEG_DONE : next;
}

/* Reads on up to the entry that was odd, whose coefficients before it the sums have, and what it
 * was for. */
static bool read_odd(const emb__jpeg_lane *lane, const emb__jpeg_channel *c, size_t *at,
                     unsigned *next, int64_t *sums) {
    for (;;) {
        const size_t peek = emb__jpeg_peek(emb__jpeg_bits(lane->bytes, *at));
        const unsigned entry =
            c->four ? (unsigned)c->others->reaches[peek] & UINT16_MAX : c->others->strides[peek];
        const unsigned then = *next + (entry >> 8);
        if (then & EMB__JPEG_ODD && then != COEFFICIENTS) break;
        *at += entry & 255;
        *next = then;
        if (then < COEFFICIENTS) continue;
        *next = EMB__JPEG_DONE; /* the block is full, which was odd and no more */
        return true;
    }
    *next = read_next(lane, c, at, *next, sums);
    return *next;
}

/* ---- a block of each lane -------------------------------------------------------------------- */

/* An entry, as long as the block is not through and nothing odd was met. */
static inline unsigned unless_done(unsigned entry, unsigned next) {
    return entry & (unsigned)-(int)(next < COEFFICIENTS);
}

/* Where each lane was, and how many coefficients its block had, before the last entries. */
typedef struct before {
    size_t at[EMB__JPEG_LANES];
    unsigned next[EMB__JPEG_LANES];
} before;

/* Of the lanes that met something odd. */
static __attribute__((noinline)) bool go_back(emb__jpeg_lane *const lanes[], int n, int channel,
                                              const before *was, before *is, int64_t sums[][SUMS]) {
    for (int i = 0; i < n; i++) {
        if (!(is->next[i] & EMB__JPEG_ODD)) continue;
        is->at[i] = was->at[i];
        is->next[i] = was->next[i];
        if (!read_odd(lanes[i], &lanes[i]->channels[channel], &is->at[i], &is->next[i],
                      sums ? sums[i] : NULL)) {
            return false;
        }
    }
    return true;
}

/* The same of what is kept in registers, which go_back has in memory. */
INLINE bool settle(emb__jpeg_lane *const lanes[], const int n, int channel, const before *was,
                   size_t at[], unsigned next[], int64_t sums[][SUMS]) {
    before is;
    EACH {
        is.at[i] = at[i];
        is.next[i] = next[i];
    }
    if (!go_back(lanes, n, channel, was, &is, sums)) return false;
    EACH {
        at[i] = is.at[i];
        next[i] = is.next[i];
    }
    return true;
}

INLINE bool pass_blocks(emb__jpeg_lane *const lanes[], const int n, int channel, size_t at[]) {
    const uint8_t *bytes[EMB__JPEG_LANES];
    const uint16_t *strides[EMB__JPEG_LANES];
    unsigned next[EMB__JPEG_LANES], all;
    EACH {
        bytes[i] = lanes[i]->bytes;
        strides[i] = lanes[i]->channels[channel].others->strides;
        next[i] = 1;
    }
    do {
        before was;
        unsigned any = 0;
        EACH {
            uint64_t bits = emb__jpeg_bits(bytes[i], at[i]);
            was.at[i] = at[i];
            was.next[i] = next[i];
            const unsigned one = unless_done(strides[i][emb__jpeg_peek(bits)], next[i]);
            bits <<= one & 63;
            at[i] += one & 255;
            next[i] += one >> 8;
            const unsigned two = unless_done(strides[i][emb__jpeg_peek(bits)], next[i]);
            at[i] += two & 255;
            next[i] += two >> 8;
            any |= next[i];
        }
        if (RARE(any & EMB__JPEG_ODD) && !settle(lanes, n, channel, &was, at, next, NULL)) {
            return false;
        }
        all = EMB__JPEG_DONE;
        EACH all &= next[i];
    } while (!all);
    return true;
}

/* Coefficients that are read from bits that were looked at once, which have room for four; two are
 * as fast and take less code. */
enum { AT_ONCE = 2 };

INLINE bool read_blocks(emb__jpeg_lane *const lanes[], const int n, int channel, size_t at[],
                        int64_t sums[EMB__JPEG_LANES][SUMS]) {
    const uint8_t *bytes[EMB__JPEG_LANES];
    const int32_t *reaches[EMB__JPEG_LANES];
    const emb__jpeg_channel *c[EMB__JPEG_LANES];
    unsigned next[EMB__JPEG_LANES], all;
    EACH {
        bytes[i] = lanes[i]->bytes;
        c[i] = &lanes[i]->channels[channel];
        reaches[i] = c[i]->others->reaches;
        next[i] = 1;
        memset(sums[i], 0, sizeof sums[i]);
    }
    do {
        before was;
        unsigned any = 0;
        EACH {
            uint64_t bits = emb__jpeg_bits(bytes[i], at[i]);
            was.at[i] = at[i];
            was.next[i] = next[i];
            for (int k = 0; k < AT_ONCE; k++) {
                const int32_t reach =
                    (int32_t)unless_done((unsigned)reaches[i][emb__jpeg_peek(bits)], next[i]);
                bits <<= reach & 63;
                at[i] += (unsigned)reach & 63;
                next[i] += (unsigned)reach >> 8 & 255;
                sums[i][c[i]->sums[next[i]]] += (int64_t)(reach >> 16) * c[i]->factors[next[i]];
            }
            any |= next[i];
        }
        if (RARE(any & EMB__JPEG_ODD) && !settle(lanes, n, channel, &was, at, next, sums)) {
            return false;
        }
        all = EMB__JPEG_DONE;
        EACH all &= next[i];
    } while (!all);
    return true;
}

/* The next block of each lane, whose pixels go to `to`. */
INLINE bool next_blocks(emb__jpeg_lane *const lanes[], const int n, int channel, uint8_t *to[]) {
    size_t at[EMB__JPEG_LANES];
    int32_t means[EMB__JPEG_LANES];
    bool good = true;
    const bool four = lanes[0]->channels[channel].four;
    EACH {
        emb__jpeg_channel *c = &lanes[i]->channels[channel];
        at[i] = lanes[i]->at;
        good &= read_mean(lanes[i]->bytes, &at[i], c);
    }
    if (RARE(!good)) return false;
    EACH {
        const emb__jpeg_channel *c = &lanes[i]->channels[channel];
        means[i] = c->before * c->step; /* 16 bits each */
        if (!four) *to[i] = to_byte((int32_t)rounded(means[i], 3));
    }
    if (four) {
        int64_t sums[EMB__JPEG_LANES][SUMS];
        bool fits = read_blocks(lanes, n, channel, at, sums);
        EACH fits &= put_four(means[i], sums[i], to[i], lanes[i]->channels[channel].width);
        if (RARE(!fits)) return false;
    } else if (!pass_blocks(lanes, n, channel, at)) {
        return false;
    }
    EACH lanes[i]->at = at[i];
    return true;
}

INLINE bool next_mcus(emb__jpeg_lane *const lanes[], const int n) {
    for (int k = 0; k < lanes[0]->count; k++) {
        const emb__jpeg_channel *first = &lanes[0]->channels[k];
        const size_t side = first->four ? 2 : 1;
        const size_t down = (size_t)first->down, across = (size_t)first->across;
        for (size_t y = 0; y < down; y++) {
            uint8_t *to[EMB__JPEG_LANES];
            EACH {
                const emb__jpeg_lane *l = lanes[i];
                const emb__jpeg_channel *c = &l->channels[k];
                to[i] =
                    c->plane + (l->row * down + y) * side * c->width + l->column * across * side;
            }
            for (size_t x = 0; x < across; x++) {
                if (!next_blocks(lanes, n, k, to)) return false;
                EACH to[i] += side;
            }
        }
    }
    return true;
}

bool emb__jpeg_lanes_read(emb__jpeg_lane *const lanes[], int count) {
    switch (count) {
    case 1:
        return next_mcus(lanes, 1);
    case 2:
        return next_mcus(lanes, 2);
    default:
        return next_mcus(lanes, 3);
    }
}

#endif
