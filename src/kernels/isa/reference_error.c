/* The definition of the losses that are a mean over the images' numbers, and of their slopes: the
 * formulas of PyTorch's L1Loss, SmoothL1Loss, HuberLoss, BCELoss and BCEWithLogitsLoss. */
#include "kernels/reference_math.h"

EMB_DECLARE_KERNELS(NAME)

static float absolute_error(float y, float t, float arg) {
    (void)arg;
    return fabsf(y - t);
}

static float absolute_error_slope(float y, float t, float arg) {
    (void)arg;
    return y - t > 0 ? 1 : t - y > 0 ? -1 : 0;
}

static float smooth_error(float y, float t, float beta) {
    const float a = fabsf(y - t);
    return beta - a > 0 ? 0.5f * a * a / beta : a - 0.5f * beta;
}

static float smooth_error_slope(float y, float t, float beta) {
    return clamp((y - t) / beta, -1, 1);
}

static float huber_error(float y, float t, float delta) {
    const float a = fabsf(y - t);
    return a - delta > 0 ? delta * (a - 0.5f * delta) : 0.5f * a * a;
}

static float huber_error_slope(float y, float t, float delta) {
    return clamp(y - t, -delta, delta);
}

/* Logarithms below -100 count as -100, and so does that of 0; a NaN stays one. */
static float log_of_share(float x) { return (x > 0 ? log_of(most(0x1p-126f, x)) : -100) + (x - x); }

/* log(1 - x): what is lost in 1 - x is put back. */
static float log_of_rest(float x) {
    const float u = 1 - x, lost = 1 - u - x;
    return log_of_share(u) + (u > 0 ? lost / u : 0);
}

static float entropy_error(float y, float t, float arg) {
    (void)arg;
    return (t - 1) * log_of_rest(y) - t * log_of_share(y);
}

static float entropy_error_slope(float y, float t, float arg) {
    (void)arg;
    return (y - t) / most(1e-12f, (1 - y) * y);
}

static float logit_entropy_error(float y, float t, float arg) {
    (void)arg;
    return fmaf(0 - t, y, most(0, y)) + log1p_of(exp_of(0 - fabsf(y)));
}

static float logit_entropy_error_slope(float y, float t, float arg) {
    (void)arg;
    return 1 / (1 + exp_of(0 - y)) - t;
}

#define EACH(N, name)                                                                              \
    void N(name##_errors)(const float *y, const float *target, size_t vectors, int lanes,          \
                          float arg, float scale, float *g, double *errors) {                      \
        enum { CHAIN = 32 };                                                                       \
        for (int n = 0; n < LANES; n++) {                                                          \
            float sum = 0;                                                                         \
            errors[n] = 0;                                                                         \
            for (size_t i = 0; i < vectors; i++) {                                                 \
                const size_t at = i * LANES + (size_t)n;                                           \
                const float out = y[at], t = target[at];                                           \
                if (g) g[at] = name##_error_slope(out, t, arg) * (n < lanes ? scale : 0);          \
                sum = sum + name##_error(out, t, arg);                                             \
                if ((i + 1) % CHAIN == 0 || i + 1 == vectors) {                                    \
                    errors[n] += (double)sum;                                                      \
                    sum = 0;                                                                       \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
    }
EMB__ERRORS(EACH, NAME)
