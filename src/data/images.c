/* A data set in memory. See images.h. */
#include "data/images.h"

#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/translate.h"

emb_status emb__images_check(size_t count, const int shape[3], size_t *bytes) {
    static const char *const wrong[3] = {E_("images with channels %d; expected 1 to %d"),
                                         E_("images with height %d; expected 1 to %d"),
                                         E_("images with width %d; expected 1 to %d")};
    if (count < 1 || count > (size_t)EMB__MAX_IMAGES) {
        return emb__fail(EMB_ERR_ARGUMENT, "%zu images; expected 1 to %d", count, EMB__MAX_IMAGES);
    }
    size_t pixels = 1;
    for (int i = 0; i < 3; i++) {
        if (shape[i] < 1 || shape[i] > EMB_MAX_SIZE) {
            return emb__fail(EMB_ERR_ARGUMENT, wrong[i], shape[i], EMB_MAX_SIZE);
        }
        if (!emb__mul(pixels, (size_t)shape[i], &pixels) || pixels > EMB_MAX_ELEMENTS) {
            return emb__fail(EMB_ERR_ARGUMENT,
                             "images of %d x %d x %d; expected at most %d numbers", shape[0],
                             shape[1], shape[2], EMB_MAX_ELEMENTS);
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

size_t emb__images_size(const emb_images *images) {
    return (size_t)images->shape[0] * (size_t)images->shape[1] * (size_t)images->shape[2];
}

emb_images *emb__images_adopt(uint8_t *pixels, uint8_t *labels, size_t count, const int shape[3]) {
    emb_images *images = emb__calloc(1, sizeof *images);
    if (!images) {
        emb__free(pixels);
        emb__free(labels);
        return NULL;
    }
    images->count = count;
    memcpy(images->shape, shape, sizeof images->shape);
    images->pixels = pixels;
    images->labels = labels;
    images->has_pixels = pixels != NULL;
    images->black = 0;
    images->white = 1;
    return images;
}

emb_images *emb__images_of_store(emb__store *store, uint32_t *order, uint8_t *labels, size_t count,
                                 const int shape[3]) {
    emb_images *images = emb__images_adopt(NULL, labels, count, shape);
    if (!images) {
        emb__store_release(store);
        emb__free(order);
        return NULL;
    }
    images->store = store;
    images->order = order;
    images->has_pixels = true;
    return images;
}

/* A copy of bytes from the caller; NULL for NULL; without memory NULL, and *good becomes false. */
static void *copy_of(const void *bytes, size_t count, bool *good) {
    void *copy = bytes ? emb__alloc(count) : NULL;
    if (copy) memcpy(copy, bytes, count);
    if (bytes && !copy) *good = false;
    return copy;
}

emb_images *emb_images_new(const uint8_t *pixels, const uint8_t *labels, size_t count,
                           const int shape[3]) {
    EMB__ENTER;
    size_t bytes = 0;
    if (!pixels || !shape) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_images_new needs pixels and a shape; got NULL");
        return NULL;
    }
    if (emb__images_check(count, shape, &bytes) != EMB_OK) return NULL;
    bool good = true;
    uint8_t *own_pixels = copy_of(pixels, bytes, &good);
    uint8_t *own_labels = copy_of(labels, count, &good);
    if (good) return emb__images_adopt(own_pixels, own_labels, count, shape);
    emb__free(own_pixels);
    emb__free(own_labels);
    return NULL;
}

static emb_status check_values(const float *values, size_t numbers, size_t size) {
    for (size_t i = 0; i < numbers; i++) {
        if (isfinite(values[i])) continue;
        return emb__fail(EMB_ERR_ARGUMENT, "number %zu of image %zu is not finite", i % size,
                         i / size);
    }
    return EMB_OK;
}

emb_images *emb_images_new_float(const float *values, const uint8_t *labels, size_t count,
                                 const int shape[3]) {
    EMB__ENTER;
    size_t numbers = 0, bytes = 0;
    if (!values || !shape) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_images_new_float needs values and a shape; got NULL");
        return NULL;
    }
    if (emb__images_check(count, shape, &numbers) != EMB_OK ||
        check_values(values, numbers, numbers / count) != EMB_OK) {
        return NULL;
    }
    if (!emb__mul(numbers, sizeof *values, &bytes)) {
        emb__fail(EMB_ERR_MEMORY, "%zu numbers are too many", numbers);
        return NULL;
    }
    bool good = true;
    float *own_values = copy_of(values, bytes, &good);
    uint8_t *own_labels = copy_of(labels, count, &good);
    emb_images *images = good ? emb__images_adopt(NULL, own_labels, count, shape) : NULL;
    if (images) {
        images->values = own_values;
        return images;
    }
    if (!good) emb__free(own_labels);
    emb__free(own_values);
    return NULL;
}

void emb_images_free(emb_images *images) {
    if (!images) return;
    emb__free(images->pixels);
    emb__free(images->values);
    emb__store_release(images->store);
    emb__free(images->order);
    emb__free(images->labels);
    for (int i = 0; i < images->name_count; i++) emb__free(images->names[i]);
    emb__free(images->names);
    emb__free(images->notes);
    emb__free(images);
}

emb_status emb__images_have(const emb_images *images, const uint32_t *indices, size_t count) {
    if (!indices && count > images->count) {
        return emb__fail(EMB_ERR_ARGUMENT, "%zu images are asked for; there are %zu", count,
                         images->count);
    }
    for (size_t i = 0; indices && i < count; i++) {
        if (indices[i] < images->count) continue;
        return emb__fail(EMB_ERR_ARGUMENT, "image %lu does not exist; there are %zu",
                         (unsigned long)indices[i], images->count);
    }
    return EMB_OK;
}

size_t emb_images_count(const emb_images *images) { return images->count; }

void emb_images_shape(const emb_images *images, int shape[3]) {
    memcpy(shape, images->shape, sizeof images->shape);
}

int emb_images_label(const emb_images *images, size_t i) {
    return images->labels ? images->labels[i] : -1;
}

int emb_images_classes(const emb_images *images) {
    int most = images->name_count - 1; /* a part may lack the last ones */
    for (size_t i = 0; images->labels && i < images->count; i++) {
        if (images->labels[i] > most) most = images->labels[i];
    }
    return most + 1;
}

float emb__pixel_number(uint8_t byte, double black, double white) {
    /* A division of floats, as in ToTensor: a product with 1/255 rounds differently. */
    if (black == 0 && white == 1) return (float)byte / 255.0f;
    return (float)(black + (double)byte * (white - black) / 255);
}

const uint8_t *emb__images_bytes(const emb_images *images, size_t i, uint8_t *scratch) {
    if (images->pixels) return images->pixels + i * emb__images_size(images);
    return emb__store_row(images->store, images->order ? images->order[i] : i, scratch);
}

uint8_t *emb__images_scratch(const emb_images *images, bool *good) {
    if (!images->store || !emb__store_streams(images->store)) return NULL;
    uint8_t *scratch = emb__alloc(emb__images_size(images));
    *good = *good && scratch;
    return scratch;
}

bool emb__images_order(emb_images *images) {
    if (!images->store || images->order) return true;
    images->order = emb__calloc(images->count, sizeof *images->order);
    for (size_t i = 0; images->order && i < images->count; i++) images->order[i] = (uint32_t)i;
    return images->order;
}

emb_status emb__images_check_read(const emb_images *images) {
    return images->store ? emb__store_check(images->store) : EMB_OK;
}

void emb__images_row(const emb_images *images, size_t i, double black, double white, float *row) {
    const size_t count = emb__images_size(images);
    if (images->values) {
        memcpy(row, images->values + i * count, count * sizeof *row);
        return;
    }
    /* Bytes that are read lie at the row's end: each is taken before its number reaches it. */
    const uint8_t *from = emb__images_bytes(images, i, (uint8_t *)row + 3 * count);
    for (size_t p = 0; p < count; p++) row[p] = emb__pixel_number(from[p], black, white);
}

/* ---- what the numbers are -------------------------------------------------------------------- */

emb_status emb_images_set_pixels(emb_images *images, double black, double white) {
    EMB__ENTER;
    const bool fit = isfinite((float)black) && isfinite((float)white);
    if (!images->values) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "the images are bytes, whose black is 0 and whose white is 255");
    }
    if (!fit || !((float)black < (float)white || (float)white < (float)black)) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "black is %g and white is %g; expected two different numbers of float32",
                         black, white);
    }
    images->has_pixels = true;
    images->black = black;
    images->white = white;
    return EMB_OK;
}

