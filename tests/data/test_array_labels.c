/* data/labels.c: labels beside an array, of every kind that people have. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "makers/arrays.h"
#include "makers/npy_bytes.h"
#include "support/folder.h"
#include "support/support.h"

static void labels_beside(void **state) {
    (void)state;
    static const size_t shape[] = {4, 2, 3};
    put_array(test_path("set.npy"), 3, shape);
    assert_int_equal(emb_labels_write(test_path("set.npy"), made_labels, MADE_COUNT), EMB_OK);
    expect_made(open_all(test_path("set.npy")), 1, 2, 3, true);
    assert_int_equal(emb_labels_write(test_path("set.npy"), made_labels, MADE_COUNT - 1), EMB_OK);
    assert_null(emb_images_open(test_path("set.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "3 labels, but 4 images"));
    /* Labels as another program writes them: floats, and a column. */
    static const size_t column[] = {4, 1}, square[] = {2, 2}, cube[] = {4, 1, 1};
    static const float floats[] = {3, 0, 2, 1};
    emb_array array = {.rank = 2, .shape = {4, 1}, .count = 4};
    array.values = (float *)(uintptr_t)floats;
    assert_int_equal(emb_array_write(test_path("set-labels.npy"), &array), EMB_OK);
    expect_made(open_all(test_path("set.npy")), 1, 2, 3, true);
    put_array(test_path("set-labels.npy"), 2, square);
    assert_null(emb_images_open(test_path("set.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "labels.npy: 2 labels, but 4 images"));
    put_array(test_path("set-labels.npy"), 3, cube);
    assert_null(emb_images_open(test_path("set.npy"), EMB_TRAIN));
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
        assert_int_equal(emb_array_write(test_path("set-labels.npy"), &array), EMB_OK);
        assert_null(emb_images_open(test_path("set.npy"), EMB_TRAIN));
        assert_non_null(strstr(emb_error(), bad[i].error));
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
         "label 1 is not text: its letter 0 is U+D800",
         {-1},
         0},
        {"|S3", "4", "dogc\0tox\0cat", 12, "label 1 is not text: its letter 1 is U+0000", {-1}, 0},
        {"|S1", "4, 2", "abcdefgh", 8, "has rows of 2 words, expected one for each image", {-1}, 0},
    };
    static const size_t shape[] = {4, 2, 3};
    put_array(test_path("l.npy"), 3, shape);
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        put_npy(test_path("l-labels.npy"), cases[i].descr, cases[i].shape, cases[i].bytes,
                cases[i].count);
        emb_images *images = open_all(test_path("l.npy"));
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
    unlink(test_path("l-labels.npy"));
}

/* A word is one number in both parts, though each lacks some. */
static void words_of_both_parts(void **state) {
    (void)state;
    static const size_t shape[] = {2, 2, 3};
    char name[256];
    snprintf(name, sizeof name, "%s/words", test_folder);
    assert_int_equal(mkdir(name, 0700), 0);
    put_array(test_path("words/x_train.npy"), 3, shape);
    put_array(test_path("words/x_test.npy"), 3, shape);
    put_npy(test_path("words/y_train.npy"), "|S1", "2", "da", 2);
    put_npy(test_path("words/y_test.npy"), "<U1", "2", U("c") U("d"), 8);
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
    put_npy(test_path("words/y_test.npy"), "|u1", "2", "\0\1", 2);
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
    put_npy(test_path("many.npy"), "<f4", "257, 1", nothing, sizeof nothing);
    put_npy(test_path("many-labels.npy"), "|S3", "257", many, sizeof many);
    assert_null(emb_images_open(test_path("many.npy"), EMB_TRAIN));
    assert_non_null(strstr(emb_error(), "many-labels.npy: has more than 256 different labels"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_beside),
        cmocka_unit_test(label_kinds),
        cmocka_unit_test(words_of_both_parts),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
