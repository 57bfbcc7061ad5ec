/* Folders of pictures as data sets: which files are images, of which part and class, in which
 * order; the cache; bad files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "embudo.h"
#include "support/folder.h"
#include "support/support.h"

/* Makes the folders of a path, and a grey picture of one number there. */
static void put(const char *name, int value) {
    char path[512];
    snprintf(path, sizeof path, "%s", test_path(name));
    for (char *slash = strchr(path + strlen(test_folder) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
    uint8_t bytes[11 + 6] = "P5 3 2 255\n";
    memset(bytes + 11, value, 6);
    test_put(path, bytes, sizeof bytes);
}

/* A line of the table: files ("name=value ..."; "!": broken), and what is found for each part:
 * "value:label ...". */
typedef struct layout {
    const char *name, *files, *parts[3];
    const char *note;
} layout;

static const layout layouts[] = {
    {"flat", "b.pgm=2 a.pgm=1 c.pgm=3", {"1:-1 2:-1 3:-1", NULL, NULL}, "images of 3x2"},
    {"classes",
     "dog/a.pgm=3 cat/b.pgm=2 cat/a.pgm=1",
     {"1:0 2:0 3:1", NULL, NULL},
     "2 folders are the classes: cat, dog"},
    /* As os.walk: the files of a folder, then those of its folders, by their whole path. */
    {"deep",
     "b/z.pgm=4 a/x/1.pgm=2 a/z.pgm=1 a/y/1.pgm=3",
     {"1:0 2:0 3:0 4:1", NULL, NULL},
     "2 folders are the classes: a, b"},
    {"around",
     "pictures/all/b/1.pgm=2 pictures/all/a/1.pgm=1",
     {"1:0 2:1", NULL, NULL},
     "2 folders are the classes: a, b"},
    {"one", "only/b.pgm=2 only/a.pgm=1", {"1:-1 2:-1", NULL, NULL}, NULL},
    {"loose",
     "a/1.pgm=2 b/1.pgm=3 z.pgm=1",
     {"1:-1 2:-1 3:-1", NULL, NULL},
     "1 picture lies beside the folders"},
    {"parts",
     "train/cat/1.pgm=1 train/dog/1.pgm=2 test/dog/1.pgm=3 val/cat/1.pgm=4",
     {"1:0 2:1", "3:1", "4:0"},
     "the folders are the parts: 2 pictures to train, 1 to test"},
    {"keras",
     "Training/a/1.pgm=1 Validation/a/1.pgm=2 Training/b/1.pgm=3",
     {"1:0 3:1", NULL, "2:0"},
     "the folders are the parts"},
    {"anomalib",
     "train/good/1.pgm=1 test/good/2.pgm=2 test/crack/3.pgm=3 ground_truth/crack/3.pgm=9",
     {"1:1", "3:0 2:1", NULL},
     "1 picture outside of the parts is left out"},
    {"train alone is a class",
     "train/1.pgm=1 plane/1.pgm=2",
     {"2:0 1:1", NULL, NULL},
     "2 folders are the classes: plane, train"},
    {"hidden",
     "a.pgm=1 .b.pgm=2 .c/d.pgm=3 Thumbs.db=4 notes.txt=5 __MACOSX/a.pgm=6",
     {"1:-1", NULL, NULL},
     "1 file that is no picture"},
    {"no ending", "a=1 b.dat=2 c.PGM=3", {"1:-1 2:-1 3:-1", NULL, NULL}, NULL},
    {"bytes",
     "B.pgm=1 a.pgm=2 \xc3\xa4.pgm=3 \xff.pgm=4",
     {"1:-1 2:-1 3:-1 4:-1", NULL, NULL},
     NULL},
};

static void put_all(const layout *l, size_t number, char *folder, size_t room) {
    char text[512], at[600];
    snprintf(folder, room, "set%zu", number);
    snprintf(text, sizeof text, "%s", l->files);
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
        char *equals = strchr(word, '=');
        *equals = '\0';
        snprintf(at, sizeof at, "%s/%s", folder, word);
        put(at, atoi(equals + 1));
    }
    snprintf(folder, room, "%s", test_path(folder));
}

static void expect_part(const layout *l, const char *folder, emb_part part,
                        const emb_open_options *options) {
    char got[512] = "";
    emb_images *images = emb_images_open_part(folder, part, options);
    if (!images) fail_msg("%s: %s", l->name, emb_error());
    for (size_t i = 0; i < emb_images_count(images); i++) {
        uint8_t pixels[6];
        const uint32_t index = (uint32_t)i;
        assert_int_equal(emb_images_fetch_bytes(images, &index, 1, pixels), EMB_OK);
        assert_memory_equal(pixels, pixels + 1, 5);
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%d:%d", i ? " " : "", pixels[0],
                 emb_images_label(images, i));
    }
    if (strcmp(got, l->parts[part]) != 0) {
        fail_msg("%s, part %d: '%s' instead of '%s'", l->name, (int)part, got, l->parts[part]);
    }
    if (part == EMB_TRAIN && l->note && !strstr(emb_images_notes(images), l->note)) {
        fail_msg("%s: no '%s' in: %s", l->name, l->note, emb_images_notes(images));
    }
    emb_images_free(images);
}

