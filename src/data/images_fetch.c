/* Images copied out of a data set: emb_images_fetch and its relatives in embudo/data.h. See
 * images.h. */
#include <string.h>

#include "base/entry.h"
#include "data/images.h"

static size_t image_numbers(const emb_images *images) {
    return (size_t)images->shape[0] * (size_t)images->shape[1] * (size_t)images->shape[2];
}

bool emb_images_has_bytes(const emb_images *images) { return images->pixels != NULL; }

emb_status emb_images_fetch(const emb_images *images, const uint32_t *indices, size_t count,
                            float *pixels, uint8_t *labels) {
    EMB__ENTER;
    const emb_status status = emb__images_have(images, indices, count);
    if (status != EMB_OK) return status;
    if (labels && !images->labels) {
        return emb__fail(EMB_ERR_ARGUMENT, "the images have no labels");
    }
    const size_t size = image_numbers(images);
    for (size_t n = 0; n < count; n++) {
        const size_t i = indices ? indices[n] : n;
        if (pixels) {
            emb__images_row(images, i, images->black, images->white, pixels + n * size);
        }
        if (labels) labels[n] = images->labels[i];
    }
    return EMB_OK;
}

emb_status emb_images_fetch_bytes(const emb_images *images, const uint32_t *indices, size_t count,
                                  uint8_t *pixels) {
    EMB__ENTER;
    const emb_status status = emb__images_have(images, indices, count);
    if (status != EMB_OK) return status;
    if (!images->pixels) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "the images are float32, not bytes: emb_images_fetch has their numbers");
    }
    const size_t size = image_numbers(images);
    for (size_t n = 0; n < count; n++) {
        const size_t i = indices ? indices[n] : n;
        memcpy(pixels + n * size, images->pixels + i * size, size);
    }
    return EMB_OK;
}

const uint8_t *emb_images_pixels(const emb_images *images, size_t i) {
    return images->pixels ? images->pixels + i * image_numbers(images) : NULL;
}

void emb_images_float(const emb_images *images, size_t i, float *pixels) {
    EMB__ENTER;
    emb__images_row(images, i, images->black, images->white, pixels);
}
