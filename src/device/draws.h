/* Random numbers that are a function of what they are for: a seed, an epoch, an image. Whoever asks
 * for an image's numbers gets the same ones, in whatever order images are asked for. PyTorch's
 * stream (base/random.h) is not touched.
 *
 * Source: SplitMix64 (Steele, Lea and Flood, 2014); the normal distribution by a ziggurat of 128
 * layers (Marsaglia and Tsang, 2000, in the form of Doornik, 2005). */
#ifndef EMB_DEVICE_DRAWS_H
#define EMB_DEVICE_DRAWS_H

#include <stdint.h>

typedef struct emb__draws {
    uint64_t state;
} emb__draws;

/* What the numbers are for; each has numbers of its own. */
typedef enum emb__drawn_for {
    EMB__FOR_AUGMENTING,
    EMB__FOR_CORRUPTING,
    EMB__FOR_CODES,  /* of a bottleneck, while it trains */
    EMB__FOR_SAMPLES /* new codes */
} emb__drawn_for;

emb__draws emb__draws_of(uint64_t seed, emb__drawn_for purpose, uint64_t epoch, uint64_t image);

/* Uniform in [0, 1), a multiple of 2^-53. */
double emb__draws_unit(emb__draws *draws);

enum { EMB__ZIGGURAT = 128 };

/* Each layer's right edge, and the share of it that lies under the curve as a whole. */
typedef struct emb__ziggurat {
    double edge[EMB__ZIGGURAT + 1], inside[EMB__ZIGGURAT];
} emb__ziggurat;

void emb__ziggurat_make(emb__ziggurat *z);

/* Normal with mean 0 and variance 1. */
double emb__draws_normal(emb__draws *draws, const emb__ziggurat *z);

#endif
