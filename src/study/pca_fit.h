/* Finding principal components. */
#ifndef EMB_STUDY_PCA_FIT_H
#define EMB_STUDY_PCA_FIT_H

#include "study/pca_walk.h"

/* Rounds of a search for so many components of `count` images of `size` numbers that take half a
 * second, by their operations and not by a clock; below EMB__PCA_LEAST_ROUNDS what is found may be
 * far off. */
enum { EMB__PCA_LEAST_ROUNDS = 2 };
int emb__pca_rounds(size_t size, size_t count, int components);

/* Bytes that emb__pca_fit takes at most for a while. */
size_t emb__pca_fit_size(size_t size, int components, int threads);

/* Fills everything of *pca but components and size, whose arrays are there. */
emb_status emb__pca_fit(emb_pca *pca, const emb__selection *selection, int threads);

#endif
