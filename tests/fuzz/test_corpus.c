/* The fuzzers' corpus, old finds among it, and each file of it cut short and changed: refused with
 * one line that begins with the path, or opened. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/file.h"
#include "fuzz/readers.h"
#include "support/folder.h"
#include "support/support.h"

static void try(reader *read, const char *path, const char *name, const uint8_t *bytes,
                size_t count) {
    test_put(path, bytes, count);
    if (read(path, bytes, count)) return;
    if (strncmp(emb_error(), path, strlen(path)) != 0 || strchr(emb_error(), '\n')) {
        fail_msg("%s: refused with '%s'", name, emb_error());
    }
}

/* As it is; cut short in three places; with a bit changed in some. */
static void try_all(reader *read, const char *path, const char *name, uint8_t *bytes,
                    size_t count) {
    try(read, path, name, bytes, count);
    for (size_t part = 1; part < 4; part++) try(read, path, name, bytes, count * part / 4);
    /* Of ONNX, whose fields follow each other closely, in many. */
    const size_t flips = strstr(name, "/onnx/") ? 64 : 8;
    for (size_t i = 0; i < flips; i++) {
        const size_t at = (i * 2654435761u + count) % count;
        bytes[at] ^= (uint8_t)(1u << i % 8);
        try(read, path, name, bytes, count);
        bytes[at] ^= (uint8_t)(1u << i % 8);
    }
}

/* A reader's archive, into a folder of its name. */
static bool unpack(const char *name) {
    char command[1024];
    snprintf(command, sizeof command, "sh '%s/tests/fuzz/corpus.sh' unpack %s '%s' 2>'%s'",
             EMB_TEST_ROOT, name, test_path(name), test_path("said"));
    return system(command) == 0;
}

static void corpus(void **state) {
    (void)state;
    for (size_t r = 0; r < TEST_COUNT(readers); r++) {
        char name[1024], path[64];
        size_t files = 0;
        if (!unpack(readers[r].name)) fail_msg("%s's archive is damaged", readers[r].name);
        snprintf(path, sizeof path, "%s/file%s", test_folder, readers[r].ending);
        DIR *dir = opendir(test_path(readers[r].name));
        assert_non_null(dir);
        for (struct dirent *entry; (entry = readdir(dir));) {
            uint8_t *bytes;
            size_t count;
            if (entry->d_name[0] == '.') continue;
            snprintf(name, sizeof name, "%s/%s", test_path(readers[r].name), entry->d_name);
            if (emb__file_load(name, 1 << 20, &bytes, &count) != EMB_OK) continue; /* empty */
            try_all(readers[r].read, path, name, bytes, count);
            emb__free(bytes);
            files++;
        }
        closedir(dir);
        assert_true(files > 10);
    }
}

/* What would leave a fuzzer without its corpus, and this test without cases, is said. */
static void damaged_archives(void **state) {
    (void)state;
    enum { EMPTY_TAR = 10240 };
    static const uint8_t nothing[EMPTY_TAR];
    uint8_t *bytes;
    size_t count;
    char archive[1024];
    snprintf(archive, sizeof archive, "%s/tests/fuzz/corpus/codes.tar.gz", EMB_TEST_ROOT);
    assert_int_equal(emb__file_load(archive, 1 << 20, &bytes, &count), EMB_OK);
    snprintf(archive, sizeof archive, "%s", test_path("codes.tar.gz"));
    assert_int_equal(setenv("FUZZ_CORPUS", test_folder, 1), 0);
    assert_false(unpack("codes")); /* there is none */
    test_put(archive, bytes, count);
    assert_true(unpack("codes"));
    test_put(archive, bytes, 0);
    assert_false(unpack("codes"));
    test_put(archive, bytes, count / 2);
    assert_false(unpack("codes"));
    bytes[count / 2] ^= 4;
    test_put(archive, bytes, count);
    assert_false(unpack("codes"));
    emb__free(bytes);
    test_put(test_path("none"), nothing, sizeof nothing);
    snprintf(archive, sizeof archive, "cd '%s' && gzip -c none >npy.tar.gz", test_folder);
    assert_int_equal(system(archive), 0);
    assert_false(unpack("npy")); /* it holds no file */
    unsetenv("FUZZ_CORPUS");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(corpus),
                                       cmocka_unit_test(damaged_archives)};
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
