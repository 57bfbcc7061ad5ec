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

/* What is done to [16, COUNT) of five arrays: a, b, c, d, e. */
typedef struct arrays {
    float *a, *b, *c, *d, *e;
} arrays;

static const emb__adam_step adam_step = {0.9f, 0.1f, 0.999f, 0.001f, 0.01f, 1.5f, 1e-8f};
static const emb__nadam_step nadam_step = {0.9f, 0.1f, 0.999f, 0.001f, 0.01f, 0.02f, 1.5f, 1e-8f};
static const emb__rmsprop_step rmsprop_step = {0.01f, 0.99f, 0.01f, 0.9f, 1e-8f};
static const emb__sgd_step sgd_step = {0.01f, 0.9f, 0.8f, 0.9f, false};
static const emb__sgd_step nesterov_step = {0.01f, 0.9f, 1, 0.9f, true};

#define CASE(name, call)                                                                           \
    static void name(const emb__kernels *k, arrays x) { k->call; }
CASE(scale, scale(x.a, 0.37f, 16, COUNT))
CASE(limit, limit(x.a, 0.25f, 16, COUNT))
CASE(add_scaled, add_scaled(x.a, 0.37f, x.b, 16, COUNT))
CASE(average, average(x.a, 0.001f, x.b, 16, COUNT))
CASE(adam, adam(&adam_step, x.a, x.b, x.c, x.d, NULL, 16, COUNT))
CASE(amsgrad, adam(&adam_step, x.a, x.b, x.c, x.d, x.e, 16, COUNT))
CASE(nadam, nadam(&nadam_step, x.a, x.b, x.c, x.d, 16, COUNT))
CASE(sgd, sgd(&sgd_step, x.a, x.b, NULL, 16, COUNT))
CASE(momentum, sgd(&sgd_step, x.a, x.b, x.c, 16, COUNT))
CASE(nesterov, sgd(&nesterov_step, x.a, x.b, x.c, 16, COUNT))
CASE(rmsprop, rmsprop(&rmsprop_step, x.a, x.b, x.d, NULL, NULL, 16, COUNT))
CASE(rmsprop_momentum, rmsprop(&rmsprop_step, x.a, x.b, x.d, NULL, x.c, 16, COUNT))
CASE(centered, rmsprop(&rmsprop_step, x.a, x.b, x.d, x.e, x.c, 16, COUNT))

static const struct {
    const char *name;
    void (*run)(const emb__kernels *k, arrays x);
} cases[] = {
    {"scale", scale},       {"limit", limit},     {"add_scaled", add_scaled},
    {"average", average},   {"adam", adam},       {"amsgrad", amsgrad},
    {"nadam", nadam},       {"sgd", sgd},         {"momentum", momentum},
    {"nesterov", nesterov}, {"rmsprop", rmsprop}, {"rmsprop_momentum", rmsprop_momentum},
    {"centered", centered},
};

static arrays arrays_at(float *all) {
    return (arrays){all, all + COUNT, all + 2 * COUNT, all + 3 * COUNT, all + 4 * COUNT};
}

static void optimiser_cases(const emb__kernels *k) {
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        float *got = filled(5 * COUNT);
        /* d and e hold means of squares; centered, e a mean. */
        for (int n = 3 * COUNT; n < 5 * COUNT; n++) got[n] *= got[n];
        got[20] = -0.0f;
        got[COUNT + 21] = 0;
        float *expected = copied(got, 5 * COUNT);
        cases[i].run(k, arrays_at(got));
        cases[i].run(test_reference, arrays_at(expected));
        expect_same(k->name, cases[i].name, i, got, expected, 5 * COUNT);
        free_all((float *const[]){got, expected}, 2);
    }
}

static void squares_cases(const emb__kernels *k) {
    float *x = filled(COUNT);
    x[40] = 3e38f;
    const double got = k->squares(x, 16, COUNT), expected = test_reference->squares(x, 16, COUNT);
    assert_memory_equal(&got, &expected, sizeof got);
    assert_true(got > 8.9e76 && got < 9.1e76);
    emb__free(x);
}

static void test_optimisers(void **unused) {
    (void)unused;
    each_isa(optimiser_cases);
    each_isa(squares_cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_optimisers),
    };
    return cmocka_run_group_tests(tests, kernels_set_up, NULL);
}
