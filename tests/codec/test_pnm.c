/* codec/picture_pnm.c: PGM and PPM, right, wrong and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/picture_file.h"
#include "support/folder.h"
#include "support/pictures.h"
#include "support/support.h"

static const struct {
    const char *bytes;
    size_t count;
    int channels;
    size_t height, width;
    const char *pixels;
} good_pnm[] = {
    {BYTES("P5\n2 1\n255\n\x01\xff"), 1, 1, 2, "\x01\xff"},
    {BYTES("P5 2 1 255 \x01\xffmore"), 1, 1, 2, "\x01\xff"},
    {BYTES("P5 # of\n#two\n2#\n1 100\n\x00\x64"), 1, 1, 2, "\x00\xff"},
    {BYTES("P5 1 2 65535\n\x01\x01\xff\x7e"), 1, 2, 1, "\x01\xfe"},
    {BYTES("P5 1 1 1\n\x01"), 1, 1, 1, "\xff"},
    {BYTES("P6 1 2 255\n\1\2\3\4\5\6"), 3, 2, 1, "\1\2\3\4\5\6"},
    {BYTES("P6 1 1 256\n\0\0\1\0\0\x80"), 3, 1, 1, "\x00\xff\x80"},
    {BYTES("P2\n# words\n3 1 255\n0 7\n255"), 1, 1, 3, "\0\x07\xff"},
    {BYTES("P3 1 1 15\n0 8 15\n"), 3, 1, 1, "\x00\x88\xff"},
};

static void test_pnm(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(good_pnm); i++) {
        put_picture(good_pnm[i].bytes, good_pnm[i].count);
        expect_picture(good_pnm[i].channels, good_pnm[i].height, good_pnm[i].width,
                       good_pnm[i].pixels);
    }
    uint8_t bytes[] = "P6 1 2 255\n\1\2\3\4\5\6", words[] = "P2 2 1 9\n3 9";
    check_damaged_picture(bytes, sizeof bytes - 1);
    check_damaged_picture(words, sizeof words - 1);
}

#define NO_PICTURE "is not a picture: expected PNG, JPEG, WebP, TIFF, BMP, GIF, PGM or PPM"
static const struct {
    const char *bytes;
    size_t count;
    const char *error;
} bad[] = {
    {BYTES(""), "is empty"},
    {BYTES("P"), NO_PICTURE},
    {BYTES("P4 1 1\n\0"), NO_PICTURE},
    {BYTES("GIF88a"), NO_PICTURE},
    {BYTES("code_0,code_1\n"), NO_PICTURE},
    {BYTES("P5"), "ends too early"},
    {BYTES("P5 2 1 255"), "ends too early"},
    {BYTES("P5 2 1 255\n\1"), "announces 2 x 1 pixels, more than its 12 bytes can hold"},
    {BYTES("P5 2 1 256\n\1\2\3"), "announces 2 x 1 pixels, more than its 14 bytes can hold"},
    {BYTES("P2 3 1 255\n1 2"), "announces 3 x 1 pixels, more than its 14 bytes can hold"},
    {BYTES("P2 2 1 255\n111"), "ends too early"},
    {BYTES("P5 0 1 255\n\1"), "is a picture of 0 x 1 pixels"},
    {BYTES("P5 65536 65536 255\n\1"), "announces 65536 x 65536 pixels, expected at most 134217728"},
    {BYTES("P6 4294967295 4294967295 255\n\1"),
     "announces 4294967295 x 4294967295 pixels, expected sides of at most 65536"},
    {BYTES("P5 11000 11000 255\n\1"),
     "announces 11000 x 11000 pixels, more than its 20 bytes can hold"},
    {BYTES("P5 4294967296 1 255\n\1"), "byte 3: a number above 4294967295"},
    {BYTES("P5 1 1 65536\n\1\1"), "byte 7: a number above 65535"},
    {BYTES("P5 1 1 0\n\1\1"), "its greatest value is 0"},
    {BYTES("P5 1 1 9\n\x0a"), "byte 9: a number above 9"},
    {BYTES("P2 1 1 9\n10"), "byte 9: a number above 9"},
    {BYTES("P2 1 1 9\n-1"), "byte 9: expected a number"},
    {BYTES("P5 x 1 9\n1"), "byte 3: expected a number"},
};

static void test_bad(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        put_picture(bad[i].bytes, bad[i].count);
        assert_int_not_equal(read_picture(), EMB_OK);
        expect_picture_error(bad[i].error);
    }
}

static void test_written(void **state) {
    (void)state;
    static const uint8_t pixels[] = {1, 2, 3, 4, 5, 6};
    emb__text bytes;
    assert_int_equal(emb__pnm_print("a", pixels, (const int[]){1, 2, 3}, &bytes), EMB_OK);
    assert_int_equal(bytes.length, 17);
    assert_memory_equal(bytes.bytes, "P5\n3 2\n255\n\1\2\3\4\5\6", 17);
    put_picture(bytes.bytes, bytes.length);
    expect_picture(1, 2, 3, pixels);
    emb__free(bytes.bytes);
    assert_int_equal(emb__pnm_print("a", pixels, (const int[]){3, 1, 2}, &bytes), EMB_OK);
    assert_memory_equal(bytes.bytes, "P6\n2 1\n255\n\1\3\5\2\4\6", 17);
    emb__free(bytes.bytes);
    assert_int_equal(emb__pnm_print("a", pixels, (const int[]){2, 1, 1}, &bytes), EMB_ERR_SHAPE);
    assert_string_equal(emb_error(), "a: a picture of 2x1x1: expected 1 or 3 channels");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pnm),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_written),
    };
    return cmocka_run_group_tests(tests, picture_set_up, test_folder_remove);
}
