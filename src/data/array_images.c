/* See array_images.h. */
#include "data/array_images.h"
#include "base/translate.h"

#include <math.h>

#include "base/memory.h"
#include "data/channels.h"
#include "data/image_notes.h"

/* [N, H, W, C] instead of [N, C, H, W]: the last dimension can be channels, the second is too
 * large. */
static bool has_channels_last(const emb__npy *npy) {
    enum { MOST = 4 };
    return npy->rank == 4 && npy->shape[3] <= MOST && npy->shape[1] > MOST;
}

/* [N, H, W] is one channel, [N, D] is codes. If the channels are last, the shape is {H, W, C}. */
static emb_status find_shape(const char *name, const emb__npy *npy, int shape[3]) {
    shape[0] = shape[1] = shape[2] = 1;
    if (npy->rank < 2 || npy->rank > 4) {
        return emb__fail(EMB_ERR_FORMAT,
                         npy->rank == 1 ? E_("%s: has %d dimension; expected images [N, H, W] or "
                                             "[N, C, H, W], or codes [N, L]")
                                        : E_("%s: has %d dimensions; expected images [N, H, W] or "
                                             "[N, C, H, W], or codes [N, "
                                             "L]"),
                         name, npy->rank);
    }
    for (int i = 1; i < npy->rank; i++) {
        const int at = npy->rank == 2 ? 0 : 3 - npy->rank + i; /* of [N, H, W], 1 and 2 */
        if (npy->shape[i] < 1 || npy->shape[i] > EMB_MAX_SIZE) {
            return emb__fail(EMB_ERR_FORMAT, "%s: has a dimension of %zu, expected 1 to %d", name,
                             npy->shape[i], EMB_MAX_SIZE);
        }
        shape[at] = (int)npy->shape[i];
    }
    return EMB_OK;
}

static emb_status check_type(const char *name, const emb__npy *npy) {
    if (emb__npy_letters(npy) == 0) return EMB_OK;
    return emb__fail(EMB_ERR_FORMAT,
                     "%s: holds words, expected uint8 pixels or floats (images.astype('uint8'), or "
                     "images / 255 as float32)",
                     name);
}

static emb_status check_finite(const char *name, const float *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) {
            return emb__fail(EMB_ERR_FORMAT, "%s: number %zu is not finite", name, i);
        }
    }
    return EMB_OK;
}

static emb_status accept_images(const char *name, const emb__npy *npy, const void *data) {
    int shape[3];
    size_t bytes;
    (void)data;
    emb_status status = check_type(name, npy);
    if (status == EMB_OK) status = find_shape(name, npy, shape);
    if (status == EMB_OK && emb__images_check(npy->shape[0], shape, &bytes) != EMB_OK) {
        status = emb__fail_prefix(EMB_ERR_FORMAT, "%s: ", name);
    }
    return status;
}

const emb__npy_wish emb__array_images_wish = {.keep_bytes = true, .accept = accept_images};

/* Whole numbers of a larger type, as bytes, in the place of their floats: *numbers shrinks. */
static emb_status to_pixels(const char *name, const emb__npy *npy, void **numbers) {
    const float *values = *numbers;
    uint8_t *bytes = *numbers;
    for (size_t i = 0; i < npy->count; i++) {
        const float x = values[i];
        if (x >= 0 && x <= 255) {
            bytes[i] = (uint8_t)x;
            continue;
        }
        return emb__fail(
            EMB_ERR_FORMAT,
            "%s: number %zu is %.9g; whole numbers (%s) are taken as pixels, 0 to 255: "
            "divide others, and save floats (x / %s as float32)",
            name, i, (double)x, npy->type.name, x > 255 ? "65535" : "255");
    }
    void *shrunk = emb__realloc(*numbers, npy->count);
    if (!shrunk) return EMB_ERR_MEMORY;
    *numbers = shrunk;
    return EMB_OK;
}

/* The numbers of images as they are kept; *pixels says whether these are bytes. */
static emb_status convert(const char *name, const emb__npy *npy, void **numbers, bool *pixels) {
    *pixels = !emb__npy_is_float(npy);
    if (!*pixels) return check_finite(name, *numbers, npy->count);
    if (emb__npy_is_bool(npy)) {
        uint8_t *bytes = *numbers;
        for (size_t i = 0; i < npy->count; i++) bytes[i] = bytes[i] ? 255 : 0;
        return EMB_OK;
    }
    return emb__npy_is_bytes(npy) ? EMB_OK : to_pixels(name, npy, numbers);
}

/* Notes how an array was read that is neither uint8 nor floats, or whose channels are not first. */
static emb_status add_notes(const char *name, const emb__npy *npy, emb_images *images) {
    emb_status status = EMB_OK;
    if (emb__npy_is_bool(npy)) {
        status = emb__images_note(images, "%s: True is taken as a pixel of 255, False as 0", name);
    } else if (images->pixels && !emb__npy_is_bytes(npy)) {
        status = emb__images_note(images, "%s: whole numbers (%s) are taken as pixels, 0 to 255",
                                  name, npy->type.name);
    }
    if (status != EMB_OK || !has_channels_last(npy)) return status;
    return emb__images_note(images,
                            "%s: [N, %zu, %zu, %zu] has its channels last; they are put first",
                            name, npy->shape[1], npy->shape[2], npy->shape[3]);
}

emb_images *emb__array_images(const char *name, const emb__npy *npy, void *numbers,
                              const char *labels_name, emb__labels *labels) {
    int shape[3];
    bool pixels = false;
    emb_images *images = NULL;
    emb_status status = find_shape(name, npy, shape);
    if (status == EMB_OK && labels->bytes && labels->count != npy->shape[0]) {
        status = emb__fail(EMB_ERR_IO, "%s: was changed while it was read", name);
    }
    if (status == EMB_OK) status = convert(name, npy, &numbers, &pixels);
    if (status == EMB_OK) {
        images = emb__images_adopt(pixels ? numbers : NULL, NULL, npy->shape[0], shape);
        if (!images && pixels) numbers = NULL;
        if (!images) status = EMB_ERR_MEMORY;
    }
    if (images && !pixels) images->values = numbers;
    if (!images) emb__free(numbers);
    if (status == EMB_OK && has_channels_last(npy)) status = emb__images_channels_first(images);
    if (status == EMB_OK) status = add_notes(name, npy, images);
    if (status == EMB_OK) status = emb__labels_give(labels, labels_name, images);
    if (status == EMB_OK) return images;
    emb_images_free(images);
    emb__labels_free(labels);
    return NULL;
}
