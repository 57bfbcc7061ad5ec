/* EMNIST's splits as IDX files: emnist-letters-train-images-idx3-ubyte and so on. See set_forms.h.
 *
 * Its images lie on their side: row and column are exchanged, which is undone. Labels of letters
 * begin at 1, and are moved to 0. Classes are called as people write them.
 *
 * Owns: where a split's files are, and what is particular to them. Does not own: IDX (idx.c). */
#include <string.h>

#include "base/memory.h"
#include "codec/file.h"
#include "data/channels.h"
#include "data/idx.h"
#include "data/image_notes.h"
#include "data/set_forms.h"
#include "data/set_places.h"

#define DIGITS  "0123456789"
#define CAPITAL "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define SMALL   "abcdefghijklmnopqrstuvwxyz"
#define MERGED  DIGITS CAPITAL "abdefghnqrt" /* small letters that look unlike their capitals */

typedef struct split {
    const char *name;
    int first;           /* the least label */
    const char *classes; /* a letter each */
} split;

static const split splits[] = {
    {"emnist-balanced", 0, MERGED}, {"emnist-byclass", 0, DIGITS CAPITAL SMALL},
    {"emnist-bymerge", 0, MERGED},  {"emnist-digits", 0, DIGITS},
    {"emnist-letters", 1, SMALL},   {"emnist-mnist", 0, DIGITS},
};
enum { SPLITS = sizeof splits / sizeof *splits };

static const char all_splits[] = "emnist"; /* no split, but what all of them are called */

/* As torchvision leaves them, and as the publisher's archive does. */
static const char *const subfolders[] = {"", "EMNIST/raw", "raw", "gzip"};
enum { SUBFOLDERS = sizeof subfolders / sizeof *subfolders };

/* A split's files of one part. */
typedef struct found {
    char *images, *labels;
} found;

static void release(found *f) {
    emb__free(f->images);
    emb__free(f->labels);
    *f = (found){0};
}

/* ---- where ----------------------------------------------------------------------------------- */

static emb_status find_file(const char *folder, const split *s, emb_part part, const char *what,
                            char **path) {
    emb__text name = {0};
    emb__text_add(&name, "%s-%s-%s-ubyte", s->name, part == EMB_TEST ? "test" : "train", what);
    const emb_status status =
        name.failed ? EMB_ERR_MEMORY : emb__idx_find(folder, name.bytes, path);
    emb__free(name.bytes);
    return status;
}

/* Leaves *f empty if they are not below the folder. */
static emb_status find_below(const char *folder, const split *s, emb_part part, found *f) {
    emb_status status = EMB_OK;
    for (int i = 0; i < SUBFOLDERS && status == EMB_OK && !f->images; i++) {
        char *below = *subfolders[i] ? emb__path_join(folder, subfolders[i])
                                     : emb__strndup(folder, strlen(folder));
        status = below ? find_file(below, s, part, "images-idx3", &f->images) : EMB_ERR_MEMORY;
        if (status == EMB_OK && f->images) {
            status = find_file(below, s, part, "labels-idx1", &f->labels);
        }
        emb__free(below);
    }
    return status;
}

/* By name alone: in the folders emnist and emnist-letters, say, of each place. */
static emb_status find_named(const split *s, emb_part part, found *f) {
    emb__set_places places;
    emb_status status = EMB_OK;
    emb__set_places_find(&places);
    for (size_t i = 0; i < places.count && status == EMB_OK && !f->images; i++) {
        const char *const names[] = {s->name, "emnist"};
        for (int k = 0; k < 2 && status == EMB_OK && !f->images; k++) {
            char *folder = emb__path_join(places.folder[i], names[k]);
            status = folder ? find_below(folder, s, part, f) : EMB_ERR_MEMORY;
            emb__free(folder);
        }
    }
    emb__set_places_free(&places);
    return status;
}

