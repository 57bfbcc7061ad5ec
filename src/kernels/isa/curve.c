/* The curves, y = f(x), and their slopes. */
#include "kernels/chains.h"
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

/* The sigmoid of x, and 1 minus it. */
INLINE vf logistic(vf x, vf *rest) {
    const vf e = exp_of(v_sub(v_set(0), x)), whole = v_add(v_set(1), e);
    *rest = v_div(e, whole);
    return v_div(v_set(1), whole);
}

INLINE vf silu_of(vf x, const float *args) {
    (void)args;
    return v_div(x, v_add(v_set(1), exp_of(v_sub(v_set(0), x))));
}

/* s (1 + x (1 - s)) */
INLINE vf silu_slope(vf x, vf g, const float *args) {
    (void)args;
    vf rest;
    const vf s = logistic(x, &rest);
    return v_mul(g, v_mul(s, v_fma(x, rest, v_set(1))));
}

/* Phi(x), and exp(-x^2 / 2), to which the square's rounding is added back. */
INLINE vf normal(vf x, vf *density) {
    const vf a = v_min(v_set(TAIL_LIMIT), v_abs(x)), square = v_mul(a, a);
    const vf lost = v_fma(a, a, v_sub(v_set(0), square));
    const vf e = exp_of(v_mul(v_set(-0.5f), square));
    *density = v_fma(v_mul(v_set(-0.5f), lost), e, e);
    vf n = v_fma(v_set(TAIL_N4), a, v_set(TAIL_N3));
    n = v_fma(n, a, v_set(TAIL_N2));
    n = v_fma(n, a, v_set(TAIL_N1));
    n = v_fma(n, a, v_set(TAIL_N0));
    vf d = v_fma(v_set(TAIL_D5), a, v_set(TAIL_D4));
    d = v_fma(d, a, v_set(TAIL_D3));
    d = v_fma(d, a, v_set(TAIL_D2));
    d = v_fma(d, a, v_set(TAIL_D1));
    d = v_fma(d, a, v_set(1));
    const vf inside = v_sub(v_set(TAIL_LIMIT), a);
    *density = v_where_positive(inside, *density, v_set(0));
    const vf tail = v_div(v_mul(*density, n), d);
    return v_where_positive(x, v_sub(v_set(1), tail), tail);
}

/* u of math.h, and its slope. */
INLINE vf gelu_inner(vf x, vf *slope) {
    const vf square = v_mul(x, x);
    *slope = v_fma(v_set(3 * GELU_TANH * GELU_CUBE), square, v_set(GELU_TANH));
    return v_mul(x, v_fma(v_set(GELU_TANH * GELU_CUBE), square, v_set(GELU_TANH)));
}

INLINE vf gelu_of(vf x, const float *args) {
    vf more;
    if (args[0] == 0) return v_mul(x, normal(x, &more));
    const vf u = gelu_inner(x, &more);
    return v_div(x, v_add(v_set(1), exp_of(v_mul(v_set(-2), u))));
}

/* Phi + x phi; by tanh s + 2 x s (1 - s) u'. */
INLINE vf gelu_slope(vf x, vf g, const float *args) {
    vf more;
    if (args[0] == 0) {
        const vf phi = normal(x, &more);
        return v_mul(g, v_fma(v_mul(v_set(DENSITY), x), more, phi));
    }
    vf rest;
    const vf s = logistic(v_mul(v_set(2), gelu_inner(x, &more)), &rest);
    const vf by = v_mul(v_mul(v_set(2), x), more);
    return v_mul(g, v_mul(s, v_fma(by, rest, v_set(1))));
}

/* tanh(softplus(x)) = n / (n + 2), and 1 / (n + 2). */
INLINE vf mish_ratio(vf x, vf *e, vf *share) {
    *e = exp_of(v_min(v_set(MISH_LIMIT), x));
    const vf n = v_mul(*e, v_add(*e, v_set(2)));
    *share = v_div(v_set(1), v_add(n, v_set(2)));
    return v_mul(n, *share);
}

INLINE vf mish_of(vf x, const float *args) {
    (void)args;
    vf e, share;
    return v_mul(x, mish_ratio(x, &e, &share));
}

