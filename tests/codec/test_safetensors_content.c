/* codec/safetensors.c: what is read of a file that is right; and one cut or changed anywhere. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/safetensors.h"
#include "makers/safetensors_bytes.h"
#include "support/support.h"

#define A ENTRY("a", "F32", "[2]", 0, 8)

#define SMALL                                                                                      \
    "{" METADATA("\"k\\n\":\"\\u00e9\\ud83d\\ude00\"") "," A "," ENTRY("b", "F16", "[1]", 8, 10) "}"

static void test_content(void **state) {
    (void)state;
    size_t count;
    float values[2];
    char text[EMB__STORED_SHAPE_TEXT];
    emb__safetensors file;
    uint8_t *bytes = make_safetensors(SMALL, strlen(SMALL), 10, &count);
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
    uint8_t *bytes = make_safetensors(SMALL, strlen(SMALL), 10, &count);
    for (size_t i = 1; i < count; i++) {
        assert_int_equal(parse_safetensors(bytes, i, &file), EMB_ERR_FORMAT);
        assert_memory_equal(emb_error(), "f: ", 3);
    }
    emb__free(bytes);
}

/* Whatever a byte of the header turns into: an error, or a file whose tensors cover the buffer. */
static void test_every_header_byte(void **state) {
    (void)state;
    size_t count, accepted = 0;
    emb__safetensors file;
    uint8_t *bytes = make_safetensors(SMALL, strlen(SMALL), 10, &count);
    for (size_t i = 0; i < count - 10; i++) {
        uint8_t right = bytes[i];
        for (int value = 0; value < 256; value++) {
            bytes[i] = (uint8_t)value;
            if (parse_safetensors(bytes, count, &file) != EMB_OK) continue;
            accepted++;
            assert_int_equal(file.tensors[file.tensor_count - 1].end, 10);
            emb__safetensors_clear(&file);
        }
        bytes[i] = right;
    }
    assert_true(accepted > count); /* the unchanged byte, and letters within names */
    emb__free(bytes);
}

/* Every 16-bit number, against its definition: sign, exponent, fraction. */
static void test_half_precision(void **state) {
    (void)state;
    static const struct {
        const char *json;
        emb__dtype dtype;
        int fraction_bits, bias;
    } cases[] = {{"{" ENTRY("a", "F16", "[65536]", 0, 131072) "}", EMB__F16, 10, 15},
                 {"{" ENTRY("a", "BF16", "[65536]", 0, 131072) "}", EMB__BF16, 7, 127}};
    float *values = emb__alloc(65536 * sizeof *values);
    for (size_t c = 0; c < 2; c++) {
        size_t count;
        emb__safetensors file;
        uint8_t *bytes = make_safetensors(cases[c].json, strlen(cases[c].json), 131072, &count);
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
        cmocka_unit_test(test_content),
        cmocka_unit_test(test_every_prefix),
        cmocka_unit_test(test_every_header_byte),
        cmocka_unit_test(test_half_precision),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
