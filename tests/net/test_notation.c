/* The notation: what parses to what, how it prints, and what each error says. */
#include "net/notation/notation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/layer.h"
#include "net/notation/builtins.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Parses a copy of exactly `length` bytes, so that a sanitizer sees a read past its end; plain
 * malloc, because the library's blocks are rounded up. */
static emb_status parse_bytes(const char *text, size_t length, int latent, emb__spec *spec) {
    char *copy = malloc(length ? length : 1);
    assert_non_null(copy);
    memcpy(copy, text, length);
    emb_status status = emb__notation_parse(length ? copy : copy + 1, length, "t",
                                            &(emb_net_options){.latent = latent}, spec);
    free(copy);
    return status;
}

static bool same_layer(const emb__layer_spec *a, const emb__layer_spec *b) {
    if (a->kind != b->kind || a->part != b->part || a->index != b->index) return false;
    for (int i = 0; i < EMB__MAX_ARGS; i++) {
        const emb__arg *x = &a->args[i], *y = &b->args[i];
        if (x->n != y->n || x->is_latent != y->is_latent || x->is_same != y->is_same) return false;
        for (int k = 0; k < x->n; k++) {
            if (x->v[k] != y->v[k]) return false;
        }
    }
    return true;
}

static bool same_spec(const emb__spec *a, const emb__spec *b) {
    if (a->input_rank != b->input_rank || a->part_count != b->part_count ||
        a->layer_count != b->layer_count) {
        return false;
    }
    for (int i = 0; i < a->input_rank; i++) {
        if (a->input[i] != b->input[i]) return false;
    }
    for (int i = 0; i < a->part_count; i++) {
        if (strcmp(a->parts[i], b->parts[i]) != 0) return false;
    }
    for (int i = 0; i < a->layer_count; i++) {
        if (!same_layer(&a->layers[i], &b->layers[i])) return false;
    }
    return true;
}

/* Prints the spec, checks that this parses back to it and prints the same; returns the text. */
static char *round_trip(const emb__spec *spec) {
    emb__spec again;
    char *printed = emb__notation_print(spec);
    assert_non_null(printed);
    if (parse_bytes(printed, strlen(printed), 0, &again)) fail_msg("%s\n%s", emb_error(), printed);
    if (!same_spec(spec, &again)) fail_msg("parses to another network:\n%s", printed);
    char *printed_again = emb__notation_print(&again);
    assert_string_equal(printed, printed_again);
    emb__free(printed_again);
    emb__spec_clear(&again);
    return printed;
}

static void expect_cleared(const emb__spec *spec) {
    static const emb__spec cleared;
    assert_memory_equal(spec, &cleared, sizeof cleared);
}

static void expect_print(const char *text, size_t length, int latent, const char *canonical) {
    emb__spec spec;
    if (parse_bytes(text, length, latent, &spec)) fail_msg("%s\n%s", emb_error(), text);
    char *printed = round_trip(&spec);
    assert_string_equal(printed, canonical);
    emb__free(printed);
    emb__spec_clear(&spec);
}

static void expect_error(const char *text, size_t length, int latent, const char *error) {
    emb__spec spec;
    if (!parse_bytes(text, length, latent, &spec)) fail_msg("parses, not '%s':\n%s", error, text);
    assert_string_equal(emb_error(), error);
    expect_cleared(&spec);
}

/* ---- texts that are right -------------------------------------------------------------------- */

#define TANH   "p = Sequential(\n    Tanh(),\n)\n"
#define SMALL  "input = 1, 28, 28\n" TANH
#define CODE   "latent = 3\ninput  = 8\np = Sequential(\n    Linear(8, latent),\n)\n"
#define INPUT8 "input = 8\n"
#define SIX    "p = Sequential(\n    Linear(8, 6),\n)\n"

static const struct {
    const char *text, *printed;
} good[] = {
    {"input = 1, 28, 28\np = Sequential(Tanh())", SMALL},
    {"input = (1, 28, 28)\np = Sequential(Tanh(),)\n", SMALL},
    {"input = (1, 28, 28,)\np = Sequential(Tanh())\n", SMALL},
    {"input = 1, 28, 28,\np = Sequential(Tanh())\n", SMALL},
    {"input = 1, 4 * 7, (30 - 2)\np = Sequential(Tanh())\n", SMALL},
    {"input = (\n1,\n28,  # a comment, with a ( in it\n28\n)\np = Sequential(Tanh())\n", SMALL},
    {"\xEF\xBB\xBFinput = 1, 28, 28\np = Sequential(Tanh())\n", SMALL},
    {"input = 1, 28, 28\r\np = Sequential(\r\nTanh(),\r\n)\r\n", SMALL},
    {"input = \\\n 1, 28, \\\r\n 28\np = \\\nSequential(Tanh())\n", SMALL},
    {"\n\n\tinput=1,28,28\n\n  p=Sequential(Tanh( ))  # end", SMALL},
    {"p = Sequential(Tanh())\ninput = 1, 28, 28\n", SMALL},
    {"# \xC3\xB1 \xFF\ninput = 1, 28, 28\np = nn.Sequential(nn.Tanh())\n", SMALL},
    {"input = 1, 28, 28\np = torch.nn.Sequential(torch.nn.Tanh())\n", SMALL},
    {"input = 1, 28, 28\nself.p = nn.Sequential(\n\n  nn.Tanh\n()\n, )\n", SMALL},
    {"self.input = 1, 28, 28\np = torch . nn . Sequential(Tanh())\n", SMALL},
    {"input = 784\np = Sequential(Tanh())\n", "input = 784\n" TANH},
    {"input = 784,\np = Sequential(Tanh())\n", "input = 784\n" TANH},
    {"input = (784)\np = Sequential(Tanh())\n", "input = 784\n" TANH},
    {"input = (784,)\np = Sequential(Tanh())\n", "input = 784\n" TANH},
    {"latent = 3\ninput = 8\np = Sequential(Linear(8, latent))\n", CODE},
    {"latent = 3\ninput = 8\np = Sequential(Linear(8, out_features=latent))\n", CODE},
    {"self.latent = 3\ninput = 8\np = Sequential(Linear(8, self.latent))\n", CODE},
    {"latent = 3\ninput = 8\np = Sequential(Linear(out_features=latent, in_features=8))", CODE},
    {"latent = 6\ninput = 8\np = Sequential(Linear(8, (latent)))\n", INPUT8 SIX},
    {"latent = 6\ninput = 8\np = Sequential(Linear(8, +latent))\n", INPUT8 SIX},
    {"latent = 3\ninput = 8\np = Sequential(Linear(8, 2 * latent))\n", INPUT8 SIX},
    {"latent = 3\ninput = 8\np = Sequential(Linear(8, latent * 2))\n", INPUT8 SIX},
    {"latent = 3\nk = latent * 2\ninput = 8\np = Sequential(Linear(8, k))\n", INPUT8 SIX},
    {"k = 8\ninput = k\np = Sequential(Linear(k, k - 2))\n", INPUT8 SIX},
    {"input = [1, 28, 28]\np = Sequential(Tanh())\n", SMALL},
    {"input = 8\nb = Sequential(Tanh(), ReLU())\na = Sequential(Identity())\n",
     "input = 8\nb = Sequential(\n    Tanh(),\n    ReLU(),\n)\na = Sequential(\n    "
     "Identity(),\n)\n"},
};

