/* What the files of the reference share: their functions' names, and functions of one number that
 * several kernels need. The vectors' are in vec_math.h. */
#ifndef EMB_KERNELS_REFERENCE_MATH_H
#define EMB_KERNELS_REFERENCE_MATH_H

#include <math.h>
#include <string.h>

#include "kernels/isa.h"
#include "kernels/math.h"

#define JOIN_(a, b)  a##b
#define JOIN(a, b)   JOIN_(a, b)
#define NAME(name)   JOIN(emb__##name##_reference_, LANES)
#define NAME16(name) emb__##name##_reference_16

/* Lanes that are summed by themselves: half a block's. */
enum { HALF_LANES = 8 };

/* The tree over the lanes: over each 8 of them, and then over the two sums. */
static inline float lane_sum(const float lanes[LANES]) {
    float t[LANES];
    memcpy(t, lanes, sizeof t);
    for (int half = 0; half < LANES; half += HALF_LANES) {
        for (int apart = HALF_LANES / 2; apart > 0; apart /= 2) {
            for (int i = half; i < half + apart; i++) t[i] = t[i] + t[i + apart];
        }
    }
    return LANES == HALF_LANES ? t[0] : t[0] + t[LANES - HALF_LANES];
}

/* A long sum's chains (chains.h): those added so far, as a binary counter has its ones. */
typedef struct chain_sum {
    float waiting[32];
    int depth, number;
} chain_sum;

static inline void add_chain(chain_sum *c, float chain) {
    for (int n = c->number++; n & 1; n >>= 1) chain = c->waiting[--c->depth] + chain;
    c->waiting[c->depth++] = chain;
}

static inline float all_chains(chain_sum *c) {
    float sum = c->waiting[--c->depth];
    while (c->depth > 0) sum = c->waiting[--c->depth] + sum;
    return sum;
}

/* min and max as the vectors' own: a NaN in b passes through. */
static inline float least(float a, float b) { return a < b ? a : b; }
static inline float most(float a, float b) { return a > b ? a : b; }

static inline float clamp(float x, float low, float high) { return most(low, least(high, x)); }

/* 1 / x, see math.h. */
static inline float reciprocal(float x) {
    x = least(RECIPROCAL_LIMIT, x);
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits = (int32_t)((uint32_t)RECIPROCAL_GUESS - (uint32_t)bits);
    float r;
    memcpy(&r, &bits, sizeof r);
    float e = fmaf(0 - x, r, 1);
    r = fmaf(r, fmaf(e, e, e), r);
    e = fmaf(0 - x, r, 1);
    return fmaf(r, e, r);
}

/* exp(x) = 2^n (1 + p); returns p. */
static inline float exp_parts(float x, int *n) {
    const float whole = fmaf(x, EXP_LOG2E, EXP_ROUND) - EXP_ROUND;
    const float r = fmaf(whole, -EXP_LN2_LOW, fmaf(whole, -EXP_LN2_HIGH, x));
    const float e = fmaf(fmaf(fmaf(fmaf(EXP_E4, r, EXP_E3), r, EXP_E2), r, EXP_E1), r, EXP_E0);
    *n = isnan(whole) ? 0 : (int)whole;
    return fmaf(r * r, e, r);
}

static inline float exp_of(float x) {
    int n;
    const float p = exp_parts(clamp(x, EXP_LEAST, EXP_MOST), &n);
    return (p + 1) * ldexpf(1, n);
}

/* 2 atanh(s), |s| <= 1/3 */
static inline float atanh_twice(float s) {
    const float square = s * s;
    const float sum = fmaf(fmaf(fmaf(LOG_L3, square, LOG_L2), square, LOG_L1), square, LOG_L0);
    return s * fmaf(sum, square, 2);
}

/* log(1 + x), 0 <= x <= 1. */
static inline float log1p_of(float x) { return atanh_twice(x / (2 + x)); }

/* log(x) of a normal x > 0. */
static inline float log_of(float x) {
    int n;
    float m = frexpf(x, &n); /* from 1/2 to 1 */
    if (m < 0x1.6a09e6p-1f) {
        m *= 2;
        n--;
    }
    const float low = atanh_twice((m - 1) / (m + 1));
    return fmaf((float)n, EXP_LN2_HIGH, fmaf((float)n, EXP_LN2_LOW, low));
}

#endif
