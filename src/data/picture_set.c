/* Folders of pictures as a form of data sets. See set_forms.h.
 *
 * Owns: from a folder to a set, through the cache. Does not own: the steps on the way, a set's
 * images (picture_part.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/system.h"
#include "base/translate.h"
#include "data/choice_file.h"
#include "data/picture_cache.h"
#include "data/picture_cache_list.h"
#include "data/picture_choice.h"
#include "data/picture_decode.h"
#include "data/picture_part.h"
#include "data/set_forms.h"

/* Half of the memory that is free; if the system does not tell, half of 2 GiB. */
static uint64_t free_half(void) {
    static const char key[] = "MemAvailable:";
    char text[4096];
    uint64_t kilobytes = 0;
    const char *at = emb__sys_text("/proc/meminfo", text, sizeof text) ? strstr(text, key) : NULL;
    for (at = at ? at + sizeof key - 1 : ""; *at == ' '; at++) {
    }
    for (; *at >= '0' && *at <= '9'; at++) kilobytes = kilobytes * 10 + (uint64_t)(*at - '0');
    return (kilobytes ? kilobytes : (uint64_t)1 << 21) * 512;
}

/* ---- building -------------------------------------------------------------------------------- */

/* Rows that are kept in memory. */
typedef struct rows {
    uint8_t *bytes;
    size_t count, room, row;
} rows;

static emb_status put_rows(void *data, const uint8_t *bytes, size_t count) {
    rows *r = data;
    if (r->count + count > r->room) {
        size_t room = 2 * r->room > r->count + count ? 2 * r->room : r->count + count, size;
        uint8_t *grown = emb__mul(room, r->row, &size) ? emb__realloc(r->bytes, size) : NULL;
        if (!grown) return EMB_ERR_MEMORY;
        r->bytes = grown;
        r->room = room;
    }
    memcpy(r->bytes + r->count * r->row, bytes, count * r->row);
    r->count += count;
    return EMB_OK;
}

/* What the pictures that are good are called, their labels, and the bad ones with their reasons. */
static emb_status describe(const emb__picture_list *list, const emb__decoded *decoded,
                           emb__picture_set *set, emb__text *texts) {
    size_t kept = 0;
    const char *reason = decoded->reasons.bytes;
    emb__text bad = {0}, classes = {0};
    if (list->classes) set->labels = emb__alloc(list->count);
    for (size_t i = 0; i < list->count; i++) {
        const char *name = list->pictures[i].name;
        if (!decoded->good[i]) {
            emb__text_bytes(&bad, name, strlen(name) + 1);
            emb__text_bytes(&bad, reason, strlen(reason) + 1);
            reason += strlen(reason) + 1;
            continue;
        }
        emb__text_bytes(texts, name, strlen(name) + 1);
        if (set->labels) set->labels[kept] = (uint8_t)list->pictures[i].label;
        kept++;
    }
    if (bad.length) emb__text_bytes(texts, bad.bytes, bad.length);
    for (int k = 0; list->classes && k < list->class_count; k++) {
        emb__text_bytes(&classes, list->classes[k], strlen(list->classes[k]) + 1);
    }
    emb__free(bad.bytes);
    set->classes = classes.length ? classes.bytes : emb__strndup("", 0);
    set->classes_size = classes.length;
    set->class_count = list->class_count;
    memcpy(set->counts, decoded->counts, sizeof set->counts);
    const bool good = !bad.failed && !classes.failed && !texts->failed && set->classes &&
                      (set->labels || !list->classes);
    return good ? EMB_OK : EMB_ERR_MEMORY;
}

/* Lines on what the names of folders and files were taken for. */
static void note_list(const emb__picture_list *list, emb__text *notes) {
    if (list->parts) {
        emb__text_add(
            notes,
            P_(list->counts[EMB_TRAIN],
               "the folders are the parts: %zu picture to train, %zu to test, %zu to validate",
               "the folders are the parts: %zu pictures to train, %zu to test, %zu to validate"),
            list->counts[EMB_TRAIN], list->counts[EMB_TEST], list->counts[EMB_VAL]);
        emb__text_add(notes, "\n");
    }
    if (list->classes) {
        enum { NAMED = 8 };
        emb__text_add(notes, _("%d folders are the classes: "), list->class_count);
        for (int k = 0; k < list->class_count && k < NAMED; k++) {
            emb__text_add(notes, "%s%s", k ? ", " : "", list->classes[k]);
        }
        emb__text_add(notes, "%s\n", list->class_count > NAMED ? ", ..." : "");
    }
    if (*list->why) emb__text_add(notes, "%s\n", list->why);
    if (list->beside) {
        emb__text_add(notes,
                      P_(list->beside, "%zu picture outside of the parts is left out",
                         "%zu pictures outside of the parts are left out"),
                      list->beside);
        emb__text_add(notes, "\n");
    }
    if (list->others) {
        emb__text_add(
            notes,
            P_(list->others, "%zu file that is no picture", "%zu files that are no pictures"),
            list->others);
        emb__text_add(notes, "\n");
    }
    if (list->listing.links) {
        emb__text_add(notes,
                      P_(list->listing.links, "%zu link that leads back is not followed",
                         "%zu links that lead back are not followed"),
                      list->listing.links);
        emb__text_add(notes, "\n");
    }
    if (list->listing.deep) {
        emb__text_add(notes,
                      P_(list->listing.deep, "%zu folder deeper than %d is left out",
                         "%zu folders deeper than %d are left out"),
                      list->listing.deep, EMB__FOLDER_DEPTH);
        emb__text_add(notes, "\n");
    }
}

