/* formats/safetensors*.c: the bytes that are written, and every way in which a file can be wrong.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/file.h"
#include "codec/safetensors.h"

enum { ROOM = 2048 };

/* A file of this JSON, padded to 8, and `data` bytes 0, 1, 2, ... */
static uint8_t *lay_out(const char *json, size_t json_bytes, size_t data, size_t *count) {
    size_t n = (json_bytes + 7) / 8 * 8;
    uint8_t *bytes = emb__alloc(8 + n + data);
    for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)(n >> 8 * i);
    memset(bytes + 8, ' ', n);
    memcpy(bytes + 8, json, json_bytes);
    for (size_t i = 0; i < data; i++) bytes[8 + n + i] = (uint8_t)i;
    *count = 8 + n + data;
    return bytes;
}

/* Parses a copy that ends where its block ends, so that the sanitizer sees a step too far. */
static emb_status parse_copy(const uint8_t *bytes, size_t count, emb__safetensors *file) {
    uint8_t *copy = emb__realloc(NULL, count);
    memcpy(copy, bytes, count);
    return emb__safetensors_parse(copy, count, "f", file);
}

#define T(name, dtype, shape, from, to)                                                            \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[" #from "," #to   \
    "]}"
#define A           T("a", "F32", "[2]", 0, 8)
#define META(pairs) "\"__metadata__\":{" pairs "}"

typedef struct json_case {
    const char *json;
    size_t data;
    const char *text; /* what the error begins with behind "f: "; NULL: is accepted */
} json_case;