static void test_good(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        expect_print(good[i].text, strlen(good[i].text), 0, good[i].printed);
    }
}

static const struct {
    const char *written, *printed;
} calls[] = {
    {"Conv2d(1, 8, 3)", "Conv2d(1, 8, 3)"},
    {"Conv2d(1, 8, (3, 3))", "Conv2d(1, 8, 3)"},
    {"Conv2d(1, 8, (3, 5))", "Conv2d(1, 8, (3, 5))"},
    {"Conv2d(1, 8, 3, 2, 1)", "Conv2d(1, 8, 3, stride=2, padding=1)"},
    {"Conv2d(1, 8, 3, padding=1, stride=2)", "Conv2d(1, 8, 3, stride=2, padding=1)"},
    {"Conv2d(1, 8, 3, stride=(2, 1))", "Conv2d(1, 8, 3, stride=(2, 1))"},
    {"Conv2d(1, 8, 3, stride=(1, 1), padding=0, dilation=1)", "Conv2d(1, 8, 3)"},
    {"Conv2d(1, 8, 3, 1, 0, 2, 1, False)", "Conv2d(1, 8, 3, dilation=2, bias=False)"},
    {"Conv2d(1, 8, 3, 1, 0, 1, 1, True)", "Conv2d(1, 8, 3)"},
    {"Conv2d(4, 8, kernel_size=(1 + 1, 2,), groups=2)", "Conv2d(4, 8, 2, groups=2)"},
    {"Conv2d(kernel_size=3, out_channels=8, in_channels=1)", "Conv2d(1, 8, 3)"},
    {"ConvTranspose2d(8, 1, 3, 2, 1, 1)",
     "ConvTranspose2d(8, 1, 3, stride=2, padding=1, output_padding=1)"},
    {"ConvTranspose2d(8, 1, 3, 2, 1, (1, 0), 1, True, 2)",
     "ConvTranspose2d(8, 1, 3, stride=2, padding=1, output_padding=(1, 0), dilation=2)"},
    {"Linear(3, 4)", "Linear(3, 4)"},
    {"Linear(3, 4, False)", "Linear(3, 4, bias=False)"},
    {"Linear(3, 4, bias=(True))", "Linear(3, 4)"},
    {"Sigmoid()", "Sigmoid()"},
    {"ReLU(inplace=True)", "ReLU(inplace=True)"},
    {"ReLU(False)", "ReLU()"},
    {"LeakyReLU()", "LeakyReLU()"},
    {"ELU(alpha=1)", "ELU()"},
    {"Hardtanh(-1, 1.0)", "Hardtanh()"},
    {"Hardtanh(0, 6, True)", "Hardtanh(min_val=0.0, max_val=6.0, inplace=True)"},
    {"ELU(1.5, True)", "ELU(alpha=1.5, inplace=True)"},
    {"LeakyReLU(0.01, True)", "LeakyReLU(inplace=True)"},
    {"LeakyReLU(negative_slope=2e-1)", "LeakyReLU(negative_slope=0.2)"},
    {"Flatten(1, -1)", "Flatten()"},
    {"Flatten(end_dim=-1)", "Flatten()"},
    {"Unflatten(1, (32, 4, 4))", "Unflatten(1, (32, 4, 4))"},
    {"Unflatten(dim=1, unflattened_size=(512,))", "Unflatten(1, (512,))"},
    {"Identity()", "Identity()"},
    {"Identity(54, unused_argument1=0.1, unused_argument2=(False, [')', \"(\"]))", "Identity()"},
    {"Identity(\n# a )\n'it''s' , 1e-3)", "Identity()"},
    {"Identity((((1))))", "Identity()"},
    {"Conv2d(1, 8, 3, padding='valid')", "Conv2d(1, 8, 3)"},
    {"Conv2d(1, 8, 3, padding=\"same\")", "Conv2d(1, 8, 3, padding='same')"},
    {"Conv2d(1, 8, [2, 4], 1, 'same', 3)", "Conv2d(1, 8, (2, 4), padding='same', dilation=3)"},
    {"Conv2d(1, 8, 1, padding='same')", "Conv2d(1, 8, 1, padding='same')"},
    {"Conv2d(1, 8, [3, 5], stride=[2, 1,])", "Conv2d(1, 8, (3, 5), stride=(2, 1))"},
    {"Linear(3, 4, bias=None)", "Linear(3, 4, bias=False)"},
    {"Linear(3, 4, bias=0)", "Linear(3, 4, bias=False)"},
    {"Linear(3, 4, bias=1)", "Linear(3, 4)"},
    {"Linear(3, 4, bias=2)", "Linear(3, 4)"},
    {"ReLU(1)", "ReLU(inplace=True)"},
    {"Flatten(start_dim=1)", "Flatten()"},
    {"Flatten(-3, 2)", "Flatten(start_dim=-3, end_dim=2)"},
    {"Unflatten(1, [32, 4, 4])", "Unflatten(1, (32, 4, 4))"},
    {"Unflatten(-1, (32, -1))", "Unflatten(-1, (32, -1))"},
    {"Unflatten(2, (2, 2, 2, 2, 2))", "Unflatten(2, (2, 2, 2, 2, 2))"},
    {"Unflatten(1, torch.Size([32, 4, 4]))", "Unflatten(1, (32, 4, 4))"},
    {"Unflatten(1, torch.Size((512,)))", "Unflatten(1, (512,))"},
    {"Conv2d(1, 8, 3, stride=(2,), padding=[1], dilation=(2,))",
     "Conv2d(1, 8, 3, stride=2, padding=1, dilation=2)"},
    {"ConvTranspose2d(8, 1, 3, [2], (1,), output_padding=[1])",
     "ConvTranspose2d(8, 1, 3, stride=2, padding=1, output_padding=1)"},
    {"Linear(3, 4, bias='no')", "Linear(3, 4)"},
    {"Linear(3, 4, bias='')", "Linear(3, 4, bias=False)"},
    {"Linear(3, 4, bias=(0,))", "Linear(3, 4)"},
    {"Linear(3, 4, bias=[])", "Linear(3, 4, bias=False)"},
    {"Linear(3, 4, device=None, dtype=torch.float)", "Linear(3, 4)"},
    {"Linear(3, 4, dtype=None, bias=False, device='cpu')", "Linear(3, 4, bias=False)"},
    {"Conv2d(1, 8, 3, padding_mode='zeros', dtype=torch.float32)", "Conv2d(1, 8, 3)"},
    {"Linear(1_6384, 0x10)", "Linear(16384, 16)"},
    {"Linear(0b11, 0o17)", "Linear(3, 15)"},
    {"Identity('it\\'s )', r\"(\", '''a'\n)''', x.y[0](1)[\"a\" 'b'], z[1:])", "Identity()"},
    {"Identity(lambda x: x, *a, **{'b': -1e-3}, c=d if not e else [], )", "Identity()"},
};

