/* Losses, of every instruction set that this processor has: the reference's bits. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/kernels.h"
#include "support/support.h"

static void free_all(float *const *all, size_t count) {
    for (size_t i = 0; i < count; i++) emb__free(all[i]);
}

#define NAME(_, name) #name,
static const char *const names[] = {EMB__ERRORS(NAME, _)};

/* Outputs of every size: shares of 0 and 1, tiny ones, huge logits, no number at all. */
static void error_cases(const emb__kernels *k) {
    const int used[] = {(int)test_lanes, 1, (int)test_lanes - 3};
    const size_t vectors[] = {784, 1, 31, 32, 33};
    const float args[] = {1, 0.25f};
    const float special[] = {0.0f,  -0.0f,  1.0f,  0x1p-149f, 0x1p-126f, 0x1.fffffep-1f, 0x1p-24f,
                             3e38f, -3e38f, 88.5f, -88.5f,    NAN,       INFINITY};
    for (size_t row = 0; row < 30 * EMB__ERROR_COUNT; row++) {
        const size_t error = row % EMB__ERROR_COUNT, at = row / EMB__ERROR_COUNT;
        const size_t n = vectors[at % 5], count = n * test_lanes;
        float *y = filled(count), *target = filled(count);
        float *got = filled(count), *expected = filled(count);
        double errors[2][EMB__LANES];
        for (size_t i = 0; i < count; i++) {
            if (error == EMB__ERROR_entropy) y[i] = fabsf(y[i]);
            target[i] = fabsf(target[i]);
        }
        if (count > 100) memcpy(y + 50, special, sizeof special);
        const float arg = args[at / 15];
        k->error[error](y, target, n, used[at / 5 % 3], arg, 0.37f, got, errors[0]);
        test_reference->error[error](y, target, n, used[at / 5 % 3], arg, 0.37f, expected,
                                     errors[1]);
        /* A NaN may have any sign and payload. */
        for (size_t i = 0; i < count; i++) {
            if (isnan(got[i]) && isnan(expected[i])) got[i] = expected[i] = 0;
        }
        for (size_t i = 0; i < test_lanes; i++) {
            if (isnan(errors[0][i]) && isnan(errors[1][i])) errors[0][i] = errors[1][i] = 0;
        }
        expect_same(k->name, names[error], row, got, expected, count);
        if (memcmp(errors[0], errors[1], test_lanes * sizeof errors[0][0]) != 0) {
            fail_msg("%s: %s, row %zu: the sums differ", k->name, names[error], row);
        }
        free_all((float *const[]){y, target, got, expected}, 4);
    }
}

/* Filters and their adjoints, along rows and columns. */
static void window_cases(const emb__kernels *k) {
    static const float taps[] = {0.1f, 0.2f, 0.4f, 0.2f, 0.1f};
    static const struct {
        size_t pad, in, out, width;
    } cases[] = {{0, 9, 5, 1}, {0, 5, 1, 7}, {4, 5, 9, 3}, {4, 1, 5, 2}};
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const emb__window w = {
            taps, 5, cases[i].pad, cases[i].in, cases[i].out, cases[i].width * test_lanes};
        const size_t count = w.out_count * w.width;
        float *in = filled(w.in_count * w.width), *got = filled(count), *expected = filled(count);
        k->window(&w, in, got);
        test_reference->window(&w, in, expected);
        expect_same(k->name, "window", i, got, expected, count);
        free_all((float *const[]){in, got, expected}, 3);
    }
}

static emb__similarity maps_at(float *all, size_t vectors, size_t count) {
    emb__similarity s = {.c1 = 1e-4f,
                         .c2 = 9e-4f,
                         .vectors = vectors,
                         .y = all,
                         .x = all + count,
                         .yy = all + 2 * count,
                         .xx = all + 3 * count,
                         .yx = all + 4 * count};
    for (int n = 0; n < EMB__LANES; n++) s.shift[n] = 0.01f * (float)n;
    return s;
}

static void similarity_cases(const emb__kernels *k) {
    const size_t vectors[] = {1, 31, 32, 33, 100};
    for (size_t i = 0; i < TEST_COUNT(vectors); i++) {
        const size_t count = vectors[i] * test_lanes;
        float *got = filled(5 * count), *by = filled(2 * EMB__LANES);
        /* Mean squares are at least the squared means; the first numbers are 0, as of black. */
        for (size_t n = 0; n < count; n++) {
            if (n < 16) got[n] = got[count + n] = 0;
            got[2 * count + n] = got[n] * got[n] + 0.01f * (float)(n % 5);
            got[3 * count + n] = got[count + n] * got[count + n] + 0.01f * (float)(n % 7);
        }
        float *expected = copied(got, 5 * count);
        double sums[4][EMB__LANES];
        const emb__similarity a = maps_at(got, vectors[i], count);
        const emb__similarity b = maps_at(expected, vectors[i], count);
        k->similarity(&a, sums[0], sums[1]);
        test_reference->similarity(&b, sums[2], sums[3]);
        assert_memory_equal(sums[0], sums[2], test_lanes * sizeof sums[0][0]);
        assert_memory_equal(sums[1], sums[3], test_lanes * sizeof sums[0][0]);
        k->similarity_slopes(&a, by, by + EMB__LANES);
        test_reference->similarity_slopes(&b, by, by + EMB__LANES);
        expect_same(k->name, "similarity_slopes", i, got, expected, 5 * count);
        float means[2][EMB__LANES];
        k->lane_means(got, vectors[i], means[0]);
        test_reference->lane_means(got, vectors[i], means[1]);
        expect_same(k->name, "lane_means", i, means[0], means[1], test_lanes);
        k->subtract_lanes(got, by, vectors[i], got + count);
        test_reference->subtract_lanes(got, by, vectors[i], expected + count);
        k->multiply(got, got + count, vectors[i], got + 2 * count);
        test_reference->multiply(got, got + count, vectors[i], expected + 2 * count);
        expect_same(k->name, "multiply", i, got, expected, 3 * count);
        free_all((float *const[]){got, by, expected}, 3);
    }
}

static void halve_cases(const emb__kernels *k) {
    static const size_t sides[][2] = {{4, 6}, {5, 7}, {2, 3}};
    for (size_t i = 0; i < TEST_COUNT(sides); i++) {
        const size_t rows = sides[i][0], columns = sides[i][1], all = rows * columns * test_lanes;
        const size_t half = (rows / 2) * (columns / 2) * test_lanes;
        float *in = filled(all), *got = filled(half), *expected = filled(half);
        k->halve(in, rows, columns, got);
        test_reference->halve(in, rows, columns, expected);
        expect_same(k->name, "halve", i, got, expected, half);
        float *back = copied(in, all);
        k->halve_back(got, rows, columns, back);
        test_reference->halve_back(got, rows, columns, in);
        expect_same(k->name, "halve_back", i, back, in, all);
        free_all((float *const[]){in, got, expected, back}, 4);
    }
}

static void test_losses(void **unused) {
    (void)unused;
    each_isa(error_cases);
    each_isa(window_cases);
    each_isa(similarity_cases);
    each_isa(halve_cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_losses),
    };
    return cmocka_run_group_tests(tests, kernels_set_up, NULL);
}
