/* An encoded picture in memory, and the formats of pictures. */
#include <string.h>
#include <strings.h>

#include "base/entry.h"
#include "draw/pen.h"

struct emb_picture {
    char *bytes;
    size_t count;
    emb_page *page; /* NULL: a file's */
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

/* What a page shows as constant is its own. */
static void *own_of(const void *lent) {
    const union {
        const void *in;
        void *out;
    } way = {lent};
    return way.out;
}

bool emb__page_add(emb_page **page, emb_page_text text) {
    emb_page *to = *page ? *page : emb__calloc(1, sizeof *to);
    if (!to) return false;
    *page = to;
    const size_t letters = strlen(text.text) + 1;
    emb_page_text *texts = emb__realloc(own_of(to->texts), (to->text_count + 1) * sizeof *texts);
    char *own = texts ? emb__alloc(letters) : NULL;
    if (texts) to->texts = texts;
    if (!own) return false;
    memcpy(own, text.text, letters);
    text.text = own;
    texts[to->text_count++] = text;
    return true;
}

void emb__page_free(emb_page *page) {
    for (size_t i = 0; page && i < page->text_count; i++) {
        emb__free(own_of(page->texts[i].text));
    }
    if (page) emb__free(own_of(page->texts));
    emb__free(page);
}

emb_picture *emb__picture_adopt(emb__text *bytes, emb_page *page) {
    emb_picture *picture = bytes->failed ? NULL : emb__calloc(1, sizeof *picture);
    if (!picture) {
        if (bytes->failed) emb__fail(EMB_ERR_MEMORY, "out of memory while drawing a picture");
        emb__free(bytes->bytes);
        emb__page_free(page);
        return NULL;
    }
    *picture = (emb_picture){bytes->bytes, bytes->length, page};
    if (page) page->rgb = (const uint8_t *)bytes->bytes;
    return picture;
}

const emb_page *emb_picture_page(const emb_picture *picture) { return picture->page; }

const uint8_t *emb_picture_bytes(const emb_picture *picture, size_t *count) {
    *count = picture->count;
    return (const uint8_t *)picture->bytes;
}

emb_status emb_picture_save(const emb_picture *picture, const char *path) {
    EMB__ENTER;
    if (!picture) return emb__last_status();
    if (picture->page) {
        return emb__fail(EMB_ERR_ARGUMENT, "%s: a picture that was made as EMB_PIXELS is no file's",
                         path);
    }
    return emb_file_write(path, picture->bytes, picture->count);
}

void emb_picture_free(emb_picture *picture) {
    if (!picture) return;
    emb__page_free(picture->page);
    emb__free(picture->bytes);
    emb__free(picture);
}
