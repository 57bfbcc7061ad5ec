/* Images copied out of a data set: emb_images_fetch, emb_images_fetch_bytes and what they replace.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <embudo.h>

enum { COUNT = 3, SIZE = 4, UNTOUCHED = 77 };

static const int shape[3] = {1, 2, 2};
static const uint8_t bytes[COUNT * SIZE] = {0, 1, 2, 3, 40, 50, 60, 70, 100, 128, 254, 255};
static const float values[COUNT * SIZE] = {0, -1, 2.5f, 3, 4, 5, 6, 7, 1e30f, 9, 10, 11};
static const uint8_t labels[COUNT] = {7, 0, 255};

static emb_images *made(bool floats, bool labelled) {
    const uint8_t *its = labelled ? labels : NULL;
    emb_images *images = floats ? emb_images_new_float(values, its, COUNT, shape)
                                : emb_images_new(bytes, its, COUNT, shape);
    assert_non_null(images);
    assert_int_equal(emb_images_has_bytes(images), !floats);
    return images;
}

typedef struct asked {
    const char *text; /* of the failure; NULL: none */
    bool floats, unlabelled, all;
    uint32_t indices[4]; /* unless `all` */
    size_t count;
} asked;

static const asked cases[] = {
    {.all = true, .count = COUNT},
    {.all = true, .count = 2},
    {.all = true, .count = 0},
    {.all = true, .count = COUNT + 1, .text = "4 images are asked for; there are 3"},
    {.indices = {2, 0, 2, 1}, .count = 4},
    {.indices = {2, 0, 2, 1}, .count = 4, .floats = true},
    {.indices = {0, 3}, .count = 2, .text = "image 3 does not exist; there are 3"},
    {.indices = {4294967295u}, .count = 1, .text = "image 4294967295 does not exist; there are 3"},
    {.indices = {1}, .count = 1, .unlabelled = true, .text = "the images have no labels"},
};

static void test_floats_and_labels(void **state) {
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const asked *one = &cases[c];
        emb_images *images = made(one->floats, !one->unlabelled);
        float out[5 * SIZE], untouched[5 * SIZE];
        uint8_t classes[5];
        for (size_t i = 0; i < 5 * SIZE; i++) out[i] = untouched[i] = UNTOUCHED;
        memset(classes, UNTOUCHED, sizeof classes);
        const uint32_t *indices = one->all ? NULL : one->indices;
        const emb_status status = emb_images_fetch(images, indices, one->count, out, classes);
        assert_int_equal(status, one->text ? EMB_ERR_ARGUMENT : EMB_OK);
        if (one->text) assert_string_equal(emb_error(), one->text);
        for (size_t n = 0; n < (one->text ? 0 : one->count); n++) {
            const size_t i = indices ? indices[n] : n;
            for (size_t p = 0; p < SIZE; p++) {
                const float want =
                    one->floats ? values[i * SIZE + p] : (float)bytes[i * SIZE + p] / 255.0f;
                assert_true(out[n * SIZE + p] == want);
            }
            assert_int_equal(classes[n], labels[i]);
        }
        const size_t written = one->text ? 0 : one->count;
        assert_memory_equal(out + written * SIZE, untouched,
                            (5 - written) * SIZE * sizeof *untouched);
        assert_int_equal(classes[written], UNTOUCHED);
        /* Either alone, the labels of none. */
        assert_int_equal(emb_images_fetch(images, indices, one->count, NULL, NULL),
                         one->text && !one->unlabelled ? EMB_ERR_ARGUMENT : EMB_OK);
        emb_images_free(images);
    }
}

static void test_bytes(void **state) {
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const asked *one = &cases[c];
        const char *text = one->unlabelled ? NULL : one->text; /* labels are not asked for */
        if (one->floats) {
            text = "the images are float32, not bytes: emb_images_fetch has their numbers";
        }
        emb_images *images = made(one->floats, !one->unlabelled);
        uint8_t out[5 * SIZE], untouched[5 * SIZE];
        memset(out, UNTOUCHED, sizeof out);
        memset(untouched, UNTOUCHED, sizeof untouched);
        const uint32_t *indices = one->all ? NULL : one->indices;
        const emb_status status = emb_images_fetch_bytes(images, indices, one->count, out);
        assert_int_equal(status, text ? EMB_ERR_ARGUMENT : EMB_OK);
        if (text) assert_string_equal(emb_error(), text);
        const size_t written = text ? 0 : one->count;
        for (size_t n = 0; n < written; n++) {
            const size_t i = indices ? indices[n] : n;
            assert_memory_equal(out + n * SIZE, bytes + i * SIZE, SIZE);
        }
        assert_memory_equal(out + written * SIZE, untouched, (5 - written) * SIZE);
        emb_images_free(images);
    }
}

/* What the calls replace says the same, as long as it is there. */
static void test_replaced(void **state) {
    (void)state;
    for (int floats = 0; floats < 2; floats++) {
        emb_images *images = made(floats, false);
        for (uint32_t i = 0; i < COUNT; i++) {
            float one[SIZE], other[SIZE];
            emb_images_float(images, i, one);
            assert_int_equal(emb_images_fetch(images, &i, 1, other, NULL), EMB_OK);
            assert_memory_equal(one, other, sizeof one);
            const uint8_t *lent = emb_images_pixels(images, i);
            assert_int_equal(lent == NULL, floats);
            if (lent) assert_memory_equal(lent, bytes + i * SIZE, SIZE);
        }
        emb_images_free(images);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_floats_and_labels),
                                       cmocka_unit_test(test_bytes),
                                       cmocka_unit_test(test_replaced)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
