/* Data sets of several arrays: folders and NPZ archives, whole and damaged. Against NumPy:
 * tests/interop/numpy_arrays.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/file.h"
#include "makers/arrays.h"
#include "support/folder.h"
#include "support/support.h"

static void folders(void **state) {
    (void)state;
    static const size_t shape[] = {4, 2, 3};
    char name[256];
    snprintf(name, sizeof name, "%s/both", test_folder);
    assert_int_equal(mkdir(name, 0700), 0);
    assert_null(emb_images_open(name, EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "holds no train-images"));
    put_array(test_path("both/x_train.npy"), 3, shape);
    assert_int_equal(emb_images_parts(name), 1);
    put_array(test_path("both/x_test.npy"), 3, shape);
    assert_int_equal(emb_images_parts(name), 2);
    expect_made(emb_images_open(name, EMB_TRAIN), 1, 2, 3, false);
    expect_made(emb_images_open(name, EMB_TEST), 1, 2, 3, false);
}

static bool put_archive(const char *path) {
    const emb_named_array arrays[] = {
        {.name = "x_train", .rank = 3, .shape = {4, 2, 3}, .floats = made_values},
        {.name = "y_train", .rank = 1, .shape = {4}, .bytes = made_labels},
        {.name = "x_test", .rank = 4, .shape = {4, 1, 2, 3}, .floats = made_values},
    };
    const emb_status status = emb_npz_write(path, arrays, TEST_COUNT(arrays));
    if (status == EMB_ERR_MISSING) return false;
    if (status != EMB_OK) fail_msg("%s", emb_error());
    return true;
}

static void archives(void **state) {
    (void)state;
    uint8_t *bytes, *again;
    size_t count, count_again;
    if (!put_archive(test_path("a.npz"))) skip();
    expect_made(emb_images_open(test_path("a.npz"), EMB_TRAIN), 1, 2, 3, true);
    expect_made(emb_images_open(test_path("a.npz"), EMB_TEST), 1, 2, 3, false);
    assert_int_equal(emb_images_parts(test_path("a.npz")), 2);
    assert_int_equal(emb__file_load(test_path("a.npz"), 1 << 20, &bytes, &count), EMB_OK);
    put_archive(test_path("b.npz"));
    assert_int_equal(emb__file_load(test_path("b.npz"), 1 << 20, &again, &count_again), EMB_OK);
    assert_int_equal(count, count_again);
    assert_memory_equal(bytes, again, count);
    emb__free(bytes);
    emb__free(again);
}

/* Cut at every length, every byte changed: a data set, or one line that names the file. */
static void damaged_archives(void **state) {
    (void)state;
    uint8_t *bytes;
    size_t count;
    char path[256];
    snprintf(path, sizeof path, "%s/c.npz", test_folder);
    if (!put_archive(path)) skip();
    assert_int_equal(emb__file_load(path, 1 << 20, &bytes, &count), EMB_OK);
    for (size_t i = 0; i < 2 * count; i++) {
        if (i < count) bytes[i] ^= 0x55;
        test_put(path, bytes, i < count ? count : i - count);
        if (i < count) bytes[i] ^= 0x55;
        emb_images *images = emb_images_open(path, EMB_TRAIN);
        if (!images) {
            assert_memory_equal(emb_error(), path, strlen(path));
            assert_null(strchr(emb_error(), '\n'));
        }
        if (i >= count) assert_null(images);
        emb_images_free(images);
    }
    emb__free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders),
        cmocka_unit_test(archives),
        cmocka_unit_test(damaged_archives),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
