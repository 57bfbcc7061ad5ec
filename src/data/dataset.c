/* Data sets: from a name or a folder to the files of one part. See emb_images_open in
 * embudo/data.h.
 *
 * Owns: where to look and under which names. Does not own: what is in the files (idx.c). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/entry.h"
#include "base/memory.h"
#include "codec/file.h"
#include "data/holdout.h"
#include "data/idx.h"
#include "data/image_notes.h"
#include "data/numpy_set.h"

enum { IMAGES, LABELS };

/* [part][IMAGES or LABELS] */
static const char *const file_names[EMB_TEST + 1][2] = {
    {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"},
    {"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"},
};

/* Subfolders of the folder that was named: none, or those that torchvision makes. */
static const char *const subfolders[] = {"", "MNIST/raw", "raw"};
enum { SUBFOLDERS = sizeof subfolders / sizeof *subfolders };

/* Data sets that are known by name, each a folder of that name in one of find_named's places: those
 * that cli/data/data_sets.c can download. */
static const char *const known_names[] = {"mnist", "fashion-mnist", "kmnist"};
#define KNOWN_NAMES "mnist, fashion-mnist, kmnist"

/* The state of a search for a data set's files. */
typedef struct search {
    const char *where;
    emb_part part;
    char *images, *labels; /* paths, once found */
    emb__text looked;      /* folders without the files, in words: "A, B" */
    bool absent;           /* every place was searched without success */
} search;

/* folder/name in any spelling: also with `.idx` for `-idx`; plain before .gz. *path stays NULL if
 * there is none. */
static emb_status find_file(const char *folder, const char *name, char **path) {
    for (int spelling = 0; spelling < 4 && !*path; spelling++) {
        emb__text text = {0};
        emb__text_add(&text, "%s%s", name, spelling & 1 ? ".gz" : "");
        char *dash = text.failed ? NULL : strstr(text.bytes, "-idx");
        if (dash && spelling & 2) *dash = '.';
        char *candidate = text.failed ? NULL : emb__path_join(folder, text.bytes);
        emb__free(text.bytes);
        if (!candidate) return EMB_ERR_MEMORY;
        emb__path_kind kind;
        const emb_status status = emb__path_find(candidate, &kind);
        if (status == EMB_OK && kind != EMB__PATH_NONE && kind != EMB__PATH_FOLDER) {
            *path = candidate;
        } else {
            emb__free(candidate);
        }
        if (status != EMB_OK) return status;
    }
    return EMB_OK;
}

/* The part's two files in one folder. Without the images' file nothing is found; the labels' file
 * may be missing. */
static emb_status find_here(search *s, const char *folder) {
    const char *const *names = file_names[s->part];
    emb_status status = find_file(folder, names[IMAGES], &s->images);
    if (status != EMB_OK || !s->images) return status;
    return find_file(folder, names[LABELS], &s->labels);
}

static emb_status find_below(search *s, const char *folder) {
    emb_status status = EMB_OK;
    for (int i = 0; i < SUBFOLDERS && status == EMB_OK && !s->images; i++) {
        if (!*subfolders[i]) {
            status = find_here(s, folder);
            continue;
        }
        char *below = emb__path_join(folder, subfolders[i]);
        if (!below) return EMB_ERR_MEMORY;
        status = find_here(s, below);
        emb__free(below);
    }
    return status;
}

/* Searches place/name, and remembers the place if nothing is found. */
static emb_status find_in_place(search *s, const char *place) {
    char *folder = emb__path_join(place, s->where);
    if (!folder) return EMB_ERR_MEMORY;
    emb_status status = find_below(s, folder);
    if (status == EMB_OK && !s->images) {
        emb__text_add(&s->looked, "%s%s", s->looked.length ? ", " : "", folder);
    }
    emb__free(folder);
    return status;
}

/* <the program's folder>/../share/embudo, so that an installed tree may be moved; NULL if the
 * system does not tell. */
static char *place_beside_program(void) {
#ifdef __linux__
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length > 0 && (size_t)length < sizeof program - 1) {
        program[length] = '\0';
        char *slash = strrchr(program, '/');
        if (slash) *slash = '\0';
        return emb__path_join(program, "../share/embudo");
    }
#endif
    return NULL;
}

