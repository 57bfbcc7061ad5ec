/* A line that identifies a data set: emb_images_fingerprint in embudo/data.h. */

#include <stdio.h>
#include <zlib.h>

#include "base/entry.h"
#include "data/images.h"

static unsigned long sum_of(const void *bytes, size_t count) {
    return crc32_z(crc32_z(0, NULL, 0), bytes, count);
}

const char *emb_images_fingerprint(const emb_images *images, char text[EMB_FINGERPRINT]) {
    EMB__ENTER;
    const size_t numbers = images->count * (size_t)images->shape[0] * (size_t)images->shape[1] *
                           (size_t)images->shape[2];
    const bool bytes = images->pixels != NULL;
    const unsigned long sum = bytes ? sum_of(images->pixels, numbers)
                                    : sum_of(images->values, numbers * sizeof *images->values);
    int length = snprintf(text, EMB_FINGERPRINT, "%zu images of %dx%dx%d, %s, %08lx; labels ",
                          images->count, images->shape[0], images->shape[1], images->shape[2],
                          bytes ? "uint8" : "float32", sum);
    if (length < 0 || length >= EMB_FINGERPRINT) return text;
    const size_t room = EMB_FINGERPRINT - (size_t)length;
    if (images->labels)
        snprintf(text + length, room, "%08lx", sum_of(images->labels, images->count));
    if (!images->labels) snprintf(text + length, room, "none");
    return text;
}
