/* Images in a file: mapped or read row by row, they are the same as in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "data/holdout.h"
#include "data/images.h"
#include "embudo.h"
#include "support/folder.h"
#include "support/support.h"

enum { COUNT = 37, SIZE = 2 * 3 * 4, AT = 5 };
static const int shape[3] = {2, 3, 4};
static uint8_t pixels[COUNT * SIZE], labels[COUNT];

static const char *write_rows(size_t bytes) {
    static char path[256];
    snprintf(path, sizeof path, "%s", test_path("rows"));
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t)(i * 37 + i / 251);
    for (size_t i = 0; i < COUNT; i++) labels[i] = (uint8_t)(i % 7);
    assert_int_equal(fwrite("head.", 1, AT, file), AT);
    assert_int_equal(fwrite(pixels, 1, bytes, file), bytes);
    fclose(file);
    return path;
}

static emb__store *open_store(const char *path, bool mapped) {
    emb__file file;
    assert_int_equal(emb__file_open(&file, path), EMB_OK);
    const emb__store_content content = {
        .file = &file, .at = AT, .count = COUNT, .row = SIZE, .mapped = mapped};
    return emb__store_new(&content);
}

static emb_images *stored(bool mapped) {
    emb__store *store = open_store(write_rows(sizeof pixels), mapped);
    uint8_t *own = emb__alloc(COUNT);
    assert_non_null(store);
    write_rows(sizeof pixels);
    memcpy(own, labels, COUNT);
    emb_images *images = emb__images_of_store(store, NULL, own, COUNT, shape);
    assert_non_null(images);
    return images;
}

/* Everything that can be asked of a set. */
static void expect_same(const emb_images *a, const emb_images *b) {
    static float x[COUNT * SIZE * 2], y[COUNT * SIZE * 2];
    static uint8_t u[COUNT * SIZE * 2], v[COUNT * SIZE * 2];
    char one[EMB_FINGERPRINT], two[EMB_FINGERPRINT];
    const size_t count = emb_images_count(a);
    assert_int_equal(count, emb_images_count(b));
    assert_string_equal(emb_images_fingerprint(a, one), emb_images_fingerprint(b, two));
    assert_int_equal(emb_images_fetch(a, NULL, count, x, NULL), EMB_OK);
    assert_int_equal(emb_images_fetch(b, NULL, count, y, NULL), EMB_OK);
    assert_memory_equal(x, y, count * SIZE * sizeof *x);
    assert_int_equal(emb_images_fetch_bytes(a, NULL, count, u), EMB_OK);
    assert_int_equal(emb_images_fetch_bytes(b, NULL, count, v), EMB_OK);
    assert_memory_equal(u, v, count * SIZE);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(emb_images_label(a, i), emb_images_label(b, i));
    }
    assert_int_equal(emb__images_are_dark(a), emb__images_are_dark(b));
}

static void same_as_in_memory(void **state) {
    static const uint32_t some[] = {36, 0, 5, 5, 12};
    (void)state;
    for (int mapped = 0; mapped < 2; mapped++) {
        emb_images *file = stored(mapped);
        emb_images *memory = emb_images_new(pixels, labels, COUNT, shape);
        expect_same(file, memory);
        emb_images *a = emb_images_pick(file, some, 5), *b = emb_images_pick(memory, some, 5);
        expect_same(a, b);
        emb_images *aa = emb_images_join(a, file), *bb = emb_images_join(b, memory);
        expect_same(aa, bb);
        emb_images *mixed = emb_images_join(b, file);
        expect_same(aa, mixed);
        emb_images_free(mixed);
        for (int part = EMB_TRAIN; part <= EMB_TEST; part++) {
            emb_images *c = stored(mapped), *d = emb_images_new(pixels, labels, COUNT, shape);
            c = emb__holdout_take(c, "c", (emb_part)part, NULL);
            d = emb__holdout_take(d, "d", (emb_part)part, NULL);
            expect_same(c, d);
            emb_images_free(c);
            emb_images_free(d);
        }
        emb_images_free(file); /* what was made of it still has the store */
        expect_same(aa, bb);
        emb_images_free(a);
        emb_images_free(b);
        emb_images_free(aa);
        emb_images_free(bb);
        emb_images_free(memory);
    }
}

static void a_short_file_is_refused(void **state) {
    (void)state;
    for (int mapped = 0; mapped < 2; mapped++) {
        assert_null(open_store(write_rows(sizeof pixels - 1), mapped));
        assert_non_null(strstr(emb_error(), "too short for 37 images"));
    }
}

static void rows_that_cannot_be_read_are_told(void **state) {
    uint8_t bytes[SIZE];
    (void)state;
    emb_images *images = stored(false);
    assert_int_equal(emb_images_fetch_bytes(images, NULL, 1, bytes), EMB_OK);
    assert_int_equal(truncate(test_path("rows"), AT + SIZE), 0);
    assert_int_equal(emb_images_fetch_bytes(images, NULL, 1, bytes), EMB_OK);
    assert_int_equal(emb_images_fetch_bytes(images, (const uint32_t[]){3}, 1, bytes), EMB_ERR_IO);
    assert_non_null(strstr(emb_error(), "rows: images could not be read"));
    emb_images_free(images);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_as_in_memory),
        cmocka_unit_test(a_short_file_is_refused),
        cmocka_unit_test(rows_that_cannot_be_read_are_told),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