static void test_calls(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(calls); i++) {
        char text[256], printed[256];
        snprintf(text, sizeof text, "input = 1\np = Sequential(%s)\n", calls[i].written);
        snprintf(printed, sizeof printed, "input = 1\np = Sequential(\n    %s,\n)\n",
                 calls[i].printed);
        expect_print(text, strlen(text), 0, printed);
    }
}

/* Values as Python has them. */
static const struct {
    const char *expression;
    int value;
} sums[] = {
    {"32 * 4 * 4", 512},
    {"2 + 3 * 4", 14},
    {"(2 + 3) * 4", 20},
    {"20 - 5 - 3", 12},
    {"100 // 7 // 2", 7},
    {"100 // (7 // 2)", 33},
    {"7 // 2", 3},
    {"100 + -7 // 2", 96},
    {"100 + 7 // -2", 96},
    {"100 + -7 // -2", 103},
    {"100 + -(7 // 2)", 97},
    {"100 + -6 // 2", 97},
    {"100 + 0 // -2", 100},
    {"7 % 3", 1},
    {"-7 % 3", 2},
    {"100 + 7 % -3", 98},
    {"100 + -7 % -3", 99},
    {"100 + -6 % 3", 100},
    {"2 * 7 % 4", 2},
    {"2 - -3", 5},
    {"- -5", 5},
    {"--+-5 + 6", 1},
    {"-2 * 3 + 7", 1},
    {"9223372036854775807 % 1000", 807},
    {"(-9223372036854775807 - 1) % -1 + 1", 1},
    {"(-9223372036854775807 - 1) // -9223372036854775807", 1},
    {"((((5))))", 5},
    {"two * k", 14},
    {"self.k", 7},
    {"0 + 1", 1},
    {"00 + 1", 1},
};

static void test_sums(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(sums); i++) {
        char text[256];
        emb__spec spec;
        snprintf(text, sizeof text,
                 "two = 2\nk = 7\ninput = 1\np = Sequential(Linear(1, %s), Linear(two, k))",
                 sums[i].expression);
        if (parse_bytes(text, strlen(text), 0, &spec)) fail_msg("%s\n%s", emb_error(), text);
        if (spec.layers[0].args[1].v[0] != sums[i].value) {
            fail_msg("%s: %d", sums[i].expression, spec.layers[0].args[1].v[0]);
        }
        emb__spec_clear(&spec);
    }
}

/* ---- texts that are wrong -------------------------------------------------------------------- */

#define MISSING_INPUT "the input's shape is missing, as in input = 1, 28, 28"
#define INPUT_IS      "expects input = channels, height, width (or one number of features), gets "

