/* Normalisation: sums over the places of each lane, and what is made of them. */
#include "kernels/isa.h"
#include "kernels/vec.h"

EMB_DECLARE_KERNELS(EMB_NAME)

enum { CHAINS = EMB__NORM_CHAINS };

/* The statistics of VL lanes. */
typedef struct lane_stats {
    vf mean, rate, rest;
} lane_stats;

INLINE lane_stats stats_of(const float *stats, size_t stride) {
    return (lane_stats){v_load(stats + EMB__NORM_MEAN * stride),
                        v_load(stats + EMB__NORM_RATE * stride),
                        v_load(stats + EMB__NORM_REST * stride)};
}

INLINE vf normalised(vf x, const lane_stats *s) {
    return v_fma(v_sub(x, s->mean), s->rate, s->rest);
}

/* Adds a run's chains to the lanes' sums. */
INLINE void close_run(const vf chains[CHAINS], double *sums) {
    float kept[VL];
    v_store(kept, v_add(v_add(chains[0], chains[1]), v_add(chains[2], chains[3])));
    for (int n = 0; n < VL; n++) sums[n] += (double)kept[n];
}

/* What a sum is made of: numbers, squares of differences, products with a gradient. */
typedef enum terms { NUMBERS, SPREAD, PRODUCTS } terms;

/* Where the terms come from, for VL lanes. */
typedef struct source {
    const float *x, *go, *weight;
    size_t stride, weight_step;
    lane_stats stats;
} source;

/* Adds vector i's term to *sum and, if there are two, to *other. */
INLINE void add_term(const terms what, const source *s, size_t i, vf *sum, vf *other) {
    const vf x = v_load(s->x + i * s->stride);
    if (what == NUMBERS) *sum = v_add(*sum, x);
    if (what == SPREAD) {
        const vf d = v_sub(x, s->stats.mean);
        *sum = v_add(*sum, d);
        *other = v_fma(d, d, *other);
    }
    if (what == PRODUCTS) {
        const vf h = v_mul(v_load(s->go + i * s->stride), v_set(s->weight[i * s->weight_step]));
        *sum = v_add(*sum, h);
        *other = v_fma(h, normalised(x, &s->stats), *other);
    }
}

/* sums[0..VL) and, if there are two terms, sums[LANES..LANES + VL). */
INLINE void run_sums(const terms what, const source *from, size_t count, double *sums) {
    const source s = *from;
    for (int n = 0; n < VL; n++) {
        sums[n] = 0;
        if (what != NUMBERS) sums[LANES + n] = 0;
    }
    for (size_t first = 0; first < count; first += EMB__NORM_RUN) {
        const size_t end = count - first < EMB__NORM_RUN ? count : first + EMB__NORM_RUN;
        vf sum[CHAINS], other[CHAINS];
        UNROLL for (int c = 0; c < CHAINS; c++) sum[c] = other[c] = v_set(0);
        size_t i = first;
        for (; i + CHAINS <= end; i += CHAINS) {
            UNROLL for (size_t c = 0; c < CHAINS; c++) {
                add_term(what, &s, i + c, &sum[c], &other[c]);
            }
        }
        UNROLL for (size_t c = 0; c < CHAINS - 1; c++) {
            if (i + c < end) add_term(what, &s, i + c, &sum[c], &other[c]);
        }
        close_run(sum, sums);
        if (what != NUMBERS) close_run(other, sums + LANES);
    }
}

void EMB_NAME(norm_sum)(const float *x, size_t count, size_t stride, double *sums) {
    for (int half = 0; half < LANES; half += VL) {
        const source s = {.x = x + half, .stride = stride};
        run_sums(NUMBERS, &s, count, sums + half);
    }
}

void EMB_NAME(norm_spread)(const float *x, size_t count, size_t stride, const float *mean,
                           double *sums) {
    for (int half = 0; half < LANES; half += VL) {
        const source s = {.x = x + half, .stride = stride, .stats.mean = v_load(mean + half)};
        run_sums(SPREAD, &s, count, sums + half);
    }
}

void EMB_NAME(norm_products)(const float *x, const float *go, size_t count, const float *stats,
                             const emb__norm_affine *affine, double *sums) {
    for (int half = 0; half < LANES; half += VL) {
        const source s = {.x = x + half,
                          .go = go + half,
                          .stride = LANES,
                          .weight = affine->weight,
                          .weight_step = affine->weight_step,
                          .stats = stats_of(stats + half, LANES)};
        run_sums(PRODUCTS, &s, count, sums + half);
    }
}

void EMB_NAME(norm_apply)(const float *x, size_t count, const float *stats,
                          const emb__norm_affine *affine, float *out) {
    const emb__norm_affine a = *affine;
    for (int half = 0; half < LANES; half += VL) {
        const lane_stats s = stats_of(stats + half, LANES);
        for (size_t i = 0; i < count; i++) {
            const size_t at = i * LANES + (size_t)half;
            v_store(out + at,
                    v_fma(normalised(v_load(x + at), &s), v_set(a.weight[i * a.weight_step]),
                          v_set(a.bias[i * a.bias_step])));
        }
    }
}

