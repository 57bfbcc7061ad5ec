/* Lists of pairs, and texts of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/pairs.h"
#include "support/support.h"

static void a_list_has_the_last_value_of_each_key(void **state) {
    (void)state;
    static const struct {
        const char *key, *value;
    } sets[] = {{"a", "1"}, {"", "empty"}, {"b", ""}, {"a", "a longer one"}, {"b", "2"}};
    emb__pairs pairs = {0};
    assert_null(emb__pairs_value(&pairs, "a"));
    for (size_t i = 0; i < TEST_COUNT(sets); i++) {
        assert_int_equal(emb__pairs_set(&pairs, sets[i].key, sets[i].value), EMB_OK);
        assert_string_equal(emb__pairs_value(&pairs, sets[i].key), sets[i].value);
    }
    assert_int_equal(pairs.count, 3);
    assert_string_equal(emb__pairs_value(&pairs, "a"), "a longer one");
    assert_string_equal(emb__pairs_value(&pairs, ""), "empty");
    assert_null(emb__pairs_value(&pairs, "c"));
    emb__pairs_clear(&pairs);
    assert_null(emb__pairs_value(&pairs, "a"));
    emb__pairs_clear(&pairs);
}

static void values_are_found_by_key(void **state) {
    (void)state;
    static const struct {
        const char *text, *key, *value; /* NULL: none */
    } cases[] = {
        {"seed=42 epochs=10", "seed", "42"},
        {"seed=42 epochs=10", "epochs", "10"},
        {"seed=42 epochs=10", "epoch", NULL},
        {"seed=42 epochs=10", "eed", NULL},
        {"seed=42 epochs=10", "42 epochs", NULL},
        {"seed=42 seed=7", "seed", "42"},
        {"seed= epochs=10", "seed", ""},
        {"a=b=c", "a", "b=c"},
        {"a=b=c", "b", NULL},
        {"seed epochs=10", "seed", NULL},
        {"  seed=1 ", "seed", "1"},
        {"=1", "", "1"},
        {"", "seed", NULL},
        {NULL, "seed", NULL},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        size_t length = 99;
        const char *value = emb_text_value(cases[i].text, cases[i].key, &length);
        const char *wanted = cases[i].value;
        if (!value != !wanted ||
            (value && (length != strlen(wanted) || strncmp(value, wanted, length) != 0))) {
            fail_msg("%s of '%s': %s", cases[i].key, cases[i].text, value);
        }
    }
}

static void numbers_are_whole_values(void **state) {
    (void)state;
    static const struct {
        const char *value;
        double number; /* NaN: none */
    } cases[] = {
        {"1", 1},     {"-0.5", -0.5}, {"0x1.8p1", 3}, {"1e3", 1000}, {"inf", INFINITY},
        {"", NAN},    {"1x", NAN},    {"x", NAN},     {"1,5", NAN},  {"\t1", 1},
        {"1\t", NAN}, {"=1", NAN},    {"--1", NAN},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        char text[64];
        double number = 7;
        snprintf(text, sizeof text, "other=2 value=%s 3=4", cases[i].value);
        const bool is_one = emb_text_number(text, "value", &number);
        if (is_one != !isnan(cases[i].number) || number != (is_one ? cases[i].number : 7)) {
            fail_msg("'%s' reads as %g", text, number);
        }
    }
    double number;
    assert_false(emb_text_number(NULL, "value", &number));
}

static void whole_numbers_have_a_range(void **state) {
    (void)state;
    static const struct {
        const char *value;
        uint64_t most, number;
        bool good, minus;
    } cases[] = {
        {"0", 1, 0, true, false},
        {"18446744073709551615", UINT64_MAX, UINT64_MAX, true, false},
        {"18446744073709551616", UINT64_MAX, 0, false, false},
        {"7", 6, 0, false, false},
        {"-6", 6, 6, true, true},
        {"+6", 6, 0, false, false},
        {"--6", 6, 0, false, false},
        {" 6", 6, 0, false, false},
        {"", 6, 0, false, false},
        {"-", 6, 0, false, false},
        {"6x", 6, 0, false, false},
        {"0x6", 6, 0, false, false},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        char text[64];
        uint64_t number = 99;
        bool minus = false;
        snprintf(text, sizeof text, "a=%s b=1", cases[i].value);
        if (emb__text_whole(text, "a", cases[i].most, &number, &minus) != cases[i].good ||
            (cases[i].good && (number != cases[i].number || minus != cases[i].minus))) {
            fail_msg("'%s' of at most %llu", text, (unsigned long long)cases[i].most);
        }
    }
    uint64_t number;
    assert_false(emb__text_whole("a=-6", "a", 6, &number, NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_has_the_last_value_of_each_key),
        cmocka_unit_test(values_are_found_by_key),
        cmocka_unit_test(numbers_are_whole_values),
        cmocka_unit_test(whole_numbers_have_a_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
