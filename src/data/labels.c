/* See labels.h. */
#include "data/labels.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/translate.h"
#include "data/image_notes.h"

void emb__labels_free(emb__labels *labels) {
    for (int i = 0; i < labels->name_count; i++) emb__free(labels->names[i]);
    emb__free(labels->names);
    emb__free(labels->bytes);
    *labels = (emb__labels){0};
}

/* ---- shapes ---------------------------------------------------------------------------------- */

/* Columns of one-hot rows; 0 if there is one label for each image. */
static size_t columns_of(const emb__npy *npy) {
    return npy->rank == 2 && npy->shape[1] > 1 ? npy->shape[1] : 0;
}

emb_status emb__labels_accept_any(const char *name, const emb__npy *npy, const void *data) {
    const size_t columns = columns_of(npy);
    (void)data;
    if (npy->rank < 1 || npy->rank > 2 || (npy->rank == 2 && npy->shape[1] == 0)) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: has %d dimensions, expected labels [N], or one-hot rows [N, classes]",
                         name, npy->rank);
    }
    if (columns > EMB_MAX_CLASSES) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: has rows of %zu; expected labels [N], or one-hot rows of at most %d "
                         "classes",
                         name, columns, EMB_MAX_CLASSES);
    }
    if (columns > 0 && emb__labels_are_words(npy)) {
        return emb__fail(EMB_ERR_FORMAT, "%s: has rows of %zu words, expected one for each image",
                         name, columns);
    }
    return EMB_OK;
}

emb_status emb__labels_accept(const char *name, const emb__npy *npy, const void *data) {
    const size_t images = *(const size_t *)data;
    emb_status status = emb__labels_accept_any(name, npy, NULL);
    if (status != EMB_OK || npy->shape[0] == images) return status;
    return emb__fail(EMB_ERR_FORMAT, "%s: %zu labels, but %zu images", name, npy->shape[0], images);
}

/* ---- numbers --------------------------------------------------------------------------------- */

static float number_at(const emb__npy *npy, const void *numbers, size_t i) {
    if (emb__npy_is_bool(npy)) return ((const uint8_t *)numbers)[i] != 0;
    if (emb__npy_is_bytes(npy)) return ((const uint8_t *)numbers)[i];
    return ((const float *)numbers)[i];
}

static emb_status refuse_number(const char *name, size_t i, float x) {
    if (x > EMB_MAX_CLASSES - 1 && x == floorf(x)) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: label %zu is %.9g; the largest label is %d: number the classes 0, 1, "
                         "2, ... (numpy.unique(labels, return_inverse=True)[1])",
                         name, i, (double)x, EMB_MAX_CLASSES - 1);
    }
    return emb__fail(EMB_ERR_FORMAT,
                     isnan(x) ? E_("%s: label %zu is not a number, %.9g, expected a whole number "
                                   "0 to %d")
                              : E_("%s: label %zu is %.9g, expected a whole number 0 to %d"),
                     name, i, (double)x, EMB_MAX_CLASSES - 1);
}

static emb_status from_numbers(const char *name, const emb__npy *npy, const void *numbers,
                               uint8_t *bytes) {
    for (size_t i = 0; i < npy->shape[0]; i++) {
        const float x = number_at(npy, numbers, i);
        if (!(x >= 0 && x < EMB_MAX_CLASSES && x == floorf(x))) return refuse_number(name, i, x);
        bytes[i] = (uint8_t)x;
    }
    return EMB_OK;
}

static emb_status from_rows(const char *name, const emb__npy *npy, const void *numbers,
                            uint8_t *bytes) {
    const size_t columns = columns_of(npy);
    for (size_t i = 0; i < npy->shape[0]; i++) {
        size_t ones = 0, zeros = 0;
        for (size_t k = 0; k < columns; k++) {
            const float x = number_at(npy, numbers, i * columns + k);
            if (x == 1) bytes[i] = (uint8_t)k;
            ones += x == 1;
            zeros += x == 0;
        }
        if (ones == 1 && zeros == columns - 1) continue;
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: row %zu of %zu numbers is not one-hot: expected one 1 and zeros",
                         name, i, columns);
    }
    return EMB_OK;
}

