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
#include "codec/file.h"
#include "support/support.h"

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

/* What an array means is seen of all of it: which images are held out is test_holdout.c's. */
static emb_images *open_all(const char *path) {
    return emb_images_open_part(path, EMB_TRAIN, &(emb_open_options){.test_split = -1});
}

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
        {4, {4, 3, 2, 1}, 3, 2, 1}, /* few channels in front: they are first */
        {4, {4, 1, 1, 6}, 1, 1, 6},
    };
    for (size_t i = 0; i < TEST_COUNT(good); i++) {
        put_array(at("x.npy"), good[i].rank, good[i].shape);
        expect(open_all(at("x.npy")), good[i].c, good[i].h, good[i].w, false);
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
    expect(open_all(at("set.npy")), 1, 2, 3, true);
    assert_int_equal(emb_labels_write(at("set.npy"), labels, COUNT - 1), EMB_OK);
    assert_null(emb_images_open(at("set.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "3 labels, but 4 images"));
    /* Labels as another program writes them: floats, and a column. */
    static const size_t column[] = {4, 1}, square[] = {2, 2}, cube[] = {4, 1, 1};
    static const float floats[] = {3, 0, 2, 1};
    emb_array array = {.rank = 2, .shape = {4, 1}, .count = 4};
    array.values = (float *)(uintptr_t)floats;
    assert_int_equal(emb_array_write(at("set-labels.npy"), &array), EMB_OK);
    expect(open_all(at("set.npy")), 1, 2, 3, true);
    put_array(at("set-labels.npy"), 2, square);
    assert_null(emb_images_open(at("set.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "labels.npy: 2 labels, but 4 images"));
    put_array(at("set-labels.npy"), 3, cube);
    assert_null(emb_images_open(at("set.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "labels.npy: has 3 dimensions, expected labels [N]"));
    static const struct {
        float label;
        const char *error;
    } bad[] = {{-1, "label 1 is -1, expected a whole number 0 to 255"},
               {256, "label 1 is 256; the largest label is 255: number the classes 0, 1, 2"},
               {0.5f, "label 1 is 0.5, expected a whole number 0 to 255"},
               {1e30f, "label 1 is 1.00000002e+30; the largest label is 255"},
               {INFINITY, "label 1 is inf; the largest label is 255"},
               {NAN, "label 1 is not a number, nan, expected a whole number 0 to 255"}};
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        float wrong[] = {0, bad[i].label, 2, 3};
        array.values = wrong;
        memcpy(array.shape, column, sizeof column);
        assert_int_equal(emb_array_write(at("set-labels.npy"), &array), EMB_OK);
        assert_null(emb_images_open(at("set.npy"), EMB_TRAIN));
        assert_non_null(strstr(emb_error(), bad[i].error));
    }
}

/* ---- what people have ------------------------------------------------------------------------ */

/* An NPY file of any type. */
static void put_raw(const char *path, const char *descr, const char *shape, const void *bytes,
                    size_t count) {
    char text[118] = {0};
    const int used =
        snprintf(text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': (%s,), }",
                 descr, shape);
    memset(text + used, ' ', sizeof text - (size_t)used);
    text[sizeof text - 1] = '\n';
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fwrite("\x93NUMPY\1\0\x76\0", 1, 10, file);
    fwrite(text, 1, sizeof text, file);
    fwrite(bytes, 1, count, file);
    assert_int_equal(fclose(file), 0);
}

/* [N, H, W, C] becomes [N, C, H, W]; what may have its channels first is left alone. */
static void channels_last(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int count, file[3], shape[3];
        bool turned;
    } cases[] = {
        {"2, 5, 6, 1", 2, {5, 6, 1}, {1, 5, 6}, true},
        {"2, 5, 6, 3", 2, {5, 6, 3}, {3, 5, 6}, true},
        {"2, 5, 2, 4", 2, {5, 2, 4}, {4, 5, 2}, true},
        {"1, 8, 7, 2", 1, {8, 7, 2}, {2, 8, 7}, true},
        {"2, 3, 3, 3", 2, {3, 3, 3}, {3, 3, 3}, false},
        {"2, 4, 5, 4", 2, {4, 5, 4}, {4, 5, 4}, false},
        {"2, 1, 6, 1", 2, {1, 6, 1}, {1, 6, 1}, false},
        {"2, 6, 5, 5", 2, {6, 5, 5}, {6, 5, 5}, false},
    };
    for (size_t i = 0; i < TEST_COUNT(cases) * 2; i++) {
        const bool bytes = i % 2 == 0;
        const int *f = cases[i / 2].file, *want = cases[i / 2].shape;
        const size_t size = (size_t)f[0] * (size_t)f[1] * (size_t)f[2];
        const size_t all = size * (size_t)cases[i / 2].count;
        uint8_t pixels[512];
        float floats[512], image[256];
        int shape[3];
        for (size_t k = 0; k < all; k++) floats[k] = (float)(pixels[k] = (uint8_t)k) / 255.0f;
        put_raw(at("c.npy"), bytes ? "|u1" : "<f4", cases[i / 2].text,
                bytes ? (void *)pixels : floats, bytes ? all : 4 * all);
        emb_images *images = open_all(at("c.npy"));
        if (!images) fail_msg("%s", emb_error());
        emb_images_shape(images, shape);
        assert_memory_equal(shape, want, sizeof shape);
        assert_int_equal(strstr(emb_images_notes(images), "has its channels last") != NULL,
                         cases[i / 2].turned);
        const size_t last = emb_images_count(images) - 1;
        emb_images_float(images, last, image);
        for (int c = 0, p = 0; c < want[0]; c++) {
            for (int y = 0; y < want[1]; y++) {
                for (int x = 0; x < want[2]; x++, p++) {
                    const int from = cases[i / 2].turned ? (y * want[2] + x) * want[0] + c : p;
                    assert_true(image[p] == floats[last * size + (size_t)from]);
                }
            }
        }
        emb_images_free(images);
    }
}

static emb_net *net_of(const char *input, int numbers) {
    char text[256];
    snprintf(text, sizeof text,
             "input = %s\nencoder = Sequential(Flatten(), Linear(%d, 2))\n"
             "decoder = Sequential(Linear(2, %d), Unflatten(1, (%s)))\n",
             input, numbers, numbers, input);
    emb_net *net = emb_net_parse(text, "net", NULL);
    if (!net) fail_msg("%s", emb_error());
    return net;
}

/* Rows of numbers are a network's images; channels go back where it has them behind. */
static void fitting(void **state) {
    (void)state;
    static const struct {
        const char *file, *input;
        const char *note; /* NULL: refused */
    } cases[] = {
        {"4, 60", "3, 4, 5", "rows of 60 numbers are taken as images of 3x4x5"},
        {"4, 60", "1, 12, 5", "rows of 60 numbers are taken as images of 1x12x5"},
        {"4, 1, 60", "1, 12, 5", "rows of 60 numbers are taken as images of 1x12x5"},
        {"4, 60, 1", "1, 12, 5", "rows of 60 numbers are taken as images of 1x12x5"},
        {"4, 12, 5", "12, 1, 5", "1x12x5 is taken as 12x1x5"},
        {"4, 5, 12", "1, 12, 5", NULL},
        {"4, 59", "3, 4, 5", NULL},
        {"4, 5, 4, 3", "3, 5, 4", "has its channels last"},
        {"4, 5, 4, 3", "5, 4, 3", "this network reads them as 5x4x3, in the file's order"},
        {"4, 5, 4, 3", "4, 5, 3", NULL},
        {"4, 12, 5, 1", "12, 5, 1", "reads them as 12x5x1, in the file's order"},
        {"4, 2, 3, 10", "10, 2, 3", "2x3x10 has its channels last for this network"},
        {"4, 4, 5, 3", "3, 4, 5", "4x5x3 has its channels last"},
        {"4, 3, 4, 5", "5, 3, 4", "3x4x5 has its channels last for this network"},
        {"4, 20, 3", "3, 1, 20", "1x20x3 has its channels last for this network"},
        {"4, 20, 3", "3, 20, 1", "1x20x3 has its channels last for this network"},
        {"4, 20, 3", "1, 3, 20", NULL},
        {"4, 2, 3, 10", "3, 2, 10", NULL},
        {"4, 2, 3, 10", "10, 3, 2", NULL},
    };
    float numbers[240], image[60];
    for (int i = 0; i < 240; i++) numbers[i] = (float)i;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        int shape[3], wanted[3];
        emb_net *net = net_of(cases[i].input, 60);
        put_raw(at("f.npy"), "<f4", cases[i].file, numbers, i == 6 ? 4 * 236 : sizeof numbers);
        emb_images *images = open_all(at("f.npy"));
        if (!images) fail_msg("%s", emb_error());
        const emb_status status = emb_images_fit(images, net);
        assert_int_equal(status, cases[i].note ? EMB_OK : EMB_ERR_SHAPE);
        if (!cases[i].note) assert_non_null(strstr(emb_error(), "net expects images of"));
        emb_images_shape(images, shape);
        emb_net_input_shape(net, wanted);
        if (cases[i].note) {
            assert_memory_equal(shape, wanted, sizeof shape);
            assert_non_null(strstr(emb_images_notes(images), cases[i].note));
            assert_int_equal(emb_net_accepts(net, images), EMB_OK);
            emb_images_float(images, 3, image);
            /* All but those that are turned lie as in the file. */
            const bool turned = strstr(cases[i].note, "has its channels last");
            const int channels = turned ? wanted[0] : 1, size = 60 / channels;
            for (int p = 0; p < 60; p++) {
                assert_true(image[p] == numbers[180 + p % size * channels + p / size]);
            }
        }
        emb_images_free(images);
        emb_net_free(net);
    }
}

/* Pixels of other types than uint8. */
static void pixel_types(void **state) {
    (void)state;
    static const struct {
        const char *descr;
        const void *bytes;
        size_t count;
        const char *text; /* of a note, or, where it is refused, of the error */
        float pixels[2];  /* below 0: refused */
    } cases[] = {
        {"|b1", "\0\1", 2, "True is taken as a pixel of 255, False as 0", {0, 1}},
        {"|b1", "\0\x80", 2, "True is taken as a pixel of 255, False as 0", {0, 1}},
        {"<i8",
         "\0\0\0\0\0\0\0\0\xff\0\0\0\0\0\0\0",
         16,
         "whole numbers (i8) are taken as pixels, 0 to 255",
         {0, 1}},
        {">i2", "\0\0\0\xff", 4, "whole numbers (i2) are taken as pixels", {0, 1}},
        {"<i2", "\0\1\0\0", 4, "number 0 is 256; whole numbers (i2) are taken as pixels", {-1, 0}},
        {"<u2", "\0\0\xff\xff", 4, "number 1 is 65535; whole numbers (u2) are taken as", {-1, 0}},
        {"|i1", "\0\xff", 2, "number 1 is -1; whole numbers (i1) are taken as pixels", {-1, 0}},
        {"<U1", "a\0\0\0b\0\0\0", 8, "holds words, expected", {-1, 0}},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        float image[2];
        put_raw(at("p.npy"), cases[i].descr, "1, 1, 2", cases[i].bytes, cases[i].count);
        emb_images *images = open_all(at("p.npy"));
        assert_int_equal(images != NULL, cases[i].pixels[0] >= 0);
        const char *said = images ? emb_images_notes(images) : emb_error();
        if (!strstr(said, cases[i].text)) fail_msg("%s: said '%s'", cases[i].descr, said);
        if (!images) continue;
        emb_images_float(images, 0, image);
        assert_memory_equal(image, cases[i].pixels, sizeof image);
        assert_non_null(emb_images_pixels(images, 0));
        emb_images_free(images);
    }
}

#define U(a) a "\0\0\0"
/* Labels of every kind, of four images. */
static void label_kinds(void **state) {
    (void)state;
    static const struct {
        const char *descr, *shape;
        const void *bytes;
        size_t count;
        const char *text; /* of a note, or of the error */
        int labels[4];    /* below 0: refused */
        int classes;
    } cases[] = {
        {"|u1", "4", "\0\1\2\1", 4, "", {0, 1, 2, 1}, 3},
        {"|b1", "4", "\0\1\1\0", 4, "", {0, 1, 1, 0}, 2},
        {"<i8",
         "4, 1",
         "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
         32,
         "",
         {1, 0, 2, 0},
         3},
        {"|u1",
         "4",
         "\12\24\36\12",
         4,
         "labels 10 to 30, 3 different ones: 31 classes, from 0, of which 28 have no images",
         {10, 20, 30, 10},
         31},
        {"|u1", "4", "\1\2\3\4", 4, "labels 1 to 4, 4 different ones: 5 classes", {1, 2, 3, 4}, 5},
        {"|u1",
         "4, 3",
         "\0\0\1\1\0\0\0\1\0\1\0\0",
         12,
         "labels are one-hot rows of 3",
         {2, 0, 1, 0},
         3},
        {"|b1", "4, 2", "\0\1\1\0\0\1\0\1", 8, "labels are one-hot rows of 2", {1, 0, 1, 1}, 2},
        {"<f4",
         "4, 2",
         "\0\0\0\0\0\0\200\77\0\0\200\77\0\0\0\0\0\0\0\0\0\0\200\77\0\0\0\0\0\0\200\77",
         32,
         "labels are one-hot rows of 2",
         {1, 0, 1, 1},
         2},
        {"|u1",
         "4, 2",
         "\0\1\1\1\0\1\0\1",
         8,
         "row 1 of 2 numbers is not one-hot: expected one 1 and zeros",
         {-1},
         0},
        {"|u1", "4, 2", "\0\0\1\0\0\1\0\1", 8, "row 0 of 2 numbers is not one-hot", {-1}, 0},
        {"|u1", "4, 2", "\0\2\1\0\0\1\0\1", 8, "row 0 of 2 numbers is not one-hot", {-1}, 0},
        {"<u2", "4", "\0\0\1\0\2\0\0\1", 8, "label 3 is 256; the largest label is 255", {-1}, 0},
        {"|i1", "4", "\0\1\2\xff", 4, "label 3 is -1, expected a whole number 0 to 255", {-1}, 0},
        {"|S3",
         "4",
         "dog"
         "cat"
         "ox\0"
         "cat",
         12,
         "labels are words, as numbers 0 cat, 1 dog, 2 ox",
         {1, 0, 2, 0},
         3},
        {"<U2",
         "4",
         U("b") U("b") U("a") U("\0") U("\xe9") U("\0") U("b") U("\0"),
         32,
         "labels are words, as numbers 0 a, 1 b, 2 bb, 3 \xc3\xa9",
         {2, 0, 3, 1},
         4},
        {">U1",
         "4",
         "\0\0\0\x31\0\0\0\x31\0\0\0\x30\0\0\0\x31",
         16,
         "as numbers 0 0, 1 1",
         {1, 1, 0, 1},
         2},
        {"|S2",
         "4, 1",
         "10"
         "9\0"
         "10"
         "1\0",
         8,
         "as numbers 0 1, 1 10, 2 9",
         {1, 2, 1, 0},
         3},
        {"<U1",
         "4",
         U("a") "\0\xd8\0\0" U("a") U("a"),
         16,
         "label 1 is no text: its letter 0 is U+D800",
         {-1},
         0},
        {"|S3", "4", "dogc\0tox\0cat", 12, "label 1 is no text: its letter 1 is U+0000", {-1}, 0},
        {"|S1", "4, 2", "abcdefgh", 8, "has rows of 2 words, expected one for each image", {-1}, 0},
    };
    static const size_t shape[] = {4, 2, 3};
    put_array(at("l.npy"), 3, shape);
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        put_raw(at("l-labels.npy"), cases[i].descr, cases[i].shape, cases[i].bytes, cases[i].count);
        emb_images *images = open_all(at("l.npy"));
        const char *said = images ? emb_images_notes(images) : emb_error();
        if (!strstr(said, cases[i].text) || (images && !*cases[i].text && *said)) {
            fail_msg("%s [%s]: said '%s'", cases[i].descr, cases[i].shape, said);
        }
        assert_int_equal(images != NULL, cases[i].labels[0] >= 0);
        for (size_t k = 0; images && k < 4; k++) {
            assert_int_equal(emb_images_label(images, k), cases[i].labels[k]);
        }
        if (images) assert_int_equal(emb_images_classes(images), cases[i].classes);
        emb_images_free(images);
    }
    unlink(at("l-labels.npy"));
}

/* A word is one number in both parts, though each lacks some. */
static void words_of_both_parts(void **state) {
    (void)state;
    static const size_t shape[] = {2, 2, 3};
    char name[256];
    snprintf(name, sizeof name, "%s/words", folder);
    assert_int_equal(mkdir(name, 0700), 0);
    put_array(at("words/x_train.npy"), 3, shape);
    put_array(at("words/x_test.npy"), 3, shape);
    put_raw(at("words/y_train.npy"), "|S1", "2", "da", 2);
    put_raw(at("words/y_test.npy"), "<U1", "2", U("c") U("d"), 8);
    for (int part = 0; part < 2; part++) {
        emb_images *images = emb_images_open(name, (emb_part)part);
        if (!images) fail_msg("%s", emb_error());
        assert_int_equal(emb_images_classes(images), 3);
        assert_int_equal(emb_images_label(images, 0), part == 0 ? 2 : 1);
        assert_int_equal(emb_images_label(images, 1), part == 0 ? 0 : 2);
        assert_string_equal(emb_images_class_name(images, 1), "c");
        assert_null(emb_images_class_name(images, 3));
        assert_null(emb_images_class_name(images, -1));
        emb_images *both = emb_images_join(images, images);
        assert_string_equal(emb_images_class_name(both, 2), "d");
        assert_string_equal(emb_images_notes(both), emb_images_notes(images));
        emb_images_free(both);
        emb_images_free(images);
    }
    /* Words in one part and numbers in the other. */
    put_raw(at("words/y_test.npy"), "|u1", "2", "\0\1", 2);
    for (int part = 0; part < 2; part++) {
        assert_null(emb_images_open(name, (emb_part)part));
        assert_non_null(strstr(emb_error(), part == 0 ? "y_train.npy: holds words, where "
                                                      : "y_test.npy: holds numbers, where "));
        assert_non_null(strstr(emb_error(), "expected one kind of labels"));
    }
    /* More than fit in a byte. */
    char many[257 * 3];
    for (int i = 0; i < 257; i++) {
        const char word[3] = {(char)('0' + i / 100), (char)('0' + i / 10 % 10),
                              (char)('0' + i % 10)};
        memcpy(many + 3 * i, word, 3);
    }
    static const float nothing[257];
    put_raw(at("many.npy"), "<f4", "257, 1", nothing, sizeof nothing);
    put_raw(at("many-labels.npy"), "|S3", "257", many, sizeof many);
    assert_null(emb_images_open(at("many.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "many-labels.npy: has more than 256 different labels"));
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
        cmocka_unit_test(shapes),           cmocka_unit_test(labels_beside),
        cmocka_unit_test(folders),          cmocka_unit_test(archives),
        cmocka_unit_test(damaged_archives), cmocka_unit_test(channels_last),
        cmocka_unit_test(fitting),          cmocka_unit_test(pixel_types),
        cmocka_unit_test(label_kinds),      cmocka_unit_test(words_of_both_parts),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
