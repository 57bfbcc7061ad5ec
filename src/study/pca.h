/* Principal components: what their making (pca_fit.c) and their use (pca.c) share. */
#ifndef EMB_STUDY_PCA_H
#define EMB_STUDY_PCA_H

#include "base/status.h"
#include "base/threads.h"

struct emb_pca {
    int components;
    int rounds;        /* of the search, at most; 0: as many as it takes to be accurate */
    size_t size;       /* D */
    float *mean;       /* [size] */
    float *vectors;    /* [components][size] */
    double *variances; /* [components] */
    double total;
    /* Of images whose numbers are far from 0 for their spread, or far from 1 in size: */
    double *center; /* [size]: the mean, as exact as a double is; NULL: `mean` does */
    double down;    /* a power of two: images less the center times it are of about 1 */
};

/* Rounds of a search for so many components of `count` images of `size` numbers that take half a
 * second, by their operations and not by a clock; below EMB__PCA_LEAST_ROUNDS what is found may be
 * far off. */
enum { EMB__PCA_LEAST_ROUNDS = 2 };
int emb__pca_rounds(size_t size, size_t count, int components);

/* As many components of `components` as are found within that. */
int emb__pca_quick(size_t size, size_t count, int components);

/* As many components as are found within that, no more than asked for: 0 may be left. For images
 * that are soon searched the same as emb_pca_new. */
emb_pca *emb__pca_new_quick(const emb_images *images, const uint32_t *indices, size_t count,
                            int components, int threads);

/* Some of a data set's images. */
typedef struct emb__selection {
    const emb_images *images;
    const uint32_t *indices; /* NULL: images 0, 1, ... */
    size_t count;
} emb__selection;

/* The same with the count of all images where indices are NULL; an index too large or no image at
 * all is an error. */
emb_status emb__select(const emb_images *images, const uint32_t *indices, size_t count,
                       emb__selection *selection);

/* row[size] = image i of the selection. */
void emb__selection_row(const emb__selection *selection, size_t i, float *row);
/* The same less the mean, times `down` where there is a center. */
void emb__pca_row(const emb_pca *pca, const emb__selection *selection, size_t i, float *row);

/* Bytes that emb_pca_new and then emb_pca_score take at most for a while, of `count` images of
 * `size` numbers. */
size_t emb__pca_size(size_t count, size_t size, int components, int threads);
/* ... of these, emb__pca_fit's. */
size_t emb__pca_fit_size(size_t size, int components, int threads);

/* Fills everything of *pca but components and size, whose arrays are there. */
emb_status emb__pca_fit(emb_pca *pca, const emb__selection *selection, int threads);

#endif
