/* The largest eigenpairs of a symmetric matrix of which only products are known.
 *
 * Block subspace iteration from random vectors (Halko, Martinsson and Tropp, "Finding structure
 * with randomness", 2011), each round a Chebyshev polynomial of the matrix that is small on the
 * eigenvalues outside the subspace and grows fast beyond them (Zhou, Saad, Tiago and Chelikowsky,
 * "Self-consistent-field calculations using Chebyshev-filtered subspace iteration", 2006), then
 * Rayleigh and Ritz (Golub and Van Loan, Matrix Computations, 8.2). The random numbers have a fixed
 * seed. */
#include <math.h>
#include <string.h>

#include "base/cancel.h"
#include "base/memory.h"
#include "base/random.h"
#include "study/eigen.h"

enum { MOST_DEGREE = 8 };

/* A vector is accurate when the matrix times the vector differs from the vector times its
 * eigenvalue by at most this share of the eigenvalue. The eigenvalue's own error is about the
 * square. */
static const double tolerance = 1e-5;

typedef struct search {
    const emb__operator *a;
    size_t size, wanted, width;
    double *v, *w, *before; /* [width][size] each: the subspace, the matrix times it, and room */
    double *small;          /* [width][width]: the matrix within the subspace, then its rotation */
    double *values;         /* [width] */
    emb__random random;
} search;

static void apply(const search *s, const double *v, double *w) {
    s->a->apply(s->a->data, v, s->width, w);
}

/* ---- an orthonormal basis -------------------------------------------------------------------- */

static void draw(search *s, double *row) {
    for (size_t i = 0; i < s->size; i++) {
        row[i] = (double)emb__random_uniform(&s->random, -1, 1);
    }
}

static double length(const search *s, const double *row) {
    return sqrt(emb__eigen_dot(row, row, s->size));
}

/* Removes from `row` its parts along the first `count` rows of v, twice: doing it once leaves
 * rounding errors as large as those of what was removed. */
static void remove_parts(const search *s, double *row, size_t count) {
    for (size_t j = 0; j < 2 * count; j++) {
        const double *other = s->v + j % count * s->size;
        const double part = emb__eigen_dot(row, other, s->size);
        for (size_t i = 0; i < s->size; i++) row[i] -= part * other[i];
    }
}

/* Gram-Schmidt. A row that depends on those before it is drawn again. */
static void orthonormalise(search *s) {
    enum { TRIES = 3 };
    for (size_t r = 0; r < s->width && !emb__cancelled(); r++) {
        double *row = s->v + r * s->size;
        double before = length(s, row), after = 0;
        for (int t = 0; t < TRIES; t++) {
            remove_parts(s, row, r);
            after = length(s, row);
            if (after > 1e-12 * before) break;
            draw(s, row);
            before = length(s, row);
        }
        for (size_t i = 0; i < s->size; i++) row[i] /= after;
    }
}

/* ---- rounds ---------------------------------------------------------------------------------- */

/* rows = rotation * rows, computed in `before`, which then changes places with them. */
static void rotate(search *s, double **rows) {
    double *to = s->before;
    memset(to, 0, s->width * s->size * sizeof *to);
    for (size_t r = 0; r < s->width; r++) {
        for (size_t j = 0; j < s->width; j++) {
            const double by = s->small[r * s->width + j], *from = *rows + j * s->size;
            double *sum = to + r * s->size;
            for (size_t i = 0; i < s->size; i++) sum[i] += by * from[i];
        }
    }
    s->before = *rows;
    *rows = to;
}

/* Rotates v and w = A v so that v are the best eigenvectors within their subspace. */
static emb_status ritz(search *s) {
    orthonormalise(s);
    apply(s, s->v, s->w);
    for (size_t i = 0; i < s->width; i++) {
        for (size_t j = 0; j <= i; j++) {
            const double value = emb__eigen_dot(s->v + i * s->size, s->w + j * s->size, s->size);
            s->small[i * s->width + j] = s->small[j * s->width + i] = value;
        }
    }
    const emb_status status = emb__eigen_all(s->small, s->width, s->values);
    if (status != EMB_OK) return status;
    rotate(s, &s->v);
    rotate(s, &s->w);
    return EMB_OK;
}

