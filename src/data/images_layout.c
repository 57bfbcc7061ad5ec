/* How a set's images lie in their squares: emb_images_like_mnist in embudo/data.h. */
#include "base/entry.h"
#include "base/memory.h"
#include "codec/ink.h"
#include "data/images.h"

enum { LOOKED_AT = 1000 };

bool emb_images_like_mnist(const emb_images *images) {
    EMB__ENTER;
    int shape[3];
    emb_images_shape(images, shape);
    const size_t all = emb_images_count(images), count = all < LOOKED_AT ? all : LOOKED_AT;
    if (shape[0] != 1 || count == 0 || !emb_images_has_bytes(images)) return false;
    uint8_t *pixels = emb__alloc((size_t)shape[1] * (size_t)shape[2]);
    size_t laid = 0, looked = 0;
    for (; pixels && looked < count; looked++) {
        const uint32_t index = (uint32_t)(looked * all / count);
        if (emb_images_fetch_bytes(images, &index, 1, pixels) != EMB_OK) break;
        laid += emb__ink_laid(pixels, shape[1], shape[2]);
    }
    emb__free(pixels);
    return looked == count && 20 * laid >= 19 * count;
}
