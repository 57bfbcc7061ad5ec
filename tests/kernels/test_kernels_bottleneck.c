/* A variational bottleneck, of every instruction set that this processor has: the reference's bits;
 * and the reference is its formula. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/kernels.h"
#include "support/support.h"

enum { ARRAYS = 4 };

/* mean, logvar, noise, gradient: of every size, and no number at all. */
static void fill(float *in[ARRAYS], size_t count) {
    const float special[] = {0.0f, -0.0f, 88.5f, -88.5f, 200.0f, -200.0f, 3e38f, NAN, INFINITY};
    for (int i = 0; i < ARRAYS; i++) {
        in[i] = filled(count);
        if (count > 50) memcpy(in[i] + 20, special, sizeof special);
    }
}

/* A NaN may have any sign and payload. */
static void forget_nans(float *a, float *b, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (isnan(a[i]) && isnan(b[i])) a[i] = b[i] = 0;
    }
}

static void cases(const emb__kernels *k) {
    static const size_t vectors[] = {1, 2, 31, 32, 33, 100};
    const int used[] = {(int)test_lanes, 1, (int)test_lanes - 3};
    for (size_t row = 0; row < 6 * TEST_COUNT(vectors); row++) {
        const size_t n = vectors[row % TEST_COUNT(vectors)], count = n * test_lanes;
        const int lanes = used[row / TEST_COUNT(vectors) % 3];
        float *in[ARRAYS], *got = filled(2 * count), *wanted = copied(got, 2 * count);
        double sums[2][EMB__LANES];
        fill(in, count);
        const emb__normal_code code = {in[0], in[1], row % 2 ? in[2] : NULL};
        k->sample(in[0], in[1], in[2], n, got);
        test_reference->sample(in[0], in[1], in[2], n, wanted);
        forget_nans(got, wanted, count);
        expect_same(k->name, "sample", row, got, wanted, count);
        k->sample_back(&code, in[3], n, lanes, 0.37f, got, got + count);
        test_reference->sample_back(&code, in[3], n, lanes, 0.37f, wanted, wanted + count);
        forget_nans(got, wanted, 2 * count);
        expect_same(k->name, "sample_back", row, got, wanted, 2 * count);
        k->divergence(in[0], in[1], n, sums[0]);
        test_reference->divergence(in[0], in[1], n, sums[1]);
        for (size_t i = 0; i < test_lanes; i++) {
            if (isnan(sums[0][i]) && isnan(sums[1][i])) sums[0][i] = sums[1][i] = 0;
        }
        assert_memory_equal(sums[0], sums[1], test_lanes * sizeof sums[0][0]);
        for (int i = 0; i < ARRAYS; i++) emb__free(in[i]);
        emb__free(got);
        emb__free(wanted);
    }
}

static void the_same_bits(void **unused) {
    (void)unused;
    each_isa(cases);
}

static double loss_of(double mean, double logvar, double noise, double pull, double by) {
    return pull * (mean + exp(logvar / 2) * noise) +
           by * (mean * mean + exp(logvar) - 1 - logvar) / 2;
}

/* The gradient is the slope of the formula. */
static void slopes(const emb__kernels *k) {
    const double step = 1e-5, by = 0.37;
    float *in[ARRAYS], got[2 * EMB__LANES];
    double sums[EMB__LANES];
    for (int i = 0; i < ARRAYS; i++) {
        in[i] = filled(test_lanes);
        test_noise(in[i], test_lanes, (uint64_t)i);
    }
    const emb__normal_code code = {in[0], in[1], in[2]};
    k->sample_back(&code, in[3], 1, (int)test_lanes, (float)by, got, got + test_lanes);
    k->divergence(in[0], in[1], 1, sums);
    for (size_t i = 0; i < test_lanes; i++) {
        const double m = (double)in[0][i], l = (double)in[1][i], e = (double)in[2][i];
        const double g = (double)in[3][i];
        const double by_mean = loss_of(m + step, l, e, g, by) - loss_of(m - step, l, e, g, by);
        const double by_logvar = loss_of(m, l + step, e, g, by) - loss_of(m, l - step, e, g, by);
        assert_true(fabs(by_mean / (2 * step) - (double)got[i]) < 1e-6);
        assert_true(fabs(by_logvar / (2 * step) - (double)got[test_lanes + i]) < 1e-6);
        assert_true(fabs(loss_of(m, l, e, 0, 1) - sums[i]) < 1e-6);
    }
    for (int i = 0; i < ARRAYS; i++) emb__free(in[i]);
}

static void the_formula(void **unused) {
    (void)unused;
    each_isa(slopes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_bits),
        cmocka_unit_test(the_formula),
    };
    return cmocka_run_group_tests(tests, kernels_set_up, NULL);
}
