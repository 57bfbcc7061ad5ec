/* The definition of the curves, y = f(x), and of their slopes. */
#include "kernels/reference_math.h"

EMB_DECLARE_KERNELS(NAME)

static float tanh_of(float x, const float *args) {
    (void)args;
    const float a = least(TANH_LIMIT, fabsf(x));
    const float whole = fmaf(a, TANH_LOG2E, EXP_ROUND) - EXP_ROUND;
    const float r = fmaf(whole, -TANH_HALF_LN2, a);
    float e = fmaf(fmaf(fmaf(fmaf(TANH_E4, r, TANH_E3), r, TANH_E2), r, TANH_E1), r, TANH_E0);
    const float p = fmaf(r * r, e, r + r), scale = ldexpf(1, isnan(whole) ? 0 : (int)whole);
    e = fmaf(scale, p, scale - 1);
    return copysignf(e / (e + 2), x);
}

static float tanh_slope(float y, float g, const float *args) {
    (void)args;
    return g * fmaf(0 - y, y, 1);
}

static float sigmoid_of(float x, const float *args) {
    (void)args;
    return 1 / (1 + exp_of(0 - x));
}

static float sigmoid_slope(float y, float g, const float *args) {
    (void)args;
    return g * (y * (1 - y));
}

static float relu_of(float x, const float *args) {
    (void)args;
    return most(0, x);
}

static float relu_slope(float y, float g, const float *args) {
    (void)args;
    return y > 0 ? g : 0;
}

/* y > 0 if x > 0, unless the slope is negative; then y is the input. */
static float leaky_of(float x, const float *args) { return x > 0 ? x : args[0] * x; }

static float leaky_slope(float y, float g, const float *args) { return y > 0 ? g : args[0] * g; }

/* exp(x) - 1 for x <= 0, without cancellation: 2^n (1 + p) - 1. */
static float expm1_of(float x) {
    int n;
    const float p = exp_parts(clamp(x, EXP_LEAST, 0), &n), scale = ldexpf(1, n);
    return fmaf(scale, p, scale - 1);
}

static float elu_of(float x, const float *args) { return x > 0 ? x : args[0] * expm1_of(x); }

/* alpha exp(x) = y + alpha; if alpha is negative, y is the input. */
static float elu_slope(float y, float g, const float *args) {
    const float out = args[0] < 0 ? elu_of(y, args) : y;
    return y > 0 ? g : g * (out + args[0]);
}

static float hardtanh_of(float x, const float *args) { return clamp(x, args[0], args[1]); }

static float hardtanh_slope(float y, float g, const float *args) {
    return y - args[0] > 0 && args[1] - y > 0 ? g : 0;
}

/* The sigmoid of x, and 1 minus it. */
static float logistic(float x, float *rest) {
    const float e = exp_of(0 - x), whole = 1 + e;
    *rest = e / whole;
    return 1 / whole;
}

static float silu_of(float x, const float *args) {
    (void)args;
    return x / (1 + exp_of(0 - x));
}

/* s (1 + x (1 - s)) */
static float silu_slope(float x, float g, const float *args) {
    (void)args;
    float rest;
    const float s = logistic(x, &rest);
    return g * (s * fmaf(x, rest, 1));
}

/* Phi(x), and exp(-x^2 / 2), to which the square's rounding is added back. */
static float normal(float x, float *density) {
    const float a = least(TAIL_LIMIT, fabsf(x)), square = a * a;
    const float lost = fmaf(a, a, 0 - square), e = exp_of(-0.5f * square);
    const float n = fmaf(fmaf(fmaf(fmaf(TAIL_N4, a, TAIL_N3), a, TAIL_N2), a, TAIL_N1), a, TAIL_N0);
    const float d =
        fmaf(fmaf(fmaf(fmaf(fmaf(TAIL_D5, a, TAIL_D4), a, TAIL_D3), a, TAIL_D2), a, TAIL_D1), a, 1);
    *density = TAIL_LIMIT - a > 0 ? fmaf(-0.5f * lost, e, e) : 0;
    const float tail = *density * n / d;
    return x > 0 ? 1 - tail : tail;
}

