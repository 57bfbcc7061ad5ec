/* A sum over a row of pixels that is as fast as memory. Whatever changes within eight bytes changes
 * it before it is folded to 32 bits. It is of this machine's byte order. */
#ifndef EMB_DATA_ROW_SUM_H
#define EMB_DATA_ROW_SUM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t emb__row_sum(const uint8_t *row, size_t size) {
    enum { LANES = 4 };                                   /* which do not wait for each other */
    const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15); /* odd: no two products are alike */
    uint64_t sums[LANES] = {1, 2, 3, 4}, words[LANES], all = size;
    size_t at = 0;
    for (; size - at >= sizeof words; at += sizeof words) {
        memcpy(words, row + at, sizeof words);
        for (int k = 0; k < LANES; k++) sums[k] = (sums[k] ^ words[k]) * factor;
    }
    memset(words, 0, sizeof words);
    memcpy(words, row + at, size - at);
    for (int k = 0; k < LANES; k++) {
        sums[k] = (sums[k] ^ words[k]) * factor;
        all = (all ^ sums[k] ^ sums[k] >> 32) * factor;
    }
    return (uint32_t)(all >> 32);
}

#endif
