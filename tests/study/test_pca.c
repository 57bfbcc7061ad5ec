/* study/pca*.c: a case worked out by hand, and images of every kind: of less rank, moved and
 * scaled, all the same; and what is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "makers/plane_images.h"
#include "study/eigen.h"
#include "support/support.h"

static void near(double got, double expected, double error) {
    if (fabs(got - expected) <= error) return;
    print_error("got %.17g, expected %.17g within %g\n", got, expected, error);
    fail();
}

/* Four points in a plane: along (3, 4) / 5 from (6, 8) by 5 and 10 on either side, so that the
 * variance is (25 + 100) / 2 one way and nothing the other. */
static void a_line_in_a_plane(void **state) {
    (void)state;
    static const uint8_t pixels[] = {12, 16, 9, 12, 3, 4, 0, 0};
    static const int shape[3] = {2, 1, 1};
    emb_images *images = emb_images_new(pixels, NULL, 4, shape);
    emb_pca *pca = emb_pca_new(images, NULL, 0, 2, 1);
    assert_non_null(pca);
    assert_int_equal(emb_pca_count(pca), 2);
    near((double)emb_pca_mean(pca)[0], 6.0 / 255, 1e-8);
    near((double)emb_pca_mean(pca)[1], 8.0 / 255, 1e-8);
    const float *v = emb_pca_vectors(pca);
    static const double expected[4] = {0.6, 0.8, 0.8, -0.6}; /* largest number positive */
    for (size_t i = 0; i < 4; i++) near((double)v[i], expected[i], 1e-6);
    near(emb_pca_variances(pca)[0] * 255 * 255, 62.5, 1e-5);
    near(emb_pca_variances(pca)[1] * 255 * 255, 0, 1e-5);
    near(emb_pca_total_variance(pca) * 255 * 255, 62.5, 1e-5);
    float codes[8];
    static const double places[4] = {10, 5, -5, -10};
    assert_int_equal(emb_pca_encode(pca, images, NULL, 0, codes, 1), EMB_OK);
    for (size_t i = 0; i < 4; i++) {
        near((double)codes[2 * i] * 255, places[i], 1e-4);
        near((double)codes[2 * i + 1] * 255, 0, 1e-4);
    }
    static const uint32_t some[] = {2, 0};
    static const double errors[3] = {62.5 / 2, 0, 0};
    for (int k = 0; k <= 2; k++) {
        double mse, other;
        assert_int_equal(emb_pca_score(pca, k, images, NULL, 0, 1, &mse), EMB_OK);
        assert_int_equal(emb_pca_score(pca, k, images, some, 2, 1, &other), EMB_OK);
        near(mse * 255 * 255, errors[k], 1e-4);
        near(other * 255 * 255, errors[k], 1e-4);
    }
    emb_pca_free(pca);
    emb_images_free(images);
}

/* Components past the images' rank stand for nothing, and are still at right angles. */
static void ranks_may_be_less(void **state) {
    (void)state;
    enum { SIZE = 300, K = 4 };
    static const int shape[3] = {1, 1, SIZE};
    static uint8_t pixels[K][SIZE]; /* all alike but for one pixel of the last image */
    for (int last = 0; last <= 255; last += 255) {
        pixels[K - 1][7] = (uint8_t)last;
        emb_images *images = emb_images_new(pixels[0], NULL, K, shape);
        emb_pca *pca = emb_pca_new(images, NULL, 0, K, 1);
        assert_non_null(pca);
        near(emb_pca_variances(pca)[0], last ? 3.0 / 16 : 0, 1e-7);
        for (size_t i = 0; i < K; i++) {
            const float *a = emb_pca_vectors(pca) + i * SIZE;
            if (i > 0) near(emb_pca_variances(pca)[i], 0, 1e-9);
            for (size_t j = 0; j <= i; j++) {
                const float *b = emb_pca_vectors(pca) + j * SIZE;
                double dot = 0;
                for (size_t p = 0; p < SIZE; p++) dot += (double)a[p] * (double)b[p];
                near(dot, i == j, 1e-6);
            }
        }
        emb_pca_free(pca);
        emb_images_free(images);
    }
}