static const struct {
    const char *text, *error;
} bad[] = {
    {"", "t:1: " MISSING_INPUT},
    {"\n\n# nothing\n", "t:3: " MISSING_INPUT},
    {"p = Sequential(Tanh())\n", "t:1: " MISSING_INPUT},
    {"input = 1\n\n", "t:2: a part is missing, as in encoder = Sequential( layers )"},
    {"input = 1\ninput = 2\n", "t:2: 'input' is already set on line 1: a name is set once"},
    {"k = 1\n\nk = 2\n", "t:3: 'k' is already set on line 1: a name is set once"},
    {"p = Sequential(Tanh())\np = Sequential(Tanh())",
     "t:2: 'p' is already set on line 1: a name is set once"},
    {"p = Sequential(Tanh())\nself.p = 3", "t:2: 'p' is already set on line 1: a name is set once"},
    {"True = 1", "t:1: expects a name to set, gets 'True'"},
    {"input = 1, 28\n", "t:1: " INPUT_IS "2 numbers"},
    {"input = 1, 28 28\n", "t:1:14: expects ',' or the end of the line, gets '28'"},
    {"input = 1 28, 28\n", "t:1:10: expects ',' or the end of the line, gets '28'"},
    {"input = (1, 2, 3, 4)\n", "t:1: " INPUT_IS "4 numbers"},
    {"input = True\n", "t:1: " INPUT_IS "True or False"},
    {"input = 1, 'a'\n", "t:1: " INPUT_IS "a string"},
    {"input = 1, (2, 3)\n", "t:1: " INPUT_IS "a tuple"},
    {"input = 1, 28, 0\n", "t:1: input expects numbers in 1..65536, gets 0"},
    {"input = -1, 28, 28\n", "t:1: input expects numbers in 1..65536, gets -1"},
    {"input = 65537\n", "t:1: input expects numbers in 1..65536, gets 65537"},
    {"input = 1, 28, 28 28\n", "t:1:18: expects the end of the line, gets '28'"},
    {"input = ()\n",
     "t:1: expects input = channels, height, width (or one number of features), gets 0 numbers"},
    {"input = (1,\n\n", "t:2: expects a number, gets the end of the text: the ( of line 1 is not "
                        "closed"},
    {"input\n", "t:1:6: expects '=' behind the name that starts a line, gets the end of the line"},
    {"import torch", "t:1:7: expects '=' behind the name that starts a line, gets 'torch'"},
    {"= 3", "t:1: expects a line NAME = ..., such as latent = 2, gets '='"},
    {"self.3 = 3", "t:1:5: expects '=' behind the name that starts a line, gets '.3'"},
    {"self.(", "t:1: expects a line NAME = ..., such as latent = 2, gets '('"},
    {"k =\n", "t:1: expects a number, gets the end of the line"},
    {"k = ", "t:1: expects a number, gets the end of the text"},
    {"k == 3", "t:1: expects a number, gets '='"},
    {"latent = 3.0\n", "t:1: expects a whole number such as 3, gets '3.0'"},
    {"classes = 3.\n", "t:1: expects a whole number such as 3, gets '3.'"},
    {"input = .5\n", "t:1: expects a whole number such as 3, gets '.5'"},
    {"input = 1, 1e3, 28\n", "t:1: expects a whole number such as 3, gets '1e3'"},
    {"k = 28.0\ninput = 1, k, k\n", "t:2: expects a whole number, gets 'k' of line 1"},
    {"k = 1e\n", "t:1: expects a whole number such as 3, gets '1e'"},
    {"k = 1.e+\n", "t:1: expects a number such as 3 or 0.5, gets '1.e'"},
    {"k = 3.0.1\n", "t:1: expects a number such as 3 or 0.5, gets '3.0.1'"},
    {"k = 1_.5\n", "t:1: expects a number such as 3 or 0.5, gets '1_.5'"},
    {"k = 1._5\n", "t:1: expects a number such as 3 or 0.5, gets '1._5'"},
    {"k = 0.5j\n", "t:1: expects a number such as 3 or 0.5, gets '0.5j'"},
    {"k = 0x1.8\n", "t:1: expects a number such as 3 or 0.5, gets '0x1.8'"},
    {"k = 1e999\n", "t:1: '1e999' is too large: it is above 1.8e308"},
    {"k = 0.33333333333333333333333333333333333333333333333333333333333333333\n",
     "t:1: '0.33333333333333333333333333333333333333' is too long: a number has at most 64 digits "
     "and signs"},
    {"k = 1e308 * 10\n", "t:1: 1e+308 * 10: the result is too large"},
    {"k = 1 / 0.0\n", "t:1: 1 / 0.0: division by zero"},
    {"k = 0.5 // 2\n", "t:1: 0.5 // 2: both must be whole numbers"},
    {"k = 5 % 0.5\n", "t:1: 5 % 0.5: both must be whole numbers"},
    {"k = 0.5 ** 2\n", "t:1: 0.5 ** 2: a power is written as a product"},
    {"k = (0.5, 1)\n", "t:1: expects whole numbers in a tuple"},
    {"k = 0.5\n" SMALL, "t:1: 'k' is set, but nothing uses it"},
    {"k = 0x1G\n", "t:1: expects a whole number such as 3, gets '0x1G'"},
    {"k = 0b12\n", "t:1: expects a whole number such as 3, gets '0b12'"},
    {"k = 0x\n", "t:1: expects a whole number such as 3, gets '0x'"},
    {"k = 0xFFFFFFFFFFFFFFFF\n",
     "t:1: '0xFFFFFFFFFFFFFFFF' is too large: a number has at most 63 bits"},
    {"k = 007\n", "t:1: expects a whole number such as 3, gets '007'"},
    {"k = 1__0\n", "t:1: expects a whole number such as 3, gets '1__0'"},
    {"k = 1_\n", "t:1: expects a whole number such as 3, gets '1_'"},
    {"k = 9223372036854775808\n",
     "t:1: '9223372036854775808' is too large: a number has at most 63 bits"},
    {"k = 9223372036854775807 + 1\n",
     "t:1: 9223372036854775807 + 1: the result is too large: a number has at most 63 bits"},
    {"k = 4000000000 * 4000000000\n",
     "t:1: 4000000000 * 4000000000: the result is too large: a number has at most 63 bits"},
    {"k = -9223372036854775807 - 2\n",
     "t:1: -9223372036854775807 - 2: the result is too large: a number has at most 63 bits"},
    {"k = (-9223372036854775807 - 1) // -1\n", "t:1: -9223372036854775808 // -1: the result is "
                                               "too large: a number has at most 63 bits"},
    {"k = -(-9223372036854775807 - 1)\n", "t:1: 0 - -9223372036854775808: the result is too "
                                          "large: a number has at most 63 bits"},
    {"k = 32 // 0\n", "t:1: 32 // 0: division by zero"},
    {"k = 32 % (1 - 1)\n", "t:1: 32 % 0: division by zero"},
    {"k = 32 / 4\n", "t:1: 32 / 4: whole numbers are divided with //"},
    {"k = 2 ** 4\n", "t:1: 2 ** 4: a power is written as a product"},
    {"k = 1 + (2, 3)\n", "t:1: expects a number beside +, gets a tuple"},
    {"k = (2, 3) * 2\n", "t:1: expects a number beside *, gets a tuple"},
    {"k = -True\n", "t:1: expects a number beside -, gets True or False"},
    {"k = (1, (2, 3))\n", "t:1: expects a number in a tuple, gets a tuple"},
    {"k = (2, 3)\n", "t:1: expects a number for 'k', gets a tuple"},
    {"k = 2, 3\n", "t:1:6: expects the end of the line, gets ','"},
    {"k = 'two'\n", "t:1: expects a number for 'k', gets a string"},
    {"k = \"two\n", "t:1: expects a closing \" on the same line"},
    {"k = None\n", "t:1: expects a number for 'k', gets None"},
    {"k = wide\n", "t:1: 'wide' has no value: a line above should set it, as in wide = 2"},
    {"k = k + 1\n", "t:1: 'k' has no value: a line above should set it, as in k = 2"},
    {"k = self.\n", "t:1: expects a name behind 'self.', gets the end of the line"},
    {"input = 1\nk = input\n", "t:2: expects a number, gets 'input' of line 1"},
    {"k = int(3)\n", "t:1: expects a number or Sequential( ... ), gets 'int'"},
    {"k = 1 + int(3)\n", "t:1: expects a number, gets 'int('"},
    {"k = 3)\n", "t:1:6: expects the end of the line, gets ')'"},
    {"k = [3]\n", "t:1: expects a number for 'k', gets a tuple"},
    {"k = [3)\n", "t:1:7: expects ',' or ']', gets ')'"},
    {"k = (3]\n", "t:1:7: expects ',' or ')', gets ']'"},
    {"k = [3\n",
     "t:1:7: expects ',' or ']', gets the end of the text: the [ of line 1 is not closed"},
    {"k = 3]\n", "t:1:6: expects the end of the line, gets ']'"},
    /* What nothing uses. */
    {"latent = 8\n" SMALL, "t:1: 'latent' is set, but nothing uses it"},
    {"classes = 10\n" SMALL, "t:1: 'classes' is set, but nothing uses it"},
    {SMALL "k = 28\n", "t:5: 'k' is set, but nothing uses it"},
    {"a = 2\nself.b = a * 3\n" SMALL, "t:2: 'b' is set, but nothing uses it"},
    /* What is missing is reported where it is. */
    {"p = Sequential(\n  Conv2d(1, 8, 3, stride=2\n  Tanh(),\n)\n",
     "t:2:27: expects ',' or ')', gets 'Tanh'"},
    {"p = Sequential(\n  Conv2d(1, 8, 3,  # more\n\n  Tanh(),\n)\n",
     "t:2:18: expects ')' to close Conv2d( of line 2, gets 'Tanh'"},
    {"p = Sequential(\n  Linear(1,\n 8,\n  nn.Tanh(),\n)\n",
     "t:3:4: expects ')' to close Linear( of line 2, gets 'nn'"},
    {"p = Sequential(\n  Linear(1, 8\nq = Sequential(Tanh())\n",
     "t:2:14: expects ',' or ')', gets 'q'"},
    {"p = Sequential(\n  Linear(1, 8,\nq = Sequential(Tanh())\n",
     "t:3: p.0 Linear(in_features, out_features, bias=True): there is no argument 'q' (or a ')' is "
     "missing before it)"},
    {"p = Sequential(\n  Linear(1 8),\n)\n", "t:2:11: expects ',' or ')', gets '8'"},
    {"p = Sequential(\n  Linear(1, 8)),\n  Tanh())\n",
     "t:2:16: expects the end of the line, gets ','"},
    {"p = Sequential(\n  Unflatten(1, (2 3)))\n", "t:2:18: expects ',' or ')', gets '3'"},
    {"p = Sequential(\n\tTanh(),\n  Identity(a, (b),\n", "t:3: the ( of this line is not closed"},
    {"k = 3; l = 4\n", "t:1: ';' has no place here: each name is set on a line of its own"},
    {"class Net(nn.Module):\n",
     "t:1:6: expects '=' behind the name that starts a line, gets 'Net'"},
    {"k: int = 3\n", "t:1: ':' has no place here: a line is NAME = ..., such as latent = 2"},
    {"k = 3 \\ \n", "t:1: '\\' has no place here: only a line's end may follow the \\ that "
                    "continues it"},
    {"k = 3 \\", "t:1: '\\' has no place here: only a line's end may follow the \\ that "
                 "continues it"},
    {"k = 3 @ 4\n", "t:1: '@' has no place here"},
    {"k = 3\n\xC3\xB1 = 4\n", "t:2: byte 0xC3 has no place here: outside comments the text is "
                              "plain ASCII"},
    {"k = 3\n#\x1B[2J\n", "t:2: expects plain text, gets the control byte 0x1B"},
    {"k = 3\rl = 4\n", "t:1: expects plain text, gets the control byte 0x0D"},
    {"k = 3\x7F\n", "t:1: expects plain text, gets the control byte 0x7F"},
    {"latent = 0\n", "t:1: latent expects a number in 1..65536, gets 0"},
    {"latent = 65537\n", "t:1: latent expects a number in 1..65536, gets 65537"},
    {"latent = Sequential(Tanh())\n", "t:1: expects a number for 'latent', gets a Sequential"},
    {"input = Sequential(Tanh())\n", "t:1: expects a number for 'input', gets a Sequential"},
    {"p = sequential(Tanh())\n", "t:1: expects a number or Sequential( ... ), gets 'sequential'"},
    {"p = nn.Linear(3, 4)\n", "t:1: expects a number or Sequential( ... ), gets 'Linear'"},
    {"p = Sequential\n", "t:1:15: expects '(' behind Sequential, gets the end of the line"},
    {"p = nn.Sequential\n    Tanh(),\n)\n",
     "t:1:18: expects '(' behind Sequential, gets the end of the line"},
    /* The ')' that stands where a part's would. */
    {"p = Sequential(\n  Linear(1, 8\n)\n",
     "t:2:14: expects ')' to close Linear( of line 2, gets the end of the line"},
    {"p = Sequential(\n    Tanh(),\n    Linear(1, 8,  # eight\n)\n\nq = Sequential(Tanh())\n",
     "t:3:17: expects ')' to close Linear( of line 3, gets the end of the line"},
    {"p = Sequential(\n  Linear(\n    1, 8\n  )\n",
     "t:4:4: expects ',' or ')' behind a layer, gets the end of the text: the ( of line 1 is not "
     "closed"},
    {"p = Sequential(\n  Conv2d(1, 8, (3, 3, padding=1),\n  Tanh(),\n)\n",
     "t:2:22: expects ')' to close the ( of line 2, gets 'padding'"},
    {"p = Sequential(\n  Flatten(,\n)\n", "t:2:11: expects an argument or ')', gets ','"},
    {"p = Sequential(Linear(int(3), 4))\n", "t:1: expects a number, gets 'int('"},
    {"p = Sequential(Linear(math.pi, 4))\n", "t:1: expects a number, gets 'math.'"},
    /* What Identity passes over must be Python all the same. */
    {"p = Sequential(Identity(1 2))\n", "t:1:26: expects ',' or ')'"},
    {"p = Sequential(Identity('a' b))\n", "t:1:28: expects ',' or ')'"},
    {"p = Sequential(Identity(1\n  Tanh(),\n)\n", "t:1:26: expects ',' or ')'"},
    {"p = Sequential(Identity(,))\n", "t:1:25: expects an argument or ')', gets ','"},
    {"p = Sequential(Identity(1,, 2))\n", "t:1:27: expects an argument or ')', gets ','"},
    {"p = Sequential(Identity(1,\n [2)\n",
     "t:2:4: expects ']' to close the bracket of line 2, gets ')'"},
    {"p = Sequential(Identity('a), Tanh())\n", "t:1: expects a closing '"},
    {"p = Sequential(\nIdentity(\"\"\"a\"), Tanh())\n", "t:2: expects a closing three times \""},
    {"p = Sequential(Identity(a; b))\n", "t:1: ';' has no place here"},
    {"p = Sequential(Identity(a=))\n", "t:1:27: expects a value behind the sign"},
    {"p = Sequential(Identity(a=, 3))\n", "t:1:27: expects a value behind the sign"},
    {"p = Sequential(Identity({4 * }))\n", "t:1:29: expects a value behind the sign"},
    {"p = Sequential(Identity(1, =2))\n", "t:1:27: expects a name or a value, gets '='"},
    {"p = Sequential(\n)\n", "t:1: expects at least one layer in p, such as Identity()"},
    {"p = Sequential(Tanh()) + 1\n", "t:1:23: expects the end of the line, gets '+'"},
    {"p = Sequential(\nTanh()\nTanh()\n)\n",
     "t:2:7: expects ',' or ')' behind a layer, gets 'Tanh'"},
    {"p = Sequential(\nTanh(),\nq = Sequential(Tanh())\n",
     "t:2:8: expects ')' to close the Sequential( of line 1, gets 'q'"},
    {"p = Sequential(\nTanh(),\n\n\n", "t:4: expects a layer such as Linear(64, 2), gets the end "
                                       "of the text: the ( of line 1 is not closed"},
    {"p = Sequential(,)\n", "t:1: expects a layer such as Linear(64, 2), gets ','"},
    {"p = Sequential(*q)\n", "t:1: expects a layer such as Linear(64, 2), gets '*'"},
    {"p = Sequential(nn.Sequential(Tanh()))\n",
     "t:1: a Sequential may not stand in another: write its layers here"},
};