static const json_case json_cases[] = {
    {"{}", 0, NULL},
    {"{" A "}", 8, NULL},
    {"{ " A " , " T("b", "F32", "[1]", 8, 12) " }\n\t\r ", 12, NULL},
    {"{" T("b", "F32", "[1]", 8, 12) "," A "}", 12, NULL},
    {"{" T("a", "F16", "[2,2]", 0, 8) "}", 8, NULL},
    {"{" T("a", "BF16", "[2,2,1,1]", 0, 8) "}", 8, NULL},
    {"{" T("a", "F32", "[]", 0, 4) "}", 4, NULL},
    {"{" T("a", "F32", "[0,7]", 0, 0) "," T("b", "F32", "[1]", 0, 4) "}", 4, NULL},
    {"{" META("") "}", 0, NULL},
    {"{" A "," META("\"k\":\"v\"") "}", 8, NULL},
    /* the header's frame */
    {"[" A "]", 8, "is not a safetensors file: no { at byte 8"},
    {" {" A "}", 8, "is not a safetensors file: no { at byte 8"},
    {"{" A "", 8, "byte 56 of the header: expected , or }"},
    {"{" A "}}", 8, "byte 54 of the header: something follows the last }"},
    {"{" A "} x", 8, "byte 55 of the header: something follows the last }"},
    {"{" A ",}", 8, "byte 54 of the header: expected a string"},
    {"{" A ";}", 8, "byte 53 of the header: expected , or }"},
    {"{a:1}", 8, "byte 1 of the header: expected a string"},
    {"{\"a\" 1}", 8, "byte 5 of the header: expected : behind a name"},
    {"{\"a", 8, "byte 1 of the header: the string does not end"},
    {"{\"a\\\"}", 8, "byte 1 of the header: the string does not end"},
    {"{\"a\\", 8, "byte 1 of the header: the string does not end"},
    {"{\"a\":1}", 8, "byte 5 of the header: expected a tensor's {"},
    {"{\"a\":{\"dtype\":[}", 8, "byte 5 of the header: the tensor's { does not end"},
    {"{\"a\":{\"dtype\":\"F32}}", 8, "byte 5 of the header: the tensor's { does not end"},

    {"{\"\\u0000\":1}", 8, "byte 1 of the header: U+0000 in a string"},
    {"{\"\\ud800\":1}", 8, "byte 1 of the header: half a surrogate pair"},
    {"{\"\\ud800\\u0041\":1}", 8, "byte 1 of the header: half a surrogate pair"},
    {"{\"\\udc00\":1}", 8, "byte 1 of the header: half a surrogate pair"},
    {"{\"\\u00g0\":1}", 8, "byte 1 of the header: \\u without four hexadecimal digits"},
    {"{\"\\u00\":1}", 8, "byte 1 of the header: \\u without four hexadecimal digits"},
    {"{\"\\x\":1}", 8, "byte 1 of the header: an unknown escape in a string"},
    {"{\"\t\":1}", 8, "byte 1 of the header: a control character in a string"},
    {"{\"\xff\":1}", 8, "byte 1 of the header: the string is not UTF-8"},
    {"{\"a\":{\"dtype\":}}", 8, "byte 5 of the header: unexpected token"},
    {"{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 8,
     "byte 5 of the header: duplicate object key"},
    {"{" A "," A "}", 8, "tensor a: is there twice"},
    {"{" A "," T("\\u0061", "F32", "[2]", 0, 8) "}", 8, "tensor a: is there twice"},
    /* metadata */
    {"{" META("\"k\":1") "}", 0, "byte 21 of the header: expected a string"},
    {"{" META("\"k\":null") "}", 0, "byte 21 of the header: expected a string"},
    {"{" META("\"k\":{}") "}", 0, "byte 21 of the header: expected a string"},
    {"{" META("\"k\":\"v\",\"k\":\"v\"") "}", 0, "__metadata__ has two values for k"},
    {"{" META("") "," META("") "}", 0, "byte 34 of the header: a second __metadata__"},
    {"{\"__metadata__\":[]}", 0, "byte 16 of the header: expected {"},
    /* entries */
    {"{\"a\":{}}", 0, "tensor a: expected dtype, shape and data_offsets, and nothing else"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4],\"x\":1}}", 4,
     "tensor a: expected dtype, shape and data_offsets, and nothing else"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"offsets\":[0,4]}}", 4,
     "tensor a: data_offsets are not two whole numbers from 0"},
    {"{\"a\":{\"dtype\":3,\"shape\":[],\"data_offsets\":[0,4]}}", 4,
     "tensor a: dtype is not a string"},
    {"{" T("a", "I64", "[1]", 0, 8) "}", 8, "tensor a: holds I64, expected F32, F16, BF16 or F64"},
    {"{" T("a", "f32", "[1]", 0, 4) "}", 4, "tensor a: holds f32, expected F32, F16, BF16 or F64"},
    {"{" T("a", "F32", "4", 0, 4) "}", 4, "tensor a: shape is not a list"},
    {"{" T("a", "F32", "[1,1,1,1,1]", 0, 4) "}", 4,
     "tensor a: has 5 dimensions, expected at most 4"},
    {"{" T("a", "F32", "[-1]", 0, 4) "}", 4,
     "tensor a: shape holds something else than whole numbers from 0"},
    {"{" T("a", "F32", "[1.0]", 0, 4) "}", 4,
     "tensor a: shape holds something else than whole numbers from 0"},
    {"{" T("a", "F32", "[\"1\"]", 0, 4) "}", 4,
     "tensor a: shape holds something else than whole numbers from 0"},
    {"{" T("a", "F32", "[99999999999999999999]", 0, 4) "}", 4,
     "byte 5 of the header: too big integer"},
    {"{" T("a", "F32", "[4294967296,4294967296]", 0, 0) "}", 0,
     "tensor a: the product of its shape is too large"},
    {"{" T("a", "F32", "[4611686018427387904]", 0, 0) "}", 0,
     "tensor a: has 0 bytes, which are not [4611686018427387904] of F32"},
    {"{" T("a", "F32", "[3]", 0, 8) "}", 8, "tensor a: has 8 bytes, which are not [3] of F32"},
    {"{" T("a", "F16", "[2]", 0, 8) "}", 8, "tensor a: has 8 bytes, which are not [2] of F16"},
    {"{" T("a", "F32", "[2]", 0, 8.0) "}", 8,
     "tensor a: data_offsets are not two whole numbers from 0"},
    {"{" T("a", "F32", "[2]", -8, 0) "}", 8,
     "tensor a: data_offsets are not two whole numbers from 0"},
    {"{" T("a", "F32", "[2]", 8, 0) "}", 8,
     "tensor a: data_offsets 8, 0 do not lie in the 8 bytes of data"},
    {"{" A "}", 7, "tensor a: data_offsets 0, 8 do not lie in the 7 bytes of data"},
    {"{" T("a", "F32", "[2]", 9223372036854775799, 9223372036854775807) "}", 8,
     "tensor a: data_offsets 9223372036854775799, 9223372036854775807 do not lie in the 8 bytes of "
     "data"},
    /* the buffer */
    {"{" A "}", 9, "has 1 bytes behind the last tensor"},
    {"{}", 4, "has 4 bytes behind the last tensor"},
    {"{" T("a", "F32", "[1]", 4, 8) "}", 8, "tensor a: begins at byte 4 of the data, expected 0"},
    {"{" A "," T("b", "F32", "[1]", 12, 16) "}", 16,
     "tensor b: begins at byte 12 of the data, expected 8"},
    {"{" A "," T("b", "F32", "[2]", 4, 12) "}", 12,
     "tensor b: begins at byte 4 of the data, expected 8"},
    {"{" A "," T("b", "F32", "[2]", 0, 8) "}", 8,
     "tensor b: begins at byte 0 of the data, expected 8"},
};

