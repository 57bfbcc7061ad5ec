/* codec/npy.c and codec/array_file.c: NPY files read and written, whole and damaged. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/npy.h"
#include "makers/npy_bytes.h"
#include "support/folder.h"
#include "support/support.h"

static char path[64];

static int make_path(void **state) {
    const int made = test_folder_make(state);
    snprintf(path, sizeof path, "%s/file", test_folder);
    return made;
}

static void put(const void *bytes, size_t count) { test_put(path, bytes, count); }

static void expect_error(const char *text) {
    char whole[1024];
    snprintf(whole, sizeof whole, "%s: %s", path, text);
    assert_string_equal(emb_error(), whole);
}

/* A file of the version with this text, and these bytes behind it. */
static void put_version(int version, const char *text, const void *bytes, size_t count) {
    uint8_t room[1024];
    buffer file = {room, 0, sizeof room};
    add_npy_header(&file, version, text);
    add_bytes(&file, bytes, count);
    put(file.at, file.count);
}

#define HEAD(descr, order, shape)                                                                  \
    "{'descr': '" descr "', 'fortran_order': " order ", 'shape': " shape ", }"
#define B(bytes) bytes, sizeof(bytes) - 1

/* Arrays of the numbers in `values`. */
static const struct {
    int version;
    const char *text, *bytes;
    size_t byte_count;
    int rank;
    size_t shape[4];
    float values[6];
} good[] = {
    {1, HEAD("<f4", "False", "(2,)"), B("\0\0\x80\x3f\0\0\0\xc0"), 1, {2}, {1, -2}},
    {2, HEAD("<f4", "False", "(2,)"), B("\0\0\x80\x3f\0\0\0\xc0"), 1, {2}, {1, -2}},
    {3, HEAD(">f4", "False", "(1, 2)"), B("\x3f\x80\0\0\xc0\0\0\0"), 2, {1, 2}, {1, -2}},
    {1, HEAD("<f8", "False", "(1,)"), B("\0\0\0\0\0\0\xf8\x3f"), 1, {1}, {1.5}},
    {1, HEAD(">f8", "False", "()"), B("\x3f\xf8\0\0\0\0\0\0"), 0, {0}, {1.5}},
    {1, HEAD("|u1", "False", "(3,)"), B("\0\x07\xff"), 1, {3}, {0, 7, 255}},
    {1, HEAD("|i1", "False", "(3,)"), B("\0\x07\xff"), 1, {3}, {0, 7, -1}},
    {1, HEAD("|b1", "False", "(2,)"), B("\0\x01"), 1, {2}, {0, 1}},
    {1, HEAD(">i2", "False", "(1,)"), B("\xff\xfe"), 1, {1}, {-2}},
    {1, HEAD("<u2", "False", "(1,)"), B("\xfe\xff"), 1, {1}, {65534}},
    {1, HEAD("<i4", "False", "(1,)"), B("\xfe\xff\xff\xff"), 1, {1}, {-2}},
    {1, HEAD(">u4", "False", "(1,)"), B("\0\0\x01\0"), 1, {1}, {256}},
    {1, HEAD("<i8", "False", "(1,)"), B("\xfe\xff\xff\xff\xff\xff\xff\xff"), 1, {1}, {-2}},
    {1, HEAD("<u8", "False", "(1,)"), B("\0\0\0\0\0\0\0\x80"), 1, {1}, {0x1p63f}},
    {1, HEAD("|u1", "False", "(2, 3)"), B("\1\2\3\4\5\6"), 2, {2, 3}, {1, 2, 3, 4, 5, 6}},
    {1, HEAD("|u1", "True", "(2, 3)"), B("\1\4\2\5\3\6"), 2, {2, 3}, {1, 2, 3, 4, 5, 6}},
    {1, HEAD("|u1", "True", "(1, 3, 2)"), B("\1\3\5\2\4\6"), 3, {1, 3, 2}, {1, 2, 3, 4, 5, 6}},
    {1,
     HEAD("|u1", "False", "(1, 1, 2, 3)"),
     B("\1\2\3\4\5\6"),
     4,
     {1, 1, 2, 3},
     {1, 2, 3, 4, 5, 6}},
    {1, HEAD("<f4", "False", "(0, 2)"), "", 0, 2, {0, 2}, {0}},
    /* what other writers and Python 2 make of it */
    {1,
     "{\"shape\":(2L,1L),\"fortran_order\":False,\"descr\":\"|u1\"}",
     B("\1\2"),
     2,
     {2, 1},
     {1, 2}},
};

