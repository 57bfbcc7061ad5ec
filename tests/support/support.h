/* What several test files share: SHA-256, the instruction sets that are here, images to train on,
 * and the layers' definitions in double precision.
 *
 * Not a framework: assertions and runners are cmocka's. */
#ifndef EMB_TESTS_SUPPORT_H
#define EMB_TESTS_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/net.h"

#define TEST_COUNT(table) (sizeof(table) / sizeof *(table))

/* A running SHA-256 (FIPS 180-4). Zeroed is not started: test_sha_begin. */
typedef struct test_sha {
    uint32_t h[8];
    uint64_t bytes;
    uint8_t block[64];
} test_sha;

enum { TEST_SHA_TEXT = 65 };

void test_sha_begin(test_sha *sha);
void test_sha_add(test_sha *sha, const void *bytes, size_t count);
/* As lower-case hexadecimal, which is returned. */
const char *test_sha_end(test_sha *sha, char text[TEST_SHA_TEXT]);

/* Adds every weight's bits, in the order of the net's tensors. */
void test_sha_weights(test_sha *sha, const emb_net *net);

/* Names of all instruction sets that any build has, the slow "plain" last; ends with NULL. */
extern const char *const test_isas[];

/* Nets opened from now on use this instruction set; false, and nothing done, where it is not here.
 * NULL: the best one. */
bool test_use_isa(const char *name);

/* `count` images in grey levels that look like nothing, the same for the same seed. */
emb_images *test_images(size_t count, int channels, int height, int width, uint64_t seed);

/* The same with labels below `classes`. */
emb_images *test_labelled(size_t count, const int shape[3], int classes, uint64_t seed);

/* The notation of a small classifier of images of 2 x 6 x 5. */
enum { TEST_CLASSES = 4 };
extern const char test_classifier[];

/* Floats in [-1, 1), the same for the same seed. */
void test_noise(float *values, size_t count, uint64_t seed);

/* y = layer(x) for one image, from PyTorch's definition and in double precision: independent of the
 * engine but for the layer's shapes, arguments and the places of its parameters in `params`. */
void test_layer(const emb__layer *layer, const double *params, const double *x, double *y);

#endif