static const split *split_of(const char *name) {
    for (int i = 0; i < SPLITS; i++) {
        if (strcmp(name, splits[i].name) == 0) return &splits[i];
    }
    return NULL;
}

/* FOLDER/emnist-letters: the split of that name in the folder. */
static emb_status find_in_path(const char *where, const split *s, emb_part part, found *f) {
    const size_t length = (size_t)(strrchr(where, '/') - where);
    char *folder = length ? emb__strndup(where, length) : emb__strndup("/", 1);
    const emb_status status = folder ? find_below(folder, s, part, f) : EMB_ERR_MEMORY;
    emb__free(folder);
    return status;
}

/* *which = the split that a folder has; *names = those that it has, in words. */
static emb_status find_all(const char *folder, const split **which, emb__text *names, int *count) {
    for (int i = 0; i < SPLITS; i++) {
        found f = {0};
        const emb_status status = find_below(folder, &splits[i], EMB_TRAIN, &f);
        if (f.images) {
            *which = &splits[i];
            emb__text_add(names, "%s%s", (*count)++ ? ", " : "", splits[i].name);
        }
        release(&f);
        if (status != EMB_OK) return status;
    }
    return names->failed ? EMB_ERR_MEMORY : EMB_OK;
}

/* "emnist" alone: those that are in a folder of that name. It is EMNIST that is meant, there or
 * not. */
static emb_status find_by_name(const split **which, emb__text *names, int *count) {
    emb__set_places places;
    emb_status status = EMB_OK;
    emb__set_places_find(&places);
    for (size_t i = 0; i < places.count && status == EMB_OK && *count == 0; i++) {
        char *folder = emb__path_join(places.folder[i], all_splits);
        status = folder ? find_all(folder, which, names, count) : EMB_ERR_MEMORY;
        emb__free(folder);
    }
    emb__set_places_free(&places);
    if (*count == 0) {
        *which = split_of("emnist-letters");
        *count = 1;
    } else if (*count == 1) {
        *count = 2; /* to be named all the same: a name means one thing everywhere */
    }
    return status;
}

/* *which = the split that `where` means, NULL if it is none; *count = how many a folder has. */
static emb_status find(const char *where, emb_part part, const split **which, found *f,
                       emb__text *names, int *count) {
    const char *slash = strrchr(where, '/');
    *which = split_of(slash ? slash + 1 : where);
    *count = *which != NULL;
    if (emb__path_look(where) == EMB__PATH_FOLDER) {
        *count = 0;
        emb_status status = find_all(where, which, names, count);
        if (status == EMB_OK && *count == 1) status = find_below(where, *which, part, f);
        return status;
    }
    if (!*which) return strcmp(where, all_splits) == 0 ? find_by_name(which, names, count) : EMB_OK;
    return slash ? find_in_path(where, *which, part, f) : find_named(*which, part, f);
}

/* ---- what ------------------------------------------------------------------------------------ */

static emb_status turn(emb_images *images) {
    const size_t height = (size_t)images->shape[1], width = (size_t)images->shape[2];
    const size_t size = height * width, planes = images->count * (size_t)images->shape[0];
    uint8_t *plane = emb__alloc(size);
    if (!plane) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < planes; i++) {
        uint8_t *at = images->pixels + i * size;
        memcpy(plane, at, size);
        for (size_t k = 0; k < size; k++) at[k % width * height + k / width] = plane[k];
    }
    emb__free(plane);
    emb__images_set_shape(images, images->shape[0], (int)width, (int)height);
    return EMB_OK;
}