static void layouts_are_read(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(layouts); i++) {
        const layout *l = &layouts[i];
        char folder[256];
        put_all(l, i, folder, sizeof folder);
        assert_int_equal(emb_images_parts(folder), l->parts[EMB_TEST] ? 2 : 1);
        assert_int_equal(emb_images_has_part(folder, EMB_VAL), l->parts[EMB_VAL] != NULL);
        for (int way = 0; way < 3; way++) { /* built, mapped again, in memory */
            const emb_open_options options = {.test_split = -1, .no_cache = way == 2};
            for (int part = 0; part < 3; part++) {
                if (l->parts[part]) expect_part(l, folder, (emb_part)part, &options);
            }
        }
    }
}

/* The parts of a folder, joined, still know their files: from one cache, read row by row, in
 * memory, and with those of another folder. */
static void joined_parts_keep_names(void **state) {
    static const char *const names[] = {"train/cat/1.pgm", "train/dog/2.pgm", "test/dog/3.pgm"};
    char folder[256], name[64];
    (void)state;
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "joined/%s", names[i]);
        put(name, i + 1);
    }
    snprintf(name, sizeof name, "joined/train/dog/bad.pgm");
    put(name, 9);
    test_put(test_path(name), "P5 3 2 255\nab", 13);
    put("beside/a.pgm", 7);
    snprintf(folder, sizeof folder, "%s", test_path("joined"));
    for (int way = 0; way < 3; way++) {
        const emb_open_options options = {.test_split = -1,
                                          .no_cache = way == 2,
                                          .memory = way == 1,
                                          .bad = EMB_BAD_SKIP,
                                          .pictures = {.channels = 1, .height = 2, .width = 3}};
        emb_images *train = emb_images_open_part(folder, EMB_TRAIN, &options);
        emb_images *test = emb_images_open_part(folder, EMB_TEST, &options);
        emb_images *other = emb_images_open_part(test_path("beside"), EMB_TRAIN, &options);
        emb_images *both = train && test ? emb_images_join(train, test) : NULL;
        emb_images *all = both && other ? emb_images_join(both, other) : NULL;
        if (!all) fail_msg("%s", emb_error());
        emb_images_free(train);
        emb_images_free(test);
        emb_images_free(other);
        for (uint32_t i = 0; i < 4; i++) {
            uint8_t pixels[6];
            assert_string_equal(emb_images_file(all, i), i < 3 ? names[i] : "a.pgm");
            assert_int_equal(emb_images_fetch_bytes(all, &i, 1, pixels), EMB_OK);
            assert_int_equal(pixels[5], i < 3 ? i + 1 : 7);
            if (i < 3) assert_string_equal(emb_images_file(both, i), names[i]);
        }
        const char *reason;
        assert_int_equal(emb_images_bad_count(all), 1);
        assert_string_equal(emb_images_bad_file(all, 0, &reason), "train/dog/bad.pgm");
        if (!strstr(reason, "13 bytes")) fail_msg("%s", reason);
        emb_images_free(both);
        emb_images_free(all);
    }
}