/* ---- words ----------------------------------------------------------------------------------- */

bool emb__labels_are_words(const emb__npy *npy) { return emb__npy_letters(npy) > 0; }

const emb__npy_wish emb__labels_any = {EMB__LABELS_WISH, emb__labels_accept_any, NULL};

emb_status emb__labels_agree(const char *name, const emb__npy *npy, const char *other_name,
                             const emb__npy *other) {
    if (emb__labels_are_words(npy) == emb__labels_are_words(other)) return EMB_OK;
    return emb__fail(
        EMB_ERR_FORMAT,
        emb__labels_are_words(npy)
            ? E_("%s: holds words, where %s holds numbers; expected one kind of labels")
            : E_("%s: holds numbers, where %s holds words; expected one kind of labels"),
        name, other_name);
}

static uint32_t code_point(const uint8_t *at, bool swapped) {
    uint32_t x;
    memcpy(&x, at, sizeof x);
    return swapped ? __builtin_bswap32(x) : x;
}

/* Writes a code point as UTF-8 into `out` and returns its length; 0 if it is not a code point. */
static size_t utf8(uint32_t x, char out[4]) {
    if (x > 0x10FFFF || (x >= 0xD800 && x < 0xE000)) return 0;
    const size_t length = x < 0x80 ? 1 : x < 0x800 ? 2 : x < 0x10000 ? 3 : 4;
    static const uint8_t first[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length; i-- > 1; x >>= 6) out[i] = (char)(0x80 | (x & 0x3F));
    out[0] = (char)(first[length] | x);
    return length;
}

enum { WORD = 4 * EMB__NPY_MOST_LETTERS + 1 };

/* Word i without its padding of NULs. */
static emb_status read_word(const char *name, const emb__npy *npy, const void *words, size_t i,
                            char word[WORD]) {
    const bool wide = npy->type.name[0] == 'U';
    const size_t each = wide ? 4 : 1;
    const uint8_t *at = (const uint8_t *)words + i * npy->type.size;
    size_t letters = emb__npy_letters(npy), length = 0;
    while (letters > 0 && memcmp(at + (letters - 1) * each, "\0\0\0", each) == 0) letters--;
    for (size_t k = 0; k < letters; k++) {
        const uint32_t x = wide ? code_point(at + k * each, npy->swapped) : at[k];
        word[length] = (char)x;
        const size_t here = wide ? utf8(x, word + length) : 1;
        if (x == 0 || here == 0) {
            return emb__fail(EMB_ERR_FORMAT, "%s: label %zu is not text: its letter %zu is U+%04X",
                             name, i, k, (unsigned)x);
        }
        length += here;
    }
    word[length] = '\0';
    return EMB_OK;
}