char *emb_images_cache(void) {
    EMB__ENTER;
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && *cache == '/') return emb__path_join(cache, "embudo"); /* ignored if relative */
    if (home && *home == '/') return emb__path_join(home, ".cache/embudo");
    emb__fail(EMB_ERR_IO, "there is no cache folder: set XDG_CACHE_HOME or HOME to a folder's full "
                          "path");
    return NULL;
}

/* In order: the user's choice, what was downloaded, what is beside the program, what was installed
 * or built. */
static emb_status find_named(search *s) {
    char *cache = emb_images_cache(), *beside = place_beside_program();
    const char *const places[] = {
        getenv("EMBUDO_DATA"), cache, beside,
#ifdef EMB_INSTALL_DATA_DIR
        EMB_INSTALL_DATA_DIR,
#endif
#ifdef EMB_DATA_DIR
        EMB_DATA_DIR,
#endif
    };
    emb_status status = EMB_OK;
    for (size_t i = 0; i < sizeof places / sizeof *places && status == EMB_OK && !s->images; i++) {
        if (places[i] && *places[i]) status = find_in_place(s, places[i]);
    }
    emb__free(cache);
    emb__free(beside);
    if (status != EMB_OK || s->images) return status;
    s->absent = true;
    return emb__fail(
        EMB_ERR_IO,
        "%s: found no %s (plain or .gz) in %s; 'embudo data get %s' downloads it; or "
        "set EMBUDO_DATA to the folder that holds %s/, or name the folder that holds the files",
        s->where, file_names[s->part][IMAGES], s->looked.length ? s->looked.bytes : "any place",
        s->where, s->where);
}

static emb_status find_folder(search *s) {
    emb__path_kind kind;
    emb_status status = emb__path_find(s->where, &kind);
    if (status != EMB_OK) return status;
    s->absent = kind != EMB__PATH_FOLDER;
    switch (kind) {
    case EMB__PATH_NONE:
        return emb__fail(EMB_ERR_IO,
                         "%s: no such folder; expected a name (" KNOWN_NAMES
                         "), or a folder that holds %s, or an array (.npy, .npz)",
                         s->where, file_names[s->part][IMAGES]);
    case EMB__PATH_FILE:
    case EMB__PATH_OTHER:
        return emb__fail(EMB_ERR_IO,
                         "%s: is not a folder; expected a name (" KNOWN_NAMES
                         "), an array (.npy, .npz), or the folder that holds %s",
                         s->where, file_names[s->part][IMAGES]);
    case EMB__PATH_FOLDER:
        break;
    }
    status = find_below(s, s->where);
    if (status != EMB_OK || s->images) return status;
    s->absent = true;
    return emb__fail(EMB_ERR_IO, "%s: holds no %s (plain or .gz), nor does MNIST/raw or raw in it",
                     s->where, file_names[s->part][IMAGES]);
}

static bool is_known(const char *where) {
    for (size_t i = 0; i < sizeof known_names / sizeof *known_names; i++) {
        if (strcmp(where, known_names[i]) == 0) return true;
    }
    return false;
}

static emb_images *open_idx(search *s) {
    emb_images *images = NULL;
    uint8_t *labels = NULL;
    size_t count = 0;
    emb_status status = is_known(s->where) ? find_named(s) : find_folder(s);
    if (status == EMB_OK && s->labels) status = emb__idx_agree(s->labels, s->images);
    if (status == EMB_OK && s->labels) status = emb__idx_labels(s->labels, &labels, &count);
    if (status == EMB_OK) images = emb__idx_images(s->images, labels, count, s->labels);
    if (!images || s->labels) return images;
    status = emb__images_note(images, "%s: has no labels: no %s (plain or .gz) lies beside it",
                              s->images, file_names[s->part][LABELS]);
    if (status == EMB_OK) return images;
    emb_images_free(images);
    return NULL;
}

char *emb_images_folder(const char *where, emb_part part) {
    EMB__ENTER;
    search s = {.where = where, .part = part};
    char *folder = NULL;
    if (!where || !*where || (part != EMB_TRAIN && part != EMB_TEST)) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_images_folder needs a name and EMB_TRAIN or EMB_TEST");
        return NULL;
    }
    if ((is_known(where) ? find_named(&s) : find_folder(&s)) == EMB_OK && s.images) {
        folder = emb__strndup(s.images, (size_t)(strrchr(s.images, '/') - s.images));
    }
    emb__free(s.images);
    emb__free(s.labels);
    emb__free(s.looked.bytes);
    return folder;
}

