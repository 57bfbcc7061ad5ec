/* CIFAR-10 and CIFAR-100 in their binary files. See set_forms.h.
 *
 * A file is records: one label (CIFAR-100: a coarse one, then a fine one, which is taken), then
 * 32 x 32 pixels of red, of green and of blue. Names of the classes are lines of a text beside the
 * files.
 *
 * Owns: where the files are, and what is in them. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "codec/file.h"
#include "data/set_forms.h"
#include "data/set_places.h"

enum { SIDE = 32, PIXELS = 3 * SIDE * SIDE, MOST_FILES = 5, LONGEST_NAMES = 1 << 16 };

typedef struct kind {
    const char *name, *folder;
    const char *files[EMB_TEST + 1][MOST_FILES + 1]; /* NULL ends */
    const char *words;                               /* the file of the classes' names */
    size_t labels;                                   /* bytes in front of the pixels */
    int classes;
} kind;

static const kind kinds[] = {
    {"cifar-10",
     "cifar-10-batches-bin",
     {{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
       "data_batch_5.bin"},
      {"test_batch.bin"}},
     "batches.meta.txt",
     1,
     10},
    {"cifar-100",
     "cifar-100-binary",
     {{"train.bin"}, {"test.bin"}},
     "fine_label_names.txt",
     2,
     100},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* Folders that torchvision unpacks: Python's pickles, which are programs. */
static const char *const pickles[] = {"cifar-10-batches-py", "cifar-100-python"};

/* Files that were found. */
typedef struct place {
    const kind *kind;
    char *folder; /* NULL: not found */
} place;

/* ---- where ----------------------------------------------------------------------------------- */

/* A file of that name, of whole records if `record` is not 0. */
static bool has_file(const char *folder, const char *name, size_t record) {
    char *path = emb__path_join(folder, name);
    emb__file file;
    bool good = path && emb__path_look(path) == EMB__PATH_FILE;
    if (good && record) {
        good = emb__file_open(&file, path) == EMB_OK && file.size > 0 && file.size % record == 0;
        emb__file_close(&file);
    }
    emb__free(path);
    return good;
}

/* train.bin is a name that other files have, too: it must be whole records. */
static bool is_here(const kind *k, const char *folder) {
    return has_file(folder, k->files[EMB_TRAIN][0], k->labels == 1 ? 0 : k->labels + PIXELS);
}

/* Looks in a folder, and in the one in it that the archive makes. */
static emb_status find_in(const kind *k, const char *folder, place *found) {
    char *below = emb__path_join(folder, k->folder);
    if (!below) return EMB_ERR_MEMORY;
    if (is_here(k, folder)) {
        found->folder = emb__strndup(folder, strlen(folder));
        emb__free(below);
    } else if (is_here(k, below)) {
        found->folder = below;
    } else {
        emb__free(below);
        return EMB_OK;
    }
    found->kind = k;
    return found->folder ? EMB_OK : EMB_ERR_MEMORY;
}

static emb_status find_named(const kind *k, place *found) {
    emb__set_places places;
    emb_status status = EMB_OK;
    emb__set_places_find(&places);
    for (size_t i = 0; i < places.count && status == EMB_OK && !found->folder; i++) {
        char *folder = emb__path_join(places.folder[i], k->name);
        status = folder ? find_in(k, folder, found) : EMB_ERR_MEMORY;
        emb__free(folder);
    }
    emb__set_places_free(&places);
    return status;
}

static const kind *named(const char *where) {
    for (int i = 0; i < KINDS; i++) {
        if (strcmp(where, kinds[i].name) == 0) return &kinds[i];
    }
    return NULL;
}

static emb_status find(const char *where, place *found) {
    const kind *k = named(where);
    emb_status status = EMB_OK;
    *found = (place){0};
    if (k) return find_named(k, found);
    if (emb__path_look(where) != EMB__PATH_FOLDER) return EMB_OK;
    for (int i = 0; i < KINDS && status == EMB_OK && !found->folder; i++) {
        status = find_in(&kinds[i], where, found);
    }
    return status;
}

/* Whether it is, or holds, a folder of pickles. */
static bool has_pickles(const char *where) {
    bool found = has_file(where, "data_batch_1", 0) && has_file(where, "batches.meta", 0);
    for (size_t i = 0; i < sizeof pickles / sizeof *pickles && !found; i++) {
        char *folder = emb__path_join(where, pickles[i]);
        found = folder && emb__path_look(folder) == EMB__PATH_FOLDER;
        emb__free(folder);
    }
    return found;
}

/* ---- what ------------------------------------------------------------------------------------ */

/* *count += records of a file. */
static emb_status count_records(const kind *k, const char *path, size_t *count) {
    const size_t record = k->labels + PIXELS;
    emb__file file;
    emb_status status = emb__file_open(&file, path);
    if (status != EMB_OK) return status;
    if (file.size == 0 || file.size % record != 0) {
        status = emb__fail(EMB_ERR_FORMAT,
                           "%s: has %zu bytes; expected records of %zu: %zu of labels, and 3 x 32 "
                           "x 32 pixels",
                           path, file.size, record, k->labels);
    }
    *count += file.size / record;
    emb__file_close(&file);
    return status;
}

/* A part while it is read. */
typedef struct reading {
    const kind *kind;
    uint8_t *pixels, *labels;
    size_t count, at;
} reading;

static emb_status take_record(reading *r, const char *path, const uint8_t *record) {
    const uint8_t label = record[r->kind->labels - 1];
    if (label >= r->kind->classes) {
        return emb__fail(EMB_ERR_FORMAT, "%s: has the label %d; expected 0 to %d", path, label,
                         r->kind->classes - 1);
    }
    r->labels[r->at] = label;
    memcpy(r->pixels + r->at * PIXELS, record + r->kind->labels, PIXELS);
    r->at++;
    return EMB_OK;
}

static emb_status read_file(reading *r, const char *path) {
    const size_t record = r->kind->labels + PIXELS;
    uint8_t bytes[2 + PIXELS];
    emb__file file;
    emb_status status = emb__file_open(&file, path);
    if (status != EMB_OK) return status;
    for (size_t got = record; status == EMB_OK && got == record && r->at < r->count;) {
        status = emb__file_read(&file, bytes, record, &got);
        if (status == EMB_OK && got == record) status = take_record(r, path, bytes);
    }
    if (status == EMB_OK) status = emb__file_check(&file);
    emb__file_close(&file);
    return status;
}

static emb_status each_file(const place *p, emb_part part, reading *r) {
    emb_status status = EMB_OK;
    for (int i = 0; p->kind->files[part][i] && status == EMB_OK; i++) {
        char *path = emb__path_join(p->folder, p->kind->files[part][i]);
        if (!path) return EMB_ERR_MEMORY;
        status = r->pixels ? read_file(r, path) : count_records(p->kind, path, &r->count);
        emb__free(path);
    }
    return status;
}

static emb_status take_names(emb_images *images, int classes, const char *text) {
    char **names = emb__calloc((size_t)classes, sizeof *names);
    bool good = names;
    int count = 0;
    for (const char *line = text; good && *line; line += strspn(line, "\r\n")) {
        const size_t size = strcspn(line, "\r\n");
        if (size > 0 && count < classes) good = (names[count] = emb__strndup(line, size));
        count += size > 0;
        line += size;
    }
    if (good && count == classes) {
        images->names = names;
        images->name_count = classes;
        return EMB_OK;
    }
    for (int i = 0; names && i < classes; i++) emb__free(names[i]);
    emb__free(names);
    return good ? EMB_OK : EMB_ERR_MEMORY;
}

/* The classes' names, if their file is there and has as many; else labels are numbers. */
static emb_status name_classes(const place *p, emb_images *images) {
    char *path = emb__path_join(p->folder, p->kind->words);
    uint8_t *text = NULL;
    size_t length = 0;
    if (!path) return EMB_ERR_MEMORY;
    emb_status status = EMB_OK;
    if (emb__path_look(path) == EMB__PATH_FILE) {
        status = emb__file_load(path, LONGEST_NAMES, &text, &length);
    }
    emb__free(path);
    if (text) status = take_names(images, p->kind->classes, (const char *)text);
    emb__free(text);
    return status;
}

static emb_images *read_part(const place *p, emb_part part) {
    const int shape[3] = {3, SIDE, SIDE};
    reading r = {.kind = p->kind};
    size_t bytes;
    emb_status status = each_file(p, part, &r);
    if (status == EMB_OK) status = emb__images_check(r.count, shape, &bytes);
    if (status != EMB_OK) return NULL;
    r.pixels = emb__alloc(bytes);
    r.labels = emb__alloc(r.count);
    status = r.pixels && r.labels ? each_file(p, part, &r) : EMB_ERR_MEMORY;
    if (status == EMB_OK && r.at < r.count) {
        status = emb__fail(EMB_ERR_IO, "%s: became shorter while it was read", p->folder);
    }
    if (status != EMB_OK) {
        emb__free(r.pixels);
        emb__free(r.labels);
        return NULL;
    }
    emb_images *images = emb__images_adopt(r.pixels, r.labels, r.count, shape);
    if (!images || name_classes(p, images) == EMB_OK) return images;
    emb_images_free(images);
    return NULL;
}

/* ---- the form -------------------------------------------------------------------------------- */

static int cifar_claims(const char *where) {
    place p;
    if (find(where, &p) != EMB_OK) return -1;
    const bool found = p.folder;
    emb__free(p.folder);
    return found || named(where) || has_pickles(where);
}

static int cifar_parts(const char *where) {
    place p;
    int count = 0;
    if (find(where, &p) != EMB_OK) return -1;
    if (p.folder) count = has_file(p.folder, p.kind->files[EMB_TEST][0], 0) ? 2 : 1;
    emb__free(p.folder);
    return count;
}

static int cifar_has_val(const char *where) {
    (void)where;
    return 0;
}

static emb_images *cifar_open(const char *where, emb_part part, const emb_open_options *options) {
    place p;
    emb_images *images = NULL;
    (void)options;
    if (find(where, &p) != EMB_OK) return NULL;
    if (p.folder) {
        images = read_part(&p, part);
    } else if (named(where)) {
        emb__fail(EMB_ERR_IO,
                  "%s: found no %s; 'embudo data get %s' downloads it; or name the folder that its "
                  "binary files are in",
                  where, named(where)->files[EMB_TRAIN][0], where);
    } else {
        emb__fail(EMB_ERR_FORMAT,
                  "%s: holds Python pickles, which are programs and are not run; get "
                  "cifar-10-binary.tar.gz or cifar-100-binary.tar.gz, unpack it, and name its "
                  "folder",
                  where);
    }
    emb__free(p.folder);
    return images;
}

const emb__set_form emb__cifar_form = {
    .claims = cifar_claims, .parts = cifar_parts, .has_val = cifar_has_val, .open = cifar_open};
