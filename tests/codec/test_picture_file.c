/* formats/picture*.c: pictures read, whole and damaged, made to fit, and written. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "codec/picture_file.h"
#include "support/support.h"

static char path[] = "/tmp/embudo-test-picture-XXXXXX";

static int make_file(void **state) {
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state) {
    (void)state;
    return unlink(path);
}

static void put(const void *bytes, size_t count) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

static void expect_error(const char *text) {
    char whole[1024];
    snprintf(whole, sizeof whole, "%s: %s", path, text);
    assert_string_equal(emb_error(), whole);
}

/* Reads the file into pixels[C][H][W]. */
static emb_status read_fitted(const int shape[3], uint8_t *pixels, emb__fit *fit) {
    emb__fit_init(fit, shape, pixels);
    emb_status status = emb__picture_read(path, fit);
    emb__fit_free(fit);
    return status;
}

static emb_status read_file(void) {
    uint8_t pixels[6];
    emb__fit fit;
    return read_fitted((const int[]){1, 2, 3}, pixels, &fit);
}

/* The file is a picture of these channels, sizes and pixels, [H][W][C]. */
static void expect_picture(int channels, size_t height, size_t width, const void *pixels) {
    const int shape[] = {channels, (int)height, (int)width};
    const size_t count = height * width, planes = (size_t)channels;
    const uint8_t *expected = pixels;
    uint8_t read[1024];
    emb__fit fit;
    assert_true(planes * count <= sizeof read);
    if (read_fitted(shape, read, &fit) != EMB_OK) fail_msg("%s", emb_error());
    assert_int_equal(fit.channels, channels);
    assert_int_equal(fit.height, height);
    assert_int_equal(fit.width, width);
    assert_int_equal(fit.seen, height);
    for (size_t i = 0; i < planes * count; i++) {
        assert_int_equal(read[i % planes * count + i / planes], expected[i]);
    }
}

/* Whether this is a picture, from memory that ends where it does. */
static bool is_picture(const uint8_t *bytes, size_t count) {
    uint8_t pixels[12];
    emb__fit fit;
    uint8_t *copy = calloc(count + 1, 1);
    assert_non_null(copy);
    memcpy(copy, bytes, count);
    emb__fit_init(&fit, (const int[]){3, 1, 4}, pixels);
    const bool good = emb__picture_decode(&(emb__picture_file){path, copy, count}, &fit) == EMB_OK;
    emb__fit_free(&fit);
    assert_true(!good || (fit.done == 1 && fit.seen == fit.height));
    free(copy);
    return good;
}

/* Cut anywhere it is an error; with any bit changed, an error or a picture. */
static void check_damage(uint8_t *bytes, size_t count) {
    assert_true(is_picture(bytes, count));
    for (size_t i = 0; i < count; i++) {
        if (is_picture(bytes, i)) fail_msg("%zu of %zu bytes", i, count);
    }
    for (size_t i = 0; i < count * 8; i++) {
        bytes[i / 8] ^= (uint8_t)(1U << i % 8);
        is_picture(bytes, count);
        bytes[i / 8] ^= (uint8_t)(1U << i % 8);
    }
}

#define B(bytes) bytes, sizeof(bytes) - 1

/* ---- PGM and PPM ----------------------------------------------------------------------------- */

static const struct {
    const char *bytes;
    size_t count;
    int channels;
    size_t height, width;
    const char *pixels;
} good_pnm[] = {
    {B("P5\n2 1\n255\n\x01\xff"), 1, 1, 2, "\x01\xff"},
    {B("P5 2 1 255 \x01\xffmore"), 1, 1, 2, "\x01\xff"},
    {B("P5 # of\n#two\n2#\n1 100\n\x00\x64"), 1, 1, 2, "\x00\xff"},
    {B("P5 1 2 65535\n\x01\x01\xff\x7e"), 1, 2, 1, "\x01\xfe"},
    {B("P5 1 1 1\n\x01"), 1, 1, 1, "\xff"},
    {B("P6 1 2 255\n\1\2\3\4\5\6"), 3, 2, 1, "\1\2\3\4\5\6"},
    {B("P6 1 1 256\n\0\0\1\0\0\x80"), 3, 1, 1, "\x00\xff\x80"},
    {B("P2\n# words\n3 1 255\n0 7\n255"), 1, 1, 3, "\0\x07\xff"},
    {B("P3 1 1 15\n0 8 15\n"), 3, 1, 1, "\x00\x88\xff"},
};

