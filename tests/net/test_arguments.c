/* A layer's arguments that are real numbers and words: read, printed and refused, by a kind of
 * layer that is made for this test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/number.h"
#include "net/notation/notation_args.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { COUNTED, SLOPE, SHARE, MODE, INPLACE };

static const emb__arg_kind args[] = {
    {"count", EMB__INT, .required = true, .least = 1, .most = 9},
    {"slope", EMB__REAL, .real = {EMB__ANY_REAL, .value = 0.01}},
    {"share", EMB__REAL, .real = {.least = 0, .most = 1, .value = 0.5}},
    {"mode", EMB__WORD, .words = (const char *const[]){"zeros", "reflect", "circular", NULL}},
    {"inplace", EMB__BOOL, .value = false},
    {0},
};
static const emb__layer_kind made = {.name = "Made", .args = args};

/* Reads "k = ...\n" lines, where there are some, and then a call's "(...)" with what follows. */
static emb_status parse(const char *lines, const char *call, emb__layer_spec *layer) {
    static emb__parser p; /* large */
    static emb__spec spec;
    char text[512];
    spec = (emb__spec){.name = "t", .part_count = 1, .parts = {"p"}};
    *layer = (emb__layer_spec){.kind = &made, .index = 3, .path = "3", .line = 1};
    p = (emb__parser){.spec = &spec};
    snprintf(text, sizeof text, "%s%s\n", lines, call);
    emb_status status = emb__scan_start(&p.scan, text, strlen(text), spec.name);
    while (!status && p.scan.token.kind == EMB__TOKEN_NAME) {
        const emb__token name = p.scan.token;
        emb__value value = {0};
        emb__scan_next(&p.scan);
        emb__scan_next(&p.scan);
        status = emb__scan_value(&p.scan, EMB__NUMBERS_ANY, &value);
        if (!status) emb__scan_define(&p.scan, &name, &value);
        emb__scan_accept(&p.scan, EMB__TOKEN_NEWLINE);
    }
    emb__scan_next(&p.scan);
    return status ? status : emb__parse_arguments(&p, layer);
}

#define LINES "k = 2\nsteep = -0.25\n"

/* What a call gives, and how it is written then. */
static const struct {
    const char *call;
    double slope, share;
    int mode;
    const char *printed;
} good[] = {
    {"(1)", 0.01, 0.5, 0, "Made(1)"},
    {"(1, 0.01, 0.5, 'zeros', False)", 0.01, 0.5, 0, "Made(1)"},
    {"(1, 0.2)", 0.2, 0.5, 0, "Made(1, slope=0.2)"},
    {"(1, slope=1)", 1, 0.5, 0, "Made(1, slope=1.0)"},
    {"(1, slope=-1.0)", -1, 0.5, 0, "Made(1, slope=-1.0)"},
    {"(1, slope=+.5)", 0.5, 0.5, 0, "Made(1, slope=0.5)"},
    {"(1, slope=5.)", 5, 0.5, 0, "Made(1, slope=5.0)"},
    {"(1, slope=1e-2)", 0.01, 0.5, 0, "Made(1)"},
    {"(1, slope=1E+2)", 100, 0.5, 0, "Made(1, slope=100.0)"},
    {"(1, slope=1_0.2_5e0_1)", 102.5, 0.5, 0, "Made(1, slope=102.5)"},
    {"(1, slope=007.5)", 7.5, 0.5, 0, "Made(1, slope=7.5)"},
    {"(1, slope=1e-5)", 1e-5, 0.5, 0, "Made(1, slope=1e-05)"},
    {"(1, slope=0x1E)", 30, 0.5, 0, "Made(1, slope=30.0)"},
    {"(1, slope=0x1E-3)", 27, 0.5, 0, "Made(1, slope=27.0)"},
    {"(1, slope=1e3-1)", 999, 0.5, 0, "Made(1, slope=999.0)"},
    {"(1, slope=0.1 + 0.2)", 0.1 + 0.2, 0.5, 0, "Made(1, slope=0.30000000000000004)"},
    {"(1, slope=1 / 3)", 1.0 / 3, 0.5, 0, "Made(1, slope=0.3333333333333333)"},
    {"(1, slope=-(1 / 8) * 2)", -0.25, 0.5, 0, "Made(1, slope=-0.25)"},
    {"(1, slope=7 // 2 - 0.5)", 2.5, 0.5, 0, "Made(1, slope=2.5)"},
    {"(1, slope=k)", 2, 0.5, 0, "Made(1, slope=2.0)"},
    {"(1, slope=-steep)", 0.25, 0.5, 0, "Made(1, slope=0.25)"},
    {"(1, slope=k * steep)", -0.5, 0.5, 0, "Made(1, slope=-0.5)"},
    {"(k, steep, 0.0)", -0.25, 0, 0, "Made(2, slope=-0.25, share=0.0)"},
    {"(1, mode='reflect', share=1)", 0.01, 1, 1, "Made(1, share=1.0, mode='reflect')"},
    {"(1, mode=\"circular\")", 0.01, 0.5, 2, "Made(1, mode='circular')"},
    {"(1, inplace=True)", 0.01, 0.5, 0, "Made(1, inplace=True)"},
};

