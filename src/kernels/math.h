/* The constants of the polynomials for tanh and exp, shared by the vector kernels and by their
 * scalar reference. They were fitted for embudo in 40-digit arithmetic, by reweighted least
 * squares, to make the relative error small. */
#ifndef EMB_KERNELS_MATH_H
#define EMB_KERNELS_MATH_H

/* tanh(x) = E / (E + 2) for x >= 0, and the same with x's sign; E = exp(2x) - 1 = 2^n p + (2^n - 1)
 * with p = 2r + (2r)^2 E(2r) as below, r = x - n ln(2)/2: no cancellation for small x, and for
 * large x the error of E hardly counts. Past the limit, where tanh rounds to 1, x is clamped.
 * Within 2.6 ulp of tanh. */
#define TANH_LIMIT    9.5f
#define TANH_LOG2E    2.88539008177792681f /* 2 / ln 2 */
#define TANH_HALF_LN2 0.34657359027997265f
#define TANH_E0       (4 * EXP_E0) /* the coefficients for 2r: times powers of two, exactly */
#define TANH_E1       (8 * EXP_E1)
#define TANH_E2       (16 * EXP_E2)
#define TANH_E3       (32 * EXP_E3)
#define TANH_E4       (64 * EXP_E4)

/* exp(x) = 2^n (1 + p), p = r + r^2 E(r), n = round(x / ln 2), r = x - n ln 2 in two steps. Within
 * 3.1e-9 relative before rounding, for EXP_LEAST <= x <= EXP_MOST; outside, x is clamped. The
 * sigmoid 1 / (1 + exp(-x)) is within 2.4 ulp; ELU's 2^n p + (2^n - 1) = exp(x) - 1, for x <= 0,
 * within 1 ulp. */
#define EXP_LEAST    -87.0f
#define EXP_MOST     88.0f
#define EXP_LOG2E    1.44269504088896341f
#define EXP_LN2_HIGH 0.693145751953125f /* 12 bits: n * EXP_LN2_HIGH is exact */
#define EXP_LN2_LOW  1.42860682030941723e-6f
#define EXP_ROUND    12582912.0f /* 1.5 * 2^23: adding it rounds to a whole number */
#define EXP_E0       0.4999999341162853f
#define EXP_E1       0.16666520098570237f
#define EXP_E2       0.041668394382919267f
#define EXP_E3       0.0083687812698171927f
#define EXP_E4       0.0013814458992679261f

/* log(1 + t) = 2 atanh(s), s = t / (2 + t), for 0 <= t <= 1: s (2 + s^2 L(s^2)), within 4.5e-9
 * relative before rounding. Softplus is max(x, 0) + log(1 + exp(-|x|)). log(m 2^n), for a normal
 * number, is n ln 2 + 2 atanh((m - 1) / (m + 1)) with m from sqrt(1/2) to sqrt(2). */
#define LOG_L0 0.66666416313976507f
#define LOG_L1 0.40021523190034299f
#define LOG_L2 0.28001887060812147f
#define LOG_L3 0.28011552703248543f

/* The normal distribution's tail, 1 - Phi(a) = exp(-a^2 / 2) N(a) / D(a) for 0 <= a <= 14, within
 * 5.6e-9 relative before rounding: all terms are positive, so that nothing cancels. Past the limit
 * the tail is below every normal number, and counts as 0. GELU is x Phi(x). */
#define TAIL_LIMIT 13.1f
#define TAIL_N0    0.50000000274822335f
#define TAIL_N1    0.43725583205545144f
#define TAIL_N2    0.18246553628326964f
#define TAIL_N3    0.040373816967661911f
#define TAIL_N4    0.0040777979036563971f
#define TAIL_D1    1.6723966185385989f
#define TAIL_D2    1.1993059989873197f
#define TAIL_D3    0.4674388829825493f
#define TAIL_D4    0.10120895994816254f
#define TAIL_D5    0.010221394795504432f
#define DENSITY    0.39894228040143268f /* 1 / sqrt(2 pi): phi(x) = DENSITY exp(-x^2 / 2) */

/* GELU by tanh: x / (1 + exp(-2 u)), u = GELU_TANH (x + GELU_CUBE x^3). */
#define GELU_TANH 0.79788456080286536f /* sqrt(2 / pi) */
#define GELU_CUBE 0.044715f

/* Mish is x n / (n + 2), n = e (e + 2), e = exp(x): past the limit it is x. */
#define MISH_LIMIT 20.0f

/* 1 / x of a normal x > 0 for the optimisers, by multiplying and adding alone: processors divide
 * slowly. The guess is within 5.1 %: the bits of RECIPROCAL_GUESS - x, of which the exponent is
 * negated and the fraction nearly so. A step of third order leaves 1.3e-4, one of second order
 * 1.7e-8. Past the limit, where the guess would be no normal number, x is the limit. */
#define RECIPROCAL_GUESS 0x7ef311c7
#define RECIPROCAL_LIMIT 1e37f

/* log(x) for a finite x > 0, in double: x = m 2^e with m in [sqrt(1/2), sqrt(2)), log(m) = 2
 * atanh(f), f = (m - 1) / (m + 1), as a series that ends below 2^-53. Anything else gives NaN. Only
 * losses that are shown depend on it, not the training; the C library's own logarithm differs
 * between processors. */
static inline double emb__log(double x) {
    const double ln2 = 0.69314718055994530942, root = 1.41421356237309504880;
    if (!(x > 0) || x - x != 0) return (x - x) / (x - x);
    int e = 0;
    for (; x >= root; e++) x *= 0.5;
    for (; x < 0.5 * root; e--) x *= 2;
    const double f = (x - 1) / (x + 1), square = f * f;
    double sum = 0;
    for (int k = 23; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
    return 2 * f * sum + e * ln2;
}

/* exp(x) in double, for the same reason: 2^n exp(r), |r| <= ln(2) / 2 by Taylor's series to below
 * 2^-53. Clamped to -700..700. */
static inline double emb__exp(double x) {
    const double high = 6.93147180369123816490e-01, low = 1.90821492927058770002e-10;
    x = x < 700 ? x : 700; /* for a NaN, too: converting it below would be undefined */
    if (x < -700) x = -700;
    const double shifted = x * 1.44269504088896338700 + 0x1.8p52;
    const double n = shifted - 0x1.8p52, r = (x - n * high) - n * low;
    double sum = 1, scale = 1;
    for (int k = 14; k >= 1; k--) sum = 1 + sum * r / k;
    for (int left = (int)n; left > 0; left--) scale *= 2;
    for (int left = (int)n; left < 0; left++) scale *= 0.5;
    return sum * scale;
}

#endif