static void refusals_say_what_would_be_right(void **state) {
    (void)state;
    static const uint32_t beyond[] = {0, 9};
    emb_images *images = near_plane(9, 12, 3, 1), *other = near_plane(9, 13, 3, 1);
    static const struct {
        const uint32_t *indices;
        size_t count;
        int components;
        const char *text;
    } cases[] = {
        {NULL, 0, 0, "0 principal components; expected 1 to 9, the smaller of 9 images and"},
        {NULL, 0, 10, "10 principal components; expected 1 to 9"},
        {beyond, 1, 2, "2 principal components; expected 1 to 1"},
        {beyond, 2, 1, "image 9 does not exist; there are 9"},
        {beyond, 0, 1, "no images; expected at least one"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        assert_null(emb_pca_new(images, cases[i].indices, cases[i].count, cases[i].components, 1));
        assert_non_null(strstr(emb_error(), cases[i].text));
    }
    emb_pca *pca = emb_pca_new(images, NULL, 0, 2, 1);
    double mse;
    float codes[18];
    assert_int_equal(emb_pca_score(pca, 3, images, NULL, 0, 1, &mse), EMB_ERR_ARGUMENT);
    assert_int_equal(emb_pca_score(pca, 2, other, NULL, 0, 1, &mse), EMB_ERR_SHAPE);
    assert_non_null(strstr(emb_error(), "of images of 12 numbers, got images of 13"));
    assert_int_equal(emb_pca_encode(pca, images, beyond, 2, codes, 1), EMB_ERR_ARGUMENT);
    emb_pca_free(pca);
    emb_pca_free(NULL);
    emb_images_free(images);
    emb_images_free(other);
}

/* The same images moved and scaled have the same directions: `whole` numbers, so that nothing is
 * rounded where `scale` is a power of two and the sum fits 24 bits. */
static void any_float_has_components(void **state) {
    (void)state;
    static const struct {
        int size, components; /* of few numbers all are found at once, of many by walks */
        double offset, scale;
    } cases[] = {
        {12, 3, 0, 1},        {12, 3, 1 << 23, 1},        {12, 3, -(1 << 23), 1},
        {12, 3, 0, 0x1p-100}, {12, 3, 0, 0x1p-140},       {12, 3, 0, 0x1p+110},
        {12, 3, 0, 0x1p-35},  {12, 3, 1 << 23, 0x1p+103}, {12, 3, 1 << 23, 0x1p-100},
        {90, 2, 1 << 23, 1},  {90, 2, 0, 0x1p+110},       {90, 2, 0, 0x1p-100},
    };
    enum { N = 50, MOST = 90 };
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        const int shape[3] = {cases[c].size, 1, 1};
        const size_t d = (size_t)shape[0], k = (size_t)cases[c].components;
        float base[N * MOST], moved[N * MOST], codes[2][N * 3];
        double mse[2], mean[2], scale = cases[c].scale;
        test_noise(base, N * d, 5);
        for (size_t i = 0; i < N * d; i++) {
            base[i] = rintf(base[i] * 40 / (float)(1 + i % d / 3));
            moved[i] = (float)(((double)base[i] + cases[c].offset) * scale);
        }
        emb_images *images[] = {emb_images_new_float(base, NULL, N, shape),
                                emb_images_new_float(moved, NULL, N, shape)};
        emb_pca *pca[2];
        for (int i = 0; i < 2; i++) {
            pca[i] = emb_pca_new(images[i], NULL, 0, cases[c].components, 2);
            if (!pca[i]) fail_msg("case %zu: %s", c, emb_error());
            emb_pca_encode(pca[i], images[i], NULL, N, codes[i], 1);
            emb_pca_score(pca[i], cases[c].components, images[i], NULL, 0, 1, &mse[i]);
            emb_pca_score(pca[i], 0, images[i], NULL, 0, 1, &mean[i]);
        }
        const double total = emb_pca_total_variance(pca[0]);
        near(emb_pca_total_variance(pca[1]) / scale / scale, total, 1e-9 * total);
        near(mse[1] / scale / scale, mse[0], 1e-5 * mse[0]);
        near(mean[1] / scale / scale, mean[0], 1e-6 * mean[0]);
        for (size_t i = 0; i < k; i++) {
            near(emb_pca_variances(pca[1])[i] / scale / scale, emb_pca_variances(pca[0])[i],
                 1e-5 * total);
            for (size_t p = 0; p < d; p++) {
                near((double)emb_pca_vectors(pca[1])[i * d + p],
                     (double)emb_pca_vectors(pca[0])[i * d + p], 1e-4);
            }
        }
        /* Below 2^-126 a code has fewer digits. */
        for (size_t i = 0; i < N * k && scale > 0x1p-120; i++) {
            near((double)codes[1][i] / scale, (double)codes[0][i], 1e-2);
        }
        for (int i = 0; i < 2; i++) emb_pca_free(pca[i]);
        for (int i = 0; i < 2; i++) emb_images_free(images[i]);
    }
}

/* Images that are all the same, or one alone, have no variance, whatever their numbers. */
/* Codes may be longer than any of the numbers: what float32 does not hold is no code. */
static void codes_beyond_float_are_refused(void **state) {
    (void)state;
    static const int shape[3] = {4, 1, 1};
    float x[6][4], codes[6];
    for (int i = 0; i < 24; i++) x[i / 4][i % 4] = i / 4 % 2 ? 3e38f : -3e38f;
    emb_images *images = emb_images_new_float(x[0], NULL, 6, shape);
    emb_pca *pca = emb_pca_new(images, NULL, 0, 1, 1);
    assert_non_null(pca);
    assert_int_equal(emb_pca_encode(pca, images, NULL, 0, codes, 1), EMB_ERR_ARGUMENT);
    assert_non_null(strstr(emb_error(), "component 0 of image 0 is too large"));
    emb_pca_free(pca);
    emb_images_free(images);
}

static void sameness_has_no_variance(void **state) {
    (void)state;
    static const int shape[3] = {3, 1, 1};
    static const float values[] = {0, 0.1f, 1e8f, 3e38f, 1e-45f, -1e-20f};
    for (size_t v = 0; v < TEST_COUNT(values); v++) {
        for (size_t n = 1; n <= 7; n += 2) {
            float same[7 * 3];
            double mse = 1;
            for (size_t i = 0; i < n * 3; i++) same[i] = values[v] * (i % 3 == 1 ? -0.5f : 1);
            emb_images *images = emb_images_new_float(same, NULL, n, shape);
            emb_pca *pca = emb_pca_new(images, NULL, 0, 1, 1);
            assert_non_null(pca);
            assert_true(emb_pca_total_variance(pca) == 0 && emb_pca_variances(pca)[0] == 0);
            for (int i = 0; i < 3; i++) assert_true(emb_pca_mean(pca)[i] == same[i]);
            assert_int_equal(emb_pca_score(pca, 1, images, NULL, 0, 1, &mse), EMB_OK);
            assert_true(mse == 0);
            emb_pca_free(pca);
            emb_images_free(images);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_in_a_plane),
        cmocka_unit_test(ranks_may_be_less),
        cmocka_unit_test(refusals_say_what_would_be_right),
        cmocka_unit_test(any_float_has_components),
        cmocka_unit_test(codes_beyond_float_are_refused),
        cmocka_unit_test(sameness_has_no_variance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