static void check(const json_case *c, const uint8_t *bytes, size_t count) {
    emb__safetensors file;
    emb_status status = parse_copy(bytes, count, &file);
    if (!c->text) {
        if (status != EMB_OK) fail_msg("%s: %s", c->json, emb_error());
        emb__safetensors_clear(&file);
        return;
    }
    assert_int_equal(status, EMB_ERR_FORMAT);
    char whole[1024];
    snprintf(whole, sizeof whole, "f: %s", c->text);
    if (strncmp(emb_error(), whole, strlen(whole)) != 0) {
        fail_msg("%s: got '%s', expected '%s'", c->json, emb_error(), whole);
    }
    assert_null(file.bytes);
}

static void test_headers(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof json_cases / sizeof *json_cases; i++) {
        size_t count;
        const json_case *c = &json_cases[i];
        uint8_t *bytes = lay_out(c->json, strlen(c->json), c->data, &count);
        check(c, bytes, count);
        emb__free(bytes);
    }
}

static void test_frames(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t count;
        const char *text;
    } cases[] = {
        {"\2\0\0\0\0\0\0\0{}", 10, NULL},
        {"\2\0\0\0\0\0\0\0{", 9, "has 9 bytes, too few for a safetensors file"},
        {"\0\0\0\0\0\0\0\0{}", 10, "is not a safetensors file: no { at byte 8"},
        {"\1\0\0\0\0\0\0\0{}", 10, "is not a safetensors file: no { at byte 8"},
        {"\3\0\0\0\0\0\0\0{}", 10,
         "is not a safetensors file, or cut short: the header would have 3 bytes, the file has 10"},
        {"\xff\xff\xff\xff\xff\xff\xff\xff{}", 10,
         "is not a safetensors file, or cut short: the header would have 18446744073709551615 "
         "bytes, the file has 10"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const json_case c = {"", 0, cases[i].text};
        check(&c, (const uint8_t *)cases[i].bytes, cases[i].count);
    }
}

