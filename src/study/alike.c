/* Images that are the same picture: emb_images_alike in embudo/study.h.
 *
 * Codes alone do not tell: what was cropped or brightened has another code, and many drawings have
 * nearly the same one. So the neighbours of codes, and of tiny versions of the images, are only
 * candidates; their pixels decide (overlay.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "base/entry.h"
#include "base/memory.h"
#include "base/threads.h"
#include "data/images.h"
#include "embudo/study.h"
#include "study/nearest.h"
#include "study/overlay.h"

enum {
    NEAR = 10,   /* neighbours of each image that are compared with it, of either kind */
    CHUNK = 256, /* images that are read at a time */
    TINY = EMB__TINY * EMB__TINY,
    EXACT_TINY = 8192, /* more images than that have an index of lists */
    CROWD = 7,         /* how like an image's seventh nearest is tells how crowded it is there */
    FEW = 64           /* fewer images than that are never a crowd */
};

/* Digits are all like other digits: where the middle image's crowd is as like it as `most_crowded`,
 * a picture that is there twice must be nearer than the crowd by the share `stands_out`. Below
 * `least_crowded` nothing is asked but the likeness. */
static const double least_crowded = 0.2, most_crowded = 0.4, stands_out = 0.3;

/* Two images that are the same picture. */
typedef struct pair {
    uint32_t other;
    float like;
} pair;

typedef struct alike {
    const emb_images *images;
    const uint32_t *indices;
    size_t count;
    int shape[3], threads;
    double least, low, high;
    bool chosen; /* `least` is the caller's, whatever the crowd */
    bool barred; /* the images have bars of: */
    double bars[3];
    emb__small *small; /* [count] */
    float *tiny;       /* [count][64] */
    uint32_t *copy_of; /* [count]: the first of its copies */
    uint32_t *near;    /* [count][most]: candidates, those of codes and then those of pixels */
    size_t most;
    pair *pairs;   /* [count][most]: those that are the same, both ways after mirror() */
    size_t *held;  /* [count]: of them */
    float *crowd;  /* [count][CROWD]: the likeness of the nearest, the most alike first */
    double weight; /* of the crowd, 0..1 */
    size_t tried;  /* pairs that were compared */
    size_t blank;  /* images of one colour */
} alike;

/* How like two images must be. */
static double least_of(const alike *a, size_t i, size_t j) {
    const double one = (double)a->crowd[i * CROWD + CROWD - 1];
    const double other = (double)a->crowd[j * CROWD + CROWD - 1];
    const double crowded = 1 - stands_out * (1 - a->weight * fmax(one, other));
    return a->weight > 0 ? fmax(a->least, crowded) : a->least;
}

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct reading {
    alike *a;
    const float *pixels;
    size_t first, here;
    double *lines; /* each member's [width] */
} reading;

