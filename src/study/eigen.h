/* Eigenvalues of symmetric matrices, in double precision, on one thread with a fixed order of sums:
 * all of a small matrix, or the few largest of a matrix of which only products are known. */
#ifndef EMB_STUDY_EIGEN_H
#define EMB_STUDY_EIGEN_H

#include <stddef.h>

#include "base/status.h"

/* a[n][n], symmetric, is overwritten by its eigenvectors, one a row, orthonormal;
 * values[n] = their eigenvalues, the largest first. By Householder's tridiagonalisation and the
 * implicit QR algorithm with Wilkinson's shift (Golub and Van Loan, Matrix Computations, 8.3):
 * about 9 n^3 operations. */
emb_status emb__eigen_all(double *a, size_t n, double *values);

/* A symmetric matrix whose eigenvalues are not negative. */
typedef struct emb__operator {
    size_t size;
    /* w[count][size] = the matrix times each row of v[count][size]. */
    void (*apply)(void *data, const double *v, size_t count, double *w);
    void *data;
    double noise; /* error of a product, relative to the largest eigenvalue: 1e-7 */
    int rounds;   /* after so many the result is taken as it is */
} emb__operator;

/* values[width], vectors[width][size] = the eigenpairs with the largest eigenvalues, largest first;
 * the first `wanted` are accurate, the others a by-product. wanted <= width <= size. */
emb_status emb__eigen_leading(const emb__operator *a, size_t wanted, size_t width, double *values,
                              double *vectors);

/* The sum of a[i] * b[i], in eight chains that are then added in a fixed order. */
double emb__eigen_dot(const double *a, const double *b, size_t n);

#endif
