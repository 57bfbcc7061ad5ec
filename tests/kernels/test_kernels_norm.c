/* Normalisation, of every instruction set that this processor has: the reference's bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/kernels.h"
#include "support/support.h"

/* Shorter than a run, than its four chains, and longer; [1]: rows of a normalised shape. */
static const size_t sizes[][2] = {{1, 1},  {3, 2},  {4, 70},   {63, 1},
                                  {64, 3}, {66, 1}, {131, 65}, {196, 5}};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void expect_sums(const emb__kernels *k, const char *what, size_t row, const double *got,
                        const double *expected, size_t count) {
    if (memcmp(got, expected, count * sizeof *got) != 0) {
        fail_msg("%s %s, case %zu: sums differ", k->name, what, row);
    }
}

static void sum_cases(const emb__kernels *k) {
    for (size_t row = 0; row < SIZES * 2; row++) {
        const size_t count = sizes[row % SIZES][0], stride = row < SIZES ? test_lanes : 5;
        float *x = filled(count * stride + test_lanes), *mean = filled(test_lanes);
        double got[2 * EMB__LANES], expected[2 * EMB__LANES];
        k->norm_sum(x, count, stride, got);
        test_reference->norm_sum(x, count, stride, expected);
        expect_sums(k, "norm_sum", row, got, expected, test_lanes);
        k->norm_spread(x, count, stride, mean, got);
        test_reference->norm_spread(x, count, stride, mean, expected);
        expect_sums(k, "norm_spread", row, got, expected, 2 * test_lanes);
        emb__free(x);
        emb__free(mean);
    }
}

static void pass_cases(const emb__kernels *k) {
    for (size_t row = 0; row < SIZES * 2; row++) {
        const size_t count = sizes[row % SIZES][0], all = count * test_lanes;
        float *x = filled(all), *go = filled(all), *stats = filled(3 * test_lanes);
        float *means = filled(2 * test_lanes), *weight = filled(count), *bias = filled(count);
        float *got = filled(all), *expected = filled(all);
        double sums[2][2 * EMB__LANES];
        const emb__norm_affine affine = {weight, bias, row < SIZES, row < SIZES};
        k->norm_apply(x, count, stats, &affine, got);
        test_reference->norm_apply(x, count, stats, &affine, expected);
        expect_same(k->name, "norm_apply", row, got, expected, all);
        k->norm_products(x, go, count, stats, &affine, sums[0]);
        test_reference->norm_products(x, go, count, stats, &affine, sums[1]);
        expect_sums(k, "norm_products", row, sums[0], sums[1], 2 * test_lanes);
        k->norm_back(x, go, count, stats, means, &affine, got);
        test_reference->norm_back(x, go, count, stats, means, &affine, expected);
        expect_same(k->name, "norm_back", row, got, expected, all);
        float *const used[] = {x, go, stats, means, weight, bias, got, expected};
        for (size_t i = 0; i < sizeof used / sizeof *used; i++) emb__free(used[i]);
    }
}

static void weight_cases(const emb__kernels *k) {
    for (size_t row = 0; row < SIZES * 2; row++) {
        const size_t count = sizes[row % SIZES][0], rows = sizes[row % SIZES][1];
        const size_t all = count * rows * test_lanes, from = count / 3;
        float *x = filled(all), *go = filled(all), *stats = filled(rows * 3 * test_lanes);
        float *scratch = filled(32 * EMB__LANES), *got = filled(2 * count);
        float *expected = copied(got, 2 * count);
        const bool add = row < SIZES;
        k->norm_weight(x, go, rows, count, stats, from, count, got, add ? got + count : NULL, add,
                       scratch);
        test_reference->norm_weight(x, go, rows, count, stats, from, count, expected,
                                    add ? expected + count : NULL, add, scratch);
        expect_same(k->name, "norm_weight", row, got, expected, 2 * count);
        float *const used[] = {x, go, stats, scratch, got, expected};
        for (size_t i = 0; i < sizeof used / sizeof *used; i++) emb__free(used[i]);
    }
}

static void single_cases(const emb__kernels *k) {
    static const size_t shapes[][2] = {{1, 1}, {7, 3}, {9, 16}, {5, 33}};
    for (size_t row = 0; test_lanes == EMB__LANES && row < 8; row++) {
        const size_t pixels = shapes[row % 4][0], channels = shapes[row % 4][1];
        const size_t all = pixels * channels, step = row < 4 ? 0 : channels;
        float *x = filled(all + 15), *weight = filled(all + 15), *bias = filled(all + 15);
        float *stats = filled(3 * (channels + 15)), *got = filled(all);
        float *expected = copied(got, all);
        const emb__norm_affine affine = {weight, bias, step, step};
        k->single_norm(x, pixels, channels, stats, &affine, got);
        test_reference->single_norm(x, pixels, channels, stats, &affine, expected);
        expect_same(k->name, "single_norm", row, got, expected, all);
        float *const used[] = {x, weight, bias, stats, got, expected};
        for (size_t i = 0; i < sizeof used / sizeof *used; i++) emb__free(used[i]);
    }
}

static void test_norm(void **unused) {
    (void)unused;
    each_isa(sum_cases);
    each_isa(pass_cases);
    each_isa(weight_cases);
    each_isa(single_cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_norm)};
    return cmocka_run_group_tests(tests, kernels_set_up, NULL);
}