/* One case a limit: `limit` repetitions are accepted, one more is not. */
static void test_limits(void **state) {
    (void)state;
    static const struct {
        const char *before, *first, *next, *after; /* %d in next: its number */
        int limit;
        const char *text;
    } cases[] = {
        {"{", "\"0\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}",
         ",\"%d\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}", "}",
         EMB__SAFETENSORS_TENSORS, "f: has more than 8192 tensors"},
        {"{\"__metadata__\":{", "\"0\":\"\"", ",\"%d\":\"\"", "}}", EMB__SAFETENSORS_PAIRS,
         "f: has more than 1024 pairs in __metadata__"},
        {"{\"__metadata__\":{\"k\":\"", "v", "v", "\"}}", EMB__SAFETENSORS_STRING - 2,
         "f: byte 21 of the header: the string is too long"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[0]", "", " ", ",\"data_offsets\":[0,0]}}",
         EMB__SAFETENSORS_ENTRY - 47, "f: byte 5 of the header: the tensor's entry is too long"},
        {"{", " ", " ", "}", EMB__SAFETENSORS_HEADER - 2,
         "f: the header has 1048584 bytes, expected at most 1048576"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int over = 0; over < 2; over++) {
            emb__text json = {0};
            emb__safetensors file;
            size_t count;
            emb__text_add(&json, "%s%s", cases[i].before, cases[i].first);
            for (int k = 1; k < cases[i].limit + over; k++) {
                const char *mark = strstr(cases[i].next, "%d");
                if (mark) {
                    emb__text_bytes(&json, cases[i].next, (size_t)(mark - cases[i].next));
                    emb__text_add(&json, "%d%s", k, mark + 2);
                } else {
                    emb__text_add(&json, "%s", cases[i].next);
                }
            }
            emb__text_add(&json, "%s", cases[i].after);
            uint8_t *bytes = lay_out(json.bytes, json.length, 0, &count);
            emb_status status = emb__safetensors_parse(bytes, count, "f", &file);
            if (status != EMB_OK && !over) fail_msg("%s", emb_error());
            assert_int_equal(status, over ? EMB_ERR_FORMAT : EMB_OK);
            if (over) assert_string_equal(emb_error(), cases[i].text);
            emb__safetensors_clear(&file);
            emb__free(json.bytes);
        }
    }
}

#define SMALL                                                                                      \
    "{" META("\"k\\n\":\"\\u00e9\\ud83d\\ude00\"") "," A "," T("b", "F16", "[1]", 8, 10) "}"

static void test_content(void **state) {
    (void)state;
    size_t count;
    float values[2];
    char text[EMB__STORED_SHAPE_TEXT];
    emb__safetensors file;
    uint8_t *bytes = lay_out(SMALL, strlen(SMALL), 10, &count);
    assert_int_equal(emb__safetensors_parse(bytes, count, "f", &file), EMB_OK);
    assert_string_equal(emb__safetensors_value(&file, "k\n"), "\xc3\xa9\xf0\x9f\x98\x80");
    assert_null(emb__safetensors_value(&file, "k"));
    const emb__stored *a = emb__safetensors_find(&file, "a");
    assert_string_equal(emb__safetensors_shape(a, text), "[2]");
    assert_int_equal(a->count, 2);
    emb__safetensors_values(&file, a, values);
    uint32_t bits[2];
    memcpy(bits, values, sizeof bits);
    assert_int_equal(bits[0], 0x03020100);
    assert_int_equal(bits[1], 0x07060504);
    assert_null(emb__safetensors_find(&file, "c"));
    emb__safetensors_clear(&file);
}

static void test_every_prefix(void **state) {
    (void)state;
    size_t count;
    emb__safetensors file;
    uint8_t *bytes = lay_out(SMALL, strlen(SMALL), 10, &count);
    for (size_t i = 1; i < count; i++) {
        assert_int_equal(parse_copy(bytes, i, &file), EMB_ERR_FORMAT);
        assert_memory_equal(emb_error(), "f: ", 3);
    }
    emb__free(bytes);
}

/* Whatever a byte of the header turns into: an error, or a file whose tensors cover the buffer. */
static void test_every_header_byte(void **state) {
    (void)state;
    size_t count, accepted = 0;
    emb__safetensors file;
    uint8_t *bytes = lay_out(SMALL, strlen(SMALL), 10, &count);
    for (size_t i = 0; i < count - 10; i++) {
        uint8_t right = bytes[i];
        for (int value = 0; value < 256; value++) {
            bytes[i] = (uint8_t)value;
            if (parse_copy(bytes, count, &file) != EMB_OK) continue;
            accepted++;
            assert_int_equal(file.tensors[file.tensor_count - 1].end, 10);
            emb__safetensors_clear(&file);
        }
        bytes[i] = right;
    }
    assert_true(accepted > count); /* the unchanged byte, and letters within names */
    emb__free(bytes);
}

