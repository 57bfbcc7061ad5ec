/* codec/picture_jpeg.c: JPEG read, whole and damaged, what its sizes may cost, or what is said
 * without libjpeg. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/picture_formats.h"
#include "makers/jpeg_bytes.h"
#include "support/folder.h"
#include "support/pictures.h"
#include "support/support.h"

#ifdef EMB_HAVE_JPEG
static void test_jpeg(void **state) {
    (void)state;
    static const uint8_t colours[][4] = {{100}, {128, 128, 128}, {0, 0, 0}, {255, 255, 255}};
    for (size_t i = 0; i < 2 * TEST_COUNT(colours); i++) {
        const uint8_t *colour = colours[i / 2];
        const int channels = i < 2 ? 1 : 3;
        unsigned long count;
        unsigned char *bytes = make_jpeg(channels, colour, i % 2 == 1, &count);
        uint8_t pixels[3 * JPEG_WIDTH * JPEG_HEIGHT];
        for (size_t k = 0; k < sizeof pixels; k++) pixels[k] = colour[k % (size_t)channels];
        put_picture(bytes, count);
        expect_picture(channels, JPEG_HEIGHT, JPEG_WIDTH, pixels);
        if (i < 4) check_damaged_picture(bytes, count);
        free(bytes);
    }
}

/* Inks as Adobe's programs store them, which is how libjpeg marks them, and without the marker. */
static void test_inks(void **state) {
    (void)state;
    static const uint8_t inks[4] = {100, 200, 255, 204};
    unsigned long count;
    unsigned char *bytes = make_jpeg(4, inks, false, &count);
    uint8_t pixels[3 * JPEG_WIDTH * JPEG_HEIGHT];
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t[]){80, 160, 204}[i % 3];
    put_picture(bytes, count);
    expect_picture(3, JPEG_HEIGHT, JPEG_WIDTH, pixels);
    uint8_t *adobe = memmem(bytes, count, "Adobe", 5);
    assert_non_null(adobe);
    *adobe = 'a';
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t[]){31, 11, 0}[i % 3];
    put_picture(bytes, count);
    expect_picture(3, JPEG_HEIGHT, JPEG_WIDTH, pixels);
    free(bytes);
}

/* A smooth picture, written and read whole and reduced. */
static void test_written(void **state) {
    (void)state;
    enum { H = 150, W = 203, SIDE = 12 };
    static uint8_t pixels[3 * H * W], back[3 * H * W], whole[3 * SIDE * SIDE],
        part[3 * SIDE * SIDE];
    for (int channels = 1; channels <= 3; channels += 2) {
        const int shape[3] = {channels, H, W};
        const size_t count = (size_t)channels * H * W, small = (size_t)channels * SIDE * SIDE;
        for (size_t i = 0; i < count; i++) {
            pixels[i] = (uint8_t)(i % W / 2 + (i / W % H) / 2 + 20 * (i / H / W));
        }
        emb__text bytes;
        emb__picture_info info;
        assert_int_equal(emb__jpeg_print("a.jpg", pixels, shape, 95, &bytes), EMB_OK);
        put_picture(bytes.bytes, bytes.length);
        emb__free(bytes.bytes);
        emb__picture_plan plan = {.shape = {channels, H, W}, .reduced = true};
        assert_int_equal(emb__picture_read(picture_path, &plan, back, &info), EMB_OK);
        assert_true(info.height == H && info.width == W && info.channels == channels);
        assert_int_equal(info.pixels, H * W);
        for (size_t i = 0; i < count; i++) assert_true(abs(pixels[i] - back[i]) <= 4);
        plan = (emb__picture_plan){.shape = {channels, SIDE, SIDE}, .fit = EMB__FIT_CROP};
        assert_int_equal(emb__picture_read(picture_path, &plan, whole, NULL), EMB_OK);
        plan.reduced = true;
        assert_int_equal(emb__picture_read(picture_path, &plan, part, &info), EMB_OK);
        /* 18.75 of 150 rows are 1.5 times what is needed; of the columns the middle ones. */
        assert_int_equal(info.pixels, 19 * 19);
        assert_true(info.height == H && info.width == W);
        for (size_t i = 0; i < small; i++) assert_true(abs(whole[i] - part[i]) <= 2);
        plan.shape[1] = plan.shape[2] = SIDE + 1; /* 19.5 rows are more than an eighth */
        assert_int_equal(emb__picture_read(picture_path, &plan, back, &info), EMB_OK);
        assert_true(info.pixels > 37 * 37);
    }
}

