/* Data sets written as pictures: names, the same pixels back, refusals; and the cache of decoded
 * pictures, listed and emptied. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "embudo.h"
#include "makers/npy_bytes.h"
#include "support/folder.h"
#include "support/support.h"

enum { COUNT = 6, MOST_SIZE = 3 * 4 * 5 };

/* Images of all numbers, labelled 0 0 1 1 3 3. */
static emb_images *make(int channels, bool labelled) {
    const int shape[3] = {channels, 4, 5};
    uint8_t pixels[COUNT * MOST_SIZE], labels[COUNT] = {0, 0, 1, 1, 3, 3};
    const size_t size = (size_t)channels * 20;
    for (size_t i = 0; i < COUNT * size; i++) pixels[i] = (uint8_t)(i * 37 + i / 256);
    return emb_images_new(pixels, labelled ? labels : NULL, COUNT, shape);
}

static bool is_there(const char *folder, const char *name) {
    char path[600];
    struct stat seen;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return stat(path, &seen) == 0;
}

/* The numbers of a fingerprint, without the labels: "6 images of 1x4x5, uint8, 1a2b3c4d". */
static void numbers(const emb_images *images, char text[EMB_FINGERPRINT]) {
    emb_images_fingerprint(images, text);
    *strchr(text, ';') = '\0';
}

static void pictures_are_the_same_pixels(void **state) {
    static const struct {
        emb_picture_format format;
        int channels;
        bool labelled;
        const char *file; /* of the last image */
    } cases[] = {
        {EMB_PICTURE_PNG, 1, true, "3/00005.png"},
        {EMB_PICTURE_PNG, 3, false, "00005.png"},
        {EMB_PICTURE_PNM, 1, false, "00005.pgm"},
        {EMB_PICTURE_PNM, 3, true, "3/00005.ppm"},
    };
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        char name[32], folder[256], before[EMB_FINGERPRINT], after[EMB_FINGERPRINT];
        emb_images *images = make(cases[i].channels, cases[i].labelled);
        const emb_export_part part = {NULL, images};
        const emb_export_options options = {.format = cases[i].format, .threads = 2};
        snprintf(name, sizeof name, "same%zu", i);
        snprintf(folder, sizeof folder, "%s", test_path(name));
        assert_int_equal(emb_images_export(&part, 1, folder, &options), EMB_OK);
        assert_true(is_there(folder, cases[i].file));
        emb_images *back = emb_images_open_part(
            folder, EMB_TRAIN,
            &(emb_open_options){
                .test_split = -1, .no_cache = true, .pictures = {.channels = cases[i].channels}});
        if (!back) fail_msg("%s", emb_error());
        numbers(images, before);
        numbers(back, after);
        assert_string_equal(before, after);
        assert_int_equal(emb_images_classes(back), cases[i].labelled ? 3 : 0);
        emb_images_free(back);
        emb_images_free(images);
    }
}

static void parts_and_words_are_folders(void **state) {
    char folder[256];
    (void)state;
    emb_images *images = make(1, true), *bare = make(1, false);
    const emb_export_part parts[] = {{"train", images}, {"test", bare}};
    snprintf(folder, sizeof folder, "%s", test_path("parts"));
    assert_int_equal(
        emb_images_export(parts, 2, folder,
                          &(emb_export_options){.format = EMB_PICTURE_PNM, .limit = 4}),
        EMB_OK);
    assert_true(is_there(folder, "train/1/00003.pgm") && is_there(folder, "test/00003.pgm"));
    assert_false(is_there(folder, "train/3") || is_there(folder, "test/00004.pgm"));
    emb_images_free(images);
    emb_images_free(bare);
    /* Words that cannot be a folder's name as they are. */
    char path[256];
    static const char words[4][5] = {"..", "a/b", "100%", "plain"};
    static const uint8_t pixels[16] = {0, 1, 2};
    snprintf(path, sizeof path, "%s", test_path("words.npy"));
    put_npy(path, "|u1", "4, 2, 2", pixels, sizeof pixels);
    put_npy(test_path("words-labels.npy"), "|S5", "4", words, sizeof words);
    emb_images *named =
        emb_images_open_part(path, EMB_TRAIN, &(emb_open_options){.test_split = -1});
    if (!named) fail_msg("%s", emb_error());
    const emb_export_part part = {NULL, named};
    snprintf(folder, sizeof folder, "%s", test_path("words"));
    assert_int_equal(emb_images_export(&part, 1, folder, NULL), EMB_OK);
    assert_true(is_there(folder, "%2E./00000.png") && is_there(folder, "a%2Fb/00001.png"));
    assert_true(is_there(folder, "100%25/00002.png") && is_there(folder, "plain/00003.png"));
    emb_images_free(named);
}

