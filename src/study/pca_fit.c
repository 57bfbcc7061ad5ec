/* Finding principal components.
 *
 * For images of few numbers the covariance matrix is summed up, and its leading eigenvectors are
 * searched (eigen.h); for more numbers the covariance is never made: its product with a block of
 * vectors is X' (X V) / N, one walk over the images (Halko, Martinsson and Tropp 2011). Both are
 * products of a panel of 16 columns and rows of images, which is the kernels' `dense` with columns
 * as lanes.
 *
 * Images come in blocks of rows, as float32 less the mean; a block's products are chains of
 * float32, which are added up in double block after block. Members share out columns, never images,
 * so that the sums are the same for any number of threads. */
#include "study/pca_fit.h"

#include <math.h>
#include <string.h>

#include "base/cancel.h"
#include "base/memory.h"
#include "kernels/kernels.h"
#include "study/eigen.h"

enum {
    BLOCK = 256,            /* images, and the length of a chain of float32 */
    BLOCK_FLOATS = 1 << 23, /* of a block's rows: 32 MiB; fewer rows if they are longer than 2^15 */
    /* Numbers of an image for which a covariance matrix is made: 72 MiB. */
    COVARIANCE_MOST = 3072,
    /* About how many walks over the images a search without the matrix takes. */
    WALKS = 15,
    EXTRA = 8 /* least number of extra vectors that are searched; then up to a multiple of 16 */
};

typedef emb__pca_fitting fit;

/* ---- the covariance matrix ------------------------------------------------------------------- */

/* Adds a block's products of each pair of columns to the lower triangle, by panels of 16. */
static void add_products(fit *f, const emb__member *me, size_t here) {
    float *panel = f->rooms + (size_t)me->number * f->room;
    float *out = panel + f->block * EMB__LANES;
    const size_t step = (size_t)me->count * EMB__LANES;
    for (size_t c = (size_t)me->number * EMB__LANES; c < f->size; c += step) {
        for (size_t r = 0; r < here; r++) {
            memcpy(panel + r * EMB__LANES, f->rows + r * f->stride + c, EMB__LANES * sizeof *panel);
        }
        const size_t count = f->size - c;
        f->k->dense(panel, (int)here, f->rows + c, 1, f->stride, NULL, out, (int)count);
        for (size_t o = 0; o < count; o++) {
            double *sum = f->matrix + (c + o) * f->stride + c;
            for (size_t lane = 0; lane < EMB__LANES; lane++) {
                sum[lane] += (double)out[o * EMB__LANES + lane];
            }
        }
    }
}

static void make_covariance(fit *f) {
    f->work = add_products;
    emb__team_run(f->threads, emb__pca_walk, f);
    for (size_t i = 0; i < f->size; i++) {
        for (size_t j = 0; j <= i; j++) {
            double *low = &f->matrix[i * f->stride + j];
            *low /= (double)f->selection->count;
            f->matrix[j * f->stride + i] = *low;
        }
    }
}

/* The compilers' own vector type: gcc 12, left to choose vectors in a sum of TILE, puts them across
 * the chain and shuffles. */
typedef double two __attribute__((vector_size(16)));
enum { TILE = 8, TWOS = TILE / 2 }; /* vectors that are multiplied together */

/* sum[TILE] = a row of the matrix times panel[size][TILE]. */
static void multiply_row(const double *row, const double *panel, size_t size, double sum[TILE]) {
    two sums[TWOS] = {{0}};
    for (size_t d = 0; d < size; d++) {
        const two by = {row[d], row[d]};
        two v[TWOS];
        memcpy(v, panel + d * TILE, sizeof v);
        for (size_t t = 0; t < TWOS; t++) sums[t] += by * v[t];
    }
    memcpy(sum, sums, sizeof sums);
}

/* w = matrix * v for this member's rows of the matrix. */
static void multiply_part(void *data, const emb__member *me) {
    const fit *f = data;
    size_t from;
    const size_t to = emb__member_part(me, f->size, &from);
    double *panel = f->products + (size_t)me->number * TILE * f->size;
    for (size_t t = 0; t < f->count; t += TILE) {
        const size_t here = f->count - t < TILE ? f->count - t : TILE;
        for (size_t d = 0; d < f->size; d++) {
            for (size_t c = 0; c < TILE; c++) {
                panel[d * TILE + c] = c < here ? f->v[(t + c) * f->size + d] : 0;
            }
        }
        for (size_t i = from; i < to; i++) {
            double sum[TILE];
            multiply_row(f->matrix + i * f->stride, panel, f->size, sum);
            for (size_t c = 0; c < here; c++) f->w[(t + c) * f->size + i] = sum[c];
        }
    }
}

static void multiply(void *data, const double *v, size_t count, double *w) {
    fit *f = data;
    f->v = v;
    f->w = w;
    f->count = count;
    emb__team_run(f->threads, multiply_part, f);
}