void emb__images_span(const emb_images *images, const uint32_t *indices, size_t count, double *low,
                      double *high) {
    const size_t size = emb__images_size(images);
    float least = images->values[indices ? indices[0] * size : 0], most = least;
    for (size_t i = 0; i < count; i++) {
        const float *x = images->values + (indices ? indices[i] : i) * size;
        for (size_t p = 0; p < size; p++) {
            least = x[p] < least ? x[p] : least;
            most = x[p] > most ? x[p] : most;
        }
    }
    *low = (double)least + 0.0; /* none is -0 */
    *high = (double)most + 0.0;
}

bool emb__images_are_dark(const emb_images *images) {
    enum { BRIGHT = 255 / 8 + 1 };
    const size_t size = emb__images_size(images);
    bool dark = true;
    uint8_t *scratch = emb__images_scratch(images, &dark);
    for (size_t i = 0; dark && i < images->count; i++) {
        const uint8_t *bytes = emb__images_bytes(images, i, scratch);
        for (size_t p = 0; dark && p < size; p++) dark = bytes[p] < BRIGHT;
    }
    emb__free(scratch);
    return dark;
}

void emb_images_range(const emb_images *images, double *low, double *high) {
    EMB__ENTER;
    if (images->values) {
        emb__images_span(images, NULL, images->count, low, high);
        return;
    }
    *low = fmin(images->black, images->white);
    *high = fmax(images->black, images->white);
}
