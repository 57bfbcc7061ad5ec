/* Principal components in limited time, and their memory; the rest is in embudo/study.h. */
#ifndef EMB_STUDY_PCA_H
#define EMB_STUDY_PCA_H

#include "embudo.h"

/* How many of `components` components are found within half a second (emb__pca_rounds). */
int emb__pca_quick(size_t size, size_t count, int components);

/* As emb_pca_new, but only so many components, perhaps 0. If the search is quick enough, the same
 * as emb_pca_new. */
emb_pca *emb__pca_new_quick(const emb_images *images, const uint32_t *indices, size_t count,
                            int components, int threads);

/* The most bytes that emb_pca_new and then emb_pca_score take while they run, for `count` images of
 * `size` numbers. */
size_t emb__pca_size(size_t count, size_t size, int components, int threads);

#endif