static void test_pnm(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(good_pnm); i++) {
        put(good_pnm[i].bytes, good_pnm[i].count);
        expect_picture(good_pnm[i].channels, good_pnm[i].height, good_pnm[i].width,
                       good_pnm[i].pixels);
    }
    uint8_t bytes[] = "P6 1 2 255\n\1\2\3\4\5\6", words[] = "P2 2 1 9\n3 9";
    check_damage(bytes, sizeof bytes - 1);
    check_damage(words, sizeof words - 1);
}

#define NO_PICTURE "is no picture: expected PNG, JPEG, PGM or PPM"
static const struct {
    const char *bytes;
    size_t count;
    const char *error;
} bad[] = {
    {B(""), "is empty"},
    {B("P"), NO_PICTURE},
    {B("P4 1 1\n\0"), NO_PICTURE},
    {B("GIF89a"), NO_PICTURE},
    {B("code_0,code_1\n"), NO_PICTURE},
    {B("P5"), "ends too early"},
    {B("P5 2 1 255"), "ends too early"},
    {B("P5 2 1 255\n\1"), "announces 2 x 1 pixels, more than its 12 bytes can hold"},
    {B("P5 2 1 256\n\1\2\3"), "announces 2 x 1 pixels, more than its 14 bytes can hold"},
    {B("P2 3 1 255\n1 2"), "announces 3 x 1 pixels, more than its 14 bytes can hold"},
    {B("P2 2 1 255\n111"), "ends too early"},
    {B("P5 0 1 255\n\1"), "is a picture of 0 x 1 pixels"},
    {B("P5 65536 65536 255\n\1"), "announces 65536 x 65536 pixels, expected at most 134217728"},
    {B("P6 4294967295 4294967295 255\n\1"),
     "announces 4294967295 x 4294967295 pixels, expected sides of at most 65536"},
    {B("P5 11000 11000 255\n\1"),
     "announces 11000 x 11000 pixels, more than its 20 bytes can hold"},
    {B("P5 4294967296 1 255\n\1"), "byte 3: a number above 4294967295"},
    {B("P5 1 1 65536\n\1\1"), "byte 7: a number above 65535"},
    {B("P5 1 1 0\n\1\1"), "its greatest value is 0"},
    {B("P5 1 1 9\n\x0a"), "byte 9: a number above 9"},
    {B("P2 1 1 9\n10"), "byte 9: a number above 9"},
    {B("P2 1 1 9\n-1"), "byte 9: expected a number"},
    {B("P5 x 1 9\n1"), "byte 3: expected a number"},
};

static void test_bad(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        put(bad[i].bytes, bad[i].count);
        assert_int_not_equal(read_file(), EMB_OK);
        expect_error(bad[i].error);
    }
}

/* ---- PNG ------------------------------------------------------------------------------------- */

#ifdef EMB_HAVE_PNG
#include <png.h>

typedef struct made {
    uint8_t bytes[4096];
    size_t count;
} made;

static void keep(png_structp png, png_bytep bytes, size_t count) {
    made *m = png_get_io_ptr(png);
    assert_true(m->count + count <= sizeof m->bytes);
    memcpy(m->bytes + m->count, bytes, count);
    m->count += count;
}

static void flush_nothing(png_structp png) { (void)png; }

typedef struct png_case {
    int color, depth, width, height;
    bool interlaced, see_through; /* palette entry or grey 1 is transparent, entry 2 half */
    const char *rows;             /* as PNG packs them */
    int channels;
    const char *pixels;
} png_case;