/* The word's place among the names, or the place where it would go. */
static int place_of(const emb__labels *labels, const char *word, bool *there) {
    int from = 0, to = labels->name_count;
    while (from < to) {
        const int middle = (from + to) / 2;
        if (strcmp(labels->names[middle], word) < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    *there = from < labels->name_count && strcmp(labels->names[from], word) == 0;
    return from;
}

static emb_status add_word(const char *name, const char *word, emb__labels *labels) {
    bool there;
    const int place = place_of(labels, word, &there);
    if (there) return EMB_OK;
    if (labels->name_count == EMB_MAX_CLASSES) {
        return emb__fail(EMB_ERR_FORMAT, "%s: has more than %d different labels", name,
                         EMB_MAX_CLASSES);
    }
    if (!labels->names) labels->names = emb__calloc(EMB_MAX_CLASSES, sizeof *labels->names);
    char *copy = labels->names ? emb__strndup(word, strlen(word)) : NULL;
    if (!copy) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", name);
    memmove(labels->names + place + 1, labels->names + place,
            (size_t)(labels->name_count - place) * sizeof *labels->names);
    labels->names[place] = copy;
    labels->name_count++;
    return EMB_OK;
}

emb_status emb__labels_add_words(const char *name, const emb__npy *npy, const void *words,
                                 emb__labels *labels) {
    char word[WORD];
    emb_status status = EMB_OK;
    for (size_t i = 0; i < npy->shape[0] && status == EMB_OK; i++) {
        status = read_word(name, npy, words, i, word);
        if (status == EMB_OK) status = add_word(name, word, labels);
    }
    return status;
}

static emb_status from_words(const char *name, const emb__npy *npy, const void *words,
                             const emb__labels *labels, uint8_t *bytes) {
    char word[WORD];
    bool there;
    for (size_t i = 0; i < npy->shape[0]; i++) {
        emb_status status = read_word(name, npy, words, i, word);
        if (status != EMB_OK) return status;
        bytes[i] = (uint8_t)place_of(labels, word, &there);
    }
    return EMB_OK;
}

/* ---- together -------------------------------------------------------------------------------- */

emb_status emb__labels_make(const char *name, const emb__npy *npy, const void *numbers,
                            emb__labels *labels) {
    emb_status status = EMB_OK;
    labels->count = npy->shape[0];
    labels->one_hot = (int)columns_of(npy);
    labels->bytes = emb__alloc(labels->count);
    if (!labels->bytes) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", name);
    if (emb__labels_are_words(npy)) {
        status = emb__labels_add_words(name, npy, numbers, labels);
        if (status == EMB_OK) status = from_words(name, npy, numbers, labels, labels->bytes);
        return status;
    }
    return labels->one_hot > 0 ? from_rows(name, npy, numbers, labels->bytes)
                               : from_numbers(name, npy, numbers, labels->bytes);
}

/* Notes "0 cat, 1 dog, ...": as many as fit on a line. */
static emb_status note_words(const emb__labels *labels, const char *name, emb_images *images) {
    enum { LINE = 60 };
    emb__text list = {0};
    int i = 0;
    for (; i < labels->name_count && (i == 0 || list.length < LINE); i++) {
        emb__text_add(&list, "%s%d %.*s", i > 0 ? ", " : "", i, EMB__CUT(labels->names[i], 40));
    }
    if (i < labels->name_count) emb__text_add(&list, ", ...");
    emb_status status = list.failed
                            ? EMB_ERR_MEMORY
                            : emb__images_note(images, "%s: labels are words, as numbers %s", name,
                                               list.bytes ? list.bytes : "");
    emb__free(list.bytes);
    return status;
}

/* Classes are numbered from 0; a number that no label has is still a class. */
static emb_status note_gaps(const emb__labels *labels, const char *name, emb_images *images) {
    bool seen[EMB_MAX_CLASSES] = {false};
    int most = 0, least = EMB_MAX_CLASSES, different = 0;
    for (size_t i = 0; i < labels->count; i++) {
        const int label = labels->bytes[i];
        different += !seen[label];
        seen[label] = true;
        if (label > most) most = label;
        if (label < least) least = label;
    }
    if (different == most + 1) return EMB_OK;
    return emb__images_note(images,
                            "%s: labels %d to %d, %d different ones: %d classes, from 0, of which "
                            "%d have no images here",
                            name, least, most, different, most + 1, most + 1 - different);
}

emb_status emb__labels_give(emb__labels *labels, const char *name, emb_images *images) {
    emb_status status = EMB_OK;
    if (!labels->bytes) return EMB_OK;
    images->labels = labels->bytes;
    images->names = labels->names;
    images->name_count = labels->name_count;
    if (labels->names) {
        status = note_words(labels, name, images);
    } else if (labels->one_hot) {
        status =
            emb__images_note(images, "%s: labels are one-hot rows of %d", name, labels->one_hot);
    } else {
        status = note_gaps(labels, name, images);
    }
    *labels = (emb__labels){0};
    return status;
}