static void what_cannot_be_written_is_refused(void **state) {
    static const struct {
        const char *error;
        int channels;
        float most;
        bool full, file, none;
        emb_export_options options;
    } cases[] = {
        {"is not empty", 1, 1, true, false, false, {0}},
        {"is there already, and is no folder", 1, 1, false, true, false, {0}},
        {"cannot make the folder", 1, 1, false, false, true, {0}},
        {"have 1 or 3 channels", 2, 1, false, false, false, {0}},
        {"image 1 has the number 1.5: pixels", 1, 1.5F, false, false, false, {0}},
        {"quality is 1 to 100, got 101", 1, 1, false, false, false, {.quality = 101}},
        {"format 3 is none", 1, 1, false, false, false, {.format = (emb_picture_format)3}},
    };
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        char name[32], folder[256], inside[300];
        const int shape[3] = {cases[i].channels, 1, 2};
        const float values[8] = {0, 0.5F, 1, cases[i].most};
        emb_images *images = emb_images_new_float(values, (const uint8_t[]){0, 1}, 2, shape);
        const emb_export_part part = {NULL, images};
        snprintf(name, sizeof name, cases[i].none ? "no/where%zu" : "refused%zu", i);
        snprintf(folder, sizeof folder, "%s", test_path(name));
        snprintf(inside, sizeof inside, "%s/.x/", folder);
        if (cases[i].file) test_put(folder, "x", 1);
        if (cases[i].full) {
            mkdir(folder, 0777);
            snprintf(inside, sizeof inside, "%s/x", folder);
            mkdir(inside, 0777);
        }
        assert_int_not_equal(emb_images_export(&part, 1, folder, &cases[i].options), EMB_OK);
        if (!strstr(emb_error(), cases[i].error)) fail_msg("%s", emb_error());
        struct stat seen; /* nothing is left */
        if (!cases[i].full && !cases[i].file) assert_int_not_equal(stat(folder, &seen), 0);
        emb_images_free(images);
    }
}

static void what_was_written_is_removed(void **state) {
    char folder[256];
    (void)state;
    emb_images *images = make(1, true);
    const emb_export_part parts[] = {{"train", images}, {"train", images}}; /* which cannot be */
    snprintf(folder, sizeof folder, "%s", test_path("half"));
    mkdir(folder, 0777);
    for (int there = 1; there >= 0; there--) {
        assert_int_equal(emb_images_export(parts, 2, folder, NULL), EMB_ERR_IO);
        assert_int_equal(rmdir(folder), there ? 0 : -1); /* empty, or as it was: not there */
    }
    emb_cancel(true);
    assert_int_equal(emb_images_export(parts, 1, folder, NULL), EMB_ERR_CANCELLED);
    emb_cancel(false);
    assert_int_equal(rmdir(folder), -1);
    emb_images_free(images);
}

/* ---- the cache ------------------------------------------------------------------------------- */

static void touch(const char *name) {
    char path[300];
    snprintf(path, sizeof path, "%s/cache/embudo/pictures/%s", test_folder, name);
    test_put(path, "x", 1);
}

static void the_cache_is_listed_and_emptied(void **state) {
    emb_cached_set *sets;
    size_t count;
    uint64_t bytes;
    char folder[256];
    (void)state;
    assert_int_equal(emb_picture_cache_list(&sets, &count), EMB_OK);
    assert_int_equal(count, 0);
    emb_picture_cache_free(sets, count);
    emb_images *images = make(1, false);
    const emb_export_part part = {NULL, images};
    snprintf(folder, sizeof folder, "%s", test_path("listed"));
    assert_int_equal(emb_images_export(&part, 1, folder, NULL), EMB_OK);
    emb_images_free(images);
    emb_images *opened = emb_images_open(folder, EMB_TRAIN);
    if (!opened) fail_msg("%s", emb_error());
    /* Left by a process that is no more; being written by this one; not ours. */
    char ours[80];
    const char *const foreign[] = {"notes.txt", "0123456789abcdef-0123456789abcdef.pictures.bak",
                                   "0123456789abcdef.pictures", ours};
    snprintf(ours, sizeof ours, "0123456789abcdef-0123456789abcdef.pictures.tmp.%ld.0",
             (long)getpid());
    for (size_t i = 0; i < TEST_COUNT(foreign); i++) touch(foreign[i]);
    touch("0123456789abcdef-0123456789abcdef.pictures.tmp.2147483646.0");
    touch("0123456789abcdef-0123456789abcdef.pictures");
    assert_int_equal(emb_picture_cache_list(&sets, &count), EMB_OK);
    assert_int_equal(count, 3);
    int known = 0;
    for (size_t i = 0; i < count; i++) {
        if (!sets[i].folder) continue;
        known++;
        char real[300];
        snprintf(real, sizeof real, "%s", folder);
        assert_string_equal(sets[i].folder, real);
        assert_int_equal(sets[i].count, COUNT);
        assert_true(sets[i].shape[0] == 1 && sets[i].shape[1] == 4 && sets[i].shape[2] == 5);
    }
    assert_int_equal(known, 1);
    emb_picture_cache_free(sets, count);
    assert_int_equal(emb_picture_cache_clear(&count, &bytes), EMB_OK);
    assert_int_equal(count, 3);
    assert_true(bytes > COUNT * 20);
    char path[300];
    snprintf(path, sizeof path, "%s/cache/embudo/pictures", test_folder);
    for (size_t i = 0; i < TEST_COUNT(foreign); i++) assert_true(is_there(path, foreign[i]));
    char text[EMB_FINGERPRINT];
    emb_images_fingerprint(opened, text); /* who has it open keeps it */
    emb_images_free(opened);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_are_the_same_pixels),
        cmocka_unit_test(parts_and_words_are_folders),
        cmocka_unit_test(what_cannot_be_written_is_refused),
        cmocka_unit_test(what_was_written_is_removed),
        cmocka_unit_test(the_cache_is_listed_and_emptied),
    };
    return cmocka_run_group_tests(tests, test_folder_with_cache, test_folder_remove);
}
