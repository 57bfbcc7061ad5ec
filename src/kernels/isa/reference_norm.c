/* The definition of normalisation: GroupNorm, LayerNorm, InstanceNorm and BatchNorm. */
#include "kernels/reference_math.h"

EMB_DECLARE_KERNELS(NAME)

/* A sum in runs of four chains. */
typedef struct run_sum {
    float chains[EMB__NORM_CHAINS];
    double sum;
    size_t count;
} run_sum;

static void close_run(run_sum *s) {
    s->sum += (double)((s->chains[0] + s->chains[1]) + (s->chains[2] + s->chains[3]));
    memset(s->chains, 0, sizeof s->chains);
}

/* Adds a * b to the sum. */
static void add_product(run_sum *s, float a, float b) {
    float *chain = &s->chains[s->count++ % EMB__NORM_CHAINS];
    *chain = fmaf(a, b, *chain);
    if (s->count % EMB__NORM_RUN == 0) close_run(s);
}

static double end_of(run_sum *s) {
    if (s->count % EMB__NORM_RUN != 0) close_run(s);
    return s->sum;
}

static float normalised(float x, const float *stats, int lane) {
    return fmaf(x - stats[EMB__NORM_MEAN * LANES + lane], stats[EMB__NORM_RATE * LANES + lane],
                stats[EMB__NORM_REST * LANES + lane]);
}

void NAME(norm_sum)(const float *x, size_t count, size_t stride, double *sums) {
    for (size_t lane = 0; lane < LANES; lane++) {
        run_sum sum = {0};
        for (size_t i = 0; i < count; i++) add_product(&sum, x[i * stride + lane], 1);
        sums[lane] = end_of(&sum);
    }
}

void NAME(norm_spread)(const float *x, size_t count, size_t stride, const float *mean,
                       double *sums) {
    for (size_t lane = 0; lane < LANES; lane++) {
        run_sum sum = {0}, squares = {0};
        for (size_t i = 0; i < count; i++) {
            const float d = x[i * stride + lane] - mean[lane];
            add_product(&sum, d, 1);
            add_product(&squares, d, d);
        }
        sums[lane] = end_of(&sum);
        sums[LANES + lane] = end_of(&squares);
    }
}

void NAME(norm_apply)(const float *x, size_t count, const float *stats,
                      const emb__norm_affine *affine, float *out) {
    for (size_t i = 0; i < count; i++) {
        for (int lane = 0; lane < LANES; lane++) {
            *out++ = fmaf(normalised(*x++, stats, lane), affine->weight[i * affine->weight_step],
                          affine->bias[i * affine->bias_step]);
        }
    }
}

void NAME(norm_products)(const float *x, const float *go, size_t count, const float *stats,
                         const emb__norm_affine *affine, double *sums) {
    for (size_t lane = 0; lane < LANES; lane++) {
        run_sum sum = {0}, products = {0};
        for (size_t i = 0; i < count; i++) {
            const float h = go[i * LANES + lane] * affine->weight[i * affine->weight_step];
            add_product(&sum, h, 1);
            add_product(&products, h, normalised(x[i * LANES + lane], stats, (int)lane));
        }
        sums[lane] = end_of(&sum);
        sums[LANES + lane] = end_of(&products);
    }
}

void NAME(norm_back)(const float *x, const float *go, size_t count, const float *stats,
                     const float *means, const emb__norm_affine *affine, float *out) {
    for (size_t i = 0; i < count; i++) {
        for (int lane = 0; lane < LANES; lane++, x++, go++) {
            const float h = fmaf(*go, affine->weight[i * affine->weight_step], -means[lane]);
            const float back = fmaf(0 - normalised(*x, stats, lane), means[LANES + lane], h);
            *out++ = back * stats[EMB__NORM_RATE * LANES + lane];
        }
    }
}

static void keep(float *grad, const float lanes[LANES], bool add) {
    *grad = add ? *grad + lane_sum(lanes) : lane_sum(lanes);
}

void NAME(norm_weight)(const float *x, const float *go, size_t rows, size_t count,
                       const float *stats, size_t from, size_t to, float *weight, float *bias,
                       bool add, float *scratch) {
    (void)scratch;
    for (size_t i = from; i < to; i++) {
        float products[LANES], sums[LANES];
        for (int lane = 0; lane < LANES; lane++) {
            double product = 0, sum = 0;
            float product_run = 0, sum_run = 0;
            for (size_t row = 0; row < rows; row++) {
                const size_t at = (row * count + i) * LANES + (size_t)lane;
                const float *of = stats + row * EMB__NORM_STATS * LANES;
                product_run = fmaf(go[at], normalised(x[at], of, lane), product_run);
                sum_run = sum_run + go[at];
                if ((row + 1) % EMB__NORM_RUN != 0 && row + 1 != rows) continue;
                product += (double)product_run;
                sum += (double)sum_run;
                product_run = sum_run = 0;
            }
            products[lane] = (float)product;
            sums[lane] = (float)sum;
        }
        keep(&weight[i], products, add);
        if (bias) keep(&bias[i], sums, add);
    }
}

#if LANES == 16
void NAME(single_norm)(const float *x, size_t pixels, size_t channels, const float *stats,
                       const emb__norm_affine *affine, float *out) {
    const size_t stride = (channels + LANES - 1) / LANES * LANES;
    for (size_t p = 0; p < pixels; p++) {
        for (size_t c = 0; c < channels; c++) {
            const float at =
                fmaf(*x++ - stats[EMB__NORM_MEAN * stride + c], stats[EMB__NORM_RATE * stride + c],
                     stats[EMB__NORM_REST * stride + c]);
            *out++ = fmaf(at, affine->weight[p * affine->weight_step + c],
                          affine->bias[p * affine->bias_step + c]);
        }
    }
}
#endif
