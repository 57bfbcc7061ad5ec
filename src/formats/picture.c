/* Pictures' files by what they are, and images made of them. See picture.h and emb_images_read in
 * embudo.h. */
#include "formats/picture.h"

#include <string.h>

#include "base/memory.h"
#include "engine/images.h"
#include "formats/file.h"

static const struct {
    const char *begins;
    size_t length;
    emb_status (*read)(const emb__picture_file *file, emb__picture *picture);
} formats[] = {
    {"\x89PNG\r\n\x1a\n", 8, emb__png_read},
    {"\xff\xd8\xff", 3, emb__jpeg_read},
    {"P2", 2, emb__pnm_read},
    {"P3", 2, emb__pnm_read},
    {"P5", 2, emb__pnm_read},
    {"P6", 2, emb__pnm_read},
};

emb_status emb__picture_size(const emb__picture_file *file, emb__picture *picture, int channels,
                             size_t height, size_t width, uint64_t most) {
    size_t pixels = 0;
    if (height < 1 || width < 1) {
        return emb__fail(EMB_ERR_FORMAT, "%s: is a picture of %zu x %zu pixels", file->path, width,
                         height);
    }
    if (!emb__mul(height, width, &pixels) || pixels > EMB__MAX_PICTURE_PIXELS) {
        return emb__fail(EMB_ERR_FORMAT, "%s: announces %zu x %zu pixels, expected at most %d",
                         file->path, width, height, EMB__MAX_PICTURE_PIXELS);
    }
    if (pixels > most) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: announces %zu x %zu pixels, more than its %zu bytes can hold",
                         file->path, width, height, file->count);
    }
    picture->channels = channels;
    picture->height = height;
    picture->width = width;
    return EMB_OK;
}

emb_status emb__picture_rows(const emb__picture_file *file, emb__picture *picture, size_t rows,
                             size_t *room) {
    enum { FIRST = 1 << 18 }; /* bytes; a picture of this size is not worth a second thought */
    const size_t row_bytes = picture->width * (size_t)picture->channels;
    if (rows <= *room) return EMB_OK;
    size_t grown = *room ? 2 * rows : rows;
    if (grown < FIRST / row_bytes) grown = FIRST / row_bytes;
    if (grown > picture->height) grown = picture->height;
    uint8_t *pixels = emb__realloc(picture->pixels, grown * row_bytes);
    if (!pixels) {
        return emb__fail(EMB_ERR_MEMORY, "%s: out of memory for %zu x %zu pixels", file->path,
                         picture->width, picture->height);
    }
    picture->pixels = pixels;
    *room = grown;
    return EMB_OK;
}

static emb_status read_bytes(const emb__picture_file *file, emb__picture *picture) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        const size_t length = formats[i].length;
        if (file->count >= length && memcmp(file->bytes, formats[i].begins, length) == 0) {
            return formats[i].read(file, picture);
        }
    }
    return emb__fail(EMB_ERR_FORMAT, "%s: is no picture: expected PNG, JPEG, PGM or PPM",
                     file->path);
}

emb_status emb__picture_decode(const emb__picture_file *file, emb__picture *picture) {
    *picture = (emb__picture){0};
    emb_status status = read_bytes(file, picture);
    if (status != EMB_OK) emb__picture_free(picture);
    return status;
}

emb_status emb__picture_read(const char *path, emb__picture *picture) {
    uint8_t *bytes;
    size_t count;
    *picture = (emb__picture){0};
    emb_status status = emb__file_load(path, EMB__MAX_PICTURE_BYTES, &bytes, &count);
    if (status != EMB_OK) return status;
    status = emb__picture_decode(&(emb__picture_file){path, bytes, count}, picture);
    emb__free(bytes);
    return status;
}

void emb__picture_free(emb__picture *picture) {
    emb__free(picture->pixels);
    *picture = (emb__picture){0};
}

/* ---- images for a network -------------------------------------------------------------------- */

/* pixels[C][H][W] = the file at `path`. */
static emb_status read_one(const char *path, const int shape[3], bool invert, uint8_t *pixels,
                           emb_image_source *source) {
    emb__picture picture;
    emb_status status = emb__picture_read(path, &picture);
    if (status != EMB_OK) return status;
    status = emb__picture_fit(&picture, shape, pixels);
    const size_t count = (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
    for (size_t i = 0; invert && i < count; i++) pixels[i] = (uint8_t)(255 - pixels[i]);
    if (source) {
        *source = (emb_image_source){.channels = picture.channels,
                                     .height = picture.height,
                                     .width = picture.width,
                                     .coloured = emb__picture_coloured(&picture)};
    }
    emb__picture_free(&picture);
    return status == EMB_OK ? status : emb__fail_prefix(status, "%s: ", path);
}

emb_images *emb_images_read(const char *const *paths, size_t count, const int shape[3],
                            const emb_read_options *options, emb_image_source *sources) {
    size_t bytes = 0;
    if (shape[0] != 1 && shape[0] != 3) {
        emb__fail(EMB_ERR_SHAPE,
                  "pictures have 1 or 3 channels, but images of %d x %d x %d are wanted", shape[0],
                  shape[1], shape[2]);
        return NULL;
    }
    if (emb__images_check(count, shape, &bytes) != EMB_OK) return NULL;
    uint8_t *pixels = emb__alloc(bytes);
    if (!pixels) return NULL;
    for (size_t i = 0; i < count; i++) {
        if (read_one(paths[i], shape, options && options->invert, pixels + i * (bytes / count),
                     sources ? &sources[i] : NULL) != EMB_OK) {
            emb__free(pixels);
            return NULL;
        }
    }
    return emb__images_adopt(pixels, NULL, count, shape);
}
