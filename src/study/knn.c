/* The nearest neighbours of a code among others, and its class by theirs.
 *
 * Every distance is computed in one fixed order: the sum of (a - b)^2 in float32, number after
 * number, without fused operations. So the order of neighbours is the same everywhere. Lanes are 16
 * queries, which the compiler turns into vectors.
 *
 * Squares leave float32's range if numbers are beyond some 1e18 or differ by less than some 1e-18.
 * A query whose neighbours may be wrong because of that is searched once more in double, which
 * holds the square of every float32. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/cancel.h"
#include "base/entry.h"
#include "base/memory.h"
#include "base/threads.h"
#include "base/translate.h"

enum { LANES = 16, REFERENCES = 64 /* whose distances are computed in a row */ };

typedef struct search {
    const float *reference;
    const uint8_t *labels;
    size_t count, length, neighbours;
    const float *queries;
    size_t query_count;
    uint8_t *predicted;
    float *rooms; /* each member's: queries [length][LANES], then the nearest [LANES][neighbours] */
    uint32_t *nearest; /* each member's: [LANES][neighbours], the indices of those references */
    double *wide;      /* each member's: [neighbours], the distances of a search in double */
    size_t room;
} search;

/* A member's current work: 16 queries, and the nearest references of each, sorted. */
typedef struct block {
    const float *queries;
    float *distances; /* [LANES][neighbours] */
    uint32_t *nearest;
    float farthest[LANES]; /* a smaller distance is kept; infinite while there is room */
    size_t held;           /* the same for all lanes */
} block;

/* Four lanes, in the compilers' own vector type: gcc 12, left to choose vectors here, puts them
 * across the chain and shuffles. */
typedef float four __attribute__((vector_size(16)));

/* distances[r][lane] for `here` references. */
static void measure(const search *s, const block *b, const float *reference, size_t here,
                    float distances[REFERENCES][LANES]) {
    enum { FOURS = LANES / 4 };
    for (size_t r = 0; r < here; r++, reference += s->length) {
        four sum[FOURS] = {{0}};
        for (size_t i = 0; i < s->length; i++) {
            const four from = {reference[i], reference[i], reference[i], reference[i]};
            four query[FOURS];
            memcpy(query, b->queries + i * LANES, sizeof query);
            for (size_t f = 0; f < FOURS; f++) {
                const four d = query[f] - from;
                sum[f] += d * d;
            }
        }
        memcpy(distances[r], sum, sizeof sum);
    }
}

/* Puts a reference in its place among a lane's `held` nearest, after those that are as near, since
 * these have lower indices. If all places are taken, the last one is dropped. */
static void insert(const search *s, block *b, size_t lane, float distance, uint32_t index) {
    const size_t k = s->neighbours;
    float *distances = b->distances + lane * k;
    uint32_t *nearest = b->nearest + lane * k;
    size_t at = b->held < k ? b->held : k - 1;
    for (; at > 0 && distance < distances[at - 1]; at--) {
        distances[at] = distances[at - 1];
        nearest[at] = nearest[at - 1];
    }
    distances[at] = distance;
    nearest[at] = index;
}

static void take(const search *s, block *b, const float distances[LANES], uint32_t index) {
    if (b->held < s->neighbours) {
        for (size_t lane = 0; lane < LANES; lane++) insert(s, b, lane, distances[lane], index);
        b->held++;
    } else {
        int nearer = 0;
        for (size_t lane = 0; lane < LANES; lane++) nearer |= distances[lane] < b->farthest[lane];
        if (!nearer) return;
        for (size_t lane = 0; lane < LANES; lane++) {
            if (distances[lane] < b->farthest[lane]) insert(s, b, lane, distances[lane], index);
        }
    }
    if (b->held < s->neighbours) return;
    for (size_t lane = 0; lane < LANES; lane++) {
        b->farthest[lane] = b->distances[lane * s->neighbours + s->neighbours - 1];
    }
}

/* ---- beyond float32 -------------------------------------------------------------------------- */

static double wide_distance(const search *s, const float *query, size_t index) {
    const float *reference = s->reference + index * s->length;
    double sum = 0;
    for (size_t i = 0; i < s->length; i++) {
        const double d = (double)query[i] - (double)reference[i];
        sum += d * d;
    }
    return sum;
}

/* Whether the neighbours found in float32 may be the wrong ones. Of references at distance 0, as
 * far as float32 can tell, those with the lower indices are kept: that is right if all of them
 * equal the query. */
static bool is_doubtful(const search *s, const float *query, const float *distances,
                        const uint32_t *nearest) {
    /* A sum above it has lost less to squares that are subnormal than to its own rounding. */
    const float least = 1e-36f * (float)s->length;
    if (!(distances[s->neighbours - 1] <= FLT_MAX)) return true;
    for (size_t i = 0; i < s->neighbours && distances[i] < least; i++) {
        if (distances[i] > 0 || wide_distance(s, query, nearest[i]) > 0) return true;
    }
    return false;
}

static void search_wide(const search *s, const float *query, double *distances, uint32_t *nearest) {
    const size_t k = s->neighbours;
    for (size_t r = 0; r < s->count; r++) {
        if (r % REFERENCES == 0 && emb__cancelled()) return;
        const double distance = wide_distance(s, query, r);
        size_t at = r < k ? r : k - 1;
        if (r >= k && !(distance < distances[at])) continue;
        for (; at > 0 && distance < distances[at - 1]; at--) {
            distances[at] = distances[at - 1];
            nearest[at] = nearest[at - 1];
        }
        distances[at] = distance;
        nearest[at] = (uint32_t)r;
    }
}

