/* See image_notes.h. */
#include "data/image_notes.h"
#include "base/translate.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

emb_status emb__images_note(emb_images *images, const char *format, ...) {
    char line[8192];
    emb__text shown = {0};
    va_list args;
    va_start(args, format);
    emb__say_list(line, sizeof line, format, args);
    va_end(args);
    emb__text_for(&shown, EMB_SHOWN, line, strlen(line));
    const size_t before = images->notes ? strlen(images->notes) : 0;
    char *notes = shown.failed ? NULL : emb__realloc(images->notes, before + shown.length + 2);
    if (notes) {
        snprintf(notes + before, shown.length + 2, "%s%s", before ? "\n" : "",
                 shown.length > 0 ? shown.bytes : "");
        images->notes = notes;
    }
    emb__free(shown.bytes);
    return notes ? EMB_OK : EMB_ERR_MEMORY;
}

const char *emb_images_notes(const emb_images *images) {
    return images->notes ? images->notes : "";
}
