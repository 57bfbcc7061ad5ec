/* codec/safetensors_write.c: the bytes that are written, and what cannot be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/file.h"
#include "codec/safetensors.h"
#include "makers/safetensors_bytes.h"
#include "support/folder.h"
#include "support/support.h"

static emb_tensor_info tensor(const char *name, const float *values, int rank, int d0, int d1) {
    emb_tensor_info t = {.name = name, .rank = rank, .shape = {d0, d1}, .values = values};
    t.count = (size_t)d0 * (size_t)(rank > 1 ? d1 : 1);
    return t;
}

/* The bytes of the file that is written. */
static emb_status print_file(const emb_tensor_info *tensors, size_t tensor_count,
                             const emb_pair *pairs, size_t pair_count, uint8_t **bytes,
                             size_t *count) {
    const char *path = test_path("file");
    emb__text header = {0};
    emb_status status = emb__safetensors_header(tensors, tensor_count, pairs, pair_count, &header);
    if (status == EMB_OK) {
        status = emb__safetensors_write(path, &header, tensors, tensor_count);
        if (status == EMB_OK) status = emb__file_load(path, SIZE_MAX, bytes, count);
    }
    emb__free(header.bytes);
    return status;
}

static void test_written_bytes(void **state) {
    (void)state;
    static const float values[6] = {1, -2, 0.5f, 0, -0.0f, 3};
    const emb_tensor_info tensors[] = {tensor("z", values, 2, 2, 2),
                                       tensor("a.b", values + 4, 1, 2, 0)};
    const emb_pair pairs[] = {{"format", "pt"}, {"q\"\\", "a\nb\t\x7f\xc3\xa9\x01"}};
    static const char json[] =
        "{\"__metadata__\":{\"format\":\"pt\",\"q\\\"\\\\\":\"a\\nb\\t\\u007f\xc3\xa9\\u0001\"},"
        "\"z\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
        "\"a.b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[16,24]}}";
    static const uint8_t data[24] = {0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0,    0x3f,
                                     0, 0, 0,    0,    0, 0, 0, 0x80, 0, 0, 0x40, 0x40};
    uint8_t *bytes;
    size_t count, expected_count;
    uint8_t *expected = make_safetensors(json, sizeof json - 1, sizeof data, &expected_count);
    memcpy(expected + expected_count - sizeof data, data, sizeof data);
    assert_int_equal(print_file(tensors, 2, pairs, 2, &bytes, &count), EMB_OK);
    assert_int_equal(count, expected_count);
    assert_memory_equal(bytes, expected, count);
    emb__free(expected);

    emb__safetensors file;
    float back[4];
    assert_int_equal(emb__safetensors_parse(bytes, count, "f", &file), EMB_OK);
    assert_string_equal(emb__safetensors_value(&file, pairs[1].key), pairs[1].value);
    assert_int_equal(file.tensor_count, 2);
    emb__safetensors_values(&file, emb__safetensors_find(&file, "z"), back);
    assert_memory_equal(back, values, sizeof back);
    emb__safetensors_clear(&file);
}