/* The ratio's slope is 4 e (e + 1) / (n + 2)^2. */
INLINE vf mish_slope(vf x, vf g, const float *args) {
    (void)args;
    vf e, share;
    const vf ratio = mish_ratio(x, &e, &share);
    const vf bend = v_mul(v_mul(v_mul(v_set(4), e), v_add(e, v_set(1))), v_mul(share, share));
    const vf by = v_where_positive(v_sub(v_set(MISH_LIMIT), x), bend, v_set(0));
    return v_mul(g, v_fma(x, by, ratio));
}

INLINE vf softplus_of(vf x, const float *args) {
    const vf z = v_mul(v_set(args[0]), x);
    const vf bend = log1p_of(exp_of(v_sub(v_set(0), v_abs(z))));
    const vf y = v_div(v_add(v_max(v_set(0), z), bend), v_set(args[0]));
    return v_where_positive(v_sub(z, v_set(args[1])), x, y);
}

INLINE vf softplus_slope(vf x, vf g, const float *args) {
    const vf z = v_mul(v_set(args[0]), x);
    const vf s = v_div(v_set(1), v_add(v_set(1), exp_of(v_sub(v_set(0), z))));
    return v_where_positive(v_sub(z, v_set(args[1])), g, v_mul(g, s));
}

INLINE vf hardswish_of(vf x, const float *args) {
    (void)args;
    return v_mul(x, clamp(v_fma(x, v_set(1.0f / 6), v_set(0.5f)), 0, 1));
}

INLINE vf hardswish_slope(vf x, vf g, const float *args) {
    (void)args;
    const vf bend = v_mul(g, v_fma(x, v_set(1.0f / 3), v_set(0.5f)));
    const vf under = v_where_positive(v_sub(v_set(-3), x), v_set(0), bend);
    return v_where_positive(v_sub(x, v_set(3)), g, under);
}

/* y[i] = f(x[i]), and back[i] = g[i] * f'(x) by y = f(x), or by x for
 * a curve whose y does not tell its slope. The arguments are copied, so that no store
 * can change them. */
#define EACH(N, name)                                                                              \
    void N(name)(const float *x, float *y, size_t vectors, const float *args) {                    \
        const float own[EMB__CURVE_ARGS] = {args[0], args[1]};                                     \
        for (size_t i = 0; i < vectors * LANES; i += VL) {                                         \
            v_store(y + i, name##_of(v_load(x + i), own));                                         \
        }                                                                                          \
    }                                                                                              \
    void N(name##_back)(const float *y, const float *g, float *back, size_t vectors,               \
                        const float *args) {                                                       \
        const float own[EMB__CURVE_ARGS] = {args[0], args[1]};                                     \
        for (size_t i = 0; i < vectors * LANES; i += VL) {                                         \
            v_store(back + i, name##_slope(v_load(y + i), v_load(g + i), own));                    \
        }                                                                                          \
    }
EMB__CURVES(EACH, EMB_NAME)

/* The sum of min(x, 0) * go of one vector's lanes over the positions. */
static vf below_sum(const float *x, const float *go, size_t positions) {
    chains all;
    chain_begin(&all);
    for (size_t p = 0; p < positions;) {
        const size_t end = positions - p < EMB__CHAIN ? positions : p + EMB__CHAIN;
        vf sum = v_set(0);
        for (; p < end; p++, x += LANES, go += LANES) {
            sum = v_fma(v_min(v_load(x), v_set(0)), v_load(go), sum);
        }
        v_store(chain_room(&all), sum);
        chain_add(&all, VL);
    }
    return v_load(chain_end(&all, VL));
}

void EMB_NAME(below)(const float *x, const float *go, int channels, size_t positions, float *grad,
                     bool add, float *scratch) {
    enum { ROWS = 16 };
    for (int first = 0; first < channels; first += ROWS) {
        vf last[ROWS];
        float sums[ROWS];
        const int count = channels - first < ROWS ? channels - first : ROWS;
        for (int c = 0; c < ROWS; c++) last[c] = v_set(0);
        for (int c = 0; c < count; c++) {
            for (size_t half = 0; half < LANES; half += VL) {
                const size_t from = (size_t)(first + c) * positions * LANES + half;
                const vf sum = below_sum(x + from, go + from, positions);
                last[c] = sum;
                if (half + VL < LANES) v_store(scratch + (size_t)c * LANES + half, sum);
            }
        }
        v_lane_sums(scratch, last, sums, ROWS);
        for (int c = 0; c < count; c++) {
            grad[first + c] = add ? grad[first + c] + sums[c] : sums[c];
        }
    }
}