static void test_good(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(good); i++) {
        put_version(good[i].version, good[i].text, good[i].bytes, good[i].byte_count);
        emb_array array;
        if (emb_array_read(path, &array) != EMB_OK) fail_msg("%s: %s", good[i].text, emb_error());
        assert_int_equal(array.rank, good[i].rank);
        size_t count = 1;
        for (int d = 0; d < array.rank; d++) {
            assert_int_equal(array.shape[d], good[i].shape[d]);
            count *= array.shape[d];
        }
        assert_int_equal(array.count, count);
        assert_memory_equal(array.values, good[i].values, count * sizeof(float));
        emb_array_free(&array);
        assert_null(array.values);
    }
}

#define KEYS_ONCE "descr, fortran_order and shape, each once"
static const struct {
    const char *text, *bytes;
    size_t byte_count;
    const char *error;
} bad[] = {
    {HEAD("<f4", "False", "(2,)"), B("1234567"),
     "holds 7 bytes of numbers, but its header announces 8"},
    {HEAD("<f4", "False", "(2,)"), B("123456789"),
     "holds 9 bytes of numbers, but its header announces 8"},
    {HEAD("<f4", "False", "(4294967296, 4294967296)"), B("1"),
     "announces more numbers than a file can hold"},
    {HEAD("<f4", "False", "(4611686018427387904,)"), B("1"),
     "announces more numbers than a file can hold"},
    {HEAD("<f4", "False", "(1000000000000,)"), B("1"),
     "holds 1 bytes of numbers, but its header announces 4000000000000"},
    {HEAD("<f4", "False", "(99999999999999999999,)"), B("1"),
     "NPY header, character 71: expected a smaller size"},
    {HEAD("<f4", "False", "(1, 1, 1, 1, 1)"), B("1234"), "has more than 4 dimensions"},
    {HEAD("<c8", "False", "(1,)"), B("12345678"),
     "holds numbers of type '<c8', expected floats or integers such as '<f4', '<f8' or '|u1'"},
    {HEAD("|f4", "False", "(1,)"), B("1234"),
     "holds numbers of type '|f4', expected floats or integers such as '<f4', '<f8' or '|u1'"},
    {HEAD("<f4x", "False", "(1,)"), B("1234"),
     "holds numbers of type '<f4x', expected floats or integers such as '<f4', '<f8' or '|u1'"},
    {HEAD("|O", "False", "(1,)"), B("1234"),
     "holds Python objects ('|O'), which are not read: save numbers (x.astype('float32')) or words "
     "(labels.astype(str))"},
    {HEAD("<U1", "False", "(1,)"), B("a\0\0\0"),
     "holds words, expected floats or integers such as '<f4', '<f8' or '|u1'"},
    {HEAD("|S4", "False", "(1,)"), B("abcd"),
     "holds words, expected floats or integers such as '<f4', '<f8' or '|u1'"},
    {HEAD("|S257", "False", "(1,)"), B("abcd"),
     "holds words of type '|S257', expected 1 to 256 letters"},
    {HEAD("|S0", "False", "(1,)"), B(""), "holds words of type '|S0', expected 1 to 256 letters"},
    {HEAD("|Sx", "False", "(1,)"), B(""), "holds words of type '|Sx', expected 1 to 256 letters"},
    {"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", B("1234"),
     "is a structured array, expected one type of numbers"},
    {HEAD("<f4", "Maybe", "(1,)"), B("1234"), "NPY header, character 35: expected True or False"},
    {HEAD("<f4", "False", "(1)"), B("1234"), "NPY header, character 53: expected ','"},
    {HEAD("<f4", "False", "(-1,)"), B("1234"), "NPY header, character 52: expected a size"},
    {HEAD("<f4", "False", "(1,,)"), B("1234"), "NPY header, character 54: expected a size"},
    {HEAD("<f4", "False", "1"), B("1234"), "NPY header, character 51: expected '('"},
    {"", "", 0, "NPY header, character 55: expected '{'"},
    {"{'descr': '<f4', 'fortran_order': False}", B("1234"),
     "NPY header, character 55: expected " KEYS_ONCE},
    {"{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}", B("1234"),
     "NPY header, character 25: expected " KEYS_ONCE},
    {"{'descr': '<f4', 'order': False, 'shape': (1,)}", B("1234"),
     "NPY header, character 25: expected " KEYS_ONCE},
    {"{'descr' '<f4'}", B("1234"), "NPY header, character 10: expected ':'"},
    {"{'descr': '<f4' 'shape': (1,)}", B("1234"), "NPY header, character 17: expected ',' or '}'"},
    {"{'descr': '<f4", B("1234"), "NPY header, character 11: expected a string that ends"},
    {"{descr: '<f4'}", B("1234"), "NPY header, character 2: expected a string"},
    {HEAD("<f4", "False", "(1,)") "x", B("1234"),
     "NPY header, character 58: expected nothing after '}'"},
};

