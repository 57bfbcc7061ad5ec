/* See numpy_set.h. */
#include "data/numpy_set.h"

#include <string.h>

#include "base/memory.h"
#include "base/translate.h"
#include "codec/file.h"
#include "codec/npz.h"
#include "data/array_images.h"
#include "data/set_forms.h"

/* Names of images and of their labels, in the order in which they are looked for. */
typedef struct pair {
    const char *images, *labels;
} pair;

static const pair parts[3][5] = {
    [EMB_TRAIN] = {{"x_train", "y_train"},
                   {"X_train", "y_train"},
                   {"train_images", "train_labels"},
                   {"train-images", "train-labels"},
                   {NULL, NULL}},
    [EMB_TEST] = {{"x_test", "y_test"},
                  {"X_test", "y_test"},
                  {"test_images", "test_labels"},
                  {"test-images", "test-labels"},
                  {NULL, NULL}},
    [EMB_VAL] = {{"x_val", "y_val"},
                 {"X_val", "y_val"},
                 {"val_images", "val_labels"},
                 {"val-images", "val-labels"},
                 {NULL, NULL}},
};

/* Names in a data set without a test part. */
static const pair whole[] = {{"images", "labels"}, {"x", "y"},         {"X", "y"},
                             {"data", "labels"},   {"arr_0", "arr_1"}, {"codes", "labels"},
                             {NULL, NULL}};

/* The names under which a part is looked for, NULL-ended: training images may have any of them,
 * since a lone test part is what there is to train on. */
static const pair *const places[3][4] = {
    [EMB_TRAIN] = {parts[EMB_TRAIN], whole, parts[EMB_TEST], NULL},
    [EMB_TEST] = {parts[EMB_TEST], NULL},
    [EMB_VAL] = {parts[EMB_VAL], NULL},
};

/* The names whose labels' words are numbered together, so that a word is the same number in each
 * part. */
static const pair *const all_lists[] = {parts[EMB_TRAIN], parts[EMB_TEST], parts[EMB_VAL], whole,
                                        NULL};

static bool ends_with(const char *text, const char *ending) {
    const size_t length = strlen(text), tail = strlen(ending);
    return length >= tail && strcmp(text + length - tail, ending) == 0;
}

bool emb__arrays_is_file(const char *where) {
    return ends_with(where, ".npy") || emb__npz_is(where);
}

/* ---- files ----------------------------------------------------------------------------------- */

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

