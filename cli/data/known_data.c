/* See known_data.h. */
#include "data/known_data.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/run_json.h"
#include "core/way.h"
#include "data/data_sets.h"
#include "data/picture_options.h"

static const char *const keys[] = {[EMB_TRAIN] = "training_fingerprint",
                                   [EMB_TEST] = "test_fingerprint",
                                   [EMB_VAL] = "validation_fingerprint"};
static const char *const words[] = {
    [EMB_TRAIN] = N_("training"), [EMB_TEST] = N_("test"), [EMB_VAL] = N_("validation")};
enum { PARTS = sizeof keys / sizeof *keys };

/* One process works on one data set. */
static struct {
    bool begun;
    char *where;
    char found[PARTS][EMB_FINGERPRINT];
} writing;

static struct {
    char *file, *where;
    char *other;           /* where else they might have been, and are not; NULL: nowhere */
    char *expected[PARTS]; /* NULL: not recorded */
} taken;

/* What cli_known_data_look has seen. */
static struct {
    char *where;
    emb_images *one; /* NULL: nothing */
} looked;

char *cli_known_data_name(const char *where) {
    char *full = cli_set_find(cli_sets, where) ? NULL : realpath(where, NULL);
    return full ? full : cli_format("%s", where);
}

static bool is_taken(const char *where) { return taken.where && strcmp(where, taken.where) == 0; }

/* ---- writing --------------------------------------------------------------------------------- */

void cli_known_data_begin(void) { writing.begun = true; }

static void keep(const char *where, emb_part part, const emb_images *images) {
    if (!writing.begun || (int)part >= PARTS) return;
    if (!writing.where || strcmp(writing.where, where) != 0) {
        for (int i = 0; i < PARTS; i++) writing.found[i][0] = '\0';
        free(writing.where);
        writing.where = cli_format("%s", where);
    }
    emb_images_fingerprint(images, writing.found[part]);
}

void cli_known_data_look(const char *where) {
    char *folder = is_taken(where) ? NULL : emb_images_folder(where, EMB_TEST);
    const emb_open_options options = {.test_split = -1};
    emb_images *test = folder ? cli_pictures_open(where, EMB_TEST, &options) : NULL;
    const uint32_t first = 0;
    free(folder);
    emb_images_free(looked.one);
    free(looked.where);
    looked.one = test ? emb_images_pick(test, &first, 1) : NULL;
    looked.where = cli_format("%s", where);
    if (looked.one) keep(where, EMB_TEST, test);
    emb_images_free(test);
}

/* One of the test images, or all; NULL with the error printed. */
static emb_images *open_test(const char *where) {
    emb_images *test = looked.one;
    emb_open_options options = {.test_split = -1};
    looked.one = NULL;
    if (test && strcmp(looked.where, where) == 0) return test;
    emb_images_free(test);
    cli_pictures_into(&options);
    test = cli_pictures_open(where, EMB_TEST, &options);
    if (cli_known_data_agrees(where, EMB_TEST, NULL, test)) return test;
    emb_images_free(test);
    return NULL;
}

bool cli_known_data_test(const char *where, const emb_net *net) {
    if (emb_images_parts(where) != 2) return true;
    emb_images *test = open_test(where);
    const bool good = test && (!net || emb_images_fit(test, net) == EMB_OK);
    if (test && !good) cli_fail("%s: its test images: %s", where, emb_error());
    emb_images_free(test);
    return good;
}

void cli_known_data_add(cli_json *json, const char *where, const char *run) {
    char *name = cli_known_data_name(where);
    char *way = *name == '/' ? cli_way_from(run, name) : NULL;
    cli_json_name(json, "set", name);
    if (way) cli_json_name(json, "set_from_run", way);
    free(way);
    free(name);
    for (int i = 0; i < PARTS && writing.where && strcmp(writing.where, where) == 0; i++) {
        if (writing.found[i][0] != '\0') cli_json_string(json, keys[i], writing.found[i]);
    }
}

/* ---- reading --------------------------------------------------------------------------------- */

static void forget(void) {
    for (int i = 0; i < PARTS; i++) {
        free(taken.expected[i]);
        taken.expected[i] = NULL;
    }
    free(taken.file);
    free(taken.where);
    free(taken.other);
    taken.file = taken.where = taken.other = NULL;
}

