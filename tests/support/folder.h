/* A folder of the test's own below /tmp: cmocka's fixtures for a group make it, and remove it with
 * all that is in it. */
#ifndef EMB_TESTS_FOLDER_H
#define EMB_TESTS_FOLDER_H

#include <stddef.h>

/* Its path, once it is made. Of a known size, so that paths in it can have theirs. */
extern char test_folder[32];

int test_folder_make(void **state);
int test_folder_enter(void **state);      /* makes it and works in it */
int test_folder_with_cache(void **state); /* makes it; embudo's cache is in it, as cache/ */
int test_folder_remove(void **state);

/* The path of a name in it; good until the eighth call after. */
const char *test_path(const char *name);

/* How many entries it has: 0 where nothing temporary was left. */
size_t test_folder_entries(void);

/* A file of these bytes, made anew: what is written over is flushed to the disk by some file
 * systems. */
void test_put(const char *path, const void *bytes, size_t count);

#endif
