/* Recognises picture files by their content. See picture_formats.h. */
#include "codec/picture_formats.h"

#include <string.h>

#include "base/memory.h"
#include "codec/file.h"

static const struct {
    const char *begins;
    size_t length;
    emb_status (*read)(const emb__picture_file *file, emb__fit *fit);
} formats[] = {
    {"\x89PNG\r\n\x1a\n", 8, emb__png_read},
    {"\xff\xd8\xff", 3, emb__jpeg_read},
    {"P2", 2, emb__pnm_read},
    {"P3", 2, emb__pnm_read},
    {"P5", 2, emb__pnm_read},
    {"P6", 2, emb__pnm_read},
};

emb_status emb__picture_decode(const emb__picture_file *file, emb__fit *fit) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        const size_t length = formats[i].length;
        if (file->count >= length && memcmp(file->bytes, formats[i].begins, length) == 0) {
            return formats[i].read(file, fit);
        }
    }
    return emb__fail(EMB_ERR_FORMAT, "%s: is not a picture: expected PNG, JPEG, PGM or PPM",
                     file->path);
}

emb_status emb__picture_read(const char *path, emb__fit *fit) {
    uint8_t *bytes;
    size_t count;
    emb_status status = emb__file_load(path, EMB__MAX_PICTURE_BYTES, &bytes, &count);
    if (status != EMB_OK) return status;
    status = emb__picture_decode(&(emb__picture_file){path, bytes, count}, fit);
    emb__free(bytes);
    return status;
}