/* A name of a record as it was, to be freed; NULL if there is none. */
static char *name_in(const json_t *record, const char *name) {
    const char *kept = cli_run_json_string(record, "data", name);
    return kept && *kept ? cli_name_back(kept) : NULL;
}

char *cli_known_data_place(const json_t *record, const char *run) {
    char *set = name_in(record, "set"), *way = name_in(record, "set_from_run");
    char *moved = set && !cli_place_exists(set) ? cli_way_to(run, way) : NULL;
    free(way);
    if (!moved) return set;
    free(set);
    return moved;
}

/* The folder of a file, to be freed. */
static char *folder_of(const char *file) {
    const char *slash = strrchr(file, '/');
    if (!slash) return cli_format(".");
    return cli_format("%.*s", slash == file ? 1 : (int)(slash - file), file);
}

char *cli_known_data_place_of(const json_t *record, const char *file) {
    char *run = folder_of(file), *place = cli_known_data_place(record, run);
    free(run);
    return place;
}

/* Where else the data might be, if they are not at `place`, to be freed; NULL: nowhere. */
static char *other_place(const json_t *record, const char *file, const char *place) {
    char *run = folder_of(file), *way = name_in(record, "set_from_run");
    char *end = cli_place_exists(place) ? NULL : cli_way_end(run, way);
    free(run);
    free(way);
    if (!end || strcmp(end, place) != 0) return end;
    free(end);
    return NULL;
}

char *cli_known_data_take(const char *file, const json_t *record, const char *name) {
    char *place = record ? cli_known_data_place_of(record, file)
                         : (name && *name ? cli_name_back(name) : NULL);
    forget();
    if (!place) return NULL;
    taken.file = cli_format("%s", file);
    taken.where = place;
    taken.other = other_place(record, file, place);
    for (int i = 0; i < PARTS; i++) {
        const char *expected = cli_run_json_string(record, "data", keys[i]);
        if (expected) taken.expected[i] = cli_format("%s", expected);
    }
    return cli_format("%s", taken.where);
}

void cli_known_data_seek(const json_t *record, const char *file) {
    if (!taken.where || !record) return;
    free(taken.other);
    taken.other = other_place(record, file, taken.where);
}

void cli_known_data_call(const char *where) {
    if (!taken.where) return;
    free(taken.where);
    taken.where = cli_format("%s", where);
}

const char *cli_known_data_hint(const char *where) {
    static char *hint;
    free(hint);
    hint = NULL;
    if (!is_taken(where)) return "";
    hint = taken.other ? cli_told("; the name is from %s, and nothing is at %s, either: if "
                                  "the data set is elsewhere, name it on the command line",
                                  taken.file, taken.other)
                       : cli_told("; the name is from %s: if the data set is elsewhere, name it on "
                                  "the command line",
                                  taken.file);
    return hint;
}

static bool refuse(emb_part part, const char *found) {
    cli_fail(
        "%s: holds other data than when %s named it: %s images then '%s', now '%s'; name the data "
        "set on the command line",
        taken.where, taken.file, _(words[part]), taken.expected[part], found);
    return false;
}

/* Test images that are held out of one array are like the training images of the same array. */
static bool rest_agrees(const emb_open_options *options) {
    char found[EMB_FINGERPRINT];
    if (!taken.expected[EMB_TRAIN] || emb_images_parts(taken.where) != 1) return true;
    emb_images *train = cli_pictures_open(taken.where, EMB_TRAIN, options);
    if (!train) {
        cli_fail("%s", emb_error());
        return false;
    }
    emb_images_fingerprint(train, found);
    emb_images_free(train);
    return strcmp(found, taken.expected[EMB_TRAIN]) == 0 || refuse(EMB_TRAIN, found);
}

bool cli_known_data_agrees(const char *where, emb_part part, const emb_open_options *options,
                           const emb_images *images) {
    char found[EMB_FINGERPRINT];
    if (!images) {
        /* If the cache is at fault, the text says what helps. */
        const bool cache = strstr(emb_error(), "--no-cache") != NULL;
        cli_fail("%s%s", emb_error(), cache ? "" : cli_known_data_hint(where));
        return false;
    }
    keep(where, part, images);
    if (!is_taken(where) || (int)part >= PARTS) return true;
    if (!taken.expected[part]) return part != EMB_TEST || rest_agrees(options);
    emb_images_fingerprint(images, found);
    return strcmp(found, taken.expected[part]) == 0 || refuse(part, found);
}