static void test_bad(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        expect_error(bad[i].text, strlen(bad[i].text), 0, bad[i].error);
    }
    expect_error("k = 3\n\0k", 8, 0, "t:2: expects plain text, gets the control byte 0x00");
}

#define CONV2D                                                                                     \
    "Conv2d(in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, "   \
    "bias=True): "
#define LINEAR "t:4: p.1 Linear(in_features, out_features, bias=True): "
#define LAYERS                                                                                     \
    "Conv2d, ConvTranspose2d, Linear, Tanh, Sigmoid, ReLU, LeakyReLU, ELU, Hardtanh, Flatten, "    \
    "Unflatten, "                                                                                  \
    "Identity"

/* Each stands on line 4, as the second layer. */
static const struct {
    const char *call, *error;
} bad_calls[] = {
    {"conv2d(1, 8, 3)", "t:4: there is no layer 'conv2d': did you mean Conv2d?"},
    {"nn.Relu()", "t:4: there is no layer 'Relu': did you mean ReLU?"},
    {"GELU()", "t:4: there is no layer 'GELU': expects one of " LAYERS},
    {"F.relu()", "t:4: there is no layer 'F': expects one of " LAYERS},
    {"Tanh", "t:4:5: expects '(' behind Tanh, gets ')'"},
    {"Tanh(3)", "t:4: p.1 Tanh(): expects at most 0 arguments"},
    {"ReLU(True, True)", "t:4: p.1 ReLU(inplace=False): expects at most 1 argument"},
    {"Tanh(inplace=True)", "t:4: p.1 Tanh(): there is no argument 'inplace'"},
    {"Linear()", LINEAR "in_features is missing"},
    {"Linear(3)", LINEAR "out_features is missing"},
    {"Linear(out_features=3)", LINEAR "in_features is missing"},
    {"Linear(3, 4, True, 5)", LINEAR "expects at most 3 arguments"},
    {"Linear(3, 4, in_features=3)", LINEAR "in_features is given twice"},
    {"Linear(3, out_features=3, out_features=3)", LINEAR "out_features is given twice"},
    {"Linear(in_features=3, 4)",
     LINEAR "an argument without a name may not follow one with a name"},
    {"Linear(3, 4, device='cuda')",
     LINEAR "device expects None or 'cpu', which is what there is here"},
    {"Linear(3, 4, dtype=torch.float64)",
     LINEAR "dtype expects None or torch.float32, which is what there is here"},
    {"Linear(3, 4, dtype='float32')",
     LINEAR "dtype expects None or torch.float32, which is what there is here"},
    {"Linear(3, 4, device=torch.float)",
     LINEAR "device expects None or 'cpu', which is what there is here"},
    {"Linear(3, 4, dtype=None, dtype=None)", LINEAR "dtype is given twice"},
    {"Linear(3, 4, padding_mode='zeros')", LINEAR "there is no argument 'padding_mode'"},
    {"Tanh(device=None)", "t:4: p.1 Tanh(): there is no argument 'device'"},
    {"Linear(3, 4, Bias=True)", LINEAR "there is no argument 'Bias'"},
    {"Linear(3, True)", "t:4: p.1 Linear: out_features expects a number, gets True or False"},
    {"Linear(3, (4, 4))", "t:4: p.1 Linear: out_features expects a number, gets a tuple of 2"},
    {"Linear(3, None)", "t:4: p.1 Linear: out_features expects a number, gets None"},
    {"Linear(3, 0)", "t:4: p.1 Linear: out_features expects a number in 1..16777216, gets 0"},
    {"Linear(3,\n\n-1)", "t:6: p.1 Linear: out_features expects a number in 1..16777216, gets -1"},
    {"Linear(3 4)", "t:4:9: expects ',' or ')', gets '4'"},
    {"Linear(3,, 4)", "t:4:10: expects an argument or ')', gets ','"},
    {"Linear(3, 4,\nbias=)", "t:5: expects a number, gets ')'"},
    {"Linear(3, 4.0)", "t:4: expects a whole number such as 3, gets '4.0'"},
    {"Linear(3, latent)", "t:4: 'latent' has no value: a line above should set it, as in "
                          "latent = 2"},
    {"Linear(3, p)", "t:4: 'p' has no value: a line above should set it, as in p = 2"},
    {"Conv2d(1, 8)", "t:4: p.1 " CONV2D "kernel_size is missing"},
    {"Conv2d(1, 8, 3, padding_mode='reflect')",
     "t:4: p.1 " CONV2D "padding_mode expects 'zeros', which is what there is here"},
    {"Conv2d(1, 8, 3, padding_mode=None)",
     "t:4: p.1 " CONV2D "padding_mode expects 'zeros', which is what there is here"},
    {"Conv2d(1, 8, 3, stride=())",
     "t:4: p.1 Conv2d: stride expects a number or a tuple of 2, gets a tuple of 0"},
    {"Conv2d(1, 8, 3, padding='full')",
     "t:4: p.1 Conv2d: padding expects a number, a tuple of 2, 'valid' or 'same', gets 'full'"},
    {"Conv2d(1, 8, 'same')",
     "t:4: p.1 Conv2d: kernel_size expects a number or a tuple of 2, gets 'same'"},
    {"Conv2d(1, 8, 3, 2, 'same')", "t:4: p.1 Conv2d expects stride 1 with padding='same', gets 2"},
    {"Conv2d(1, 8, 3, (1, 2), 'same')",
     "t:4: p.1 Conv2d expects stride 1 with padding='same', gets 2"},
    {"Conv2d(1, 8, 65536, dilation=65536, padding='same')",
     "t:4: p.1 Conv2d expects padding of at most 65536, gets 2147450880"},
    {"ConvTranspose2d(1, 8, 3, padding='same')",
     "t:4: p.1 ConvTranspose2d: padding expects a number or a tuple of 2, gets 'same'"},
    {"Conv2d(1, 8, 3, 0)", "t:4: p.1 Conv2d: stride expects a number in 1..65536, gets 0"},
    {"Conv2d(1, 8, (3, 0))", "t:4: p.1 Conv2d: kernel_size expects a number in 1..65536, gets 0"},
    {"Conv2d(1, 8, 3, padding=4294967296)",
     "t:4: p.1 Conv2d: padding expects a number in 0..65536, gets 4294967296"},
    {"Conv2d(1, 8, (3,))",
     "t:4: p.1 Conv2d: kernel_size expects a number or a tuple of 2, gets a tuple of 1"},
    {"Conv2d(1, 8, (3, 3, 3, 3))",
     "t:4: p.1 Conv2d: kernel_size expects a number or a tuple of 2, gets a tuple of 4"},
    {"Unflatten(1, 32)", "t:4: p.1 Unflatten: unflattened_size expects a tuple such as (32, 4, 4), "
                         "of at most 5, gets a number"},
    {"Unflatten(1, (2, 2, 2, 2, 2, 2))", "t:4: p.1 Unflatten: unflattened_size expects a tuple "
                                         "such as (32, 4, 4), of at most 5, gets a tuple of 6"},
    {"Unflatten(1, (2, -2))",
     "t:4: p.1 Unflatten: unflattened_size expects a number in -1..65536, gets -2"},
};

