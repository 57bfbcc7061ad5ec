/* How a set's images lie in their squares: emb_images_like_mnist in embudo/data.h. */
#include "base/entry.h"
#include "base/memory.h"
#include "codec/ink.h"
#include "data/images.h"

enum { LOOKED_AT = 1000 };

emb_status emb__images_laid(const emb_images *images, bool *like_mnist) {
    int shape[3];
    *like_mnist = false;
    emb_images_shape(images, shape);
    const size_t all = emb_images_count(images), count = all < LOOKED_AT ? all : LOOKED_AT;
    if (shape[0] != 1 || count == 0 || !emb_images_has_bytes(images)) return EMB_OK;
    uint8_t *pixels = emb__alloc((size_t)shape[1] * (size_t)shape[2]);
    if (!pixels) return EMB_ERR_MEMORY;
    emb_status status = EMB_OK;
    size_t other = 0;
    for (size_t i = 0; i < count && status == EMB_OK && 20 * other <= count; i++) {
        const uint32_t index = (uint32_t)(i * all / count);
        status = emb_images_fetch_bytes(images, &index, 1, pixels);
        if (status == EMB_OK) other += !emb__ink_laid(pixels, shape[1], shape[2]);
    }
    emb__free(pixels);
    *like_mnist = status == EMB_OK && 20 * other <= count;
    return status;
}

bool emb_images_like_mnist(const emb_images *images) {
    EMB__ENTER;
    bool like = false;
    emb__images_laid(images, &like);
    return like;
}
