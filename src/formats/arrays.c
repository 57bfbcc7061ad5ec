/* See arrays.h. */
#include "formats/arrays.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "formats/file.h"
#include "formats/npz.h"

/* Names of the images, and of their labels, in the order in which they are looked for. */
typedef struct pair {
    const char *images, *labels;
} pair;

static const pair parts[2][4] = {
    [EMB_TRAIN] = {{"x_train", "y_train"},
                   {"train_images", "train_labels"},
                   {"train-images", "train-labels"},
                   {NULL, NULL}},
    [EMB_TEST] = {{"x_test", "y_test"},
                  {"test_images", "test_labels"},
                  {"test-images", "test-labels"},
                  {NULL, NULL}},
};

/* Of a data set without a test part. */
static const pair whole[] = {{"images", "labels"}, {"x", "y"},         {"X", "y"},
                             {"data", "labels"},   {"arr_0", "arr_1"}, {"codes", "labels"},
                             {NULL, NULL}};

static bool ends_with(const char *text, const char *ending) {
    const size_t length = strlen(text), tail = strlen(ending);
    return length >= tail && strcmp(text + length - tail, ending) == 0;
}

bool emb__arrays_is_file(const char *where) {
    return ends_with(where, ".npy") || emb__npz_is(where);
}

/* ---- what an array means --------------------------------------------------------------------- */

/* [N, H, W] is one channel, [N, D] is codes. */
static emb_status find_shape(const char *name, const emb__npy *npy, int shape[3]) {
    shape[0] = shape[1] = shape[2] = 1;
    if (npy->rank < 2 || npy->rank > 4) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: has %d dimension%s; expected images [N, H, W] or [N, C, H, W], or "
                         "codes [N, L]",
                         name, npy->rank, npy->rank == 1 ? "" : "s");
    }
    for (int i = 1; i < npy->rank; i++) {
        const int at = npy->rank == 2 ? 0 : 3 - npy->rank + i; /* of [N, H, W], 1 and 2 */
        if (npy->shape[i] < 1 || npy->shape[i] > EMB__MAX_SIZE) {
            return emb__fail(EMB_ERR_FORMAT, "%s: has a dimension of %zu, expected 1 to %d", name,
                             npy->shape[i], EMB__MAX_SIZE);
        }
        shape[at] = (int)npy->shape[i];
    }
    return EMB_OK;
}

static emb_status check_type(const char *name, const emb__npy *npy) {
    if (emb__npy_is_bytes(npy) || emb__npy_is_float(npy)) return EMB_OK;
    return emb__fail(EMB_ERR_FORMAT,
                     "%s: holds numbers of type %s, expected uint8 pixels or floats "
                     "(images.astype('uint8'), or images / 255 as float32)",
                     name, npy->type.name);
}

static emb_status check_finite(const char *name, const float *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) {
            return emb__fail(EMB_ERR_FORMAT, "%s: number %zu is not finite", name, i);
        }
    }
    return EMB_OK;
}

static emb_status accept_images(const char *name, const emb__npy *npy, const void *data) {
    int shape[3];
    size_t bytes;
    (void)data;
    emb_status status = check_type(name, npy);
    if (status == EMB_OK) status = find_shape(name, npy, shape);
    if (status == EMB_OK && emb__images_check(npy->shape[0], shape, &bytes) != EMB_OK) {
        status = emb__fail_prefix(EMB_ERR_FORMAT, "%s: ", name);
    }
    return status;
}

/* Of as many images as *data says. */
static emb_status accept_labels(const char *name, const emb__npy *npy, const void *data) {
    const size_t images = *(const size_t *)data;
    if (npy->rank != 1 && (npy->rank != 2 || npy->shape[1] != 1)) {
        return emb__fail(EMB_ERR_FORMAT, "%s: has %d dimensions, expected labels [N]", name,
                         npy->rank);
    }
    if (npy->count == images) return EMB_OK;
    return emb__fail(EMB_ERR_FORMAT, "%s: %zu labels, but %zu images", name, npy->count, images);
}

