/* All eigenpairs of a small symmetric matrix. See eigen.h. */
#include "study/eigen.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/cancel.h"
#include "base/memory.h"

/* Two chains, in the compilers' own vector type. */
typedef double two __attribute__((vector_size(16)));

double emb__eigen_dot(const double *a, const double *b, size_t n) {
    enum { TWOS = 4, CHAINS = 2 * TWOS };
    two sums[TWOS] = {{0}};
    double tail = 0;
    size_t i = 0;
    for (; i + CHAINS <= n; i += CHAINS) {
        two x[TWOS], y[TWOS];
        memcpy(x, a + i, sizeof x);
        memcpy(y, b + i, sizeof y);
        for (size_t t = 0; t < TWOS; t++) sums[t] += x[t] * y[t];
    }
    for (; i < n; i++) tail += a[i] * b[i];
    const two sum = (sums[0] + sums[2]) + (sums[1] + sums[3]);
    return (sum[0] + sum[1]) + tail;
}

/* The reflection 1 - beta v v' that turns x[n] into (alpha, 0, 0, ...); v overwrites x. */
static double reflect(double *x, size_t n, double *alpha) {
    const double rest = emb__eigen_dot(x + 1, x + 1, n - 1);
    if (rest == 0) {
        *alpha = x[0];
        return 0;
    }
    *alpha = -copysign(sqrt(x[0] * x[0] + rest), x[0]);
    x[0] -= *alpha;
    return 2 / (x[0] * x[0] + rest);
}

/* Turns a[n][n] into a tridiagonal matrix: its diagonal d[n] and the numbers beside it, e[n - 1].
 * From column c + 1 on, row c of `a` keeps the vector v of the c-th reflection; scales[c] keeps its
 * beta. p: room for n numbers. */
static void tridiagonal(double *a, size_t n, double *d, double *e, double *scales, double *p) {
    for (size_t c = 0; c + 1 < n; c++) {
        const size_t m = n - c - 1;
        double *v = a + c * n + c + 1; /* the row: the matrix is symmetric */
        const double beta = scales[c] = reflect(v, m, &e[c]);
        if (beta == 0) continue;
        for (size_t i = 0; i < m; i++) {
            p[i] = beta * emb__eigen_dot(a + (c + 1 + i) * n + c + 1, v, m);
        }
        const double half = beta / 2 * emb__eigen_dot(p, v, m);
        for (size_t i = 0; i < m; i++) p[i] -= half * v[i];
        for (size_t i = 0; i < m; i++) {
            double *row = a + (c + 1 + i) * n + c + 1;
            for (size_t j = 0; j < m; j++) row[j] -= v[i] * p[j] + p[i] * v[j];
        }
    }
    for (size_t i = 0; i < n; i++) d[i] = a[i * n + i];
}

/* q[n][n] = the transposed product of the reflections that tridiagonal() left in a. */
static void collect(const double *a, const double *scales, size_t n, double *q) {
    memset(q, 0, n * n * sizeof *q);
    for (size_t i = 0; i < n; i++) q[i * n + i] = 1;
    for (size_t c = n - 1; c-- > 0 && !emb__cancelled();) {
        const size_t m = n - c - 1;
        const double *v = a + c * n + c + 1;
        /* Rows are the future eigenvectors: each is reflected by itself. */
        for (size_t i = 0; i < m && scales[c] != 0; i++) {
            double *row = q + (c + 1 + i) * n + c + 1;
            const double along = scales[c] * emb__eigen_dot(row, v, m);
            for (size_t j = 0; j < m; j++) row[j] -= along * v[j];
        }
    }
}

/* One step on the block from `from` to `to`: a shift near its last eigenvalue, then rotations that
 * move the number outside the three diagonals downwards and out. The rows of q are rotated, too. */
static void qr_step(double *d, double *e, size_t from, size_t to, double *q, size_t n) {
    const double delta = (d[to - 1] - d[to]) / 2, last = e[to - 1];
    const double root = copysign(sqrt(delta * delta + last * last), delta);
    double x = d[from] - (d[to] - last * last / (delta + root)), z = e[from];
    for (size_t k = from; k < to; k++) {
        const double r = sqrt(x * x + z * z);
        const double c = r == 0 ? 1 : x / r, s = r == 0 ? 0 : z / r;
        const double d1 = d[k], d2 = d[k + 1], off = e[k];
        if (k > from) e[k - 1] = r;
        d[k] = c * c * d1 + 2 * c * s * off + s * s * d2;
        d[k + 1] = s * s * d1 - 2 * c * s * off + c * c * d2;
        e[k] = c * s * (d2 - d1) + (c * c - s * s) * off;
        x = e[k];
        if (k + 1 < to) {
            z = s * e[k + 1];
            e[k + 1] *= c;
        }
        double *a = q + k * n, *b = a + n;
        for (size_t i = 0; i < n; i++) {
            const double low = a[i], high = b[i];
            a[i] = c * low + s * high;
            b[i] = c * high - s * low;
        }
    }
}

/* Diagonalises by steps on the last block that is not diagonal yet. False if that does not
 * converge. */
static bool diagonalise(double *d, double *e, double *q, size_t n) {
    enum { STEPS = 60 }; /* for each eigenvalue; two to three are usual */
    double size = 0;
    for (size_t i = 0; i < n; i++) size = fmax(size, fabs(d[i]) + (i + 1 < n ? fabs(e[i]) : 0));
    const double nothing = DBL_EPSILON / 2 * size;
    size_t to = n - 1;
    for (size_t steps = 0; to > 0 && steps < STEPS * n && !emb__cancelled(); steps++) {
        while (to > 0 && fabs(e[to - 1]) <= nothing) to--;
        size_t from = to;
        while (from > 0 && fabs(e[from - 1]) > nothing) from--;
        if (from < to) qr_step(d, e, from, to, q, n);
    }
    return to == 0;
}

/* Selection sort: at most n - 1 exchanges of rows. */
static void sort(double *d, double *q, size_t n) {
    for (size_t i = 0; i < n; i++) {
        size_t best = i;
        for (size_t j = i + 1; j < n; j++) best = d[j] > d[best] ? j : best;
        if (best == i) continue;
        const double value = d[i];
        d[i] = d[best];
        d[best] = value;
        for (size_t j = 0; j < n; j++) {
            const double kept = q[i * n + j];
            q[i * n + j] = q[best * n + j];
            q[best * n + j] = kept;
        }
    }
}

emb_status emb__eigen_all(double *a, size_t n, double *values) {
    size_t square, all;
    if (n == 0 || !emb__mul(n, n, &square) || !emb__add(square, 3 * n, &all)) {
        return emb__fail(EMB_ERR_ARGUMENT, "a matrix of %zu rows has no eigenvalues here", n);
    }
    double *room = emb__calloc(all, sizeof *room);
    if (!room) return EMB_ERR_MEMORY;
    double *q = room, *e = room + square, *scales = e + n, *p = scales + n;
    tridiagonal(a, n, values, e, scales, p);
    collect(a, scales, n, q);
    const bool done = diagonalise(values, e, q, n);
    const emb_status cancelled = emb__cancel_check();
    sort(values, q, n);
    memcpy(a, q, square * sizeof *a);
    emb__free(room);
    if (cancelled != EMB_OK) return cancelled;
    return done ? EMB_OK
                : emb__fail(EMB_ERR_DIVERGED,
                            "the eigenvalues of %zu x %zu numbers do not "
                            "settle: expected finite ones",
                            n, n);
}
