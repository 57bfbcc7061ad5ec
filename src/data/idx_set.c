/* Data sets as MNIST's four files, by a name or in a folder. See set_forms.h.
 *
 * Owns: where to look and under which names. Does not own: what is in the files (idx.c). */
#include <stdlib.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/translate.h"
#include "codec/file.h"
#include "codec/file_kind.h"
#include "data/idx.h"
#include "data/image_notes.h"
#include "data/set_forms.h"
#include "data/set_places.h"

enum { IMAGES, LABELS };

/* [part][IMAGES or LABELS] */
static const char *const file_names[EMB_TEST + 1][2] = {
    {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"},
    {"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"},
};

/* Subfolders of the folder that was named: none, or those that torchvision makes. */
static const char *const subfolders[] = {"", "MNIST/raw", "raw", "FashionMNIST/raw", "KMNIST/raw"};
enum { SUBFOLDERS = sizeof subfolders / sizeof *subfolders };

/* Data sets that are known by name, each a folder of that name in one of find_named's places: those
 * that cli/data/data_sets.c can download. */
static const char *const known_names[] = {"mnist", "fashion-mnist", "kmnist"};
/* What a data set may be, for one that is none. */
#define EXPECTED                                                                                   \
    N_("expected a folder of pictures, an archive of them, an array (.npy, .npz), an IDX file, "   \
       "or a set's name (mnist, fashion-mnist, kmnist, emnist-letters, cifar-10, ...)")

static const char pickle[] =
    E_("%s: is what torch.save writes, not a data set that embudo reads; save "
       "arrays with numpy.savez");
static const char hdf5[] =
    E_("%s: is an HDF5 file, not a data set that embudo reads; save its arrays "
       "with numpy.savez");

/* What is said of files that are something else, which take their path. */
static const char *const others[EMB__FILE_KINDS] = {
    [EMB__FILE_PICTURE] = E_("%s: is one picture, not a data set: name the folder that it lies in"),
    [EMB__FILE_MODEL] = E_("%s: is a model, not a data set; a network is named by --model"),
    [EMB__FILE_ONNX] = E_("%s: is an ONNX model, not a data set; embudo import takes it"),
    [EMB__FILE_NOTATION] = E_("%s: is a network, not a data set; a network is named by --model"),
    [EMB__FILE_CLASS] =
        E_("%s: is Python's text, not a data set; a class in it is a network, named by --model"),
    [EMB__FILE_PICKLE] = pickle,
    [EMB__FILE_HDF5] = hdf5,
};

/* The state of a search for a data set's files. */
typedef struct search {
    const char *where;
    emb_part part;
    char *images, *labels; /* paths, once found */
    emb__text looked;      /* folders without the files, in words: "A, B" */
    bool absent;           /* every place was searched without success */
} search;

/* folder/name, if it is a file; `rank` in the place of the number behind "idx". */
static emb_status try_file(const char *folder, const char *name, char rank, int spelling,
                           char **path) {
    emb__text text = {0};
    emb__text_add(&text, "%s%s", name, spelling & 1 ? ".gz" : "");
    char *dash = text.failed ? NULL : strstr(text.bytes, "-idx");
    if (dash && spelling & 2) *dash = '.';
    if (dash && rank) dash[4] = rank;
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
    return status;
}

emb_status emb__idx_find(const char *folder, const char *name, char **path) {
    const char *ranks = strstr(name, "-idx3") ? "342" : "1";
    for (; *ranks && !*path; ranks++) {
        for (int spelling = 0; spelling < 4 && !*path; spelling++) {
            const emb_status status = try_file(folder, name, *ranks, spelling, path);
            if (status != EMB_OK) return status;
        }
    }
    return EMB_OK;
}

/* The part's two files in one folder. Without the images' file nothing is found; the labels' file
 * may be missing. */
static emb_status find_here(search *s, const char *folder) {
    const char *const *names = file_names[s->part];
    emb_status status = emb__idx_find(folder, names[IMAGES], &s->images);
    if (status != EMB_OK || !s->images) return status;
    return emb__idx_find(folder, names[LABELS], &s->labels);
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

static emb_status find_named(search *s) {
    emb__set_places places;
    emb_status status = EMB_OK;
    emb__set_places_find(&places);
    for (size_t i = 0; i < places.count && status == EMB_OK && !s->images; i++) {
        status = find_in_place(s, places.folder[i]);
    }
    emb__set_places_free(&places);
    if (status != EMB_OK || s->images) return status;
    s->absent = true;
    return emb__fail(
        EMB_ERR_IO,
        "%s: found no %s (plain or .gz) in %s; 'embudo data get %s' downloads it; or "
        "set EMBUDO_DATA to the folder that holds %s/, or name the folder that holds the files",
        s->where, file_names[s->part][IMAGES], s->looked.length ? s->looked.bytes : _("any place"),
        s->where, s->where);
}

static emb_status find_folder(search *s) {
    emb__path_kind kind;
    emb_status status = emb__path_find(s->where, &kind);
    if (status != EMB_OK) return status;
    s->absent = kind != EMB__PATH_FOLDER;
    switch (kind) {
    case EMB__PATH_NONE:
        return emb__fail(EMB_ERR_IO, "%s: no such file or folder; %s", s->where, _(EXPECTED));
    case EMB__PATH_FILE:
    case EMB__PATH_OTHER:
        if (others[emb__file_kind_of(s->where)]) {
            return emb__fail(EMB_ERR_IO, others[emb__file_kind_of(s->where)], s->where);
        }
        return emb__fail(EMB_ERR_IO, "%s: is no data set that embudo reads; %s", s->where,
                         _(EXPECTED));
    case EMB__PATH_FOLDER:
        break;
    }
    status = find_below(s, s->where);
    if (status != EMB_OK || s->images) return status;
    s->absent = true;
    return emb__fail(EMB_ERR_IO,
                     "%s: holds no %s (plain or .gz), nor does MNIST/raw or raw in it; and no "
                     "pictures",
                     s->where, file_names[s->part][IMAGES]);
}

bool emb__idx_set_known(const char *where) {
    for (size_t i = 0; i < sizeof known_names / sizeof *known_names; i++) {
        if (strcmp(where, known_names[i]) == 0) return true;
    }
    return false;
}

static emb_images *open_idx(search *s) {
    emb_images *images = NULL;
    uint8_t *labels = NULL;
    size_t count = 0;
    emb_status status = emb__idx_set_known(s->where) ? find_named(s) : find_folder(s);
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
    if ((emb__idx_set_known(where) ? find_named(&s) : find_folder(&s)) == EMB_OK && s.images) {
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
    const emb_status status = emb__idx_set_known(where) ? find_named(&s) : find_folder(&s);
    const int found = status == EMB_OK && s.images ? 1 : s.absent ? 0 : -1;
    emb__free(s.images);
    emb__free(s.labels);
    emb__free(s.looked.bytes);
    return found;
}

static int idx_claims(const char *where) {
    if (emb__idx_set_known(where)) return 1;
    const int test = has_idx(where, EMB_TEST);
    return test != 0 ? test : has_idx(where, EMB_TRAIN);
}

/* Half of a set that is known to have two parts is not a set. */
static int idx_parts(const char *where) {
    const int test = has_idx(where, EMB_TEST);
    if (test != 0) return test < 0 ? -1 : 2;
    return emb__idx_set_known(where) ? 0 : has_idx(where, EMB_TRAIN);
}

static int idx_has_val(const char *where) {
    (void)where;
    return 0;
}

static emb_images *idx_open(const char *where, emb_part part, const emb_open_options *options) {
    search s = {.where = where, .part = part};
    (void)options;
    emb_images *images = open_idx(&s);
    emb__free(s.images);
    emb__free(s.labels);
    emb__free(s.looked.bytes);
    return images;
}

const emb__set_form emb__idx_form = {
    .claims = idx_claims, .parts = idx_parts, .has_val = idx_has_val, .open = idx_open};
