/* See channels.h. */
#include "data/channels.h"

#include <string.h>

#include "base/memory.h"

/* to[columns][rows] = from[rows][columns], numbers of `size` bytes. */
static void transpose(const uint8_t *from, uint8_t *to, size_t rows, size_t columns, size_t size) {
    for (size_t c = 0; c < columns; c++) {
        for (size_t r = 0; r < rows; r++, to += size) {
            memcpy(to, from + (r * columns + c) * size, size);
        }
    }
}

/* Transposes each image, [rows][columns], in place. */
static emb_status turn(emb_images *images, size_t rows, size_t columns) {
    const size_t size = images->values ? sizeof(float) : 1, bytes = rows * columns * size;
    uint8_t *at = images->values ? (uint8_t *)images->values : images->pixels;
    if (rows == 1 || columns == 1) return EMB_OK;
    if (images->store) return emb__fail(EMB_ERR_SHAPE, "pictures have their channels first");
    uint8_t *image = emb__alloc(bytes);
    if (!image) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < images->count; i++, at += bytes) {
        memcpy(image, at, bytes);
        transpose(image, at, rows, columns, size);
    }
    emb__free(image);
    return EMB_OK;
}

void emb__images_set_shape(emb_images *images, int channels, int height, int width) {
    images->has_sum = false; /* rows and columns were exchanged, or channels */
    images->shape[0] = channels;
    images->shape[1] = height;
    images->shape[2] = width;
}

emb_status emb__images_channels_first(emb_images *images) {
    const int height = images->shape[0], width = images->shape[1], channels = images->shape[2];
    emb_status status = turn(images, (size_t)height * (size_t)width, (size_t)channels);
    if (status != EMB_OK) return status;
    emb__images_set_shape(images, channels, height, width);
    images->channels_last = true;
    return EMB_OK;
}

emb_status emb__images_channels_last(emb_images *images) {
    const int channels = images->shape[0], height = images->shape[1], width = images->shape[2];
    emb_status status = turn(images, (size_t)channels, (size_t)height * (size_t)width);
    if (status != EMB_OK) return status;
    emb__images_set_shape(images, height, width, channels);
    images->channels_last = false;
    return EMB_OK;
}
