/* See alike_groups.h. */
#include "study/alike_groups.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "study/overlay.h"

enum { FEW = 64 /* fewer images than that are never a crowd */ };

/* Digits are all like other digits: where the middle image's crowd is as like it as `most_crowded`,
 * a picture that is there twice must be nearer than the crowd by the share `stands_out`. Below
 * `least_crowded` nothing is asked but the likeness. */
static const double least_crowded = 0.2, most_crowded = 0.4, stands_out = 0.3;

/* How like two images must be. */
static double least_of(const emb__alike *a, size_t i, size_t j) {
    const double one = (double)a->crowd[i * EMB__CROWD + EMB__CROWD - 1];
    const double other = (double)a->crowd[j * EMB__CROWD + EMB__CROWD - 1];
    const double crowded = 1 - stands_out * (1 - a->weight * fmax(one, other));
    return a->weight > 0 ? fmax(a->least, crowded) : a->least;
}

/* ---- crowds ---------------------------------------------------------------------------------- */

static void add_near(emb__alike *a, size_t i, float like) {
    float *nearest = a->crowd + i * EMB__CROWD;
    size_t at = EMB__CROWD;
    while (at > 0 && nearest[at - 1] < like) at--;
    for (size_t k = EMB__CROWD; k-- > at + 1;) nearest[k] = nearest[k - 1];
    if (at < EMB__CROWD) nearest[at] = like;
}

static int rising(const void *one, const void *other) {
    const float a = *(const float *)one, b = *(const float *)other;
    return (a > b) - (a < b);
}

emb_status emb__alike_weigh(emb__alike *a) {
    size_t alone = 0;
    for (size_t i = 0; i < a->count; i++) {
        a->tried += a->held[i];
        for (size_t k = 0; k < a->held[i]; k++) {
            const emb__alike_pair p = a->pairs[i * a->most + k];
            add_near(a, i, p.like);
            add_near(a, p.other, p.like);
        }
    }
    float *all = emb__calloc(a->count, sizeof *all);
    if (!all) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < a->count; i++) {
        if (a->copy_of[i] == i) all[alone++] = a->crowd[i * EMB__CROWD + EMB__CROWD - 1];
    }
    qsort(all, alone, sizeof *all, rising);
    const double middle = (double)all[alone / 2];
    const double weight = (middle - least_crowded) / (most_crowded - least_crowded);
    if (alone >= FEW && !a->chosen) a->weight = weight < 0 ? 0 : weight > 1 ? 1 : weight;
    emb__free(all);
    return EMB_OK;
}

void emb__alike_keep(emb__alike *a) {
    for (size_t i = 0; i < a->count; i++) {
        emb__alike_pair *pairs = a->pairs + i * a->most;
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
    emb__alike_pair *pairs;
} links;

static emb_status mirror(const emb__alike *a, links *l) {
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
            const emb__alike_pair p = a->pairs[i * a->most + k];
            l->pairs[next[i]++] = p;
            l->pairs[next[p.other]++] = (emb__alike_pair){(uint32_t)i, p.like};
        }
    }
    return EMB_OK;
}

/* How many others each image is like, its copies among them; *most = the largest number. */
static void count_degrees(const emb__alike *a, const links *l, size_t *degrees, size_t *most) {
    for (size_t i = 0; i < a->count; i++) {
        degrees[i] += l->begins[i + 1] - l->begins[i];
        if (a->copy_of[i] != i) degrees[a->copy_of[i]]++;
    }
    for (size_t i = 0; i < a->count; i++) *most = degrees[i] > *most ? degrees[i] : *most;
}

/* The image that most others are like; of two, the first. `count` if none is left. Only images that
 * are like `degree` others are looked at. */
static size_t next_centre(const emb__alike *a, const size_t *degrees, const uint32_t *first,
                          size_t degree, size_t from) {
    for (size_t i = from; i < a->count; i++) {
        if (first[i] == UINT32_MAX && degrees[i] == degree) return i;
    }
    return a->count;
}

/* Puts into the group of `centre` what is like it: its own links, and those of its members if they
 * are like the centre, too. */
static void gather(const emb__alike *a, const links *l, size_t centre, uint32_t *queue,
                   uint32_t *seen, uint32_t *first, float *likeness) {
    emb__overlay overlay;
    size_t held = 0;
    emb__overlay_begin(&overlay, a->small + centre, a->shape[0]);
    first[centre] = (uint32_t)centre;
    seen[centre] = (uint32_t)centre;
    queue[held++] = (uint32_t)centre;
    for (size_t at = 0; at < held; at++) {
        const size_t from = queue[at];
        for (size_t k = l->begins[from]; k < l->begins[from + 1]; k++) {
            const emb__alike_pair p = l->pairs[k];
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

emb_status emb__alike_group(const emb__alike *a, uint32_t *first, float *likeness) {
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