/* Adds lines to the set's notes. */
static emb_status add_notes(emb__picture_set *set, const char *lines) {
    emb__text all = {0};
    emb__text_add(&all, "%s%s", set->notes, lines);
    if (all.failed) return EMB_ERR_MEMORY;
    emb__free(set->notes);
    set->notes = all.bytes;
    return EMB_OK;
}

static emb_status note_profiles(emb__picture_set *set, size_t count) {
    char line[256];
    if (count == 0) return EMB_OK;
    snprintf(line, sizeof line,
             P_(count,
                "%zu picture has a colour profile other than sRGB's, which is ignored: colours may "
                "look different",
                "%zu pictures have a colour profile other than sRGB's, which is ignored: colours "
                "may look different"),
             count);
    return add_notes(set, line) == EMB_OK ? add_notes(set, "\n") : EMB_ERR_MEMORY;
}

/* Decodes into a file, if there is a path, or into memory. */
static emb_status build(const char *folder, const emb__picture_list *list, const char *path,
                        const emb_open_options *o, emb__picture_set *set) {
    const size_t row =
        (size_t)set->pictures.channels * (size_t)set->pictures.height * (size_t)set->pictures.width;
    rows kept = {.row = row};
    emb__picture_cache_writer writer = {.file = {.fd = -1}};
    emb__decoding d = {folder, list, &set->pictures, o, put_rows, &kept};
    emb__decoded decoded = {0};
    emb__text texts = {0};
    emb_status status = EMB_OK;
    if (path) {
        emb__picture_cache_sweep();
        status = emb__picture_cache_begin(&writer, path, folder, row);
        d.put = emb__picture_cache_put;
        d.data = &writer;
    }
    if (status == EMB_OK) status = emb__pictures_decode(&d, &decoded);
    if (status == EMB_OK) status = note_profiles(set, decoded.profiles);
    if (status == EMB_OK) status = describe(list, &decoded, set, &texts);
    if (status == EMB_OK && path) {
        status = emb__picture_cache_finish(&writer, set, texts.bytes, texts.length, decoded.bad);
    } else if (status == EMB_OK) {
        const emb__store_content content = {.memory = kept.bytes,
                                            .count = kept.count,
                                            .row = row,
                                            .texts = texts.bytes,
                                            .texts_size = texts.length,
                                            .bad = decoded.bad};
        set->store = emb__store_new(&content);
        kept.bytes = NULL;
        texts.bytes = NULL;
        if (!set->store) status = emb__last_status();
    }
    emb__picture_cache_end(&writer);
    if (path) status = emb__picture_cache_failed(status, (uint64_t)list->count * row);
    emb__decoded_free(&decoded);
    emb__free(texts.bytes);
    emb__free(kept.bytes);
    return status;
}

/* Where an archive may be unpacked to, to be freed: beside the cache's file, or else with what is
 * temporary. */
static char *room_beside(const char *path) {
    const char *folder = getenv("TMPDIR");
    if (path) return emb__strndup(path, strlen(path));
    return emb__path_join(folder && *folder ? folder : "/tmp", "embudo");
}

static emb_status unpack(const emb__picture_list *list, const char *path) {
    if (!list->archive) return EMB_OK;
    char *beside = room_beside(path);
    const emb_status status = beside ? emb__archive_unpack(list->archive, beside) : EMB_ERR_MEMORY;
    emb__free(beside);
    return status;
}

/* Builds, treating the pictures as set->pictures says. */
static emb_status make(const char *folder, const emb__picture_list *list, const char *path,
                       const emb_open_options *o, emb__picture_set *set) {
    emb__text notes = {0};
    note_list(list, &notes);
    emb_status status = notes.failed ? EMB_ERR_MEMORY : unpack(list, path);
    set->notes = notes.length ? notes.bytes : emb__strndup("", 0);
    if (status == EMB_OK && !set->notes) status = EMB_ERR_MEMORY;
    const int shape[3] = {set->pictures.channels, set->pictures.height, set->pictures.width};
    size_t bytes;
    if (status == EMB_OK) status = emb__images_check(list->count, shape, &bytes);
    return status == EMB_OK ? build(folder, list, path, o, set) : status;
}

/* Completes the wishes: as they were completed before, if that is known, and else by a look at the
 * pictures. *notes, to be freed, say how. */
