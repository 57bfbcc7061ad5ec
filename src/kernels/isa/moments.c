/* What looks at a whole batch: statistics of channels, normalization by them, masks. */
#include "kernels/isa.h"
#include "kernels/vec.h"

EMB_DECLARE_KERNELS(EMB_NAME)

enum { PARTS = LANES / VL /* vectors of a position */ };

/* ones[part]: 1 in the lanes that hold images, 0 in the others. */
INLINE void lane_ones(int images, vf ones[PARTS]) {
    float lanes[LANES];
    for (int i = 0; i < LANES; i++) lanes[i] = i < images ? 1 : 0;
    UNROLL for (int part = 0; part < PARTS; part++) ones[part] = v_load(lanes + part * VL);
}

/* What is summed: numbers, their deviations and squares, or a gradient and its products. */
typedef enum summed { NUMBERS, DEVIATIONS, SLOPES } summed;

/* Adds the stretch's sums over each half's lanes to first[half], and to second[half] the other
 * one's. */
INLINE void stretch_sums(const summed what, const float *x, const float *g, size_t from, size_t to,
                         const vf *means, const vf *ones, double *first, double *second) {
    const vf zero = v_set(0);
    float lanes[2][LANES];
    UNROLL for (int part = 0; part < PARTS; part++) {
        const vf m = means[part];
        vf a[4], b[4];
        UNROLL for (int j = 0; j < 4; j++) a[j] = b[j] = zero;
        size_t p = from;
        for (; p + 4 <= to; p += 4) {
            UNROLL for (int j = 0; j < 4; j++) {
                const size_t at = (p + (size_t)j) * LANES + (size_t)part * VL;
                const vf xs = v_load(x + at);
                const vf d = what == NUMBERS ? xs : v_sub(xs, m);
                const vf gs = what == SLOPES ? v_load(g + at) : d;
                a[j] = v_add(a[j], gs);
                if (what != NUMBERS) b[j] = v_fma(gs, d, b[j]);
            }
        }
        UNROLL for (int j = 0; j < 3; j++) {
            if (p + (size_t)j >= to) break;
            const size_t at = (p + (size_t)j) * LANES + (size_t)part * VL;
            const vf xs = v_load(x + at);
            const vf d = what == NUMBERS ? xs : v_sub(xs, m);
            const vf gs = what == SLOPES ? v_load(g + at) : d;
            a[j] = v_add(a[j], gs);
            if (what != NUMBERS) b[j] = v_fma(gs, d, b[j]);
        }
        a[0] = v_add(v_add(a[0], a[1]), v_add(a[2], a[3]));
        b[0] = v_add(v_add(b[0], b[1]), v_add(b[2], b[3]));
        if (what != SLOPES) a[0] = v_where_positive(ones[part], a[0], zero);
        if (what != SLOPES) b[0] = v_where_positive(ones[part], b[0], zero);
        v_store(lanes[0] + part * VL, a[0]);
        v_store(lanes[1] + part * VL, b[0]);
    }
    UNROLL for (int half = 0; half < LANES / 8; half++) {
        double *const sums[2] = {first, second};
        for (int k = 0; k < (what == NUMBERS ? 1 : 2); k++) {
            float *t = lanes[k] + 8 * half;
            UNROLL for (int i = 0; i < 4; i++) t[i] += t[i + 4];
            sums[k][half] += (double)((t[0] + t[2]) + (t[1] + t[3]));
        }
    }
}

INLINE void all_sums(const summed what, const float *x, const float *g, size_t positions,
                     const vf *means, const vf *ones, double *first, double *second) {
    for (size_t from = 0; from < positions; from += EMB__STRETCH) {
        const size_t to = positions - from < EMB__STRETCH ? positions : from + EMB__STRETCH;
        stretch_sums(what, x, g, from, to, means, ones, first, second);
    }
}

