/* The curves, y = f(x), and their slopes. */
#include "kernels/isa.h"
#include "kernels/vec_math.h"

EMB_DECLARE_KERNELS(EMB_NAME)

INLINE vf tanh_of(vf x, const float *args) {
    (void)args;
    const vf a = v_min(v_set(TANH_LIMIT), v_abs(x));
    const vf shifted = v_fma(a, v_set(TANH_LOG2E), v_set(EXP_ROUND));
    const vf r = v_fma(v_sub(shifted, v_set(EXP_ROUND)), v_set(-TANH_HALF_LN2), a);
    vf e = v_fma(v_set(TANH_E4), r, v_set(TANH_E3));
    e = v_fma(e, r, v_set(TANH_E2));
    e = v_fma(e, r, v_set(TANH_E1));
    e = v_fma(e, r, v_set(TANH_E0));
    const vf p = v_fma(v_mul(r, r), e, v_add(r, r)), scale = v_power_of_two(shifted);
    e = v_fma(scale, p, v_sub(scale, v_set(1)));
    return v_with_sign(v_div(e, v_add(e, v_set(2))), x);
}

INLINE vf tanh_slope(vf y, vf g, const float *args) {
    (void)args;
    return v_mul(g, v_fma(v_sub(v_set(0), y), y, v_set(1)));
}

INLINE vf sigmoid_of(vf x, const float *args) {
    (void)args;
    return v_div(v_set(1), v_add(v_set(1), exp_of(v_sub(v_set(0), x))));
}

INLINE vf sigmoid_slope(vf y, vf g, const float *args) {
    (void)args;
    return v_mul(g, v_mul(y, v_sub(v_set(1), y)));
}

INLINE vf relu_of(vf x, const float *args) {
    (void)args;
    return v_max(v_set(0), x);
}

INLINE vf relu_slope(vf y, vf g, const float *args) {
    (void)args;
    return v_where_positive(y, g, v_set(0));
}

INLINE vf leaky_of(vf x, const float *args) {
    return v_where_positive(x, x, v_mul(v_set(args[0]), x));
}

INLINE vf leaky_slope(vf y, vf g, const float *args) {
    return v_where_positive(y, g, v_mul(v_set(args[0]), g));
}

INLINE vf elu_of(vf x, const float *args) {
    vf shifted;
    const vf p = exp_parts(clamp(x, EXP_LEAST, 0), &shifted), scale = v_power_of_two(shifted);
    const vf below = v_fma(scale, p, v_sub(scale, v_set(1)));
    return v_where_positive(x, x, v_mul(v_set(args[0]), below));
}

INLINE vf elu_slope(vf y, vf g, const float *args) {
    const vf out = args[0] < 0 ? elu_of(y, args) : y;
    return v_where_positive(y, g, v_mul(g, v_add(out, v_set(args[0]))));
}

INLINE vf hardtanh_of(vf x, const float *args) { return clamp(x, args[0], args[1]); }

INLINE vf hardtanh_slope(vf y, vf g, const float *args) {
    const vf under = v_where_positive(v_sub(v_set(args[1]), y), g, v_set(0));
    return v_where_positive(v_sub(y, v_set(args[0])), under, v_set(0));
}

/* x[i] = f(x[i]), and g[i] = g[i] * f'(x) by y = f(x). The arguments are copied, so that no store
 * can change them. */
#define EACH(N, name)                                                                              \
    void N(name)(float *x, size_t vectors, const float *args) {                                    \
        const float own[EMB__CURVE_ARGS] = {args[0], args[1]};                                     \
        for (size_t i = 0; i < vectors * LANES; i += VL) {                                         \
            v_store(x + i, name##_of(v_load(x + i), own));                                         \
        }                                                                                          \
    }                                                                                              \
    void N(name##_back)(const float *y, float *g, size_t vectors, const float *args) {             \
        const float own[EMB__CURVE_ARGS] = {args[0], args[1]};                                     \
        for (size_t i = 0; i < vectors * LANES; i += VL) {                                         \
            v_store(g + i, name##_slope(v_load(y + i), v_load(g + i), own));                       \
        }                                                                                          \
    }
EMB__CURVES(EACH, EMB_NAME)
