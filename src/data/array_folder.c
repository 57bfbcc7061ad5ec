/* See array_folder.h. */
#include "data/array_folder.h"

#include <string.h>

#include "base/memory.h"
#include "codec/file.h"
#include "data/array_images.h"
#include "data/array_names.h"
#include "data/labels.h"

/* "x.npy" and ending "-labels" to "x-labels.npy"; NULL without memory. */
static char *beside(const char *path, const char *ending) {
    emb__text text = {0};
    emb__text_bytes(&text, path, strlen(path) - 4);
    emb__text_add(&text, "%s.npy", ending);
    return text.failed ? NULL : text.bytes;
}

/* Whether there is such a file. A FIFO or a link that leads nowhere counts, too: the user means it,
 * and opening it says what it is. */
static emb_status is_there(const char *path, bool *there) {
    emb__path_kind kind;
    const emb_status status = emb__path_find(path, &kind);
    *there = status == EMB_OK && kind != EMB__PATH_NONE && kind != EMB__PATH_FOLDER;
    return status;
}

emb_status emb__array_find(const char *folder, const char *name, char **path) {
    emb__text file = {0};
    emb__text_add(&file, "%s.npy", name);
    char *candidate = file.failed ? NULL : emb__path_join(folder, file.bytes);
    emb__free(file.bytes);
    *path = NULL;
    if (!candidate) return EMB_ERR_MEMORY;
    bool there;
    const emb_status status = is_there(candidate, &there);
    if (there) {
        *path = candidate;
    } else {
        emb__free(candidate);
    }
    return status;
}

/* Adds the words of a folder's labels of that name, if there are any. */
static emb_status add_words_of(const char *folder, const char *name, emb__labels *labels) {
    emb__npy npy = {0};
    void *words = NULL;
    char *path = NULL;
    emb_status status = emb__array_find(folder, name, &path);
    if (status == EMB_OK && path) status = emb__npy_load(path, &emb__labels_any, &npy, &words);
    if (status == EMB_OK && path && emb__labels_are_words(&npy)) {
        status = emb__labels_add_words(path, &npy, words, labels);
    }
    emb__free(words);
    emb__free(path);
    return status;
}

/* Checks emb__labels_agree() with the first labels that a folder has under these names. */
static emb_status agrees_with(const char *path, const emb__npy *npy, const char *folder,
                              const emb__array_pair *pairs) {
    emb__npy other = {0};
    char *found = NULL;
    emb_status status = EMB_OK;
    for (; pairs->images && status == EMB_OK && !found; pairs++) {
        status = emb__array_find(folder, pairs->labels, &found);
    }
    if (status == EMB_OK && found) status = emb__npy_load(found, &emb__labels_any, &other, NULL);
    if (status == EMB_OK && found) status = emb__labels_agree(path, npy, found, &other);
    emb__free(found);
    return status;
}

/* The labels of `count` images. If they are words, the words of all parts in the folder (NULL:
 * there are none) are added, too. */
static emb_status load_labels(const char *path, const char *folder, size_t count,
                              emb__labels *labels) {
    const emb__npy_wish own = {EMB__LABELS_WISH, emb__labels_accept, &count};
    emb__npy npy = {0};
    void *numbers = NULL;
    emb_status status = emb__npy_load(path, &own, &npy, &numbers);
    for (int part = 0; status == EMB_OK && folder && part < 3; part++) {
        status = agrees_with(path, &npy, folder, emb__array_parts[part]);
    }
    const bool words = status == EMB_OK && folder && emb__labels_are_words(&npy);
    for (size_t i = 0; words && emb__array_lists[i]; i++) {
        for (const emb__array_pair *p = emb__array_lists[i]; p->images && status == EMB_OK; p++) {
            status = add_words_of(folder, p->labels, labels);
        }
    }
    if (status == EMB_OK) status = emb__labels_make(path, &npy, numbers, labels);
    emb__free(numbers);
    return status;
}

/* The images' header says how many labels there must be, before either file is read. */
static emb_images *load_files(const char *images, const char *labels, const char *folder) {
    emb__npy npy = {0};
    void *numbers = NULL;
    emb__labels own = {0};
    emb__file file;
    emb_status status = emb__file_open(&file, images);
    if (status == EMB_OK && labels) {
        status = emb__npy_load_open(&file, &emb__array_images_wish, &npy, NULL);
        if (status == EMB_OK) status = load_labels(labels, folder, npy.shape[0], &own);
    }
    if (status == EMB_OK)
        status = emb__npy_load_open(&file, &emb__array_images_wish, &npy, &numbers);
    emb__file_close(&file);
    if (status == EMB_OK) return emb__array_images(images, &npy, numbers, labels, &own);
    emb__labels_free(&own);
    return NULL;
}

emb_images *emb__array_file_open(const char *path) {
    static const char *const endings[] = {"-labels", "_labels"};
    char *labels = NULL;
    for (int i = 0; i < 2 && !labels; i++) {
        labels = beside(path, endings[i]);
        if (!labels) return NULL;
        bool there;
        const emb_status status = is_there(labels, &there);
        if (there) break;
        emb__free(labels);
        labels = NULL;
        if (status != EMB_OK) return NULL;
    }
    emb_images *images = load_files(path, labels, NULL);
    emb__free(labels);
    return images;
}

static emb_images *open_pairs(const char *folder, const emb__array_pair *pairs, bool *found) {
    for (; pairs->images; pairs++) {
        char *images, *labels = NULL;
        emb_status status = emb__array_find(folder, pairs->images, &images);
        if (status == EMB_OK && images) status = emb__array_find(folder, pairs->labels, &labels);
        *found = status != EMB_OK || images;
        emb_images *opened = status == EMB_OK && images ? load_files(images, labels, folder) : NULL;
        emb__free(images);
        emb__free(labels);
        if (*found) return opened;
    }
    return NULL;
}

emb_images *emb__array_folder_open(const char *folder, emb_part part, bool *found) {
    emb_images *images = NULL;
    *found = false;
    for (const emb__array_pair *const *list = emb__array_places[part]; *list && !*found; list++) {
        images = open_pairs(folder, *list, found);
    }
    return images;
}
