/* The fuzzers' corpus, old finds among it, and each file of it cut short and changed: refused with
 * one line that begins with the path, or opened. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "codec/file.h"
#include "fuzz/readers.h"
#include "support/support.h"

static char folder_of_it[] = "/tmp/embudo-test-corpus-XXXXXX", path[64];

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder_of_it) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    return rmdir(folder_of_it);
}

static void try(reader *read, const char *name, const uint8_t *bytes, size_t count) {
    unlink(path); /* a file that is written over is flushed to the disk by some file systems */
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
    if (read(path, bytes, count)) return;
    if (strncmp(emb_error(), path, strlen(path)) != 0 || strchr(emb_error(), '\n')) {
        fail_msg("%s: refused with '%s'", name, emb_error());
    }
}

/* As it is; cut short in three places; with a bit changed in some. */
static void try_all(reader *read, const char *name, uint8_t *bytes, size_t count) {
    try(read, name, bytes, count);
    for (size_t part = 1; part < 4; part++) try(read, name, bytes, count * part / 4);
    /* Of ONNX, whose fields follow each other closely, in many. */
    const size_t flips = strstr(name, "/onnx/") ? 64 : 8;
    for (size_t i = 0; i < flips; i++) {
        const size_t at = (i * 2654435761u + count) % count;
        bytes[at] ^= (uint8_t)(1u << i % 8);
        try(read, name, bytes, count);
        bytes[at] ^= (uint8_t)(1u << i % 8);
    }
}

static void corpus(void **state) {
    (void)state;
    for (size_t r = 0; r < TEST_COUNT(readers); r++) {
        char folder[512], name[1024];
        size_t files = 0;
        snprintf(path, sizeof path, "%s/file%s", folder_of_it, readers[r].ending);
        snprintf(folder, sizeof folder, "%s/tests/fuzz/corpus/%s", EMB_TEST_ROOT, readers[r].name);
        DIR *dir = opendir(folder);
        if (!dir) fail_msg("%s is not there", folder);
        for (struct dirent *entry; (entry = readdir(dir));) {
            uint8_t *bytes;
            size_t count;
            if (entry->d_name[0] == '.') continue;
            snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
            if (emb__file_load(name, 1 << 20, &bytes, &count) != EMB_OK) continue; /* empty */
            try_all(readers[r].read, name, bytes, count);
            emb__free(bytes);
            files++;
        }
        closedir(dir);
        unlink(path);
        assert_true(files > 10);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(corpus)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
