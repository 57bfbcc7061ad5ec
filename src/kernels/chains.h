/* Long sums. A sum of more than EMB__CHAIN terms is cut into chains of so many, and a balanced tree
 * adds them up, whose first half is the largest power of two below their number: one long chain
 * loses digits in proportion to its length.
 *
 * The tree is walked as a binary counter carries: chain number n is added to as many waiting sums
 * as n ends in ones. A tile's chains are made one by one as sums of their own, so that its inner
 * loop knows nothing of this. */
#ifndef EMB_KERNELS_CHAINS_H
#define EMB_KERNELS_CHAINS_H

#include "kernels/kernels.h"
#include "kernels/vec.h"

enum {
    EMB__WAITING = 24,                /* more than as many carries as a sum's terms allow */
    EMB__CHAIN_SUMS = 32 * EMB__LANES /* floats of a tile, at most */
};

typedef struct chains {
    int depth;
    unsigned number; /* of the next chain */
    float waiting[EMB__WAITING][EMB__CHAIN_SUMS];
} chains;

INLINE void chain_begin(chains *c) {
    c->depth = 0;
    c->number = 0;
}

/* Where the next chain's sums are to be written. */
INLINE float *chain_room(chains *c) { return c->waiting[c->depth]; }

INLINE void chain_merge(chains *c, size_t floats) {
    float *first = c->waiting[c->depth - 1];
    const float *second = c->waiting[c->depth--];
    for (size_t i = 0; i < floats; i += VL) {
        v_store(first + i, v_add(v_load(first + i), v_load(second + i)));
    }
}

/* The next chain's sums are written, whole vectors of them. */
INLINE void chain_add(chains *c, size_t floats) {
    for (unsigned n = c->number++; n & 1; n >>= 1) chain_merge(c, floats);
    c->depth++;
}

/* After the last: the sums. */
INLINE const float *chain_end(chains *c, size_t floats) {
    c->depth--;
    while (c->depth > 0) chain_merge(c, floats);
    return c->waiting[0];
}

#endif
