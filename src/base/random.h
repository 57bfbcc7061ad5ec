/* PyTorch's random stream on a CPU: MT19937 and what torch draws from it.
 *
 * Source: the MT19937 of Matsumoto and Nishimura (1998), and the order in which PyTorch consumes
 * it, read off its results. */
#ifndef EMB_BASE_RANDOM_H
#define EMB_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

enum { EMB__MT_SIZE = 624 };

typedef struct emb__random {
    uint32_t state[EMB__MT_SIZE];
    int next; /* index of the next word to give; EMB__MT_SIZE: all given */
} emb__random;

/* torch.manual_seed: the seed counts modulo 2^32. */
void emb__random_seed(emb__random *random, uint64_t seed);

uint32_t emb__random_next32(emb__random *random);
/* Leaves the stream where `count` calls of that would. */
void emb__random_skip(emb__random *random, size_t count);

/* An int64 drawn over its whole non-negative range, as a loader draws its base seed. */
uint64_t emb__random_int63(emb__random *random);

/* float32 uniform in [low, high). */
float emb__random_uniform(emb__random *random, float low, float high);

/* order[n] = torch.randperm(n). n <= 2^32 - 1. */
void emb__random_permutation(emb__random *random, uint32_t *order, size_t n);

#endif