static void test_bad_calls(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(bad_calls); i++) {
        char text[256];
        snprintf(text, sizeof text, "input = 1\np = Sequential(\nTanh(),\n%s\n)\n",
                 bad_calls[i].call);
        expect_error(text, strlen(text), 0, bad_calls[i].error);
    }
}

/* ---- latent ---------------------------------------------------------------------------------- */

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
     "t:4: latent is asked to be 3, but no line latent = N is there to change"},
    {"latent = 2\ninput = 8\n" SIX, 3, NULL, "t:5: latent is asked to be 3, but nothing uses it"},
};

static void test_overrides(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(overrides); i++) {
        const char *text = overrides[i].text;
        if (overrides[i].error) {
            expect_error(text, strlen(text), overrides[i].latent, overrides[i].error);
        } else {
            expect_print(text, strlen(text), overrides[i].latent, overrides[i].printed);
        }
    }
    emb__spec spec;
    assert_int_equal(parse_bytes("k = 1", 5, -1, &spec), EMB_ERR_ARGUMENT);
    assert_int_equal(parse_bytes("k = 1", 5, 0, &spec), EMB_ERR_FORMAT);
}

static void test_layer_print(void **state) {
    (void)state;
    emb__spec spec;
    emb__text by_name = {0}, by_number = {0};
    assert_int_equal(parse_bytes(CODE, strlen(CODE), 0, &spec), EMB_OK);
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
    expect_print(pair, strlen(pair), 0, "input = 1\np = Sequential(\n    Conv2d(1, 1, 1),\n)\n");
    expect_print(groups, strlen(groups), 0,
                 "latent = 1\ninput  = 1\np = Sequential(\n    Conv2d(1, 1, 3, groups=latent),\n"
                 ")\n");
}

