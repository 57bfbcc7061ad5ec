/* IDX, the format of MNIST's files, plain or gzipped.
 *
 * Two zero bytes, a type, a number of dimensions, each dimension as u32 big-endian, then the
 * numbers. Images are u8 [N][H][W], [N][C][H][W] or [N][L]; labels are u8 [N].
 *
 * Memory is not allocated on a header's word: it starts at 256 KiB and doubles as the content fills
 * it. A gzipped file's content is first counted, if it could be much larger than the file, and then
 * has room at once.
 *
 * Owns: one file. Does not own: which files make a data set (dataset.c). */
#ifndef EMB_DATA_IDX_H
#define EMB_DATA_IDX_H

#include "data/images.h"

/* folder/name in any spelling: also with `.idx` for `-idx`, plain before .gz; of idx3 also with
 * idx4 and idx2. *path, NULL before, stays so if there is none. */
emb_status emb__idx_find(const char *folder, const char *name, char **path);

/* Checks by the headers alone, before either file is read, that they announce as many labels as
 * images. */
emb_status emb__idx_agree(const char *labels_path, const char *images_path);

/* u8 [N]: the labels, to be freed with emb__free, and their number. */
emb_status emb__idx_labels(const char *path, uint8_t **labels, size_t *count);

/* u8 images. `labels`, which may be NULL, are taken over on success and on failure; there must then
 * be `label_count` images, else the text names both paths. */
emb_images *emb__idx_images(const char *path, uint8_t *labels, size_t label_count,
                            const char *labels_path);

#endif