static void test_good(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        emb__layer_spec layer;
        if (parse(LINES, good[i].call, &layer)) fail_msg("%s: %s", good[i].call, emb_error());
        for (int again = 0; again < 2; again++) {
            const bool same = layer.args[SLOPE].real == good[i].slope &&
                              layer.args[SHARE].real == good[i].share &&
                              layer.args[MODE].v[0] == good[i].mode && layer.args[MODE].n == 1;
            if (!same) fail_msg("%s: reads as something else", good[i].call);
            emb__text printed = {0};
            emb__layer_print(&layer, true, &printed);
            assert_string_equal(printed.bytes, good[i].printed);
            /* What is printed says the same. */
            if (parse("", printed.bytes + strlen(made.name), &layer)) fail_msg("%s", emb_error());
            emb__free(printed.bytes);
        }
    }
}

#define CALL  "t:3: p.3 Made(count, slope=0.01, share=0.5, mode='zeros', inplace=False): "
#define MODES "t:3: p.3 Made: mode expects 'zeros', 'reflect' or 'circular', gets "

static const struct {
    const char *call, *error;
} bad[] = {
    {"(1, 2, 3)", "t:3: p.3 Made: share expects a number in 0..1, gets 3.0"},
    {"(1, share=-1e-9)", "t:3: p.3 Made: share expects a number in 0..1, gets -1e-09"},
    {"(1, 1e39)", "t:3: p.3 Made: slope expects a number in -3.40282e+38..3.40282e+38, gets 1e+39"},
    {"(1, 'steep')", "t:3: p.3 Made: slope expects a number, gets 'steep'"},
    {"(1, True)", "t:3: p.3 Made: slope expects a number, gets True or False"},
    {"(1, None)", "t:3: p.3 Made: slope expects a number, gets None"},
    {"(1, (1, 2))", "t:3: p.3 Made: slope expects a number, gets a tuple of 2"},
    {"(1, (0.5, 2))", "t:3: expects whole numbers in a tuple"},
    {"(1, 1 / 0)", "t:3: 1 / 0: division by zero"},
    {"(1, float(1))", "t:3: expects float('inf') or float('-inf')"},
    {"(float('inf'))", "t:3: expects a whole number such as 3, gets infinity"},
    {"(1, math.e)", "t:3: expects a number, gets 'math.'"},
    {"(0.5)", "t:3: expects a whole number such as 3, gets '0.5'"},
    {"(steep)", "t:3: expects a whole number, gets 'steep' of line 2"},
    {"(4 / 2)", "t:3: 4 / 2: whole numbers are divided with //"},
    {"(1, mode='reflected')", MODES "'reflected'"},
    {"(1, mode='')", MODES "''"},
    {"(1, mode=0.5)", MODES "a number"},
    {"(1, mode=None)", MODES "None"},
    {"(1, mode=reflect)",
     "t:3: 'reflect' has no value: a line above should set it, as in reflect = 2"},
    {"(1, negative_slope=1)", CALL "there is no argument 'negative_slope'"},
    {"()", "t:1: p.3 Made(count, slope=0.01, share=0.5, mode='zeros', inplace=False): count is "
           "missing"},
};

static void test_bad(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        emb__layer_spec layer;
        if (!parse(LINES, bad[i].call, &layer)) fail_msg("%s: is taken", bad[i].call);
        assert_string_equal(emb_error(), bad[i].error);
    }
}

/* As Python 3 prints them. */
static const struct {
    double x;
    const char *repr;
} reprs[] = {
    {0, "0.0"},
    {-0.0, "-0.0"},
    {1, "1.0"},
    {100, "100.0"},
    {123456.789, "123456.789"},
    {0.0001, "0.0001"},
    {0.00012345, "0.00012345"},
    {0.00001, "1e-05"},
    {1e15, "1000000000000000.0"},
    {9007199254740994, "9007199254740994.0"},
    {1e16, "1e+16"},
    {1.5e16, "1.5e+16"},
    {0.1 + 0.2, "0.30000000000000004"},
    {1e22, "1e+22"},
    {-1e-300, "-1e-300"},
    {5e-324, "5e-324"},
    {-1.7976931348623157e308, "-1.7976931348623157e+308"},
};

static void test_repr(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(reprs); i++) {
        char text[EMB__REPR_ROOM];
        assert_string_equal(emb__number_repr(reprs[i].x, text), reprs[i].repr);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_repr),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
