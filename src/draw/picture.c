/* An encoded picture in memory, and the formats of pictures. */
#include <string.h>
#include <strings.h>

#include "base/entry.h"
#include "draw/pen.h"

struct emb_picture {
    char *bytes;
    size_t count;
};

static const char *const endings[] = {[EMB_PNG] = ".png",
                                      [EMB_SVG] = ".svg",
                                      [EMB_PDF] = ".pdf",
                                      [EMB_GIF] = ".gif",
                                      [EMB_APNG] = ".apng"};

emb_status emb_format_of(const char *path, emb_format *format) {
    EMB__ENTER;
    const char *slash = strrchr(path, '/');
    const char *ending = strrchr(slash ? slash : path, '.');
    for (size_t i = 0; ending && i < sizeof endings / sizeof *endings; i++) {
        if (strcasecmp(ending, endings[i]) != 0) continue;
        *format = (emb_format)i;
        return EMB_OK;
    }
    return emb__fail(EMB_ERR_ARGUMENT,
                     "%s: a picture's name ends in .png, .svg or .pdf; an animation's in .gif or "
                     ".apng",
                     path);
}

emb_picture *emb__picture_adopt(emb__text *bytes) {
    emb_picture *picture = bytes->failed ? NULL : emb__calloc(1, sizeof *picture);
    if (!picture) {
        if (bytes->failed) emb__fail(EMB_ERR_MEMORY, "out of memory while drawing a picture");
        emb__free(bytes->bytes);
        return NULL;
    }
    *picture = (emb_picture){bytes->bytes, bytes->length};
    return picture;
}

const uint8_t *emb_picture_bytes(const emb_picture *picture, size_t *count) {
    *count = picture->count;
    return (const uint8_t *)picture->bytes;
}

emb_status emb_picture_save(const emb_picture *picture, const char *path) {
    EMB__ENTER;
    if (!picture) return emb__last_status();
    return emb_file_write(path, picture->bytes, picture->count);
}

void emb_picture_free(emb_picture *picture) {
    if (!picture) return;
    emb__free(picture->bytes);
    emb__free(picture);
}