void EMB_NAME(norm_back)(const float *x, const float *go, size_t count, const float *stats,
                         const float *means, const emb__norm_affine *affine, float *out) {
    const emb__norm_affine a = *affine;
    for (int half = 0; half < LANES; half += VL) {
        const lane_stats s = stats_of(stats + half, LANES);
        const vf minus = v_mul(v_set(-1), v_load(means + half));
        const vf mean = v_load(means + LANES + half);
        for (size_t i = 0; i < count; i++) {
            const size_t at = i * LANES + (size_t)half;
            const vf h = v_fma(v_load(go + at), v_set(a.weight[i * a.weight_step]), minus);
            const vf back = v_sub(v_set(0), normalised(v_load(x + at), &s));
            v_store(out + at, v_mul(v_fma(back, mean, h), s.rate));
        }
    }
}

/* One place's sums over the rows, of VL lanes; x and go are at the place in the first row. */
INLINE void row_sums(const float *x, const float *go, size_t rows, size_t stride,
                     const float *stats, vf *product, vf *sum) {
    double products[VL], sums[VL];
    float kept[VL];
    for (int n = 0; n < VL; n++) products[n] = sums[n] = 0;
    for (size_t first = 0; first < rows; first += EMB__NORM_RUN) {
        const size_t end = rows - first < EMB__NORM_RUN ? rows : first + EMB__NORM_RUN;
        *product = *sum = v_set(0);
        for (size_t row = first; row < end; row++) {
            const lane_stats s = stats_of(stats + row * EMB__NORM_STATS * LANES, LANES);
            const vf g = v_load(go + row * stride);
            *product = v_fma(g, normalised(v_load(x + row * stride), &s), *product);
            *sum = v_add(*sum, g);
        }
        if (rows <= EMB__NORM_RUN) return; /* double would change nothing */
        v_store(kept, *product);
        for (int n = 0; n < VL; n++) products[n] += (double)kept[n];
        v_store(kept, *sum);
        for (int n = 0; n < VL; n++) sums[n] += (double)kept[n];
    }
    for (int n = 0; n < VL; n++) kept[n] = (float)products[n];
    *product = v_load(kept);
    for (int n = 0; n < VL; n++) kept[n] = (float)sums[n];
    *sum = v_load(kept);
}

void EMB_NAME(norm_weight)(const float *x, const float *go, size_t rows, size_t count,
                           const float *stats, size_t from, size_t to, float *weight, float *bias,
                           bool add, float *scratch) {
    enum { TILE = 16 };
    float *const kept = scratch + TILE * LANES;
    for (size_t first = from; first < to; first += TILE) {
        const size_t here = to - first < TILE ? to - first : TILE;
        vf last[2][TILE];
        float sums[2][TILE];
        for (size_t i = 0; i < TILE; i++) last[0][i] = last[1][i] = v_set(0);
        for (size_t i = 0; i < here; i++) {
            for (size_t half = 0; half < LANES; half += VL) {
                const size_t at = (first + i) * LANES + half;
                row_sums(x + at, go + at, rows, count * LANES, stats + half, &last[0][i],
                         &last[1][i]);
                v_store(scratch + i * LANES + half, last[0][i]);
                v_store(kept + i * LANES + half, last[1][i]);
            }
        }
        v_lane_sums(scratch, last[0], sums[0], TILE);
        v_lane_sums(kept, last[1], sums[1], TILE);
        for (size_t i = 0; i < here; i++) {
            float *w = weight + first + i, *b = bias ? bias + first + i : NULL;
            *w = add ? *w + sums[0][i] : sums[0][i];
            if (b) *b = add ? *b + sums[1][i] : sums[1][i];
        }
    }
}

#if LANES == 16
void EMB_NAME(single_norm)(const float *x, size_t pixels, size_t channels, const float *stats,
                           const emb__norm_affine *affine, float *out) {
    const size_t stride = (channels + LANES - 1) / LANES * LANES;
    const emb__norm_affine a = *affine;
    for (size_t p = 0; p < pixels; p++, x += channels, out += channels) {
        const float *weight = a.weight + p * a.weight_step, *bias = a.bias + p * a.bias_step;
        for (size_t c = 0; c < channels; c += VL) {
            const lane_stats s = stats_of(stats + c, stride);
            const vf y = v_fma(normalised(v_load(x + c), &s), v_load(weight + c), v_load(bias + c));
            if (channels - c >= VL) {
                v_store(out + c, y);
                continue;
            }
            float rest[VL];
            v_store(rest, y);
            memcpy(out + c, rest, (channels - c) * sizeof *rest);
        }
    }
}
#endif
