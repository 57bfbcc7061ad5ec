/* CIFAR's binary files, EMNIST's splits, torchvision's folders, single IDX files, and rows of
 * numbers as images of a size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "embudo.h"
#include "makers/npy_bytes.h"
#include "support/folder.h"
#include "support/support.h"

enum { PLANE = 32 * 32, RECORD = 3 * PLANE };

/* Makes the folders of a path below the test's, and the file. */
static const char *put(const char *name, const void *bytes, size_t count) {
    static char path[512];
    snprintf(path, sizeof path, "%s", test_path(name));
    for (char *slash = strchr(path + strlen(test_folder) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
    test_put(path, bytes, count);
    return path;
}

/* Records whose pixels are label, label + 1, label + 2 in the three planes. */
static void put_cifar(const char *name, int label_bytes, const char *labels) {
    static uint8_t bytes[3 * (2 + RECORD)];
    size_t at = 0;
    for (; *labels; labels++) {
        const uint8_t label = (uint8_t)(*labels - '0');
        if (label_bytes == 2) bytes[at++] = 200; /* the coarse one is passed over */
        bytes[at++] = label;
        for (int c = 0; c < 3; c++, at += PLANE) memset(bytes + at, label + c, PLANE);
    }
    put(name, bytes, at);
}

static void put_cifar_10(const char *folder) {
    char name[128];
    for (int i = 1; i <= 5; i++) {
        snprintf(name, sizeof name, "%s/data_batch_%d.bin", folder, i);
        put_cifar(name, 1, i == 2 ? "23" : "9");
    }
    snprintf(name, sizeof name, "%s/test_batch.bin", folder);
    put_cifar(name, 1, "1");
}

/* Images of 2 rows and 3 columns, 0, 1, 2, ..., of `rank` 2 to 4; labels from 1 on. */
static void put_idx(const char *images, const char *labels, int rank, uint8_t first) {
    const uint8_t sides[3][4] = {{4, 6}, {4, 2, 3}, {4, 1, 2, 3}};
    uint8_t bytes[64] = {0, 0, 8, (uint8_t)rank};
    size_t at = 4;
    for (int i = 0; i < rank; i++, at += 4) bytes[at + 3] = sides[rank - 2][i];
    for (uint8_t i = 0; i < 24; i++) bytes[at++] = i;
    put(images, bytes, at);
    const uint8_t four[12] = {0, 0, 8, 1, 0, 0, 0, 4, first, (uint8_t)(first + 1), first, first};
    if (labels) put(labels, four, sizeof four);
}

static emb_images *open_part(const char *name, emb_part part, const emb_open_options *options) {
    return emb_images_open_part(strchr(name, '/') == name ? name : test_path(name), part, options);
}

static const emb_open_options whole = {.test_split = -1};

static void cifar_is_read(void **state) {
    (void)state;
    put_cifar_10("c10");
    put("c10/batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\njay\n\n", 23);
    put_cifar_10("root/cifar-10-batches-bin");
    put_cifar("c100/train.bin", 2, "05");
    put_cifar("c100/test.bin", 2, "7");
    static const struct {
        const char *name;
        emb_part part;
        size_t count;
        int last, classes;
        const char *word;
    } cases[] = {
        {"c10", EMB_TRAIN, 6, 9, 10, "jay"}, {"c10", EMB_TEST, 1, 1, 10, "b"},
        {"root", EMB_TRAIN, 6, 9, 10, NULL}, {"root/cifar-10-batches-bin", EMB_TEST, 1, 1, 2, NULL},
        {"c100", EMB_TRAIN, 2, 5, 6, NULL},  {"c100", EMB_TEST, 1, 7, 8, NULL},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        int shape[3];
        uint8_t pixels[RECORD];
        assert_int_equal(emb_images_parts(test_path(cases[i].name)), 2);
        emb_images *images = open_part(cases[i].name, cases[i].part, NULL);
        if (!images) fail_msg("%s: %s", cases[i].name, emb_error());
        emb_images_shape(images, shape);
        assert_true(shape[0] == 3 && shape[1] == 32 && shape[2] == 32);
        assert_int_equal(emb_images_count(images), cases[i].count);
        assert_int_equal(emb_images_classes(images), cases[i].classes);
        const uint32_t last = (uint32_t)cases[i].count - 1;
        assert_int_equal(emb_images_label(images, last), cases[i].last);
        const char *word = emb_images_class_name(images, cases[i].last);
        if (cases[i].word) assert_string_equal(word, cases[i].word);
        if (!cases[i].word) assert_null(word);
        assert_int_equal(emb_images_fetch_bytes(images, &last, 1, pixels), EMB_OK);
        for (int c = 0; c < 3; c++) assert_int_equal(pixels[c * PLANE + 77], cases[i].last + c);
        emb_images_free(images);
    }
}

/* A network that knows b and jay by other labels, and more classes. */
static void classes_get_other_labels(void **state) {
    (void)state;
    static const char *const all[] = {"jay", "x", "i", "h", "g", "f",
                                      "e",   "d", "c", "b", "a", "07"};
    emb_images *images = open_part("c10", EMB_TRAIN, NULL);
    assert_int_equal(emb_images_rename(images, all, 11), EMB_OK);
    assert_int_equal(emb_images_label(images, 5), 0);
    assert_int_equal(emb_images_classes(images), 11);
    assert_string_equal(emb_images_class_name(images, 9), "b");
    assert_int_equal(emb_images_rename(images, all + 1, 10), EMB_ERR_ARGUMENT);
    assert_non_null(strstr(emb_error(), "there is no class 'jay'; expected some of 'x', 'i', "));
    assert_int_equal(emb_images_label(images, 5), 0);
    assert_int_equal(emb_images_rename(images, all, 0), EMB_ERR_ARGUMENT);
    emb_images_free(images);
    images = open_part("root", EMB_TRAIN, NULL); /* labels that are numbers */
    assert_int_equal(emb_images_rename(images, all, 12), EMB_OK);
    assert_int_equal(emb_images_label(images, 5), 9);
    emb_images_free(images);
}

static void emnist_is_turned_upright(void **state) {
    (void)state;
    put_idx("e/EMNIST/raw/emnist-letters-train-images-idx3-ubyte",
            "e/EMNIST/raw/emnist-letters-train-labels-idx1-ubyte", 3, 1);
    put_idx("e/EMNIST/raw/emnist-letters-test-images-idx3-ubyte", NULL, 3, 0);
    put_idx("emnist/emnist-balanced-train-images-idx3-ubyte",
            "emnist/emnist-balanced-train-labels-idx1-ubyte", 3, 45);
    put_idx("emnist/emnist-digits-train-images-idx3-ubyte",
            "emnist/emnist-digits-train-labels-idx1-ubyte", 3, 8);
    setenv("EMBUDO_DATA", test_folder, 1);
    char in_folder[128];
    snprintf(in_folder, sizeof in_folder, "%s", test_path("emnist/emnist-digits"));
    const struct {
        const char *where, *word;
        int parts, label;
    } cases[] = {
        {test_path("e"), "b", 2, 1},
        {in_folder, "9", 1, 9},
        {"emnist-balanced", "t", 1, 46},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        static const uint8_t upright[6] = {6, 9, 7, 10, 8, 11};
        const uint32_t second = 1;
        uint8_t pixels[6];
        int shape[3];
        if (emb_images_parts(cases[i].where) != cases[i].parts) fail_msg("%s", cases[i].where);
        emb_images *images = emb_images_open_part(cases[i].where, EMB_TRAIN, &whole);
        if (!images) fail_msg("%s: %s", cases[i].where, emb_error());
        emb_images_shape(images, shape);
        assert_true(shape[0] == 1 && shape[1] == 3 && shape[2] == 2);
        emb_images_fetch_bytes(images, &second, 1, pixels);
        assert_memory_equal(pixels, upright, 6);
        assert_int_equal(emb_images_label(images, 1), cases[i].label);
        assert_string_equal(emb_images_class_name(images, cases[i].label), cases[i].word);
        assert_non_null(strstr(emb_images_notes(images), "turned upright"));
        emb_images_free(images);
    }
    unsetenv("EMBUDO_DATA");
}

/* torchvision's root after several downloads: which one is meant is asked. */
static void a_root_of_several_sets_asks(void **state) {
    (void)state;
    put_idx("several/FashionMNIST/raw/train-images-idx3-ubyte", NULL, 3, 0);
    assert_int_equal(emb_images_parts(test_path("several")), 1);
    put_idx("several/KMNIST/raw/train-images-idx3-ubyte", NULL, 3, 0);
    assert_null(emb_images_open(test_path("several"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "several: has FashionMNIST, KMNIST; name one of them: "));
    assert_non_null(strstr(emb_error(), "several/KMNIST"));
    emb_images *images = emb_images_open(test_path("several/KMNIST"), EMB_TRAIN);
    if (!images) fail_msg("%s", emb_error());
    emb_images_free(images);
    /* EMNIST and CIFAR are of other forms. */
    put_idx("mixed/MNIST/raw/train-images-idx3-ubyte", NULL, 3, 0);
    put("mixed/cifar-10-batches-bin/data_batch_1.bin", "", 0);
    assert_null(emb_images_open(test_path("mixed"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "mixed: has MNIST, cifar-10-batches-bin; name one"));
    /* A folder that is a set itself is that one. */
    put_idx("own/train-images-idx3-ubyte", NULL, 3, 0);
    put_idx("own/MNIST/raw/train-images-idx3-ubyte", NULL, 3, 0);
    put_idx("own/KMNIST/raw/train-images-idx3-ubyte", NULL, 3, 0);
    assert_int_equal(emb_images_parts(test_path("own")), 1);
}

static void idx_has_many_names_and_ranks(void **state) {
    (void)state;
    put_idx("tv/FashionMNIST/raw/train-images-idx3-ubyte", NULL, 3, 0);
    put_idx("rows/train-images-idx2-ubyte", "rows/train-labels-idx1-ubyte", 2, 0);
    put_idx("four/train-images-idx4-ubyte", NULL, 4, 0);
    put_idx("single/my-images-idx3-ubyte", "single/my-labels-idx1-ubyte", 3, 5);
    put_idx("single/other", NULL, 3, 0);
    put_npy(put("flat.npy", "", 0), "|u1", "2, 12", (const uint8_t[24]){9, 8, 7}, 24);
    static const struct {
        const char *name;
        emb_open_options options;
        int shape[3], label; /* of the first */
        const char *note;
    } cases[] = {
        {"tv", {.test_split = -1}, {1, 2, 3}, -1, "has no labels"},
        {"rows", {.test_split = -1}, {6, 1, 1}, 0, ""},
        {"rows",
         {.test_split = -1, .pictures = {.height = 2, .width = 3}},
         {1, 2, 3},
         0,
         "rows of 6 numbers are taken as images of 1x2x3"},
        {"rows", {.test_split = -1, .pictures = {.height = 2, .width = 2}}, {6, 1, 1}, 0, ""},
        {"four", {.test_split = -1}, {1, 2, 3}, -1, ""},
        {"single/my-images-idx3-ubyte", {.test_split = -1}, {1, 2, 3}, 5, ""},
        {"single/other", {.test_split = -1}, {1, 2, 3}, -1, ""},
        {"flat.npy",
         {.test_split = -1, .pictures = {.height = 2, .width = 2}},
         {3, 2, 2},
         -1,
         "images of 3x2x2"},
        {"flat.npy",
         {.test_split = -1, .pictures = {.height = 3, .width = 4}},
         {1, 3, 4},
         -1,
         "images of 1x3x4"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        int shape[3];
        emb_images *images = open_part(cases[i].name, EMB_TRAIN, &cases[i].options);
        if (!images) fail_msg("%s: %s", cases[i].name, emb_error());
        emb_images_shape(images, shape);
        if (memcmp(shape, cases[i].shape, sizeof shape) != 0) {
            fail_msg("%s, %zu: %dx%dx%d", cases[i].name, i, shape[0], shape[1], shape[2]);
        }
        assert_int_equal(emb_images_label(images, 0), cases[i].label);
        const char *notes = emb_images_notes(images);
        if (!strstr(notes, cases[i].note)) fail_msg("%s: %s", cases[i].name, notes);
        emb_images_free(images);
    }
}

static void what_is_wrong_is_said(void **state) {
    (void)state;
    put_cifar_10("lacks");
    remove(test_path("lacks/data_batch_3.bin"));
    put_cifar_10("high");
    put_cifar("high/data_batch_4.bin", 1, ":"); /* 10 */
    put_cifar_10("torn");
    put("torn/data_batch_5.bin", "abc", 3);
    put("py/cifar-10-batches-py/data_batch_1", "x", 1);
    put_idx("two/emnist-digits-train-images-idx3-ubyte", NULL, 3, 0);
    put_idx("two/emnist-letters-train-images-idx3-ubyte", NULL, 3, 0);
    put_idx("low/emnist-letters-train-images-idx3-ubyte",
            "low/emnist-letters-train-labels-idx1-ubyte", 3, 0);
    put("one-idx", (const uint8_t[]){0, 0, 8, 1, 0, 0, 0, 1, 7}, 9);
    put("five-idx", (const uint8_t[32]){0, 0, 8, 5}, 32);
    setenv("EMBUDO_DATA", test_folder, 1);
    const struct {
        const char *where, *text;
    } cases[] = {
        {test_path("lacks"), "data_batch_3.bin: cannot open"},
        {test_path("high"), "data_batch_4.bin: has the label 10; expected 0 to 9"},
        {test_path("torn"), "data_batch_5.bin: has 3 bytes; expected records of 3073"},
        {test_path("py"), "holds Python pickles, which are programs"},
        {test_path("two"), "has emnist-digits, emnist-letters; name one of them"},
        {test_path("low"), "label 0 is 0; emnist-letters has 1 to 26"},
        {test_path("one-idx"), "one-idx: has 1 dimension, expected 3 (N, H, W) or 4"},
        {test_path("five-idx"), "five-idx: has 5 dimensions, expected 3 (N, H, W) or 4"},
        {"cifar-10", "cifar-10: found no data_batch_1.bin; 'embudo data get cifar-10'"},
        {"emnist-bymerge", "found no emnist-bymerge-train-images-idx3-ubyte"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        assert_null(emb_images_open_part(cases[i].where, EMB_TRAIN, &whole));
        if (!strstr(emb_error(), cases[i].text)) fail_msg("%s: %s", cases[i].where, emb_error());
    }
    unsetenv("EMBUDO_DATA");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cifar_is_read),
        cmocka_unit_test(classes_get_other_labels),
        cmocka_unit_test(emnist_is_turned_upright),
        cmocka_unit_test(a_root_of_several_sets_asks),
        cmocka_unit_test(idx_has_many_names_and_ranks),
        cmocka_unit_test(what_is_wrong_is_said),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
