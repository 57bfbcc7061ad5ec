/* Functions of a vector's numbers that several kernels need. The scalar ones are in
 * reference_math.h. */
#ifndef EMB_KERNELS_VEC_MATH_H
#define EMB_KERNELS_VEC_MATH_H

#include "kernels/math.h"
#include "kernels/vec.h"

/* exp(x) = 2^n (1 + p): *shifted holds n in its low bits, for v_power_of_two. */
INLINE vf exp_parts(vf x, vf *shifted) {
    *shifted = v_fma(x, v_set(EXP_LOG2E), v_set(EXP_ROUND));
    const vf n = v_sub(*shifted, v_set(EXP_ROUND));
    vf r = v_fma(n, v_set(-EXP_LN2_HIGH), x);
    r = v_fma(n, v_set(-EXP_LN2_LOW), r);
    vf e = v_fma(v_set(EXP_E4), r, v_set(EXP_E3));
    e = v_fma(e, r, v_set(EXP_E2));
    e = v_fma(e, r, v_set(EXP_E1));
    e = v_fma(e, r, v_set(EXP_E0));
    return v_fma(v_mul(r, r), e, r);
}

/* 1 / x, see math.h; of -x, which callers have for nothing. */
INLINE vf reciprocal_of_minus(vf minus) {
    minus = v_max(v_set(-RECIPROCAL_LIMIT), minus);
    vf r = v_minus_bits((int32_t)(RECIPROCAL_GUESS ^ 0x80000000u), minus);
    vf e = v_fma(minus, r, v_set(1));
    r = v_fma(r, v_fma(e, e, e), r);
    e = v_fma(minus, r, v_set(1));
    return v_fma(r, e, r);
}

/* A NaN stays one. */
INLINE vf clamp(vf x, float least, float most) {
    return v_max(v_set(least), v_min(v_set(most), x));
}

INLINE vf exp_of(vf x) {
    vf shifted;
    const vf p = exp_parts(clamp(x, EXP_LEAST, EXP_MOST), &shifted);
    return v_mul(v_add(p, v_set(1)), v_power_of_two(shifted));
}

/* 2 atanh(s), |s| <= 1/3 */
INLINE vf atanh_twice(vf s) {
    const vf square = v_mul(s, s);
    vf sum = v_fma(v_set(LOG_L3), square, v_set(LOG_L2));
    sum = v_fma(sum, square, v_set(LOG_L1));
    sum = v_fma(sum, square, v_set(LOG_L0));
    return v_mul(s, v_fma(sum, square, v_set(2)));
}

/* log(1 + x), 0 <= x <= 1. */
INLINE vf log1p_of(vf x) { return atanh_twice(v_div(x, v_add(v_set(2), x))); }

/* log(x) of a normal x > 0. */
INLINE vf log_of(vf x) {
    vf n;
    const vf m = v_split(x, &n);
    const vf low = atanh_twice(v_div(v_sub(m, v_set(1)), v_add(m, v_set(1))));
    return v_fma(n, v_set(EXP_LN2_HIGH), v_fma(n, v_set(EXP_LN2_LOW), low));
}

#endif