/* 1 if the part's IDX files are found, 0 if they are not; -1 with the error text set if that cannot
 * be found out. */
static int has_idx(const char *where, emb_part part) {
    search s = {.where = where, .part = part};
    const emb_status status = is_known(where) ? find_named(&s) : find_folder(&s);
    const int found = status == EMB_OK && s.images ? 1 : s.absent ? 0 : -1;
    emb__free(s.images);
    emb__free(s.labels);
    emb__free(s.looked.bytes);
    return found;
}

/* As emb_images_parts; -1 with the error text set if it cannot be found out. */
static int count_parts(const char *where) {
    if (emb__arrays_is_file(where)) return emb__arrays_parts(where);
    const int test = has_idx(where, EMB_TEST);
    if (test != 0) return test < 0 ? -1 : 2;
    if (is_known(where)) return 0; /* half of a set with two parts is not a set */
    const int train = has_idx(where, EMB_TRAIN);
    emb__path_kind kind;
    if (train != 0 || emb__path_find(where, &kind) != EMB_OK) return train != 0 ? train : -1;
    return kind == EMB__PATH_FOLDER ? emb__arrays_parts(where) : 0;
}

int emb_images_parts(const char *where) {
    EMB__ENTER;
    const int parts = where && *where ? count_parts(where) : 0;
    return parts > 0 ? parts : 0;
}

bool emb_images_has_part(const char *where, emb_part part) {
    EMB__ENTER;
    if (!where || !*where || part < EMB_TRAIN || part > EMB_VAL) return false;
    const int parts = count_parts(where);
    if (parts < 0) return true; /* perhaps: opening it says what is wrong */
    if (part == EMB_TEST || parts == 0) return parts == 2;
    if (part == EMB_TRAIN) return true;
    const bool idx = !emb__arrays_is_file(where) &&
                     (has_idx(where, EMB_TEST) == 1 || has_idx(where, EMB_TRAIN) == 1);
    return !idx && emb__arrays_has(where, part) != 0;
}

/* MNIST's four files, or arrays in their place. Only arrays can have validation images. */
static emb_images *open_found(const char *where, emb_part part) {
    search s = {.where = where, .part = part};
    emb_images *images = part == EMB_VAL ? NULL : open_idx(&s);
    bool found = false;
    if (!images && (s.absent || part == EMB_VAL) && !is_known(where)) {
        emb_images *arrays = emb__arrays_open_folder(where, part, &found);
        if (found) images = arrays;
        if (!found && part == EMB_VAL) emb__fail(EMB_ERR_IO, "%s: x_val is gone", where);
    }
    emb__free(s.images);
    emb__free(s.labels);
    emb__free(s.looked.bytes);
    return images;
}

emb_images *emb_images_open_part(const char *where, emb_part part,
                                 const emb_open_options *options) {
    EMB__ENTER;
    if (!where || !*where || part < EMB_TRAIN || part > EMB_VAL) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_images_open needs a name or a folder, and EMB_TRAIN, "
                                    "EMB_TEST or EMB_VAL");
        return NULL;
    }
    if (emb__holdout_check(options) != EMB_OK) return NULL;
    if (part == EMB_VAL && !emb_images_has_part(where, part)) {
        emb__fail(EMB_ERR_ARGUMENT, "%s: has no validation images of its own (x_val, y_val)",
                  where);
        return NULL;
    }
    const int count = part == EMB_VAL ? 0 : count_parts(where);
    if (count < 0) return NULL;
    const bool whole = count == 1;
    const emb_part kept = whole ? EMB_TRAIN : part;
    const bool file = emb__arrays_is_file(where) && emb__path_look(where) != EMB__PATH_FOLDER;
    emb_images *images = file ? emb__arrays_open_file(where, kept) : open_found(where, kept);
    return whole && images ? emb__holdout_take(images, where, part, options) : images;
}

emb_images *emb_images_open(const char *where, emb_part part) {
    EMB__ENTER;
    return emb_images_open_part(where, part, NULL);
}
