/* data/dataset.c: finding a data set's files; data/images.c: the data set in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "data/images.h"
#include "support/folder.h"

static int make_root(void **state) {
    unsetenv("EMBUDO_DATA");
    if (test_folder_make(state) != 0) return -1;
    return setenv("XDG_CACHE_HOME", test_folder,
                  1); /* whoever runs this may have downloaded some */
}

/* A name in the folder, its folders made; good until the fourth call after. */
static const char *at(const char *name) {
    static char paths[4][512];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", test_folder, name);
    for (char *slash = path + strlen(test_folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
    return path;
}

/* `count` images of one pixel, 10, 11, ..., or labels 0, 1, ...; gzipped where the name says so. */
static void put(const char *name, bool labels, uint8_t count) {
    uint8_t bytes[64] = {0, 0, 8, labels ? 1 : 3, 0, 0, 0, count, 0, 0, 0, 1, 0, 0, 0, 1};
    size_t length = labels ? 8 : 16;
    for (uint8_t i = 0; i < count; i++) bytes[length++] = (uint8_t)(labels ? i : i + 10);
    /* "T" writes without compression, that is plainly. */
    gzFile file = gzopen(at(name), strstr(name, ".gz") ? "wb" : "wbT");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, bytes, (unsigned)length), length);
    assert_int_equal(gzclose(file), Z_OK);
}

static void test_layouts(void **state) {
    (void)state;
    static const struct {
        const char *folder, *images, *labels;
        emb_part part;
    } cases[] = {
        {"a", "a/train-images-idx3-ubyte", "a/train-labels-idx1-ubyte", EMB_TRAIN},
        {"b", "b/train-images-idx3-ubyte.gz", "b/train-labels-idx1-ubyte.gz", EMB_TRAIN},
        {"c", "c/train-images.idx3-ubyte", "c/train-labels.idx1-ubyte", EMB_TRAIN},
        {"d", "d/train-images.idx3-ubyte.gz", "d/train-labels-idx1-ubyte", EMB_TRAIN},
        {"e", "e/MNIST/raw/t10k-images-idx3-ubyte", "e/MNIST/raw/t10k-labels-idx1-ubyte", EMB_TEST},
        {"f", "f/raw/t10k-images-idx3-ubyte.gz", "f/raw/t10k-labels-idx1-ubyte.gz", EMB_TEST},
        {"g/", "g/t10k-images-idx3-ubyte", "g/t10k-labels-idx1-ubyte", EMB_TEST},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put(cases[i].images, false, (uint8_t)(i + 1));
        put(cases[i].labels, true, (uint8_t)(i + 1));
        const emb_open_options all = {.test_split = -1};
        emb_images *images = emb_images_open_part(at(cases[i].folder), cases[i].part, &all);
        if (!images) fail_msg("%s: %s", cases[i].folder, emb_error());
        assert_int_equal(emb_images_count(images), i + 1);
        assert_int_equal(emb_images_pixels(images, i)[0], i + 10);
        assert_int_equal(emb_images_label(images, i), i);
        emb_images_free(images);
        /* The other part is not there, and was not needed. */
        assert_null(emb_images_open_part(at(cases[i].folder), 1 - cases[i].part, &all));
    }
}

/* Training images alone have a test part held out, as one array has. */
static void test_training_alone(void **state) {
    (void)state;
    put("alone/train-images-idx3-ubyte", false, 7);
    put("alone/train-labels-idx1-ubyte", true, 7);
    assert_int_equal(emb_images_parts(at("alone")), 1);
    for (emb_part part = EMB_TRAIN; part <= EMB_TEST; part++) {
        emb_images *images = emb_images_open(at("alone"), part);
        if (!images) fail_msg("%s", emb_error());
        assert_int_equal(emb_images_count(images), part == EMB_TRAIN ? 6 : 1);
        assert_int_equal(emb_images_drawn_from(images), 7);
        emb_images_free(images);
    }
    assert_false(emb_images_has_part(at("alone"), EMB_TEST));
}

/* A folder that unpacking tools make around a file is not taken for the file. */
static void test_folder_of_a_files_name(void **state) {
    (void)state;
    assert_int_equal(mkdir(at("kaggle/train-images-idx3-ubyte"), 0777), 0);
    put("kaggle/train-images.idx3-ubyte", false, 2);
    put("kaggle/train-labels.idx1-ubyte", true, 2);
    emb_images *images = emb_images_open(at("kaggle"), EMB_TRAIN);
    assert_non_null(images);
    emb_images_free(images);
}

