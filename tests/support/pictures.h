/* How a file of a picture is read, for the tests of each format: one file, in the test's folder. */
#ifndef EMB_TESTS_PICTURES_H
#define EMB_TESTS_PICTURES_H

#include <stddef.h>
#include <stdint.h>

#include "embudo.h"

extern char picture_path[64];

/* cmocka's fixture for a group: the folder and the path; test_folder_remove ends it. */
int picture_set_up(void **state);

void put_picture(const void *bytes, size_t count);

/* Reads it as 1 x 2 x 3. */
emb_status read_picture(void);

/* The file is a picture of these channels, sizes and pixels, [H][W][C]. */
void expect_picture(int channels, size_t height, size_t width, const void *pixels);

/* The last error is this, behind the path. */
void expect_picture_error(const char *text);

/* Cut anywhere it is an error; with any bit changed, an error or a picture. */
void check_damaged_picture(uint8_t *bytes, size_t count);

/* A literal's bytes and how many they are. */
#define BYTES(text) text, sizeof(text) - 1

#endif