static void make_png(const png_case *c, made *m) {
    static const png_color palette[] = {{1, 2, 3}, {40, 50, 60}, {200, 100, 50}, {255, 255, 255}};
    static const png_byte alphas[] = {255, 0, 128};
    png_color_16 clear = {.gray = 1, .red = 1, .green = 2, .blue = 3};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    m->count = 0;
    png_set_write_fn(png, m, keep, flush_nothing);
    png_set_IHDR(png, info, (png_uint_32)c->width, (png_uint_32)c->height, c->depth, c->color,
                 c->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (c->color == PNG_COLOR_TYPE_PALETTE) png_set_PLTE(png, info, palette, 4);
    if (c->see_through) png_set_tRNS(png, info, alphas, 3, &clear);
    png_write_info(png, info);
    const int passes = png_set_interlace_handling(png);
    const size_t row = png_get_rowbytes(png, info);
    for (int pass = 0; pass < passes; pass++) {
        for (int y = 0; y < c->height; y++) {
            png_write_row(png, (png_const_bytep)c->rows + (size_t)y * row);
        }
    }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
}

enum {
    GREY = PNG_COLOR_TYPE_GRAY,
    GREY_ALPHA = PNG_COLOR_TYPE_GRAY_ALPHA,
    RGB = PNG_COLOR_TYPE_RGB,
    RGB_ALPHA = PNG_COLOR_TYPE_RGB_ALPHA,
    PALETTE = PNG_COLOR_TYPE_PALETTE
};

static const png_case pngs[] = {
    {GREY, 8, 2, 2, false, false, "\x00\x01\xfe\xff", 1, "\x00\x01\xfe\xff"},
    {GREY, 8, 3, 3, true, false, "\1\2\3\4\5\6\7\x08\x09", 1, "\1\2\3\4\5\6\7\x08\x09"},
    {GREY, 1, 3, 1, false, false, "\xa0", 1, "\xff\x00\xff"},
    {GREY, 2, 4, 1, false, false, "\x1b", 1, "\x00\x55\xaa\xff"},
    {GREY, 4, 2, 1, false, false, "\x2f", 1, "\x22\xff"},
    {GREY, 16, 2, 1, false, false, "\x01\x01\xff\x7e", 1, "\x01\xfe"},
    {GREY, 8, 2, 1, false, true, "\x01\x02", 1, "\x00\x02"},
    {GREY_ALPHA, 8, 3, 1, false, false, "\x64\xff\x64\x00\x64\x80", 1, "\x64\x00\x32"},
    {GREY_ALPHA, 16, 1, 1, false, false, "\x64\x64\xff\xff", 1, "\x64"},
    {RGB, 8, 1, 2, false, false, "\1\2\3\4\5\6", 3, "\1\2\3\4\5\6"},
    {RGB, 8, 2, 1, true, true, "\1\2\3\4\5\6", 3, "\0\0\0\4\5\6"},
    {RGB, 16, 1, 1, false, false, "\1\1\2\2\3\3", 3, "\1\2\3"},
    {RGB_ALPHA, 8, 2, 1, true, false, "\x64\x32\xff\x80\1\2\3\xff", 3, "\x32\x19\x80\1\2\3"},
    {PALETTE, 8, 2, 1, false, false, "\x02\x00", 3, "\xc8\x64\x32\1\2\3"},
    {PALETTE, 2, 4, 1, false, true, "\x1b", 3, "\1\2\3\0\0\0\x64\x32\x19\xff\xff\xff"},
};

static void test_png(void **state) {
    (void)state;
    made m;
    for (size_t i = 0; i < TEST_COUNT(pngs); i++) {
        const png_case *c = &pngs[i];
        make_png(c, &m);
        put(m.bytes, m.count);
        expect_picture(c->channels, (size_t)c->height, (size_t)c->width, c->pixels);
    }
}

static void test_bad_png(void **state) {
    (void)state;
    made m;
    make_png(&pngs[0], &m);
    check_damage(m.bytes, m.count);
    put(m.bytes, m.count - 1);
    assert_int_equal(read_file(), EMB_ERR_FORMAT);
    expect_error("PNG: ends too early");
    m.bytes[45] ^= 1; /* in the pixels */
    put(m.bytes, m.count);
    assert_int_equal(read_file(), EMB_ERR_FORMAT);
    assert_non_null(strstr(emb_error(), "PNG: the chunk before byte "));
    make_png(&pngs[11], &m);
    check_damage(m.bytes, m.count);
    /* Sizes that the bytes cannot hold, with the header's right CRC. */
    static const char *const heads[] = {
        "\x00\x00\x20\x00\x00\x00\x20\x00\x08\x00\x00\x00\x00\x57\xc1\x95\x85",
        "\x00\x00\xff\xff\x00\x00\xff\xff\x08\x00\x00\x00\x00\x93\x6e\x86\x8c"};
    static const char *const errors[] = {
        "announces 8192 x 8192 pixels, more than its",
        "announces 65535 x 65535 pixels, expected at most 134217728"};
    for (size_t i = 0; i < TEST_COUNT(heads); i++) {
        make_png(&pngs[0], &m);
        memcpy(m.bytes + 16, heads[i], 17);
        put(m.bytes, m.count);
        assert_int_equal(read_file(), EMB_ERR_FORMAT);
        if (!strstr(emb_error(), errors[i])) fail_msg("%s", emb_error());
    }
}

static void test_write(void **state) {
    (void)state;
    const float pixels[] = {-1, 0, 0.5f, 1, 2, 100 / 255.0f, NAN, 1, 0, 0.25f, 0.75f, 0};
    const int grey[] = {1, 2, 3}, rgb[] = {3, 2, 2}, two[] = {2, 2, 2};
    assert_int_equal(emb_picture_write(path, pixels, grey), EMB_OK);
    expect_picture(1, 2, 3, "\x00\x00\x80\xff\xff\x64");
    assert_int_equal(emb_picture_write(path, pixels, rgb), EMB_OK);
    expect_picture(3, 2, 2, "\x00\xff\x00\x00\x64\x40\x80\x00\xbf\xff\xff\x00");
    assert_int_equal(emb_picture_write(path, pixels, two), EMB_ERR_SHAPE);
    expect_error("a picture of 2x2x2: expected 1 or 3 channels");
}
#else
static void test_png(void **state) {
    (void)state;
    put(B("\x89PNG\r\n\x1a\n"));
    assert_int_equal(read_file(), EMB_ERR_MISSING);
    assert_non_null(strstr(emb_error(), "libpng-dev"));
}
#endif

/* ---- JPEG ------------------------------------------------------------------------------------ */

#ifdef EMB_HAVE_JPEG
#include <jpeglib.h>

/* A picture of one colour, which JPEG keeps; the caller frees it. */
static unsigned char *make_jpeg(int components, const uint8_t *colour, bool progressive,
                                unsigned long *count) {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL;
    uint8_t row[4 * 20];
    JSAMPROW rows[] = {row};
    for (size_t i = 0; i < sizeof row; i++) row[i] = colour[i % (size_t)components];
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    *count = 0;
    jpeg_mem_dest(&jpeg, &bytes, count);
    jpeg.image_width = 20;
    jpeg.image_height = 9;
    jpeg.input_components = components;
    jpeg.in_color_space = components == 1 ? JCS_GRAYSCALE : components == 3 ? JCS_RGB : JCS_CMYK;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 100, TRUE);
    if (progressive) jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < jpeg.image_height) jpeg_write_scanlines(&jpeg, rows, 1);
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    return bytes;
}