/* Images whose labels' file is missing have none, and say so. */
static void test_unlabelled(void **state) {
    (void)state;
    put("unlabelled/train-images-idx3-ubyte", false, 2);
    const emb_open_options all = {.test_split = -1};
    emb_images *images = emb_images_open_part(at("unlabelled"), EMB_TRAIN, &all);
    if (!images) fail_msg("%s", emb_error());
    assert_int_equal(emb_images_count(images), 2);
    assert_int_equal(emb_images_label(images, 0), -1);
    assert_int_equal(emb_images_classes(images), 0);
    assert_non_null(strstr(emb_images_notes(images),
                           "train-images-idx3-ubyte: has no labels: no train-labels-idx1-ubyte "
                           "(plain or .gz) lies beside it"));
    emb_images_free(images);
}

static void test_failures(void **state) {
    (void)state;
    put("labels", true, 1);
    test_put(at("text"), "words", 5);
    mkdir(at("bare"), 0777);
    put("uneven/train-images-idx3-ubyte", false, 2);
    put("uneven/train-labels-idx1-ubyte", true, 3);
    put("swapped/train-images-idx3-ubyte", true, 2);
    put("swapped/train-labels-idx1-ubyte", true, 2);
    put("swapped/t10k-images-idx3-ubyte", false, 2);
    put("swapped/t10k-labels-idx1-ubyte", false, 2);
#define IMAGES "train-images-idx3-ubyte"
#define LABELS "train-labels-idx1-ubyte"
#define EXPECTED                                                                                   \
    "expected a folder of pictures, an archive of them, an array (.npy, .npz), an IDX file, or a " \
    "set's name (mnist, fashion-mnist, kmnist, emnist-letters, cifar-10, ...)"
    static const struct {
        const char *name;
        emb_part part;
        const char *text; /* %s: the root */
    } cases[] = {
        {"absent", EMB_TRAIN, "%s/absent: no such file or folder; " EXPECTED},
        {"text", EMB_TRAIN, "%s/text: is no data set that embudo reads; " EXPECTED},
        {"labels", EMB_TRAIN,
         "%s/labels: has 1 dimension, expected 3 (N, H, W) or 4 (N, C, H, W) of images, or 2 (N, "
         "L)"},
        {"bare", EMB_TEST,
         "%s/bare: holds no t10k-images-idx3-ubyte (plain or .gz), nor does MNIST/raw or raw in "
         "it; and no pictures"},
        {"uneven", EMB_TRAIN,
         "%s/uneven/" LABELS ": holds 3 labels, but %s/uneven/" IMAGES " announces 2 images"},
        {"swapped", EMB_TRAIN,
         "%s/swapped/" IMAGES
         ": has 1 dimension, expected 3 (N, H, W) or 4 (N, C, H, W) of images, or 2 (N, L)"},
        {"swapped", EMB_TEST,
         "%s/swapped/t10k-labels-idx1-ubyte: has 3 dimensions, expected 1 (a label for each "
         "image)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char expected[1024];
        /* Both %s are the root. */
        const char *mark = strstr(cases[i].text, "%s"), *second = strstr(mark + 2, "%s");
        if (second) {
            snprintf(expected, sizeof expected, "%s%.*s%s%s", test_folder, (int)(second - mark - 2),
                     mark + 2, test_folder, second + 2);
        } else {
            snprintf(expected, sizeof expected, "%s%s", test_folder, mark + 2);
        }
        assert_null(emb_images_open(at(cases[i].name), cases[i].part));
        assert_string_equal(emb_error(), expected);
    }
    assert_null(emb_images_open(NULL, EMB_TRAIN));
    assert_null(emb_images_open("", EMB_TRAIN));
    assert_null(emb_images_open(at("bare"), (emb_part)2));
}

/* The files that come with the program, and the folder that EMBUDO_DATA puts before them. */
static void test_mnist(void **state) {
    (void)state;
    static const struct {
        emb_part part;
        size_t count;
        int first_labels[4];
    } cases[] = {{EMB_TRAIN, 60000, {5, 0, 4, 1}}, {EMB_TEST, 10000, {7, 2, 1, 0}}};
    for (int i = 0; i < 2; i++) {
        int shape[3];
        emb_images *images = emb_images_open("mnist", cases[i].part);
        if (!images) fail_msg("%s", emb_error());
        emb_images_shape(images, shape);
        assert_int_equal(emb_images_count(images), cases[i].count);
        assert_memory_equal(shape, ((int[3]){1, 28, 28}), sizeof shape);
        for (size_t k = 0; k < 4; k++) {
            assert_int_equal(emb_images_label(images, k), cases[i].first_labels[k]);
        }
        emb_images_free(images);
    }
}

static void test_environment(void **state) {
    (void)state;
    put("data/mnist/t10k-images-idx3-ubyte.gz", false, 3);
    put("data/mnist/t10k-labels-idx1-ubyte.gz", true, 3);
    put("data/mnist/train-images-idx3-ubyte.gz", false, 3);
    static const struct {
        const char *data;
        emb_part part;
        size_t count;                          /* 0: fails */
    } cases[] = {{"data", EMB_TEST, 3},        /* this one */
                 {"data", EMB_TRAIN, 3},       /* without labels: nothing else is taken */
                 {"nothing", EMB_TEST, 10000}, /* not there: the next place */
                 {NULL, EMB_TEST, 10000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        setenv("EMBUDO_DATA", cases[i].data ? at(cases[i].data) : "", 1);
        emb_images *images = emb_images_open("mnist", cases[i].part);
        assert_int_equal(images ? emb_images_count(images) : 0, cases[i].count);
        emb_images_free(images);
    }
    unsetenv("EMBUDO_DATA");
}

/* What was downloaded: behind EMBUDO_DATA, in the one folder or the other. */
static void test_cache(void **state) {
    (void)state;
    static const struct {
        const char *cache, *home, *data; /* below the root; NULL: not set */
        const char *found;               /* the folder, below the root; NULL: none */
    } cases[] = {
        {"xdg", "home", NULL, "xdg/embudo/kmnist"},
        {NULL, "home", NULL, "home/.cache/embudo/kmnist"},
        {"xdg", "home", "mine", "mine/kmnist"},
        {"xdg", "home", "empty", "xdg/embudo/kmnist"},
        {"empty", "home", NULL, NULL},
        {NULL, NULL, NULL, NULL},
    };
    put("xdg/embudo/kmnist/t10k-images-idx3-ubyte.gz", false, 3);
    put("xdg/embudo/kmnist/t10k-labels-idx1-ubyte.gz", true, 3);
    put("home/.cache/embudo/kmnist/t10k-images-idx3-ubyte.gz", false, 4);
    put("home/.cache/embudo/kmnist/t10k-labels-idx1-ubyte.gz", true, 4);
    put("mine/kmnist/t10k-images-idx3-ubyte", false, 5);
    put("mine/kmnist/t10k-labels-idx1-ubyte", true, 5);
    char *home = strdup(getenv("HOME") ? getenv("HOME") : "/");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        setenv("XDG_CACHE_HOME", cases[i].cache ? at(cases[i].cache) : "relative", 1);
        setenv("HOME", cases[i].home ? at(cases[i].home) : "", 1);
        setenv("EMBUDO_DATA", cases[i].data ? at(cases[i].data) : "", 1);
        char *folder = emb_images_folder("kmnist", EMB_TEST);
        emb_images *images = emb_images_open("kmnist", EMB_TEST);
        if (cases[i].found) {
            assert_string_equal(folder, at(cases[i].found));
            assert_non_null(images);
        } else {
            assert_null(folder);
            assert_null(images);
            assert_non_null(strstr(emb_error(), "'embudo data get kmnist' downloads it"));
        }
        assert_null(emb_images_folder("kmnist", EMB_TRAIN));
        emb_images_free(images);
        free(folder);
    }
    assert_null(emb_images_cache());
    assert_non_null(strstr(emb_error(), "XDG_CACHE_HOME"));
    assert_null(emb_images_folder("", EMB_TEST));
    setenv("HOME", home, 1);
    setenv("XDG_CACHE_HOME", test_folder, 1);
    unsetenv("EMBUDO_DATA");
    free(home);
}

static void test_images_new(void **state) {
    (void)state;
    static const struct {
        size_t count;
        int shape[3];
        const char *text; /* NULL: is accepted */
    } cases[] = {
        {2, {1, 2, 3}, NULL},
        {1, {12, 1, 1}, NULL},
        {0, {1, 2, 3}, "0 images; expected 1 to 2147483647"},
        {(size_t)1 << 31, {1, 1, 1}, "2147483648 images; expected 1 to 2147483647"},
        {1, {0, 2, 3}, "images with channels 0; expected 1 to 65536"},
        {1, {1, -2, 3}, "images with height -2; expected 1 to 65536"},
        {1, {1, 2, 65537}, "images with width 65537; expected 1 to 65536"},
        {1, {3, 4096, 4096}, "images of 3 x 4096 x 4096; expected at most 16777216 numbers"},
        {4097,
         {1, 4096, 4096},
         "4097 images of 16777216 bytes; expected at most 68719476736 together"},
    };
    uint8_t pixels[12], labels[2] = {7, 255};
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t)(200 + i);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        emb_images *images = emb_images_new(pixels, labels, cases[i].count, cases[i].shape);
        if (cases[i].text) {
            assert_null(images);
            assert_string_equal(emb_error(), cases[i].text);
            continue;
        }
        assert_int_equal(emb_images_count(images), cases[i].count);
        assert_memory_equal(emb_images_pixels(images, 0), pixels, sizeof pixels);
        emb_images_free(images);
    }
    assert_null(emb_images_new(NULL, labels, 1, cases[0].shape));
    emb_images_free(NULL);
}

