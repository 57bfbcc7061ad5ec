/* What is computed number by number, of every instruction set that this processor has: activations,
 * losses, layouts: the reference's bits. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/kernels.h"
#include "support/support.h"

static void pointwise_cases(const emb__kernels *k) {
    enum { VECTORS = 500, COUNT = VECTORS * EMB__LANES };
    const size_t vectors = COUNT / test_lanes;
#define NAME(_, name) #name,
    static const char *const curves[] = {EMB__CURVES(NAME, _)};
    /* What a curve may depend on: no, usual, negative and large slopes, alphas, limits. */
    static const float args[][EMB__CURVE_ARGS] = {{0.01f, 1}, {1, 1.5f}, {-0.25f, 0.5f}, {0, 6}};
    for (size_t row = 0; row < EMB__CURVE_COUNT * (sizeof args / sizeof *args); row++) {
        const size_t curve = row % EMB__CURVE_COUNT;
        const float *of = args[row / EMB__CURVE_COUNT];
        float *got = filled(COUNT);
        /* Large, tiny and special ones as well. */
        for (size_t i = 0; i < COUNT; i += 3) got[i] *= 0x1p6f;
        const float special[] = {0.0f,  -0.0f,  0x1p-149f, -0x1p-140f, 3.4e38f, -3.4e38f,
                                 88.7f, -88.7f, 9.49f,     9.51f,      -9.5f,   0.34657f};
        memcpy(got + 100, special, sizeof special);
        float *expected = copied(got, COUNT), *g = filled(COUNT), *h = copied(g, COUNT);
        float *in = copied(got, COUNT);
        k->curve[curve](got, got, vectors, of);
        test_reference->curve[curve](in, expected, vectors, of);
        expect_same(k->name, curves[curve], row, got, expected, COUNT);
        for (int by_input = 0; by_input < 2; by_input++) {
            k->slope[curve](by_input ? in : expected, g, g, vectors, of);
            test_reference->slope[curve](by_input ? in : expected, h, h, vectors, of);
            expect_same(k->name, curves[curve], row, g, h, COUNT);
        }
        float *const all[] = {got, expected, g, h, in};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) emb__free(all[i]);
    }
}

/* A slope's gradient, over rows of every length. */
static void below_cases(const emb__kernels *k) {
    const int channels[] = {1, 3, 16, 17, 40};
    const size_t positions[] = {1, 2, 33};
    for (size_t row = 0; row < 30; row++) {
        const int n = channels[row % 5];
        const size_t places = positions[row / 5 % 3], count = (size_t)n * places * test_lanes;
        float *x = filled(count), *go = filled(count), *got = filled((size_t)n);
        float *expected = copied(got, (size_t)n), *scratch = filled(16 * EMB__LANES);
        k->below(x, go, n, places, got, row >= 15, scratch);
        test_reference->below(x, go, n, places, expected, row >= 15, scratch);
        expect_same(k->name, "below", row, got, expected, (size_t)n);
        float *const all[] = {x, go, got, expected, scratch};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) emb__free(all[i]);
    }
}

/* Few and many classes, apart and neighbours; all equal, one far above, at the ends of exp. */
static void softmax_cases(const emb__kernels *k) {
    const int classes[] = {1, 2, 10, 33, 300};
    const size_t places[] = {1, 3, 4, 9};
    const float stretch[] = {0, 1, 40, 300};
    for (size_t row = 0; row < 160; row++) {
        const int n = classes[row % 5];
        const size_t inner = places[row / 5 % 4], from = inner / 2;
        const size_t count = (size_t)n * inner * test_lanes;
        const bool logarithm = row >= 80;
        float *x = filled(count), *go = filled(count), *got = filled(count);
        float *expected = copied(got, count), *wanted = copied(got, count);
        for (size_t i = 0; i < count; i++) x[i] *= stretch[row / 20 % 4];
        const size_t at = from * test_lanes;
        k->softmax(x + at, n, inner, inner - from, logarithm, got + at);
        test_reference->softmax(x + at, n, inner, inner - from, logarithm, expected + at);
        expect_same(k->name, "softmax", row, got, expected, count);
        memcpy(wanted, got, count * sizeof *got);
        k->softmax_back(expected + at, go + at, n, inner, inner - from, logarithm, got + at);
        test_reference->softmax_back(expected + at, go + at, n, inner, inner - from, logarithm,
                                     wanted + at);
        expect_same(k->name, "softmax_back", row, got, wanted, count);
        float *const all[] = {x, go, got, expected, wanted};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) emb__free(all[i]);
    }
}