/* Writes height and width, two bytes each, into the frame's header. */
static void set_size(uint8_t *bytes, size_t count, const char *size) {
    for (size_t i = 0; i + 8 < count; i++) {
        const bool frame = bytes[i] == 0xff && (bytes[i + 1] == 0xc0 || bytes[i + 1] == 0xc2);
        if (frame) memcpy(bytes + i + 5, size, 4);
    }
}

static void test_jpeg(void **state) {
    (void)state;
    static const uint8_t colours[][4] = {{100}, {128, 128, 128}, {0, 0, 0}, {255, 255, 255}};
    for (size_t i = 0; i < 2 * TEST_COUNT(colours); i++) {
        const uint8_t *colour = colours[i / 2];
        const int channels = i < 2 ? 1 : 3;
        unsigned long count;
        unsigned char *bytes = make_jpeg(channels, colour, i % 2 == 1, &count);
        uint8_t pixels[3 * 20 * 9];
        for (size_t k = 0; k < sizeof pixels; k++) pixels[k] = colour[k % (size_t)channels];
        put(bytes, count);
        expect_picture(channels, 9, 20, pixels);
        if (i < 4) check_damage(bytes, count);
        free(bytes);
    }
}

static void test_bad_jpeg(void **state) {
    (void)state;
    unsigned long count;
    static const uint8_t ink[4] = {1, 2, 3, 4};
    unsigned char *bytes = make_jpeg(4, ink, false, &count);
    put(bytes, count);
    assert_int_equal(read_file(), EMB_ERR_FORMAT);
    expect_error("JPEG: has 4 channels (CMYK), expected grey or RGB: convert it first");
    free(bytes);
    bytes = make_jpeg(1, ink, false, &count);
    put(bytes, count - 2);
    assert_int_equal(read_file(), EMB_ERR_FORMAT);
    expect_error("JPEG: ends too early");
    set_size(bytes, count, "\x40\x00\x40\x00");
    put(bytes, count);
    assert_int_equal(read_file(), EMB_ERR_FORMAT);
    expect_error("announces 16384 x 16384 pixels, expected at most 134217728");
    free(bytes);
}

