/* ONNX models whose weights lie in other files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/status.h"
#include "makers/onnx_text.h"
#include "support/folder.h"
#include "support/support.h"

static char path[64];
static char weights[72]; /* files of weights beside it */
static char others[72];
static char deep[80], under[72]; /* a folder, and a file in it */
static char led[72];             /* a link out of it */

static int set_up(void **state) {
    const int made = test_folder_make(state);
    snprintf(path, sizeof path, "%s/model.onnx", test_folder);
    snprintf(weights, sizeof weights, "%s.weights", path);
    snprintf(others, sizeof others, "%s.others", path);
    snprintf(under, sizeof under, "%s.d", path);
    snprintf(deep, sizeof deep, "%s/w", under);
    snprintf(led, sizeof led, "%s.link", path);
    return made;
}

#define X "in x float N,4\nout y\n"

static void put_floats(const char *name, float first) {
    float values[10];
    for (int i = 0; i < 10; i++) values[i] = first + (float)i;
    test_put(name, values, sizeof values);
}

/* The model's text with its files' names in it: $1 and so on. */
static const char *with_names(const char *text) {
    const char *const names[] = {weights, others, under, led};
    static char made[1024];
    size_t at = 0;
    for (; *text && at + 64 < sizeof made; text++) {
        if (*text != '$') {
            made[at++] = *text;
            continue;
        }
        text++;
        at += (size_t)snprintf(made + at, sizeof made - at, "%s",
                               strrchr(names[*text - '1'], '/') + 1);
    }
    made[at] = 0;
    return made;
}

static void test_external(void **state) {
    (void)state;
    static const struct {
        const char *text;
        float y[2];
    } table[] = {
        {X "ext w float 4,2 location=$1 length=32\nMatMul x,w -> y", {50, 60}},
        {X "ext w float 4,2 location=$1 offset=8 checksum=none\nMatMul x,w -> y", {70, 80}},
        {X "ext w float 4,2 location=$1 length=32\next b float 2 location=$1 offset=32 length=8\n"
           "Gemm x,w,b -> y",
         {59, 70}},
        {X "ext w float 4,2 location=$1 length=32\next b float 2 location=$2 offset=0 length=8\n"
           "Gemm x,w,b -> y",
         {150, 161}},
        {X "ext w float 4,2 location=./$1 length=32\nMatMul x,w -> y", {50, 60}},
        {X "ext w float 4,2 location=.//./$1 length=32\nMatMul x,w -> y", {50, 60}},
        {X "ext w float 4,2 location=$3/w length=32\nMatMul x,w -> y", {50, 60}},
        {X "ext w float 4,2 location=./$3//w length=32\nMatMul x,w -> y", {50, 60}},
    };
    put_floats(weights, 1);
    put_floats(others, 100);
    assert_int_equal(mkdir(under, 0700), 0);
    put_floats(deep, 1);
    float y[TEST_ONNX_MOST];
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        assert_int_equal(test_onnx_encode(path, with_names(table[i].text), NULL, y), 2);
        assert_memory_equal(y, table[i].y, sizeof table[i].y);
    }
    /* A model in this folder has its weights in this folder. */
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(test_folder), 0);
    assert_int_equal(test_onnx_encode(strrchr(path, '/') + 1, with_names(table[0].text), NULL, y),
                     2);
    assert_int_equal(chdir(before), 0);
    assert_memory_equal(y, table[0].y, sizeof table[0].y);
}

static void external_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *error;
    } table[] = {
        {X "ext w float 4,2 location=$1\nMatMul x,w -> y", "does not hold as many numbers as its"},
        {X "ext w float 4,2 location=$1 offset=12\nMatMul x,w -> y",
         "does not hold as many numbers"},
        {X "ext w float 4,2 location=$1 offset=12 length=32\nMatMul x,w -> y", "lies outside of"},
        {X "ext w float 4,2 location=$1 offset=48\nMatMul x,w -> y", "lies outside of its file"},
        {X "ext w float 4,2 location=$1 length=999999999999999\nMatMul x,w -> y", "lies outside"},
        {X "ext w float 4,2 location=nothing-here\nMatMul x,w -> y", "nothing-here: "},
        {X "ext w float 4,2 location=$4 length=32\nMatMul x,w -> y", "a link or a file is in"},
        {X "ext w float 4,2 location=$4/w length=32\nMatMul x,w -> y", "a link or a file is in"},
    };
    put_floats(weights, 1);
    remove(led);
    assert_int_equal(symlink("/etc/hostname", led), 0);
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        test_onnx_write(path, with_names(table[i].text));
        emb_net *net = emb_net_import(path, NULL);
        if (!net && emb__last_status() == EMB_ERR_MISSING) skip();
        assert_null(net);
        if (!strstr(emb_error(), table[i].error)) {
            fail_msg("expected '%s', got: %s", table[i].error, emb_error());
        }
    }
    /* A second name may be that of a file anywhere. */
    remove(led);
    assert_int_equal(link(weights, led), 0);
    test_onnx_write(path, with_names(X "ext w float 4,2 location=$4 length=32\nMatMul x,w -> y"));
    assert_null(emb_net_import(path, NULL));
    assert_non_null(strstr(emb_error(), "has a second name"));
    remove(led);
}

/* A first layer of many more numbers than the model's own file has bytes. */
static void large_external(void **state) {
    (void)state;
    enum { NUMBERS = 1 << 19 };
    FILE *file = fopen(weights, "wb");
    assert_non_null(file);
    for (int i = 0; i < NUMBERS; i++) {
        const float one = 1;
        assert_int_equal(fwrite(&one, sizeof one, 1, file), 1);
    }
    assert_int_equal(fclose(file), 0);
    float y[TEST_ONNX_MOST];
    const char *text = with_names("in x float N,1024\nout y\next w float 1024,512 location=$1\n"
                                  "MatMul x,w -> y");
    assert_int_equal(test_onnx_encode(path, text, "Linear(1024, 512", y), 512);
    assert_float_equal(y[511], 1024 * 1025 / 2, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_external),
        cmocka_unit_test(external_refused),
        cmocka_unit_test(large_external),
    };
    return cmocka_run_group_tests(tests, set_up, test_folder_remove);
}