static void test_pointwise(void **unused) {
    (void)unused;
    each_isa(pointwise_cases);
    each_isa(below_cases);
    each_isa(softmax_cases);
}

static void loss_cases(const emb__kernels *k) {
    const int used[] = {(int)test_lanes, 1, (int)test_lanes - 3};
    const size_t vectors[] = {784, 1, 31, 32, 33};
    for (size_t row = 0; row < 15; row++) {
        const size_t n = vectors[row % 5], count = n * test_lanes;
        float *y = filled(count), *target = filled(count);
        float *got = filled(count), *expected = filled(count);
        double errors[2][EMB__LANES];
        k->squared_error(y, target, n, used[row / 5], 0.37f, got, errors[0]);
        test_reference->squared_error(y, target, n, used[row / 5], 0.37f, expected, errors[1]);
        expect_same(k->name, "squared_error", row, got, expected, count);
        assert_memory_equal(errors[0], errors[1], test_lanes * sizeof errors[0][0]);
        k->squared_error(y, target, n, used[row / 5], 0.37f, NULL, errors[0]);
        assert_memory_equal(errors[0], errors[1], test_lanes * sizeof errors[0][0]);
        float *const all[] = {y, target, got, expected};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) emb__free(all[i]);
    }
}

/* Logits of every size: all equal, one far above, some at the ends of exp's range. */
static void cross_entropy_cases(const emb__kernels *k) {
    const int used[] = {(int)test_lanes, 1, (int)test_lanes - 3}, classes[] = {10, 2, 33, 256};
    const float stretch[] = {0, 1, 40, 300};
    for (size_t row = 0; row < 96; row++) {
        const int n = classes[row % 4], here = used[row / 4 % 3];
        const float smoothing = row < 48 ? 0 : 0.1f;
        const size_t count = (size_t)n * test_lanes;
        float *x = filled(count), *got = filled(count), *expected = filled(count);
        uint8_t labels[EMB__LANES], predicted[2][EMB__LANES];
        double errors[2][EMB__LANES];
        for (size_t i = 0; i < count; i++) x[i] *= stretch[row / 12 % 4];
        for (int i = 0; i < EMB__LANES; i++) labels[i] = (uint8_t)(i * 7 % n);
        k->cross_entropy(x, n, labels, here, smoothing, 0.37f, got, errors[0], predicted[0]);
        test_reference->cross_entropy(x, n, labels, here, smoothing, 0.37f, expected, errors[1],
                                      predicted[1]);
        expect_same(k->name, "cross_entropy", row, got, expected, count);
        assert_memory_equal(errors[0], errors[1], test_lanes * sizeof errors[0][0]);
        assert_memory_equal(predicted[0], predicted[1], test_lanes);
        k->cross_entropy(x, n, labels, here, smoothing, 0.37f, NULL, errors[0], predicted[0]);
        assert_memory_equal(errors[0], errors[1], test_lanes * sizeof errors[0][0]);
        float *const all[] = {x, got, expected};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) emb__free(all[i]);
    }
}

static void lay_out_cases(const emb__kernels *k) {
    enum { PIXELS = 57 };
    uint8_t bytes[EMB__LANES][PIXELS];
    const uint8_t *images[EMB__LANES];
    float got[PIXELS * EMB__LANES], expected[PIXELS * EMB__LANES];
    for (int n = 0; n < EMB__LANES; n++) {
        for (int p = 0; p < PIXELS; p++) bytes[n][p] = (uint8_t)(n * PIXELS + p);
        images[n] = bytes[n];
    }
    for (int used = 1; used <= (int)test_lanes; used++) {
        k->lay_out(images, used, PIXELS, got);
        test_reference->lay_out(images, used, PIXELS, expected);
        expect_same(k->name, "lay_out", (size_t)used, got, expected, PIXELS * test_lanes);
    }
}

static void test_training(void **unused) {
    (void)unused;
    each_isa(loss_cases);
    each_isa(cross_entropy_cases);
    each_isa(lay_out_cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pointwise),
        cmocka_unit_test(test_training),
    };
    return cmocka_run_group_tests(tests, kernels_set_up, NULL);
}
