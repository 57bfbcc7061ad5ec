/* A data set in memory. See images.h. */
#include "data/images.h"

#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"

emb_status emb__images_check(size_t count, const int shape[3], size_t *bytes) {
    static const char *const sides[3] = {"channels", "height", "width"};
    if (count < 1 || count > (size_t)EMB__MAX_IMAGES) {
        return emb__fail(EMB_ERR_ARGUMENT, "%zu images; expected 1 to %d", count, EMB__MAX_IMAGES);
    }
    size_t pixels = 1;
    for (int i = 0; i < 3; i++) {
        if (shape[i] < 1 || shape[i] > EMB_MAX_SIZE) {
            return emb__fail(EMB_ERR_ARGUMENT, "images with %s %d; expected 1 to %d", sides[i],
                             shape[i], EMB_MAX_SIZE);
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
    emb__free(images->labels);
    for (int i = 0; i < images->name_count; i++) emb__free(images->names[i]);
    emb__free(images->names);
    emb__free(images->notes);
    emb__free(images);
}

/* Copies the notes, the order of channels and the classes' names. */
static emb_status copy_words(const emb_images *from, emb_images *to) {
    if (from->notes) {
        emb__free(to->notes);
        to->notes = emb__strndup(from->notes, strlen(from->notes));
        if (!to->notes) return EMB_ERR_MEMORY;
    }
    to->channels_last = from->channels_last;
    if (!from->names || !to->labels) return EMB_OK;
    to->names = emb__calloc((size_t)from->name_count, sizeof *to->names);
    if (!to->names) return EMB_ERR_MEMORY;
    for (; to->name_count < from->name_count; to->name_count++) {
        const char *name = from->names[to->name_count];
        to->names[to->name_count] = emb__strndup(name, strlen(name));
        if (!to->names[to->name_count]) return EMB_ERR_MEMORY;
    }
    return EMB_OK;
}

static size_t image_bytes(const emb_images *images) {
    return (size_t)images->shape[0] * (size_t)images->shape[1] * (size_t)images->shape[2];
}

/* a[a_count] followed by b[b_count], items of `size` bytes each; NULL for NULL. */
static void *joined(const void *a, const void *b, size_t a_count, size_t b_count, size_t size,
                    bool *good) {
    size_t first = 0, second = 0, bytes = 0;
    if (!a || !b) return NULL;
    *good = *good && emb__mul(a_count, size, &first) && emb__mul(b_count, size, &second) &&
            emb__add(first, second, &bytes);
    uint8_t *both = *good ? emb__alloc(bytes) : NULL;
    *good = both != NULL;
    if (!both) return NULL;
    memcpy(both, a, first);
    memcpy(both + first, b, second);
    return both;
}

/* A data set around arrays that were made from another's, with its shape, its words and the numbers
 * that its bytes stand for. Takes the arrays over; NULL if one of them is missing. */
static emb_images *adopt_like(const emb_images *from, uint8_t *pixels, float *values,
                              uint8_t *labels, size_t count, bool all) {
    emb_images *made = all ? emb__images_adopt(pixels, labels, count, from->shape) : NULL;
    if (!made) {
        if (!all) emb__free(pixels);
        if (!all) emb__free(labels);
        emb__free(values);
        return NULL;
    }
    made->values = values;
    made->has_pixels = from->has_pixels;
    made->black = from->black;
    made->white = from->white;
    if (copy_words(from, made) == EMB_OK) return made;
    emb_images_free(made);
    return NULL;
}

emb_images *emb_images_join(const emb_images *a, const emb_images *b) {
    EMB__ENTER;
    const int *shape = a->shape;
    const size_t count = a->count + b->count; /* each is below 2^31 */
    size_t numbers = 0;
    bool good = true;
    if (memcmp(shape, b->shape, sizeof b->shape) != 0 || !a->pixels != !b->pixels) {
        emb__fail(EMB_ERR_SHAPE, "%simages of %dx%dx%d cannot follow %simages of %dx%dx%d",
                  b->pixels ? "" : "float32 ", b->shape[0], b->shape[1], b->shape[2],
                  a->pixels ? "" : "float32 ", shape[0], shape[1], shape[2]);
        return NULL;
    }
    if (emb__images_check(count, shape, &numbers) != EMB_OK) return NULL;
    const size_t an = a->count * image_bytes(a), bn = b->count * image_bytes(b);
    uint8_t *pixels = joined(a->pixels, b->pixels, an, bn, 1, &good);
    float *values = joined(a->values, b->values, an, bn, sizeof *values, &good);
    uint8_t *labels = joined(a->labels, b->labels, a->count, b->count, 1, &good);
    emb_images *both = adopt_like(a, pixels, values, labels, count, good);
    if (both) both->has_pixels = a->has_pixels && b->has_pixels;
    return both;
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

/* rows[indices[i]] of `size` bytes each, one after another; NULL for NULL. */
static void *picked(const void *rows, const uint32_t *indices, size_t count, size_t size,
                    bool *good) {
    size_t bytes = 0;
    if (!rows) return NULL;
    *good = *good && emb__mul(count, size, &bytes);
    uint8_t *taken = *good ? emb__alloc(bytes) : NULL;
    *good = taken != NULL;
    for (size_t i = 0; taken && i < count; i++) {
        memcpy(taken + i * size, (const uint8_t *)rows + indices[i] * size, size);
    }
    return taken;
}

emb_images *emb_images_pick(const emb_images *images, const uint32_t *indices, size_t count) {
    EMB__ENTER;
    const size_t size = image_bytes(images);
    bool good = true;
    if (count == 0) {
        emb__fail(EMB_ERR_ARGUMENT, "no image is picked; expected at least one");
        return NULL;
    }
    if (emb__images_have(images, indices, count) != EMB_OK) return NULL;
    uint8_t *pixels = picked(images->pixels, indices, count, size, &good);
    float *values = picked(images->values, indices, count, size * sizeof *values, &good);
    uint8_t *labels = picked(images->labels, indices, count, 1, &good);
    emb_images *made = adopt_like(images, pixels, values, labels, count, good);
    if (made) made->drawn_from = images->drawn_from;
    return made;
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

void emb__images_row(const emb_images *images, size_t i, double black, double white, float *row) {
    const size_t count = image_bytes(images);
    if (!images->pixels) {
        memcpy(row, images->values + i * count, count * sizeof *row);
        return;
    }
    const uint8_t *from = images->pixels + i * count;
    for (size_t p = 0; p < count; p++) row[p] = emb__pixel_number(from[p], black, white);
}

/* ---- what the numbers are -------------------------------------------------------------------- */

emb_status emb_images_set_pixels(emb_images *images, double black, double white) {
    EMB__ENTER;
    const bool fit = isfinite((float)black) && isfinite((float)white);
    if (images->pixels) {
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
    const size_t size = image_bytes(images);
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
    const size_t bytes = images->count * image_bytes(images);
    for (size_t i = 0; i < bytes; i++) {
        if (images->pixels[i] >= BRIGHT) return false;
    }
    return true;
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