static bool accurate(const search *s) {
    for (size_t r = 0; r < s->wanted; r++) {
        const double *v = s->v + r * s->size, *w = s->w + r * s->size, value = s->values[r];
        double rest = 0;
        for (size_t i = 0; i < s->size; i++) {
            const double d = w[i] - value * v[i];
            rest += d * d;
        }
        if (sqrt(rest) > tolerance * fabs(value) + s->a->noise * fabs(s->values[0])) return false;
    }
    return true;
}

/* Chebyshev's polynomial of the first kind at x >= 1. */
static double chebyshev(int degree, double x) {
    double before = 1, value = x;
    for (int d = 2; d <= degree; d++) {
        const double next = 2 * x * value - before;
        before = value;
        value = next;
    }
    return value;
}

/* The highest degree at which the first vector does not drown the last one wanted: the last one
 * contains a part of the first, as large as a product's error; the polynomial enlarges that part,
 * and its rounding error remains. The part may become a hundred times as large as the vector
 * itself: there is that much accuracy to spare. */
static int choose_degree(const search *s, double bound) {
    const double range = 100 / s->a->noise;
    const double first = fmax(2 * s->values[0] / bound - 1, 1);
    const double last = fmax(2 * s->values[s->wanted - 1] / bound - 1, 1);
    int degree = MOST_DEGREE;
    while (degree > 1 && chebyshev(degree, first) > range * chebyshev(degree, last)) degree--;
    return degree;
}

/* v = the polynomial of A, with [0, bound] mapped to [-1, 1], times v; w = A v has been computed.
 */
static void filter(search *s) {
    const size_t all = s->width * s->size;
    const double largest = s->values[0], last = s->values[s->wanted - 1];
    const double bound = fmax(fmax(s->values[s->width - 1], 1e-2 * last), 1e-6 * largest);
    const double by = 2 / bound;
    const int degree = choose_degree(s, bound);
    for (size_t i = 0; i < all; i++) s->w[i] = by * s->w[i] - s->v[i];
    for (int d = 2; d <= degree && !emb__cancelled(); d++) {
        double *const next = s->before;
        apply(s, s->w, next);
        for (size_t i = 0; i < all; i++) next[i] = 2 * (by * next[i] - s->w[i]) - s->v[i];
        s->before = s->v;
        s->v = s->w;
        s->w = next;
    }
    double *const made = s->w;
    s->w = s->v;
    s->v = made;
}

static emb_status iterate(search *s) {
    for (size_t r = 0; r < s->width; r++) draw(s, s->v + r * s->size);
    orthonormalise(s);
    apply(s, s->v, s->w);
    double *const first = s->w;
    s->w = s->v;
    s->v = first;
    for (int round = 1;; round++) {
        emb_status status = emb__cancel_check();
        if (status == EMB_OK) status = ritz(s);
        if (status != EMB_OK || accurate(s) || round >= s->a->rounds) return status;
        if (!(s->values[0] > 0)) return EMB_OK; /* the matrix is 0 */
        filter(s);
    }
}

emb_status emb__eigen_leading(const emb__operator *a, size_t wanted, size_t width, double *values,
                              double *vectors) {
    search s = {.a = a, .size = a->size, .wanted = wanted, .width = width, .values = values};
    size_t block, blocks, square, all;
    if (!emb__mul(width, a->size, &block) || !emb__mul(3, block, &blocks) ||
        !emb__mul(width, width, &square) || !emb__add(blocks, square, &all)) {
        return emb__fail(EMB_ERR_ARGUMENT, "%zu vectors of %zu numbers are too many", width,
                         a->size);
    }
    double *room = emb__calloc(all, sizeof *room);
    if (!room) return EMB_ERR_MEMORY;
    s.v = room;
    s.w = room + block;
    s.before = room + 2 * block;
    s.small = room + 3 * block;
    emb__random_seed(&s.random, 0);
    emb_status status = iterate(&s);
    if (status == EMB_OK) status = emb__cancel_check(); /* an interrupted result is not used */
    memcpy(vectors, s.v, block * sizeof *vectors);
    emb__free(room);
    return status;
}
