/* Walks over images while their principal components are searched. The first walks compute the
 * mean. */
#ifndef EMB_STUDY_PCA_WALK_H
#define EMB_STUDY_PCA_WALK_H

#include "base/threads.h"
#include "kernels/kernels.h"
#include "study/selection.h"

struct emb_pca {
    int components;
    int rounds;        /* of the search, at most; 0: as many as accuracy takes */
    size_t size;       /* D */
    float *mean;       /* [size] */
    float *vectors;    /* [components][size] */
    double *variances; /* [components] */
    double total;
    /* For images whose numbers are far from 0 compared with their spread, or not of a size near
     * 1: */
    double *center; /* [size]: the mean, as exact as a double is; NULL: `mean` does */
    double down;    /* a power of two that brings images less the center to about 1 */
};

/* row[size] = image i of the selection less the mean, and times `down` if there is a center. */
void emb__pca_row(const emb_pca *pca, const emb__selection *selection, size_t i, float *row);

/* The components that are being searched, and the memory for it. */
typedef struct emb__pca_fitting emb__pca_fitting;
struct emb__pca_fitting {
    emb_pca *pca;
    const emb__selection *selection;
    const emb__kernels *k;
    int threads;
    size_t size, stride; /* D, and a row's length: more than D, so that a column's numbers do not
                            all lie in one set of a cache */
    bool centered;       /* rows are less the mean; else the images as they are */
    bool stop;           /* emb_cancel was called */
    size_t block;        /* rows */
    float *rows;         /* [block][stride] */
    void (*work)(emb__pca_fitting *f, const emb__member *me, size_t here);
    /* Each member's share of the first walks: */
    double *sums, *squares, *largest; /* [size] */
    const float *origin;              /* [size]: what sums are taken from; NULL: 0 */
    /* The covariance matrix, or its product with `panels` panels of 16 vectors: */
    double *matrix; /* [stride][stride] */
    size_t panels;
    float *vectors;   /* [panels][stride][16] */
    float *codes;     /* [panels][block][16] */
    double *products; /* [panels][stride][16] */
    float *rooms;     /* each member's: a panel [block][16], and products [stride][16] */
    size_t room;
    const double *v; /* of an apply of the matrix */
    double *w;
    size_t count;
};

/* A member's part of one walk, `data` being the emb__pca_fitting: lays the images out in blocks of
 * rows, and calls its `work` for each block. */
void emb__pca_walk(void *data, const emb__member *me);

/* Finds the mean image and the variance in all directions together: fills pca->mean, total and, if
 * one is needed, center. */
emb_status emb__pca_mean(emb__pca_fitting *f);

#endif
