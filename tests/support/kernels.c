/* See kernels.h. */
#include "support/kernels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {"plain", "avx2", "avx512", "neon"};
const emb__kernels *test_reference;
size_t test_lanes = EMB__LANES;

static uint64_t state = 88172645463325252u;
float draw(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    const uint32_t kind = (uint32_t)(state >> 59);
    const float unit = (float)(int32_t)(uint32_t)(state >> 16) * 0x1p-31f;
    return kind == 0 ? unit * 0.0f : kind < 4 ? unit * 0x1p-30f : unit * 2;
}

float *filled(size_t count) {
    float *x = emb__alloc(count * sizeof *x);
    assert_non_null(x);
    for (size_t i = 0; i < count; i++) x[i] = draw();
    return x;
}

float *copied(const float *from, size_t count) {
    float *x = emb__alloc(count * sizeof *x);
    assert_non_null(x);
    memcpy(x, from, count * sizeof *x);
    return x;
}

void expect_same(const char *isa, const char *what, size_t row, const float *got,
                 const float *expected, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (memcmp(&got[i], &expected[i], sizeof *got) != 0) {
            fail_msg("%s %s, case %zu, number %zu: %a, expected %a", isa, what, row, i,
                     (double)got[i], (double)expected[i]);
        }
    }
}

void each_isa(void (*test)(const emb__kernels *k)) {
    int tried = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const emb__kernels *k = emb__kernels_find(names[i]);
        if (!k) continue;
        tried++;
        test(k);
        const emb__kernels *const whole = test_reference;
        test_reference = whole->half;
        test_lanes = (size_t)test_reference->lanes;
        assert_non_null(k->half);
        test(k->half);
        test_reference = whole;
        test_lanes = EMB__LANES;
    }
    assert_true(tried >= 1);
}

int kernels_set_up(void **unused) {
    (void)unused;
    test_reference = emb__kernels_find("reference");
    return test_reference ? 0 : -1;
}
