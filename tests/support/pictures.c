/* See pictures.h. */
#include "support/pictures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/picture_formats.h"
#include "support/folder.h"

char picture_path[64];

int picture_set_up(void **state) {
    const int made = test_folder_make(state);
    snprintf(picture_path, sizeof picture_path, "%s/picture", test_folder);
    return made;
}

void put_picture(const void *bytes, size_t count) { test_put(picture_path, bytes, count); }

void expect_picture_error(const char *text) {
    char whole[1024];
    snprintf(whole, sizeof whole, "%s: %s", picture_path, text);
    assert_string_equal(emb_error(), whole);
}

/* Reads the file into pixels[C][H][W]. */
static emb_status read_picture_fitted(const int shape[3], uint8_t *pixels,
                                      emb__picture_info *info) {
    const emb__picture_plan plan = {.shape = {shape[0], shape[1], shape[2]}};
    return emb__picture_read(picture_path, &plan, pixels, info);
}

/* Whether a decoder and its probe say the same. */
static void expect_same_header(const emb__picture_info *a, const emb__picture_info *b) {
    assert_string_equal(a->format, b->format);
    assert_int_equal(a->channels, b->channels);
    assert_int_equal(a->height, b->height);
    assert_int_equal(a->width, b->width);
    assert_int_equal(a->bits, b->bits);
    assert_int_equal(a->orientation, b->orientation);
    assert_int_equal(a->alpha, b->alpha);
    assert_int_equal(a->palette, b->palette);
    assert_int_equal(a->inks, b->inks);
    assert_int_equal(a->profile, b->profile);
    assert_int_equal(a->several, b->several);
    assert_int_equal(a->pixels, 0);
}

emb_status read_picture(void) {
    uint8_t pixels[6];
    return read_picture_fitted((const int[]){1, 2, 3}, pixels, NULL);
}

void expect_picture(int channels, size_t height, size_t width, const void *pixels) {
    const int shape[] = {channels, (int)height, (int)width};
    const size_t count = height * width, planes = (size_t)channels;
    const uint8_t *expected = pixels;
    uint8_t read[1024];
    emb__picture_info info, probed;
    assert_true(planes * count <= sizeof read);
    if (read_picture_fitted(shape, read, &info) != EMB_OK) fail_msg("%s", emb_error());
    if (emb__picture_probe(picture_path, &probed) != EMB_OK) fail_msg("%s", emb_error());
    assert_int_equal(info.channels, channels);
    assert_int_equal(info.height, height);
    assert_int_equal(info.width, width);
    assert_int_equal(info.pixels, height * width);
    expect_same_header(&probed, &info);
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
    emb__fit_init(&fit, &(emb__picture_plan){.shape = {3, 1, 4}}, pixels);
    const emb__picture_file file = {picture_path, copy, count};
    const bool good = emb__picture_decode(&file, &fit) == EMB_OK;
    emb__picture_info info;
    const bool known = emb__picture_look(&file, &info) == EMB_OK;
    emb__fit_free(&fit);
    assert_true(!good || (known && fit.done == fit.frame.height && fit.seen == fit.height));
    free(copy);
    return good;
}

void check_damaged_picture(uint8_t *bytes, size_t count) {
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
