/* See rows.h. */
#include "core/rows.h"

enum { TOGETHER = 256 };

emb_status cli_rows(const emb_images *images, const uint32_t *indices, size_t first, size_t count,
                    float *pixels) {
    if (indices) return emb_images_fetch(images, indices + first, count, pixels, NULL);
    int shape[3];
    emb_images_shape(images, shape);
    const size_t size = (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
    uint32_t some[TOGETHER];
    emb_status status = EMB_OK;
    for (size_t done = 0; status == EMB_OK && done < count; done += TOGETHER) {
        const size_t here = count - done < TOGETHER ? count - done : TOGETHER;
        for (size_t i = 0; i < here; i++) some[i] = (uint32_t)(first + done + i);
        status = emb_images_fetch(images, some, here, pixels + done * size, NULL);
    }
    return status;
}
