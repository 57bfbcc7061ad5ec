/* The mathematical functions against the C library's in double precision, and the fused
 * multiply-add of every instruction set against fmaf. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "kernels/kernels.h"

static const char *const names[] = {"plain", "avx2", "avx512", "neon"};

enum { BATCH = 256, COUNT = BATCH * EMB__LANES };

/* The distance between float32 numbers around x. */
static double ulp(double x) {
    int exponent;
    frexp(fabs(x), &exponent);
    return ldexp(1, (exponent < -125 ? -125 : exponent) - 24);
}

static const float args[EMB__CURVE_ARGS] = {1, 1}; /* what a curve may depend on */

static double exact_elu(double x) { return x > 0 ? x : expm1(x); }
static double exact_sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double exact_silu(double x) { return x / (1 + exp(-x)); }
static double exact_gelu(double x) { return x * erfc(-x * 0.70710678118654752440) / 2; }
static double exact_gelu_tanh(double x) {
    const double u = 0.79788456080286535588 * (x + 0.044715 * x * x * x);
    return x / (1 + exp(-2 * u));
}
static double exact_mish(double x) { return x * tanh(log1p(exp(x < 700 ? x : 700))); }
static double exact_softplus(double x) { return x > 20 ? x : log1p(exp(x)); }

/* Every 20,011th float32 of either sign. The bounds are those stated in math.h, found by going
 * through every fifth one. */
static void test_accuracy(void **unused) {
    (void)unused;
    const emb__kernels *k = emb__kernels_find("reference");
    const struct {
        const char *name;
        emb__curve curve;
        double (*exact)(double);
        double least, bound;
        float args[EMB__CURVE_ARGS];
    } functions[] = {
        {"tanh", EMB__CURVE_tanh, tanh, -INFINITY, 2.6, {0}},
        /* Below these numbers the results are less than the smallest normal number. */
        {"sigmoid", EMB__CURVE_sigmoid, exact_sigmoid, -87, 2.4, {0}},
        {"elu", EMB__CURVE_elu, exact_elu, -INFINITY, 1, {1, 0}},
        {"silu", EMB__CURVE_silu, exact_silu, -87, 2.4, {0}},
        {"gelu", EMB__CURVE_gelu, exact_gelu, -12.9, 5, {0}},
        {"gelu by tanh", EMB__CURVE_gelu, exact_gelu_tanh, -2, 5, {1, 0}},
        {"mish", EMB__CURVE_mish, exact_mish, -87, 5, {0}},
        {"softplus", EMB__CURVE_softplus, exact_softplus, -87, 5, {1, 20}},
    };
    float *x = emb__alloc(COUNT * sizeof *x), *y = emb__alloc(COUNT * sizeof *y);
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++) {
        uint32_t bits = 0;
        while (bits < 0x7f800000u) {
            for (int i = 0; i < COUNT; i++, bits += 20011) {
                const uint32_t kept = bits < 0x7f800000u ? bits : 0;
                memcpy(&x[i], &kept, sizeof kept);
                if (i % 2) x[i] = -x[i];
            }
            memcpy(y, x, COUNT * sizeof *x);
            k->curve[functions[f].curve](x, y, BATCH, functions[f].args);
            for (int i = 0; i < COUNT; i++) {
                const double exact = functions[f].exact((double)x[i]);
                const double error = fabs((double)y[i] - exact) / ulp(exact);
                if ((double)x[i] >= functions[f].least && !(error <= functions[f].bound)) {
                    fail_msg("%s(%a) = %a, off by %.2f ulp", functions[f].name, (double)x[i],
                             (double)y[i], error);
                }
                if (f < 3 && !(fabsf(y[i]) <= 1) && y[i] != x[i])
                    fail_msg("%s(%a) is past 1", functions[f].name, (double)x[i]);
            }
        }
    }
    emb__free(x);
    emb__free(y);
}

static void test_nan_passes_through(void **unused) {
    (void)unused;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        const emb__kernels *k = emb__kernels_find(names[n]);
        if (!k) continue;
        for (int curve = 0; curve < EMB__CURVE_COUNT; curve++) {
            _Alignas(64) float x[EMB__LANES] = {NAN};
            k->curve[curve](x, x, 1, args);
            assert_true(isnan(x[0]));
        }
    }
}

static uint64_t state = 2463534242u;
static uint32_t draw(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 24);
}

/* Any bits at all, or numbers near enough to each other that the sum's rounding is decided by what
 * the product's low bits say. */
static float draw_float(int kind, uint32_t exponent) {
    const uint32_t any = draw();
    const uint32_t bits = kind == 0 ? any : (any & 0x81ffffffu) | exponent;
    float x;
    memcpy(&x, &bits, sizeof x);
    return isfinite(x) ? x : 1.5f;
}

/* A Linear of one input is one multiply-add. */
static void test_fma(void **unused) {
    (void)unused;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        const emb__kernels *k = emb__kernels_find(names[n]);
        if (!k) continue;
        for (int round = 0; round < 200000; round++) {
            _Alignas(64) float in[EMB__LANES], out[EMB__LANES];
            for (int i = 0; i < EMB__LANES; i++) in[i] = draw_float(round % 2, 0x3e000000u);
            const float weight = draw_float(round % 2, 0x3e000000u);
            const float bias = draw_float(round % 2, 0x3c000000u);
            k->dense(in, 1, &weight, 1, 1, &bias, out, 1);
            for (int i = 0; i < EMB__LANES; i++) {
                const float exact = fmaf(in[i], weight, bias);
                if (memcmp(&exact, &out[i], sizeof exact) != 0) {
                    fail_msg("%s: fma(%a, %a, %a) = %a, expected %a", k->name, (double)in[i],
                             (double)weight, (double)bias, (double)out[i], (double)exact);
                }
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accuracy),
        cmocka_unit_test(test_nan_passes_through),
        cmocka_unit_test(test_fma),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
