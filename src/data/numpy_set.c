/* Data sets kept as NumPy arrays: an NPY file with its labels beside it, a folder of such files, an
 * NPZ archive. */
#include <string.h>

#include "base/memory.h"
#include "codec/file.h"
#include "codec/npz.h"
#include "data/array_archive.h"
#include "data/array_folder.h"
#include "data/array_names.h"
#include "data/set_forms.h"

static bool is_npy(const char *where) {
    const size_t length = strlen(where);
    return length >= 4 && strcmp(where + length - 4, ".npy") == 0;
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* 1 or 0; -1 with the error text set if it could not be found out: which images are trained on
 * depends on it. */
static int has(const char *where, emb__npz *npz, const emb__array_pair *pairs) {
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
        emb_status status = emb__array_find(where, pairs->images, &path);
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
    const int own = has(where, npz, emb__array_parts[part]);
    return own != 0 || part != EMB_TRAIN ? own : has(where, npz, emb__array_whole);
}

/* 2 with a test part, 1 without one, 0 if there is nothing; -1 as above. */
static int parts_of(const char *where) {
    if (is_npy(where)) return emb__path_look(where) == EMB__PATH_FILE;
    emb__npz *npz = emb__npz_is(where) ? emb__npz_open(where) : NULL;
    const bool closed = !npz && emb__npz_is(where);
    const int train = closed ? -1 : has_part(where, npz, EMB_TRAIN);
    const int test = closed || train < 0 ? -1 : has_part(where, npz, EMB_TEST);
    emb__npz_close(npz);
    return test < 0 ? -1 : train && test ? 2 : train || test;
}

/* Whether it has arrays for the part, as has(). */
static int has_images(const char *where, emb_part part) {
    if (is_npy(where)) return part == EMB_TRAIN ? parts_of(where) : 0;
    emb__npz *npz = emb__npz_is(where) ? emb__npz_open(where) : NULL;
    const int there = !npz && emb__npz_is(where) ? -1 : has_part(where, npz, part);
    emb__npz_close(npz);
    return there;
}

/* ---- as forms of data sets ------------------------------------------------------------------- */

static int file_claims(const char *where) { return is_npy(where) || emb__npz_is(where); }
static int has_val(const char *where) { return has_images(where, EMB_VAL); }

static emb_images *open_folder(const char *where, emb_part part) {
    bool found = false;
    emb_images *images = emb__array_folder_open(where, part, &found);
    if (!found) emb__fail(EMB_ERR_IO, "%s: %s is gone", where, emb__array_parts[part][0].images);
    return images;
}

static emb_images *file_open(const char *where, emb_part part, const emb_open_options *options) {
    (void)options;
    if (emb__path_look(where) == EMB__PATH_FOLDER) return open_folder(where, part);
    return emb__npz_is(where) ? emb__array_archive_open(where, part) : emb__array_file_open(where);
}

static int folder_claims(const char *where) {
    emb__path_kind kind;
    if (emb__path_find(where, &kind) != EMB_OK) return -1;
    return kind == EMB__PATH_FOLDER ? parts_of(where) : 0;
}

static emb_images *folder_open(const char *where, emb_part part, const emb_open_options *options) {
    (void)options;
    return open_folder(where, part);
}

const emb__set_form emb__array_file_form = {
    .claims = file_claims, .parts = parts_of, .has_val = has_val, .open = file_open};
const emb__set_form emb__array_folder_form = {
    .claims = folder_claims, .parts = parts_of, .has_val = has_val, .open = folder_open};
