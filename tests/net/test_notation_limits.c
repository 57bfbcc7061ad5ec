/* The notation: limits, and texts that are long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/notations.h"

#define INPUT_IS "expects input = channels, height, width (or one number of features), gets "

/* A text of `before`, `count` times `each`, and `after`, to be freed by the caller. */
static char *repeat(const char *before, const char *each, int count, const char *after) {
    emb__text text = {0};
    emb__text_add(&text, "%s", before);
    for (int i = 0; i < count; i++) emb__text_add(&text, "%s", each);
    emb__text_add(&text, "%s", after);
    assert_false(text.failed);
    return text.bytes;
}

static const struct {
    const char *before, *each;
    int most;
    const char *after, *error;
} limits[] = {
    {"k = ", "(", EMB__NOTATION_DEPTH, "\n", "t:1: expects at most 64 brackets within brackets"},
    {"input = 1\np = ", "Sequential(", EMB__MAX_DEPTH, "Tanh()\n",
     "t:2: expects containers at most 24 deep"},
    {"input = 1\np = Sequential(Tanh(),", "Residual(shortcut=", EMB__MAX_DEPTH - 1, "Tanh()\n",
     "t:2: expects containers at most 24 deep"},
    {"input = 1\np = Sequential(\n", "Tanh(),\n", EMB__MAX_LAYERS, ")\n",
     "t:1027: expects at most 1024 layers"},
    {"input = 1\nself.", "p", EMB__NAME_SIZE - 1, " = Sequential(Tanh())\n",
     "t:2: expects a part's name of at most 31 letters"},
    {"#", " ", EMB__NOTATION_BYTES - 2, "\n",
     "t:1: expects a notation of at most 1048576 bytes, gets 1048577"},
};

static void test_limits(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(limits); i++) {
        emb__spec spec;
        char *fits = repeat(limits[i].before, limits[i].each, limits[i].most, limits[i].after);
        char *more = repeat(limits[i].before, limits[i].each, limits[i].most + 1, limits[i].after);
        /* What fits may fail for another reason. */
        if (notation_parse(fits, strlen(fits), 0, &spec)) {
            assert_null(strstr(emb_error(), "at most"));
        }
        emb__spec_clear(&spec);
        notation_fails(more, strlen(more), 0, limits[i].error);
        emb__free(fits);
        emb__free(more);
    }
}

static void test_counts(void **state) {
    (void)state;
    emb__text parts = {0}, names = {0};
    emb__text_add(&parts, "input = 1\n");
    for (int i = 0; i < EMB__MAX_PARTS; i++) emb__text_add(&parts, "p%d = Sequential(Tanh())\n", i);
    /* Beside the input and the part. */
    for (int i = 2; i < EMB__NOTATION_NAMES; i++) emb__text_add(&names, "k%d = %d\n", i, i);
    emb__text_add(&names, "input = 1\np = Sequential(Linear(1, k2");
    for (int i = 3; i < EMB__NOTATION_NAMES; i++) emb__text_add(&names, " + k%d", i);
    emb__text_add(&names, "))\n");
    notation_prints(names.bytes, names.length, 0,
                    "input = 1\np = Sequential(\n    Linear(1, 32639),\n)\n");
    emb__text_add(&names, "more = 3\n");
    notation_fails(names.bytes, names.length, 0, "t:257: expects at most 256 names to be set");
    emb__spec spec;
    assert_int_equal(notation_parse(parts.bytes, parts.length, 0, &spec), EMB_OK);
    assert_int_equal(spec.part_count, EMB__MAX_PARTS);
    emb__spec_clear(&spec);
    emb__text_add(&parts, "more = Sequential(Tanh())\n");
    notation_fails(parts.bytes, parts.length, 0, "t:6: expects at most 4 parts");
    emb__free(parts.bytes);
    emb__free(names.bytes);
}

/* A run of signs must not use the stack, nor long words fill the error. */
static void test_long(void **state) {
    (void)state;
    char *signs = repeat("input = 1\np = Sequential(Linear(1, ", "-", 1000000, "5))\n");
    notation_prints(signs, strlen(signs), 0, "input = 1\np = Sequential(\n    Linear(1, 5),\n)\n");
    emb__free(signs);
    char *word = repeat("k = ", "a", 1000000, "\n");
    char error[256], shown[41];
    memset(shown, 'a', 40);
    shown[40] = '\0';
    snprintf(error, sizeof error,
             "t:1: '%s' has no value: a line above should set it, as in %s = 2", shown, shown);
    notation_fails(word, strlen(word), 0, error);
    emb__free(word);
    char *name = repeat("", "n", 300, "");
    emb__spec spec;
    assert_int_equal(emb__notation_parse("(", 1, name, NULL, &spec), EMB_ERR_FORMAT);
    assert_memory_equal(emb_error() + sizeof spec.name - 1, ":1: ", 4);
    emb__free(name);
    char *tuple = repeat("input = (", "1,", 500000, ")\n");
    notation_fails(tuple, strlen(tuple), 0, "t:1: " INPUT_IS "500000 numbers");
    emb__free(tuple);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
