/* Losses that are a mean over the images' numbers, and their slopes. */
#include "kernels/isa.h"
#include "kernels/vec_math.h"

EMB_DECLARE_KERNELS(EMB_NAME)

INLINE vf absolute_error(vf y, vf t, float arg) {
    (void)arg;
    return v_abs(v_sub(y, t));
}

INLINE vf absolute_error_slope(vf y, vf t, float arg) {
    const vf d = v_sub(y, t), back = v_sub(t, y);
    (void)arg;
    return v_where_positive(d, v_set(1), v_where_positive(back, v_set(-1), v_set(0)));
}

INLINE vf smooth_error(vf y, vf t, float arg) {
    const vf a = v_abs(v_sub(y, t)), beta = v_set(arg), half = v_set(0.5f);
    const vf inside = v_div(v_mul(v_mul(half, a), a), beta), outside = v_sub(a, v_mul(half, beta));
    return v_where_positive(v_sub(beta, a), inside, outside);
}

INLINE vf smooth_error_slope(vf y, vf t, float arg) {
    return clamp(v_div(v_sub(y, t), v_set(arg)), -1, 1);
}

INLINE vf huber_error(vf y, vf t, float arg) {
    const vf a = v_abs(v_sub(y, t)), delta = v_set(arg), half = v_set(0.5f);
    const vf inside = v_mul(v_mul(half, a), a);
    const vf outside = v_mul(delta, v_sub(a, v_mul(half, delta)));
    return v_where_positive(v_sub(a, delta), outside, inside);
}

INLINE vf huber_error_slope(vf y, vf t, float arg) { return clamp(v_sub(y, t), -arg, arg); }

/* Logarithms below -100 count as -100, and so does that of 0. */
INLINE vf log_of_share(vf x) {
    const vf normal = log_of(v_max(v_set(0x1p-126f), x));
    return v_add(v_where_positive(x, normal, v_set(-100)), v_sub(x, x));
}

/* log(1 - x): what is lost in 1 - x is put back. */
INLINE vf log_of_rest(vf x) {
    const vf u = v_sub(v_set(1), x), lost = v_sub(v_sub(v_set(1), u), x);
    return v_add(log_of_share(u), v_where_positive(u, v_div(lost, u), v_set(0)));
}

INLINE vf entropy_error(vf y, vf t, float arg) {
    (void)arg;
    return v_sub(v_mul(v_sub(t, v_set(1)), log_of_rest(y)), v_mul(t, log_of_share(y)));
}

INLINE vf entropy_error_slope(vf y, vf t, float arg) {
    (void)arg;
    const vf spread = v_mul(v_sub(v_set(1), y), y);
    return v_div(v_sub(y, t), v_max(v_set(1e-12f), spread));
}

INLINE vf logit_entropy_error(vf y, vf t, float arg) {
    (void)arg;
    const vf rest = log1p_of(exp_of(v_sub(v_set(0), v_abs(y))));
    return v_add(v_fma(v_sub(v_set(0), t), y, v_max(v_set(0), y)), rest);
}

INLINE vf logit_entropy_error_slope(vf y, vf t, float arg) {
    (void)arg;
    return v_sub(v_div(v_set(1), v_add(v_set(1), exp_of(v_sub(v_set(0), y)))), t);
}

#define EACH(N, name)                                                                              \
    void N(name##_errors)(const float *y, const float *target, size_t vectors, int lanes,          \
                          float arg, float scale, float *g, double *errors) {                      \
        enum { CHAIN = 32 };                                                                       \
        float kept[LANES], scales[LANES];                                                          \
        for (int n = 0; n < LANES; n++) {                                                          \
            errors[n] = 0;                                                                         \
            scales[n] = n < lanes ? scale : 0;                                                     \
        }                                                                                          \
        for (size_t first = 0; first < vectors; first += CHAIN) {                                  \
            const size_t end = vectors - first < CHAIN ? vectors : first + CHAIN;                  \
            for (int half = 0; half < LANES; half += VL) {                                         \
                const vf by = v_load(scales + half);                                               \
                vf sum = v_set(0);                                                                 \
                for (size_t i = first * LANES + (size_t)half; i < end * LANES; i += LANES) {       \
                    const vf out = v_load(y + i), t = v_load(target + i);                          \
                    sum = v_add(sum, name##_error(out, t, arg));                                   \
                    if (g) v_store(g + i, v_mul(name##_error_slope(out, t, arg), by));             \
                }                                                                                  \
                v_store(kept + half, sum);                                                         \
            }                                                                                      \
            for (int n = 0; n < LANES; n++) errors[n] += (double)kept[n];                          \
        }                                                                                          \
    }
EMB__ERRORS(EACH, EMB_NAME)