static emb_tensor_info tensor(const char *name, const float *values, int rank, int d0, int d1) {
    emb_tensor_info t = {.name = name, .rank = rank, .shape = {d0, d1}, .values = values};
    t.count = (size_t)d0 * (size_t)(rank > 1 ? d1 : 1);
    return t;
}

/* The bytes of the file that is written. */
static emb_status print_file(const emb_tensor_info *tensors, size_t tensor_count,
                             const emb_pair *pairs, size_t pair_count, uint8_t **bytes,
                             size_t *count) {
    char path[] = "/tmp/embudo-safetensors-XXXXXX";
    emb__text header = {0};
    emb_status status = emb__safetensors_header(tensors, tensor_count, pairs, pair_count, &header);
    if (status == EMB_OK) {
        const int fd = mkstemp(path);
        assert_true(fd >= 0);
        close(fd);
        status = emb__safetensors_write(path, &header, tensors, tensor_count);
        if (status == EMB_OK) status = emb__file_load(path, SIZE_MAX, bytes, count);
        unlink(path);
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
    uint8_t *expected = lay_out(json, sizeof json - 1, sizeof data, &expected_count);
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
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
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

/* Every 16-bit number, against its definition: sign, exponent, fraction. */
static void test_half_precision(void **state) {
    (void)state;
    static const struct {
        const char *json;
        emb__dtype dtype;
        int fraction_bits, bias;
    } cases[] = {{"{" T("a", "F16", "[65536]", 0, 131072) "}", EMB__F16, 10, 15},
                 {"{" T("a", "BF16", "[65536]", 0, 131072) "}", EMB__BF16, 7, 127}};
    float *values = emb__alloc(65536 * sizeof *values);
    for (size_t c = 0; c < 2; c++) {
        size_t count;
        emb__safetensors file;
        uint8_t *bytes = lay_out(cases[c].json, strlen(cases[c].json), 131072, &count);
        for (size_t i = 0; i < 65536; i++) {
            bytes[count - 131072 + 2 * i] = (uint8_t)i;
            bytes[count - 131072 + 2 * i + 1] = (uint8_t)(i >> 8);
        }
        assert_int_equal(emb__safetensors_parse(bytes, count, "f", &file), EMB_OK);
        assert_int_equal(file.tensors[0].dtype, cases[c].dtype);
        emb__safetensors_values(&file, &file.tensors[0], values);
        int bits = cases[c].fraction_bits, top = (1 << (15 - bits)) - 1;
        for (int i = 0; i < 65536; i++) {
            int exponent = i >> bits & top, fraction = i & ((1 << bits) - 1);
            double expected = exponent
                                  ? ldexp(fraction + (1 << bits), exponent - cases[c].bias - bits)
                                  : ldexp(fraction, 1 - cases[c].bias - bits);
            if (exponent == top) expected = fraction ? NAN : INFINITY;
            if (isnan(expected)) {
                assert_true(isnan(values[i]));
            } else {
                assert_true(values[i] == (i & 0x8000 ? -expected : expected));
                assert_int_equal(!!signbit(values[i]), !!(i & 0x8000));
            }
        }
        emb__safetensors_clear(&file);
    }
    emb__free(values);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),       cmocka_unit_test(test_frames),
        cmocka_unit_test(test_limits),        cmocka_unit_test(test_content),
        cmocka_unit_test(test_every_prefix),  cmocka_unit_test(test_every_header_byte),
        cmocka_unit_test(test_written_bytes), cmocka_unit_test(test_written_strings),
        cmocka_unit_test(test_writer_limits), cmocka_unit_test(test_half_precision),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
