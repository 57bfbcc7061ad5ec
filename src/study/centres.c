/* k-means. See centres.h.
 *
 * Each code is assigned by itself, and each centre's codes are added up in their order by one
 * thread: no number depends on how many threads there are. */
#include "study/centres.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/cancel.h"
#include "base/memory.h"
#include "base/threads.h"
#include "study/nearest.h"

/* ---- assigning ------------------------------------------------------------------------------- */

typedef struct assignment {
    const emb__centres *c;
    const float *numbers; /* the centres, packed */
    const uint32_t *names;
} assignment;

enum { CODES = 4096 /* between two looks at the flag of emb_cancel */ };

static void assign_part(void *data, const emb__member *me) {
    const assignment *a = data;
    const emb__centres *c = a->c;
    size_t from;
    const size_t to = emb__member_part(me, c->count, &from);
    for (size_t i = from; i < to; i++) {
        if (i % CODES == 0 && emb__cancelled()) return;
        emb__nearest nearest = {.most = 1, .distances = c->distances + i, .names = c->cluster + i};
        emb__nearest_scan(&nearest, a->numbers, a->names, emb__code_blocks(c->centres), c->length,
                          c->codes + i * c->length);
    }
}

emb_status emb__centres_assign(const emb__centres *c) {
    const size_t blocks = emb__code_blocks(c->centres);
    float *numbers = emb__calloc(blocks * EMB__CODE_LANES, c->length * sizeof *numbers);
    uint32_t *names = emb__calloc(blocks * EMB__CODE_LANES, sizeof *names);
    const bool room = numbers && names;
    if (room) {
        assignment a = {c, numbers, names};
        emb__codes_pack(c->where, c->length, NULL, c->centres, numbers, names);
        emb__team_run(emb__threads_for(c->threads, emb__code_blocks(c->count)), assign_part, &a);
    }
    emb__free(numbers);
    emb__free(names);
    return room ? emb__cancel_check() : EMB_ERR_MEMORY;
}

/* ---- first centres --------------------------------------------------------------------------- */

static float distance(const float *a, const float *b, size_t length) {
    float sum = 0;
    for (size_t i = 0; i < length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

static void place(emb__centres *c, size_t centre, size_t code) {
    memcpy(c->where + centre * c->length, c->codes + code * c->length,
           c->length * sizeof *c->where);
}

/* A number in [0, 1) of 53 bits. */
static double draw_unit(emb__random *random) {
    const uint32_t high = emb__random_next32(random) >> 5, low = emb__random_next32(random) >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
}

/* The code at `share` of the way through all squared distances. */
static size_t pick(const emb__centres *c, double share) {
    double all = 0, sum = 0;
    for (size_t i = 0; i < c->count; i++) all += (double)c->distances[i];
    if (!(all > 0)) return (size_t)(share * (double)c->count); /* fewer codes differ than centres */
    size_t last = 0;
    for (size_t i = 0; i < c->count; i++) {
        if (!(c->distances[i] > 0)) continue;
        sum += (double)c->distances[i];
        last = i;
        if (sum > share * all) break;
    }
    return last;
}

emb_status emb__centres_draw(emb__centres *c, emb__random *random) {
    for (size_t i = 0; i < c->count; i++) c->distances[i] = INFINITY;
    place(c, 0, (size_t)(draw_unit(random) * (double)c->count));
    for (size_t k = 1; k < c->centres && !emb__cancelled(); k++) {
        const float *last = c->where + (k - 1) * c->length;
        for (size_t i = 0; i < c->count; i++) {
            const float d = distance(c->codes + i * c->length, last, c->length);
            if (d < c->distances[i]) c->distances[i] = d;
        }
        place(c, k, pick(c, draw_unit(random)));
    }
    return emb__cancel_check();
}

void emb__centres_spread(emb__centres *c) {
    for (size_t k = 0; k < c->centres; k++) place(c, k, k * c->count / c->centres);
}

/* ---- rounds ---------------------------------------------------------------------------------- */

typedef struct averaging {
    emb__centres *c;
    double *sums;  /* [centres][length] */
    size_t *sizes; /* [centres] */
} averaging;

/* A member's centres, over all codes. */
static void average_part(void *data, const emb__member *me) {
    const averaging *a = data;
    emb__centres *c = a->c;
    size_t from;
    const size_t to = emb__member_part(me, c->centres, &from), length = c->length;
    for (size_t i = 0; i < c->count; i++) {
        const size_t k = c->cluster[i];
        if (k < from || k >= to) continue;
        a->sizes[k]++;
        for (size_t j = 0; j < length; j++)
            a->sums[k * length + j] += (double)c->codes[i * length + j];
    }
    for (size_t k = from; k < to; k++) {
        for (size_t j = 0; a->sizes[k] > 0 && j < length; j++) {
            c->where[k * length + j] = (float)(a->sums[k * length + j] / (double)a->sizes[k]);
        }
    }
}

/* Centres without codes go to the codes that are farthest from theirs, each to another. */
static void refill(averaging *a) {
    emb__centres *c = a->c;
    for (size_t k = 0; k < c->centres; k++) {
        if (a->sizes[k] > 0) continue;
        size_t farthest = 0;
        for (size_t i = 1; i < c->count; i++) {
            if (c->distances[i] > c->distances[farthest]) farthest = i;
        }
        place(c, k, farthest);
        c->distances[farthest] = 0;
    }
}

static void average(averaging *a) {
    emb__centres *c = a->c;
    memset(a->sums, 0, c->centres * c->length * sizeof *a->sums);
    memset(a->sizes, 0, c->centres * sizeof *a->sizes);
    emb__team_run(emb__threads_for(c->threads, c->centres), average_part, a);
    refill(a);
}

emb_status emb__centres_settle(emb__centres *c, double *inertia) {
    averaging a = {.c = c};
    a.sums = emb__calloc(c->centres, c->length * sizeof *a.sums);
    a.sizes = emb__calloc(c->centres, sizeof *a.sizes);
    uint32_t *before = emb__calloc(c->count, sizeof *before);
    emb_status status = a.sums && a.sizes && before ? emb__centres_assign(c) : EMB_ERR_MEMORY;
    for (int round = 0; status == EMB_OK && round < c->rounds; round++) {
        memcpy(before, c->cluster, c->count * sizeof *before);
        average(&a);
        status = emb__centres_assign(c);
        if (memcmp(before, c->cluster, c->count * sizeof *before) == 0) break;
    }
    if (inertia) *inertia = 0;
    for (size_t i = 0; inertia && status == EMB_OK && i < c->count; i++) {
        *inertia += (double)c->distances[i];
    }
    emb__free(a.sums);
    emb__free(a.sizes);
    emb__free(before);
    return status;
}
