/* Finding principal components. */
#ifndef EMB_STUDY_PCA_FIT_H
#define EMB_STUDY_PCA_FIT_H

#include "study/pca_walk.h"

/* The number of rounds that a search for so many components of `count` images of `size` numbers can
 * make in half a second, by a count of operations and not by a clock; with fewer than
 * EMB__PCA_LEAST_ROUNDS the result may be far off. */
enum { EMB__PCA_LEAST_ROUNDS = 2 };
int emb__pca_rounds(size_t size, size_t count, int components);

/* The most bytes that emb__pca_fit takes while it runs. */
size_t emb__pca_fit_size(size_t size, int components, int threads);

/* Fills all of *pca but components and size; its arrays are allocated. */
emb_status emb__pca_fit(emb_pca *pca, const emb__selection *selection, int threads);

#endif