static void test_bad(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        put_version(1, bad[i].text, bad[i].bytes, bad[i].byte_count);
        emb_array array = {.rank = 3};
        assert_int_not_equal(emb_array_read(path, &array), EMB_OK);
        expect_error(bad[i].error);
        assert_null(array.values);
    }
}

/* Cut at every byte, and every byte of the header changed: an error or an array, never a crash. */
static void test_damaged(void **state) {
    (void)state;
    static const char text[] = HEAD("<f4", "True", "(2, 3)");
    uint8_t file[128 + 24] = {0};
    put_version(1, text, file, 24);
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    assert_int_equal(fread(file, 1, sizeof file, stream), sizeof file);
    fclose(stream);
    emb_array array;
    for (size_t count = 0; count < sizeof file; count++) {
        put(file, count);
        assert_int_not_equal(emb_array_read(path, &array), EMB_OK);
        if (count < 6) expect_error(count == 0 ? "is empty" : "is not an NPY file");
        if (count >= 6 && count < 128) expect_error("ends inside its NPY header");
    }
    for (size_t i = 0; i < 128; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            file[i] ^= (uint8_t)(1U << bit);
            put(file, sizeof file);
            if (emb_array_read(path, &array) == EMB_OK) {
                assert_int_equal(array.count, 6);
                emb_array_free(&array);
            }
            file[i] ^= (uint8_t)(1U << bit);
        }
    }
    put(B("\x93NUMPY\x04\0\x10\0\0\0\0\0"));
    assert_int_equal(emb_array_read(path, &array), EMB_ERR_FORMAT);
    expect_error("is NPY version 4, expected 1, 2 or 3");
    put(B("\x93NUMPY\x02\0\xff\xff\xff\xff"));
    assert_int_equal(emb_array_read(path, &array), EMB_ERR_FORMAT);
    expect_error("its NPY header has 4294967295 bytes, expected at most 65536");
}

static void test_write(void **state) {
    (void)state;
    float values[] = {1, -2, NAN, 0x1p-149f, 5, 6};
    static const struct {
        int rank;
        size_t shape[4];
    } shapes[] = {{1, {6}}, {2, {2, 3}}, {3, {1, 2, 3}}, {4, {3, 1, 2, 1}}};
    for (size_t i = 0; i < TEST_COUNT(shapes); i++) {
        emb_array array = {.rank = shapes[i].rank, .count = 6, .values = values}, back;
        memcpy(array.shape, shapes[i].shape, sizeof array.shape);
        assert_int_equal(emb_array_write(path, &array), EMB_OK);
        assert_int_equal(emb_array_read(path, &back), EMB_OK);
        assert_int_equal(back.rank, array.rank);
        assert_memory_equal(back.shape, array.shape, sizeof array.shape);
        assert_memory_equal(back.values, values, sizeof values);
        emb_array_free(&back);
    }
    /* As numpy.save writes them on a little-endian machine. */
    char header[EMB__NPY_HEADER_ROOM];
    const size_t shape[] = {70000, 1};
    assert_int_equal(emb__npy_header("u1", 1, shape, header), 128);
    assert_memory_equal(
        header, "\x93NUMPY\x01\0v\0{'descr': '|u1', 'fortran_order': False, 'shape': (70000,), }",
        71);
    assert_int_equal(header[127], '\n');
    assert_int_equal(emb__npy_header("f4", 0, shape, header), 128);
    const size_t most[] = {SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX};
    assert_int_equal(emb__npy_header("f4", 4, most, header) % 64, 0);
}

