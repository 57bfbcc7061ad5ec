/* See selection.h. */
#include "study/selection.h"

#include "data/images.h"

emb_status emb__select(const emb_images *images, const uint32_t *indices, size_t count,
                       emb__selection *selection) {
    if (!indices) count = emb_images_count(images);
    if (count == 0) return emb__fail(EMB_ERR_ARGUMENT, "no images; expected at least one");
    const emb_status status = emb__images_have(images, indices, count);
    if (status != EMB_OK) return status;
    *selection = (emb__selection){images, indices, count};
    return EMB_OK;
}

void emb__selection_row(const emb__selection *selection, size_t i, float *row) {
    const emb_images *images = selection->images;
    emb__images_row(images, selection->indices ? selection->indices[i] : i, images->black,
                    images->white, row);
}
