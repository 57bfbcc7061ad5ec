/* A line that identifies a data set: emb_images_fingerprint in embudo/data.h. */

#include <stdio.h>

#include "base/entry.h"
#include "base/memory.h"
#include "codec/crc.h"
#include "data/images.h"

/* The sum of all images' numbers; without memory for one that is read, of those in memory: none. */
static uint32_t sum_of_images(const emb_images *images) {
    const size_t size = emb__images_size(images);
    if (images->has_sum) return images->sum;
    if (images->values) return emb__crc(0, images->values, images->count * size * sizeof(float));
    if (images->pixels) return emb__crc(0, images->pixels, images->count * size);
    bool good = true;
    uint8_t *scratch = emb__images_scratch(images, &good);
    uint32_t sum = 0;
    for (size_t i = 0; good && i < images->count; i++) {
        sum = emb__crc(sum, emb__images_bytes(images, i, scratch), size);
    }
    emb__free(scratch);
    return sum;
}

const char *emb_images_fingerprint(const emb_images *images, char text[EMB_FINGERPRINT]) {
    EMB__ENTER;
    const int own[3] = {images->rows, 1, 1};
    const int *s = images->rows ? own : images->shape; /* whatever size was asked for */
    int length = snprintf(text, EMB_FINGERPRINT, "%zu images of %dx%dx%d, %s, %08lx; labels ",
                          images->count, s[0], s[1], s[2], images->values ? "float32" : "uint8",
                          (unsigned long)sum_of_images(images));
    if (length < 0 || length >= EMB_FINGERPRINT) return text;
    const size_t room = EMB_FINGERPRINT - (size_t)length;
    if (images->labels)
        snprintf(text + length, room, "%08lx",
                 (unsigned long)emb__crc(0, images->labels, images->count));
    if (!images->labels) snprintf(text + length, room, "none");
    return text;
}
