/* study/knn.c: against a double loop, and the rules for ties worked out by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"

/* The same by the definition: all distances, the nearest taken out one by one. */
static uint8_t naive(const float *reference, const uint8_t *labels, size_t count, size_t length,
                     size_t neighbours, const float *query) {
    float *distances = malloc(count * sizeof *distances);
    size_t votes[256] = {0}, most = 0;
    uint8_t *order = calloc(neighbours, 1);
    assert_true(distances && order);
    for (size_t r = 0; r < count; r++) {
        distances[r] = 0;
        for (size_t i = 0; i < length; i++) {
            const float d = query[i] - reference[r * length + i];
            distances[r] += d * d;
        }
    }
    for (size_t n = 0; n < neighbours; n++) {
        size_t best = 0;
        for (size_t r = 1; r < count; r++) best = distances[r] < distances[best] ? r : best;
        distances[best] = INFINITY;
        order[n] = labels[best];
        if (++votes[order[n]] > most) most = votes[order[n]];
    }
    size_t first = 0;
    while (votes[order[first]] < most) first++;
    const uint8_t label = order[first];
    free(distances);
    free(order);
    return label;
}

/* Codes on a coarse grid have many equal distances. */
static void equals_a_double_loop(void **state) {
    (void)state;
    static const struct {
        size_t count;
        int length, neighbours;
        size_t queries;
        float grid;
    } cases[] = {
        {1, 1, 1, 3, 0},     {40, 2, 1, 33, 0},  {300, 8, 5, 100, 0},
        {300, 2, 4, 50, 3},  {64, 3, 64, 17, 2}, {65, 1, 7, 16, 5},
        {500, 2, 10, 31, 6}, {130, 17, 3, 1, 0}, {1000, 5, 63, 9, 2},
    };
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        const size_t n = cases[c].count, length = (size_t)cases[c].length, q = cases[c].queries;
        float *reference = malloc(n * length * sizeof *reference);
        float *queries = malloc(q * length * sizeof *queries);
        uint8_t *labels = malloc(n), *got = malloc(q);
        assert_true(reference && queries && labels && got);
        test_noise(reference, n * length, c);
        test_noise(queries, q * length, c + 100);
        for (size_t i = 0; cases[c].grid > 0 && i < n * length; i++) {
            reference[i] = rintf(reference[i] * cases[c].grid);
        }
        for (size_t i = 0; cases[c].grid > 0 && i < q * length; i++) {
            queries[i] = rintf(queries[i] * cases[c].grid);
        }
        for (size_t i = 0; i < n; i++) labels[i] = (uint8_t)(255 - i * 7 % 4);
        for (int threads = 0; threads <= 5; threads++) {
            memset(got, 0, q);
            assert_int_equal(emb_knn_classify(reference, labels, n, cases[c].length,
                                              cases[c].neighbours, queries, q, got, threads),
                             EMB_OK);
            for (size_t i = 0; i < q; i++) {
                assert_int_equal(got[i], naive(reference, labels, n, length,
                                               (size_t)cases[c].neighbours, queries + i * length));
            }
        }
        free(reference);
        free(queries);
        free(labels);
        free(got);
    }
}

/* On a line, seen from 0. */
static void ties_go_to_the_nearest(void **state) {
    (void)state;
    static const struct {
        float reference[6];
        uint8_t labels[6];
        int neighbours;
        uint8_t expected;
    } cases[] = {
        {{3, 1, 2, 4, 9, 9}, {7, 5, 7, 5, 0, 0}, 1, 5},
        {{3, 1, 2, 4, 9, 9}, {7, 5, 7, 5, 0, 0}, 3, 7},
        {{3, 1, 2, 4, 9, 9}, {7, 5, 7, 5, 0, 0}, 4, 5},  /* two each; 5 has the nearest */
        {{3, 2, 1, 4, 9, 9}, {7, 5, 7, 5, 0, 0}, 4, 7},  /* two each; 7 has it */
        {{1, -1, 5, 5, 5, 5}, {3, 2, 9, 9, 9, 9}, 1, 3}, /* as near; the lower index */
        {{-1, 1, 5, 5, 5, 5}, {3, 2, 9, 9, 9, 9}, 2, 3},
        {{1, 2, -2, 2, 5, 5}, {1, 4, 6, 6, 6, 6}, 2, 1}, /* second place: index 1, a draw */
        {{1, 2, -2, 2, 5, 5}, {1, 4, 6, 6, 6, 6}, 4, 6},
    };
    static const float query = 0;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        uint8_t got = 255;
        assert_int_equal(emb_knn_classify(cases[i].reference, cases[i].labels, 6, 1,
                                          cases[i].neighbours, &query, 1, &got, 1),
                         EMB_OK);
        assert_int_equal(got, cases[i].expected);
    }
}