/* ---- limits ---------------------------------------------------------------------------------- */

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
    {"input = 1\np = Sequential(\n", "Tanh(),\n", EMB__MAX_LAYERS, ")\n",
     "t:1027: expects at most 1024 layers"},
    {"input = 1\nself.", "p", EMB__NAME_SIZE - 1, " = Sequential(Tanh())\n",
     "t:2: expects a part's name of at most 31 letters"},
    {"#", " ", EMB__NOTATION_BYTES - 2, "\n",
     "t:1: expects a notation of at most 1048576 bytes, gets 1048577"},
};

static void test_limits(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(limits); i++) {
        emb__spec spec;
        char *fits = repeat(limits[i].before, limits[i].each, limits[i].most, limits[i].after);
        char *more = repeat(limits[i].before, limits[i].each, limits[i].most + 1, limits[i].after);
        /* What fits may fail for another reason. */
        if (parse_bytes(fits, strlen(fits), 0, &spec)) {
            assert_null(strstr(emb_error(), "at most"));
        }
        emb__spec_clear(&spec);
        expect_error(more, strlen(more), 0, limits[i].error);
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
    expect_print(names.bytes, names.length, 0,
                 "input = 1\np = Sequential(\n    Linear(1, 32639),\n)\n");
    emb__text_add(&names, "more = 3\n");
    expect_error(names.bytes, names.length, 0, "t:257: expects at most 256 names to be set");
    emb__spec spec;
    assert_int_equal(parse_bytes(parts.bytes, parts.length, 0, &spec), EMB_OK);
    assert_int_equal(spec.part_count, EMB__MAX_PARTS);
    emb__spec_clear(&spec);
    emb__text_add(&parts, "more = Sequential(Tanh())\n");
    expect_error(parts.bytes, parts.length, 0, "t:6: expects at most 4 parts");
    emb__free(parts.bytes);
    emb__free(names.bytes);
}

