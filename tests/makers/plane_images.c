/* See plane_images.h. */
#include "makers/plane_images.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/support.h"

emb_images *near_plane(size_t count, int size, int rank, uint64_t seed) {
    const int shape[3] = {1, 1, size};
    const size_t d = (size_t)size, r = (size_t)rank;
    float *directions = malloc(r * d * sizeof *directions), *place = malloc(r * sizeof *place);
    uint8_t *pixels = malloc(count * d);
    assert_true(directions && place && pixels);
    test_noise(directions, r * d, seed);
    for (size_t i = 0; i < count; i++) {
        test_noise(place, r, seed + 1 + i);
        for (size_t p = 0; p < d; p++) {
            float sum = 128;
            for (size_t j = 0; j < r; j++)
                sum += place[j] * directions[j * d + p] * 60 / (float)(j + 1);
            pixels[i * d + p] = (uint8_t)fminf(fmaxf(sum, 0), 255);
        }
    }
    emb_images *images = emb_images_new(pixels, NULL, count, shape);
    free(pixels);
    free(place);
    free(directions);
    assert_non_null(images);
    return images;
}
