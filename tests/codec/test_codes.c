/* codec/codes_file.c, codes_csv.c and number.c: tables of codes as text and back. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/random.h"
#include "codec/number.h"
#include "support/folder.h"
#include "support/support.h"

/* Every printed number is printf's, and reads back bit for bit. */
static void check_number(float x) {
    char ours[EMB__NUMBER_ROOM], printed[EMB__NUMBER_ROOM];
    float back;
    const size_t length = emb__number_print(x, ours);
    snprintf(printed, sizeof printed, "%.9g", (double)x);
    assert_string_equal(ours, printed);
    assert_int_equal(length, strlen(printed));
    if (!isfinite(x)) return;
    assert_true(emb__number_read(ours, length, &back));
    assert_memory_equal(&back, &x, sizeof x);
}

static void test_numbers(void **state) {
    (void)state;
    static const float special[] = {
        0,          -0.0f,        1,         -1,       0.5f,   1e-4f,       9.9999e-5f,  1e8f,
        1e9f,       999999936.0f, 1e10f,     0.1f,     100,    123456792,   0x1p-149f,   0x1p-126f,
        3.4028e38f, INFINITY,     -INFINITY, 16777216, 0.125f, 1.00000012f, 0.000100001f};
    for (size_t i = 0; i < TEST_COUNT(special); i++) check_number(special[i]);
    emb__random random;
    emb__random_seed(&random, 7);
    for (int i = 0; i < 400000; i++) {
        const uint32_t bits = emb__random_next32(&random);
        float x;
        memcpy(&x, &bits, sizeof x);
        if (!isnan(x)) check_number(x);
        check_number(emb__random_uniform(&random, -4, 4)); /* as codes are */
        /* and those with few digits behind the point, whose last digit may lie in the middle */
        check_number((float)(int32_t)bits / 256.0f);
    }
}

static void test_text(void **state) {
    (void)state;
    static const float values[] = {0.5f, -1, 0.1f, 3e-9f};
    static const int labels[] = {7, -1};
    static const char *const files[] = {"a.png", "b,\"c\".png"};
    static const struct {
        bool labels, files;
        const char *text;
    } cases[] = {
        {false, false, "code_0,code_1\n0.5,-1\n0.100000001,3.00000003e-09\n"},
        {true, false, "code_0,code_1,label\n0.5,-1,7\n0.100000001,3.00000003e-09,\n"},
        {false, true,
         "file,code_0,code_1\na.png,0.5,-1\n\"b,\"\"c\"\".png\",0.100000001,3.00000003e-09\n"},
        {true, true,
         "file,code_0,code_1,label\na.png,0.5,-1,7\n"
         "\"b,\"\"c\"\".png\",0.100000001,3.00000003e-09,\n"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const emb_codes codes = {.count = 2,
                                 .latent = 2,
                                 .values = values,
                                 .labels = cases[i].labels ? labels : NULL,
                                 .files = cases[i].files ? files : NULL};
        size_t length;
        char *text = emb_codes_text(&codes, &length);
        assert_string_equal(text, cases[i].text);
        assert_int_equal(length, strlen(text));
        emb_array back;
        assert_int_equal(emb_codes_parse(text, length, "t", 2, &back), EMB_OK);
        assert_int_equal(back.shape[0], 2);
        assert_memory_equal(back.values, values, sizeof values);
        emb_array_free(&back);
        free(text);
    }
}

/* Two numbers a code: the codes 1, 2 and 3, 4. */
static void test_spellings(void **state) {
    (void)state;
    static const char *const texts[] = {
        "1,2\n3,4\n",
        "1,2\n3,4",
        "1,2\r\n3,4\r\n",
        "\357\273\277code_0,code_1\n1,2\n3,4\n",
        "\n\n 1 ,\t2\n\n  \n3,4\n\n",
        "x,y\n1e0,+2.0\n3,.4e1\n",
        "code_0,label,code_1\n1,cat,2\n3,,4\n",
        "0,1,label\n1,2,5\n3,4,5\n", /* pandas calls columns 0, 1, ... */
        "a,\n1,2\n3,4\n",
        "\303\251,_\n1,2\n3,4\n",
        "label,file,code_0,code_1\n9,x,1,2\n9,y,3,4\n",
        "\"file\",\"code_0\",\"code_1\"\n\"a\nb\",\"1\",2\n\"c\"\"d\" , 3,4\n",
    };
    static const float values[] = {1, 2, 3, 4};
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        emb_array codes;
        if (emb_codes_parse(texts[i], strlen(texts[i]), "t", 2, &codes) != EMB_OK) {
            fail_msg("%s: %s", texts[i], emb_error());
        }
        assert_int_equal(codes.rank, 2);
        assert_int_equal(codes.shape[0], 2);
        assert_int_equal(codes.shape[1], 2);
        assert_memory_equal(codes.values, values, sizeof values);
        emb_array_free(&codes);
    }
}

