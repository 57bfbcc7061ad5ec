/* Consecutive images of a data set. */
#ifndef CLI_CORE_ROWS_H
#define CLI_CORE_ROWS_H

#include <embudo.h>

/* pixels[count][C][H][W] = the images first, first + 1, ... of those that `indices` picks or, if it
 * is NULL, of the data set; the numbers are those of emb_images_fetch. */
emb_status cli_rows(const emb_images *images, const uint32_t *indices, size_t first, size_t count,
                    float *pixels);

#endif
