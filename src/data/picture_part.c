/* See picture_part.h. */
#include "data/picture_part.h"

#include <string.h>

#include "base/memory.h"
#include "base/translate.h"
#include "data/image_notes.h"

enum { BAD_NOTES = 1000 /* bad files that are named */ };

static emb_status name_classes(emb_images *images, const emb__picture_set *set) {
    const char *at = set->classes;
    if (set->class_count == 0) return EMB_OK;
    images->names = emb__calloc((size_t)set->class_count, sizeof *images->names);
    if (!images->names) return EMB_ERR_MEMORY;
    for (; images->name_count < set->class_count; images->name_count++) {
        images->names[images->name_count] = emb__strndup(at, strlen(at));
        if (!images->names[images->name_count]) return EMB_ERR_MEMORY;
        at += strlen(at) + 1;
    }
    return EMB_OK;
}

static emb_status note_set(emb_images *images, const char *folder, const emb__picture_set *set) {
    emb_status status = EMB_OK;
    for (const char *line = set->notes ? set->notes : ""; *line && status == EMB_OK;) {
        const size_t length = strcspn(line, "\n");
        status = emb__images_note(images, "%s: %.*s", folder, (int)length, line);
        line += length + (line[length] == '\n');
    }
    return status;
}

static emb_status note_bad(emb_images *images, const char *folder, const emb__picture_set *set) {
    const size_t bad = emb__store_bad_count(set->store);
    emb_status status = EMB_OK;
    if (bad > 0) {
        status =
            bad == 1
                ? emb__images_note(images,
                                   "%s: %zu picture cannot be read and is left out:", folder, bad)
                : emb__images_note(
                      images, "%s: %zu pictures cannot be read and are left out:", folder, bad);
    }
    for (size_t i = 0; i < bad && i < BAD_NOTES && status == EMB_OK; i++) {
        const char *reason, *name = emb__store_bad(set->store, i, &reason);
        status = emb__images_note(images, "    %s: %s", name, reason);
    }
    if (bad > BAD_NOTES && status == EMB_OK) {
        status = emb__images_note(images, "    and %zu more", bad - BAD_NOTES);
    }
    return status;
}

static emb_status note_renewed(emb_images *images, const char *folder,
                               const emb__picture_set *set) {
    if (!set->renewed) return EMB_OK;
    return emb__images_note(images,
                            "%s: its decoded pictures in the cache were damaged, or another "
                            "version's; they are made anew",
                            folder);
}

emb_images *emb__picture_part(const emb__picture_set *set, const char *folder, emb_part part) {
    const size_t count = set->counts[part];
    const int shape[3] = {set->pictures.channels, set->pictures.height, set->pictures.width};
    size_t first = 0;
    for (int i = 0; i < (int)part; i++) first += set->counts[i];
    if (count == 0) {
        emb__fail(EMB_ERR_FORMAT, "%s: none of the pictures of this part can be read", folder);
        return NULL;
    }
    uint32_t *order = emb__calloc(count, sizeof *order);
    uint8_t *labels = set->labels ? emb__alloc(count) : NULL;
    if (!order || (set->labels && !labels)) {
        emb__free(order);
        emb__free(labels);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) order[i] = (uint32_t)(first + i);
    if (labels) memcpy(labels, set->labels + first, count);
    emb_images *images =
        emb__images_of_store(emb__store_share(set->store), order, labels, count, shape);
    if (!images) return NULL;
    images->pictures = set->pictures;
    if (name_classes(images, set) == EMB_OK &&
        (part != EMB_TRAIN || note_set(images, folder, set) == EMB_OK) &&
        note_bad(images, folder, set) == EMB_OK && note_renewed(images, folder, set) == EMB_OK) {
        return images;
    }
    emb_images_free(images);
    return NULL;
}

bool emb_images_pictures(const emb_images *images, emb_pictures *pictures) {
    *pictures = images->pictures;
    return images->pictures.channels > 0;
}

const char *emb_images_file(const emb_images *images, size_t i) {
    if (!images->store) return NULL;
    return emb__store_name(images->store, images->order ? images->order[i] : i);
}

size_t emb_images_bad_count(const emb_images *images) {
    return images->store ? emb__store_bad_count(images->store) : 0;
}

const char *emb_images_bad_file(const emb_images *images, size_t i, const char **reason) {
    return emb__store_bad(images->store, i, reason);
}
