/* cli/serve/bounded_curve.c: losses of a training of any length. */
#include "serve/bounded_curve.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

static cli_curve curve;

static void fill(double from, double to) {
    for (double x = from; x <= to; x++) cli_curve_add(&curve, x, x, -x);
}

/* Each point is the mean of its entries, however many come: of 1, 2, 3, ... that is known. */
static void test_is_bounded(void **state) {
    (void)state;
    static const size_t counts[] = {1, 2047, 2048, 2049, 4096, 5000, 100000};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        memset(&curve, 0, sizeof curve);
        fill(1, (double)counts[c]);
        assert_true(curve.count > 0 && curve.count <= CLI_CURVE_MOST);
        assert_true(counts[c] < CLI_CURVE_MOST || curve.count >= CLI_CURVE_MOST / 2);
        double before = 0;
        for (size_t i = 0; i < curve.count; i++) {
            const double *p = curve.points[i];
            assert_true(i + 1 == curve.count || p[0] == before + (double)curve.each);
            assert_float_equal(p[1], (before + 1 + p[0]) / 2, 1e-6);
            assert_float_equal(p[2], -p[1], 1e-6);
            before = p[0];
        }
        assert_true(before == (double)counts[c]);
    }
}

/* A training that went back to a checkpoint takes its steps again. */
static void test_goes_back(void **state) {
    (void)state;
    memset(&curve, 0, sizeof curve);
    fill(1, 100);
    cli_curve_add(&curve, 51, 7, 0);
    assert_int_equal(curve.count, 51);
    assert_true(curve.points[49][0] == 50 && curve.points[50][0] == 51 && curve.points[50][1] == 7);
    fill(52, 5000);
    assert_true(curve.points[curve.count - 1][0] == 5000);
    cli_curve_add(&curve, 1, 3, 0);
    assert_true(curve.count == 1 && curve.points[0][1] == 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_is_bounded),
                                       cmocka_unit_test(test_goes_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
