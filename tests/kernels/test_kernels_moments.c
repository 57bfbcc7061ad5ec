/* What looks at a whole batch, of every instruction set that this processor has: the reference's
 * bits. And what the reference computes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/kernels.h"
#include "support/support.h"

enum { MOST = 300 }; /* positions: more than two stretches */

static const struct {
    size_t positions;
    int images;
    float middle; /* of the numbers */
} cases[] = {{1, 16, 0},  {1, 1, 3},   {3, 9, -2},   {4, 8, 0},       {5, 7, 1000},
             {49, 16, 0}, {127, 3, 1}, {128, 16, 5}, {129, 11, 1e4f}, {300, 16, -7}};

typedef struct numbers {
    float *x, *g;
} numbers;

static numbers make(size_t i) {
    numbers n = {filled(MOST * EMB__LANES), filled(MOST * EMB__LANES)};
    for (size_t k = 0; k < MOST * EMB__LANES; k++) n.x[k] += cases[i].middle;
    return n;
}

static void compare_doubles(const char *isa, const char *what, size_t i, const double *got,
                            const double *expected, size_t count) {
    if (memcmp(got, expected, count * sizeof *got) != 0) fail_msg("%s %s case %zu", isa, what, i);
}

static void batch_case(const emb__kernels *k, const emb__kernels *r, size_t i) {
    const size_t positions = cases[i].positions, count = positions * (size_t)k->lanes;
    const int images = cases[i].images < k->lanes ? cases[i].images : k->lanes;
    const emb__normal normal = {cases[i].middle, 0.25f, 0.5f, 1.5f};
    numbers n = make(i);
    uint16_t bits[MOST];
    double got[6] = {0}, expected[6] = {0};
    k->moments(n.x, positions, images, got);
    r->moments(n.x, positions, images, expected);
    compare_doubles(k->name, "moments", i, got, expected, (size_t)(3 * k->lanes / 8));
    k->slopes(n.g, n.x, positions, cases[i].middle, got);
    r->slopes(n.g, n.x, positions, cases[i].middle, expected);
    compare_doubles(k->name, "slopes", i, got, expected, (size_t)(2 * k->lanes / 8));
    float *a = copied(n.g, MOST * EMB__LANES), *b = copied(n.g, MOST * EMB__LANES);
    k->affine(n.x, positions, 0.7f, -3, a);
    r->affine(n.x, positions, 0.7f, -3, b);
    expect_same(k->name, "affine", i, a, b, count);
    k->normal_back(n.g, n.x, positions, images, &normal, a);
    r->normal_back(n.g, n.x, positions, images, &normal, b);
    expect_same(k->name, "normal_back", i, a, b, count);
    for (size_t p = 0; p < MOST; p++) bits[p] = (uint16_t)(p * 40503 + 12345);
    k->mask(a, positions, bits, 8 - k->lanes / 2, 1.25f);
    r->mask(b, positions, bits, 8 - k->lanes / 2, 1.25f);
    expect_same(k->name, "mask", i, a, b, count);
    k->mask_plane(a, positions, bits[3], 0, 2);
    r->mask_plane(b, positions, bits[3], 0, 2);
    expect_same(k->name, "mask_plane", i, a, b, count);
    k->sum(n.g, n.x, a, positions);
    r->sum(n.g, n.x, b, positions);
    expect_same(k->name, "sum", i, a, b, count);
    emb__free(a);
    emb__free(b);
    emb__free(n.x);
    emb__free(n.g);
}

static void batch_cases(const emb__kernels *k) {
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        batch_case(k, test_reference, i);
        if (k->half) batch_case(k->half, test_reference->half, i);
    }
}

static void test_batch(void **unused) {
    (void)unused;
    each_isa(batch_cases);
}

/* Mean and squares, to the accuracy of doubles that are summed plainly, relative to the spread. */
static void test_moments(void **unused) {
    (void)unused;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        numbers n = make(i);
        double sums[6];
        test_reference->moments(n.x, cases[i].positions, cases[i].images, sums);
        for (int half = 0; half < 2; half++) {
            double count = 0, mean = 0, squares = 0;
            for (int pass = 0; pass < 2; pass++) {
                for (size_t at = 0; at < cases[i].positions * EMB__LANES; at++) {
                    const int lane = (int)(at % EMB__LANES);
                    if (lane / 8 != half || lane >= cases[i].images) continue;
                    const double d = (double)n.x[at] - mean;
                    if (pass == 0) count += 1;
                    if (pass == 0) squares += (double)n.x[at];
                    if (pass == 1) squares += d * d;
                }
                if (pass == 0 && count > 0) mean = squares / count;
                if (pass == 0) squares = 0;
            }
            assert_true(sums[3 * half] == count);
            assert_true(fabs(sums[3 * half + 1] - mean) <= 1e-6 * sqrt(squares + 1e-30));
            assert_true(fabs(sums[3 * half + 2] - squares) <= 1e-6 * squares);
        }
        emb__free(n.x);
        emb__free(n.g);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batch),
        cmocka_unit_test(test_moments),
    };
    return cmocka_run_group_tests(tests, kernels_set_up, NULL);
}
