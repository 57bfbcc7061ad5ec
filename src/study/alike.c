/* Images that are the same picture: emb_images_alike in embudo/study.h.
 *
 * Codes alone do not tell: what was cropped or brightened has another code, and many drawings have
 * nearly the same one. So the neighbours of codes, and of tiny versions of the images, are only
 * candidates; their pixels decide (overlay.h). */
#include <string.h>

#include "base/cancel.h"
#include "base/entry.h"
#include "base/memory.h"
#include "base/threads.h"
#include "data/images.h"
#include "embudo/study.h"
#include "study/alike_groups.h"
#include "study/nearest.h"
#include "study/overlay.h"

enum {
    NEAR = 10,   /* neighbours of each image that are compared with it, of either kind */
    CHUNK = 256, /* images that are read at a time */
    TINY = EMB__TINY * EMB__TINY,
    EXACT_TINY = 8192 /* more images than that have an index of lists */
};

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct reading {
    emb__alike *a;
    const float *pixels;
    size_t first, here;
    double *lines; /* each member's [width] */
} reading;

static void make_part(void *data, const emb__member *me) {
    const reading *r = data;
    emb__alike *a = r->a;
    const size_t size = emb__images_size(a->images);
    size_t from;
    const size_t to = emb__member_part(me, r->here, &from);
    for (size_t i = from; i < to && !emb__cancelled(); i++) {
        const float *pixels = r->pixels + i * size;
        emb__box box = {0, 0, (size_t)a->shape[1], (size_t)a->shape[2]};
        if (a->barred) box = emb__box_within(pixels, a->shape, a->low, a->high, a->bars);
        emb__small_make(a->small + r->first + i, pixels, a->shape, &box, a->low, a->high,
                        r->lines + (size_t)me->number * (size_t)a->shape[2],
                        a->tiny + (r->first + i) * TINY);
    }
}

/* All images' small versions. */
static emb_status read_images(emb__alike *a) {
    const size_t size = emb__images_size(a->images);
    const int members = emb__threads_for(a->threads, CHUNK);
    float *pixels = emb__calloc(CHUNK, size * sizeof *pixels);
    double *lines = emb__calloc((size_t)members, (size_t)a->shape[2] * sizeof *lines);
    emb_status status = pixels && lines ? EMB_OK : EMB_ERR_MEMORY;
    for (size_t first = 0; status == EMB_OK && first < a->count; first += CHUNK) {
        const size_t left = a->count - first, here = left < CHUNK ? left : CHUNK;
        uint32_t places[CHUNK];
        for (size_t i = 0; i < here; i++) {
            places[i] = a->indices ? a->indices[first + i] : (uint32_t)(first + i);
        }
        reading r = {a, pixels, first, here, lines};
        status = emb_images_fetch(a->images, places, here, pixels, NULL);
        if (status != EMB_OK) break;
        emb__team_run(members, make_part, &r);
        status = emb__cancel_check();
    }
    emb__free(pixels);
    emb__free(lines);
    return status;
}

/* ---- copies ---------------------------------------------------------------------------------- */

/* A table of the first of each set of copies, by their sums. What shows nothing is no copy: of
 * drawings that are cropped to their middle, only paper may be left. */
static emb_status find_copies(emb__alike *a) {
    size_t size = 1;
    while (size < 2 * a->count) size *= 2;
    uint32_t *table = emb__calloc(size, sizeof *table); /* place + 1 */
    if (!table) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < a->count; i++) {
        const uint64_t *sums = a->small[i].sums;
        a->copy_of[i] = (uint32_t)i;
        a->blank += a->small[i].is_blank;
        if (a->small[i].is_blank) continue;
        size_t at = (size_t)sums[0] & (size - 1);
        while (table[at] &&
               memcmp(a->small[table[at] - 1].sums, sums, sizeof a->small[i].sums) != 0) {
            at = (at + 1) & (size - 1);
        }
        if (!table[at]) table[at] = (uint32_t)i + 1;
        a->copy_of[i] = table[at] - 1;
    }
    emb__free(table);
    return EMB_OK;
}

/* ---- candidates ------------------------------------------------------------------------------ */

/* near[i][at..at + k) = the nearest of those that are nobody's copy; places that are left over
 * have the image's own number. *recall = the index's. */
static emb_status find_near(emb__alike *a, const float *codes, int length, size_t exact, size_t at,
                            double *recall) {
    const size_t size = (size_t)length, most = NEAR + 1;
    uint32_t *ids = emb__calloc(a->count, sizeof *ids);
    uint32_t *found = emb__calloc(a->count, most * sizeof *found);
    float *unique = emb__calloc(a->count, size * sizeof *unique);
    float *far = emb__calloc(a->count, most * sizeof *far);
    emb_status status = ids && found && unique && far ? EMB_OK : EMB_ERR_MEMORY;
    size_t count = 0;
    for (size_t i = 0; status == EMB_OK && i < a->count; i++) {
        if (a->copy_of[i] != i || a->small[i].is_flat) continue;
        memcpy(unique + count * size, codes + i * size, size * sizeof *codes);
        ids[count++] = (uint32_t)i;
    }
    const size_t some = count < most ? count : most;
    emb_neighbours *index = NULL;
    if (status == EMB_OK && count > 1) {
        index = emb_neighbours_new(unique, count, length, exact, a->threads);
        status = index
                     ? emb_neighbours_find(index, unique, count, (int)some, found, far, a->threads)
                     : emb__last_status();
    }
    for (size_t n = 0; index && status == EMB_OK && n < count; n++) {
        uint32_t *near = a->near + ids[n] * a->most + at;
        for (size_t k = 0, held = 0; k < some && held < NEAR; k++) {
            if (found[n * some + k] != n) near[held++] = ids[found[n * some + k]];
        }
    }
    if (index) *recall = emb_neighbours_recall(index);
    emb_neighbours_free(index);
    emb__free(ids);
    emb__free(found);
    emb__free(unique);
    emb__free(far);
    return status;
}

