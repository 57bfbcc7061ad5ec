/* A small data set: four images of six numbers, 0 to 23, and their labels, as arrays of any shape.
 */
#ifndef EMB_TESTS_ARRAYS_H
#define EMB_TESTS_ARRAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "embudo.h"

enum { MADE_COUNT = 4, MADE_SIZE = 6 };
extern const float made_values[MADE_COUNT * MADE_SIZE];
extern const uint8_t made_labels[MADE_COUNT];

/* An NPY file of the first of these numbers. */
void put_array(const char *path, int rank, const size_t *shape);

/* Opens all of it: which images are held out is test_holdout.c's subject. */
emb_images *open_all(const char *path);

/* These are the images; frees them. */
void expect_made(emb_images *images, int channels, int height, int width, bool labelled);

#endif
