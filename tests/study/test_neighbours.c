/* study/neighbours.c, kmeans.c: against double loops, and for any number of threads. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"

/* Codes in heaps, as networks make them; on a grid, so that many distances are equal. */
static float *make_codes(size_t count, size_t length, float grid, unsigned seed) {
    float *codes = malloc(count * length * sizeof *codes);
    assert_non_null(codes);
    test_noise(codes, count * length, seed);
    for (size_t i = 0; i < count * length; i++) {
        codes[i] += (float)(i / length % 7 * (i % length % 3));
        if (grid > 0) codes[i] = rintf(codes[i] * grid) / grid;
    }
    return codes;
}

static float squared(const float *a, const float *b, size_t length) {
    float sum = 0;
    for (size_t i = 0; i < length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

/* The n-th nearest by the definition: the first of those at the least distance not yet taken. */
static void check_one(const float *codes, size_t count, size_t length, const float *query,
                      size_t most, const uint32_t *nearest, const float *distances) {
    bool *taken = calloc(count, sizeof *taken);
    assert_non_null(taken);
    for (size_t n = 0; n < most; n++) {
        size_t best = count;
        for (size_t i = 0; i < count; i++) {
            if (taken[i]) continue;
            if (best == count || squared(query, codes + i * length, length) <
                                     squared(query, codes + best * length, length)) {
                best = i;
            }
        }
        taken[best] = true;
        assert_int_equal(nearest[n], best);
        assert_true(distances[n] == sqrtf(squared(query, codes + best * length, length)));
    }
    free(taken);
}

static void few_codes_are_all_looked_at(void **state) {
    (void)state;
    static const struct {
        size_t count;
        int length, most;
        float grid;
    } cases[] = {{1, 1, 1, 0}, {15, 2, 15, 1}, {16, 3, 4, 0}, {17, 8, 5, 2}, {300, 2, 12, 3}};
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        const size_t n = cases[c].count, length = (size_t)cases[c].length;
        const size_t most = (size_t)cases[c].most;
        float *codes = make_codes(n, length, cases[c].grid, (unsigned)c);
        uint32_t *nearest = malloc(n * most * sizeof *nearest);
        float *distances = malloc(n * most * sizeof *distances);
        assert_true(nearest && distances);
        emb_neighbours *index = emb_neighbours_new(codes, n, cases[c].length, 0, 1);
        assert_non_null(index);
        assert_true(emb_neighbours_recall(index) == 1);
        assert_int_equal(emb_neighbours_lists(index, NULL), 1);
        for (int threads = 1; threads <= 3; threads++) {
            assert_int_equal(
                emb_neighbours_find(index, codes, n, cases[c].most, nearest, distances, threads),
                EMB_OK);
            for (size_t i = 0; i < n; i++) {
                check_one(codes, n, length, codes + i * length, most, nearest + i * most,
                          distances + i * most);
            }
        }
        emb_neighbours_free(index);
        free(codes);
        free(nearest);
        free(distances);
    }
}

/* Lists find what they say they find, of codes on which they were not chosen, and the same bits
 * with any number of threads. */
static void lists_find_nearly_all(void **state) {
    (void)state;
    enum { COUNT = 4000, LENGTH = 4, MOST = 10 };
    float *codes = make_codes(COUNT, LENGTH, 0, 3);
    uint32_t *truth = malloc(COUNT * MOST * sizeof *truth), *found[2];
    float *far = malloc(COUNT * MOST * sizeof *far);
    assert_true(truth && far);
    emb_neighbours *all = emb_neighbours_new(codes, COUNT, LENGTH, COUNT, 1);
    assert_non_null(all);
    assert_int_equal(emb_neighbours_find(all, codes, COUNT, MOST, truth, far, 1), EMB_OK);
    emb_neighbours_free(all);
    for (int t = 0; t < 2; t++) {
        size_t searched, hits = 0;
        emb_neighbours *some = emb_neighbours_new(codes, COUNT, LENGTH, 1000, 1 + 2 * t);
        assert_non_null(some);
        const size_t lists = emb_neighbours_lists(some, &searched);
        assert_int_equal(lists, 63);
        assert_true(searched >= 1 && searched < lists);
        assert_true(emb_neighbours_recall(some) >= 0.99);
        found[t] = malloc(COUNT * MOST * sizeof *found[t]);
        assert_non_null(found[t]);
        assert_int_equal(emb_neighbours_find(some, codes, COUNT, MOST, found[t], far, 3 - t),
                         EMB_OK);
        for (size_t i = 0; i < (size_t)COUNT * MOST; i++) {
            for (size_t j = 0; j < MOST; j++) hits += found[t][i] == truth[i / MOST * MOST + j];
        }
        assert_true(hits > COUNT * MOST * 98 / 100);
        emb_neighbours_free(some);
    }
    assert_memory_equal(found[0], found[1], COUNT * MOST * sizeof *found[0]);
    free(found[0]);
    free(found[1]);
    free(codes);
    free(truth);
    free(far);
}

/* Four heaps far apart are found, whatever the seed and the threads. */
static void clusters_are_heaps(void **state) {
    (void)state;
    enum { COUNT = 400, LENGTH = 3 };
    float codes[COUNT * LENGTH], centres[4 * LENGTH];
    uint32_t cluster[COUNT];
    test_noise(codes, COUNT * LENGTH, 5);
    for (size_t i = 0; i < COUNT; i++) codes[i * LENGTH + i % 4 % 3] += i % 4 == 3 ? -50 : 50;
    for (uint64_t seed = 0; seed < 6; seed++) {
        double inertia, width, two;
        const emb_clusters_options options = {.seed = seed, .threads = 1 + (int)seed % 3};
        assert_int_equal(
            emb_codes_cluster(codes, COUNT, LENGTH, 4, &options, cluster, centres, &inertia),
            EMB_OK);
        for (size_t i = 0; i < COUNT; i++) assert_int_equal(cluster[i], cluster[i % 4]);
        double sum = 0;
        for (size_t i = 0; i < COUNT; i++) {
            sum += (double)squared(codes + i * LENGTH, centres + cluster[i] * LENGTH, LENGTH);
        }
        assert_true(sum == inertia);
        assert_int_equal(
            emb_codes_silhouette(codes, COUNT, LENGTH, cluster, 4, options.threads, &width),
            EMB_OK);
        assert_true(width > 0.95 && width < 1);
        for (size_t i = 0; i < COUNT; i++) cluster[i] /= 2;
        for (size_t i = 0; i < COUNT; i++) cluster[i] = cluster[i] > 1 ? 1 : cluster[i];
        assert_int_equal(
            emb_codes_silhouette(codes, COUNT, LENGTH, cluster, 4, options.threads, &two), EMB_OK);
        assert_true(two < width);
    }
}

/* Fewer different codes than clusters, and as many clusters as codes. */
static void clusters_may_be_many(void **state) {
    (void)state;
    static const float same[6] = {1, 1, 1, 1, 2, 2}, all[5] = {5, 1, 9, 3, 7};
    uint32_t cluster[6];
    double inertia;
    assert_int_equal(emb_codes_cluster(same, 6, 1, 4, NULL, cluster, NULL, &inertia), EMB_OK);
    assert_true(inertia == 0);
    assert_int_equal(cluster[0], cluster[3]);
    assert_int_not_equal(cluster[0], cluster[4]);
    assert_int_equal(emb_codes_cluster(all, 5, 1, 5, NULL, cluster, NULL, &inertia), EMB_OK);
    assert_true(inertia == 0);
    for (size_t i = 0; i < 5; i++) {
        for (size_t j = 0; j < i; j++) assert_int_not_equal(cluster[i], cluster[j]);
    }
}

/* The standard example of a silhouette: by hand, on a line. */
static void silhouette_by_hand(void **state) {
    (void)state;
    static const float codes[4] = {0, 2, 10, 14};
    static const uint32_t cluster[4] = {0, 0, 1, 1};
    double width;
    assert_int_equal(emb_codes_silhouette(codes, 4, 1, cluster, 2, 1, &width), EMB_OK);
    const double expected = (10.0 / 12 + 8.0 / 10 + 5.0 / 9 + 9.0 / 13) / 4;
    assert_true(fabs(width - expected) < 1e-12);
}

static void test_error(const char *text) { assert_string_equal(emb_error(), text); }

static void refusals(void **state) {
    (void)state;
    const float good[4] = {1, 2, 3, 4}, bad[4] = {1, NAN, 3, 4}, large[4] = {1, 2, 1e20f, 4};
    uint32_t places[4] = {0, 1, 2, 9};
    float distances[8];
    double width;
    assert_null(emb_neighbours_new(bad, 2, 2, 0, 1));
    test_error("given code 0: number 1 is nan; expected at most 1e+15 in size");
    assert_null(emb_neighbours_new(large, 2, 2, 0, 1));
    test_error("given code 1: number 0 is 1e+20; expected at most 1e+15 in size");
    assert_null(emb_neighbours_new(good, 2, 0, 0, 1));
    assert_null(emb_neighbours_new(good, 0, 2, 0, 1));
    emb_neighbours *index = emb_neighbours_new(good, 2, 2, 0, 1);
    assert_non_null(index);
    assert_int_equal(emb_neighbours_find(index, good, 1, 3, places, distances, 1),
                     EMB_ERR_ARGUMENT);
    test_error("3 neighbours; expected 1 to 2, the number of codes");
    assert_int_equal(emb_neighbours_find(index, bad, 1, 1, places, distances, 1), EMB_ERR_ARGUMENT);
    emb_neighbours_free(index);
    emb_neighbours_free(NULL);
    assert_int_equal(emb_codes_cluster(good, 4, 1, 5, NULL, places, NULL, NULL), EMB_ERR_ARGUMENT);
    test_error("5 clusters; expected 1 to 4, the number of codes");
    const uint32_t wrong[4] = {0, 1, 2, 0};
    assert_int_equal(emb_codes_silhouette(good, 4, 1, wrong, 2, 1, &width), EMB_ERR_ARGUMENT);
    test_error("code 2 is in cluster 2; expected below 2");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_codes_are_all_looked_at), cmocka_unit_test(lists_find_nearly_all),
        cmocka_unit_test(clusters_are_heaps),          cmocka_unit_test(clusters_may_be_many),
        cmocka_unit_test(silhouette_by_hand),          cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
