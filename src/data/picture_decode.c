/* See picture_decode.h. */
#include "data/picture_decode.h"

#include <stdatomic.h>
#include <string.h>

#include "base/cancel.h"
#include "base/entry.h"
#include "base/threads.h"
#include "base/translate.h"
#include "codec/file.h"
#include "codec/picture_formats.h"

/* Rows that are decoded before they are put: at most this many, and bytes. */
enum { CHUNK = 1024, CHUNK_BYTES = 1 << 24, FEW = 100 };

/* Pictures [first, first + count) of the list. */
typedef struct chunk {
    const emb__decoding *decoding;
    emb__picture_plan plan;
    size_t first, count, row;
    uint8_t *rows;
    char **reasons; /* [count]: what is wrong with a picture; NULL: nothing */
    atomic_size_t next, done;
    atomic_size_t profiles;
    atomic_bool failed; /* there is no memory */
} chunk;

emb__picture_plan emb__pictures_plan(const emb_pictures *p) {
    static const emb__fit_way ways[] = {[EMB_FIT_DEFAULT] = EMB__FIT_CROP,
                                        [EMB_FIT_CROP] = EMB__FIT_CROP,
                                        [EMB_FIT_PAD] = EMB__FIT_PAD,
                                        [EMB_FIT_STRETCH] = EMB__FIT_STRETCH,
                                        [EMB_FIT_MNIST] = EMB__FIT_MNIST};
    const unsigned colour = (unsigned)p->background;
    return (emb__picture_plan){
        .shape = {p->channels, p->height, p->width},
        .fit = ways[p->fit],
        .background = {(uint8_t)(colour >> 16), (uint8_t)(colour >> 8), (uint8_t)colour},
        .upright = true,
        .reduced = p->fit != EMB_FIT_MNIST};
}

/* A picture's path and, of an archive, its bytes, which are to be freed. */
typedef struct listed {
    char *path;
    uint8_t *bytes;
} listed;

static void begin_task(const char *folder, const emb__picture_list *list, size_t which, listed *l,
                       emb__picture_task *t) {
    const emb__listed_picture *picture = &list->pictures[which];
    *l = (listed){.path = emb__path_join(folder, picture->name)};
    t->path = l->path;
    t->end = (emb__picture_end){l->path ? EMB_OK : EMB_ERR_MEMORY, NULL};
    if (l->path && list->archive) {
        t->end = emb__picture_ended(emb__archive_load(
            list->archive, picture->file, l->path, EMB__MAX_PICTURE_BYTES, &l->bytes, &t->count));
    }
    t->bytes = l->bytes;
}

/* "path: reason" becomes "reason". */
static void end_task(listed *l, char *reason) {
    const size_t length = l->path ? strlen(l->path) : 0;
    if (l->path && reason && strncmp(reason, l->path, length) == 0 &&
        strncmp(reason + length, ": ", 2) == 0) {
        memmove(reason, reason + length + 2, strlen(reason + length + 2) + 1);
    }
    emb__free(l->bytes);
    emb__free(l->path);
}

void emb__listed_read(const char *folder, const emb__picture_list *list, const size_t which[],
                      int count, const emb__picture_plan *plan, emb__picture_desk *desk,
                      emb__picture_task tasks[]) {
    listed files[EMB__PICTURES_AT_ONCE];
    for (int i = 0; i < count; i++) begin_task(folder, list, which[i], &files[i], &tasks[i]);
    emb__pictures_read(desk, plan, tasks, count);
    for (int i = 0; i < count; i++) {
        end_task(&files[i], tasks[i].end.reason);
        tasks[i].path = NULL;
        tasks[i].bytes = NULL;
    }
}

/* Pictures [first, first + count) of the chunk. */
static void decode_some(chunk *c, size_t first, int count, emb__picture_desk *desk) {
    const emb__decoding *d = c->decoding;
    emb__picture_task tasks[EMB__PICTURES_AT_ONCE] = {0};
    size_t which[EMB__PICTURES_AT_ONCE];
    for (int i = 0; i < count; i++) {
        which[i] = c->first + first + (size_t)i;
        tasks[i].pixels = c->rows + (first + (size_t)i) * c->row;
    }
    emb__listed_read(d->folder, d->list, which, count, &c->plan, desk, tasks);
    for (int i = 0; i < count; i++) {
        const emb__picture_end end = tasks[i].end;
        c->reasons[first + (size_t)i] = end.reason;
        if (end.status == EMB_OK && tasks[i].info.profile) atomic_fetch_add(&c->profiles, 1);
        if (end.status == EMB_ERR_MEMORY || (end.status != EMB_OK && !end.reason)) {
            atomic_store(&c->failed, true);
        }
    }
}

/* Each member takes the next pictures: they differ much in what they cost. */
static void decode_part(void *data, const emb__member *me) {
    chunk *c = data;
    const emb_open_options *o = c->decoding->options;
    emb__picture_desk desk = {0};
    EMB__ENTER;
    while (!emb__cancelled() && !atomic_load(&c->failed)) {
        const size_t i = atomic_fetch_add(&c->next, EMB__PICTURES_AT_ONCE);
        if (i >= c->count) break;
        const size_t left = c->count - i;
        const int count = left < EMB__PICTURES_AT_ONCE ? (int)left : EMB__PICTURES_AT_ONCE;
        decode_some(c, i, count, &desk);
        const size_t done = atomic_fetch_add(&c->done, (size_t)count) + (size_t)count;
        if (me->number == 0 && o && o->progress) {
            o->progress(o->progress_data, c->first + done, c->decoding->list->count);
        }
    }
    emb__picture_desk_clear(&desk);
}