/* Squares past float32's range at either end, in one set of codes too; of codes of two numbers. */
static void any_float_has_neighbours(void **state) {
    (void)state;
    static const struct {
        float reference[4][2], query[2];
        int neighbours;
        uint8_t expected; /* the labels are 1, 2, 3, 3 */
    } cases[] = {
        {{{3e38f}, {-3e38f}, {2e38f}, {3.1e38f}}, {-1e38f}, 1, 2},
        {{{3e38f}, {-3e38f}, {-3.2e38f}, {-3.1e38f}}, {-1e38f}, 3, 3},
        {{{9e25f}, {3e25f}, {2e25f}, {8e25f}}, {1e25f}, 1, 3},
        {{{3e-20f}, {4e-20f}, {2e-20f}, {8e-20f}}, {1e-20f}, 1, 3},
        {{{3e-20f}, {2e-20f}, {4e-20f}, {5e-20f}}, {1e-20f}, 1, 2},
        {{{4e-45f}, {3e-45f}, {6e-45f}, {8e-45f}}, {1e-45f}, 1, 2},      /* subnormal */
        {{{1, 3e-25f}, {1, 2e-25f}, {2, 0}, {2, 0}}, {1, 1e-25f}, 1, 2}, /* of both sizes */
        {{{1e25f, 2}, {1e25f, 1}, {0, 0}, {0, 0}}, {1e25f, 0.5f}, 1, 2},
        {{{0, 0}, {1e30f, 1e-30f}, {1e30f, 2e-30f}, {0, 1}}, {1e30f, 3e-30f}, 1, 3},
        {{{1, 2e-25f}, {1, 1e-25f}, {5, 5}, {1, 1e-25f}}, {1, 1e-25f}, 1, 2}, /* itself, twice */
        {{{7, 7}, {7, 7}, {7, 7}, {7, 7}}, {7, 7}, 2, 1}, /* all the same: the first of two */
        {{{7, 7}, {7, 7}, {7, 7}, {7, 7}}, {7, 7}, 4, 3},
    };
    static const uint8_t labels[] = {1, 2, 3, 3};
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        uint8_t got = 0;
        assert_int_equal(emb_knn_classify(cases[i].reference[0], labels, 4, 2, cases[i].neighbours,
                                          cases[i].query, 1, &got, 1),
                         EMB_OK);
        if (got != cases[i].expected) fail_msg("case %zu: %d", i, got);
    }
}

static void refusals_say_what_would_be_right(void **state) {
    (void)state;
    static const float good[] = {0, 1, 2, 3}, bad[] = {0, 1, NAN, 3};
    static const uint8_t labels[4] = {0};
    static const struct {
        const float *reference, *queries;
        size_t count;
        int length, neighbours;
        const char *text;
    } cases[] = {
        {good, good, 4, 0, 1, "codes of 0 numbers; expected at least 1"},
        {good, good, 0, 1, 1, "0 reference codes"},
        {good, good, 4, 1, 0, "0 neighbours; expected 1 to 4"},
        {good, good, 4, 1, 5, "5 neighbours; expected 1 to 4"},
        {bad, good, 4, 1, 1, "reference code 2: number 0 is not finite"},
        {good, bad, 2, 2, 1, "query code 1: number 0 is not finite"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        uint8_t got[2];
        assert_int_equal(emb_knn_classify(cases[i].reference, labels, cases[i].count,
                                          cases[i].length, cases[i].neighbours, cases[i].queries, 2,
                                          got, 1),
                         EMB_ERR_ARGUMENT);
        assert_non_null(strstr(emb_error(), cases[i].text));
    }
    assert_int_equal(emb_knn_classify(good, labels, 4, 1, 1, good, 0, NULL, 1), EMB_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_a_double_loop),
        cmocka_unit_test(ties_go_to_the_nearest),
        cmocka_unit_test(any_float_has_neighbours),
        cmocka_unit_test(refusals_say_what_would_be_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
