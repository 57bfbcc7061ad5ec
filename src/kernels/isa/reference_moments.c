/* The definition of the kernels that look at a whole batch; see reference.c. */
#include "kernels/reference_math.h"

EMB_DECLARE_KERNELS(NAME)

/* What is summed at one position of one lane. */
typedef struct term {
    const float *x, *g;
    float mean;
} term;

typedef float term_of(const term *t, size_t at, float sum);

static float plain(const term *t, size_t at, float sum) { return sum + t->x[at]; }

static float deviation(const term *t, size_t at, float sum) { return sum + (t->x[at] - t->mean); }

static float square(const term *t, size_t at, float sum) {
    const float d = t->x[at] - t->mean;
    return fmaf(d, d, sum);
}

static float gradient(const term *t, size_t at, float sum) { return sum + t->g[at]; }

static float product(const term *t, size_t at, float sum) {
    return fmaf(t->g[at], t->x[at] - t->mean, sum);
}

/* The sum over a half's first `images` lanes and all positions. */
static double half_sum(const term *t, int half, int images, size_t positions, term_of *of) {
    double sum = 0;
    for (size_t first = 0; first < positions; first += EMB__STRETCH) {
        const size_t end = positions - first < EMB__STRETCH ? positions : first + EMB__STRETCH;
        float lanes[8] = {0};
        for (int lane = 0; lane < 8 && half * 8 + lane < images; lane++) {
            float chains[4] = {0};
            for (size_t p = first; p < end; p++) {
                chains[p % 4] = of(t, p * LANES + (size_t)(half * 8 + lane), chains[p % 4]);
            }
            lanes[lane] = (chains[0] + chains[1]) + (chains[2] + chains[3]);
        }
        for (int apart = 4; apart > 0; apart /= 2) {
            for (int i = 0; i < apart; i++) lanes[i] += lanes[i + apart];
        }
        sum += (double)lanes[0];
    }
    return sum;
}

void NAME(moments)(const float *x, size_t positions, int images, double *sums) {
    for (int half = 0; half < LANES / 8; half++, sums += 3) {
        const int here = images < half * 8 ? 0 : images < half * 8 + 8 ? images - half * 8 : 8;
        const double count = (double)here * (double)positions;
        sums[0] = sums[1] = sums[2] = 0;
        if (here == 0) continue;
        term t = {.x = x};
        t.mean = (float)(half_sum(&t, half, images, positions, plain) / count);
        const double rest = half_sum(&t, half, images, positions, deviation);
        const double squares = half_sum(&t, half, images, positions, square);
        sums[0] = count;
        sums[1] = (double)t.mean + rest / count;
        sums[2] = squares - rest * rest / count;
    }
}

void NAME(slopes)(const float *g, const float *x, size_t positions, float mean, double *sums) {
    const term t = {.x = x, .g = g, .mean = mean};
    for (int half = 0; half < LANES / 8; half++, sums += 2) {
        sums[0] = half_sum(&t, half, LANES, positions, gradient);
        sums[1] = half_sum(&t, half, LANES, positions, product);
    }
}

void NAME(affine)(const float *x, size_t positions, float scale, float shift, float *y) {
    for (size_t i = 0; i < positions * LANES; i++) y[i] = fmaf(x[i], scale, shift);
}

void NAME(normal_back)(const float *g, const float *x, size_t positions, int images,
                       const emb__normal *n, float *dx) {
    for (size_t i = 0; i < positions * LANES; i++) {
        const float d = fmaf(x[i] - n->mean, -n->slope, g[i] - n->mean_g) * n->scale;
        dx[i] = (int)(i % LANES) < images ? d : 0;
    }
}

void NAME(mask)(float *x, size_t vectors, const uint16_t *bits, int shift, float factor) {
    for (size_t i = 0; i < vectors * LANES; i++) {
        x[i] *= bits[i / LANES] >> shift >> i % LANES & 1 ? factor : 0;
    }
}

void NAME(mask_plane)(float *x, size_t vectors, uint16_t bits, int shift, float factor) {
    for (size_t i = 0; i < vectors * LANES; i++)
        x[i] *= bits >> shift >> i % LANES & 1 ? factor : 0;
}
