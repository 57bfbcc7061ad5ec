/* The notation: the notebook's network, whole and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/notation/builtins.h"
#include "support/notations.h"

static const char notebook_printed[] =
    "latent = 2\n"
    "input  = 1, 28, 28\n"
    "encoder = Sequential(\n"
    "    Conv2d(1, 8, 3, stride=2, padding=1),\n"
    "    Tanh(),\n"
    "    Conv2d(8, 16, 3, stride=2, padding=1),\n"
    "    Tanh(),\n"
    "    Conv2d(16, 32, 3, stride=2, padding=1),\n"
    "    Tanh(),\n"
    "    Flatten(),\n"
    "    Linear(512, 64),\n"
    "    Tanh(),\n"
    "    Linear(64, latent),\n"
    ")\n"
    "decoder = Sequential(\n"
    "    Linear(latent, 64),\n"
    "    Tanh(),\n"
    "    Linear(64, 512),\n"
    "    Tanh(),\n"
    "    Unflatten(1, (32, 4, 4)),\n"
    "    ConvTranspose2d(32, 16, 3, stride=2, padding=1),\n"
    "    Tanh(),\n"
    "    ConvTranspose2d(16, 8, 3, stride=2, padding=1, output_padding=1),\n"
    "    Tanh(),\n"
    "    ConvTranspose2d(8, 1, 3, stride=2, padding=1, output_padding=1),\n"
    "    Sigmoid(),\n"
    ")\n";

static const char *notebook(void) {
    for (const emb__builtin *b = emb__builtins; b->name; b++) {
        if (strcmp(b->name, "notebook") == 0) return b->text;
    }
    fail_msg("the notebook's network is not compiled in");
    return NULL;
}

static void test_notebook(void **state) {
    (void)state;
    emb__spec spec;
    const char *text = notebook();
    notation_prints(text, strlen(text), 0, notebook_printed);
    assert_int_equal(notation_parse(text, strlen(text), 8, &spec), EMB_OK);
    const emb__layer_spec *code = &spec.layers[9], *conv = &spec.layers[0];
    assert_string_equal(spec.name, "t");
    assert_true(spec.has_latent);
    assert_int_equal(spec.latent, 8);
    assert_int_equal(spec.layer_count, 21);
    assert_int_equal(code->args[1].v[0], 8);
    assert_true(code->args[1].is_latent);
    assert_int_equal(code->index, 9);
    assert_int_equal(code->part, 0);
    assert_int_equal(code->line, 17);
    assert_int_equal(spec.layers[10].index, 0);
    assert_int_equal(spec.layers[10].part, 1);
    assert_int_equal(spec.input_line, 5);
    assert_int_equal(conv->args[2].n, 2);
    assert_int_equal(conv->args[2].v[1], 3);
    assert_int_equal(conv->args[5].n, 2);
    assert_int_equal(conv->args[5].v[1], 1);
    emb__spec_clear(&spec);
}

/* A text that somebody damaged either fails with a line, or is a network that prints and parses. */
static bool survives(const char *text, size_t length) {
    emb__spec spec;
    if (notation_parse(text, length, 0, &spec)) {
        int line;
        if (sscanf(emb_error(), "t:%d: ", &line) != 1 || line < 1 || line > 40) {
            fail_msg("no line in '%s'", emb_error());
        }
        notation_cleared(&spec);
        return false;
    }
    emb__free(notation_round_trip(&spec));
    emb__spec_clear(&spec);
    return true;
}

static void test_damaged(void **state) {
    (void)state;
    static const char bytes[] = "\0\n\r\\#\"'(),=.+-*/%09az_ \x7F\xFF[";
    const char *text = notebook();
    size_t length = strlen(text), passed = 0, tried = 0;
    char *copy = emb__strndup(text, length);
    assert_non_null(copy);
    for (size_t i = 0; i < length; i++, tried++) passed += survives(text, i);
    /* The encoder's ')', its line end, the empty line, and the decoder's ')'. */
    assert_int_equal(passed, 4);
    for (size_t i = 0; i < length; i++, tried++) {
        memcpy(copy, text, i);
        memcpy(copy + i, text + i + 1, length - i - 1);
        passed += survives(copy, length - 1);
    }
    memcpy(copy, text, length + 1);
    for (size_t i = 0; i < length; i++) {
        for (size_t k = 0; k + 1 < sizeof bytes; k++, tried++) {
            copy[i] = bytes[k];
            passed += survives(copy, length);
        }
        copy[i] = text[i];
    }
    /* Damage to comments and blanks does no harm; most of the rest does. */
    assert_in_range(passed, tried / 10, tried - tried / 10);
    emb__free(copy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_notebook),
        cmocka_unit_test(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
