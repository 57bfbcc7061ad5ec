/* Layers that make pixels of neighbouring ones as plans, one line for rows and one for columns.
 *
 * Owns: which inputs an output has, by what weights, and the same turned round. Does not own: the
 * loops (kernels.h), what a layer's weights are (net/layers/). */
#ifndef EMB_KERNELS_LINE_H
#define EMB_KERNELS_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* One direction, rows or columns, of a layer that makes pixels of neighbouring ones by fixed
 * weights: averages, interpolations, paddings. Output i is the sum over starts[i] <= t < starts[i +
 * 1] of the inputs at[t] times weight[t]. */
typedef struct emb__line {
    int in_size, out_size;
    int *starts; /* [out_size + 1] */
    int *at;
    float *weight;
    bool copies; /* each output has one input, times 1 */
} emb__line;

typedef struct emb__resample {
    emb__line rows, columns;
} emb__resample;

/* Makes room for `most` inputs of all outputs together. Then, for each output in turn, adds its
 * inputs and ends it. */
emb_status emb__line_open(emb__line *line, int in_size, int out_size, size_t most);
void emb__line_add(emb__line *line, int at, float weight);
void emb__line_end(emb__line *line);
/* The way back: the gradient of each input from those of the outputs, in their order. */
emb_status emb__line_turn(const emb__line *line, emb__line *turned);
void emb__line_clear(emb__line *line);

#endif