static emb_status name_classes(emb_images *images, const split *s, const char *path) {
    const int count = (int)strlen(s->classes);
    for (size_t i = 0; i < images->count; i++) {
        const int label = images->labels[i] - s->first;
        if (label < 0 || label >= count) {
            return emb__fail(EMB_ERR_FORMAT, "%s: label %zu is %d; %s has %d to %d", path, i,
                             images->labels[i], s->name, s->first, s->first + count - 1);
        }
        images->labels[i] = (uint8_t)label;
    }
    images->names = emb__calloc((size_t)count, sizeof *images->names);
    if (!images->names) return EMB_ERR_MEMORY;
    for (; images->name_count < count; images->name_count++) {
        images->names[images->name_count] = emb__strndup(s->classes + images->name_count, 1);
        if (!images->names[images->name_count]) return EMB_ERR_MEMORY;
    }
    return EMB_OK;
}

static emb_images *read_part(const split *s, const found *f) {
    uint8_t *labels = NULL;
    size_t count = 0;
    emb_status status = EMB_OK;
    if (f->labels) {
        status = emb__idx_agree(f->labels, f->images);
        if (status == EMB_OK) status = emb__idx_labels(f->labels, &labels, &count);
    }
    if (status != EMB_OK) return NULL;
    emb_images *images = emb__idx_images(f->images, labels, count, f->labels);
    if (!images) return NULL;
    status = turn(images);
    if (status == EMB_OK && images->labels) status = name_classes(images, s, f->labels);
    if (status == EMB_OK) {
        status = emb__images_note(images,
                                  "%s: rows and columns are exchanged in EMNIST's files; "
                                  "the images are turned upright",
                                  f->images);
    }
    if (status == EMB_OK && s->first) {
        status = emb__images_note(images, "%s: labels begin at %d; they are moved to 0", s->name,
                                  s->first);
    }
    if (status == EMB_OK) return images;
    emb_images_free(images);
    return NULL;
}

/* ---- the form -------------------------------------------------------------------------------- */

/* *is = whether it is a split that is meant, *has = whether the part's files are there. */
static emb_status look(const char *where, emb_part part, bool *is, bool *has) {
    const split *which;
    found f = {0};
    emb__text names = {0};
    int count;
    const emb_status status = find(where, part, &which, &f, &names, &count);
    *is = count > 0;
    *has = f.images;
    emb__free(names.bytes);
    release(&f);
    return status;
}

static int emnist_claims(const char *where) {
    bool is, has;
    return look(where, EMB_TRAIN, &is, &has) == EMB_OK ? is : -1;
}

static int emnist_parts(const char *where) {
    bool is, train, test;
    if (look(where, EMB_TRAIN, &is, &train) != EMB_OK ||
        look(where, EMB_TEST, &is, &test) != EMB_OK) {
        return -1;
    }
    return !train ? 0 : test ? 2 : 1;
}

static int emnist_has_val(const char *where) {
    (void)where;
    return 0;
}

static emb_images *emnist_open(const char *where, emb_part part, const emb_open_options *options) {
    const split *which;
    found f = {0};
    emb__text names = {0};
    emb_images *images = NULL;
    int count;
    (void)options;
    const bool by_name = strcmp(where, all_splits) == 0;
    const emb_status status = find(where, part, &which, &f, &names, &count);
    if (status == EMB_OK && count > 1) {
        emb__fail(EMB_ERR_ARGUMENT, "%s: has %s; name one of them: %s%s%s", where, names.bytes,
                  by_name ? "" : where, by_name ? "" : "/", which->name);
    } else if (status == EMB_OK && !f.images) {
        emb__fail(EMB_ERR_IO,
                  "%s: found no %s-%s-images-idx3-ubyte (plain or .gz); 'embudo data get emnist' "
                  "downloads it; or name the folder that it is in: FOLDER/%s",
                  where, which->name, part == EMB_TEST ? "test" : "train", which->name);
    } else if (status == EMB_OK) {
        images = read_part(which, &f);
    }
    emb__free(names.bytes);
    release(&f);
    return images;
}

const emb__set_form emb__emnist_form = {
    .claims = emnist_claims, .parts = emnist_parts, .has_val = emnist_has_val, .open = emnist_open};