/* ---- without the matrix ---------------------------------------------------------------------- */

/* Adds X' (X V) of a block. */
static void add_walk(fit *f, const emb__member *me, size_t here) {
    enum { CHUNK = 256 };
    size_t from;
    size_t to = emb__member_part(me, here, &from);
    for (size_t p = 0; p < f->panels && to > from; p++) {
        f->k->dense(f->vectors + p * f->stride * EMB__LANES, (int)f->size,
                    f->rows + from * f->stride, f->stride, 1, NULL,
                    f->codes + (p * f->block + from) * EMB__LANES, (int)(to - from));
    }
    emb__team_wait(me);
    float *out = f->rooms + (size_t)me->number * f->room;
    const size_t step = (size_t)me->count * CHUNK;
    for (size_t d = (size_t)me->number * CHUNK; d < f->size; d += step) {
        const size_t count = f->size - d < CHUNK ? f->size - d : CHUNK;
        for (size_t p = 0; p < f->panels; p++) {
            f->k->dense(f->codes + p * f->block * EMB__LANES, (int)here, f->rows + d, 1, f->stride,
                        NULL, out, (int)count);
            double *sum = f->products + (p * f->stride + d) * EMB__LANES;
            for (size_t i = 0; i < count * EMB__LANES; i++) sum[i] += (double)out[i];
        }
    }
}

static void multiply_by_walk(void *data, const double *v, size_t count, double *w) {
    fit *f = data;
    const size_t panel = f->stride * EMB__LANES;
    memset(f->products, 0, f->panels * panel * sizeof *f->products);
    memset(f->vectors, 0, f->panels * panel * sizeof *f->vectors);
    for (size_t c = 0; c < count; c++) {
        float *to = f->vectors + c / EMB__LANES * panel + c % EMB__LANES;
        for (size_t d = 0; d < f->size; d++) to[d * EMB__LANES] = (float)v[c * f->size + d];
    }
    f->work = add_walk;
    emb__team_run(f->threads, emb__pca_walk, f);
    for (size_t c = 0; c < count; c++) {
        const double *from = f->products + c / EMB__LANES * panel + c % EMB__LANES;
        for (size_t d = 0; d < f->size; d++) {
            w[c * f->size + d] = from[d * EMB__LANES] / (double)f->selection->count;
        }
    }
}

/* ---- the search ------------------------------------------------------------------------------ */

/* The sign that makes the number of largest magnitude positive, the first of equals. */
static double sign_of(const double *vector, size_t size) {
    size_t best = 0;
    for (size_t d = 1; d < size; d++) best = fabs(vector[d]) > fabs(vector[best]) ? d : best;
    return vector[best] < 0 ? -1 : 1;
}

static void keep(emb_pca *pca, const double *values, const double *vectors) {
    for (int c = 0; c < pca->components; c++) {
        const double *from = vectors + (size_t)c * pca->size, sign = sign_of(from, pca->size);
        float *to = pca->vectors + (size_t)c * pca->size;
        for (size_t d = 0; d < pca->size; d++) to[d] = (float)(sign * from[d]);
        pca->variances[c] = fmax(values[c], 0);
        if (pca->center) pca->variances[c] = pca->variances[c] / pca->down / pca->down;
    }
}

/* Finds all eigenvectors, if nearly as many are wanted. */
static emb_status search_all(fit *f) {
    double *square = emb__calloc(f->size * f->size + f->size, sizeof *square);
    if (!square) return EMB_ERR_MEMORY;
    double *values = square + f->size * f->size;
    for (size_t i = 0; i < f->size; i++) {
        memcpy(square + i * f->size, f->matrix + i * f->stride, f->size * sizeof *square);
    }
    const emb_status status = emb__eigen_all(square, f->size, values);
    if (status == EMB_OK) keep(f->pca, values, square);
    emb__free(square);
    return status;
}

static emb_status search_leading(fit *f, size_t width) {
    const size_t wanted = (size_t)f->pca->components;
    const bool matrix = f->matrix != NULL;
    emb__operator a = {.size = f->size,
                       .apply = matrix ? multiply : multiply_by_walk,
                       .data = f,
                       .noise = matrix ? 1e-7 : 1e-6, /* sums of float32 in both */
                       .rounds = matrix ? 40 : 20};
    double *values = emb__calloc(width * f->size + width, sizeof *values);
    if (!values) return EMB_ERR_MEMORY;
    if (f->pca->rounds > 0 && f->pca->rounds < a.rounds) a.rounds = f->pca->rounds;
    const emb_status status = emb__eigen_leading(&a, wanted, width, values, values + width);
    if (status == EMB_OK) keep(f->pca, values, values + width);
    emb__free(values);
    return status;
}

