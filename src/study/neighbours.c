/* An index of codes: who is nearest to a code.
 *
 * Few codes are all looked at. Many are sorted into lists, each around a centre (k-means over a
 * sample), and a search looks at the lists whose centres are nearest. How many lists is decided
 * when the index is made: as many as find 99 in 100 of the nearest of some codes; how many are
 * found of others is measured and kept. Lists are chosen over a graph (HNSW) because they are made
 * on all cores with the same bits for any number of threads, and need no memory but the codes'. */
#include <math.h>
#include <string.h>

#include "base/cancel.h"
#include "base/entry.h"
#include "base/memory.h"
#include "base/threads.h"
#include "embudo/study.h"
#include "study/centres.h"
#include "study/nearest.h"

enum {
    ROUNDS = 10,  /* of k-means, for the lists */
    SAMPLE = 64,  /* codes for each list, from which its centre is learned */
    TRIALS = 200, /* codes whose neighbours are looked for, to choose, and again to measure */
    TRIED = 10,   /* neighbours of each */
    MOST_LISTS = 1 << 16 /* more would only cost memory */
};

static const double wanted = 0.99, spare = 0.995; /* share of the nearest that is found */

struct emb_neighbours {
    size_t count, length, lists, probes;
    float *numbers;   /* all lists' blocks, packed */
    uint32_t *names;  /* of their codes */
    size_t *begins;   /* [lists + 1]: blocks before each list's first */
    float *centres;   /* [lists], packed; NULL with one list */
    uint32_t *orders; /* 0, 1, ... of the centres, packed */
    double recall;
};

void emb_neighbours_free(emb_neighbours *index) {
    if (!index) return;
    emb__free(index->numbers);
    emb__free(index->names);
    emb__free(index->begins);
    emb__free(index->centres);
    emb__free(index->orders);
    emb__free(index);
}

double emb_neighbours_recall(const emb_neighbours *index) { return index->recall; }

size_t emb_neighbours_lists(const emb_neighbours *index, size_t *searched) {
    if (searched) *searched = index->probes;
    return index->lists;
}

/* ---- searching ------------------------------------------------------------------------------- */

typedef struct search {
    const emb_neighbours *index;
    const float *queries;
    size_t query_count, most, probes;
    uint32_t *names;
    float *distances;
    float *away;     /* each member's [lists]: distances of centres */
    uint32_t *order; /* each member's [lists]: the nearest lists */
} search;

static void look(const search *s, const float *query, size_t list, emb__nearest *nearest) {
    const emb_neighbours *index = s->index;
    const size_t from = index->begins[list], blocks = index->begins[list + 1] - from;
    emb__nearest_scan(nearest, index->numbers + from * index->length * EMB__CODE_LANES,
                      index->names + from * EMB__CODE_LANES, blocks, index->length, query);
}

/* The lists whose centres are nearest; more of them until there are enough codes. */
static void find_one(const search *s, size_t member, size_t q) {
    const emb_neighbours *index = s->index;
    const float *query = s->queries + q * index->length;
    emb__nearest found = {
        .most = s->most, .distances = s->distances + q * s->most, .names = s->names + q * s->most};
    if (index->lists == 1) {
        look(s, query, 0, &found);
    } else {
        emb__nearest near = {.most = s->probes,
                             .distances = s->away + member * index->lists,
                             .names = s->order + member * index->lists};
        emb__nearest_scan(&near, index->centres, index->orders, emb__code_blocks(index->lists),
                          index->length, query);
        for (size_t i = 0; i < near.held; i++) look(s, query, near.names[i], &found);
        if (found.held < s->most) { /* all lists, from the beginning */
            found.held = 0;
            for (size_t i = 0; i < index->lists; i++) look(s, query, i, &found);
        }
    }
    for (size_t i = 0; i < found.held; i++) found.distances[i] = sqrtf(found.distances[i]);
}

static void find_part(void *data, const emb__member *me) {
    const search *s = data;
    size_t from;
    const size_t to = emb__member_part(me, s->query_count, &from);
    for (size_t q = from; q < to && !emb__cancelled(); q++) find_one(s, (size_t)me->number, q);
}

/* emb_neighbours_find with so many lists. */
static emb_status find(const emb_neighbours *index, size_t probes, const float *queries,
                       size_t count, size_t most, uint32_t *names, float *distances, int threads) {
    const size_t members = (size_t)emb__threads_for(threads, count);
    search s = {.index = index,
                .queries = queries,
                .query_count = count,
                .most = most,
                .probes = probes,
                .names = names,
                .distances = distances};
    s.away = emb__calloc(members, index->lists * sizeof *s.away);
    s.order = emb__calloc(members, index->lists * sizeof *s.order);
    const bool room = s.away && s.order;
    if (room) emb__team_run((int)members, find_part, &s);
    emb__free(s.away);
    emb__free(s.order);
    return room ? emb__cancel_check() : EMB_ERR_MEMORY;
}