void EMB_NAME(moments)(const float *x, size_t positions, int images, double *sums) {
    vf ones[PARTS], means[PARTS];
    float lanes[LANES];
    double plain[LANES / 8] = {0}, rest[LANES / 8] = {0}, squares[LANES / 8] = {0};
    lane_ones(images, ones);
    UNROLL for (int part = 0; part < PARTS; part++) means[part] = v_set(0);
    all_sums(NUMBERS, x, NULL, positions, means, ones, plain, plain);
    for (int half = 0; half < LANES / 8; half++) {
        const int here = images < half * 8 ? 0 : images < half * 8 + 8 ? images - half * 8 : 8;
        sums[3 * half] = (double)here * (double)positions;
        const float mean = here == 0 ? 0 : (float)(plain[half] / sums[3 * half]);
        for (int i = 0; i < 8; i++) lanes[8 * half + i] = mean;
    }
    UNROLL for (int part = 0; part < PARTS; part++) means[part] = v_load(lanes + part * VL);
    all_sums(DEVIATIONS, x, NULL, positions, means, ones, rest, squares);
    for (int half = 0; half < LANES / 8; half++) {
        const double count = sums[3 * half] > 0 ? sums[3 * half] : 1;
        sums[3 * half + 1] = (double)lanes[8 * half] + rest[half] / count;
        sums[3 * half + 2] = squares[half] - rest[half] * rest[half] / count;
    }
}

void EMB_NAME(slopes)(const float *g, const float *x, size_t positions, float mean, double *sums) {
    vf ones[PARTS], means[PARTS];
    double first[LANES / 8] = {0}, second[LANES / 8] = {0};
    lane_ones(LANES, ones);
    UNROLL for (int part = 0; part < PARTS; part++) means[part] = v_set(mean);
    all_sums(SLOPES, x, g, positions, means, ones, first, second);
    for (int half = 0; half < LANES / 8; half++) {
        sums[2 * half] = first[half];
        sums[2 * half + 1] = second[half];
    }
}

void EMB_NAME(affine)(const float *x, size_t positions, float scale, float shift, float *y) {
    const vf a = v_set(scale), b = v_set(shift);
    for (size_t i = 0; i < positions * LANES; i += VL) v_store(y + i, v_fma(v_load(x + i), a, b));
}

void EMB_NAME(normal_back)(const float *g, const float *x, size_t positions, int images,
                           const emb__normal *n, float *dx) {
    const vf mean = v_set(n->mean), mean_g = v_set(n->mean_g), zero = v_set(0);
    const vf slope = v_set(-n->slope), scale = v_set(n->scale);
    vf ones[PARTS];
    lane_ones(images, ones);
    for (size_t i = 0; i < positions * LANES; i += LANES) {
        UNROLL for (int part = 0; part < PARTS; part++) {
            const size_t at = i + (size_t)part * VL;
            const vf d = v_fma(v_sub(v_load(x + at), mean), slope, v_sub(v_load(g + at), mean_g));
            v_store(dx + at, v_where_positive(ones[part], v_mul(d, scale), zero));
        }
    }
}

/* factors[part] = factor where a bit is set, else 0. */
INLINE void bit_factors(unsigned bits, float factor, vf factors[PARTS]) {
    float lanes[LANES];
    UNROLL for (int i = 0; i < LANES; i++) lanes[i] = bits >> i & 1 ? factor : 0;
    UNROLL for (int part = 0; part < PARTS; part++) factors[part] = v_load(lanes + part * VL);
}

void EMB_NAME(mask)(float *x, size_t vectors, const uint16_t *bits, int shift, float factor) {
    for (size_t i = 0; i < vectors; i++) {
        vf factors[PARTS];
        bit_factors((unsigned)bits[i] >> shift, factor, factors);
        UNROLL for (int part = 0; part < PARTS; part++) {
            float *at = x + i * LANES + (size_t)part * VL;
            v_store(at, v_mul(v_load(at), factors[part]));
        }
    }
}

void EMB_NAME(mask_plane)(float *x, size_t vectors, uint16_t bits, int shift, float factor) {
    vf factors[PARTS];
    bit_factors((unsigned)bits >> shift, factor, factors);
    for (size_t i = 0; i < vectors; i++) {
        UNROLL for (int part = 0; part < PARTS; part++) {
            float *at = x + i * LANES + (size_t)part * VL;
            v_store(at, v_mul(v_load(at), factors[part]));
        }
    }
}
