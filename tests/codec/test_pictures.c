/* Every format of pictures against the pixels that makers/pictures.py wrote beside the files,
 * upright and over a background; what is said of each; and files that are broken, each in its own
 * way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/file.h"
#include "codec/picture_formats.h"
#include "support/folder.h"
#include "support/support.h"

enum { MOST = 64 * 64 };

/* Whether this build reads such files. */
static bool is_there(const char *format) {
    static const char *const there[] = {
        "PGM",  "PPM", "BMP",
#ifdef EMB_HAVE_PNG
        "PNG",
#endif
#ifdef EMB_HAVE_JPEG
        "JPEG",
#endif
#ifdef EMB_HAVE_WEBP
        "WebP",
#endif
#ifdef EMB_HAVE_TIFF
        "TIFF",
#endif
#ifdef EMB_HAVE_GIF
        "GIF",
#endif
    };
    for (size_t i = 0; i < TEST_COUNT(there); i++) {
        if (strcmp(there[i], format) == 0) return true;
    }
    return false;
}

static int unpack_files(void **state) {
    char command[1024];
    if (test_folder_make(state) != 0) return -1;
    snprintf(command, sizeof command,
             "cd '%s' && gzip -dc '%s/tests/parity/pictures.tar.gz' | tar -xf -", test_folder,
             EMB_TEST_ROOT);
    return system(command);
}

static const uint8_t ground[3] = {200, 30, 90};

static int over(int colour, int under, int alpha) {
    return (colour * alpha + under * (255 - alpha) + 127) / 255;
}

static void check_pixels(const char *name, const uint8_t *pixels, size_t count, int tolerance) {
    char path[128];
    uint8_t *rgba;
    size_t bytes;
    snprintf(path, sizeof path, "%s.rgba", name);
    assert_int_equal(emb__file_load(test_path(path), 4 * MOST, &rgba, &bytes), EMB_OK);
    assert_int_equal(bytes, 4 * count);
    for (size_t i = 0; i < 3 * count; i++) {
        const uint8_t *from = rgba + i / 3 * 4;
        const int expected = over(from[i % 3], ground[i % 3], from[3]);
        const int got = pixels[i % 3 * count + i / 3];
        if (abs(expected - got) > tolerance) {
            fail_msg("%s: pixel %zu, channel %zu: %d, expected %d", name, i / 3, i % 3, got,
                     expected);
        }
    }
    emb__free(rgba);
}

static void check_flags(const char *name, const emb__picture_info *info, const char *flags) {
    const struct {
        char letter;
        bool is;
    } all[] = {{'a', info->alpha},
               {'p', info->palette},
               {'i', info->inks},
               {'c', info->profile},
               {'s', info->several}};
    for (size_t i = 0; i < TEST_COUNT(all); i++) {
        if (all[i].is != (strchr(flags, all[i].letter) != NULL)) {
            fail_msg("%s: flag %c, expected %s", name, all[i].letter, flags);
        }
    }
}

typedef struct good_file {
    char name[64], format[8], flags[8];
    int channels, height, width, bits, orientation, tolerance;
} good_file;

static void check_info(const good_file *g, const emb__picture_info *info) {
    if (strcmp(info->format, g->format) != 0 || info->channels != g->channels ||
        info->height != (size_t)g->height || info->width != (size_t)g->width ||
        info->bits != g->bits || info->orientation != g->orientation) {
        fail_msg("%s: %s, %d channels, %zu x %zu, %d bits, orientation %d", g->name, info->format,
                 info->channels, info->height, info->width, info->bits, info->orientation);
    }
    check_flags(g->name, info, g->flags);
}

static void check_good(const good_file *g) {
    static uint8_t pixels[3 * MOST];
    const size_t count = (size_t)g->height * (size_t)g->width;
    emb__picture_plan plan = {.shape = {3, g->height, g->width}, .upright = true};
    emb__picture_info info;
    memcpy(plan.background, ground, 3);
    assert_true(count <= MOST);
    if (!is_there(g->format)) {
        assert_int_equal(emb__picture_read(test_path(g->name), &plan, pixels, &info),
                         EMB_ERR_MISSING);
        return;
    }
    if (emb__picture_read(test_path(g->name), &plan, pixels, &info) != EMB_OK)
        fail_msg("%s", emb_error());
    check_info(g, &info);
    assert_int_equal(info.pixels, count);
    check_pixels(g->name, pixels, count, g->tolerance);
    if (emb__picture_probe(test_path(g->name), &info) != EMB_OK) fail_msg("%s", emb_error());
    check_info(g, &info);
}