emb_status emb_neighbours_find(const emb_neighbours *index, const float *queries, size_t count,
                               int most, uint32_t *nearest, float *distances, int threads) {
    EMB__ENTER;
    const emb_status status = emb__codes_check(true, queries, count, (int)index->length);
    if (status != EMB_OK || count == 0) return status;
    if (most < 1 || (size_t)most > index->count) {
        return emb__fail(EMB_ERR_ARGUMENT, "%d neighbours; expected 1 to %zu, the number of codes",
                         most, index->count);
    }
    return find(index, index->probes, queries, count, (size_t)most, nearest, distances, threads);
}

/* ---- how many lists are looked at ------------------------------------------------------------ */

/* Some of the index's codes and their true neighbours. */
typedef struct trial {
    size_t count, most; /* most: with the code itself, which does not count */
    float *queries;
    uint32_t *truth, *found;
    float *distances, *others;
} trial;

static void trial_free(trial *t) {
    emb__free(t->queries);
    emb__free(t->truth);
    emb__free(t->found);
    emb__free(t->distances);
    emb__free(t->others);
}

/* Codes at even distances, `from` the first: true neighbours come from all lists. */
static emb_status trial_begin(trial *t, const emb_neighbours *index, const float *codes,
                              size_t from, int threads) {
    t->count = TRIALS;
    t->most = TRIED + 1;
    t->queries = emb__calloc(t->count, index->length * sizeof *t->queries);
    t->truth = emb__calloc(t->count, t->most * sizeof *t->truth);
    t->found = emb__calloc(t->count, t->most * sizeof *t->found);
    t->distances = emb__calloc(t->count, t->most * sizeof *t->distances);
    t->others = emb__calloc(t->count, t->most * sizeof *t->others);
    if (!t->queries || !t->truth || !t->found || !t->distances || !t->others) {
        return EMB_ERR_MEMORY;
    }
    for (size_t i = 0; i < t->count; i++) {
        const size_t at = (from + i * index->count / t->count) % index->count;
        memcpy(t->queries + i * index->length, codes + at * index->length,
               index->length * sizeof *t->queries);
    }
    return find(index, index->lists, t->queries, t->count, t->most, t->truth, t->distances,
                threads);
}

/* *recall = the share of the true neighbours, apart from the first, the code itself, that so many
 * lists find. One that is as near as the last true one counts. */
static emb_status trial_run(const trial *t, const emb_neighbours *index, size_t probes, int threads,
                            double *recall) {
    size_t hits = 0;
    const emb_status status =
        find(index, probes, t->queries, t->count, t->most, t->found, t->others, threads);
    for (size_t i = 0; i < t->count; i++) {
        const float last = t->distances[(i + 1) * t->most - 1];
        for (size_t j = 1; j < t->most; j++) hits += t->others[i * t->most + j] <= last;
    }
    *recall = (double)hits / (double)(t->count * (t->most - 1));
    return status;
}

/* The fewest lists, of 1, 2, 3, 4, 6, 8, 12, ..., that find enough. */
static emb_status choose(emb_neighbours *index, const float *codes, int threads) {
    trial t = {0}, other = {0};
    emb_status status = trial_begin(&t, index, codes, 0, threads);
    double recall = 0;
    for (size_t probes = 1; status == EMB_OK; probes += probes < 4 ? 1 : probes / 2) {
        index->probes = probes < index->lists ? probes : index->lists;
        status = trial_run(&t, index, index->probes, threads, &recall);
        if (recall >= spare || index->probes == index->lists) break;
    }
    if (status == EMB_OK) {
        status = trial_begin(&other, index, codes, index->count / TRIALS / 2 + 1, threads);
    }
    while (status == EMB_OK) {
        status = trial_run(&other, index, index->probes, threads, &index->recall);
        if (index->recall >= wanted || index->probes == index->lists) break;
        index->probes += 1 + index->probes / 4;
        if (index->probes > index->lists) index->probes = index->lists;
    }
    trial_free(&t);
    trial_free(&other);
    return status;
}

/* ---- making ---------------------------------------------------------------------------------- */

