/* A picture as cells of a terminal, with letters over it: libchafa chooses the characters if it is
 * present, else each cell shows two pixels with an upper half block. Pixel protocols (sixel, kitty)
 * are left alone: they do not survive tmux, ssh and logs alike. */
#ifndef CLI_BLOCKS_H
#define CLI_BLOCKS_H

#include <stdint.h>

#include "core/strings.h"

typedef struct cli_blocks {
    const uint8_t *rgb; /* [height][width][3] */
    int width, height;
    int columns, rows;       /* of cells, which are about twice as high as wide */
    const uint32_t *letters; /* [rows][columns], Unicode's numbers; 0: the picture; NULL: none */
} cli_blocks;

/* Appends the rows, each ended by a newline. */
void cli_blocks_draw(const cli_blocks *blocks, cli_text *out);

#endif
