/* study/lookalike.c: against double loops, and for any number of threads. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"

enum { MANY = 90, FEW = 37 };

static size_t size_of(const int shape[3]) {
    return (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
}

/* Images in heaps, `offset` away from 0: bytes, or floats if `spread` is above 0. On a coarse grid,
 * so that some are as near as others. */
static emb_images *make(size_t count, const int shape[3], float spread, float offset,
                        unsigned seed) {
    const size_t size = size_of(shape);
    float *floats = malloc(count * size * sizeof *floats);
    uint8_t *bytes = malloc(count * size);
    assert_true(floats && bytes);
    test_noise(floats, count * size, seed);
    for (size_t i = 0; i < count * size; i++) {
        const float level = (float)(i / size % 3) - 1;
        const float value = rintf(2 * floats[i]) / 4 + level / 3;
        bytes[i] = (uint8_t)(127.0F + 80 * value);
        floats[i] = offset + spread * value;
    }
    emb_images *images = spread > 0 ? emb_images_new_float(floats, NULL, count, shape)
                                    : emb_images_new(bytes, NULL, count, shape);
    assert_non_null(images);
    free(floats);
    free(bytes);
    return images;
}

static double difference(const float *a, const float *b, size_t size) {
    double sum = 0;
    for (size_t i = 0; i < size; i++) {
        sum += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
    }
    return sum / (double)size;
}

/* nearest is as near as any, but for rounding. `own`: images are of the reference. */
static void check(const float *reference, size_t count, const float *asked, size_t size, size_t own,
                  uint32_t nearest, double mse) {
    double best = INFINITY;
    for (size_t i = 0; i < count; i++) {
        const double d = difference(reference + i * size, asked, size);
        if (i != own && d < best) best = d;
    }
    assert_true(nearest < count && nearest != own);
    const double d = difference(reference + nearest * size, asked, size);
    assert_true(d <= best * (1 + 1e-5) && fabs(mse - d) <= 1e-5 * d);
}

static const struct {
    int shape[3];
    float spread, offset;
} cases[] = {{{1, 28, 28}, 0, 0},     {{3, 17, 23}, 0, 0},        {{1, 3, 2}, 0, 0},
             {{5, 9, 9}, 0.5F, 0},    {{1, 28, 28}, 0.1F, 1e5F},  {{40, 1, 1}, 2, -3},
             {{1, 1, 300}, 1e-6F, 0}, {{3, 12, 12}, 1e6F, -1e7F}, {{1, 1, 1}, 1, 0}};

static void the_nearest_is_found(void **state) {
    (void)state;
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        const int *shape = cases[c].shape;
        const size_t size = size_of(shape);
        emb_images *all = make(MANY, shape, cases[c].spread, cases[c].offset, (unsigned)c);
        emb_images *asked = make(FEW, shape, cases[c].spread, cases[c].offset, (unsigned)c + 50);
        float *rows = malloc(MANY * size * sizeof *rows), *some = malloc(FEW * size * sizeof *some);
        assert_true(rows && some);
        assert_int_equal(emb_images_fetch(all, NULL, MANY, rows, NULL), EMB_OK);
        assert_int_equal(emb_images_fetch(asked, NULL, FEW, some, NULL), EMB_OK);
        uint32_t nearest[FEW], again[MANY];
        double mse[FEW], far[MANY];
        for (int threads = 1; threads <= 3; threads++) {
            assert_int_equal(
                emb_images_nearest(all, NULL, 0, asked, NULL, 0, nearest, mse, threads), EMB_OK);
            for (size_t i = 0; i < FEW; i++) {
                check(rows, MANY, some + i * size, size, MANY, nearest[i], mse[i]);
            }
        }
        assert_int_equal(emb_images_nearest(all, NULL, 0, all, NULL, 0, again, far, 2), EMB_OK);
        for (size_t i = 0; i < MANY; i++) {
            check(rows, MANY, rows + i * size, size, i, again[i], far[i]);
        }
        emb_images_free(all);
        emb_images_free(asked);
        free(rows);
        free(some);
    }
}

/* Copies: the first of them, at 0; among those that are picked, by their place. */
static void places_are_those_of_the_picked(void **state) {
    (void)state;
    const int shape[3] = {1, 6, 6};
    uint8_t pixels[4][36];
    for (size_t i = 0; i < 4; i++) memset(pixels[i], i < 3 ? 9 : 7, sizeof pixels[i]);
    emb_images *images = emb_images_new(pixels[0], NULL, 4, shape);
    assert_non_null(images);
    const uint32_t picked[] = {3, 2, 1}, one[] = {1}, last[] = {3};
    uint32_t nearest[4];
    double mse[4];
    assert_int_equal(emb_images_nearest(images, picked, 3, images, NULL, 0, nearest, mse, 1),
                     EMB_OK);
    assert_int_equal(nearest[0], 1);
    assert_int_equal(nearest[1], 1);
    assert_int_equal(nearest[2], 2);
    assert_true(mse[0] < 1e-12 && mse[2] < 1e-12);
    assert_int_equal(nearest[3], 1);
    assert_true(fabs(mse[3] - 4 / 65025.0) < 1e-9);
    assert_int_equal(emb_images_nearest(images, one, 1, images, one, 1, nearest, mse, 1), EMB_OK);
    assert_int_equal(nearest[0], UINT32_MAX);
    assert_true(isinf(mse[0]));
    assert_int_equal(emb_images_nearest(images, one, 1, images, last, 1, nearest, mse, 1), EMB_OK);
    assert_int_equal(nearest[0], 0);
    emb_images_free(images);
}

/* Bytes among floats, and floats among bytes. */
static void bytes_and_floats_are_compared(void **state) {
    (void)state;
    const int shape[3] = {3, 20, 31};
    const size_t size = size_of(shape);
    emb_images *bytes = make(MANY, shape, 0, 0, 5);
    float *rows = malloc(MANY * size * sizeof *rows);
    assert_non_null(rows);
    assert_int_equal(emb_images_fetch(bytes, NULL, MANY, rows, NULL), EMB_OK);
    emb_images *floats = emb_images_new_float(rows, NULL, MANY, shape);
    assert_non_null(floats);
    uint32_t nearest[MANY];
    double mse[MANY];
    for (int way = 0; way < 2; way++) {
        assert_int_equal(emb_images_nearest(way ? bytes : floats, NULL, 0, way ? floats : bytes,
                                            NULL, 0, nearest, mse, 2),
                         EMB_OK);
        for (size_t i = 0; i < MANY; i++) assert_true(nearest[i] == i && mse[i] < 1e-12);
    }
    emb_images_free(bytes);
    emb_images_free(floats);
    free(rows);
}

static void what_does_not_fit_is_refused(void **state) {
    (void)state;
    const int shape[3] = {1, 4, 4}, other[3] = {1, 4, 5};
    emb_images *a = make(3, shape, 0, 0, 1), *b = make(3, other, 0, 0, 2);
    const uint32_t beyond[] = {3};
    uint32_t nearest[3];
    double mse[3];
    assert_int_equal(emb_images_nearest(a, NULL, 0, b, NULL, 0, nearest, mse, 1), EMB_ERR_SHAPE);
    assert_non_null(strstr(emb_error(), "1x4x5"));
    assert_int_equal(emb_images_nearest(a, beyond, 1, a, NULL, 0, nearest, mse, 1),
                     EMB_ERR_ARGUMENT);
    emb_images_free(a);
    emb_images_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_is_found),
        cmocka_unit_test(places_are_those_of_the_picked),
        cmocka_unit_test(bytes_and_floats_are_compared),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
