/* emb_train_images: what training will see, without a training. */
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "device/alter.h"
#include "train/options_fill.h"

emb_status emb_train_images(const emb_images *images, const emb_train_options *options,
                            size_t epoch, const uint32_t *indices, size_t count, float *inputs,
                            float *targets) {
    EMB__ENTER;
    emb_train_options filled = {0};
    emb__alter alter;
    emb_status status = emb__options_fill(&filled, options);
    if (status == EMB_OK) status = emb__images_have(images, indices, count);
    if (status == EMB_OK) {
        status = emb__alter_read(&alter, filled.augment, filled.denoise, filled.seed);
    }
    if (status == EMB_OK) {
        status = emb__alter_prepare(&alter, images, images->black, images->white);
    }
    if (status != EMB_OK) return status;
    const size_t size = emb__images_size(images);
    float *spare = emb__calloc(size, sizeof *spare);
    const emb__altering altering = {.alter = &alter, .epoch = epoch};
    if (!spare) return EMB_ERR_MEMORY;
    for (size_t n = 0; n < count; n++) {
        const size_t i = indices ? indices[n] : n;
        float *row = inputs + n * size;
        emb__images_row(images, i, images->black, images->white, row);
        emb__alter_target(&altering, i, row, spare);
        if (targets) memcpy(targets + n * size, row, size * sizeof *row);
        emb__alter_input(&altering, i, row);
    }
    emb__free(spare);
    return emb__images_check_read(images);
}
