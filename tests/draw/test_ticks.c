/* draw/ticks.c: where an axis has its numbers, and how they are written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "draw/ticks.h"
#include "support/support.h"

/* The ticks' texts with a space between them. */
static const char *texts(const emb__ticks *ticks, char out[1024]) {
    size_t at = 0;
    out[0] = '\0';
    for (int i = 0; i < ticks->count; i++) {
        at += (size_t)snprintf(out + at, 1024 - at, i ? " %s" : "%s", ticks->text[i]);
    }
    return out;
}

static void linear_ticks_are_nice_numbers(void **state) {
    (void)state;
    static const struct {
        double from, to;
        int most;
        bool whole;
        const char *texts;
    } cases[] = {
        {0, 1, 6, false, "0.0 0.2 0.4 0.6 0.8 1.0"},
        {0, 1, 11, false, "0.0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0"},
        {1, 10, 11, true, "1 2 3 4 5 6 7 8 9 10"},
        {1, 3, 11, true, "1 2 3"},
        {1, 3, 11, false, "1.0 1.2 1.4 1.6 1.8 2.0 2.2 2.4 2.6 2.8 3.0"},
        {1, 45, 11, true, "5 10 15 20 25 30 35 40 45"},
        {-3.2, 2.1, 7, false, "\u22123 \u22122 \u22121 0 1 2"},
        {0.0385, 0.0445, 8, false, "0.039 0.040 0.041 0.042 0.043 0.044"},
        {-0.3, 0.3, 7, false, "\u22120.3 \u22120.2 \u22120.1 0.0 0.1 0.2 0.3"},
        {0, 100, 6, false, "0 20 40 60 80 100"},
        {0, 48000, 7, false, "0 10000 20000 30000 40000"},
        {0, 3e9, 4, false, "0 1e+09 2e+09 3e+09"},
        {0, 3e-9, 4, false, "0 1e-09 2e-09 3e-09"},
    };
    char out[1024];
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const emb__ticks ticks =
            emb__ticks_linear(cases[i].from, cases[i].to, cases[i].most, cases[i].whole);
        assert_string_equal(texts(&ticks, out), cases[i].texts);
        assert_true(ticks.count <= cases[i].most);
    }
}

static void log_ticks_are_powers_and_their_parts(void **state) {
    (void)state;
    static const struct {
        double from, to;
        int most;
        const char *texts;
    } cases[] = {
        {0.01, 1, 8, "0.01 0.02 0.05 0.1 0.2 0.5 1"},
        {0.01, 1, 5, "0.01 0.03 0.1 0.3 1"},
        {0.01, 1, 3, "0.01 0.1 1"},
        {1e-6, 1e6, 5, "1e-06 0.001 1 1000 1e+06"},
        {0.02, 0.04, 6, "0.020 0.025 0.030 0.035 0.040"}, /* no two powers: as on a linear axis */
    };
    char out[1024];
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const emb__ticks ticks = emb__ticks_log(cases[i].from, cases[i].to, cases[i].most);
        assert_string_equal(texts(&ticks, out), cases[i].texts);
    }
}

static void widening_ends_on_steps(void **state) {
    (void)state;
    static const struct {
        double from, to;
        int most;
        double wide_from, wide_to;
    } cases[] = {{0.3, 9.7, 11, 0, 10}, {-7.2, 3, 6, -10, 5}, {0, 100, 6, 0, 100}};
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        double from = cases[i].from, to = cases[i].to;
        emb__ticks_widen(&from, &to, cases[i].most);
        assert_true(from == cases[i].wide_from && to == cases[i].wide_to);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_ticks_are_nice_numbers),
        cmocka_unit_test(log_ticks_are_powers_and_their_parts),
        cmocka_unit_test(widening_ends_on_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
