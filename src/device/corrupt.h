/* Noise on a network's input, of which it has to make the clean image. */
#ifndef EMB_DEVICE_CORRUPT_H
#define EMB_DEVICE_CORRUPT_H

#include <stdbool.h>
#include <stddef.h>

#include "device/draws.h"

/* What an image's numbers mean. */
typedef struct emb__tones {
    double black, white;
    double low, high; /* no number lies beyond these; infinite: it may */
} emb__tones;

/* A number within the bounds. Without branches: which numbers are beyond them is left to chance. */
static inline double emb__tones_bound(const emb__tones *tones, double x) {
    const double above = tones->low > x ? tones->low : x;
    return tones->high < above ? tones->high : above;
}

typedef enum emb__noise {
    EMB__NOISE_GAUSSIAN, /* is added; `amount` is its deviation, white less black being 1 */
    EMB__NOISE_SALT, /* `amount` is the share of numbers that are replaced, half by each of black
                        and white */
    EMB__NOISE_MASK  /* ... all by black */
} emb__noise;

typedef struct emb__corruption {
    emb__noise noise;
    double amount;
    emb__ziggurat ziggurat; /* of Gaussian noise */
} emb__corruption;

/* row[count] becomes noisy, each number by itself. */
void emb__corruption_run(const emb__corruption *corruption, const emb__tones *tones,
                         emb__draws *draws, float *row, size_t count);

#endif
