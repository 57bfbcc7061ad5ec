/* Batches that a thread reads: the bytes are those of the images, whatever is taken; and a training
 * on images that are read row by row has the bits of one on the same images in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "data/ahead.h"
#include "embudo.h"
#include "support/folder.h"
#include "support/support.h"

enum { COUNT = 70, SIDE = 6, SIZE = SIDE * SIDE, MOST = 16 };
static const int shape[3] = {1, SIDE, SIDE};
static uint8_t pixels[COUNT * SIZE];

static emb_images *streamed(void) {
    emb__file file;
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t)(i * 131 + i / 97);
    test_put(test_path("rows"), pixels, sizeof pixels);
    const char *path = test_path("rows");
    assert_int_equal(emb__file_open(&file, path), EMB_OK);
    const emb__store_content content = {.file = &file, .count = COUNT, .row = SIZE};
    emb__store *store = emb__store_new(&content);
    assert_non_null(store);
    return emb__images_of_store(store, NULL, NULL, COUNT, shape);
}

static void batches_are_the_images(void **state) {
    uint32_t order[COUNT];
    emb__ahead *ahead;
    (void)state;
    for (size_t i = 0; i < COUNT; i++) order[i] = (uint32_t)((i * 37) % COUNT);
    emb_images *images = streamed();
    assert_int_equal(emb__ahead_new(images, MOST, &ahead), EMB_OK);
    assert_non_null(ahead);
    for (size_t round = 0; round < 40; round++) {
        const size_t from = (round * 11) % (COUNT - MOST), count = 1 + (round * 7) % MOST;
        const uint8_t *bytes;
        assert_int_equal(emb__ahead_take(ahead, order + from, count, &bytes), EMB_OK);
        for (size_t i = 0; i < count; i++) {
            assert_memory_equal(bytes + i * SIZE, pixels + order[from + i] * SIZE, SIZE);
        }
        /* What is begun is taken next, or something else, or nothing is begun. */
        const size_t next = ((round + 1) * 11) % (COUNT - MOST);
        if (round % 3 == 0) emb__ahead_begin(ahead, order + next, 1 + ((round + 1) * 7) % MOST);
        if (round % 3 == 1) emb__ahead_begin(ahead, order, 3);
        if (round % 6 == 1) emb__ahead_forget(ahead);
    }
    assert_int_equal(truncate(test_path("rows"), SIZE), 0);
    const uint8_t *bytes;
    emb__ahead_begin(ahead, order + 1, 2);
    assert_int_equal(emb__ahead_take(ahead, order + 1, 2, &bytes), EMB_ERR_IO);
    emb__ahead_free(ahead);
    emb_images_free(images);
}

static void train(const emb_images *images, char text[TEST_SHA_TEXT]) {
    emb_net *net = emb_net_parse("input = 1, 6, 6\nencoder = Sequential(Flatten(), Linear(36, 2))\n"
                                 "decoder = Sequential(Linear(2, 36), Unflatten(1, (1, 6, 6)))\n",
                                 "small", NULL);
    const emb_train_options options = {.batch_size = 7, .epochs = 3, .shuffle = true};
    emb_run *run = emb_run_new(net, images, &options);
    assert_non_null(run);
    for (int epoch = 0; epoch < 3; epoch++) {
        float loss;
        emb_epoch done;
        do {
            assert_int_equal(emb_run_step(run, &loss), EMB_OK);
        } while (!emb_run_epoch_done(run));
        assert_int_equal(emb_run_finish_epoch(run, &done), EMB_OK);
    }
    test_sha sha;
    test_sha_begin(&sha);
    test_sha_weights(&sha, net);
    test_sha_end(&sha, text);
    emb_run_free(run);
    emb_net_free(net);
}

static void a_training_has_the_same_bits(void **state) {
    char memory[TEST_SHA_TEXT], file[TEST_SHA_TEXT];
    (void)state;
    emb_images *images = streamed();
    emb_images *copies = emb_images_new(pixels, NULL, COUNT, shape);
    train(copies, memory);
    train(images, file);
    assert_string_equal(memory, file);
    emb_images_free(copies);
    emb_images_free(images);
}

static void a_step_that_cannot_read_changes_nothing(void **state) {
    (void)state;
    emb_images *images = streamed();
    emb_net *net = emb_net_parse("input = 1, 6, 6\nencoder = Sequential(Flatten(), Linear(36, 2))\n"
                                 "decoder = Sequential(Linear(2, 36), Unflatten(1, (1, 6, 6)))\n",
                                 "small", NULL);
    const emb_train_options options = {.batch_size = 7};
    emb_run *run = emb_run_new(net, images, &options);
    char before[TEST_SHA_TEXT], after[TEST_SHA_TEXT];
    test_sha sha;
    float loss;
    assert_int_equal(truncate(test_path("rows"), 0), 0);
    test_sha_begin(&sha);
    test_sha_weights(&sha, net);
    test_sha_end(&sha, before);
    assert_int_equal(emb_run_step(run, &loss), EMB_ERR_IO);
    assert_non_null(strstr(emb_error(), "rows: images could not be read"));
    test_sha_begin(&sha);
    test_sha_weights(&sha, net);
    test_sha_end(&sha, after);
    assert_string_equal(before, after);
    assert_int_equal(emb_run_steps(run), 0);
    emb_run_free(run);
    emb_net_free(net);
    emb_images_free(images);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_are_the_images),
        cmocka_unit_test(a_training_has_the_same_bits),
        cmocka_unit_test(a_step_that_cannot_read_changes_nothing),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
