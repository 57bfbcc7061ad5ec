/* draw/axes.c: which axis is logarithmic, and that it says so; draw/number_signs.c: the signs of
 * numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "draw/axes.h"
#include "draw/number_signs.h"
#include "support/support.h"

static void an_axis_is_logarithmic_where_that_shows_more(void **state) {
    (void)state;
    static const struct {
        const char *what;
        emb_scale scale;
        size_t count;
        double values[8];
        bool log;
    } cases[] = {
        {"falls quickly, then slowly", EMB_SCALE_AUTO, 6, {2.3, 0.3, 0.1, 0.05, 0.045, 0.04}, true},
        {"falls by the same each time", EMB_SCALE_AUTO, 5, {1, 0.76, 0.51, 0.26, 0.01}, false},
        {"falls late", EMB_SCALE_AUTO, 5, {1, 0.97, 0.96, 0.95, 0.01}, false},
        {"not 50 times", EMB_SCALE_AUTO, 4, {1, 0.1, 0.05, 0.04}, false},
        {"0 has no logarithm", EMB_SCALE_AUTO, 4, {100, 1, 0.1, 0}, false},
        {"doubles", EMB_SCALE_AUTO, 8, {2, 4, 8, 16, 32, 64, 128, 256}, true},
        {"asked for", EMB_SCALE_LOG, 3, {1, 2, 3}, true},
        {"refused", EMB_SCALE_LINEAR, 8, {2, 4, 8, 16, 32, 64, 128, 256}, false},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const emb_axis axis = {.title = "loss", .scale = cases[i].scale},
                       plain = {.scale = axis.scale};
        emb__range range = {0};
        emb__ruler ruler;
        for (size_t k = 0; k < cases[i].count; k++) emb__range_add(&range, cases[i].values[k]);
        assert_int_equal(emb__ruler_set(&ruler, &axis, &range, 8, true, "y"), EMB_OK);
        if (ruler.log != cases[i].log) fail_msg("%s", cases[i].what);
        assert_string_equal(ruler.title, cases[i].log ? "loss, on a logarithmic scale" : "loss");
        assert_int_equal(emb__ruler_set(&ruler, &plain, &range, 8, true, "y"), EMB_OK);
        assert_true(cases[i].log ? strcmp(ruler.title, "logarithmic scale") == 0 : !ruler.title);
    }
}

/* More values than are kept: some at even distances stand for all. */
static void many_values_are_judged_by_some(void **state) {
    (void)state;
    for (int log = 0; log < 2; log++) {
        emb__range range = {0};
        emb__ruler ruler;
        for (int i = 0; i < 5000; i++) {
            emb__range_add(&range, log ? 1 + 99 * (i == 0) + 0.001 * i : 1 + 0.02 * i);
        }
        assert_int_equal(emb__ruler_set(&ruler, &(emb_axis){0}, &range, 8, true, "y"), EMB_OK);
        assert_int_equal(ruler.log, log);
    }
}

static void ticks_stand_where_they_are_wanted(void **state) {
    (void)state;
    static const double at[] = {1, 2, 8, 16, 32, 512};
    emb__range range = {0};
    emb__ruler ruler;
    for (size_t i = 1; i < 5; i++) emb__range_add(&range, at[i]);
    const emb_axis axis = {.at = at, .at_count = TEST_COUNT(at)};
    assert_int_equal(emb__ruler_set(&ruler, &axis, &range, 8, false, "x"), EMB_OK);
    static const char *const texts[] = {"2", "8", "16", "32"};
    assert_int_equal(ruler.ticks.count, TEST_COUNT(texts));
    for (int i = 0; i < ruler.ticks.count; i++) {
        assert_string_equal(ruler.ticks.text[i], texts[i]);
        assert_true(ruler.ticks.at[i] == at[i + 1]);
    }
}

static void numbers_have_the_signs_that_were_set(void **state) {
    (void)state;
    static const struct {
        const char *plain, *spanish, *english;
    } cases[] = {
        {"0.25", "0,25", "0.25"},
        {"78179", "78.179", "78,179"},
        {"1234567", "1.234.567", "1,234,567"},
        {"999", "999", "999"},
        {"1000.5 %", "1.000,5 %", "1,000.5 %"},
        {"1e-06", "1e-06", "1e-06"},
        {" \u00B1 0.12", " \u00B1 0,12", " \u00B1 0.12"},
        {"", "", ""},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        char text[32], tight[6];
        snprintf(text, sizeof text, "%s", cases[i].plain);
        emb__number_signs(text, sizeof text);
        assert_string_equal(text, cases[i].plain); /* as a library's host has it by itself */
        emb_set_number_signs(',', '.');
        emb__number_signs(text, sizeof text);
        assert_string_equal(text, cases[i].spanish);
        emb_set_number_signs('.', ',');
        snprintf(text, sizeof text, "%s", cases[i].plain);
        emb__number_signs(text, sizeof text);
        assert_string_equal(text, cases[i].english);
        snprintf(tight, sizeof tight, "%s", "78179"); /* no room for a sign */
        emb__number_signs(tight, sizeof tight);
        assert_string_equal(tight, "78179");
        emb_set_number_signs('.', 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_axis_is_logarithmic_where_that_shows_more),
        cmocka_unit_test(many_values_are_judged_by_some),
        cmocka_unit_test(ticks_stand_where_they_are_wanted),
        cmocka_unit_test(numbers_have_the_signs_that_were_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