static emb_status decide(const char *folder, const emb__picture_list *list, bool no_cache,
                         emb_pictures *p, char **notes) {
    emb__text said = {0};
    char *path = NULL;
    emb_status status = EMB_OK;
    if (p->fit == EMB_FIT_DEFAULT) p->fit = EMB_FIT_CROP;
    const bool open = !p->height || !p->channels || !p->background;
    if (open && !no_cache) {
        path = emb__picture_cache_path(folder, list, p, EMB__CHOICE_ENDING);
        if (!path) return emb__last_status();
    }
    const bool known = path && emb__choice_load(path, p, notes);
    if (!known) {
        status = open ? unpack(list, path) : EMB_OK;
        if (status == EMB_OK) status = emb__picture_choose(folder, list, p, &said);
        if (status == EMB_OK && said.failed) status = EMB_ERR_MEMORY;
        *notes = said.length ? said.bytes : emb__strndup("", 0);
        if (status == EMB_OK && !*notes) status = EMB_ERR_MEMORY;
        if (status == EMB_OK && path) {
            status = emb__picture_cache_failed(emb__choice_keep(path, p, *notes), 0);
        }
    }
    emb__free(path);
    return status;
}

/* A cache may have been made when more bad files were allowed. */
static emb_status check_bad(const char *folder, const emb_open_options *o,
                            const emb__picture_set *set) {
    const size_t bad = emb__store_bad_count(set->store);
    emb__bad_file first[EMB__BAD_NAMED];
    for (size_t i = 0; i < bad && i < EMB__BAD_NAMED; i++) {
        first[i].name = emb__store_bad(set->store, i, &first[i].reason);
    }
    return emb__pictures_few_bad(folder, o ? o->bad : EMB_BAD_FEW, bad,
                                 bad + emb__store_count(set->store), first);
}

/* Opens what the cache has, or makes it, of a list that has pictures. */
static emb_status open_list(const char *folder, const emb__picture_list *list,
                            const emb_open_options *o, emb__picture_set *set) {
    const uint64_t memory = o && o->memory ? o->memory : free_half();
    const bool no_cache = o && o->no_cache;
    emb_pictures plan = o ? o->pictures : (emb_pictures){0};
    char *path = NULL, *notes = NULL;
    emb_status status = decide(folder, list, no_cache, &plan, &notes);
    if (status == EMB_OK && !no_cache) {
        path = emb__picture_cache_path(folder, list, &plan, EMB__CACHE_ENDING);
        if (!path) status = emb__last_status();
    }
    if (status == EMB_OK) {
        const emb_status kept = path ? emb__picture_cache_open(path, memory, set) : EMB_ERR_IO;
        set->pictures = plan;
        if (kept != EMB_OK) status = make(folder, list, path, o, set);
        if (kept != EMB_OK && status == EMB_OK && path) {
            emb__picture_set_free(set);
            status = emb__picture_cache_open(path, memory, set);
        }
        set->renewed = kept == EMB_ERR_FORMAT;
    }
    if (status == EMB_OK && *notes) status = add_notes(set, notes);
    emb__free(notes);
    emb__free(path);
    return status == EMB_OK ? check_bad(folder, o, set) : status;
}

static emb_status open_set(const char *folder, const emb_open_options *o, emb__picture_set *set) {
    emb__picture_list list;
    *set = (emb__picture_set){0};
    emb_status status = emb__picture_list_read(folder, &list);
    if (status == EMB_OK && list.count == 0) {
        status = emb__fail(EMB_ERR_FORMAT, "%s: holds no pictures", folder);
    }
    if (status == EMB_OK) status = open_list(folder, &list, o, set);
    emb__picture_list_free(&list);
    if (status == EMB_ERR_CANCELLED) {
        status = emb__fail(EMB_ERR_CANCELLED,
                           "%s: was interrupted while its pictures were decoded; nothing of them "
                           "is kept",
                           folder);
    }
    if (status != EMB_OK) emb__picture_set_free(set);
    return status;
}

/* ---- the form -------------------------------------------------------------------------------- */

static int look(const char *where, int *parts, bool *val) {
    emb__path_kind kind;
    *parts = 0;
    *val = false;
    if (emb__path_find(where, &kind) != EMB_OK) return -1;
    if (kind != EMB__PATH_FOLDER && !emb__archive_is(where)) return 0;
    return emb__picture_list_look(where, parts, val) == EMB_OK ? 1 : -1;
}

static int picture_parts(const char *where) {
    int parts;
    bool val;
    return look(where, &parts, &val) < 0 ? -1 : parts;
}

/* An archive is one of pictures: no other form has any. Listing it may take a while. */
static int picture_claims(const char *where) {
    if (emb__archive_is(where)) return 1;
    const int parts = picture_parts(where);
    return parts > 0 ? 1 : parts;
}

static int picture_has_val(const char *where) {
    int parts;
    bool val;
    return look(where, &parts, &val) < 0 ? -1 : val;
}

static emb_images *picture_open(const char *where, emb_part part, const emb_open_options *options) {
    emb__picture_set set;
    if (open_set(where, options, &set) != EMB_OK) return NULL;
    emb_images *images = emb__picture_part(&set, where, part);
    emb__picture_set_free(&set);
    return images;
}

const emb__set_form emb__picture_form = {.claims = picture_claims,
                                         .parts = picture_parts,
                                         .has_val = picture_has_val,
                                         .open = picture_open};
