/* What changes the weights, of every instruction set that this processor has: the reference's bits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/kernels.h"
#include "support/support.h"

enum { COUNT = 160 };

static void free_all(float *const *all, size_t count) {
    for (size_t i = 0; i < count; i++) emb__free(all[i]);
}

static void sets_cases(const emb__kernels *k) {
    for (size_t sets = 1; sets <= EMB__MOST_SETS; sets++) {
        float *got = filled(EMB__MOST_SETS * COUNT),
              *expected = copied(got, EMB__MOST_SETS * COUNT);
        k->add_sets(got, sets, COUNT, 16, COUNT);
        test_reference->add_sets(expected, sets, COUNT, 16, COUNT);
        expect_same(k->name, "add_sets", sets, got, expected, EMB__MOST_SETS * COUNT);
        free_all((float *const[]){got, expected}, 2);
    }
}

static void test_sets(void **unused) {
    (void)unused;
    each_isa(sets_cases);
}

/* The order of the sum: numbers whose sums are different in any other order. */
static void test_order(void **unused) {
    (void)unused;
    static const struct {
        size_t sets;
        float copies[8], sum;
    } cases[] = {
        {1, {3}, 3},
        {2, {1, 0x1p24f}, 0x1p24f},
        {3, {1, 1, 0x1p24f}, 0x1p24f + 2},
        {4, {1, 0x1p24f, 1, 1}, 0x1p24f + 2},
        {5, {0x1p24f, 0, 0, 1, 1}, 0x1p24f},
        {6, {0x1p24f, 0, 0, 0, 1, 1}, 0x1p24f + 2},
        {7, {0x1p24f, 0, 0, 0, 1, 0, 1}, 0x1p24f + 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        float grads[8 * EMB__LANES] = {0};
        for (size_t s = 0; s < cases[i].sets; s++) grads[s * EMB__LANES + 5] = cases[i].copies[s];
        test_reference->add_sets(grads, cases[i].sets, EMB__LANES, 0, EMB__LANES);
        if (grads[5] != cases[i].sum) fail_msg("%zu: %a", cases[i].sets, (double)grads[5]);
    }
}

static void adam_cases(const emb__kernels *k) {
    const emb__adam_step step = {0.9f, 0.1f, 0.999f, 0.001f, 0.01f, 1.5f, 1e-8f};
    float *grads = filled(COUNT), *w = filled(3 * COUNT);
    for (int i = 0; i < COUNT; i++) w[2 * COUNT + i] *= w[2 * COUNT + i]; /* v >= 0 */
    float *x = copied(w, 3 * COUNT);
    k->adam(&step, w, grads, w + COUNT, w + 2 * COUNT, 16, COUNT);
    test_reference->adam(&step, x, grads, x + COUNT, x + 2 * COUNT, 16, COUNT);
    expect_same(k->name, "adam", 0, w, x, 3 * COUNT);
    free_all((float *const[]){grads, w, x}, 3);
}

static void test_optimisers(void **unused) {
    (void)unused;
    each_isa(adam_cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_optimisers),
    };
    return cmocka_run_group_tests(tests, kernels_set_up, NULL);
}
