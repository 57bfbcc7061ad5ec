/* MT19937 and PyTorch's draws. See random.h. */
#include "base/random.h"

#include <math.h>

enum { SHIFT = 397 };

void emb__random_seed(emb__random *random, uint64_t seed) {
    random->state[0] = (uint32_t)seed;
    for (uint32_t i = 1; i < EMB__MT_SIZE; i++) {
        uint32_t before = random->state[i - 1];
        random->state[i] = 1812433253u * (before ^ (before >> 30)) + i;
    }
    random->next = EMB__MT_SIZE;
}

static uint32_t twist(uint32_t high, uint32_t low) {
    uint32_t y = (high & 0x80000000u) | (low & 0x7fffffffu);
    return (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0);
}

static void refill(emb__random *random) {
    uint32_t *s = random->state;
    for (int i = 0; i < EMB__MT_SIZE; i++) {
        s[i] = s[(i + SHIFT) % EMB__MT_SIZE] ^ twist(s[i], s[(i + 1) % EMB__MT_SIZE]);
    }
    random->next = 0;
}

uint32_t emb__random_next32(emb__random *random) {
    if (random->next >= EMB__MT_SIZE) refill(random);
    uint32_t y = random->state[random->next++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}

void emb__random_skip(emb__random *random, size_t count) {
    while (count > 0) {
        if (random->next >= EMB__MT_SIZE) refill(random);
        const size_t left = (size_t)(EMB__MT_SIZE - random->next);
        const size_t here = count < left ? count : left;
        random->next += (int)here;
        count -= here;
    }
}

uint64_t emb__random_int63(emb__random *random) {
    uint64_t high = emb__random_next32(random);
    uint64_t low = emb__random_next32(random);
    return ((high << 32) | low) & INT64_MAX;
}

float emb__random_uniform(emb__random *random, float low, float high) {
    float unit = (float)(emb__random_next32(random) & 0xffffffu) * 0x1p-24f;
    /* Fused, as PyTorch's own build has it: without, two weights in five differ in the last bit. */
    return fmaf(unit, high - low, low);
}

void emb__random_permutation(emb__random *random, uint32_t *order, size_t n) {
    for (size_t i = 0; i < n; i++) order[i] = (uint32_t)i;
    for (size_t i = 0; i + 1 < n; i++) {
        size_t other = i + emb__random_next32(random) % (n - i);
        uint32_t kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
}