/* A run of signs must not use the stack, nor long words fill the error. */
static void test_long(void **state) {
    (void)state;
    char *signs = repeat("input = 1\np = Sequential(Linear(1, ", "-", 1000000, "5))\n");
    expect_print(signs, strlen(signs), 0, "input = 1\np = Sequential(\n    Linear(1, 5),\n)\n");
    emb__free(signs);
    char *word = repeat("k = ", "a", 1000000, "\n");
    char error[256], shown[41];
    memset(shown, 'a', 40);
    shown[40] = '\0';
    snprintf(error, sizeof error,
             "t:1: '%s' has no value: a line above should set it, as in %s = 2", shown, shown);
    expect_error(word, strlen(word), 0, error);
    emb__free(word);
    char *name = repeat("", "n", 300, "");
    emb__spec spec;
    assert_int_equal(emb__notation_parse("(", 1, name, NULL, &spec), EMB_ERR_FORMAT);
    assert_memory_equal(emb_error() + sizeof spec.name - 1, ":1: ", 4);
    emb__free(name);
    char *tuple = repeat("input = (", "1,", 500000, ")\n");
    expect_error(tuple, strlen(tuple), 0, "t:1: " INPUT_IS "500000 numbers");
    emb__free(tuple);
}

/* ---- the notebook's network ------------------------------------------------------------------ */

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
    expect_print(text, strlen(text), 0, notebook_printed);
    assert_int_equal(parse_bytes(text, strlen(text), 8, &spec), EMB_OK);
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
    if (parse_bytes(text, length, 0, &spec)) {
        int line;
        if (sscanf(emb_error(), "t:%d: ", &line) != 1 || line < 1 || line > 40) {
            fail_msg("no line in '%s'", emb_error());
        }
        expect_cleared(&spec);
        return false;
    }
    emb__free(round_trip(&spec));
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
        cmocka_unit_test(test_good),        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_sums),        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_bad_calls),   cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_layer_print), cmocka_unit_test(test_latent_elsewhere),
        cmocka_unit_test(test_limits),      cmocka_unit_test(test_counts),
        cmocka_unit_test(test_long),        cmocka_unit_test(test_notebook),
        cmocka_unit_test(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
