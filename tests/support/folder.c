/* See folder.h. */
#include "support/folder.h"

#include <dirent.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

char test_folder[32];

int test_folder_make(void **state) {
    (void)state;
    snprintf(test_folder, sizeof test_folder, "/tmp/embudo-test-XXXXXX");
    return mkdtemp(test_folder) ? 0 : -1;
}

int test_folder_enter(void **state) {
    return test_folder_make(state) == 0 && chdir(test_folder) == 0 ? 0 : -1;
}

int test_folder_with_cache(void **state) {
    char cache[64];
    const int made = test_folder_make(state);
    snprintf(cache, sizeof cache, "%s/cache", test_folder);
    return made || mkdir(cache, 0777) || setenv("XDG_CACHE_HOME", cache, 1);
}

static int remove_one(const char *path, const struct stat *seen, int kind, struct FTW *where) {
    (void)seen, (void)kind, (void)where;
    return remove(path);
}

int test_folder_remove(void **state) {
    (void)state;
    return nftw(test_folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *test_path(const char *name) {
    static char paths[8][512];
    static int turn;
    turn = (turn + 1) % 8;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", test_folder, name);
    return paths[turn];
}

size_t test_folder_entries(void) {
    size_t entries = 0;
    DIR *folder = opendir(test_folder);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) entries += entry->d_name[0] != '.';
    closedir(folder);
    return entries;
}

void test_put(const char *path, const void *bytes, size_t count) {
    unlink(path);
    FILE *file = fopen(path, "wb");
    if (!file) fail_msg("%s cannot be made", path);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}