static size_t files_of(const char *ending) {
    char command[256];
    snprintf(command, sizeof command, "ls -A %s/cache/embudo/pictures 2>/dev/null | grep -c '%s$'",
             test_folder, ending);
    FILE *pipe = popen(command, "r");
    size_t count = 0;
    assert_int_equal(fscanf(pipe, "%zu", &count), 1);
    pclose(pipe);
    return count;
}

static emb_images *open_all(const char *folder, const emb_open_options *options) {
    emb_open_options all = options ? *options : (emb_open_options){0};
    all.test_split = -1;
    return emb_images_open_part(folder, EMB_TRAIN, &all);
}

static size_t cached(void) { return files_of(".pictures"); }

/* What a set is: its fingerprint. */
static void identify(const char *folder, const emb_open_options *options,
                     char text[EMB_FINGERPRINT]) {
    emb_images *images = open_all(folder, options);
    if (!images) fail_msg("%s", emb_error());
    emb_images_fingerprint(images, text);
    emb_images_free(images);
}

static void the_cache_is_used_and_renewed(void **state) {
    char folder[256], first[EMB_FINGERPRINT], other[EMB_FINGERPRINT], path[256];
    (void)state;
    snprintf(folder, sizeof folder, "%s", test_path("renewed"));
    put("renewed/a.pgm", 1);
    put("renewed/b.pgm", 2);
    const size_t before = cached();
    identify(folder, NULL, first);
    assert_int_equal(cached(), before + 1);
    identify(folder, NULL, other);
    assert_string_equal(first, other);
    assert_int_equal(cached(), before + 1);
    identify(folder, &(emb_open_options){.memory = 1}, other); /* read row by row */
    assert_string_equal(first, other);
    put("renewed/c.pgm", 3); /* another file: the old cache goes */
    identify(folder, NULL, other);
    assert_string_not_equal(first, other);
    assert_int_equal(cached(), before + 1);
    identify(folder, &(emb_open_options){.pictures = {.height = 4, .width = 4}}, other);
    assert_int_equal(cached(), before + 2); /* another size is another file */
    /* A damaged one is made anew, wherever it is damaged. */
    snprintf(path, sizeof path, "%s/cache/embudo/pictures", test_folder);
    identify(folder, NULL, first);
    for (int cut = 1; cut < 60; cut += 7) {
        char command[700];
        snprintf(command, sizeof command, "for f in %s/*; do truncate -s -%d \"$f\"; done", path,
                 cut);
        assert_int_equal(system(command), 0);
        identify(folder, NULL, other);
        assert_string_equal(first, other);
    }
    for (int at = 0; at < 300; at += 11) {
        char command[900];
        snprintf(command, sizeof command,
                 "for f in %s/*; do s=$(stat -c %%s \"$f\"); [ $s -le %d ] || printf '\\377' | dd "
                 "of=\"$f\" bs=1 seek=$((s - 1 - %d)) conv=notrunc 2>/dev/null; done",
                 path, at, at);
        assert_int_equal(system(command), 0);
        identify(folder, NULL, other);
        assert_string_equal(first, other);
    }
}

/* A byte of a pixel in the only file of decoded pictures of `folder`'s size changes. */
static void damage_pixel(const char *name, int at) {
    char command[700];
    snprintf(command, sizeof command,
             "for f in %s/cache/embudo/pictures/*.pictures; do ! grep -q /%s \"$f\" || printf x | "
             "dd of=\"$f\" bs=1 seek=%d conv=notrunc 2>/dev/null; done",
             test_folder, name, at);
    assert_int_equal(system(command), 0);
}