static const struct {
    const char *text, *error;
} bad[] = {
    {"", "holds no codes"},
    {"\n\n", "holds no codes"},
    {"code_0,code_1\n", "holds no codes"},
    {"1,2,3\n", "line 1: has 3 columns, the model needs 2"},
    {"1\n", "line 1: has 1 column, the model needs 2"},
    {"1,2\n\n3,4,\n", "line 3: has 3 columns, the model needs 2: the line ends with a comma, which "
                      "begins one more column"},
    {"1,2,\n", "line 1: has 3 columns, the model needs 2: the line ends with a comma, which begins "
               "one more column"},
    {"code_0\n1,2\n", "line 1: names 1 column of codes, the model needs 2"},
    {"code_0,code_1,code_2,label\n1,2\n", "line 1: names 3 columns of codes, the model needs 2"},
    {"code_0,code_1,label\n1,2\n", "line 2: has 2 columns, the line of names has 3"},
    {"code_1,code_0\n1,2\n", "line 1: a column is called 'code_1', expected code_0"},
    {"1,x\n", "line 1, column 2: expected a finite number, got 'x'"},
    {"a.png,1,2\n", "line 1: has 3 columns, the model needs 2"},
    {"1,2\n3,\n", "line 2, column 2: expected a finite number, got ''"},
    {"1,2\n3,nan\n", "line 2, column 2: expected a finite number, got 'nan'"},
    {"1,2\n-inf,3\n", "line 2, column 1: expected a finite number, got '-inf'"},
    {"1,2\n1e39,3\n", "line 2, column 1: expected a finite number, got '1e39'"},
    {"1,2\n0x10,3\n", "line 2, column 1: expected a finite number, got '0x10'"},
    {"1,2\n1 2,3\n", "line 2, column 1: expected a finite number, got '1 2'"},
    {"1,2\n1.2.3,3\n", "line 2, column 1: expected a finite number, got '1.2.3'"},
    {"1,2\n\"3,4\n", "line 2: a quote has no end"},
    {"1,2\n\"3\"4,5\n", "line 2: expected a comma after a quote"},
    /* A first line that is no header is a code, or a mistake in one. */
    {"?,?\n1,2\n", "line 1, column 1: expected a finite number, got '?'"},
    {"NA,n/a\n1,2\n", "line 1, column 1: expected a finite number, got 'NA'"},
    {",\n1,2\n", "line 1, column 1: expected a finite number, got ''"},
    {"0x10,0x20\n1,2\n", "line 1, column 1: expected a finite number, got '0x10'"},
    {"#DIV/0!,#N/A\n1,2\n", "line 1, column 1: expected a finite number, got '#DIV/0!'"},
    {"True,False\n1,2\n", "line 1, column 1: expected a finite number, got 'True'"},
    {"1,b\n1,2\n", "line 1, column 2: expected a finite number, got 'b'"},
    /* What other programs write. */
    {"1;2\n",
     "line 1: has 1 column, the model needs 2: columns are separated by ';', expected commas"},
    {"a;b\n1;2\n",
     "line 1: names 1 column of codes, the model needs 2: columns are separated by ';', "
     "expected commas"},
    {"0,5;0,25\n",
     "line 1: has 3 columns, the model needs 2: columns are separated by ';' and numbers "
     "have a decimal comma, expected commas and decimal points"},
    {"1\t2\n", "line 1: has 1 column, the model needs 2: columns are separated by tabs, expected "
               "commas"},
    {"1 2\n", "line 1: has 1 column, the model needs 2: columns are separated by spaces, expected "
              "commas"},
    {"\"0,5\",\"1,5\"\n", "line 1, column 1: expected a finite number, got '0,5': numbers have a "
                          "decimal comma, expected decimal points"},
    {",code_0,code_1\n0,1,2\n",
     "line 1: a column is called 'code_0', expected code_1: the first column seems to be an index "
     "(pandas: to_csv(..., index=False))"},
    {",code_0,code_1,label\n0,1,2,3\n",
     "line 1: a column is called 'code_0', expected code_1: the first column seems to be an index "
     "(pandas: to_csv(..., index=False))"},
    {",a,b\n0,1,2\n",
     "line 1: names 3 columns of codes, the model needs 2: the first column seems to "
     "be an index (pandas: to_csv(..., index=False))"},
    {"\"\",a,b\n0,1,2\n",
     "line 1: names 3 columns of codes, the model needs 2: the first column seems "
     "to be an index (pandas: to_csv(..., index=False))"},
    {"Unnamed: 0,a,b\n0,1,2\n",
     "line 1: names 3 columns of codes, the model needs 2: the first column "
     "seems to be an index (pandas: to_csv(..., index=False))"},
    {",0,1\n0,1,2\n",
     "line 1: has 3 columns, the model needs 2: the first column seems to be an index "
     "(pandas: to_csv(..., index=False))"},
    {"id,0,1\n7,1,2\n",
     "line 1: has 3 columns, the model needs 2: the first column seems to be an index "
     "(pandas: to_csv(..., index=False))"},
    {"0,1.5,2\n1,3,4\n",
     "line 1: has 3 columns, the model needs 2: the first column seems to be an "
     "index (pandas: to_csv(..., index=False))"},
    {"f,code_0,code_1\n\"a\nb\",1,2\n",
     "line 1: a column is called 'code_0', expected code_1: the first column seems to be an index "
     "(pandas: to_csv(..., index=False))"},
    {"index,\"code_0\",\"code_1\"\n0,1,2\n",
     "line 1: a column is called 'code_0', expected code_1: the first column seems to be an index "
     "(pandas: to_csv(..., index=False))"},
    {"f,code_2,code_1\n0,1,2\n", "line 1: a column is called 'code_2', expected code_1"},
    {";code_0;code_1\n0;1;2\n",
     "line 1: has 1 column, the model needs 2: columns are separated by ';', expected commas"},
    {"1,2,\r\n3,4,\r\n", "line 1: has 3 columns, the model needs 2: the line ends with a comma, "
                         "which begins one more column"},
    {"file,code_0,code_1\n\"a\nb\",1,2\nc,1,x\n",
     "line 4, column 3: expected a finite number, got 'x'"},
};

