/* A fused multiply-add for processors without one, exact to the last bit. */
#ifndef EMB_KERNELS_PLAIN_FMA_H
#define EMB_KERNELS_PLAIN_FMA_H

#include <stdint.h>
#include <string.h>

/* a * b + c rounded once. The product of two float32 is exact in double. Its sum with c is rounded
 * to odd (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008): where the
 * double sum was inexact and its last bit is even, it moves one step toward the true value. Rounding
 * that to float32 is then rounding the true value. Without branches, so that compilers vectorise. */
static inline __attribute__((always_inline)) float emb__plain_fma(float a, float b, float c) {
#ifdef __FP_FAST_FMAF
    return __builtin_fmaf(a, b, c);
#else
    const double product = (double)a * (double)b, addend = (double)c;
    const double sum = product + addend;
    /* Knuth's two-sum: `rest` is what the rounding of `sum` lost, exactly; NaN where not finite. */
    const double back = sum - product;
    const double rest = (product - (sum - back)) + (addend - back);
    int64_t bits;
    memcpy(&bits, &sum, sizeof bits);
    /* +1 moves away from zero, -1 toward it; comparisons with NaN are false and move nothing. */
    const int64_t above = rest > 0, below = rest < 0, negative = sum < 0;
    const int64_t step = (above - below) * (1 - 2 * negative);
    bits += step & -(~bits & 1);
    double odd;
    memcpy(&odd, &bits, sizeof odd);
    return (float)odd;
#endif
}

#endif