static void test_writer(void **state) {
    (void)state;
    const float values[] = {1, 2, 3, 4};
    const size_t shape[] = {2, 2}, huge[] = {SIZE_MAX, 2};
    emb_array_writer *writer = emb_array_writer_new(path, 2, shape);
    assert_non_null(writer);
    assert_int_equal(emb_array_writer_add(writer, values, 3), EMB_OK);
    assert_int_equal(emb_array_writer_finish(writer), EMB_ERR_ARGUMENT);
    expect_error("got 3 of the 4 numbers of its shape");
    assert_int_equal(emb_array_writer_add(writer, values, 2), EMB_ERR_ARGUMENT);
    expect_error("gets more than the 4 numbers of its shape");
    assert_int_equal(emb_array_writer_add(writer, values + 3, 1), EMB_OK);
    assert_int_equal(emb_array_writer_finish(writer), EMB_OK);
    assert_int_equal(emb_array_writer_finish(writer), EMB_ERR_ARGUMENT);
    expect_error("is finished already");
    emb_array_writer_free(writer);
    emb_array array;
    assert_int_equal(emb_array_read(path, &array), EMB_OK);
    assert_memory_equal(array.values, values, sizeof values);
    emb_array_free(&array);
    /* One that is not finished leaves the file as it was. */
    writer = emb_array_writer_new(path, 1, shape);
    assert_int_equal(emb_array_writer_add(writer, values, 1), EMB_OK);
    emb_array_writer_free(writer);
    assert_int_equal(emb_array_read(path, &array), EMB_OK);
    assert_int_equal(array.count, 4);
    emb_array_free(&array);
    assert_null(emb_array_writer_new(path, 2, huge));
    expect_error("cannot write: more numbers than a file can hold");
    assert_null(emb_array_writer_new("/nowhere/x.npy", 2, shape));
    assert_string_equal(emb_error(), "/nowhere/x.npy: cannot write: its folder does not exist");
    emb_array_writer_free(NULL);
}

static void test_arguments(void **state) {
    (void)state;
    static const size_t shape[] = {2, 2, 2, 2, 2}, huge[] = {SIZE_MAX, 2, 3};
    static const float values[] = {1, 2};
    static const struct {
        const char *path;
        int rank;
        const size_t *shape;
    } table[] = {
        {NULL, 1, shape}, {"", 1, shape}, {path, -1, shape}, {path, 5, shape}, {path, 1, NULL},
    };
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        assert_null(emb_array_writer_new(table[i].path, table[i].rank, table[i].shape));
        assert_string_equal(emb_error(),
                            "emb_array_writer_new needs a path and up to 4 dimensions");
    }
    assert_null(emb_array_writer_new(path, 3, huge));
    expect_error("cannot write: more numbers than a file can hold");
    assert_null(emb_array_writer_new(path, 1, huge));
    expect_error("cannot write: more numbers than a file can hold");
    const emb_array array = {.rank = 5};
    assert_int_equal(emb_array_write(path, &array), EMB_ERR_ARGUMENT);
    emb_array_writer *writer = emb_array_writer_new(path, 0, NULL); /* one number */
    assert_non_null(writer);
    assert_int_equal(emb_array_writer_add(writer, values, 1), EMB_OK);
    assert_int_equal(emb_array_writer_finish(writer), EMB_OK);
    assert_int_equal(emb_array_writer_add(writer, values, 1), EMB_ERR_ARGUMENT);
    expect_error("is finished already");
    emb_array_writer_free(writer);
    static const char *const names[] = {NULL, "npy", "labels.csv"};
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        assert_int_equal(emb_labels_write(names[i], NULL, 0), EMB_ERR_ARGUMENT);
        assert_string_equal(emb_error(), "labels need an array's path that ends in .npy");
    }
    emb_array_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),    cmocka_unit_test(test_bad),
        cmocka_unit_test(test_damaged), cmocka_unit_test(test_write),
        cmocka_unit_test(test_writer),  cmocka_unit_test(test_arguments),
    };
    return cmocka_run_group_tests(tests, make_path, test_folder_remove);
}
