/* A page of images above what a network makes of them. */
#ifndef CLI_RECONSTRUCTION_PAGE_H
#define CLI_RECONSTRUCTION_PAGE_H

#include <embudo.h>

#include "data/split.h"

typedef struct cli_page {
    emb_net *net;
    const cli_split *split;
    size_t count;                          /* the split's first images, at least 1 */
    const char *original, *reconstruction; /* what stands before the rows */
    const char *title;                     /* NULL: none */
    int scale;                             /* side of a pixel; 0: what makes a page readable */
} cli_page;

/* Ten to a row. NULL with the error printed. */
emb_picture *cli_page_draw(const cli_page *page, emb_format format);

#endif
