/* Data sets as arrays: NPY with labels beside, folders, NPZ; whole and damaged. Against NumPy:
 * tests/interop/numpy_arrays.py. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "formats/file.h"
#include "support.h"

static char folder[] = "/tmp/embudo-test-arrays-XXXXXX";

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static const char *at(const char *name) {
    static char path[2][256];
    static int turn;
    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

enum { COUNT = 4, SIZE = 6 };
static const float values[COUNT * SIZE] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11,
                                           12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23};
static const uint8_t labels[COUNT] = {3, 0, 2, 1};

static void put_array(const char *path, int rank, const size_t *shape) {
    emb_array array = {.rank = rank, .count = 1, .values = (float *)(uintptr_t)values};
    for (int i = 0; i < rank; i++) {
        array.shape[i] = shape[i];
        array.count *= shape[i];
    }
    assert_int_equal(emb_array_write(path, &array), EMB_OK);
}

static void expect(emb_images *images, int c, int h, int w, bool labelled) {
    int shape[3];
    if (!images) fail_msg("%s", emb_error());
    emb_images_shape(images, shape);
    assert_int_equal(emb_images_count(images), COUNT);
    assert_true(shape[0] == c && shape[1] == h && shape[2] == w);
    float image[SIZE];
    for (size_t i = 0; i < COUNT; i++) {
        emb_images_float(images, i, image);
        assert_memory_equal(image, values + i * SIZE, sizeof image);
        assert_int_equal(emb_images_label(images, i), labelled ? labels[i] : -1);
    }
    emb_images_free(images);
}

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
        {4, {4, 3, 2, 1}, 3, 2, 1},
        {4, {4, 1, 1, 6}, 1, 1, 6},
    };
    for (size_t i = 0; i < TEST_COUNT(good); i++) {
        put_array(at("x.npy"), good[i].rank, good[i].shape);
        expect(emb_images_open(at("x.npy"), EMB_TRAIN), good[i].c, good[i].h, good[i].w, false);
        expect(emb_images_open(at("x.npy"), EMB_TEST), good[i].c, good[i].h, good[i].w, false);
        assert_int_equal(emb_images_parts(at("x.npy")), 1);
    }
    static const size_t flat[] = {24}, none[] = {0, 2, 3};
    put_array(at("x.npy"), 1, flat);
    assert_null(emb_images_open(at("x.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "x.npy: has 1 dimension; expected images"));
    put_array(at("x.npy"), 3, none);
    assert_null(emb_images_open(at("x.npy"), EMB_TRAIN));
    static const size_t no_side[] = {4, 0, 3};
    put_array(at("x.npy"), 3, no_side);
    assert_null(emb_images_open(at("x.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "x.npy: has a dimension of 0, expected 1 to 65536"));
    const size_t wide[] = {1, 65537};
    emb_array array = {.rank = 2, .shape = {wide[0], wide[1]}, .count = wide[1]};
    array.values = calloc(wide[1], sizeof *array.values);
    assert_non_null(array.values);
    assert_int_equal(emb_array_write(at("x.npy"), &array), EMB_OK);
    free(array.values);
    assert_null(emb_images_open(at("x.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "x.npy: has a dimension of 65537, expected 1 to 65536"));
    const emb_array one = {.rank = 0, .count = 1, .values = (float *)(uintptr_t)values};
    assert_int_equal(emb_array_write(at("x.npy"), &one), EMB_OK);
    assert_null(emb_images_open(at("x.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "x.npy: has 0 dimensions; expected images"));
    unlink(at("x.npy"));
    assert_int_equal(emb_images_parts(at("x.npy")), 0);
}

static void labels_beside(void **state) {
    (void)state;
    static const size_t shape[] = {4, 2, 3};
    put_array(at("set.npy"), 3, shape);
    assert_int_equal(emb_labels_write(at("set.npy"), labels, COUNT), EMB_OK);
    expect(emb_images_open(at("set.npy"), EMB_TRAIN), 1, 2, 3, true);
    assert_int_equal(emb_labels_write(at("set.npy"), labels, COUNT - 1), EMB_OK);
    assert_null(emb_images_open(at("set.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "3 labels, but 4 images"));
    /* Labels as another program writes them: floats, and a column. */
    static const size_t column[] = {4, 1}, square[] = {2, 2}, cube[] = {4, 1, 1};
    static const float floats[] = {3, 0, 2, 1};
    emb_array array = {.rank = 2, .shape = {4, 1}, .count = 4};
    array.values = (float *)(uintptr_t)floats;
    assert_int_equal(emb_array_write(at("set-labels.npy"), &array), EMB_OK);
    expect(emb_images_open(at("set.npy"), EMB_TRAIN), 1, 2, 3, true);
    put_array(at("set-labels.npy"), 2, square);
    assert_null(emb_images_open(at("set.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "labels.npy: has 2 dimensions, expected labels [N]"));
    put_array(at("set-labels.npy"), 3, cube);
    assert_null(emb_images_open(at("set.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "labels.npy: has 3 dimensions, expected labels [N]"));
    static const struct {
        float label;
        const char *error;
    } bad[] = {{-1, "label 1 is -1, expected a whole number 0 to 255"},
               {256, "label 1 is 256, expected a whole number 0 to 255"},
               {0.5f, "label 1 is 0.5, expected a whole number 0 to 255"},
               {NAN, "expected a whole number 0 to 255"}};
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        float wrong[] = {0, bad[i].label, 2, 3};
        array.values = wrong;
        memcpy(array.shape, column, sizeof column);
        assert_int_equal(emb_array_write(at("set-labels.npy"), &array), EMB_OK);
        assert_null(emb_images_open(at("set.npy"), EMB_TRAIN));
        assert_non_null(strstr(emb_error(), bad[i].error));
    }
}

static void folders(void **state) {
    (void)state;
    static const size_t shape[] = {4, 2, 3};
    char name[256];
    snprintf(name, sizeof name, "%s/both", folder);
    assert_int_equal(mkdir(name, 0700), 0);
    assert_null(emb_images_open(name, EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "holds no train-images"));
    put_array(at("both/x_train.npy"), 3, shape);
    assert_int_equal(emb_images_parts(name), 1);
    put_array(at("both/x_test.npy"), 3, shape);
    assert_int_equal(emb_images_parts(name), 2);
    expect(emb_images_open(name, EMB_TRAIN), 1, 2, 3, false);
    expect(emb_images_open(name, EMB_TEST), 1, 2, 3, false);
}

static bool put_archive(const char *path) {
    const emb_named_array arrays[] = {
        {.name = "x_train", .rank = 3, .shape = {4, 2, 3}, .floats = values},
        {.name = "y_train", .rank = 1, .shape = {4}, .bytes = labels},
        {.name = "x_test", .rank = 4, .shape = {4, 1, 2, 3}, .floats = values},
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
    if (!put_archive(at("a.npz"))) skip();
    expect(emb_images_open(at("a.npz"), EMB_TRAIN), 1, 2, 3, true);
    expect(emb_images_open(at("a.npz"), EMB_TEST), 1, 2, 3, false);
    assert_int_equal(emb_images_parts(at("a.npz")), 2);
    assert_int_equal(emb__file_load(at("a.npz"), 1 << 20, &bytes, &count), EMB_OK);
    put_archive(at("b.npz"));
    assert_int_equal(emb__file_load(at("b.npz"), 1 << 20, &again, &count_again), EMB_OK);
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
    snprintf(path, sizeof path, "%s/c.npz", folder);
    if (!put_archive(path)) skip();
    assert_int_equal(emb__file_load(path, 1 << 20, &bytes, &count), EMB_OK);
    for (size_t i = 0; i < 2 * count; i++) {
        FILE *file = fopen(path, "wb");
        if (i < count) bytes[i] ^= 0x55;
        fwrite(bytes, 1, i < count ? count : i - count, file);
        if (i < count) bytes[i] ^= 0x55;
        assert_int_equal(fclose(file), 0);
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
        cmocka_unit_test(shapes),   cmocka_unit_test(labels_beside),    cmocka_unit_test(folders),
        cmocka_unit_test(archives), cmocka_unit_test(damaged_archives),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
