/* See pca_walk.h. */
#include "study/pca_walk.h"

#include <math.h>
#include <string.h>

#include "base/cancel.h"
#include "base/memory.h"

typedef emb__pca_fitting fit;

void emb__pca_row(const emb_pca *pca, const emb__selection *selection, size_t i, float *row) {
    emb__selection_row(selection, i, row);
    for (size_t p = 0; !pca->center && p < pca->size; p++) row[p] -= pca->mean[p];
    for (size_t p = 0; pca->center && p < pca->size; p++) {
        row[p] = (float)(((double)row[p] - pca->center[p]) * pca->down);
    }
}

void emb__pca_walk(void *data, const emb__member *me) {
    fit *f = data;
    const size_t all = f->selection->count;
    for (size_t first = 0; first < all; first += f->block) {
        if (me->number == 0) f->stop = emb__cancelled();
        const size_t here = all - first < f->block ? all - first : f->block;
        size_t from;
        const size_t to = emb__member_part(me, here, &from);
        for (size_t r = from; r < to; r++) {
            float *row = f->rows + r * f->stride;
            if (f->centered) emb__pca_row(f->pca, f->selection, first + r, row);
            if (!f->centered) emb__selection_row(f->selection, first + r, row);
        }
        emb__team_wait(me);
        if (f->stop) return; /* the same for all members: nobody sets it before the next barrier */
        f->work(f, me, here);
        emb__team_wait(me);
    }
}

static void sum_up(fit *f, const emb__member *me, size_t here) {
    size_t from;
    const size_t to = emb__member_part(me, f->size, &from);
    for (size_t r = 0; r < here; r++) {
        const float *row = f->rows + r * f->stride;
        for (size_t d = from; d < to; d++) {
            const double x = (double)row[d];
            f->sums[d] += x;
            f->squares[d] += x * x;
        }
    }
}

/* Sums images less the first one: what is the same in all of them is then 0, and no digit is lost
 * to an offset that they share. */
static void sum_from_origin(fit *f, const emb__member *me, size_t here) {
    size_t from;
    const size_t to = emb__member_part(me, f->size, &from);
    for (size_t r = 0; r < here; r++) {
        const float *row = f->rows + r * f->stride;
        for (size_t d = from; d < to; d++) f->sums[d] += (double)row[d] - (double)f->origin[d];
    }
}

static void sum_deviations(fit *f, const emb__member *me, size_t here) {
    size_t from;
    const size_t to = emb__member_part(me, f->size, &from);
    for (size_t r = 0; r < here; r++) {
        const float *row = f->rows + r * f->stride;
        for (size_t d = from; d < to; d++) {
            const double x = (double)row[d] - f->pca->center[d];
            f->squares[d] += x * x;
            f->largest[d] = fmax(f->largest[d], fabs(x));
        }
    }
}

/* Finds the mean in double, the variance around it, and the power of two that brings deviations to
 * about 1, in two more walks. */
static emb_status find_center(fit *f) {
    emb_pca *pca = f->pca;
    const double n = (double)f->selection->count;
    double largest = 0;
    int exponent = 0;
    float *origin = emb__calloc(f->size, sizeof *origin);
    pca->center = emb__calloc(f->size, sizeof *pca->center);
    if (!origin || !pca->center) {
        emb__free(origin);
        return EMB_ERR_MEMORY;
    }
    emb__selection_row(f->selection, 0, origin);
    f->origin = origin;
    memset(f->sums, 0, 3 * f->size * sizeof *f->sums);
    f->work = sum_from_origin;
    emb__team_run(f->threads, emb__pca_walk, f);
    for (size_t d = 0; d < f->size; d++) {
        pca->center[d] = (double)origin[d] + f->sums[d] / n;
        pca->mean[d] = (float)pca->center[d];
    }
    emb__free(origin);
    f->work = sum_deviations;
    emb__team_run(f->threads, emb__pca_walk, f);
    pca->total = 0;
    for (size_t d = 0; d < f->size; d++) {
        pca->total += f->squares[d] / n;
        largest = fmax(largest, f->largest[d]);
    }
    if (largest > 0) frexp(largest, &exponent);
    pca->down = ldexp(1, -exponent);
    return EMB_OK;
}

emb_status emb__pca_mean(fit *f) {
    /* A mean of more than so many standard deviations costs digits of float32; a total beyond these
     * bounds leaves its range. */
    static const double far = 100, least = 1e-20, most = 1e20;
    const double n = (double)f->selection->count;
    f->work = sum_up;
    f->sums = emb__calloc(3 * f->size, sizeof *f->sums);
    if (!f->sums) return EMB_ERR_MEMORY;
    f->squares = f->sums + f->size;
    f->largest = f->squares + f->size;
    emb__team_run(f->threads, emb__pca_walk, f);
    double total = 0;
    bool offset = false;
    for (size_t d = 0; d < f->size; d++) {
        const double mean = f->sums[d] / n, variance = f->squares[d] / n - mean * mean;
        f->pca->mean[d] = (float)mean;
        offset = offset || (mean != 0 && mean * mean > far * far * variance);
        total += fmax(variance, 0);
    }
    f->pca->total = total;
    const bool usual = total == 0 || (total > least && total < most);
    const emb_status status = usual && !offset ? EMB_OK : find_center(f);
    emb__free(f->sums);
    f->centered = true;
    return status;
}
