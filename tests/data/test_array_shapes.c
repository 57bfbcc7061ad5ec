/* data/array_images.c: what an array's shape and type mean as images. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "makers/arrays.h"
#include "makers/npy_bytes.h"
#include "support/folder.h"
#include "support/support.h"

/* What a shape means. */
static void shapes(void **state) {
    (void)state;
    static const struct {
        int rank;
        size_t shape[4];
        int c, h, w;
    } good[] = {
        {2, {4, 6}, 6, 1, 1},
        {3, {4, 2, 3}, 1, 2, 3},
        {4, {4, 3, 2, 1}, 3, 2, 1}, /* few channels in front: they are first */
        {4, {4, 1, 1, 6}, 1, 1, 6},
    };
    for (size_t i = 0; i < TEST_COUNT(good); i++) {
        put_array(test_path("x.npy"), good[i].rank, good[i].shape);
        expect_made(open_all(test_path("x.npy")), good[i].c, good[i].h, good[i].w, false);
        assert_int_equal(emb_images_parts(test_path("x.npy")), 1);
    }
    static const size_t flat[] = {24}, none[] = {0, 2, 3};
    put_array(test_path("x.npy"), 1, flat);
    assert_null(emb_images_open(test_path("x.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "x.npy: has 1 dimension; expected images"));
    put_array(test_path("x.npy"), 3, none);
    assert_null(emb_images_open(test_path("x.npy"), EMB_TRAIN));
    static const size_t no_side[] = {4, 0, 3};
    put_array(test_path("x.npy"), 3, no_side);
    assert_null(emb_images_open(test_path("x.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "x.npy: has a dimension of 0, expected 1 to 65536"));
    const size_t wide[] = {1, 65537};
    emb_array array = {.rank = 2, .shape = {wide[0], wide[1]}, .count = wide[1]};
    array.values = calloc(wide[1], sizeof *array.values);
    assert_non_null(array.values);
    assert_int_equal(emb_array_write(test_path("x.npy"), &array), EMB_OK);
    free(array.values);
    assert_null(emb_images_open(test_path("x.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "x.npy: has a dimension of 65537, expected 1 to 65536"));
    const emb_array one = {.rank = 0, .count = 1, .values = (float *)(uintptr_t)made_values};
    assert_int_equal(emb_array_write(test_path("x.npy"), &one), EMB_OK);
    assert_null(emb_images_open(test_path("x.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "x.npy: has 0 dimensions; expected images"));
    unlink(test_path("x.npy"));
    assert_int_equal(emb_images_parts(test_path("x.npy")), 0);
}

/* [N, H, W, C] becomes [N, C, H, W]; what may have its channels first is left alone. */
static void channels_last(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int count, file[3], shape[3];
        bool turned;
    } cases[] = {
        {"2, 5, 6, 1", 2, {5, 6, 1}, {1, 5, 6}, true},
        {"2, 5, 6, 3", 2, {5, 6, 3}, {3, 5, 6}, true},
        {"2, 5, 2, 4", 2, {5, 2, 4}, {4, 5, 2}, true},
        {"1, 8, 7, 2", 1, {8, 7, 2}, {2, 8, 7}, true},
        {"2, 3, 3, 3", 2, {3, 3, 3}, {3, 3, 3}, false},
        {"2, 4, 5, 4", 2, {4, 5, 4}, {4, 5, 4}, false},
        {"2, 1, 6, 1", 2, {1, 6, 1}, {1, 6, 1}, false},
        {"2, 6, 5, 5", 2, {6, 5, 5}, {6, 5, 5}, false},
    };
    for (size_t i = 0; i < TEST_COUNT(cases) * 2; i++) {
        const bool bytes = i % 2 == 0;
        const int *f = cases[i / 2].file, *want = cases[i / 2].shape;
        const size_t size = (size_t)f[0] * (size_t)f[1] * (size_t)f[2];
        const size_t all = size * (size_t)cases[i / 2].count;
        uint8_t pixels[512];
        float floats[512], image[256];
        int shape[3];
        for (size_t k = 0; k < all; k++) floats[k] = (float)(pixels[k] = (uint8_t)k) / 255.0f;
        put_npy(test_path("c.npy"), bytes ? "|u1" : "<f4", cases[i / 2].text,
                bytes ? (void *)pixels : floats, bytes ? all : 4 * all);
        emb_images *images = open_all(test_path("c.npy"));
        if (!images) fail_msg("%s", emb_error());
        emb_images_shape(images, shape);
        assert_memory_equal(shape, want, sizeof shape);
        assert_int_equal(strstr(emb_images_notes(images), "has its channels last") != NULL,
                         cases[i / 2].turned);
        const size_t last = emb_images_count(images) - 1;
        emb_images_float(images, last, image);
        for (int c = 0, p = 0; c < want[0]; c++) {
            for (int y = 0; y < want[1]; y++) {
                for (int x = 0; x < want[2]; x++, p++) {
                    const int from = cases[i / 2].turned ? (y * want[2] + x) * want[0] + c : p;
                    assert_true(image[p] == floats[last * size + (size_t)from]);
                }
            }
        }
        emb_images_free(images);
    }
}

/* Pixels of other types than uint8. */
static void pixel_types(void **state) {
    (void)state;
    static const struct {
        const char *descr;
        const void *bytes;
        size_t count;
        const char *text; /* of a note, or, where it is refused, of the error */
        float pixels[2];  /* below 0: refused */
    } cases[] = {
        {"|b1", "\0\1", 2, "True is taken as a pixel of 255, False as 0", {0, 1}},
        {"|b1", "\0\x80", 2, "True is taken as a pixel of 255, False as 0", {0, 1}},
        {"<i8",
         "\0\0\0\0\0\0\0\0\xff\0\0\0\0\0\0\0",
         16,
         "whole numbers (i8) are taken as pixels, 0 to 255",
         {0, 1}},
        {">i2", "\0\0\0\xff", 4, "whole numbers (i2) are taken as pixels", {0, 1}},
        {"<i2", "\0\1\0\0", 4, "number 0 is 256; whole numbers (i2) are taken as pixels", {-1, 0}},
        {"<u2", "\0\0\xff\xff", 4, "number 1 is 65535; whole numbers (u2) are taken as", {-1, 0}},
        {"|i1", "\0\xff", 2, "number 1 is -1; whole numbers (i1) are taken as pixels", {-1, 0}},
        {"<U1", "a\0\0\0b\0\0\0", 8, "holds words, expected", {-1, 0}},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        float image[2];
        put_npy(test_path("p.npy"), cases[i].descr, "1, 1, 2", cases[i].bytes, cases[i].count);
        emb_images *images = open_all(test_path("p.npy"));
        assert_int_equal(images != NULL, cases[i].pixels[0] >= 0);
        const char *said = images ? emb_images_notes(images) : emb_error();
        if (!strstr(said, cases[i].text)) fail_msg("%s: said '%s'", cases[i].descr, said);
        if (!images) continue;
        emb_images_float(images, 0, image);
        assert_memory_equal(image, cases[i].pixels, sizeof image);
        assert_non_null(emb_images_pixels(images, 0));
        emb_images_free(images);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes),
        cmocka_unit_test(channels_last),
        cmocka_unit_test(pixel_types),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
