/* The notation: `latent`, and what an option or a pair makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/notations.h"

#define CODE   "latent = 3\ninput  = 8\np = Sequential(\n    Linear(8, latent),\n)\n"
#define INPUT8 "input = 8\n"
#define SIX    "p = Sequential(\n    Linear(8, 6),\n)\n"

#define USES(latent) "latent = " latent "\ninput = 8\np = Sequential(Linear(8, latent))\n"

static const struct {
    const char *text;
    int latent;
    const char *printed, *error;
} overrides[] = {
    {USES("2"), 3, CODE, NULL},
    {USES("0"), 3, CODE, NULL},
    {USES("2"), 65536, "latent = 65536\ninput  = 8\np = Sequential(\n    Linear(8, latent),\n)\n",
     NULL},
    {"latent = 2\nk = 2 * latent\ninput = 8\np = Sequential(Linear(8, k))\n", 3, INPUT8 SIX, NULL},
    {USES("2"), 65537, NULL, "latent expects a number in 1..65536, gets 65537"},
    {USES("2"), -1, NULL, "latent expects a number in 1..65536, gets -1"},
    {USES("'a'"), 3, NULL, "t:1: expects a number for 'latent', gets a string"},
    {"input = 8\n" SIX, 3, NULL,
     "t:4: latent is to be 3, but there is no line latent = N to change"},
    {"latent = 2\ninput = 8\n" SIX, 3, NULL, "t:5: latent is to be 3, but nothing uses it"},
};

static void test_overrides(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(overrides); i++) {
        const char *text = overrides[i].text;
        if (overrides[i].error) {
            notation_fails(text, strlen(text), overrides[i].latent, overrides[i].error);
        } else {
            notation_prints(text, strlen(text), overrides[i].latent, overrides[i].printed);
        }
    }
    emb__spec spec;
    assert_int_equal(notation_parse("k = 1", 5, -1, &spec), EMB_ERR_ARGUMENT);
    assert_int_equal(notation_parse("k = 1", 5, 0, &spec), EMB_ERR_FORMAT);
}

static void test_layer_print(void **state) {
    (void)state;
    emb__spec spec;
    emb__text by_name = {0}, by_number = {0};
    assert_int_equal(notation_parse(CODE, strlen(CODE), 0, &spec), EMB_OK);
    emb__layer_print(&spec.layers[0], true, &by_name);
    emb__layer_print(&spec.layers[0], false, &by_number);
    assert_string_equal(by_name.bytes, "Linear(8, latent)");
    assert_string_equal(by_number.bytes, "Linear(8, 3)");
    emb__free(by_name.bytes);
    emb__free(by_number.bytes);
    emb__spec_clear(&spec);
}

/* A pair, or an argument whose default it equals, that was written as `latent`. */
static void test_latent_elsewhere(void **state) {
    (void)state;
    static const char pair[] = "latent = 1\ninput = 1\np = Sequential(Conv2d(1, 1, latent))";
    static const char groups[] =
        "latent = 1\ninput = 1\np = Sequential(Conv2d(1, 1, 3, groups=latent))";
    notation_prints(pair, strlen(pair), 0, "input = 1\np = Sequential(\n    Conv2d(1, 1, 1),\n)\n");
    notation_prints(groups, strlen(groups), 0,
                    "latent = 1\ninput  = 1\np = Sequential(\n    Conv2d(1, 1, 3, groups=latent),\n"
                    ")\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_layer_print),
        cmocka_unit_test(test_latent_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
