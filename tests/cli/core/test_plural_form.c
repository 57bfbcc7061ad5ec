/* The formulas by which languages count (core/plural_form.h). */
#include "core/plural_form.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

/* As gettext's manual and the catalogues of other programs write them. */
static const char english[] = "(n != 1);\n", french[] = "n > 1;", japanese[] = "0;",
                  polish[] = "(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
                  lithuanian[] =
                      "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && (n%100<10 || n%100>=20) ? 1 : 2);",
                  slovenian[] = "(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3);",
                  arabic[] = "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
                             "n%100>=11 ? 4 : 5);";

static const struct {
    const char *formula;
    unsigned long n;
    size_t form;
} cases[] = {
    {english, 0, 1},
    {english, 1, 0},
    {english, 2, 1},
    {french, 0, 0},
    {french, 1, 0},
    {french, 2, 1},
    {japanese, 0, 0},
    {japanese, 7, 0},
    {polish, 1, 0},
    {polish, 2, 1},
    {polish, 4, 1},
    {polish, 5, 2},
    {polish, 12, 2},
    {polish, 22, 1},
    {polish, 112, 2},
    {polish, 122, 1},
    {lithuanian, 1, 0},
    {lithuanian, 11, 2},
    {lithuanian, 21, 0},
    {lithuanian, 9, 1},
    {lithuanian, 10, 2},
    {slovenian, 101, 0},
    {slovenian, 202, 1},
    {slovenian, 304, 2},
    {slovenian, 5, 3},
    {arabic, 0, 0},
    {arabic, 1, 1},
    {arabic, 2, 2},
    {arabic, 103, 3},
    {arabic, 111, 4},
    {arabic, 100, 5},
    /* Order and signs of operations. */
    {"n+2*3", 1, 7},
    {"(n+2)*3", 1, 9},
    {"n-1-1", 5, 3},
    {"n/2/2", 12, 3},
    {"7%4%2", 0, 1},
    {"!n", 0, 1},
    {"!!n", 5, 1},
    {"n<=1", 1, 1},
    {"n>=2", 1, 0},
    {"n==1||n==3&&n==4", 1, 1},
    {"n?n==1?1:2:3", 0, 3},
    {"n?n==1?1:2:3", 1, 1},
    {"n?n==1?1:2:3", 2, 2},
    {" ( n ) ", 4, 4},
    /* What cannot be read is the first form. */
    {"", 3, 0},
    {"n+", 3, 0},
    {"(n", 3, 0},
    {"n?1", 3, 0},
    {"m", 3, 0},
    {"5/(n-3)", 3, 0},
    {"5%(n-3)", 3, 0},
};

static void test_cases(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const size_t form = cli_plural_form(cases[i].formula, cases[i].n);
        if (form == cases[i].form) continue;
        fail_msg("%s of %lu: form %zu, expected %zu", cases[i].formula, cases[i].n, form,
                 cases[i].form);
    }
}

/* A formula from a file may be anything: it does not exhaust the stack. */
static void test_deep(void **state) {
    static char formula[100001];
    (void)state;
    memset(formula, '(', sizeof formula - 1);
    assert_int_equal(cli_plural_form(formula, 3), 0);
    memset(formula, '!', sizeof formula - 1);
    assert_int_equal(cli_plural_form(formula, 3), 0);
    for (size_t i = 0; i + 1 < sizeof formula; i++) formula[i] = "n?"[i % 2];
    assert_int_equal(cli_plural_form(formula, 3), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_deep)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
