/* See picture_list.h. */
#include "data/picture_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/translate.h"
#include "codec/file.h"
#include "codec/picture_formats.h"

enum { MOST_FILES = 1 << 27 };

uint64_t emb__fnv(uint64_t sum, const void *bytes, size_t count) {
    const uint8_t *at = bytes;
    for (size_t i = 0; i < count; i++) sum = (sum ^ at[i]) * UINT64_C(0x100000001b3);
    return sum;
}

/* The digest's second half begins elsewhere and takes the first one in, so that both must meet. */
static void make_digest(emb__picture_list *list) {
    uint64_t *d = list->digest;
    d[0] = EMB__FNV_BEGIN;
    d[1] = ~EMB__FNV_BEGIN;
    for (size_t i = 0; i < list->listing.count; i++) {
        const emb__listed *f = &list->listing.files[i];
        d[0] = emb__fnv(d[0], f->name, strlen(f->name) + 1);
        d[0] = emb__fnv(d[0], &f->size, sizeof f->size);
        d[0] = emb__fnv(d[0], &f->seconds, sizeof f->seconds);
        d[0] = emb__fnv(d[0], &f->nanoseconds, sizeof f->nanoseconds);
        d[1] = emb__fnv(d[1], &d[0], sizeof d[0]);
    }
    if (list->archive) {
        int64_t state[3];
        emb__archive_state(list->archive, state);
        d[0] = emb__fnv(d[0], state, sizeof state);
        d[1] = emb__fnv(d[1], &d[0], sizeof d[0]);
    }
}

bool emb__picture_name(const char *name) {
    static const char *const endings[] = {"png",  "jpg", "jpeg", "jpe", "jfif", "webp", "tif",
                                          "tiff", "bmp", "dib",  "gif", "pgm",  "ppm",  "pnm"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++) {
        if (strcasecmp(dot + 1, endings[i]) == 0) return true;
    }
    return false;
}

/* Endings of files that lie beside pictures: these are not opened to see whether they are some. */
static bool is_other_name(const char *name) {
    static const char *const endings[] = {"txt",  "csv", "tsv",   "json", "xml", "yaml", "yml",
                                          "html", "md",  "mat",   "npy",  "npz", "pdf",  "svg",
                                          "svgz", "zip", "tar",   "gz",   "xz",  "mp4",  "avi",
                                          "py",   "db",  "ipynb", "icns", "ico", "log",  "license"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++) {
        if (strcasecmp(dot + 1, endings[i]) == 0) return true;
    }
    return false;
}

/* Whether a file is to be read as a picture. One whose name does not say is, if it begins as one;
 * not in an archive, for which `folder` is NULL. */
