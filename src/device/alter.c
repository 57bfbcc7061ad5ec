/* See alter.h. */
#include "device/alter.h"

#include <math.h>
#include <string.h>

bool emb__alter_any(const emb__alter *alter) { return alter->augments || alter->corrupts; }

/* Floats whose black and white nobody knows have them if they fill 0..1. */
static emb__tones tones_of(const emb_images *images, double black, double white) {
    double low = 0, high = 1;
    const bool known = !images->values || images->has_pixels;
    if (images->values) {
        black = known ? images->black : 0;
        white = known ? images->white : 1;
    }
    if (!known) emb_images_range(images, &low, &high);
    if (low < 0 || high > 1) return (emb__tones){black, white, -INFINITY, INFINITY};
    return black < white ? (emb__tones){black, white, black, white}
                         : (emb__tones){black, white, white, black};
}

emb_status emb__alter_prepare(emb__alter *alter, const emb_images *images, double black,
                              double white) {
    const int height = images->shape[1], width = images->shape[2];
    const double shift = alter->augmentation.shift;
    memcpy(alter->shape, images->shape, sizeof alter->shape);
    alter->tones = tones_of(images, black, white);
    if (alter->corrupts) emb__ziggurat_make(&alter->corruption.ziggurat);
    if (height * width == 1 && emb__augmentation_moves(&alter->augmentation)) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "augment: shift, rotate, flip and zoom are of pictures, and these are "
                         "rows of %d numbers",
                         images->shape[0]);
    }
    if (shift < height && shift < width) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT,
                     "augment: shift=%lg moves images of %dx%d out of sight; expected less than %d",
                     shift, height, width, height < width ? height : width);
}

bool emb__altering_corrupts(const emb__altering *altering) {
    return altering->alter && altering->alter->corrupts;
}

void emb__alter_target(const emb__altering *altering, size_t i, float *row, float *spare) {
    const emb__alter *alter = altering->alter;
    if (!alter || !alter->augments || altering->epoch == EMB__FIXED_EPOCH) return;
    emb__draws draws = emb__draws_of(alter->seed, EMB__FOR_AUGMENTING, altering->epoch, i);
    emb__augmentation_run(&alter->augmentation, &alter->tones, &draws, alter->shape, row, spare);
}

void emb__alter_input(const emb__altering *altering, size_t i, float *row) {
    const emb__alter *alter = altering->alter;
    if (!emb__altering_corrupts(altering)) return;
    const size_t count =
        (size_t)alter->shape[0] * (size_t)alter->shape[1] * (size_t)alter->shape[2];
    emb__draws draws = emb__draws_of(alter->seed, EMB__FOR_CORRUPTING, altering->epoch, i);
    emb__corruption_run(&alter->corruption, &alter->tones, &draws, row, count);
}
