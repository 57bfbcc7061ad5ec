/* Images copied out of a data set: emb_images_fetch and its relatives in embudo/data.h. See
 * images.h. */
#include <string.h>

#include "base/entry.h"
#include "data/images.h"

bool emb_images_has_bytes(const emb_images *images) { return images->values == NULL; }

emb_status emb_images_fetch(const emb_images *images, const uint32_t *indices, size_t count,
                            float *pixels, uint8_t *labels) {
    EMB__ENTER;
    const emb_status status = emb__images_have(images, indices, count);
    if (status != EMB_OK) return status;
    if (labels && !images->labels) {
        return emb__fail(EMB_ERR_ARGUMENT, "the images have no labels");
    }
    const size_t size = emb__images_size(images);
    for (size_t n = 0; n < count; n++) {
        const size_t i = indices ? indices[n] : n;
        if (pixels) {
            emb__images_row(images, i, images->black, images->white, pixels + n * size);
        }
        if (labels) labels[n] = images->labels[i];
    }
    return pixels ? emb__images_check_read(images) : EMB_OK;
}

emb_status emb_images_fetch_bytes(const emb_images *images, const uint32_t *indices, size_t count,
                                  uint8_t *pixels) {
    EMB__ENTER;
    const emb_status status = emb__images_have(images, indices, count);
    if (status != EMB_OK) return status;
    if (images->values) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "the images are float32, not bytes: emb_images_fetch has their numbers");
    }
    const size_t size = emb__images_size(images);
    for (size_t n = 0; n < count; n++) {
        const size_t i = indices ? indices[n] : n;
        uint8_t *to = pixels + n * size;
        const uint8_t *from = emb__images_bytes(images, i, to);
        if (from != to) memcpy(to, from, size);
    }
    return emb__images_check_read(images);
}

const uint8_t *emb_images_pixels(const emb_images *images, size_t i) {
    const bool lends = images->pixels || (images->store && !emb__store_streams(images->store));
    return lends ? emb__images_bytes(images, i, NULL) : NULL;
}

void emb_images_float(const emb_images *images, size_t i, float *pixels) {
    EMB__ENTER;
    emb__images_row(images, i, images->black, images->white, pixels);
}
