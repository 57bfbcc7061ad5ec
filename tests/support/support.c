/* See support.h. */
#include "support/support.h"

#include <stdlib.h>
#include <string.h>

/* What cairo and fontconfig keep of a font until the process ends is theirs: read by the leak
 * sanitizer, where there is one. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libfontconfig"; }

const char *const test_isas[] = {"avx512", "avx2", "neon", "plain", NULL};

bool test_use_isa(const char *name) {
    if (!name) return unsetenv("EMBUDO_ISA") == 0;
    return emb__kernels_find(name) && setenv("EMBUDO_ISA", name, 1) == 0;
}

emb_images *test_images(size_t count, int channels, int height, int width, uint64_t seed) {
    const int shape[3] = {channels, height, width};
    const size_t bytes = count * (size_t)channels * (size_t)height * (size_t)width;
    uint8_t *pixels = malloc(bytes);
    if (!pixels) return NULL;
    emb__random random;
    emb__random_seed(&random, seed);
    for (size_t i = 0; i < bytes; i++) pixels[i] = (uint8_t)(emb__random_next32(&random) >> 24);
    emb_images *images = emb_images_new(pixels, NULL, count, shape);
    free(pixels);
    return images;
}

emb_images *test_labelled(size_t count, const int shape[3], int classes, uint64_t seed) {
    emb_images *bare = test_images(count, shape[0], shape[1], shape[2], seed);
    uint8_t *labels = malloc(count);
    if (!bare || !labels) return NULL;
    for (size_t i = 0; i < count; i++) labels[i] = (uint8_t)((i * 7 + seed) % (size_t)classes);
    emb_images *images = emb_images_new(emb_images_pixels(bare, 0), labels, count, shape);
    free(labels);
    emb_images_free(bare);
    return images;
}

const char test_classifier[] =
    "input = 2, 6, 5\n"
    "classifier = Sequential(Conv2d(2, 3, 3, stride=2, padding=1), Tanh(),\n"
    "    Flatten(), Linear(27, 6), Sigmoid(), Linear(6, 4))\n";

void test_noise(float *values, size_t count, uint64_t seed) {
    emb__random random;
    emb__random_seed(&random, seed);
    for (size_t i = 0; i < count; i++) values[i] = emb__random_uniform(&random, -1, 1);
}