/* What the writer takes, the reader takes; what it does not is said. */
static void test_written_strings(void **state) {
    (void)state;
    static char long_value[EMB__SAFETENSORS_STRING];
    memset(long_value, 'v', sizeof long_value - 1);
    const struct {
        const char *value, *text; /* NULL: is accepted */
    } cases[] = {
        {"", NULL},
        {"\xc2\x80 \xdf\xbf \xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf", NULL},
        {"\xf0\x90\x80\x80 \xf3\xbf\xbf\xbf \xf4\x8f\xbf\xbf", NULL},
        {long_value + 1, NULL},
        {long_value, "metadata k has 262145 bytes as JSON; expected at most 262144"},
        {NULL, "metadata pair 0 has a NULL key or value"},
        {"\xff", "metadata k is not UTF-8"},
        {"\x80", "metadata k is not UTF-8"},
        {"\xc1\xbf", "metadata k is not UTF-8"},
        {"\xc3", "metadata k is not UTF-8"},
        {"\xe0\x9f\xbf", "metadata k is not UTF-8"},
        {"\xed\xa0\x80", "metadata k is not UTF-8"},
        {"\xe2\x82", "metadata k is not UTF-8"},
        {"\xf0\x8f\xbf\xbf", "metadata k is not UTF-8"},
        {"\xf4\x90\x80\x80", "metadata k is not UTF-8"},
        {"\xf0\x9f\x98 ", "metadata k is not UTF-8"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const emb_pair pair = {"k", cases[i].value};
        uint8_t *bytes;
        size_t count;
        emb__safetensors file;
        emb_status status = print_file(NULL, 0, &pair, 1, &bytes, &count);
        if (cases[i].text) {
            assert_int_equal(status, EMB_ERR_ARGUMENT);
            assert_string_equal(emb_error(), cases[i].text);
            continue;
        }
        assert_int_equal(status, EMB_OK);
        assert_int_equal(bytes[0] % 8, 0); /* so that the data begins at a multiple of 8 */
        assert_int_equal(emb__safetensors_parse(bytes, count, "f", &file), EMB_OK);
        assert_string_equal(emb__safetensors_value(&file, "k"), cases[i].value);
        emb__safetensors_clear(&file);
    }
    const emb_pair twice[] = {{"k", "1"}, {"j", "2"}, {"k", "3"}};
    uint8_t *bytes;
    size_t count;
    assert_int_equal(print_file(NULL, 0, twice, 3, &bytes, &count), EMB_ERR_ARGUMENT);
    assert_string_equal(emb_error(), "metadata has two values for k");
}

/* What cannot be written, and a file without metadata, which can. */
static void test_writer_limits(void **state) {
    (void)state;
    static emb_pair pairs[EMB__SAFETENSORS_PAIRS + 1];
    static char names[EMB__SAFETENSORS_PAIRS + 1][8];
    static char long_value[EMB__SAFETENSORS_STRING - 2];
    static emb_tensor_info tensors[EMB__SAFETENSORS_TENSORS + 1];
    static const float values[] = {1, 2};
    uint8_t *bytes;
    size_t count;
    memset(long_value, 'v', sizeof long_value - 1);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        snprintf(names[i], sizeof names[i], "%zu", i);
        pairs[i] = (emb_pair){names[i], i < 5 ? long_value : ""};
    }
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++) {
        tensors[i] = (emb_tensor_info){.name = "t", .rank = 1, .shape = {2}, .count = 2};
        tensors[i].values = values;
    }
    assert_int_equal(print_file(NULL, 0, pairs, sizeof pairs / sizeof *pairs, &bytes, &count),
                     EMB_ERR_ARGUMENT);
    assert_string_equal(emb_error(), "1025 pairs of metadata; expected at most 1024");
    assert_int_equal(print_file(tensors, sizeof tensors / sizeof *tensors, NULL, 0, &bytes, &count),
                     EMB_ERR_ARGUMENT);
    assert_string_equal(emb_error(), "8193 tensors; expected at most 8192");
    assert_int_equal(print_file(NULL, 0, pairs, 5, &bytes, &count), EMB_ERR_ARGUMENT);
    assert_non_null(strstr(emb_error(), "the header would have 13"));
    assert_non_null(strstr(emb_error(), "bytes; expected at most 1048576"));
    const emb_pair bad[] = {{NULL, "1"}, {"\xff", "1"}};
    assert_int_equal(print_file(NULL, 0, bad, 1, &bytes, &count), EMB_ERR_ARGUMENT);
    assert_string_equal(emb_error(), "metadata pair 0 has a NULL key or value");
    assert_int_equal(print_file(NULL, 0, bad + 1, 1, &bytes, &count), EMB_ERR_ARGUMENT);
    assert_string_equal(emb_error(), "metadata \\xff is not UTF-8");
    tensors[1].name = "\xff";
    assert_int_equal(print_file(tensors, 2, NULL, 0, &bytes, &count), EMB_ERR_ARGUMENT);
    assert_string_equal(emb_error(), "tensor name is not UTF-8");
    tensors[1].name = "u";
    tensors[0].count = SIZE_MAX / 2;
    assert_int_equal(print_file(tensors, 2, NULL, 0, &bytes, &count), EMB_ERR_MEMORY);
    assert_string_equal(emb_error(), "tensor t is too large");
    tensors[0].count = tensors[1].count = SIZE_MAX / 4;
    assert_int_equal(print_file(tensors, 2, NULL, 0, &bytes, &count), EMB_ERR_MEMORY);
    assert_string_equal(emb_error(), "tensor u is too large");
    tensors[0].count = tensors[1].count = 2;
    emb__safetensors file;
    float back[2];
    assert_int_equal(print_file(tensors, 2, NULL, 0, &bytes, &count), EMB_OK);
    assert_int_equal(emb__safetensors_parse(bytes, count, "f", &file), EMB_OK);
    assert_null(emb__safetensors_value(&file, "0"));
    emb__safetensors_values(&file, emb__safetensors_find(&file, "u"), back);
    assert_memory_equal(back, values, sizeof back);
    emb__safetensors_clear(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written_bytes),
        cmocka_unit_test(test_written_strings),
        cmocka_unit_test(test_writer_limits),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