/* The decisions on which memory and time depend. */
typedef struct plan {
    size_t stride, block, width, panels;
    bool matrix, all; /* by a covariance matrix; all its eigenvectors at once */
} plan;

static plan make_plan(size_t size, int components) {
    plan p = {.stride = (size + 15) / 16 * 16 + 16, .block = BLOCK};
    while (p.block > 1 && p.block * p.stride > BLOCK_FLOATS) p.block /= 2;
    p.width = ((size_t)components + EXTRA + 15) / 16 * 16;
    if (p.width > size) p.width = size;
    p.panels = (p.width + EMB__LANES - 1) / EMB__LANES;
    /* N D^2 / 2 multiply-adds against 2 N D width for each walk. */
    p.matrix = size <= COVARIANCE_MOST && size <= 4 * p.width * WALKS;
    p.all = p.matrix && 2 * p.width >= size;
    return p;
}

size_t emb__pca_fit_size(size_t size, int components, int threads) {
    const plan p = make_plan(size, components);
    const size_t members = (size_t)emb__threads_for(threads, SIZE_MAX);
    if (components == 0) return p.block * p.stride * sizeof(float) + 2 * size * sizeof(double);
    const size_t floats = p.block * p.stride + members * (p.block + p.stride) * EMB__LANES;
    size_t doubles = 0, more = 0;
    if (p.matrix) {
        doubles = p.stride * p.stride + members * TILE * size;
    } else {
        doubles = p.panels * p.stride * EMB__LANES;
        more = p.panels * (p.stride + p.block) * EMB__LANES;
    }
    /* The search's vectors, and its own memory. */
    doubles += p.all ? 2 * (size * size + 2 * size)
                     : p.width * size + p.width + 3 * p.width * size + 3 * p.width * p.width;
    return (floats + more) * sizeof(float) + doubles * sizeof(double);
}

static emb_status allocate(fit *f, const plan *p) {
    const size_t threads = (size_t)f->threads;
    f->room = (f->block + f->stride) * EMB__LANES;
    f->rooms = emb__calloc(threads, f->room * sizeof *f->rooms);
    if (!f->rooms) return EMB_ERR_MEMORY;
    if (p->matrix) {
        f->matrix = emb__calloc(f->stride, f->stride * sizeof *f->matrix);
        f->products = emb__calloc(threads, TILE * f->size * sizeof *f->products);
        return f->matrix && f->products ? EMB_OK : EMB_ERR_MEMORY;
    }
    f->panels = p->panels;
    f->vectors = emb__calloc(f->panels, f->stride * EMB__LANES * sizeof *f->vectors);
    f->products = emb__calloc(f->panels, f->stride * EMB__LANES * sizeof *f->products);
    f->codes = emb__calloc(f->panels, f->block * EMB__LANES * sizeof *f->codes);
    return f->vectors && f->products && f->codes ? EMB_OK : EMB_ERR_MEMORY;
}

int emb__pca_rounds(size_t size, size_t count, int components) {
    /* In about nanoseconds of a slow core; a round has some eight products with the matrix, which
     * threads share; one thread does the rest. */
    const double second = 6e8, products = 8, most = 40;
    const plan p = make_plan(size, components);
    const double d = (double)size, n = (double)count, w = (double)p.width;
    if (p.all) return 9 * d * d * d < second ? (int)most : 0;
    const double product = p.matrix ? d * d * w / 4 : n * d * w / 6 + 1.5 * n * d;
    const double round = products * product + 3.5 * w * w * d + 9 * w * w * w;
    return (int)fmin(second / round, most);
}

static emb_status run(fit *f, const plan *p) {
    emb_status status = emb__pca_mean(f);
    if (status == EMB_OK) status = emb__cancel_check();
    if (status != EMB_OK || f->pca->components == 0) return status;
    status = allocate(f, p);
    if (status != EMB_OK) return status;
    if (p->matrix) make_covariance(f);
    status = emb__cancel_check();
    if (status != EMB_OK) return status;
    return p->all ? search_all(f) : search_leading(f, p->width);
}

emb_status emb__pca_fit(emb_pca *pca, const emb__selection *selection, int threads) {
    const plan p = make_plan(pca->size, pca->components);
    fit f = {.pca = pca,
             .selection = selection,
             .k = emb__kernels_choose(),
             .threads = emb__threads_for(threads, SIZE_MAX),
             .size = pca->size,
             .stride = p.stride,
             .block = p.block};
    if (!f.k) return emb__last_status();
    f.rows = emb__calloc(f.block, f.stride * sizeof *f.rows);
    const emb_status status = f.rows ? run(&f, &p) : EMB_ERR_MEMORY;
    void *const blocks[] = {f.rows, f.matrix, f.vectors, f.codes, f.products, f.rooms};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) emb__free(blocks[i]);
    return status;
}
