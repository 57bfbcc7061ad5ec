/* Classes by their names: what they are called, and which other classes are called so. */
#include <stdlib.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/images.h"

const char *emb_images_class_name(const emb_images *images, int label) {
    return label >= 0 && label < images->name_count ? images->names[label] : NULL;
}

static bool is_number(const char *name) { return *name && !name[strspn(name, "0123456789")]; }

/* 07 is 7 */
static bool is_same(const char *a, const char *b) {
    if (!is_number(a) || !is_number(b)) return strcmp(a, b) == 0;
    while (*a == '0') a++;
    while (*b == '0') b++;
    return strcmp(a, b) == 0;
}

static emb_status fail(const char *name, const char *const *names, int count) {
    enum { SHOWN = 10 };
    emb__text all = {0};
    for (int i = 0; i < count && i < SHOWN; i++)
        emb__text_add(&all, "%s'%s'", i > 0 ? ", " : "", names[i]);
    if (count > SHOWN) emb__text_add(&all, ", ...");
    const emb_status status =
        emb__fail(EMB_ERR_ARGUMENT, "there is no class '%s'; expected some of %s", name,
                  all.bytes ? all.bytes : "");
    emb__free(all.bytes);
    return status;
}

static void free_names(char **names, int count) {
    for (int i = 0; names && i < count; i++) emb__free(names[i]);
    emb__free((void *)names);
}

emb_status emb_images_rename(emb_images *images, const char *const *names, int count) {
    EMB__ENTER;
    uint8_t place[EMB_MAX_CLASSES] = {0};
    if (count < 1 || count > EMB_MAX_CLASSES) {
        return emb__fail(EMB_ERR_ARGUMENT, "%d classes: expected 1 to %d", count, EMB_MAX_CLASSES);
    }
    for (int i = 0; i < images->name_count; i++) {
        int k = 0;
        while (k < count && !is_same(images->names[i], names[k])) k++;
        if (k == count) return fail(images->names[i], names, count);
        place[i] = (uint8_t)k;
    }
    if (images->name_count == 0 || !images->labels) return EMB_OK;
    char **copies = emb__calloc((size_t)count, sizeof *copies);
    bool good = copies;
    for (int k = 0; k < count && good; k++) {
        copies[k] = emb__strndup(names[k], strlen(names[k]));
        good = copies[k];
    }
    if (!good) {
        free_names(copies, count);
        return EMB_ERR_MEMORY;
    }
    for (size_t i = 0; i < images->count; i++) images->labels[i] = place[images->labels[i]];
    free_names(images->names, images->name_count);
    images->names = copies;
    images->name_count = count;
    return EMB_OK;
}
