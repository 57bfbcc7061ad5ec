/* Sets whose images lie in their squares as MNIST's do, and pictures that are laid out so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <embudo.h>

#include "support/folder.h"

enum { SIDE = 28, SIZE = SIDE * SIDE, COUNT = 40 };

/* An upright bar, from row `top` on, around column `middle`. */
static void draw(uint8_t *image, int top, int height, int middle) {
    memset(image, 0, SIZE);
    for (int y = top; y < top + height; y++) {
        for (int x = middle - 1; x <= middle; x++) image[y * SIDE + x] = 255;
    }
}

/* So many of the images lie elsewhere. */
static bool like(int elsewhere, int top, int height, int middle) {
    static uint8_t pixels[COUNT * SIZE];
    static const int shape[3] = {1, SIDE, SIDE};
    for (int i = 0; i < COUNT; i++) {
        if (i < elsewhere) {
            draw(pixels + i * SIZE, top, height, middle);
        } else {
            draw(pixels + i * SIZE, 4, 20, 14);
        }
    }
    emb_images *images = emb_images_new(pixels, NULL, COUNT, shape);
    assert_non_null(images);
    const bool result = emb_images_like_mnist(images);
    emb_images_free(images);
    return result;
}

static void test_sets(void **state) {
    (void)state;
    assert_true(like(0, 0, 0, 0));
    assert_true(like(2, 0, 28, 14));      /* 1 in 20 */
    assert_false(like(3, 0, 28, 14));     /* fills its square, as clothes do */
    assert_false(like(COUNT, 4, 20, 11)); /* not in the middle */
    assert_false(like(COUNT, 9, 10, 14)); /* too small */
    assert_true(like(COUNT, 5, 20, 15));  /* a pixel off */
    static const float numbers[SIZE];
    static const int shape[3] = {1, SIDE, SIDE};
    emb_images *floats = emb_images_new_float(numbers, NULL, 1, shape);
    assert_false(emb_images_like_mnist(floats));
    emb_images_free(floats);
}

/* A PGM with a dark bar on light paper, or none. */
static void write_picture(const char *path, int height, int width, bool bar) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fprintf(file, "P5 %d %d 255\n", width, height);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            const bool ink = bar && y >= 20 && y < 120 && x >= 30 && x < 40;
            fputc(ink ? 40 : 230, file);
        }
    }
    fclose(file);
}

/* Files alone, and a folder of them, whose cache is another than that of another fit. */
static void test_pictures(void **state) {
    (void)state;
    static const int shape[3] = {1, SIDE, SIDE};
    const emb_read_options options = {
        .pictures = {.fit = EMB_FIT_MNIST, .background = EMB_BACKGROUND(0, 0, 0)}};
    uint8_t one[SIZE], all[SIZE];
    assert_int_equal(mkdir("set", 0777), 0);
    write_picture("set/bar.pgm", 150, 90, true);
    write_picture("blank.pgm", 150, 90, false);
    const char *path = "set/bar.pgm", *blank = "blank.pgm";
    emb_images *images = emb_images_read(&path, 1, shape, &options, NULL);
    assert_non_null(images);
    assert_int_equal(emb_images_fetch_bytes(images, NULL, 1, one), EMB_OK);
    emb_images_free(images);
    assert_int_equal(one[14 * SIDE + 13], 255);
    assert_int_equal(one[14 * SIDE + 10], 0);
    assert_int_equal(one[2 * SIDE + 13], 0);
    assert_null(emb_images_read(&blank, 1, shape, &options, NULL));
    assert_non_null(strstr(emb_error(), "blank.pgm: there is no ink"));
    const emb_open_options open = {
        .test_split = -1,
        .no_cache = true,
        .pictures = {.channels = 1, .height = SIDE, .width = SIDE, .fit = EMB_FIT_MNIST}};
    images = emb_images_open_part("set", EMB_TRAIN, &open);
    if (!images) fail_msg("%s", emb_error());
    emb_pictures pictures;
    assert_true(emb_images_pictures(images, &pictures));
    assert_int_equal(pictures.fit, EMB_FIT_MNIST);
    assert_int_equal(emb_images_fetch_bytes(images, NULL, 1, all), EMB_OK);
    assert_memory_equal(one, all, SIZE);
    assert_true(emb_images_like_mnist(images));
    emb_images_free(images);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sets),
                                       cmocka_unit_test(test_pictures)};
    return cmocka_run_group_tests(tests, test_folder_enter, test_folder_remove);
}
