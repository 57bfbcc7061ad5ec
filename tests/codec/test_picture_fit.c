/* codec/picture_fit.c and picture_frame.c: pictures made to fit a network, cropped, between bars,
 * turned, over a background; and those of files as images. */
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

/* The rows `from` as the plan says; what was seen of them. */
static emb__picture_info fit_as(const emb__picture_plan *plan, int samples, size_t height,
                                size_t width, int turn, const void *from, uint8_t *pixels) {
    uint8_t row[128];
    const size_t row_bytes = width * (size_t)samples;
    emb__fit fit;
    emb__fit_init(&fit, plan, pixels);
    assert_int_equal(emb__fit_begin(&fit, samples, height, width, turn), EMB_OK);
    assert_true(row_bytes <= sizeof row);
    for (size_t y = 0; y < height; y++) {
        memcpy(row, (const uint8_t *)from + y * row_bytes, row_bytes);
        emb__fit_row(&fit, row);
    }
    assert_int_equal(fit.done, fit.frame.height);
    emb__fit_free(&fit);
    return fit.info;
}

static void fit(int channels, size_t height, size_t width, const void *from, const int shape[3],
                uint8_t *pixels) {
    const emb__picture_plan plan = {.shape = {shape[0], shape[1], shape[2]}};
    fit_as(&plan, channels, height, width, 1, from, pixels);
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

/* to[h][w] = from as it is upright: the row and the column that lie at (y, x). */
static void turn_upright(int turn, size_t height, size_t width, const uint8_t *from, uint8_t *to) {
    const size_t upright_width = turn >= 5 ? height : width;
    for (size_t i = 0; i < height * width; i++) {
        const size_t y = i / upright_width, x = i % upright_width, h = height - 1, w = width - 1;
        const size_t row[] = {y, y, h - y, h - y, x, h - x, h - x, x};
        const size_t column[] = {x, w - x, w - x, x, y, y, w - y, w - y};
        to[i] = from[row[turn - 1] * width + column[turn - 1]];
    }
}

/* From the definition: half up, but at least one. */
static size_t nearest(size_t a, size_t b, size_t c) {
    const size_t value = (size_t)floor((double)a * (double)b / (double)c + 0.5);
    return value < 1 ? 1 : value;
}

/* from[h][w] cropped or between bars of 7, by hand: the part cut out, fitted, and put down. */
static void frame_by_hand(const emb__picture_plan *plan, size_t h, size_t w, const uint8_t *from,
                          uint8_t *to) {
    const size_t H = (size_t)plan->shape[1], W = (size_t)plan->shape[2];
    const bool wider = w * H > h * W;
    size_t tall = h, wide = w, inner_h = H, inner_w = W;
    if (plan->fit == EMB__FIT_CROP && wider) wide = nearest(h, W, H);
    if (plan->fit == EMB__FIT_CROP && !wider) tall = nearest(w, H, W);
    if (plan->fit == EMB__FIT_PAD && wider) inner_h = nearest(W, h, w);
    if (plan->fit == EMB__FIT_PAD && !wider) inner_w = nearest(H, w, h);
    uint8_t part[17 * 17], small[17 * 17];
    for (size_t i = 0; i < tall * wide; i++) {
        part[i] = from[((h - tall) / 2 + i / wide) * w + (w - wide) / 2 + i % wide];
    }
    fit(1, tall, wide, part, (const int[]){1, (int)inner_h, (int)inner_w}, small);
    memset(to, 7, H * W);
    for (size_t i = 0; i < inner_h * inner_w; i++) {
        to[((H - inner_h) / 2 + i / inner_w) * W + (W - inner_w) / 2 + i % inner_w] = small[i];
    }
}

static void test_frame(void **state) {
    (void)state;
    static const size_t sides[] = {1, 2, 3, 5, 8, 17};
    enum { N = TEST_COUNT(sides) };
    uint8_t from[17 * 17], upright[17 * 17], expected[17 * 17], to[17 * 17];
    emb__random random;
    emb__random_seed(&random, 6);
    for (size_t i = 0; i < sizeof from; i++) from[i] = (uint8_t)(emb__random_next32(&random) >> 24);
    for (size_t c = 0; c < N * N * N * N * 8 * 3; c++) {
        const size_t h = sides[c % N], w = sides[c / N % N], rest = c / N / N / N / N;
        const int turn = (int)(rest % 8) + 1, out_h = (int)sides[c / N / N % N],
                  out_w = (int)sides[c / N / N / N % N];
        const emb__picture_plan plan = {
            .shape = {1, out_h, out_w}, .fit = (emb__fit_way)(rest / 8), .background = {7, 7, 7}};
        turn_upright(turn, h, w, from, upright);
        frame_by_hand(&plan, turn >= 5 ? w : h, turn >= 5 ? h : w, upright, expected);
        fit_as(&plan, 1, h, w, turn, from, to);
        assert_memory_equal(to, expected, (size_t)(out_h * out_w));
    }
}

/* Rows of a picture whose blocks of 8, 4 or 2 are of one colour, whole and a block a pixel: the
 * same bytes, wherever the blocks lie under the part that is fitted. */
static void test_reduced(void **state) {
    (void)state;
    enum { MOST = 80 };
    static const size_t sides[] = {25, 40, 71, MOST};
    static const int shapes[][2] = {{3, 5}, {1, 7}, {12, 12}};
    enum { N = TEST_COUNT(sides), SHAPES = TEST_COUNT(shapes) };
    static uint8_t full[MOST * MOST], blocks[MOST * MOST];
    emb__random random;
    emb__random_seed(&random, 8);
    for (size_t c = 0; c < N * N * SHAPES * 8 * 3 * 3; c++) {
        const size_t h = sides[c % N], w = sides[c / N % N], rest = c / N / N / SHAPES;
        const int *shape = shapes[c / N / N % SHAPES];
        const int turn = (int)(rest % 8) + 1, eighths = 1 << rest / 8 % 3;
        const emb__picture_plan plan = {.shape = {1, shape[0], shape[1]},
                                        .fit = (emb__fit_way)(rest / 24)};
        const size_t block = 8 / (size_t)eighths, line = (w + block - 1) / block;
        uint8_t expected[144], got[144], row[MOST];
        for (size_t i = 0; i < (h + block - 1) / block * line; i++) {
            blocks[i] = (uint8_t)(emb__random_next32(&random) >> 24);
        }
        for (size_t i = 0; i < h * w; i++) full[i] = blocks[i / w / block * line + i % w / block];
        emb__fit fit;
        for (int reduced = 0; reduced < 2; reduced++) {
            emb__fit_init(&fit, &plan, reduced ? got : expected);
            fit.eighths = reduced ? eighths : 0;
            assert_int_equal(emb__fit_begin(&fit, 1, h, w, turn), EMB_OK);
            for (size_t y = 0; y < fit.height; y++) {
                memcpy(row, reduced ? blocks + y * line : full + y * w, fit.width);
                emb__fit_row(&fit, row);
            }
            assert_int_equal(fit.done, fit.frame.height);
            emb__fit_free(&fit);
        }
        assert_memory_equal(got, expected, (size_t)(shape[0] * shape[1]));
    }
}

/* Opaque, half and not at all; and what is counted of them. */
static const struct {
    int samples;
    const char *from; /* three pixels */
    int channels;
    uint8_t ground[3];
    const char *to;
    size_t transparent, coloured;
    int ink;
} grounds[] = {
    {2, "\x64\xff\x64\x80\x64\0", 1, {0}, "\x64\x32\0", 2, 0, 100},
    {2, "\x64\xff\x64\x80\x64\0", 1, {255, 255, 255}, "\x64\xb1\xff", 2, 0, 100},
    {2, "\x64\xff\x64\x80\x64\0", 1, {255, 0, 0}, "\x64\x58\x4c", 2, 0, 100},
    {2, "\x64\xff\x64\x80\x64\0", 3, {9, 9, 9}, "\x64\x37\x09\x64\x37\x09\x64\x37\x09", 2, 0, 100},
    {2, "\x64\xff\x64\x80\x64\0", 3, {255, 0, 9}, "\x64\xb1\xff\x64\x32\0\x64\x37\x09", 2, 0, 100},
    {4, "\1\2\3\xff\0\0\xc8\x80\xff\0\0\0", 3, {0, 255, 0}, "\1\0\0\2\x7f\xff\3\x64\0", 2, 1, 9},
    {4, "\1\2\3\xff\1\2\3\xff\1\2\3\xff", 3, {0, 255, 0}, "\1\1\1\2\2\2\3\3\3", 0, 0, 2},
    {4, "\1\2\3\0\1\2\3\0\1\2\3\0", 1, {255, 255, 255}, "\xff\xff\xff", 3, 0, -1},
};

static void test_grounds(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(grounds); i++) {
        uint8_t pixels[9];
        emb__picture_plan plan = {.shape = {grounds[i].channels, 1, 3}};
        memcpy(plan.background, grounds[i].ground, 3);
        const emb__picture_info info =
            fit_as(&plan, grounds[i].samples, 1, 3, 1, grounds[i].from, pixels);
        assert_memory_equal(pixels, grounds[i].to, 3 * (size_t)grounds[i].channels);
        assert_int_equal(info.transparent, grounds[i].transparent);
        assert_int_equal(info.coloured, grounds[i].coloured);
        assert_int_equal(info.ink, grounds[i].ink);
        assert_int_equal(info.pixels, 3);
    }
    uint8_t bars[9]; /* a colour's planes, and its luma */
    fit_as(&(emb__picture_plan){{3, 3, 1}, EMB__FIT_PAD, {1, 2, 3}, false, false}, 1, 1, 1, 1, "\5",
           bars);
    assert_memory_equal(bars, "\1\5\1\2\5\2\3\5\3", 9);
    fit_as(&(emb__picture_plan){{1, 1, 3}, EMB__FIT_PAD, {255, 0, 0}, false, false}, 1, 1, 1, 1,
           "\5", bars);
    assert_memory_equal(bars, "\x4c\5\x4c", 3);
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

/* From memory; the name is never opened. */
static void test_read_bytes(void **state) {
    (void)state;
    const int shape[] = {1, 1, 2};
    static const char ppm[] = "P6 2 1 255\n\xff\0\0\1\2\3";
    put_picture(BYTES("P6 2 1 255\n\1\1\1\1\1\1"));
    emb_images *images = emb_images_read_bytes(ppm, sizeof ppm - 1, picture_path, shape, NULL);
    assert_memory_equal(emb_images_pixels(images, 0), "\x4c\x02", 2);
    emb_images_free(images);
    assert_null(emb_images_read_bytes(NULL, 0, picture_path, shape, NULL));
    assert_null(emb_images_read_bytes(ppm, 0, picture_path, shape, NULL));
    assert_null(emb_images_read_bytes(ppm, sizeof ppm - 2, "posted", shape, NULL));
    assert_non_null(strstr(emb_error(), "posted"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fit),        cmocka_unit_test(test_fit_definition),
        cmocka_unit_test(test_frame),      cmocka_unit_test(test_reduced),
        cmocka_unit_test(test_grounds),    cmocka_unit_test(test_read_images),
        cmocka_unit_test(test_read_bytes),
    };
    return cmocka_run_group_tests(tests, picture_set_up, test_folder_remove);
}
