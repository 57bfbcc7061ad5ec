/* study/pca*.c and eigen*.c: against Jacobi's method, by their definition, and the same bits
 * everywhere. */
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

/* Cyclic Jacobi: slow, and shares nothing with what is tested. a[n][n] becomes diagonal, rows of
 * v[n][n] its eigenvectors, largest first. */
static void jacobi(double *a, double *v, size_t n) {
    for (size_t i = 0; i < n * n; i++) v[i] = i % (n + 1) == 0;
    for (size_t turn = 0; turn < 20 * n * n; turn++) {
        const size_t p = turn / n % n, q = turn % n;
        if (p >= q || a[p * n + q] == 0) continue;
        const double angle = atan2(2 * a[p * n + q], a[q * n + q] - a[p * n + p]) / 2;
        const double c = cos(angle), s = sin(angle);
        for (size_t i = 0; i < n; i++) {
            const double x = a[i * n + p], y = a[i * n + q];
            a[i * n + p] = c * x - s * y;
            a[i * n + q] = s * x + c * y;
        }
        for (size_t i = 0; i < n; i++) {
            const double x = a[p * n + i], y = a[q * n + i];
            a[p * n + i] = c * x - s * y;
            a[q * n + i] = s * x + c * y;
            const double low = v[p * n + i], high = v[q * n + i];
            v[p * n + i] = c * low - s * high;
            v[q * n + i] = s * low + c * high;
        }
    }
    for (size_t i = 0; i < n; i++) {
        size_t best = i;
        for (size_t j = i; j < n; j++) best = a[j * (n + 1)] > a[best * (n + 1)] ? j : best;
        const double value = a[i * (n + 1)];
        a[i * (n + 1)] = a[best * (n + 1)];
        a[best * (n + 1)] = value;
        for (size_t j = 0; j < n; j++) {
            const double kept = v[i * n + j];
            v[i * n + j] = v[best * n + j];
            v[best * n + j] = kept;
        }
    }
}

