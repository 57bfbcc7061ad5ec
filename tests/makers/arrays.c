/* See arrays.h. */
#include "makers/arrays.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

const float made_values[MADE_COUNT * MADE_SIZE] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11,
                                                   12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23};
const uint8_t made_labels[MADE_COUNT] = {3, 0, 2, 1};

void put_array(const char *path, int rank, const size_t *shape) {
    emb_array array = {.rank = rank, .count = 1, .values = (float *)(uintptr_t)made_values};
    for (int i = 0; i < rank; i++) {
        array.shape[i] = shape[i];
        array.count *= shape[i];
    }
    assert_int_equal(emb_array_write(path, &array), EMB_OK);
}

emb_images *open_all(const char *path) {
    return emb_images_open_part(path, EMB_TRAIN, &(emb_open_options){.test_split = -1});
}

void expect_made(emb_images *images, int channels, int height, int width, bool labelled) {
    int shape[3];
    if (!images) fail_msg("%s", emb_error());
    emb_images_shape(images, shape);
    assert_int_equal(emb_images_count(images), MADE_COUNT);
    assert_true(shape[0] == channels && shape[1] == height && shape[2] == width);
    float image[MADE_SIZE];
    for (size_t i = 0; i < MADE_COUNT; i++) {
        emb_images_float(images, i, image);
        assert_memory_equal(image, made_values + i * MADE_SIZE, sizeof image);
        assert_int_equal(emb_images_label(images, i), labelled ? made_labels[i] : -1);
    }
    emb_images_free(images);
}