/* Damaged pixels are found: at opening, or, where rows are read as they are asked for, then. */
static void damaged_pixels_are_found(void **state) {
    char folder[256], first[EMB_FINGERPRINT], other[EMB_FINGERPRINT];
    const emb_open_options streamed = {.memory = 1};
    (void)state;
    snprintf(folder, sizeof folder, "%s", test_path("damaged"));
    put("damaged/a.pgm", 1);
    put("damaged/b.pgm", 2);
    identify(folder, NULL, first);
    emb_images *images = open_all(folder, NULL);
    assert_null(strstr(emb_images_notes(images), "made anew"));
    int shape[3];
    emb_images_shape(images, shape);
    emb_images_free(images);
    const int size = 2 * shape[0] * shape[1] * shape[2];
    for (int at = 0; at < size; at++) {
        damage_pixel("damaged", at);
        images = open_all(folder, NULL);
        assert_non_null(images);
        assert_non_null(strstr(emb_images_notes(images), "made anew"));
        emb_images_free(images);
        identify(folder, NULL, other);
        assert_string_equal(first, other);
    }
    damage_pixel("damaged", size - 1);
    images = open_all(folder, &streamed);
    const uint32_t rows[] = {0, 1};
    float values[4096];
    assert_true(2 * size <= 4096);
    assert_int_equal(emb_images_fetch(images, rows, 1, values, NULL), EMB_OK);
    assert_int_equal(emb_images_fetch(images, rows + 1, 1, values, NULL), EMB_ERR_FORMAT);
    assert_non_null(strstr(emb_error(), "was damaged, and is removed"));
    emb_images_free(images);
    identify(folder, &streamed, other); /* the file was removed, and is made anew */
    assert_string_equal(first, other);
}

/* What was decided and what is typed are one file, whichever comes first. */
static void a_set_is_decoded_once(void **state) {
    char folder[256], first[EMB_FINGERPRINT], other[EMB_FINGERPRINT], command[700];
    (void)state;
    snprintf(folder, sizeof folder, "%s", test_path("once"));
    put("once/a.pgm", 1);
    put("once/b.pgm", 2);
    const size_t before = cached(), choices = files_of(".choice");
    emb_images *images = open_all(folder, NULL);
    emb_open_options known = {0};
    assert_true(emb_images_pictures(images, &known.pictures));
    emb_images_free(images);
    identify(folder, NULL, first);
    identify(folder, &known, other);
    assert_string_equal(first, other);
    known.pictures.background = 0; /* other wishes that come to the same */
    identify(folder, &known, other);
    assert_string_equal(first, other);
    assert_int_equal(cached(), before + 1);
    assert_int_equal(files_of(".choice"), choices + 2);
    put("once/c.pgm", 3); /* another state: what was decided is forgotten with the pixels */
    identify(folder, &known, first);
    identify(folder, NULL, first);
    assert_int_equal(cached(), before + 1);
    assert_int_equal(files_of(".choice"), choices + 2);
    for (int at = 0; at < 140; at += 5) { /* a damaged choice is made anew */
        snprintf(command, sizeof command,
                 "for f in %s/cache/embudo/pictures/*.choice; do printf '\377' | dd of=\"$f\" "
                 "bs=1 seek=%d conv=notrunc 2>/dev/null; done",
                 test_folder, at);
        assert_int_equal(system(command), 0);
        identify(folder, NULL, other);
        assert_string_equal(first, other);
    }
    assert_int_equal(cached(), before + 1);
}

static void cancel(void *data, size_t done, size_t count) {
    (void)data;
    (void)done;
    (void)count;
    emb_cancel(true);
}

/* An interrupted decoding leaves nothing, and what a killed one left goes with the next. */
static void an_interrupted_one_leaves_nothing(void **state) {
    static const char left[] =
        "cache/embudo/pictures/0123456789abcdef-0123456789abcdef.pictures.tmp.2147483646.0";
    char folder[256];
    const emb_open_options options = {.test_split = -1, .progress = cancel, .threads = 1};
    (void)state;
    snprintf(folder, sizeof folder, "%s", test_path("interrupted"));
    put("interrupted/a.pgm", 1);
    put("interrupted/b.pgm", 2);
    put(left, 1);
    const size_t before = cached();
    assert_int_equal(files_of(".0"), 1);
    assert_null(emb_images_open_part(folder, EMB_TRAIN, &options));
    emb_cancel(false);
    assert_non_null(strstr(emb_error(), "was interrupted while its pictures were decoded"));
    assert_int_equal(cached(), before);
    assert_int_equal(files_of(".[0-9]"), 0);
}

