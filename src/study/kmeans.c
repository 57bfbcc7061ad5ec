/* Clusters of codes: k-means with several starts, and how far apart they are. */
#include <math.h>
#include <string.h>

#include "base/cancel.h"
#include "base/entry.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"
#include "embudo/study.h"
#include "study/centres.h"
#include "study/nearest.h"

enum { STARTS = 5, ROUNDS = 100, DEFAULT_SEED = 42 };

static emb_status check(const float *codes, size_t count, int length, int clusters) {
    const emb_status status = emb__codes_check(false, codes, count, length);
    if (status != EMB_OK) return status;
    if (clusters >= 1 && (size_t)clusters <= count) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT, "%d clusters; expected 1 to %zu, the number of codes",
                     clusters, count);
}

/* One start after another; the best is kept in `cluster` and `centres`. */
static emb_status search(emb__centres *c, const emb_clusters_options *options, uint32_t *cluster,
                         float *centres, double *inertia) {
    const int starts = options->starts > 0 ? options->starts : STARTS;
    emb__random random;
    emb__random_seed(&random, options->seed > 0 ? options->seed : DEFAULT_SEED);
    *inertia = INFINITY;
    for (int start = 0; start < starts; start++) {
        double sum;
        emb_status status = emb__centres_draw(c, &random);
        if (status == EMB_OK) status = emb__centres_settle(c, &sum);
        if (status != EMB_OK) return status;
        if (!(sum < *inertia)) continue;
        *inertia = sum;
        memcpy(cluster, c->cluster, c->count * sizeof *cluster);
        if (centres) memcpy(centres, c->where, c->centres * c->length * sizeof *centres);
    }
    return EMB_OK;
}

emb_status emb_codes_cluster(const float *codes, size_t count, int length, int clusters,
                             const emb_clusters_options *options, uint32_t *cluster, float *centres,
                             double *inertia) {
    EMB__ENTER;
    static const emb_clusters_options defaults;
    double sum;
    if (!options) options = &defaults;
    emb_status status = check(codes, count, length, clusters);
    if (status != EMB_OK) return status;
    emb__centres c = {.codes = codes,
                      .count = count,
                      .length = (size_t)length,
                      .centres = (size_t)clusters,
                      .rounds = ROUNDS,
                      .threads = options->threads};
    c.where = emb__calloc(c.centres, c.length * sizeof *c.where);
    c.cluster = emb__calloc(count, sizeof *c.cluster);
    c.distances = emb__calloc(count, sizeof *c.distances);
    status = c.where && c.cluster && c.distances
                 ? search(&c, options, cluster, centres, inertia ? inertia : &sum)
                 : EMB_ERR_MEMORY;
    emb__free(c.where);
    emb__free(c.cluster);
    emb__free(c.distances);
    return status;
}

/* ---- silhouettes ----------------------------------------------------------------------------- */

typedef struct silhouettes {
    const float *codes;
    const uint32_t *cluster;
    size_t count, length, clusters;
    size_t sample; /* codes that are looked at, at even distances */
    double *sums;  /* each member's [clusters]: of the distances to a cluster's codes */
    size_t *sizes; /* [clusters]: codes of the sample */
    double *width; /* [sample] */
} silhouettes;

static size_t taken(const silhouettes *s, size_t i) { return i * s->count / s->sample; }

static double distance(const silhouettes *s, size_t a, size_t b) {
    double sum = 0;
    for (size_t i = 0; i < s->length; i++) {
        const double d = (double)s->codes[a * s->length + i] - (double)s->codes[b * s->length + i];
        sum += d * d;
    }
    return sqrt(sum);
}

/* (b - a) / max(a, b): a is the mean distance to the code's own cluster, b that to the nearest
 * other one. 0 for a code that is alone. */
static double width_of(const silhouettes *s, size_t i, double *sums) {
    const size_t at = taken(s, i), own = s->cluster[at];
    double other = INFINITY;
    memset(sums, 0, s->clusters * sizeof *sums);
    for (size_t j = 0; j < s->sample; j++) {
        const size_t to = taken(s, j);
        sums[s->cluster[to]] += distance(s, at, to);
    }
    if (s->sizes[own] < 2) return 0;
    const double mine = sums[own] / (double)(s->sizes[own] - 1);
    for (size_t k = 0; k < s->clusters; k++) {
        if (k == own || s->sizes[k] == 0) continue;
        const double mean = sums[k] / (double)s->sizes[k];
        other = mean < other ? mean : other;
    }
    const double most = mine > other ? mine : other;
    return isfinite(other) && most > 0 ? (other - mine) / most : 0;
}

static void widths_part(void *data, const emb__member *me) {
    const silhouettes *s = data;
    size_t from;
    const size_t to = emb__member_part(me, s->sample, &from);
    for (size_t i = from; i < to && !emb__cancelled(); i++) {
        s->width[i] = width_of(s, i, s->sums + (size_t)me->number * s->clusters);
    }
}

emb_status emb_codes_silhouette(const float *codes, size_t count, int length,
                                const uint32_t *cluster, int clusters, int threads,
                                double *silhouette) {
    EMB__ENTER;
    emb_status status = check(codes, count, length, clusters);
    if (status != EMB_OK) return status;
    silhouettes s = {.codes = codes,
                     .cluster = cluster,
                     .count = count,
                     .length = (size_t)length,
                     .clusters = (size_t)clusters,
                     .sample = count < EMB_SILHOUETTE_CODES ? count : EMB_SILHOUETTE_CODES};
    for (size_t i = 0; i < count; i++) {
        if (cluster[i] < s.clusters) continue;
        return emb__fail(EMB_ERR_ARGUMENT, "code %zu is in cluster %lu; expected below %d", i,
                         (unsigned long)cluster[i], clusters);
    }
    const int members = emb__threads_for(threads, s.sample);
    s.sums = emb__calloc((size_t)members * s.clusters, sizeof *s.sums);
    s.sizes = emb__calloc(s.clusters, sizeof *s.sizes);
    s.width = emb__calloc(s.sample, sizeof *s.width);
    const bool room = s.sums && s.sizes && s.width;
    *silhouette = 0;
    if (room) {
        for (size_t i = 0; i < s.sample; i++) s.sizes[cluster[taken(&s, i)]]++;
        emb__team_run(members, widths_part, &s);
        for (size_t i = 0; i < s.sample; i++) *silhouette += s.width[i];
        *silhouette /= (double)s.sample;
    }
    emb__free(s.sums);
    emb__free(s.sizes);
    emb__free(s.width);
    return room ? emb__cancel_check() : EMB_ERR_MEMORY;
}
