/* Images in a row out of a data set. */
#ifndef CLI_CORE_ROWS_H
#define CLI_CORE_ROWS_H

#include <embudo.h>

/* pixels[count][C][H][W] = the images first, first + 1, ... of those that `indices` pick, or, where
 * that is NULL, of the data set; numbers as emb_images_fetch has them. */
emb_status cli_rows(const emb_images *images, const uint32_t *indices, size_t first, size_t count,
                    float *pixels);

#endif