/* *path = folder/name.npy if it exists, else NULL. */
static emb_status find_array(const char *folder, const char *name, char **path) {
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

static const emb__npy_wish any_labels = {EMB__LABELS_WISH, emb__labels_accept_any, NULL};

/* Labels must be words in both parts or in neither: numbers would be mixed up with those that words
 * become. */
static emb_status agree(const char *name, const emb__npy *npy, const char *other_name,
                        const emb__npy *other) {
    if (emb__labels_are_words(npy) == emb__labels_are_words(other)) return EMB_OK;
    return emb__fail(
        EMB_ERR_FORMAT,
        emb__labels_are_words(npy)
            ? E_("%s: holds words, where %s holds numbers; expected one kind of labels")
            : E_("%s: holds numbers, where %s holds words; expected one kind of labels"),
        name, other_name);
}

/* Adds the words of a folder's labels of that name, if there are any. */
static emb_status add_words_of(const char *folder, const char *name, emb__labels *labels) {
    emb__npy npy = {0};
    void *words = NULL;
    char *path = NULL;
    emb_status status = find_array(folder, name, &path);
    if (status == EMB_OK && path) status = emb__npy_load(path, &any_labels, &npy, &words);
    if (status == EMB_OK && path && emb__labels_are_words(&npy)) {
        status = emb__labels_add_words(path, &npy, words, labels);
    }
    emb__free(words);
    emb__free(path);
    return status;
}

/* Checks agree() with the first labels that a folder has under these names. */
static emb_status agrees_with(const char *path, const emb__npy *npy, const char *folder,
                              const pair *pairs) {
    emb__npy other = {0};
    char *found = NULL;
    emb_status status = EMB_OK;
    for (; pairs->images && status == EMB_OK && !found; pairs++) {
        status = find_array(folder, pairs->labels, &found);
    }
    if (status == EMB_OK && found) status = emb__npy_load(found, &any_labels, &other, NULL);
    if (status == EMB_OK && found) status = agree(path, npy, found, &other);
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
        status = agrees_with(path, &npy, folder, parts[part]);
    }
    const bool words = status == EMB_OK && folder && emb__labels_are_words(&npy);
    for (size_t i = 0; words && all_lists[i]; i++) {
        for (const pair *p = all_lists[i]; p->images && status == EMB_OK; p++) {
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

static emb_images *open_npy(const char *path) {
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

static emb_images *open_pairs(const char *folder, const pair *pairs, bool *found) {
    for (; pairs->images; pairs++) {
        char *images, *labels = NULL;
        emb_status status = find_array(folder, pairs->images, &images);
        if (status == EMB_OK && images) status = find_array(folder, pairs->labels, &labels);
        *found = status != EMB_OK || images;
        emb_images *opened = status == EMB_OK && images ? load_files(images, labels, folder) : NULL;
        emb__free(images);
        emb__free(labels);
        if (*found) return opened;
    }
    return NULL;
}

emb_images *emb__arrays_open_folder(const char *folder, emb_part part, bool *found) {
    emb_images *images = NULL;
    *found = false;
    for (const pair *const *list = places[part]; *list && !*found; list++) {
        images = open_pairs(folder, *list, found);
    }
    return images;
}

/* ---- archives -------------------------------------------------------------------------------- */

/* As add_words_of. */
static emb_status unpack_words(emb__npz *npz, const char *path, const char *name,
                               emb__labels *labels) {
    const char *const names[] = {name, NULL};
    const char *found = NULL;
    emb__npy npy = {0};
    void *words = NULL;
    emb_status status = emb__npz_load(npz, names, &any_labels, &npy, &words, &found);
    if (status == EMB_OK && found && emb__labels_are_words(&npy)) {
        status = emb__labels_add_words(path, &npy, words, labels);
    }
    emb__free(words);
    return status;
}

/* As agrees_with. */
static emb_status unpacked_agrees(emb__npz *npz, const char *path, const char *name,
                                  const emb__npy *npy, const pair *pairs) {
    const char *names[sizeof parts[0] / sizeof parts[0][0]] = {NULL}, *found = NULL;
    for (int i = 0; pairs[i].images; i++) names[i] = pairs[i].labels;
    emb__npy other = {0};
    emb_status status = emb__npz_load(npz, names, &any_labels, &other, NULL, &found);
    if (status != EMB_OK || !found) return status;
    emb__text shown = {0};
    emb__text_add(&shown, "%s (%s)", path, name);
    status = shown.failed ? EMB_ERR_MEMORY : agree(shown.bytes, npy, found, &other);
    emb__free(shown.bytes);
    return status;
}

/* As load_labels; if the archive has no labels, labels->bytes stays NULL. */
static emb_status unpack_labels(emb__npz *npz, const char *path, const pair *p, size_t count,
                                emb__labels *labels) {
    const emb__npy_wish own = {EMB__LABELS_WISH, emb__labels_accept, &count};
    const char *const names[] = {p->labels, NULL};
    const char *name = NULL;
    emb__npy npy = {0};
    void *numbers = NULL;
    emb_status status = emb__npz_load(npz, names, &own, &npy, &numbers, &name);
    for (int part = 0; status == EMB_OK && name && part < 3; part++) {
        status = unpacked_agrees(npz, path, name, &npy, parts[part]);
    }
    const bool words = status == EMB_OK && name && emb__labels_are_words(&npy);
    for (size_t i = 0; words && all_lists[i]; i++) {
        for (const pair *other = all_lists[i]; other->images && status == EMB_OK; other++) {
            status = unpack_words(npz, path, other->labels, labels);
        }
    }
    if (status == EMB_OK && name) status = emb__labels_make(path, &npy, numbers, labels);
    emb__free(numbers);
    return status;
}

static emb_images *load_pair(emb__npz *npz, const char *path, const pair *p, bool *found) {
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
    for (const pair *const *list = places[part]; *list; list++) {
        for (const pair *p = *list; p->images; p++) {
            emb_images *images = load_pair(npz, path, p, &found);
            if (found) return images;
        }
    }
    emb__fail(EMB_ERR_FORMAT,
              part == EMB_TRAIN ? E_("%s: holds no array called %s or images; expected x_train and "
                                     "x_test, or train_images and test_images, or images")
                                : E_("%s: holds no array called %s; expected x_train and x_test, "
                                     "or train_images and test_images, or images"),
              path, parts[part][0].images);
    return NULL;
}

static emb_images *open_npz(const char *path, emb_part part) {
    emb__npz *npz = emb__npz_open(path);
    emb_images *images = npz ? find_pair(npz, path, part) : NULL;
    emb__npz_close(npz);
    return images;
}

emb_images *emb__arrays_open_file(const char *where, emb_part part) {
    return emb__npz_is(where) ? open_npz(where, part) : open_npy(where);
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* 1 or 0; -1 with the error text set if it could not be found out: which images are trained on
 * depends on it. */
static int has(const char *where, emb__npz *npz, const pair *pairs) {
    for (; pairs->images; pairs++) {
        char *path = NULL;
        emb__file file = {.fd = -1};
        if (npz) {
            const char *const names[] = {pairs->images, NULL};
            const char *found;
            emb__npy npy;
            const emb__npy_wish any = {0};
            if (emb__npz_load(npz, names, &any, &npy, NULL, &found) != EMB_OK) return -1;
            if (found) return 1;
            continue;
        }
        emb_status status = find_array(where, pairs->images, &path);
        const bool there = path;
        if (status == EMB_OK && there) status = emb__file_open(&file, path);
        emb__file_close(&file);
        emb__free(path);
        if (status != EMB_OK) return -1;
        if (there) return 1;
    }
    return 0;
}

static int has_part(const char *where, emb__npz *npz, emb_part part) {
    const int own = has(where, npz, parts[part]);
    return own != 0 || part != EMB_TRAIN ? own : has(where, npz, whole);
}

int emb__arrays_has(const char *where, emb_part part) {
    if (ends_with(where, ".npy")) return part == EMB_TRAIN ? emb__arrays_parts(where) : 0;
    emb__npz *npz = emb__npz_is(where) ? emb__npz_open(where) : NULL;
    const int there = !npz && emb__npz_is(where) ? -1 : has_part(where, npz, part);
    emb__npz_close(npz);
    return there;
}

int emb__arrays_parts(const char *where) {
    if (ends_with(where, ".npy")) return emb__path_look(where) == EMB__PATH_FILE;
    emb__npz *npz = emb__npz_is(where) ? emb__npz_open(where) : NULL;
    const bool closed = !npz && emb__npz_is(where);
    const int train = closed ? -1 : has_part(where, npz, EMB_TRAIN);
    const int test = closed || train < 0 ? -1 : has_part(where, npz, EMB_TEST);
    emb__npz_close(npz);
    return test < 0 ? -1 : train && test ? 2 : train || test;
}

/* ---- as forms of data sets ------------------------------------------------------------------- */

static int file_claims(const char *where) { return emb__arrays_is_file(where); }
static int has_val(const char *where) { return emb__arrays_has(where, EMB_VAL); }

static emb_images *open_folder(const char *where, emb_part part) {
    bool found = false;
    emb_images *images = emb__arrays_open_folder(where, part, &found);
    if (!found) emb__fail(EMB_ERR_IO, "%s: %s is gone", where, parts[part][0].images);
    return images;
}

static emb_images *file_open(const char *where, emb_part part, const emb_open_options *options) {
    (void)options;
    if (emb__path_look(where) == EMB__PATH_FOLDER) return open_folder(where, part);
    return emb__arrays_open_file(where, part);
}

static int folder_claims(const char *where) {
    emb__path_kind kind;
    if (emb__path_find(where, &kind) != EMB_OK) return -1;
    return kind == EMB__PATH_FOLDER ? emb__arrays_parts(where) : 0;
}

static emb_images *folder_open(const char *where, emb_part part, const emb_open_options *options) {
    (void)options;
    return open_folder(where, part);
}

const emb__set_form emb__array_file_form = {
    .claims = file_claims, .parts = emb__arrays_parts, .has_val = has_val, .open = file_open};
const emb__set_form emb__array_folder_form = {
    .claims = folder_claims, .parts = emb__arrays_parts, .has_val = has_val, .open = folder_open};