static void test_labels_and_floats(void **state) {
    (void)state;
    uint8_t pixels[512];
    float values[256];
    const uint8_t labels[2] = {7, 255};
    const int shape[3] = {1, 16, 16};
    for (size_t i = 0; i < 512; i++) pixels[i] = (uint8_t)(i < 256 ? 0 : i);
    emb_images *labelled = emb_images_new(pixels, labels, 2, shape);
    emb_images *bare = emb_images_new(pixels, NULL, 2, shape);
    assert_int_equal(emb_images_label(labelled, 1), 255);
    assert_int_equal(emb_images_label(bare, 1), -1);
    pixels[256] = 99; /* the data set holds a copy */
    emb_images_float(bare, 1, values);
    for (int i = 0; i < 256; i++) assert_true(values[i] == (float)i / 255.0f);
    emb_images_free(labelled);
    emb_images_free(bare);
}

static void test_join(void **state) {
    (void)state;
    static const uint8_t pixels[] = {1, 2, 3, 4, 5, 6}, labels[] = {7, 8};
    const int shape[3] = {1, 1, 2}, other[3] = {1, 2, 1};
    emb_images *one = emb_images_new(pixels, labels, 1, shape);
    emb_images *two = emb_images_new(pixels + 2, labels, 2, shape);
    emb_images *bare = emb_images_new(pixels, NULL, 1, shape);
    emb_images *turned = emb_images_new(pixels, labels, 1, other);
    emb_images *both = emb_images_join(one, two), *some = emb_images_join(bare, one);
    assert_int_equal(emb_images_count(both), 3);
    assert_memory_equal(emb_images_pixels(both, 0), pixels, sizeof pixels);
    for (size_t i = 0; i < 3; i++) assert_int_equal(emb_images_label(both, i), i == 2 ? 8 : 7);
    assert_int_equal(emb_images_label(some, 1), -1);
    assert_null(emb_images_join(one, turned));
    assert_string_equal(emb_error(), "images of 1x2x1 cannot follow images of 1x1x2");
    const float values[] = {0.5f, -2};
    emb_images *numbers = emb_images_new_float(values, labels, 1, shape);
    emb_images *twice = emb_images_join(numbers, numbers);
    float second[2];
    emb_images_float(twice, 1, second);
    assert_memory_equal(second, values, sizeof values);
    assert_int_equal(emb_images_classes(twice), 8);
    assert_null(emb_images_pixels(twice, 0));
    assert_null(emb_images_join(one, numbers));
    assert_string_equal(emb_error(), "float32 images of 1x1x2 cannot follow images of 1x1x2");
    emb_images *const made[] = {one, two, bare, turned, both, some, numbers, twice};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) emb_images_free(made[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layouts),
        cmocka_unit_test(test_training_alone),
        cmocka_unit_test(test_folder_of_a_files_name),
        cmocka_unit_test(test_unlabelled),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_mnist),
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_cache),
        cmocka_unit_test(test_images_new),
        cmocka_unit_test(test_labels_and_floats),
        cmocka_unit_test(test_join),
    };
    return cmocka_run_group_tests(tests, make_root, test_folder_remove);
}
