/* See array_archive.h. */
#include "data/array_archive.h"

#include "base/memory.h"
#include "base/text.h"
#include "base/translate.h"
#include "codec/npz.h"
#include "data/array_images.h"
#include "data/array_names.h"
#include "data/labels.h"

/* As add_words_of in array_folder.c. */
static emb_status unpack_words(emb__npz *npz, const char *path, const char *name,
                               emb__labels *labels) {
    const char *const names[] = {name, NULL};
    const char *found = NULL;
    emb__npy npy = {0};
    void *words = NULL;
    emb_status status = emb__npz_load(npz, names, &emb__labels_any, &npy, &words, &found);
    if (status == EMB_OK && found && emb__labels_are_words(&npy)) {
        status = emb__labels_add_words(path, &npy, words, labels);
    }
    emb__free(words);
    return status;
}

/* As agrees_with. */
static emb_status unpacked_agrees(emb__npz *npz, const char *path, const char *name,
                                  const emb__npy *npy, const emb__array_pair *pairs) {
    const char *names[sizeof emb__array_parts[0] / sizeof emb__array_parts[0][0]] = {NULL},
                                                          *found = NULL;
    for (int i = 0; pairs[i].images; i++) names[i] = pairs[i].labels;
    emb__npy other = {0};
    emb_status status = emb__npz_load(npz, names, &emb__labels_any, &other, NULL, &found);
    if (status != EMB_OK || !found) return status;
    emb__text shown = {0};
    emb__text_add(&shown, "%s (%s)", path, name);
    status = shown.failed ? EMB_ERR_MEMORY : emb__labels_agree(shown.bytes, npy, found, &other);
    emb__free(shown.bytes);
    return status;
}

/* As load_labels; if the archive has no labels, labels->bytes stays NULL. */
static emb_status unpack_labels(emb__npz *npz, const char *path, const emb__array_pair *p,
                                size_t count, emb__labels *labels) {
    const emb__npy_wish own = {EMB__LABELS_WISH, emb__labels_accept, &count};
    const char *const names[] = {p->labels, NULL};
    const char *name = NULL;
    emb__npy npy = {0};
    void *numbers = NULL;
    emb_status status = emb__npz_load(npz, names, &own, &npy, &numbers, &name);
    for (int part = 0; status == EMB_OK && name && part < 3; part++) {
        status = unpacked_agrees(npz, path, name, &npy, emb__array_parts[part]);
    }
    const bool words = status == EMB_OK && name && emb__labels_are_words(&npy);
    for (size_t i = 0; words && emb__array_lists[i]; i++) {
        for (const emb__array_pair *other = emb__array_lists[i]; other->images && status == EMB_OK;
             other++) {
            status = unpack_words(npz, path, other->labels, labels);
        }
    }
    if (status == EMB_OK && name) status = emb__labels_make(path, &npy, numbers, labels);
    emb__free(numbers);
    return status;
}

static emb_images *load_pair(emb__npz *npz, const char *path, const emb__array_pair *p,
                             bool *found) {
    const char *const images[] = {p->images, NULL};
    emb__npy npy = {0};
    void *numbers = NULL;
    const char *name = NULL;
    emb__labels own = {0};
    emb_status status = emb__npz_load(npz, images, &emb__array_images_wish, &npy, NULL, &name);
    *found = status != EMB_OK || name;
    if (status != EMB_OK || !name) return NULL;
    status = unpack_labels(npz, path, p, npy.shape[0], &own);
    if (status == EMB_OK)
        status = emb__npz_load(npz, images, &emb__array_images_wish, &npy, &numbers, &name);
    if (status == EMB_OK) {
        status = emb__npz_check(npz);
        if (status != EMB_OK) emb__free(numbers);
    }
    if (status == EMB_OK) return emb__array_images(path, &npy, numbers, path, &own);
    emb__labels_free(&own);
    return NULL;
}

static emb_images *find_pair(emb__npz *npz, const char *path, emb_part part) {
    bool found = false;
    for (const emb__array_pair *const *list = emb__array_places[part]; *list; list++) {
        for (const emb__array_pair *p = *list; p->images; p++) {
            emb_images *images = load_pair(npz, path, p, &found);
            if (found) return images;
        }
    }
    emb__fail(EMB_ERR_FORMAT,
              part == EMB_TRAIN ? E_("%s: holds no array called %s or images; expected x_train and "
                                     "x_test, or train_images and test_images, or images")
                                : E_("%s: holds no array called %s; expected x_train and x_test, "
                                     "or train_images and test_images, or images"),
              path, emb__array_parts[part][0].images);
    return NULL;
}

emb_images *emb__array_archive_open(const char *path, emb_part part) {
    emb__npz *npz = emb__npz_open(path);
    emb_images *images = npz ? find_pair(npz, path, part) : NULL;
    emb__npz_close(npz);
    return images;
}
