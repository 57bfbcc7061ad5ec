/* A data set in memory. See images.h. */
#include "engine/images.h"

#include <string.h>

#include "base/memory.h"

emb_status emb__images_check(size_t count, const int shape[3], size_t *bytes) {
    static const char *const sides[3] = {"channels", "height", "width"};
    if (count < 1 || count > (size_t)EMB__MAX_IMAGES) {
        return emb__fail(EMB_ERR_ARGUMENT, "%zu images; expected 1 to %d", count, EMB__MAX_IMAGES);
    }
    size_t pixels = 1;
    for (int i = 0; i < 3; i++) {
        if (shape[i] < 1 || shape[i] > EMB__MAX_SIZE) {
            return emb__fail(EMB_ERR_ARGUMENT, "images with %s %d; expected 1 to %d", sides[i],
                             shape[i], EMB__MAX_SIZE);
        }
        if (!emb__mul(pixels, (size_t)shape[i], &pixels) || pixels > EMB__MAX_ELEMENTS) {
            return emb__fail(EMB_ERR_ARGUMENT,
                             "images of %d x %d x %d; expected at most %d numbers", shape[0],
                             shape[1], shape[2], EMB__MAX_ELEMENTS);
        }
    }
    size_t total;
    if (!emb__mul(count, pixels, &total) || total > EMB__MAX_PIXEL_BYTES) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "%zu images of %zu bytes; expected at most %llu together", count, pixels,
                         (unsigned long long)EMB__MAX_PIXEL_BYTES);
    }
    *bytes = total;
    return EMB_OK;
}

emb_images *emb__images_adopt(uint8_t *pixels, uint8_t *labels, size_t count, const int shape[3]) {
    emb_images *images = emb__alloc(sizeof *images);
    if (!images) {
        emb__free(pixels);
        emb__free(labels);
        return NULL;
    }
    images->count = count;
    memcpy(images->shape, shape, sizeof images->shape);
    images->pixels = pixels;
    images->labels = labels;
    return images;
}

emb_images *emb_images_new(const uint8_t *pixels, const uint8_t *labels, size_t count,
                           const int shape[3]) {
    size_t bytes = 0;
    if (!pixels || !shape) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_images_new needs pixels and a shape; got NULL");
        return NULL;
    }
    if (emb__images_check(count, shape, &bytes) != EMB_OK) return NULL;
    uint8_t *own_pixels = emb__alloc(bytes);
    uint8_t *own_labels = own_pixels && labels ? emb__alloc(count) : NULL;
    if (!own_pixels || (labels && !own_labels)) {
        emb__free(own_pixels);
        return NULL;
    }
    memcpy(own_pixels, pixels, bytes);
    if (own_labels) memcpy(own_labels, labels, count);
    return emb__images_adopt(own_pixels, own_labels, count, shape);
}

void emb_images_free(emb_images *images) {
    if (!images) return;
    emb__free(images->pixels);
    emb__free(images->labels);
    emb__free(images);
}

static size_t image_bytes(const emb_images *images) {
    return (size_t)images->shape[0] * (size_t)images->shape[1] * (size_t)images->shape[2];
}

emb_images *emb_images_join(const emb_images *a, const emb_images *b) {
    const int *shape = a->shape;
    size_t bytes = 0;
    if (memcmp(shape, b->shape, sizeof b->shape) != 0) {
        emb__fail(EMB_ERR_SHAPE, "images of %dx%dx%d cannot follow images of %dx%dx%d", b->shape[0],
                  b->shape[1], b->shape[2], shape[0], shape[1], shape[2]);
        return NULL;
    }
    const size_t count = a->count + b->count; /* each is below 2^31 */
    if (emb__images_check(count, shape, &bytes) != EMB_OK) return NULL;
    const bool labelled = a->labels && b->labels;
    uint8_t *pixels = emb__alloc(bytes);
    uint8_t *labels = pixels && labelled ? emb__alloc(count) : NULL;
    if (!pixels || (labelled && !labels)) {
        emb__free(pixels);
        return NULL;
    }
    const size_t first = a->count * image_bytes(a);
    memcpy(pixels, a->pixels, first);
    memcpy(pixels + first, b->pixels, bytes - first);
    if (labels) memcpy(labels, a->labels, a->count);
    if (labels) memcpy(labels + a->count, b->labels, b->count);
    return emb__images_adopt(pixels, labels, count, shape);
}

size_t emb_images_count(const emb_images *images) { return images->count; }

void emb_images_shape(const emb_images *images, int shape[3]) {
    memcpy(shape, images->shape, sizeof images->shape);
}

const uint8_t *emb_images_pixels(const emb_images *images, size_t i) {
    return images->pixels + i * image_bytes(images);
}

int emb_images_label(const emb_images *images, size_t i) {
    return images->labels ? images->labels[i] : -1;
}

void emb_images_float(const emb_images *images, size_t i, float *pixels) {
    const uint8_t *from = emb_images_pixels(images, i);
    size_t count = image_bytes(images);
    /* A division, as ToTensor divides: a product with 1/255 rounds differently. */
    for (size_t p = 0; p < count; p++) pixels[p] = (float)from[p] / 255.0f;
}