static size_t size_of(const emb_images *images) {
    int shape[3];
    emb_images_shape(images, shape);
    return (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
}

/* covariance[d][d] of the images, and their mean, in double precision. */
static double *covariance(const emb_images *images, double *mean) {
    const size_t n = emb_images_count(images), d = size_of(images);
    double *c = calloc(d * d, sizeof *c);
    float *row = malloc(d * sizeof *row);
    assert_true(c && row);
    memset(mean, 0, d * sizeof *mean);
    for (size_t i = 0; i < n; i++) {
        emb_images_float(images, i, row);
        for (size_t p = 0; p < d; p++) mean[p] += (double)row[p] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        emb_images_float(images, i, row);
        for (size_t p = 0; p < d * d; p++) {
            c[p] +=
                ((double)row[p / d] - mean[p / d]) * ((double)row[p % d] - mean[p % d]) / (double)n;
        }
    }
    free(row);
    return c;
}

/* Whatever way is taken: all eigenpairs, some of a matrix, or walks without one. */
static void agrees_with_jacobi(void **state) {
    (void)state;
    static const struct {
        size_t count;
        int size, rank, components;
    } cases[] = {
        {50, 5, 5, 5},     {300, 17, 9, 1},   {300, 40, 40, 40},  {20, 33, 33, 20},
        {700, 100, 12, 2}, {60, 100, 12, 10}, {257, 120, 12, 12},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const size_t d = (size_t)cases[i].size, k = (size_t)cases[i].components;
        emb_images *images = near_plane(cases[i].count, cases[i].size, cases[i].rank, i);
        double *mean = malloc(d * sizeof *mean), *v = malloc(d * d * sizeof *v), total = 0;
        double *c = covariance(images, mean);
        for (size_t p = 0; p < d; p++) total += c[p * (d + 1)];
        jacobi(c, v, d);
        emb_pca *pca = emb_pca_new(images, NULL, 0, cases[i].components, 2);
        assert_non_null(pca);
        near(emb_pca_total_variance(pca), total, 1e-6 * total);
        double rest = total, mse;
        for (size_t j = 0; j < k; j++) {
            const double value = c[j * (d + 1)], *expected = v + j * d;
            const float *got = emb_pca_vectors(pca) + j * d;
            near(emb_pca_variances(pca)[j], value, 1e-5 * value + 1e-7 * total);
            rest -= value;
            /* A direction is sure where it is apart from its neighbours, and its sign by rule. */
            const double gap = fmin(j > 0 ? c[(j - 1) * (d + 1)] - value : total,
                                    j + 1 < d ? value - c[(j + 1) * (d + 1)] : total);
            double cosine = 0;
            float largest = 0;
            for (size_t p = 0; p < d; p++) {
                cosine += expected[p] * (double)got[p];
                if (fabsf(got[p]) > fabsf(largest)) largest = got[p];
            }
            assert_true(largest > 0);
            if (gap > 1e-3 * total) near(fabs(cosine), 1, 1e-5);
        }
        assert_int_equal(emb_pca_score(pca, cases[i].components, images, NULL, 0, 1, &mse), EMB_OK);
        near(mse * (double)d, rest, 1e-5 * rest + 1e-8 * total);
        emb_pca_free(pca);
        emb_images_free(images);
        free(mean);
        free(v);
        free(c);
    }
}

/* Images for which a matrix is not made: its own definition holds, C v = value v, without C. */
static void walks_find_eigenvectors(void **state) {
    (void)state;
    enum { COUNT = 90, SIZE = 3500, K = 3 };
    emb_images *images = near_plane(COUNT, SIZE, 6, 9);
    emb_pca *pca = emb_pca_new(images, NULL, 0, K, 1);
    assert_non_null(pca);
    float codes[COUNT][K], row[SIZE];
    assert_int_equal(emb_pca_encode(pca, images, NULL, 0, codes[0], 1), EMB_OK);
    for (size_t j = 0; j < K; j++) {
        const float *v = emb_pca_vectors(pca) + j * SIZE;
        static double product[SIZE];
        memset(product, 0, sizeof product);
        for (size_t i = 0; i < COUNT; i++) {
            emb_images_float(images, i, row);
            for (size_t p = 0; p < SIZE; p++) {
                product[p] += (double)codes[i][j] * ((double)row[p] - (double)emb_pca_mean(pca)[p]);
            }
        }
        const double value = emb_pca_variances(pca)[j];
        double length = 0, off = 0;
        for (size_t p = 0; p < SIZE; p++) {
            const double d = product[p] / COUNT - value * (double)v[p];
            length += (double)v[p] * (double)v[p];
            off += d * d;
        }
        near(length, 1, 1e-6);
        near(sqrt(off), 0, 1e-4 * value);
        assert_true(j == 0 || value < emb_pca_variances(pca)[j - 1]);
    }
    double mse, mean_mse;
    assert_int_equal(emb_pca_score(pca, K, images, NULL, 0, 1, &mse), EMB_OK);
    assert_int_equal(emb_pca_score(pca, 0, images, NULL, 0, 1, &mean_mse), EMB_OK);
    double explained = 0;
    for (size_t j = 0; j < K; j++) explained += emb_pca_variances(pca)[j];
    near(mean_mse * SIZE, emb_pca_total_variance(pca), 1e-5 * emb_pca_total_variance(pca));
    near(mse * SIZE, emb_pca_total_variance(pca) - explained, 1e-4 * mse * SIZE);
    emb_pca_free(pca);
    emb_images_free(images);
}

static void hash(const emb_pca *pca, const emb_images *images, size_t size, int threads,
                 char text[TEST_SHA_TEXT]) {
    const size_t k = (size_t)emb_pca_count(pca), n = emb_images_count(images);
    float *codes = malloc(n * k * sizeof *codes);
    double mse, total = emb_pca_total_variance(pca);
    assert_int_equal(emb_pca_encode(pca, images, NULL, 0, codes, threads), EMB_OK);
    assert_int_equal(emb_pca_score(pca, (int)k, images, NULL, 0, threads, &mse), EMB_OK);
    test_sha sha;
    test_sha_begin(&sha);
    test_sha_add(&sha, emb_pca_mean(pca), size * sizeof(float));
    test_sha_add(&sha, emb_pca_vectors(pca), k * size * sizeof(float));
    test_sha_add(&sha, emb_pca_variances(pca), k * sizeof(double));
    test_sha_add(&sha, codes, n * k * sizeof *codes);
    test_sha_add(&sha, &mse, sizeof mse);
    test_sha_add(&sha, &total, sizeof total);
    test_sha_end(&sha, text);
    free(codes);
}

static void same_bits_everywhere(void **state) {
    (void)state;
    static const struct {
        size_t count;
        int size, components;
    } cases[] = {{600, 130, 3}, {40, 20, 9}, {30, 3400, 2}};
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        char first[TEST_SHA_TEXT] = "", text[TEST_SHA_TEXT];
        emb_images *images = near_plane(cases[i].count, cases[i].size, 20, i);
        for (const char *const *isa = test_isas; *isa; isa++) {
            for (int threads = 1; test_use_isa(*isa) && threads <= 5; threads += 2) {
                emb_pca *pca = emb_pca_new(images, NULL, 0, cases[i].components, threads);
                assert_non_null(pca);
                hash(pca, images, (size_t)cases[i].size, threads, text);
                emb_pca_free(pca);
                if (!*first) memcpy(first, text, sizeof text);
                assert_string_equal(text, first);
            }
        }
        test_use_isa(NULL);
        emb_images_free(images);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_jacobi),
        cmocka_unit_test(walks_find_eigenvectors),
        cmocka_unit_test(same_bits_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