/* The class of most neighbours; among several, the one whose nearest neighbour is nearest. */
static uint8_t vote(const search *s, const uint32_t *nearest) {
    size_t votes[EMB_MAX_CLASSES] = {0};
    uint8_t best = s->labels[nearest[0]];
    for (size_t i = 0; i < s->neighbours; i++) votes[s->labels[nearest[i]]]++;
    for (size_t i = 0; i < s->neighbours; i++) {
        const uint8_t label = s->labels[nearest[i]];
        if (votes[label] > votes[best]) best = label;
    }
    return best;
}

static void search_block(const search *s, size_t first, float *room, uint32_t *nearest,
                         double *wide) {
    const size_t left = s->query_count - first, here = left < LANES ? left : LANES;
    float distances[REFERENCES][LANES];
    for (size_t i = 0; i < s->length; i++) {
        for (size_t lane = 0; lane < LANES; lane++) {
            /* Lanes past the last query search the first query's neighbours. */
            const size_t query = first + (lane < here ? lane : 0);
            room[i * LANES + lane] = s->queries[query * s->length + i];
        }
    }
    block b = {.queries = room, .distances = room + s->length * LANES, .nearest = nearest};
    for (size_t r = 0; r < s->count && !emb__cancelled(); r += REFERENCES) {
        const size_t some = s->count - r < REFERENCES ? s->count - r : REFERENCES;
        measure(s, &b, s->reference + r * s->length, some, distances);
        for (size_t i = 0; i < some; i++) take(s, &b, distances[i], (uint32_t)(r + i));
    }
    for (size_t lane = 0; lane < here && !emb__cancelled(); lane++) {
        const float *query = s->queries + (first + lane) * s->length;
        uint32_t *own = nearest + lane * s->neighbours;
        if (is_doubtful(s, query, b.distances + lane * s->neighbours, own)) {
            search_wide(s, query, wide, own);
        }
        s->predicted[first + lane] = vote(s, own);
    }
}

static void search_part(void *data, const emb__member *me) {
    const search *s = data;
    size_t from;
    const size_t to = emb__member_part(me, (s->query_count + LANES - 1) / LANES, &from);
    float *room = s->rooms + (size_t)me->number * s->room;
    uint32_t *nearest = s->nearest + (size_t)me->number * LANES * s->neighbours;
    double *wide = s->wide + (size_t)me->number * s->neighbours;
    for (size_t b = from; b < to && !emb__cancelled(); b++) {
        search_block(s, b * LANES, room, nearest, wide);
    }
}

/* `wrong` is the failure's text, for the code and the number in it. */
static emb_status check_codes(const char *wrong, const float *codes, size_t count, size_t length) {
    for (size_t i = 0; i < count * length; i++) {
        if (isfinite(codes[i])) continue;
        return emb__fail(EMB_ERR_ARGUMENT, wrong, i / length, i % length);
    }
    return EMB_OK;
}

static emb_status check(const search *s, int length, int neighbours) {
    if (length < 1) {
        return emb__fail(EMB_ERR_ARGUMENT, "codes of %d numbers; expected at least 1", length);
    }
    if (s->count < 1 || s->count > UINT32_MAX) {
        return emb__fail(EMB_ERR_ARGUMENT, "%zu reference codes; expected 1 to %lu", s->count,
                         (unsigned long)UINT32_MAX);
    }
    if (neighbours < 1 || (size_t)neighbours > s->count) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "%d neighbours; expected 1 to %zu, the number of reference codes",
                         neighbours, s->count);
    }
    const emb_status status = check_codes(E_("reference code %zu: number %zu is not finite"),
                                          s->reference, s->count, s->length);
    return status == EMB_OK ? check_codes(E_("query code %zu: number %zu is not finite"),
                                          s->queries, s->query_count, s->length)
                            : status;
}

static emb_status run(search *s, int length, int neighbours, int threads) {
    const emb_status status = check(s, length, neighbours);
    if (status != EMB_OK || s->query_count == 0) return status;
    const size_t blocks = (s->query_count + LANES - 1) / LANES;
    const size_t members = (size_t)emb__threads_for(threads, blocks);
    s->room = (s->length + s->neighbours) * LANES;
    s->rooms = emb__calloc(members, s->room * sizeof *s->rooms);
    s->nearest = emb__calloc(members, s->neighbours * LANES * sizeof *s->nearest);
    s->wide = emb__calloc(members, s->neighbours * sizeof *s->wide);
    const bool room = s->rooms && s->nearest && s->wide;
    if (room) emb__team_run((int)members, search_part, s);
    emb__free(s->rooms);
    emb__free(s->nearest);
    emb__free(s->wide);
    return room ? emb__cancel_check() : EMB_ERR_MEMORY;
}

emb_status emb_knn_classify(const float *reference, const uint8_t *labels, size_t count, int length,
                            int neighbours, const float *queries, size_t query_count,
                            uint8_t *predicted, int threads) {
    EMB__ENTER;
    search s = {.reference = reference,
                .labels = labels,
                .count = count,
                .length = (size_t)length,
                .neighbours = (size_t)neighbours,
                .queries = queries,
                .query_count = query_count,
                .predicted = predicted};
    return run(&s, length, neighbours, threads);
}