/* "a.png: is empty; b.png: is cut off; and 7 more": as many as there is room for. */
static void name_bad(emb__text *out, size_t bad, const emb__bad_file *first) {
    enum { ROOM = 640 }; /* of the 1023 bytes of an error text */
    size_t named = 0;
    while (named < bad && named < EMB__BAD_NAMED) {
        const emb__bad_file *file = &first[named];
        if (named > 0 && out->length + strlen(file->name) + strlen(file->reason) > ROOM) break;
        emb__text_add(out, "%s%s: %s", named ? "; " : "", file->name, file->reason);
        named++;
    }
    if (bad > named) emb__text_add(out, _("; and %zu more"), bad - named);
}

emb_status emb__pictures_few_bad(const char *folder, emb_bad_files may, size_t bad, size_t all,
                                 const emb__bad_file *first) {
    const bool few = may == EMB_BAD_SKIP || (may == EMB_BAD_FEW && bad * FEW <= all);
    if (bad == 0 || (few && bad < all)) return EMB_OK;
    emb__text names = {0};
    name_bad(&names, bad, first);
    const emb_status status =
        names.failed
            ? EMB_ERR_MEMORY
            : emb__fail(EMB_ERR_FORMAT,
                        all == 1     ? E_("%s: %zu of %zu picture cannot be read: %s; remove it")
                        : bad == all ? E_("%s: %zu of %zu pictures cannot be read: %s; remove them")
                        : bad == 1   ? E_("%s: %zu of %zu pictures cannot be read: %s; remove it, "
                                            "or leave it out with --bad skip")
                                     : E_("%s: %zu of %zu pictures cannot be read: %s; remove "
                                            "them, or leave them out with --bad skip"),
                        folder, bad, all, names.bytes);
    emb__free(names.bytes);
    return status;
}

/* A set has at least one image. */
static emb_status check_any(const emb__decoding *d, const emb__decoded *out) {
    if (out->bad < d->list->count) return EMB_OK;
    emb__bad_file first[EMB__BAD_NAMED];
    const char *reason = out->reasons.bytes;
    for (size_t i = 0; i < out->bad && i < EMB__BAD_NAMED; i++) {
        first[i] = (emb__bad_file){d->list->pictures[i].name, reason};
        reason += strlen(reason) + 1;
    }
    return emb__pictures_few_bad(d->folder, EMB_BAD_SKIP, out->bad, d->list->count, first);
}

/* Notes which pictures are good, and closes the gaps between their rows. */
static size_t sort_out(chunk *c, emb__decoded *out) {
    size_t kept = 0;
    for (size_t i = 0; i < c->count; i++) {
        const size_t at = c->first + i;
        out->good[at] = !c->reasons[i];
        if (c->reasons[i]) {
            emb__text_bytes(&out->reasons, c->reasons[i], strlen(c->reasons[i]) + 1);
            out->bad++;
            continue;
        }
        out->counts[c->decoding->list->pictures[at].part]++;
        if (kept != i) memcpy(c->rows + kept * c->row, c->rows + i * c->row, c->row);
        kept++;
    }
    return kept;
}

static emb_status decode_chunk(chunk *c, emb__decoded *out) {
    const emb_open_options *o = c->decoding->options;
    atomic_store(&c->next, 0);
    atomic_store(&c->done, 0);
    memset(c->reasons, 0, c->count * sizeof *c->reasons);
    emb__team_run(emb__threads_for(o ? o->threads : 0, c->count), decode_part, c);
    emb_status status = emb__cancel_check();
    if (status == EMB_OK && atomic_load(&c->failed)) {
        status = emb__fail(EMB_ERR_MEMORY, "%s: there is no memory for decoding its pictures",
                           c->decoding->folder);
    }
    const size_t kept = status == EMB_OK ? sort_out(c, out) : 0;
    for (size_t i = 0; i < c->count; i++) emb__free(c->reasons[i]);
    if (status == EMB_OK && out->reasons.failed) status = EMB_ERR_MEMORY;
    return status == EMB_OK && kept ? c->decoding->put(c->decoding->data, c->rows, kept) : status;
}

emb_status emb__pictures_decode(const emb__decoding *d, emb__decoded *out) {
    const size_t all = d->list->count;
    chunk c = {.decoding = d, .plan = emb__pictures_plan(d->pictures)};
    c.row = (size_t)c.plan.shape[0] * (size_t)c.plan.shape[1] * (size_t)c.plan.shape[2];
    size_t most = CHUNK_BYTES / c.row;
    most = most < 1 ? 1 : most > CHUNK ? CHUNK : most;
    *out = (emb__decoded){.good = emb__calloc(all + 1, sizeof *out->good)};
    c.rows = emb__alloc(most * c.row);
    c.reasons = emb__calloc(most, sizeof *c.reasons);
    emb_status status = out->good && c.rows && c.reasons ? EMB_OK : EMB_ERR_MEMORY;
    for (size_t first = 0; status == EMB_OK && first < all; first += most) {
        c.first = first;
        c.count = all - first < most ? all - first : most;
        status = decode_chunk(&c, out);
    }
    out->profiles = atomic_load(&c.profiles);
    if (status == EMB_OK) status = check_any(d, out);
    emb__free(c.rows);
    emb__free(c.reasons);
    return status;
}

void emb__decoded_free(emb__decoded *out) {
    emb__free(out->good);
    emb__free(out->reasons.bytes);
    *out = (emb__decoded){0};
}
