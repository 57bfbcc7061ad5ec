/* See corrupt.h. */
#include "device/corrupt.h"

static void add_normal(const emb__corruption *c, const emb__tones *tones, emb__draws *draws,
                       float *row, size_t count) {
    const double deviation = c->amount * (tones->white - tones->black);
    for (size_t i = 0; i < count; i++) {
        const double noise = deviation * emb__draws_normal(draws, &c->ziggurat);
        row[i] = (float)emb__tones_bound(tones, (double)row[i] + noise);
    }
}

/* `white`: the share of the numbers that become white; those up to `amount` become black. */
static void replace(const emb__corruption *c, double white, const emb__tones *tones,
                    emb__draws *draws, float *row, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const double u = emb__draws_unit(draws);
        if (u < c->amount) row[i] = (float)(u < white ? tones->white : tones->black);
    }
}

void emb__corruption_run(const emb__corruption *c, const emb__tones *tones, emb__draws *draws,
                         float *row, size_t count) {
    if (c->noise == EMB__NOISE_GAUSSIAN) add_normal(c, tones, draws, row, count);
    if (c->noise == EMB__NOISE_SALT) replace(c, c->amount / 2, tones, draws, row, count);
    if (c->noise == EMB__NOISE_MASK) replace(c, 0, tones, draws, row, count);
}