static void check_bad(const char *name, const char *message) {
    static uint8_t pixels[3 * 5 * 7];
    const emb__picture_plan plan = {.shape = {3, 5, 7}};
    emb_status status = emb__picture_read(test_path(name), &plan, pixels, NULL);
    if (status == EMB_ERR_MISSING) return;
    if (status == EMB_OK) fail_msg("%s was read", name);
    char path[256];
    snprintf(path, sizeof path, "%s: ", test_path(name));
    if (strncmp(emb_error(), path, strlen(path)) != 0 || !strstr(emb_error(), message)) {
        fail_msg("refused with '%s', expected '%s'", emb_error(), message);
    }
}

static void test_files(void **state) {
    (void)state;
    uint8_t *text;
    size_t bytes, goods = 0, bads = 0;
    assert_int_equal(emb__file_load(test_path("index"), 1 << 20, &text, &bytes), EMB_OK);
    for (char *line = strtok((char *)text, "\n"); line; line = strtok(NULL, "\n")) {
        good_file g;
        char name[64], message[128];
        if (sscanf(line, "good %63s %7s %d %d %d %d %d %7s %d", g.name, g.format, &g.channels,
                   &g.height, &g.width, &g.bits, &g.orientation, g.flags, &g.tolerance) == 9) {
            check_good(&g);
            goods++;
        } else if (sscanf(line, "bad %63s %127[^\n]", name, message) == 2) {
            check_bad(name, message);
            bads++;
        } else {
            fail_msg("a line of the index: %s", line);
        }
    }
    emb__free(text);
    assert_true(goods > 90 && bads >= 20);
}

/* ---- damage ---------------------------------------------------------------------------------- */

/* Whether these bytes are a picture, in memory that ends where they do. */
static bool is_picture(const uint8_t *bytes, size_t count) {
    static uint8_t pixels[3 * 4 * 5];
    uint8_t *copy = malloc(count + 1);
    assert_non_null(copy);
    memcpy(copy, bytes, count);
    const emb__picture_plan plan = {.shape = {3, 4, 5}, .fit = EMB__FIT_CROP, .upright = true};
    const emb__picture_file file = {"picture", copy, count};
    emb__picture_info info;
    emb__fit fit;
    emb__fit_init(&fit, &plan, pixels);
    const bool good = emb__picture_decode(&file, &fit) == EMB_OK;
    assert_true(!good || (fit.done == fit.frame.height && fit.seen == fit.height));
    emb__fit_free(&fit);
    assert_true(emb__picture_look(&file, &info) == EMB_OK || !good);
    free(copy);
    return good;
}

/* Cut anywhere it is refused; but the last bytes may be filling, a GIF's trailer, or notes that
 * nothing points to. With any bit changed it is refused or a picture. */
static void damage(const char *name) {
    uint8_t *bytes;
    size_t count;
    const size_t loose = strstr(name, ".tif") ? 16 : strstr(name, ".jpg") ? 0 : 3;
    assert_int_equal(emb__file_load(test_path(name), 1 << 20, &bytes, &count), EMB_OK);
    assert_true(is_picture(bytes, count));
    for (size_t i = 0; i < count; i++) {
        if (is_picture(bytes, i) && i + loose < count)
            fail_msg("%s: %zu of %zu bytes", name, i, count);
    }
    for (size_t i = 0; i < count * 8; i++) {
        bytes[i / 8] ^= (uint8_t)(1U << i % 8);
        is_picture(bytes, count);
        bytes[i / 8] ^= (uint8_t)(1U << i % 8);
    }
    emb__free(bytes);
}

static void test_damage(void **state) {
    (void)state;
    static const struct {
        const char *format, *name;
    } files[] = {
        {"BMP", "four.bmp"},       {"BMP", "os2.bmp"},       {"BMP", "fields16.bmp"},
        {"BMP", "runs8.bmp"},      {"BMP", "runs4.bmp"},     {"GIF", "plain.gif"},
        {"GIF", "interlaced.gif"}, {"GIF", "inside.gif"},    {"WebP", "turn6.webp"},
        {"WebP", "lossy.webp"},    {"TIFF", "turn6.tif"},    {"TIFF", "fax.tif"},
        {"TIFF", "palette.tif"},   {"TIFF", "packbits.tif"}, {"TIFF", "tiles.tif"},
        {"TIFF", "jpeg.tif"},      {"JPEG", "turn6.jpg"},    {"PNG", "turn6.png"},
    };
    for (size_t i = 0; i < TEST_COUNT(files); i++) {
        if (is_there(files[i].format)) damage(files[i].name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_files), cmocka_unit_test(test_damage)};
    return cmocka_run_group_tests(tests, unpack_files, test_folder_remove);
}
