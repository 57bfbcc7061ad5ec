/* codec/safetensors.c: every way in which a file's header can be wrong, and its limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/safetensors.h"
#include "makers/safetensors_bytes.h"
#include "support/support.h"

#define A ENTRY("a", "F32", "[2]", 0, 8)

typedef struct json_case {
    const char *json;
    size_t data;
    const char *text; /* what the error begins with behind "f: "; NULL: is accepted */
} json_case;

static const json_case json_cases[] = {
    {"{}", 0, NULL},
    {"{" A "}", 8, NULL},
    {"{ " A " , " ENTRY("b", "F32", "[1]", 8, 12) " }\n\t\r ", 12, NULL},
    {"{" ENTRY("b", "F32", "[1]", 8, 12) "," A "}", 12, NULL},
    {"{" ENTRY("a", "F16", "[2,2]", 0, 8) "}", 8, NULL},
    {"{" ENTRY("a", "BF16", "[2,2,1,1]", 0, 8) "}", 8, NULL},
    {"{" ENTRY("a", "F32", "[]", 0, 4) "}", 4, NULL},
    {"{" ENTRY("a", "F32", "[0,7]", 0, 0) "," ENTRY("b", "F32", "[1]", 0, 4) "}", 4, NULL},
    {"{" METADATA("") "}", 0, NULL},
    {"{" A "," METADATA("\"k\":\"v\"") "}", 8, NULL},
    /* the header's frame */
    {"[" A "]", 8, "is not a safetensors file: no { at byte 8"},
    {" {" A "}", 8, "is not a safetensors file: no { at byte 8"},
    {"{" A "", 8, "byte 56 of the header: expected , or }"},
    {"{" A "}}", 8, "byte 54 of the header: something follows the last }"},
    {"{" A "} x", 8, "byte 55 of the header: something follows the last }"},
    {"{" A ",}", 8, "byte 54 of the header: expected a string"},
    {"{" A ";}", 8, "byte 53 of the header: expected , or }"},
    {"{a:1}", 8, "byte 1 of the header: expected a string"},
    {"{\"a\" 1}", 8, "byte 5 of the header: expected : after a name"},
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
    {"{" A "," ENTRY("\\u0061", "F32", "[2]", 0, 8) "}", 8, "tensor a: is there twice"},
    /* metadata */
    {"{" METADATA("\"k\":1") "}", 0, "byte 21 of the header: expected a string"},
    {"{" METADATA("\"k\":null") "}", 0, "byte 21 of the header: expected a string"},
    {"{" METADATA("\"k\":{}") "}", 0, "byte 21 of the header: expected a string"},
    {"{" METADATA("\"k\":\"v\",\"k\":\"v\"") "}", 0, "__metadata__ has two values for k"},
    {"{" METADATA("") "," METADATA("") "}", 0, "byte 34 of the header: a second __metadata__"},
    {"{\"__metadata__\":[]}", 0, "byte 16 of the header: expected {"},
    /* entries */
    {"{\"a\":{}}", 0, "tensor a: expected dtype, shape and data_offsets, and nothing else"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4],\"x\":1}}", 4,
     "tensor a: expected dtype, shape and data_offsets, and nothing else"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"offsets\":[0,4]}}", 4,
     "tensor a: data_offsets are not two whole numbers from 0"},
    {"{\"a\":{\"dtype\":3,\"shape\":[],\"data_offsets\":[0,4]}}", 4,
     "tensor a: dtype is not a string"},
    {"{" ENTRY("a", "U32", "[1]", 0, 4) "}", 4,
     "tensor a: holds U32, expected F32, F16, BF16 or F64"},
    {"{" ENTRY("a", "f32", "[1]", 0, 4) "}", 4,
     "tensor a: holds f32, expected F32, F16, BF16 or F64"},
    {"{" ENTRY("a", "F32", "4", 0, 4) "}", 4, "tensor a: shape is not a list"},
    {"{" ENTRY("a", "F32", "[1,1,1,1,1]", 0, 4) "}", 4,
     "tensor a: has 5 dimensions, expected at most 4"},
    {"{" ENTRY("a", "F32", "[-1]", 0, 4) "}", 4,
     "tensor a: shape holds something other than whole numbers from 0"},
    {"{" ENTRY("a", "F32", "[1.0]", 0, 4) "}", 4,
     "tensor a: shape holds something other than whole numbers from 0"},
    {"{" ENTRY("a", "F32", "[\"1\"]", 0, 4) "}", 4,
     "tensor a: shape holds something other than whole numbers from 0"},
    {"{" ENTRY("a", "F32", "[99999999999999999999]", 0, 4) "}", 4,
     "byte 5 of the header: too big integer"},
    {"{" ENTRY("a", "F32", "[4294967296,4294967296]", 0, 0) "}", 0,
     "tensor a: the product of its shape is too large"},
    {"{" ENTRY("a", "F32", "[4611686018427387904]", 0, 0) "}", 0,
     "tensor a: has 0 bytes, which are not [4611686018427387904] of F32"},
    {"{" ENTRY("a", "F32", "[3]", 0, 8) "}", 8, "tensor a: has 8 bytes, which are not [3] of F32"},
    {"{" ENTRY("a", "F16", "[2]", 0, 8) "}", 8, "tensor a: has 8 bytes, which are not [2] of F16"},
    {"{" ENTRY("a", "F32", "[2]", 0, 8.0) "}", 8,
     "tensor a: data_offsets are not two whole numbers from 0"},
    {"{" ENTRY("a", "F32", "[2]", -8, 0) "}", 8,
     "tensor a: data_offsets are not two whole numbers from 0"},
    {"{" ENTRY("a", "F32", "[2]", 8, 0) "}", 8,
     "tensor a: data_offsets 8, 0 do not lie in the 8 bytes of data"},
    {"{" A "}", 7, "tensor a: data_offsets 0, 8 do not lie in the 7 bytes of data"},
    {"{" ENTRY("a", "F32", "[2]", 9223372036854775799, 9223372036854775807) "}", 8,
     "tensor a: data_offsets 9223372036854775799, 9223372036854775807 do not lie in the 8 bytes of "
     "data"},
    /* the buffer */
    {"{" A "}", 9, "has 1 bytes after the last tensor"},
    {"{}", 4, "has 4 bytes after the last tensor"},
    {"{" ENTRY("a", "F32", "[1]", 4, 8) "}", 8,
     "tensor a: begins at byte 4 of the data, expected 0"},
    {"{" A "," ENTRY("b", "F32", "[1]", 12, 16) "}", 16,
     "tensor b: begins at byte 12 of the data, expected 8"},
    {"{" A "," ENTRY("b", "F32", "[2]", 4, 12) "}", 12,
     "tensor b: begins at byte 4 of the data, expected 8"},
    {"{" A "," ENTRY("b", "F32", "[2]", 0, 8) "}", 8,
     "tensor b: begins at byte 0 of the data, expected 8"},
};

static void check(const json_case *c, const uint8_t *bytes, size_t count) {
    emb__safetensors file;
    emb_status status = parse_safetensors(bytes, count, &file);
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
    for (size_t i = 0; i < TEST_COUNT(json_cases); i++) {
        size_t count;
        const json_case *c = &json_cases[i];
        uint8_t *bytes = make_safetensors(c->json, strlen(c->json), c->data, &count);
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
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
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
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
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
            uint8_t *bytes = make_safetensors(json.bytes, json.length, 0, &count);
            emb_status status = emb__safetensors_parse(bytes, count, "f", &file);
            if (status != EMB_OK && !over) fail_msg("%s", emb_error());
            assert_int_equal(status, over ? EMB_ERR_FORMAT : EMB_OK);
            if (over) assert_string_equal(emb_error(), cases[i].text);
            emb__safetensors_clear(&file);
            emb__free(json.bytes);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