static void make_part(void *data, const emb__member *me) {
    const reading *r = data;
    alike *a = r->a;
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
static emb_status read_images(alike *a) {
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
static emb_status find_copies(alike *a) {
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
static emb_status find_near(alike *a, const float *codes, int length, size_t exact, size_t at,
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
static bool is_candidate(const alike *a, size_t i, uint32_t other, size_t end) {
    const uint32_t *near = a->near + i * a->most;
    for (size_t k = 0; k < end; k++) {
        if (near[k] == other) return true;
    }
    return false;
}

/* Each pair once: from the lower image, unless only the higher one has it as a candidate. */
static bool is_mine(const alike *a, size_t i, size_t k) {
    const uint32_t other = a->near[i * a->most + k];
    if (other == i || is_candidate(a, i, other, k)) return false;
    return i < other || !is_candidate(a, other, (uint32_t)i, a->most);
}

static void compare_part(void *data, const emb__member *me) {
    alike *a = data;
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
            a->pairs[i * a->most + a->held[i]++] = (pair){other, (float)like};
        }
    }
}

/* ---- crowds ---------------------------------------------------------------------------------- */

static void add_near(alike *a, size_t i, float like) {
    float *nearest = a->crowd + i * CROWD;
    size_t at = CROWD;
    while (at > 0 && nearest[at - 1] < like) at--;
    for (size_t k = CROWD; k-- > at + 1;) nearest[k] = nearest[k - 1];
    if (at < CROWD) nearest[at] = like;
}

static int rising(const void *one, const void *other) {
    const float a = *(const float *)one, b = *(const float *)other;
    return (a > b) - (a < b);
}

/* How crowded the set is. */
static emb_status weigh_crowd(alike *a) {
    size_t alone = 0;
    for (size_t i = 0; i < a->count; i++) {
        a->tried += a->held[i];
        for (size_t k = 0; k < a->held[i]; k++) {
            const pair p = a->pairs[i * a->most + k];
            add_near(a, i, p.like);
            add_near(a, p.other, p.like);
        }
    }
    float *all = emb__calloc(a->count, sizeof *all);
    if (!all) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < a->count; i++) {
        if (a->copy_of[i] == i) all[alone++] = a->crowd[i * CROWD + CROWD - 1];
    }
    qsort(all, alone, sizeof *all, rising);
    const double middle = (double)all[alone / 2];
    const double weight = (middle - least_crowded) / (most_crowded - least_crowded);
    if (alone >= FEW && !a->chosen) a->weight = weight < 0 ? 0 : weight > 1 ? 1 : weight;
    emb__free(all);
    return EMB_OK;
}

/* Pairs that are not like enough go. */
static void keep_pairs(alike *a) {
    for (size_t i = 0; i < a->count; i++) {
        pair *pairs = a->pairs + i * a->most;
        size_t kept = 0;
        for (size_t k = 0; k < a->held[i]; k++) {
            if ((double)pairs[k].like >= least_of(a, i, pairs[k].other)) pairs[kept++] = pairs[k];
        }
        a->held[i] = kept;
    }
}

/* ---- groups ---------------------------------------------------------------------------------- */

/* Who is like whom, both ways. */
typedef struct links {
    size_t *begins; /* [count + 1] */
    pair *pairs;
} links;

static emb_status mirror(const alike *a, links *l) {
    size_t all = 0;
    for (size_t i = 0; i < a->count; i++) all += 2 * a->held[i];
    l->begins = emb__calloc(a->count + 2, sizeof *l->begins);
    l->pairs = emb__calloc(all, sizeof *l->pairs);
    if (!l->begins || !l->pairs) return EMB_ERR_MEMORY;
    size_t *next = l->begins + 1; /* moves on to the end of each image's pairs */
    for (size_t i = 0; i < a->count; i++) {
        for (size_t k = 0; k < a->held[i]; k++) {
            next[i + 1]++;
            next[a->pairs[i * a->most + k].other + 1]++;
        }
    }
    for (size_t i = 0; i < a->count; i++) next[i + 1] += next[i];
    for (size_t i = 0; i < a->count; i++) {
        for (size_t k = 0; k < a->held[i]; k++) {
            const pair p = a->pairs[i * a->most + k];
            l->pairs[next[i]++] = p;
            l->pairs[next[p.other]++] = (pair){(uint32_t)i, p.like};
        }
    }
    return EMB_OK;
}

/* How many others each image is like, its copies among them; *most = the largest number. */
static void count_degrees(const alike *a, const links *l, size_t *degrees, size_t *most) {
    for (size_t i = 0; i < a->count; i++) {
        degrees[i] += l->begins[i + 1] - l->begins[i];
        if (a->copy_of[i] != i) degrees[a->copy_of[i]]++;
    }
    for (size_t i = 0; i < a->count; i++) *most = degrees[i] > *most ? degrees[i] : *most;
}

/* The image that most others are like; of two, the first. `count` if none is left. Only images that
 * are like `degree` others are looked at. */
static size_t next_centre(const alike *a, const size_t *degrees, const uint32_t *first,
                          size_t degree, size_t from) {
    for (size_t i = from; i < a->count; i++) {
        if (first[i] == UINT32_MAX && degrees[i] == degree) return i;
    }
    return a->count;
}

/* Puts into the group of `centre` what is like it: its own links, and those of its members if they
 * are like the centre, too. */
static void gather(const alike *a, const links *l, size_t centre, uint32_t *queue, uint32_t *seen,
                   uint32_t *first, float *likeness) {
    emb__overlay overlay;
    size_t held = 0;
    emb__overlay_begin(&overlay, a->small + centre, a->shape[0]);
    first[centre] = (uint32_t)centre;
    seen[centre] = (uint32_t)centre;
    queue[held++] = (uint32_t)centre;
    for (size_t at = 0; at < held; at++) {
        const size_t from = queue[at];
        for (size_t k = l->begins[from]; k < l->begins[from + 1]; k++) {
            const pair p = l->pairs[k];
            if (first[p.other] != UINT32_MAX || seen[p.other] == centre) continue;
            seen[p.other] = (uint32_t)centre;
            const float like =
                at == 0 ? p.like : (float)emb__overlay_like(&overlay, a->small + p.other);
            if (!((double)like >= least_of(a, centre, p.other))) continue;
            first[p.other] = (uint32_t)centre;
            likeness[p.other] = like;
            queue[held++] = p.other;
        }
    }
}

static emb_status group(const alike *a, uint32_t *first, float *likeness) {
    links l = {0};
    uint32_t *queue = emb__calloc(a->count, sizeof *queue);
    uint32_t *seen = emb__calloc(a->count, sizeof *seen);
    size_t *degrees = emb__calloc(a->count, sizeof *degrees), most = 0;
    emb_status status = queue && seen && degrees ? mirror(a, &l) : EMB_ERR_MEMORY;
    if (status == EMB_OK) count_degrees(a, &l, degrees, &most);
    for (size_t i = 0; status == EMB_OK && i < a->count; i++) {
        first[i] = seen[i] = UINT32_MAX;
        likeness[i] = 1;
    }
    for (size_t degree = most; status == EMB_OK && degree > 0; degree--) {
        for (size_t i = 0; (i = next_centre(a, degrees, first, degree, i)) < a->count; i++) {
            gather(a, &l, i, queue, seen, first, likeness);
        }
    }
    for (size_t i = 0; status == EMB_OK && i < a->count; i++) {
        if (first[i] == UINT32_MAX) first[i] = (uint32_t)i;
    }
    /* A copy is where the first of its copies is, which is an earlier image. */
    for (size_t i = 0; status == EMB_OK && i < a->count; i++) {
        if (a->copy_of[i] == i) continue;
        first[i] = first[a->copy_of[i]];
        likeness[i] = likeness[a->copy_of[i]];
    }
    emb__free(l.begins);
    emb__free(l.pairs);
    emb__free(queue);
    emb__free(seen);
    emb__free(degrees);
    return status;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static emb_status find_alike(alike *a, const float *codes, int length, uint32_t *first,
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
    if (status == EMB_OK) status = weigh_crowd(a);
    report->pairs = a->tried;
    report->blank = a->blank;
    if (status == EMB_OK) keep_pairs(a);
    return status == EMB_OK ? group(a, first, likeness) : status;
}

/* What the numbers mean, and whether pictures lie between bars, which would be alike in all of
 * them. */
static void set_meaning(alike *a) {
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
    alike a = {.images = images,
               .indices = indices,
               .count = count,
               .threads = options ? options->threads : 0,
               .least = options && options->likeness > 0 ? options->likeness : EMB_ALIKE,
               .chosen = options && options->likeness > 0,
               .most = codes ? 2 * NEAR : NEAR};
    if (!report) report = &unused;
    *report = (emb_alike_report){.code_recall = 1, .pixel_recall = 1};
    emb_status status = emb__images_have(images, indices, count);
    if (status == EMB_OK && codes) status = emb__codes_check("given", codes, count, length);
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
    a.crowd = emb__calloc(count, CROWD * sizeof *a.crowd);
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
