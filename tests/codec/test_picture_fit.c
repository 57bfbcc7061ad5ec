/* codec/picture_fit.c: pictures made to fit a network, and those of files as images. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "codec/picture_file.h"
#include "support/folder.h"
#include "support/pictures.h"
#include "support/support.h"

static const struct {
    int channels;
    size_t height, width;
    const char *from;
    int shape[3];
    const char *to;
} fits[] = {
    {1, 2, 2, "\1\2\3\4", {1, 2, 2}, "\1\2\3\4"},
    {1, 2, 2, "\1\2\3\4", {3, 2, 2}, "\1\2\3\4\1\2\3\4\1\2\3\4"},
    {3, 1, 2, "\1\2\3\4\5\6", {3, 1, 2}, "\1\4\2\5\3\6"},
    /* PIL's "L" of red, green, blue, white */
    /* and of colours whose luma any other coefficient would change */
    {3, 1, 4, "\xe8\xf0\x0b\xe4\xcd\x23\xd9\xa2\x42\x29\x30\xb0", {1, 1, 4}, "\xd4\xc0\xa8\x3c"},
    {3, 1, 4, "\xff\0\0\0\xff\0\0\0\xff\xff\xff\xff", {1, 1, 4}, "\x4c\x96\x1d\xff"},
    {1, 1, 4, "\x0a\x0b\x14\x1e", {1, 1, 2}, "\x0b\x19"}, /* 10.5 is rounded up */
    {1, 1, 3, "\x00\x1e\x3c", {1, 1, 2}, "\x0a\x32"},     /* (0 + 30/2) / 1.5 */
    {1, 1, 2, "\x00\x64", {1, 1, 4}, "\x00\x19\x4b\x64"}, /* 0, 25, 75, 100 */
    {1, 2, 1, "\x00\x64", {1, 4, 1}, "\x00\x19\x4b\x64"},
    {1, 1, 1, "\x07", {1, 2, 3}, "\7\7\7\7\7\7"},
    {1, 2, 2, "\x00\x64\x64\xc8", {1, 1, 1}, "\x64"},
    {1, 2, 1, "\x00\x64", {1, 1, 2}, "\x32\x32"}, /* one side shrinks, one grows */
};

static void fit(int channels, size_t height, size_t width, const void *from, const int shape[3],
                uint8_t *pixels) {
    uint8_t row[64];
    const size_t row_bytes = width * (size_t)channels;
    emb__fit fit;
    emb__fit_init(&fit, shape, pixels);
    assert_int_equal(emb__fit_begin(&fit, channels, height, width), EMB_OK);
    assert_true(row_bytes <= sizeof row);
    for (size_t y = 0; y < height; y++) {
        memcpy(row, (const uint8_t *)from + y * row_bytes, row_bytes);
        emb__fit_row(&fit, row);
    }
    assert_int_equal(fit.done, shape[1]);
    emb__fit_free(&fit);
}

static void test_fit(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(fits); i++) {
        uint8_t pixels[16];
        const int *shape = fits[i].shape;
        fit(fits[i].channels, fits[i].height, fits[i].width, fits[i].from, shape, pixels);
        assert_memory_equal(pixels, fits[i].to, (size_t)(shape[0] * shape[1] * shape[2]));
    }
}

/* How much of source pixel i output pixel o is made of, from the definition. */
static double share(size_t in, size_t out, size_t o, size_t i) {
    const double scale = (double)in / (double)out;
    if (in >= out) {
        const double left = fmax((double)i, (double)o * scale);
        return fmax(0, fmin((double)i + 1, (double)(o + 1) * scale) - left) / scale;
    }
    const double middle = fmin(fmax(((double)o + 0.5) * scale - 0.5, 0), (double)(in - 1));
    return fmax(0, 1 - fabs(middle - (double)i));
}

static void test_fit_definition(void **state) {
    (void)state;
    static const size_t sides[] = {1, 2, 3, 5, 7, 16, 17};
    enum { N = TEST_COUNT(sides) };
    uint8_t from[17 * 17], to[17 * 17];
    emb__random random;
    emb__random_seed(&random, 5);
    for (size_t i = 0; i < sizeof from; i++) from[i] = (uint8_t)(emb__random_next32(&random) >> 24);
    for (size_t c = 0; c < N * N * N * N; c++) {
        const size_t h = sides[c % N], w = sides[c / N % N];
        const int shape[] = {1, (int)sides[c / N / N % N], (int)sides[c / N / N / N]};
        const size_t out_h = (size_t)shape[1], out_w = (size_t)shape[2];
        fit(1, h, w, from, shape, to);
        for (size_t o = 0; o < out_h * out_w; o++) {
            double sum = 0;
            for (size_t i = 0; i < h * w; i++) {
                sum +=
                    share(h, out_h, o / out_w, i / w) * share(w, out_w, o % out_w, i % w) * from[i];
            }
            assert_true(fabs(sum - to[o]) <= 0.5 + 1e-9);
        }
    }
}

static void test_read_images(void **state) {
    (void)state;
    const int shape[] = {1, 1, 2}, two[] = {2, 1, 2};
    const char *const paths[] = {picture_path, picture_path};
    emb_image_source sources[2];
    put_picture(BYTES("P6 2 1 255\n\xff\0\0\1\2\3"));
    emb_images *images = emb_images_read(paths, 2, shape, NULL, sources);
    assert_int_equal(emb_images_count(images), 2);
    assert_memory_equal(emb_images_pixels(images, 1), "\x4c\x02", 2);
    assert_int_equal(emb_images_label(images, 0), -1);
    assert_true(sources[1].channels == 3 && sources[1].height == 1 && sources[1].width == 2 &&
                sources[1].coloured);
    emb_images_free(images);
    images = emb_images_read(paths, 1, shape, &(emb_read_options){.invert = true}, NULL);
    assert_memory_equal(emb_images_pixels(images, 0), "\xb3\xfd", 2);
    emb_images_free(images);
    put_picture(BYTES("P6 2 1 255\n\x0f\0\0\1\2\3"));
    images = emb_images_read(paths, 1, shape, NULL, sources);
    assert_false(sources[0].coloured);
    emb_images_free(images);
    assert_null(emb_images_read(paths, 1, two, NULL, NULL));
    assert_string_equal(emb_error(),
                        "pictures have 1 or 3 channels, but images of 2 x 1 x 2 are wanted");
    const char *const missing[] = {picture_path, "/nowhere/x.png"};
    assert_null(emb_images_read(missing, 2, shape, NULL, NULL));
    assert_string_equal(emb_error(), "/nowhere/x.png: cannot open: no such file or folder");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fit),
        cmocka_unit_test(test_fit_definition),
        cmocka_unit_test(test_read_images),
    };
    return cmocka_run_group_tests(tests, picture_set_up, test_folder_remove);
}
