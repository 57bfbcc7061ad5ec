/* Data sets made of others: one behind the other, or some of their images. See images.h. */
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/translate.h"
#include "data/images.h"

/* Copies the notes, the order of channels and the classes' names. */
static emb_status copy_words(const emb_images *from, emb_images *to) {
    if (from->notes) {
        emb__free(to->notes);
        to->notes = emb__strndup(from->notes, strlen(from->notes));
        if (!to->notes) return EMB_ERR_MEMORY;
    }
    to->channels_last = from->channels_last;
    if (!from->names || !to->labels) return EMB_OK;
    to->names = emb__calloc((size_t)from->name_count, sizeof *to->names);
    if (!to->names) return EMB_ERR_MEMORY;
    for (; to->name_count < from->name_count; to->name_count++) {
        const char *name = from->names[to->name_count];
        to->names[to->name_count] = emb__strndup(name, strlen(name));
        if (!to->names[to->name_count]) return EMB_ERR_MEMORY;
    }
    return EMB_OK;
}

/* What a data set is made of, as in emb_images; whatever is NULL is not there. */
typedef struct content {
    uint8_t *pixels, *labels;
    float *values;
    uint32_t *order;
    emb__store *store;
    bool failed; /* something that should be there is not: the error text says why */
} content;

/* A data set around content that was made from another's, with its shape, its words and the numbers
 * that its bytes stand for. Takes the content over. */
static emb_images *adopt_like(const emb_images *from, content *c, size_t count) {
    emb_images *made = c->failed ? NULL : emb__images_adopt(NULL, NULL, count, from->shape);
    if (!made) {
        emb__free(c->pixels);
        emb__free(c->labels);
        emb__free(c->values);
        emb__free(c->order);
        emb__store_release(c->store);
        return NULL;
    }
    made->pixels = c->pixels;
    made->labels = c->labels;
    made->values = c->values;
    made->order = c->order;
    made->store = c->store;
    made->has_pixels = from->has_pixels;
    made->black = from->black;
    made->white = from->white;
    made->pictures = from->pictures;
    if (copy_words(from, made) == EMB_OK) return made;
    emb_images_free(made);
    return NULL;
}

/* Room for `count` items; NULL and c->failed without memory. */
static void *room(content *c, size_t count, size_t size) {
    size_t bytes = 0;
    void *block = !c->failed && emb__mul(count, size, &bytes) ? emb__alloc(bytes) : NULL;
    if (!block) c->failed = true;
    return block;
}

/* Appends copies of images to the content, which has room for them behind `at` others: those that
 * `indices` picks, or the first `count`. */
static void append(content *c, size_t at, const emb_images *from, const uint32_t *indices,
                   size_t count) {
    const size_t size = emb__images_size(from);
    for (size_t n = 0; !c->failed && n < count; n++) {
        const size_t i = indices ? indices[n] : n;
        if (c->labels) c->labels[at + n] = from->labels[i];
        if (c->order) c->order[at + n] = from->order ? from->order[i] : (uint32_t)i;
        if (c->values) {
            memcpy(c->values + (at + n) * size, from->values + i * size, size * sizeof *c->values);
        }
        if (!c->pixels) continue;
        uint8_t *to = c->pixels + (at + n) * size;
        const uint8_t *bytes = emb__images_bytes(from, i, to);
        if (bytes != to) memcpy(to, bytes, size);
    }
    if (c->pixels && !c->failed) c->failed = emb__images_check_read(from) != EMB_OK;
}

/* Room for `count` images like those of `from`; rows of a store stay where they are. */
static content room_for(const emb_images *from, size_t count, bool labels, bool stored) {
    content c = {0};
    const size_t size = emb__images_size(from);
    if (labels) c.labels = room(&c, count, 1);
    if (from->values) {
        c.values = room(&c, count, size * sizeof *c.values);
    } else if (stored) {
        c.order = room(&c, count, sizeof *c.order);
        c.store = emb__store_share(from->store);
    } else {
        c.pixels = room(&c, count, size);
    }
    return c;
}

static bool has_names(const emb_images *images) {
    return images->store && emb__store_name(images->store, 0);
}

static void add_names(emb__text *texts, const emb_images *images) {
    for (size_t i = 0; i < images->count; i++) {
        const char *name = emb_images_file(images, i);
        emb__text_bytes(texts, name, strlen(name) + 1);
    }
}

/* Makes the pixels of images that have names, one set behind the other, rows of a store that has
 * these names and the bad files of the first. */
static void keep_names(content *c, const emb_images *a, const emb_images *b) {
    emb__text texts = {0};
    if (c->failed || !has_names(a) || !has_names(b)) return;
    add_names(&texts, a);
    add_names(&texts, b);
    const size_t bad = emb_images_bad_count(a);
    for (size_t i = 0; i < bad; i++) {
        const char *reason, *name = emb_images_bad_file(a, i, &reason);
        emb__text_bytes(&texts, name, strlen(name) + 1);
        emb__text_bytes(&texts, reason, strlen(reason) + 1);
    }
    if (texts.failed) {
        emb__free(texts.bytes);
        c->failed = true;
        return;
    }
    c->store = emb__store_new(&(emb__store_content){.memory = c->pixels,
                                                    .count = a->count + b->count,
                                                    .row = emb__images_size(a),
                                                    .texts = texts.bytes,
                                                    .texts_size = texts.length,
                                                    .bad = bad});
    c->pixels = NULL;
    c->failed = !c->store;
}

emb_images *emb_images_join(const emb_images *a, const emb_images *b) {
    EMB__ENTER;
    const int *shape = a->shape;
    const size_t count = a->count + b->count; /* each is below 2^31 */
    size_t numbers = 0;
    if (memcmp(shape, b->shape, sizeof b->shape) != 0 || !a->values != !b->values) {
        emb__fail(EMB_ERR_SHAPE, "%simages of %dx%dx%d cannot follow %simages of %dx%dx%d",
                  b->values ? _("float32 ") : "", b->shape[0], b->shape[1], b->shape[2],
                  a->values ? _("float32 ") : "", shape[0], shape[1], shape[2]);
        return NULL;
    }
    if (emb__images_check(count, shape, &numbers) != EMB_OK) return NULL;
    const bool stored = a->store && b->store && emb__store_same(a->store, b->store);
    content c = room_for(a, count, a->labels && b->labels, stored);
    append(&c, 0, a, NULL, a->count);
    append(&c, a->count, b, NULL, b->count);
    if (!stored) keep_names(&c, a, b);
    emb_images *both = adopt_like(a, &c, count);
    if (both) both->has_pixels = a->has_pixels && b->has_pixels;
    return both;
}

emb_images *emb_images_pick(const emb_images *images, const uint32_t *indices, size_t count) {
    EMB__ENTER;
    if (count == 0) {
        emb__fail(EMB_ERR_ARGUMENT, "no image is picked; expected at least one");
        return NULL;
    }
    if (emb__images_have(images, indices, count) != EMB_OK) return NULL;
    content c = room_for(images, count, images->labels, images->store);
    append(&c, 0, images, indices, count);
    emb_images *made = adopt_like(images, &c, count);
    if (made) made->drawn_from = images->drawn_from;
    return made;
}