static void test_not_written(void **state) {
    (void)state;
    static const uint8_t pixel[3];
    emb__text bytes;
    assert_int_equal(emb__jpeg_print("a.jpg", pixel, (const int[]){2, 1, 1}, 90, &bytes),
                     EMB_ERR_SHAPE);
    assert_string_equal(emb_error(), "a.jpg: a picture of 2x1x1: expected 1 or 3 channels");
    assert_int_equal(emb__jpeg_print("a.jpg", pixel, (const int[]){1, 1, 65501}, 90, &bytes),
                     EMB_ERR_SHAPE);
    assert_string_equal(emb_error(),
                        "a.jpg: a picture of 65501 x 1 pixels: JPEG has sides of at most 65500");
    assert_int_equal(emb__jpeg_print("a.jpg", pixel, (const int[]){1, 1, 1}, 101, &bytes),
                     EMB_ERR_ARGUMENT);
    assert_string_equal(emb_error(), "a.jpg: JPEG's quality is 1 to 100, got 101");
    assert_null(bytes.bytes);
}

static void test_bad_jpeg(void **state) {
    (void)state;
    unsigned long count;
    static const uint8_t ink[4] = {1, 2, 3, 4};
    unsigned char *bytes = make_jpeg(1, ink, false, &count);
    put_picture(bytes, count - 2);
    assert_int_equal(read_picture(), EMB_ERR_FORMAT);
    expect_picture_error("JPEG: ends too early");
    set_jpeg_size(bytes, count, "\x40\x00\x40\x00");
    put_picture(bytes, count);
    assert_int_equal(read_picture(), EMB_ERR_FORMAT);
    expect_picture_error("announces 16384 x 16384 pixels, expected at most 134217728");
    free(bytes);
}

/* What a lie about the size costs is little: it is seen from the bytes of the scans. */
static void test_big_jpeg(void **state) {
    (void)state;
    static const uint8_t grey[4] = {100};
    for (int progressive = 0; progressive < 2; progressive++) {
        unsigned long count;
        unsigned char *bytes = make_jpeg(1, grey, progressive, &count);
        set_jpeg_size(bytes, count, "\x01\x00\x01\x00");
        put_picture(bytes, count);
        assert_int_equal(read_picture(), EMB_ERR_FORMAT);
        char text[128];
        snprintf(text, sizeof text, "announces 256 x 256 pixels, more than its %lu bytes can hold",
                 count);
        expect_picture_error(text);
        free(bytes);
    }
    uint8_t scans[4 + 65 * 10 + 2] = "\xff\xd8\xff\xd8";
    for (size_t i = 0; i < 65; i++) memcpy(scans + 4 + 10 * i, "\xff\xda\0\x08\1\1\0\0\x3f\0", 10);
    memcpy(scans + sizeof scans - 2, "\xff\xd9", 2);
    put_picture(scans, sizeof scans);
    assert_int_equal(read_picture(), EMB_ERR_FORMAT);
    expect_picture_error("JPEG: has more than 64 scans");
}
#else
static void test_jpeg(void **state) {
    (void)state;
    put_picture(BYTES("\xff\xd8\xff\xe0"));
    assert_int_equal(read_picture(), EMB_ERR_MISSING);
    assert_non_null(strstr(emb_error(), "libjpeg-dev"));
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jpeg),
#ifdef EMB_HAVE_JPEG
        cmocka_unit_test(test_inks),        cmocka_unit_test(test_written),
        cmocka_unit_test(test_not_written), cmocka_unit_test(test_bad_jpeg),
        cmocka_unit_test(test_big_jpeg),
#endif
    };
    return cmocka_run_group_tests(tests, picture_set_up, test_folder_remove);
}