static bool is_picture(const char *folder, const emb__listed *file) {
    const char *slash = strrchr(file->name, '/');
    const char *name = slash ? slash + 1 : file->name;
    if (emb__picture_name(name)) return true;
    if (!folder || file->size == 0 || is_other_name(name)) return false;
    char *path = emb__path_join(folder, file->name);
    emb__picture_info info;
    const bool good = path && emb__picture_probe(path, &info) == EMB_OK;
    emb__free(path);
    return good;
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* The part that a folder's name stands for; -1: none. */
static int part_of(const char *name, size_t length) {
    static const char *const names[3][3] = {[EMB_TRAIN] = {"train", "training", NULL},
                                            [EMB_TEST] = {"test", "testing", NULL},
                                            [EMB_VAL] = {"val", "valid", "validation"}};
    for (int part = 0; part < 3; part++) {
        for (int i = 0; i < 3 && names[part][i]; i++) {
            if (strlen(names[part][i]) == length &&
                strncasecmp(names[part][i], name, length) == 0) {
                return part;
            }
        }
    }
    return -1;
}

static size_t first_length(const char *name) {
    const char *slash = strchr(name, '/');
    return slash ? (size_t)(slash - name) : 0;
}

/* Whether there are training pictures, and others beside them. */
static bool has_parts(const emb__picture_list *list) {
    bool seen[3] = {false};
    for (size_t i = 0; i < list->count; i++) {
        const char *name = list->pictures[i].name;
        const size_t length = first_length(name);
        const int part = length ? part_of(name, length) : -1;
        if (part >= 0) seen[part] = true;
    }
    return seen[EMB_TRAIN] && (seen[EMB_TEST] || seen[EMB_VAL]);
}

/* Gives pictures their parts, leaves out those that have none, and puts the parts in order. */
static emb_status sort_parts(emb__picture_list *list) {
    emb__listed_picture *sorted = emb__calloc(list->count, sizeof *sorted);
    size_t at = 0;
    if (!sorted) return EMB_ERR_MEMORY;
    for (int part = 0; part < 3; part++) {
        for (size_t i = 0; i < list->count; i++) {
            const char *name = list->pictures[i].name;
            const size_t length = first_length(name);
            if (!length || part_of(name, length) != part) continue;
            sorted[at] = list->pictures[i];
            sorted[at++].part = (emb_part)part;
            list->counts[part]++;
        }
    }
    emb__free(list->pictures);
    list->pictures = sorted;
    list->beside = list->count - at;
    list->count = at;
    return EMB_OK;
}

typedef struct within {
    const char *folder;
    char *found[3]; /* the folder of each part that has pictures */
    emb_status status;
} within;

static bool wants_picture(void *data, const emb__listed *file) { return is_picture(data, file); }

static void look_within(void *data, const char *name) {
    within *w = data;
    const int part = part_of(name, strlen(name));
    if (part < 0 || w->found[part] || w->status != EMB_OK) return;
    bool found = false;
    char *path = emb__path_join(w->folder, name);
    w->status = path ? emb__folder_find(path, wants_picture, path, &found) : EMB_ERR_MEMORY;
    if (found) {
        w->found[part] = path;
    } else {
        emb__free(path);
    }
}

static emb_status look_in_archive(const char *path, int *parts, bool *val) {
    emb__picture_list list;
    const emb_status status = emb__picture_list_read(path, &list);
    *parts = list.count == 0 ? 0 : list.counts[EMB_TEST] > 0 ? 2 : 1;
    *val = list.counts[EMB_VAL] > 0;
    emb__picture_list_free(&list);
    return status;
}

emb_status emb__picture_list_look(const char *folder, int *parts, bool *val) {
    within w = {.folder = folder};
    bool any = false;
    if (emb__archive_is(folder)) return look_in_archive(folder, parts, val);
    emb_status status = emb__folder_within(folder, look_within, &w);
    if (status == EMB_OK) status = w.status;
    const bool train = w.found[EMB_TRAIN], test = w.found[EMB_TEST], has_val = w.found[EMB_VAL];
    for (int part = 0; part < 3; part++) emb__free(w.found[part]);
    if (status == EMB_OK && !train) {
        char *own = emb__strndup(folder, strlen(folder));
        status = own ? emb__folder_find(folder, wants_picture, own, &any) : EMB_ERR_MEMORY;
        emb__free(own);
    }
    *parts = train && test ? 2 : train || any;
    *val = train && has_val;
    return status;
}

/* ---- classes --------------------------------------------------------------------------------- */

/* The folder that is a picture's class: its beginning in the name, and its length; 0: none. */
static const char *class_of(const emb__picture_list *list, const char *name, size_t skip,
                            size_t *length) {
    const char *at = name + skip;
    if (list->parts) at += first_length(at) + 1;
    *length = first_length(at);
    return at;
}

/* Folders that hold all pictures, one within the other, say nothing: bytes of the names to skip. */
static size_t shared_folders(const emb__picture_list *list) {
    size_t skip = 0;
    while (list->count > 0 && !list->parts) {
        const char *first = list->pictures[0].name + skip;
        const size_t length = first_length(first);
        if (!length) return skip;
        for (size_t i = 1; i < list->count; i++) {
            if (strncmp(list->pictures[i].name + skip, first, length + 1) != 0) return skip;
        }
        skip += length + 1;
    }
    return skip;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds a class that is not there yet. EMB_ERR_ARGUMENT if there are too many. */
static emb_status add_class(emb__picture_list *list, const char *name, size_t length) {
    for (int i = list->class_count - 1; i >= 0; i--) {
        const char *old = list->classes[i];
        if (strncmp(old, name, length) == 0 && !old[length]) return EMB_OK;
    }
    if (list->class_count == EMB_MAX_CLASSES) return EMB_ERR_ARGUMENT;
    if (!list->classes) list->classes = emb__calloc(EMB_MAX_CLASSES, sizeof *list->classes);
    char *copy = list->classes ? emb__strndup(name, length) : NULL;
    if (!copy) return EMB_ERR_MEMORY;
    list->classes[list->class_count++] = copy;
    return EMB_OK;
}

static void drop_classes(emb__picture_list *list) {
    for (int i = 0; i < list->class_count; i++) emb__free(list->classes[i]);
    emb__free(list->classes);
    list->classes = NULL;
    list->class_count = 0;
}

static void set_labels(emb__picture_list *list, size_t skip) {
    for (size_t i = 0; i < list->count; i++) {
        emb__listed_picture *p = &list->pictures[i];
        size_t length;
        const char *name = class_of(list, p->name, skip, &length);
        for (int k = 0; k < list->class_count; k++) {
            if (strncmp(list->classes[k], name, length) != 0 || list->classes[k][length]) continue;
            p->label = k;
            break;
        }
    }
}

static emb_status find_classes(emb__picture_list *list) {
    const size_t skip = shared_folders(list);
    size_t loose = 0, length;
    for (size_t i = 0; i < list->count; i++) {
        const char *name = class_of(list, list->pictures[i].name, skip, &length);
        if (!length) loose++;
        const emb_status status = length ? add_class(list, name, length) : EMB_OK;
        if (status == EMB_ERR_ARGUMENT) {
            snprintf(list->why, sizeof list->why,
                     _("there are more than %d folders: they are not taken as classes"),
                     EMB_MAX_CLASSES);
            drop_classes(list);
            return EMB_OK;
        }
        if (status != EMB_OK) return status;
    }
    if (loose > 0 && list->class_count > 0) {
        snprintf(list->why, sizeof list->why,
                 P_(loose, "%zu picture lies beside the folders: these are not taken as classes",
                    "%zu pictures lie beside the folders: these are not taken as classes"),
                 loose);
        drop_classes(list);
    }
    if (list->class_count < 2) drop_classes(list);
    if (list->classes) {
        qsort(list->classes, (size_t)list->class_count, sizeof *list->classes, compare_names);
        set_labels(list, skip);
    }
    return EMB_OK;
}

/* ---- the whole ------------------------------------------------------------------------------- */

emb_status emb__picture_list_read(const char *folder, emb__picture_list *list) {
    *list = (emb__picture_list){0};
    emb_status status;
    if (emb__archive_is(folder)) {
        status = emb__archive_open(folder, &list->archive);
        if (status == EMB_OK) list->listing = *emb__archive_files(list->archive);
    } else {
        status = emb__folder_list(folder, MOST_FILES, &list->listing);
    }
    if (status != EMB_OK) return status;
    make_digest(list);
    list->pictures = emb__calloc(list->listing.count + 1, sizeof *list->pictures);
    if (!list->pictures) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < list->listing.count; i++) {
        const emb__listed *file = &list->listing.files[i];
        if (!is_picture(list->archive ? NULL : folder, file)) {
            list->others++;
            continue;
        }
        list->pictures[list->count++] =
            (emb__listed_picture){.name = file->name, .file = file, .label = -1};
    }
    list->parts = has_parts(list);
    if (list->parts) {
        status = sort_parts(list);
    } else {
        list->counts[EMB_TRAIN] = list->count;
    }
    return status == EMB_OK ? find_classes(list) : status;
}

void emb__picture_list_free(emb__picture_list *list) {
    drop_classes(list);
    emb__free(list->pictures);
    if (list->archive) {
        emb__archive_close(list->archive);
    } else {
        emb__listing_free(&list->listing);
    }
    *list = (emb__picture_list){0};
}
