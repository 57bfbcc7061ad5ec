/* A codebook's nearest entries, of every instruction set that this processor has: the reference's
 * bits; and the reference is the first of the nearest. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/kernels.h"
#include "support/support.h"

static const struct {
    size_t places, from, to;
    int count, dim;
} cases[] = {
    {1, 0, 1, 2, 1}, {3, 0, 3, 7, 2}, {5, 1, 4, 8, 3}, {4, 0, 4, 17, 16}, {6, 2, 5, 64, 5},
};

enum { CASES = TEST_COUNT(cases) };

/* Numbers from a few, so that entries and distances are often the same. */
static float *few(size_t count, uint64_t seed) {
    float *x = filled(count);
    test_noise(x, count, seed);
    for (size_t i = 0; i < count; i++) x[i] = roundf(2 * x[i]) / 2;
    return x;
}

static void spoil(float *x, size_t count) {
    static const float special[] = {-0.0f, 3e38f, NAN, INFINITY, -INFINITY, 1e-42f};
    for (size_t i = 0; i < TEST_COUNT(special) && 3 * i < count; i++) x[3 * i] = special[i];
}

static float *pack(const float *entries, int count, int dim) {
    const size_t each = (size_t)dim, groups = ((size_t)count + EMB__LANES - 1) / EMB__LANES;
    float *packed = filled(groups * each * EMB__LANES);
    for (size_t i = 0; i < groups * each * EMB__LANES; i++) packed[i] = INFINITY;
    for (size_t k = 0; k < (size_t)count; k++) {
        for (size_t d = 0; d < each; d++) {
            packed[(k / EMB__LANES * each + d) * EMB__LANES + k % EMB__LANES] =
                entries[k * each + d];
        }
    }
    return packed;
}

static void blocks(const emb__kernels *k) {
    for (size_t row = 0; row < 2 * CASES; row++) {
        const size_t i = row / 2, vectors = cases[i].places;
        const size_t numbers = vectors * test_lanes * (size_t)cases[i].dim;
        const size_t entries = (size_t)cases[i].count * (size_t)cases[i].dim;
        float *x = few(numbers, row), *e = few(entries, row + 50);
        float *got = filled(vectors * test_lanes), *wanted = copied(got, vectors * test_lanes);
        if (row % 2) spoil(x, numbers);
        k->nearest(x, vectors, cases[i].from, cases[i].to, e, cases[i].count, cases[i].dim, got);
        test_reference->nearest(x, vectors, cases[i].from, cases[i].to, e, cases[i].count,
                                cases[i].dim, wanted);
        expect_same(k->name, "nearest", row, got, wanted, vectors * test_lanes);
        emb__free(x);
        emb__free(e);
        emb__free(got);
        emb__free(wanted);
    }
}

/* One image alone takes what it takes in a block. */
static void images(const emb__kernels *k) {
    for (size_t i = 0; i < CASES; i++) {
        const size_t places = cases[i].places, dim = (size_t)cases[i].dim, lanes = test_lanes;
        float *row = few(places * dim, i), *e = few((size_t)cases[i].count * dim, i + 9);
        float *packed = pack(e, cases[i].count, cases[i].dim),
              *block = filled(places * dim * lanes);
        float *out = filled(places * dim), *nearest = filled(places * lanes);
        for (size_t p = 0; p < places; p++) {
            for (size_t d = 0; d < dim; d++) {
                block[(d * places + p) * lanes + 1] = row[p * dim + d];
            }
        }
        k->single_nearest(row, places, packed, cases[i].count, cases[i].dim, out);
        k->nearest(block, places, 0, places, e, cases[i].count, cases[i].dim, nearest);
        for (size_t p = 0; p < places; p++) {
            const float *entry = e + (size_t)nearest[p * lanes + 1] * dim;
            assert_memory_equal(out + p * dim, entry, dim * sizeof *out);
        }
        float *const all[] = {row, e, packed, block, out, nearest};
        for (size_t a = 0; a < TEST_COUNT(all); a++) emb__free(all[a]);
    }
}

static void the_same_bits(void **unused) {
    (void)unused;
    each_isa(blocks);
    each_isa(images);
}

/* Of equals the first, by distances in double precision. */
static void the_first_of_the_nearest(void **unused) {
    (void)unused;
    for (size_t i = 0; i < CASES; i++) {
        const size_t places = cases[i].places, dim = (size_t)cases[i].dim;
        float *x = few(places * test_lanes * dim, i), *e = few((size_t)cases[i].count * dim, i + 7);
        float *got = filled(places * test_lanes);
        test_reference->nearest(x, places, 0, places, e, cases[i].count, cases[i].dim, got);
        for (size_t at = 0; at < places * test_lanes; at++) {
            double least = INFINITY;
            int nearest = 0;
            for (int k = 0; k < cases[i].count; k++) {
                double sum = 0;
                for (size_t d = 0; d < dim; d++) {
                    sum += pow((double)x[d * places * test_lanes + at] -
                                   (double)e[(size_t)k * dim + d],
                               2);
                }
                if (sum < least) nearest = k;
                if (sum < least) least = sum;
            }
            assert_int_equal((int)got[at], nearest);
        }
        emb__free(x);
        emb__free(e);
        emb__free(got);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_bits),
        cmocka_unit_test(the_first_of_the_nearest),
    };
    return cmocka_run_group_tests(tests, kernels_set_up, NULL);
}
