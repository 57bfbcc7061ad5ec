/* codec/picture_png.c: PNG read, whole and damaged, and written; or what is said without libpng. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "makers/png_bytes.h"
#include "support/folder.h"
#include "support/pictures.h"
#include "support/support.h"

#ifdef EMB_HAVE_PNG
static const png_case pngs[] = {
    {PNG_GREY, 8, 2, 2, false, false, "\x00\x01\xfe\xff", 1, "\x00\x01\xfe\xff"},
    {PNG_GREY, 8, 3, 3, true, false, "\1\2\3\4\5\6\7\x08\x09", 1, "\1\2\3\4\5\6\7\x08\x09"},
    {PNG_GREY, 1, 3, 1, false, false, "\xa0", 1, "\xff\x00\xff"},
    {PNG_GREY, 2, 4, 1, false, false, "\x1b", 1, "\x00\x55\xaa\xff"},
    {PNG_GREY, 4, 2, 1, false, false, "\x2f", 1, "\x22\xff"},
    {PNG_GREY, 16, 2, 1, false, false, "\x01\x01\xff\x7e", 1, "\x01\xfe"},
    {PNG_GREY, 8, 2, 1, false, true, "\x01\x02", 1, "\x00\x02"},
    {PNG_GREY_ALPHA, 8, 3, 1, false, false, "\x64\xff\x64\x00\x64\x80", 1, "\x64\x00\x32"},
    {PNG_GREY_ALPHA, 16, 1, 1, false, false, "\x64\x64\xff\xff", 1, "\x64"},
    {PNG_COLOURS, 8, 1, 2, false, false, "\1\2\3\4\5\6", 3, "\1\2\3\4\5\6"},
    {PNG_COLOURS, 8, 2, 1, true, true, "\1\2\3\4\5\6", 3, "\0\0\0\4\5\6"},
    {PNG_COLOURS, 16, 1, 1, false, false, "\1\1\2\2\3\3", 3, "\1\2\3"},
    {PNG_COLOURS_ALPHA, 8, 2, 1, true, false, "\x64\x32\xff\x80\1\2\3\xff", 3,
     "\x32\x19\x80\1\2\3"},
    {PNG_OF_PALETTE, 8, 2, 1, false, false, "\x02\x00", 3, "\xc8\x64\x32\1\2\3"},
    {PNG_OF_PALETTE, 2, 4, 1, false, true, "\x1b", 3, "\1\2\3\0\0\0\x64\x32\x19\xff\xff\xff"},
};

static void test_png(void **state) {
    (void)state;
    uint8_t room[4096];
    buffer m = {room, 0, sizeof room};
    for (size_t i = 0; i < TEST_COUNT(pngs); i++) {
        const png_case *c = &pngs[i];
        make_png(c, &m);
        put_picture(m.at, m.count);
        expect_picture(c->channels, (size_t)c->height, (size_t)c->width, c->pixels);
    }
}

static void test_bad_png(void **state) {
    (void)state;
    uint8_t room[4096];
    buffer m = {room, 0, sizeof room};
    make_png(&pngs[0], &m);
    check_damaged_picture(m.at, m.count);
    put_picture(m.at, m.count - 1);
    assert_int_equal(read_picture(), EMB_ERR_FORMAT);
    expect_picture_error("PNG: ends too early");
    m.at[45] ^= 1; /* in the pixels */
    put_picture(m.at, m.count);
    assert_int_equal(read_picture(), EMB_ERR_FORMAT);
    assert_non_null(strstr(emb_error(), "PNG: the chunk before byte "));
    make_png(&pngs[11], &m);
    check_damaged_picture(m.at, m.count);
    /* Sizes that the bytes cannot hold, with the header's right CRC. */
    static const char *const heads[] = {
        "\x00\x00\x20\x00\x00\x00\x20\x00\x08\x00\x00\x00\x00\x57\xc1\x95\x85",
        "\x00\x00\xff\xff\x00\x00\xff\xff\x08\x00\x00\x00\x00\x93\x6e\x86\x8c"};
    static const char *const errors[] = {
        "announces 8192 x 8192 pixels, more than its",
        "announces 65535 x 65535 pixels, expected at most 134217728"};
    for (size_t i = 0; i < TEST_COUNT(heads); i++) {
        make_png(&pngs[0], &m);
        memcpy(m.at + 16, heads[i], 17);
        put_picture(m.at, m.count);
        assert_int_equal(read_picture(), EMB_ERR_FORMAT);
        if (!strstr(emb_error(), errors[i])) fail_msg("%s", emb_error());
    }
}

static void test_write(void **state) {
    (void)state;
    const float pixels[] = {-1, 0, 0.5f, 1, 2, 100 / 255.0f, NAN, 1, 0, 0.25f, 0.75f, 0};
    const int grey[] = {1, 2, 3}, rgb[] = {3, 2, 2}, two[] = {2, 2, 2};
    assert_int_equal(emb_picture_write(picture_path, pixels, grey), EMB_OK);
    expect_picture(1, 2, 3, "\x00\x00\x80\xff\xff\x64");
    assert_int_equal(emb_picture_write(picture_path, pixels, rgb), EMB_OK);
    expect_picture(3, 2, 2, "\x00\xff\x00\x00\x64\x40\x80\x00\xbf\xff\xff\x00");
    size_t count, saved;
    char *bytes;
    uint8_t *png = emb_picture_png(pixels, rgb, &count);
    assert_int_equal(emb_file_read(picture_path, 1 << 16, &bytes, &saved), EMB_OK);
    assert_int_equal(count, saved);
    assert_memory_equal(png, bytes, count);
    free(bytes);
    free(png);
    assert_null(emb_picture_png(pixels, two, &count));
    assert_int_equal(count, 0);
    assert_int_equal(emb_picture_write(picture_path, pixels, two), EMB_ERR_SHAPE);
    expect_picture_error("a picture of 2x2x2: expected 1 or 3 channels");
}
#else
static void test_png(void **state) {
    (void)state;
    put_picture(BYTES("\x89PNG\r\n\x1a\n"));
    assert_int_equal(read_picture(), EMB_ERR_MISSING);
    assert_non_null(strstr(emb_error(), "libpng-dev"));
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_png),
#ifdef EMB_HAVE_PNG
        cmocka_unit_test(test_bad_png),
        cmocka_unit_test(test_write),
#endif
    };
    return cmocka_run_group_tests(tests, picture_set_up, test_folder_remove);
}