/* begins[lists + 1], then the codes of each list in its blocks. */
static emb_status fill(emb_neighbours *index, const float *codes, const uint32_t *list) {
    const size_t lists = index->lists;
    size_t *next = emb__calloc(lists + 1, sizeof *next);
    uint32_t *ids = emb__calloc(index->count, sizeof *ids);
    index->begins = emb__calloc(lists + 1, sizeof *index->begins);
    emb_status status = next && ids && index->begins ? EMB_OK : EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        for (size_t i = 0; i < index->count; i++) next[list ? list[i] + 1 : 1]++;
        for (size_t k = 0; k < lists; k++) {
            index->begins[k + 1] = index->begins[k] + emb__code_blocks(next[k + 1]);
            next[k + 1] += next[k];
        }
        for (size_t i = 0; i < index->count; i++) ids[next[list ? list[i] : 0]++] = (uint32_t)i;
        const size_t room = index->begins[lists] * EMB__CODE_LANES;
        index->numbers = emb__calloc(room, index->length * sizeof *index->numbers);
        index->names = emb__calloc(room, sizeof *index->names);
        if (!index->numbers || !index->names) status = EMB_ERR_MEMORY;
    }
    /* next[k] is now where list k ends. */
    for (size_t k = 0, from = 0; status == EMB_OK && k < lists; from = next[k++]) {
        const size_t at = index->begins[k] * EMB__CODE_LANES;
        emb__codes_pack(codes, index->length, ids + from, next[k] - from,
                        index->numbers + at * index->length, index->names + at);
    }
    emb__free(next);
    emb__free(ids);
    return status;
}

/* list[count] = each code's list; keeps the centres. */
static emb_status divide(emb_neighbours *index, const float *codes, uint32_t *list, float *away,
                         int threads) {
    const size_t lists = index->lists, length = index->length;
    const size_t most = lists * SAMPLE, sample = most < index->count ? most : index->count;
    float *some = emb__calloc(sample, length * sizeof *some);
    float *where = emb__calloc(lists, length * sizeof *where);
    emb_status status = some && where ? EMB_OK : EMB_ERR_MEMORY;
    emb__centres c = {.codes = some,
                      .count = sample,
                      .length = length,
                      .centres = lists,
                      .rounds = ROUNDS,
                      .threads = threads,
                      .where = where,
                      .cluster = list,
                      .distances = away};
    for (size_t i = 0; status == EMB_OK && i < sample; i++) {
        memcpy(some + i * length, codes + i * index->count / sample * length,
               length * sizeof *some);
    }
    if (status == EMB_OK) {
        emb__centres_spread(&c);
        status = emb__centres_settle(&c, NULL);
    }
    if (status == EMB_OK) {
        c.codes = codes;
        c.count = index->count;
        status = emb__centres_assign(&c);
        emb__codes_pack(where, length, NULL, lists, index->centres, index->orders);
    }
    emb__free(some);
    emb__free(where);
    return status;
}

static emb_status make(emb_neighbours *index, const float *codes, size_t exact, int threads) {
    index->lists = index->probes = 1;
    index->recall = 1;
    if (index->count <= exact) return fill(index, codes, NULL);
    index->lists = (size_t)sqrt((double)index->count);
    if (index->lists > MOST_LISTS) index->lists = MOST_LISTS;
    if (index->lists < 1) index->lists = 1;
    const size_t room = emb__code_blocks(index->lists) * EMB__CODE_LANES;
    index->centres = emb__calloc(room, index->length * sizeof *index->centres);
    index->orders = emb__calloc(room, sizeof *index->orders);
    uint32_t *list = emb__calloc(index->count, sizeof *list);
    float *away = emb__calloc(index->count, sizeof *away);
    emb_status status = index->centres && index->orders && list && away ? EMB_OK : EMB_ERR_MEMORY;
    if (status == EMB_OK) status = divide(index, codes, list, away, threads);
    if (status == EMB_OK) status = fill(index, codes, list);
    if (status == EMB_OK) status = choose(index, codes, threads);
    emb__free(list);
    emb__free(away);
    return status;
}

emb_neighbours *emb_neighbours_new(const float *codes, size_t count, int length, size_t exact,
                                   int threads) {
    EMB__ENTER;
    if (emb__codes_check(false, codes, count, length) != EMB_OK) return NULL;
    if (count < 1) {
        emb__fail(EMB_ERR_ARGUMENT, "no codes; expected at least 1");
        return NULL;
    }
    emb_neighbours *index = emb__calloc(1, sizeof *index);
    if (!index) return NULL;
    index->count = count;
    index->length = (size_t)length;
    if (exact == 0) exact = EMB_EXACT_NEIGHBOURS;
    if (exact <= TRIED) exact = TRIED + 1;
    if (make(index, codes, exact, threads) == EMB_OK) return index;
    emb_neighbours_free(index);
    return NULL;
}