/* u of math.h, and its slope. */
static float gelu_inner(float x, float *slope) {
    const float square = x * x;
    *slope = fmaf(3 * GELU_TANH * GELU_CUBE, square, GELU_TANH);
    return x * fmaf(GELU_TANH * GELU_CUBE, square, GELU_TANH);
}

/* args[0]: 0 for approximate='none', 1 for 'tanh'. */
static float gelu_of(float x, const float *args) {
    float more;
    if (args[0] == 0) return x * normal(x, &more);
    return x / (1 + exp_of(-2 * gelu_inner(x, &more)));
}

/* Phi + x phi; by tanh s + 2 x s (1 - s) u'. */
static float gelu_slope(float x, float g, const float *args) {
    float more, rest;
    if (args[0] == 0) {
        const float phi = normal(x, &more);
        return g * fmaf(DENSITY * x, more, phi);
    }
    const float s = logistic(2 * gelu_inner(x, &more), &rest);
    return g * (s * fmaf(2 * x * more, rest, 1));
}

/* tanh(softplus(x)) = n / (n + 2), and 1 / (n + 2). */
static float mish_ratio(float x, float *e, float *share) {
    *e = exp_of(least(MISH_LIMIT, x));
    const float n = *e * (*e + 2);
    *share = 1 / (n + 2);
    return n * *share;
}

static float mish_of(float x, const float *args) {
    (void)args;
    float e, share;
    return x * mish_ratio(x, &e, &share);
}

/* The ratio's slope is 4 e (e + 1) / (n + 2)^2. */
static float mish_slope(float x, float g, const float *args) {
    (void)args;
    float e, share;
    const float ratio = mish_ratio(x, &e, &share);
    const float bend = 4 * e * (e + 1) * (share * share);
    return g * fmaf(x, MISH_LIMIT - x > 0 ? bend : 0, ratio);
}

/* log(1 + exp(z)) / beta, z = beta x; x where z > threshold. args: beta, threshold. */
static float softplus_of(float x, const float *args) {
    const float z = args[0] * x;
    if (z - args[1] > 0) return x;
    return (most(0, z) + log1p_of(exp_of(0 - fabsf(z)))) / args[0];
}

static float softplus_slope(float x, float g, const float *args) {
    const float z = args[0] * x;
    return z - args[1] > 0 ? g : g * (1 / (1 + exp_of(0 - z)));
}

/* x min(max(x + 3, 0), 6) / 6 */
static float hardswish_of(float x, const float *args) {
    (void)args;
    return x * clamp(fmaf(x, 1.0f / 6, 0.5f), 0, 1);
}

static float hardswish_slope(float x, float g, const float *args) {
    (void)args;
    if (x - 3 > 0) return g;
    return -3 - x > 0 ? 0 : g * fmaf(x, 1.0f / 3, 0.5f);
}

#define EACH(N, name)                                                                              \
    void N(name)(const float *x, float *y, size_t vectors, const float *args) {                    \
        for (size_t i = 0; i < vectors * LANES; i++) y[i] = name##_of(x[i], args);                 \
    }                                                                                              \
    void N(name##_back)(const float *y, const float *g, float *back, size_t vectors,               \
                        const float *args) {                                                       \
        for (size_t i = 0; i < vectors * LANES; i++) back[i] = name##_slope(y[i], g[i], args);     \
    }
EMB__CURVES(EACH, NAME)

void NAME(below)(const float *x, const float *go, int channels, size_t positions, float *grad,
                 bool add, float *scratch) {
    (void)scratch;
    for (int c = 0; c < channels; c++) {
        float sums[LANES] = {0};
        for (size_t lane = 0; lane < LANES; lane++) {
            chain_sum all = {0};
            float sum = 0;
            for (size_t p = 0; p < positions; p++) {
                if (p > 0 && p % EMB__CHAIN == 0) {
                    add_chain(&all, sum);
                    sum = 0;
                }
                sum = fmaf(least(x[p * LANES + lane], 0), go[p * LANES + lane], sum);
            }
            add_chain(&all, sum);
            sums[lane] = all_chains(&all);
        }
        x += positions * LANES;
        go += positions * LANES;
        const float sum = lane_sum(sums);
        grad[c] = add ? grad[c] + sum : sum;
    }
}
