/* The constants of the polynomials for tanh and exp, shared by the vector kernels and by their
 * scalar reference. They were fitted for embudo by reweighted least squares toward the least
 * relative error, in 40-digit arithmetic. */
#ifndef EMB_KERNELS_MATH_H
#define EMB_KERNELS_MATH_H

/* tanh(x) = x P(x^2) / Q(x^2) for |x| <= TANH_LIMIT, where tanh rounds to 1 from about 9.01 on. The
 * quotient is within 2.4e-8 relative of tanh before rounding; all coefficients are positive, so
 * nothing cancels. */
#define TANH_LIMIT 9.0f
#define TANH_P0 0.99999997765824944f
#define TANH_P1 0.13374487521257903f
#define TANH_P2 0.0034878237002933215f
#define TANH_P3 2.0481331694210682e-5f
#define TANH_P4 1.3177624737713353e-8f
#define TANH_Q1 0.4670780147742364f
#define TANH_Q2 0.025847441590331322f
#define TANH_Q3 0.00032729379879312001f
#define TANH_Q4 7.7041079533909051e-7f

/* exp(x) = 2^n (1 + r + r^2 E(r)), n = round(x / ln 2), r = x - n ln 2 in two steps. Within 3.1e-9
 * relative before rounding, for EXP_LEAST <= x <= EXP_MOST; outside, x is clamped. */
#define EXP_LEAST -87.0f
#define EXP_MOST 88.0f
#define EXP_LOG2E 1.44269504088896341f
#define EXP_LN2_HIGH 0.693145751953125f /* 12 bits: n * EXP_LN2_HIGH is exact */
#define EXP_LN2_LOW 1.42860682030941723e-6f
#define EXP_ROUND 12582912.0f /* 1.5 * 2^23: adding it rounds to a whole number */
#define EXP_E0 0.4999999341162853f
#define EXP_E1 0.16666520098570237f
#define EXP_E2 0.041668394382919267f
#define EXP_E3 0.0083687812698171927f
#define EXP_E4 0.0013814458992679261f

#endif