/* What a lie about the size costs is little: it is seen from the bytes of the scans. */
static void test_big_jpeg(void **state) {
    (void)state;
    static const uint8_t grey[4] = {100};
    for (int progressive = 0; progressive < 2; progressive++) {
        unsigned long count;
        unsigned char *bytes = make_jpeg(1, grey, progressive, &count);
        set_size(bytes, count, "\x01\x00\x01\x00");
        put(bytes, count);
        assert_int_equal(read_file(), EMB_ERR_FORMAT);
        char text[128];
        snprintf(text, sizeof text, "announces 256 x 256 pixels, more than its %lu bytes can hold",
                 count);
        expect_error(text);
        free(bytes);
    }
    uint8_t scans[4 + 65 * 10 + 2] = "\xff\xd8\xff\xd8";
    for (size_t i = 0; i < 65; i++) memcpy(scans + 4 + 10 * i, "\xff\xda\0\x08\1\1\0\0\x3f\0", 10);
    memcpy(scans + sizeof scans - 2, "\xff\xd9", 2);
    put(scans, sizeof scans);
    assert_int_equal(read_file(), EMB_ERR_FORMAT);
    expect_error("JPEG: has more than 64 scans");
}
#else
static void test_jpeg(void **state) {
    (void)state;
    put(B("\xff\xd8\xff\xe0"));
    assert_int_equal(read_file(), EMB_ERR_MISSING);
    assert_non_null(strstr(emb_error(), "libjpeg-dev"));
}
#endif

/* ---- fitting --------------------------------------------------------------------------------- */

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
    const char *const paths[] = {path, path};
    emb_image_source sources[2];
    put(B("P6 2 1 255\n\xff\0\0\1\2\3"));
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
    put(B("P6 2 1 255\n\x0f\0\0\1\2\3"));
    images = emb_images_read(paths, 1, shape, NULL, sources);
    assert_false(sources[0].coloured);
    emb_images_free(images);
    assert_null(emb_images_read(paths, 1, two, NULL, NULL));
    assert_string_equal(emb_error(),
                        "pictures have 1 or 3 channels, but images of 2 x 1 x 2 are wanted");
    const char *const missing[] = {path, "/nowhere/x.png"};
    assert_null(emb_images_read(missing, 2, shape, NULL, NULL));
    assert_string_equal(emb_error(), "/nowhere/x.png: cannot open: no such file or folder");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pnm),         cmocka_unit_test(test_bad),
        cmocka_unit_test(test_png),         cmocka_unit_test(test_jpeg),
        cmocka_unit_test(test_fit),         cmocka_unit_test(test_fit_definition),
        cmocka_unit_test(test_read_images),
#ifdef EMB_HAVE_PNG
        cmocka_unit_test(test_bad_png),     cmocka_unit_test(test_write),
#endif
#ifdef EMB_HAVE_JPEG
        cmocka_unit_test(test_bad_jpeg),    cmocka_unit_test(test_big_jpeg),
#endif
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