static void test_bad(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        char whole[256];
        emb_array codes = {.rank = 1};
        assert_int_not_equal(emb_codes_parse(bad[i].text, strlen(bad[i].text), "t", 2, &codes),
                             EMB_OK);
        snprintf(whole, sizeof whole, "t: %s", bad[i].error);
        assert_string_equal(emb_error(), whole);
        assert_null(codes.values);
    }
    emb_array codes;
    assert_int_not_equal(emb_codes_parse("1\0,2", 4, "t", 2, &codes), EMB_OK);
    assert_string_equal(emb_error(), "t: is neither CSV nor NPY");
}

/* A file is what its content is; the written name's ending decides. */
static void test_files(void **state) {
    (void)state;
    char npy[64], csv[64];
    snprintf(npy, sizeof npy, "%s/c.npy", test_folder);
    snprintf(csv, sizeof csv, "%s/c.csv", test_folder);
    float values[6];
    test_noise(values, 6, 3);
    const emb_codes codes = {.count = 3, .latent = 2, .values = values};
    emb_array back;
    assert_int_equal(emb_codes_write(&codes, npy), EMB_OK);
    assert_int_equal(emb_codes_write(&codes, csv), EMB_OK);
    assert_int_equal(emb_array_read(csv, &back), EMB_ERR_FORMAT);
    assert_int_equal(emb_array_read(npy, &back), EMB_OK);
    emb_array_free(&back);
    assert_int_equal(rename(npy, csv), 0);
    assert_int_equal(emb_codes_read(csv, 2, &back), EMB_OK);
    assert_memory_equal(back.values, values, sizeof values);
    emb_array_free(&back);
    static const struct {
        int rank;
        size_t shape[2];
        float first;
        const char *error; /* for codes of 2; NULL: is accepted */
    } cases[] = {{1, {2}, 1, NULL},
                 {1, {3}, 1, "has the shape [3], the model needs codes of [N, 2]"},
                 {2, {2, 3}, 1, "has the shape [2, 3], the model needs codes of [N, 2]"},
                 {0, {0}, 1, "has the shape [], the model needs codes of [N, 2]"},
                 {2, {0, 2}, 1, "holds no codes"},
                 {2, {1, 2}, NAN, "number 0 of code 0 is not a number, expected a finite one"},
                 {2, {3, 2}, -INFINITY, "number 0 of code 0 is infinite, expected a finite one"}};
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_array array = {.rank = cases[i].rank, .count = 1, .values = values};
        for (int d = 0; d < array.rank; d++) array.count *= array.shape[d] = cases[i].shape[d];
        values[0] = cases[i].first;
        assert_int_equal(emb_array_write(npy, &array), EMB_OK);
        if (cases[i].error) {
            char whole[256];
            assert_int_not_equal(emb_codes_read(npy, 2, &back), EMB_OK);
            snprintf(whole, sizeof whole, "%s: %s", npy, cases[i].error);
            assert_string_equal(emb_error(), whole);
        } else {
            assert_int_equal(emb_codes_read(npy, 2, &back), EMB_OK);
            assert_int_equal(back.shape[0], 1);
            assert_int_equal(back.shape[1], 2);
        }
        emb_array_free(&back);
    }
    unlink(npy);
    unlink(csv);
    assert_int_equal(test_folder_entries(), 0);
}

/* A program that set a locale with a decimal comma writes and reads the same. */
static void test_locale(void **state) {
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "es_ES.UTF-8", "fr_FR.UTF-8", "de_DE"};
    bool set = false;
    for (size_t i = 0; i < TEST_COUNT(names) && !set; i++) set = setlocale(LC_ALL, names[i]);
    if (!set) skip();
    const float values[] = {0.5f, 3e-9f};
    const emb_codes codes = {.count = 1, .latent = 2, .values = values};
    size_t length;
    char *text = emb_codes_text(&codes, &length);
    assert_string_equal(text, "code_0,code_1\n0.5,3.00000003e-09\n");
    emb_array back;
    assert_int_equal(emb_codes_parse(text, length, "t", 2, &back), EMB_OK);
    emb_array_free(&back);
    free(text);
    setlocale(LC_ALL, "C");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),   cmocka_unit_test(test_text),
        cmocka_unit_test(test_spellings), cmocka_unit_test(test_bad),
        cmocka_unit_test(test_files),     cmocka_unit_test(test_locale),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