/* Whether `other` is among the candidates of `i` before place `end`. */
static bool is_candidate(const emb__alike *a, size_t i, uint32_t other, size_t end) {
    const uint32_t *near = a->near + i * a->most;
    for (size_t k = 0; k < end; k++) {
        if (near[k] == other) return true;
    }
    return false;
}

/* Each pair once: from the lower image, unless only the higher one has it as a candidate. */
static bool is_mine(const emb__alike *a, size_t i, size_t k) {
    const uint32_t other = a->near[i * a->most + k];
    if (other == i || is_candidate(a, i, other, k)) return false;
    return i < other || !is_candidate(a, other, (uint32_t)i, a->most);
}

static void compare_part(void *data, const emb__member *me) {
    emb__alike *a = data;
    size_t from;
    const size_t to = emb__member_part(me, a->count, &from);
    for (size_t i = from; i < to && !emb__cancelled(); i++) {
        emb__overlay overlay;
        bool begun = false;
        for (size_t k = 0; k < a->most; k++) {
            if (!is_mine(a, i, k)) continue;
            if (!begun) emb__overlay_begin(&overlay, a->small + i, a->shape[0]);
            begun = true;
            const uint32_t other = a->near[i * a->most + k];
            const double like = emb__overlay_like(&overlay, a->small + other);
            a->pairs[i * a->most + a->held[i]++] = (emb__alike_pair){other, (float)like};
        }
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

static emb_status find_alike(emb__alike *a, const float *codes, int length, uint32_t *first,
                             float *likeness, emb_alike_report *report) {
    emb_status status = read_images(a);
    if (status == EMB_OK) status = find_copies(a);
    for (size_t i = 0; i < a->count * a->most; i++) a->near[i] = (uint32_t)(i / a->most);
    if (status == EMB_OK) {
        status = find_near(a, a->tiny, TINY, EXACT_TINY, 0, &report->pixel_recall);
    }
    if (status == EMB_OK && codes) {
        status = find_near(a, codes, length, 0, NEAR, &report->code_recall);
    }
    if (status == EMB_OK) {
        emb__team_run(emb__threads_for(a->threads, a->count), compare_part, a);
        status = emb__cancel_check();
    }
    if (status == EMB_OK) status = emb__alike_weigh(a);
    report->pairs = a->tried;
    report->blank = a->blank;
    if (status == EMB_OK) emb__alike_keep(a);
    return status == EMB_OK ? emb__alike_group(a, first, likeness) : status;
}

/* What the numbers mean, and whether pictures lie between bars, which would be alike in all of
 * them. */
static void set_meaning(emb__alike *a) {
    static const double luma[3] = {0.299, 0.587, 0.114};
    emb_pictures pictures;
    emb_images_range(a->images, &a->low, &a->high);
    a->barred = emb_images_pictures(a->images, &pictures) && pictures.fit == EMB_FIT_PAD;
    for (int c = 0; c < 3; c++) a->bars[c] = (pictures.background >> (16 - 8 * c) & 255) / 255.0;
    if (a->shape[0] == 1) {
        double grey = 0;
        for (int c = 0; c < 3; c++) grey += luma[c] * a->bars[c];
        a->bars[0] = grey;
    }
}

emb_status emb_images_alike(const emb_images *images, const uint32_t *indices, size_t count,
                            const float *codes, int length, const emb_alike_options *options,
                            uint32_t *first, float *likeness, uint32_t *copy_of,
                            emb_alike_report *report) {
    EMB__ENTER;
    emb_alike_report unused;
    emb__alike a = {.images = images,
                    .indices = indices,
                    .count = count,
                    .threads = options ? options->threads : 0,
                    .least = options && options->likeness > 0 ? options->likeness : EMB_ALIKE,
                    .chosen = options && options->likeness > 0,
                    .most = codes ? 2 * NEAR : NEAR};
    if (!report) report = &unused;
    *report = (emb_alike_report){.code_recall = 1, .pixel_recall = 1};
    emb_status status = emb__images_have(images, indices, count);
    if (status == EMB_OK && codes) status = emb__codes_check(false, codes, count, length);
    if (status != EMB_OK || count == 0) return status;
    if (!(a.least <= 1)) {
        return emb__fail(EMB_ERR_ARGUMENT, "likeness %g; expected a number from 0 to 1", a.least);
    }
    emb_images_shape(images, a.shape);
    set_meaning(&a);
    a.small = emb__calloc(count, sizeof *a.small);
    a.tiny = emb__calloc(count, TINY * sizeof *a.tiny);
    a.copy_of = emb__calloc(count, sizeof *a.copy_of);
    a.near = emb__calloc(count, a.most * sizeof *a.near);
    a.pairs = emb__calloc(count, a.most * sizeof *a.pairs);
    a.held = emb__calloc(count, sizeof *a.held);
    a.crowd = emb__calloc(count, EMB__CROWD * sizeof *a.crowd);
    const bool room = a.small && a.tiny && a.copy_of && a.near && a.pairs && a.held && a.crowd;
    status = room ? find_alike(&a, codes, length, first, likeness, report) : EMB_ERR_MEMORY;
    if (status == EMB_OK && copy_of) memcpy(copy_of, a.copy_of, count * sizeof *copy_of);
    emb__free(a.small);
    emb__free(a.tiny);
    emb__free(a.copy_of);
    emb__free(a.near);
    emb__free(a.pairs);
    emb__free(a.held);
    emb__free(a.crowd);
    return status;
}
