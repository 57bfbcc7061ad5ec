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

#define EACH(N, name)                                                                              \
    void N(name)(float *x, size_t vectors, const float *args) {                                    \
        for (size_t i = 0; i < vectors * LANES; i++) x[i] = name##_of(x[i], args);                 \
    }                                                                                              \
    void N(name##_back)(const float *y, float *g, size_t vectors, const float *args) {             \
        for (size_t i = 0; i < vectors * LANES; i++) g[i] = name##_slope(y[i], g[i], args);        \
    }
EMB__CURVES(EACH, NAME)
