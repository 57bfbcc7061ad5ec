/* Convolutions as plans: which positions of the two sides meet, and in what order they are summed.
 *
 * Owns: patches, taps, columns, and how much of an output a thread takes. Does not own: the loops
 * over them (kernels.h). */
#ifndef EMB_KERNELS_GEOMETRY_H
#define EMB_KERNELS_GEOMETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    EMB__LANES = 16, /* images of a block */
    EMB__CHAIN = 256 /* terms of a chain of a long sum, see chains.h */
};

/* What a tap of a patch adds to its first output: an input and a weight. */
typedef struct emb__tap {
    uint32_t in;     /* in floats, from the channel's plane */
    uint32_t weight; /* in packed weights */
} emb__tap;

/* Outputs of one direction (rows or columns) that meet the same kernel positions: first, first +
 * step, ... (count of them), each next one in_step inputs further. A span is the inside of an
 * image, one phase of a stride, or an edge, so that no kernel computes a border. */
typedef struct emb__span {
    int first, step, count, in_step;
    int tap, tap_count; /* into emb__axis.taps */
} emb__span;

/* Taps here are for one direction alone; a patch's taps are the sums of a row's and a column's. */
typedef struct emb__axis {
    int span_count, most_taps; /* most_taps: of one span */
    emb__span *spans;
    emb__tap *taps;
} emb__axis;

/* The geometry of a (transposed) convolution. A gather makes an output by summing over the taps
 * that reach it. "Down": output x reads input x * stride - padding + k * dilation: Conv2d forward,
 * ConvTranspose2d's input gradient. "Up" is its reverse. */
typedef struct emb__gather {
    int groups;
    int out_channels, in_channels; /* of one group */
    int in_h, in_w, out_h, out_w;
    bool up;
    int kernel[2], stride[2], padding[2], dilation[2]; /* [0]: rows, [1]: columns */
    size_t weight_out, weight_in,
        weight_group; /* weight's strides by out channel, in channel, group */
    /* Planned from the above: */
    emb__axis rows, columns;
    int strip_rows; /* output rows that are made together, while the inputs stay in cache */
} emb__gather;

/* Input channels of a chain: whole ones, of as many terms each as an output inside the image has.
 */
static inline int emb__chain_channels(const emb__gather *g) {
    int terms = 1;
    for (int d = 0; d < 2; d++) {
        terms *= g->up ? (g->kernel[d] + g->stride[d] - 1) / g->stride[d] : g->kernel[d];
    }
    return terms < EMB__CHAIN ? EMB__CHAIN / terms : 1;
}

/* A part of a gather's output: rows and channels (of each group) from..to. Channels are cut at
 * multiples of EMB__OUT_TILE: the weights of so many channels are packed side by side. */
enum { EMB__OUT_TILE = 8 };
typedef struct emb__share {
    int row, row_end, channel, channel_end;
} emb__share;

/* The positions of the smaller side that one row, or one column, of the kernel connects: position
 * x, for first <= x < end, meets the bigger side at x * stride + at. */
typedef struct emb__reach {
    int first, end;
    int64_t at;
} emb__reach;

/* A weight's place in a row of the kernel, as a column of a register tile. */
typedef struct emb__column {
    ptrdiff_t at;  /* in floats, from the bigger side's first channel and the row that is met */
    size_t weight; /* in the gradient, from the first weight of the kernel's row */
    int first, end;
} emb__column;

/* A convolution's weight gradient: weight[small channel][big channel of the group][kh][kw] is the
 * sum over the smaller side's positions (y, x) of small[y][x] * big[y*stride - padding +
 * k*dilation]. Its work is cut in units: a tile of small channels of a group by one line. By
 * channels, a line is a row of the kernel at one big channel; otherwise a row of the kernel. */
enum {
    EMB__SMALL_TILE = 16, /* channels of a tile by channels, and otherwise */
    EMB__FEW_TILE = 4,
    EMB__SMALL_TILES = 2, /* that are walked at once, at most */
    EMB__PIECE = 32       /* positions of the smaller side in one chain, at most */
};

typedef struct emb__correlate {
    int groups;
    int small_channels, big_channels; /* of one group */
    int small_h, small_w, big_h, big_w;
    int kernel[2], stride[2], padding[2], dilation[2];
    /* Planned from the above: */
    bool by_channels;              /* lanes are channels of the smaller side, not images */
    emb__reach *rows, *reach;      /* [kernel[0]], [kernel[1]] */
    int tile, tiles, lines, units; /* channels of a tile; tiles and lines of one group */
    /* Rows of the smaller side that are walked together, so that they and what they meet stay in
     * the cache. If these are not all rows, the sums of some units wait in scratch. */
    int strip_rows;
    /* By images: */
    int column_count, units_at_once;
    emb__column *columns; /* [kernel[1]][big_channels] */
    /* By channels: rows of a piece; whole ones, or one that is cut. The lines whose sums wait. */
    int piece_rows, lines_at_once;
    /* Where the position (x, y) of a piece begins on the bigger side, image by image, [x][y][8], in
     * blocks of 16 lanes and of 8. */
    int32_t *steps[2];
} emb__correlate;

/* The taps of a span of rows and one of columns, in the order of the sum: rows in the outer loop.
 * Returns their number. */
static inline int emb__patch_taps(const emb__gather *g, const emb__span *rows,
                                  const emb__span *columns, emb__tap *taps) {
    const emb__tap *row = g->rows.taps + rows->tap, *column = g->columns.taps + columns->tap;
    for (int r = 0; r < rows->tap_count; r++) {
        for (int c = 0; c < columns->tap_count; c++) {
            *taps++ = (emb__tap){row[r].in + column[c].in, row[r].weight + column[c].weight};
        }
    }
    return rows->tap_count * columns->tap_count;
}

/* Fills the planned members of *g from the others. */
emb_status emb__gather_plan(emb__gather *g);
void emb__gather_clear(emb__gather *g);
/* Vectors of 16 that `gather` needs, and of them those that `single_gather` needs. */
size_t emb__gather_scratch(const emb__gather *g);
size_t emb__gather_taps_scratch(const emb__gather *g);

/* The same for the planned members of *c. */
emb_status emb__correlate_plan(emb__correlate *c);
void emb__correlate_clear(emb__correlate *c);
/* Vectors of 16 that `correlate` needs. */
size_t emb__correlate_scratch(const emb__correlate *c);

#endif