static void bad_files_are_told(void **state) {
    static const struct {
        emb_bad_files bad;
        int files, broken;
        const char *error;
    } cases[] = {
        {EMB_BAD_FEW, 100, 1, NULL},
        {EMB_BAD_FEW, 100, 2, "2 of 100 pictures cannot be read: 00.pgm: "},
        {EMB_BAD_SKIP, 3, 2, NULL},
        {EMB_BAD_SKIP, 3, 3, "3 of 3 pictures cannot be read"},
        {EMB_BAD_STOP, 100, 1, "1 of 100 pictures cannot be read"},
    };
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        char folder[64], name[96];
        snprintf(folder, sizeof folder, "bad%zu", i);
        for (int k = 0; k < cases[i].files; k++) {
            snprintf(name, sizeof name, "%s/%02d.pgm", folder, k);
            put(name, k);
            if (k < cases[i].broken) test_put(test_path(name), "P5 3 2 255\nab", 13);
        }
        for (int no_cache = 0; no_cache < 2; no_cache++) {
            const emb_open_options options = {.bad = cases[i].bad, .no_cache = no_cache};
            emb_images *images = open_all(test_path(folder), &options);
            if (cases[i].error) {
                assert_null(images);
                if (!strstr(emb_error(), cases[i].error)) fail_msg("%s", emb_error());
                continue;
            }
            if (!images) fail_msg("%s", emb_error());
            const char *reason;
            assert_int_equal(emb_images_bad_count(images), cases[i].broken);
            assert_string_equal(emb_images_bad_file(images, 0, &reason), "00.pgm");
            if (!strstr(reason, "more than its 13 bytes can hold")) fail_msg("%s", reason);
            assert_int_equal(emb_images_count(images), cases[i].files - cases[i].broken);
            snprintf(name, sizeof name, "%02d.pgm", cases[i].broken);
            assert_string_equal(emb_images_file(images, 0), name);
            emb_images_free(images);
        }
    }
}

static void links_that_lead_back_are_no_trouble(void **state) {
    char folder[256], link_path[300];
    (void)state;
    put("loop/a/1.pgm", 1);
    put("loop/b/1.pgm", 2);
    put("elsewhere/3.pgm", 3);
    snprintf(folder, sizeof folder, "%s", test_path("loop"));
    snprintf(link_path, sizeof link_path, "%s/a/back", folder);
    assert_int_equal(symlink("..", link_path), 0);
    snprintf(link_path, sizeof link_path, "%s/c", folder);
    assert_int_equal(symlink("../elsewhere", link_path), 0);
    snprintf(link_path, sizeof link_path, "%s/b/nowhere.txt", folder);
    assert_int_equal(symlink("nothing", link_path), 0);
    const layout l = {.name = "links",
                      .parts = {"1:0 2:1 3:2"},
                      .note = "1 link that leads back is not followed"};
    expect_part(&l, folder, EMB_TRAIN, &(emb_open_options){.test_split = -1});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layouts_are_read),
        cmocka_unit_test(joined_parts_keep_names),
        cmocka_unit_test(the_cache_is_used_and_renewed),
        cmocka_unit_test(damaged_pixels_are_found),
        cmocka_unit_test(a_set_is_decoded_once),
        cmocka_unit_test(an_interrupted_one_leaves_nothing),
        cmocka_unit_test(bad_files_are_told),
        cmocka_unit_test(links_that_lead_back_are_no_trouble),
    };
    return cmocka_run_group_tests(tests, test_folder_with_cache, test_folder_remove);
}
