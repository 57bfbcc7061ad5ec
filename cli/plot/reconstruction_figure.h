/* A page of images above their reconstructions; with noise, that of the images with noise, which
 * stand between. */
#ifndef CLI_RECONSTRUCTION_FIGURE_H
#define CLI_RECONSTRUCTION_FIGURE_H

#include <embudo.h>

#include "data/split.h"

typedef struct cli_reconstruction {
    emb_net *net;
    const cli_split *split;
    size_t count;                          /* the split's first images, at least 1 */
    const char *original, *reconstruction; /* the words before the rows */
    const char *title;                     /* NULL: none */
    const emb_train_options *noise; /* NULL: none; its `denoise` and `seed` decide the noise */
    const char *noisy;              /* the word before the rows with noise */
    int scale;                      /* side of a pixel; 0: large enough for a readable page */
} cli_reconstruction;

/* Ten to a row. NULL with the error printed. */
emb_picture *cli_reconstruction_draw(const cli_reconstruction *page, emb_format format);

#endif
