/* device/draws.h: units and normal numbers, against the formulas. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "device/draws.h"

/* Against the formulas in Python. */
static void draws_are_those_of_the_formulas(void **state) {
    static const double units[] = {0x1.9d4f1dcb9ad82p-1, 0x1.8e2181025adb2p-2,
                                   0x1.2afa81969de7ep-1};
    static const double normals[] = {-0.272373419644, -0.660405243463, -1.14007061611,
                                     0.959077177124};
    emb__draws draws = emb__draws_of(42, EMB__FOR_AUGMENTING, 0, 0);
    emb__ziggurat z;
    (void)state;
    for (int i = 0; i < 3; i++) assert_true(emb__draws_unit(&draws) == units[i]);
    draws = emb__draws_of(7, EMB__FOR_CORRUPTING, UINT64_MAX, 123456);
    assert_true(emb__draws_unit(&draws) == (double)(0x72a6cfc60182c7e6u >> 11) * 0x1p-53);
    emb__ziggurat_make(&z);
    draws = emb__draws_of(42, EMB__FOR_CORRUPTING, 0, 0);
    for (int i = 0; i < 4; i++) {
        assert_true(fabs(emb__draws_normal(&draws, &z) - normals[i]) < 1e-11);
    }
    draws = emb__draws_of(1, EMB__FOR_CORRUPTING, 2, 3);
    double last = 0, sums[5] = {0};
    int tails = 0;
    enum { MANY = 200000 };
    for (int i = 0; i < MANY; i++) {
        last = emb__draws_normal(&draws, &z);
        tails += fabs(last) > 3.4426;
        sums[1] += last / MANY;
        sums[2] += last * last / MANY;
        sums[4] += last * last * last * last / MANY;
    }
    assert_true(fabs(last - 0.5867767023122558) < 1e-11);
    assert_true(fabs(sums[1]) < 0.01 && fabs(sums[2] - 1) < 0.02 && fabs(sums[4] - 3) < 0.1);
    assert_true(tails > 60 && tails < 180); /* 115 are expected */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_are_those_of_the_formulas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
