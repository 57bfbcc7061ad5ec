/* See draws.h. */
#include "device/draws.h"

#include <math.h>

#include "kernels/math.h"

#define STEP 0x9E3779B97F4A7C15u /* 2^64 over the golden ratio, odd */

static uint64_t mix(uint64_t x) {
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

emb__draws emb__draws_of(uint64_t seed, emb__drawn_for purpose, uint64_t epoch, uint64_t image) {
    const uint64_t terms[] = {seed, (uint64_t)purpose, epoch, image};
    emb__draws draws = {0};
    for (int i = 0; i < 4; i++) draws.state = mix(draws.state + STEP * (terms[i] + 1));
    return draws;
}

static uint64_t next(emb__draws *draws) { return mix(draws->state += STEP); }

static double unit_of(uint64_t bits) { return (double)(bits >> 11) * 0x1p-53; }

double emb__draws_unit(emb__draws *draws) { return unit_of(next(draws)); }

/* The lowest layer's right edge, where the tail begins, and the area of each layer. */
static const double tail = 3.442619855899, area = 9.91256303526217e-3;

static double curve(double x) { return emb__exp(-0.5 * x * x); }

void emb__ziggurat_make(emb__ziggurat *z) {
    double height = curve(tail);
    z->edge[0] = area / height;
    z->edge[1] = tail;
    for (int i = 2; i < EMB__ZIGGURAT; i++) {
        z->edge[i] = sqrt(-2 * emb__log(area / z->edge[i - 1] + height));
        height = curve(z->edge[i]);
    }
    z->edge[EMB__ZIGGURAT] = 0;
    for (int i = 0; i < EMB__ZIGGURAT; i++) z->inside[i] = z->edge[i + 1] / z->edge[i];
}

/* Beyond the lowest layer's edge (Marsaglia, 1964). */
static double draw_tail(emb__draws *draws) {
    double x, y;
    do {
        x = -emb__log(1 - emb__draws_unit(draws)) / tail;
        y = -emb__log(1 - emb__draws_unit(draws));
    } while (2 * y < x * x);
    return tail + x;
}

double emb__draws_normal(emb__draws *draws, const emb__ziggurat *z) {
    for (;;) {
        const uint64_t bits = next(draws);
        const int i = (int)(bits % EMB__ZIGGURAT);
        const double u = 2 * unit_of(bits) - 1, x = u * z->edge[i];
        if (fabs(u) < z->inside[i]) return x;
        if (i == 0) return u < 0 ? -draw_tail(draws) : draw_tail(draws);
        const double low = curve(z->edge[i]), high = curve(z->edge[i + 1]);
        if (low + emb__draws_unit(draws) * (high - low) < curve(x)) return x;
    }
}