static const emb__npy_wish for_images = {.keep_bytes = true, .accept = accept_images};

/* Takes over numbers and labels, on failure too. */
static emb_images *make_images(const char *name, const emb__npy *npy, void *numbers,
                               uint8_t *labels, size_t label_count) {
    int shape[3];
    const bool pixels = emb__npy_is_bytes(npy);
    emb_status status = find_shape(name, npy, shape);
    if (status == EMB_OK && labels && label_count != npy->shape[0]) {
        status = emb__fail(EMB_ERR_IO, "%s: was changed while it was read", name);
    }
    if (status == EMB_OK && !pixels) status = check_finite(name, numbers, npy->count);
    if (status != EMB_OK) {
        emb__free(numbers);
        emb__free(labels);
        return NULL;
    }
    emb_images *images = emb__images_adopt(pixels ? numbers : NULL, labels, npy->shape[0], shape);
    if (images && !pixels) images->values = numbers;
    if (!images && !pixels) emb__free(numbers);
    return images;
}

/* labels[npy->count] from an array of whole numbers 0..255 that accept_labels has seen; it is
 * freed. */
static emb_status make_labels(const char *name, const emb__npy *npy, void *numbers,
                              uint8_t **labels) {
    const float *values = numbers;
    const bool bytes = emb__npy_is_bytes(npy);
    emb_status status = EMB_OK;
    uint8_t *made = emb__alloc(npy->count);
    *labels = NULL;
    if (!made) {
        emb__free(numbers);
        return EMB_ERR_MEMORY;
    }
    for (size_t i = 0; status == EMB_OK && i < npy->count; i++) {
        const float x = bytes ? (float)((const uint8_t *)numbers)[i] : values[i];
        if (x >= 0 && x <= 255 && x == floorf(x)) {
            made[i] = (uint8_t)x;
            continue;
        }
        status = emb__fail(EMB_ERR_FORMAT, "%s: label %zu is %g, expected a whole number 0 to 255",
                           name, i, (double)x);
    }
    emb__free(numbers);
    if (status == EMB_OK) {
        *labels = made;
        return EMB_OK;
    }
    emb__free(made);
    return status;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* "x.npy" and ending "-labels" to "x-labels.npy"; NULL without memory. */
static char *beside(const char *path, const char *ending) {
    emb__text text = {0};
    emb__text_bytes(&text, path, strlen(path) - 4);
    emb__text_add(&text, "%s.npy", ending);
    return text.failed ? NULL : text.bytes;
}

/* The images' header says how many labels there must be, before either is read. */
static emb_images *load_files(const char *images, const char *labels) {
    emb__npy npy = {0}, label_npy = {0};
    void *numbers = NULL, *label_numbers = NULL;
    uint8_t *own = NULL;
    const emb__npy_wish for_labels = {true, accept_labels, &npy.shape[0]};
    emb_status status = EMB_OK;
    if (labels) {
        status = emb__npy_load(images, &for_images, &npy, NULL);
        if (status == EMB_OK)
            status = emb__npy_load(labels, &for_labels, &label_npy, &label_numbers);
        if (status == EMB_OK) status = make_labels(labels, &label_npy, label_numbers, &own);
    }
    if (status == EMB_OK) status = emb__npy_load(images, &for_images, &npy, &numbers);
    if (status == EMB_OK) return make_images(images, &npy, numbers, own, label_npy.count);
    emb__free(own);
    return NULL;
}

static emb_images *open_npy(const char *path) {
    static const char *const endings[] = {"-labels", "_labels"};
    char *labels = NULL;
    for (int i = 0; i < 2 && !labels; i++) {
        labels = beside(path, endings[i]);
        if (!labels) return NULL;
        if (emb__path_look(labels) == EMB__PATH_FILE) break;
        emb__free(labels);
        labels = NULL;
    }
    emb_images *images = load_files(path, labels);
    emb__free(labels);
    return images;
}

/* folder/name.npy where it is a file; *path NULL where it is none. */
static emb_status find_array(const char *folder, const char *name, char **path) {
    emb__text file = {0};
    emb__text_add(&file, "%s.npy", name);
    char *candidate = file.failed ? NULL : emb__path_join(folder, file.bytes);
    emb__free(file.bytes);
    *path = NULL;
    if (!candidate) return EMB_ERR_MEMORY;
    if (emb__path_look(candidate) == EMB__PATH_FILE) {
        *path = candidate;
    } else {
        emb__free(candidate);
    }
    return EMB_OK;
}

static emb_images *open_pairs(const char *folder, const pair *pairs, bool *found) {
    for (; pairs->images; pairs++) {
        char *images, *labels = NULL;
        emb_status status = find_array(folder, pairs->images, &images);
        if (status == EMB_OK && images) status = find_array(folder, pairs->labels, &labels);
        *found = status != EMB_OK || images;
        emb_images *opened = status == EMB_OK && images ? load_files(images, labels) : NULL;
        emb__free(images);
        emb__free(labels);
        if (*found) return opened;
    }
    return NULL;
}

emb_images *emb__arrays_open_folder(const char *folder, emb_part part, bool *found) {
    emb_images *images = open_pairs(folder, parts[part], found);
    if (!*found) images = open_pairs(folder, whole, found);
    /* Without this part, the other one is all there is. */
    return *found ? images : open_pairs(folder, parts[1 - part], found);
}

/* ---- archives -------------------------------------------------------------------------------- */

static emb_images *load_pair(const char *path, const pair *p, bool *found) {
    const char *const images[] = {p->images, NULL}, *const labels[] = {p->labels, NULL};
    emb__npy npy = {0}, label_npy = {0};
    void *numbers = NULL, *label_numbers = NULL;
    const char *name = NULL, *label_name = NULL;
    uint8_t *own = NULL;
    const emb__npy_wish for_labels = {true, accept_labels, &npy.shape[0]};
    emb_status status = emb__npz_load(path, images, &for_images, &npy, NULL, &name);
    *found = status != EMB_OK || name;
    if (status != EMB_OK || !name) return NULL;
    status = emb__npz_load(path, labels, &for_labels, &label_npy, &label_numbers, &label_name);
    if (status == EMB_OK && label_name) status = make_labels(path, &label_npy, label_numbers, &own);
    if (status == EMB_OK) {
        status = emb__npz_load(path, images, &for_images, &npy, &numbers, &name);
    }
    if (status == EMB_OK) return make_images(path, &npy, numbers, own, label_npy.count);
    emb__free(own);
    return NULL;
}

static emb_images *open_npz(const char *path, emb_part part) {
    const pair *const lists[] = {parts[part], whole, parts[1 - part]};
    bool found = false;
    for (size_t i = 0; i < sizeof lists / sizeof(void *); i++) {
        for (const pair *p = lists[i]; p->images; p++) {
            emb_images *images = load_pair(path, p, &found);
            if (found) return images;
        }
    }
    emb__fail(EMB_ERR_FORMAT,
              "%s: holds no array called %s or %s; expected x_train and x_test, or train_images "
              "and test_images, or images",
              path, parts[part][0].images, whole[0].images);
    return NULL;
}

emb_images *emb__arrays_open_file(const char *where, emb_part part) {
    return emb__npz_is(where) ? open_npz(where, part) : open_npy(where);
}

/* ---- parts ----------------------------------------------------------------------------------- */

static bool has(const char *where, const pair *pairs) {
    const bool archive = emb__npz_is(where);
    for (; pairs->images; pairs++) {
        char *path = NULL;
        if (archive && emb__npz_has(where, pairs->images)) return true;
        if (archive) continue;
        if (find_array(where, pairs->images, &path) != EMB_OK) return false;
        emb__free(path);
        if (path) return true;
    }
    return false;
}

int emb__arrays_parts(const char *where) {
    if (ends_with(where, ".npy")) return emb__path_look(where) == EMB__PATH_FILE;
    const bool train = has(where, parts[EMB_TRAIN]), test = has(where, parts[EMB_TEST]);
    return train && test ? 2 : train || test || has(where, whole);
}
