/* The weights of a line (kernels.h) as whole numbers: of an average, an interpolation, a padding.
 */
#ifndef EMB_MODEL_INT8_WHOLE_LINE_H
#define EMB_MODEL_INT8_WHOLE_LINE_H

#include "kernels/kernels.h"

/* How a line's weights are whole numbers: weight = whole * scale. Weights that are all the same are
 * 1; others have so many steps that a sum of numbers up to `most` stays below 2^30. */
typedef struct emb__whole_line {
    int steps; /* of a weight of 1; 0: all weights are the same */
    double scale;
} emb__whole_line;

/* For both lines of a resample. False if even without steps a sum is too long. */
bool emb__whole_lines(const emb__resample *r, int most, emb__whole_line whole[2]);

/* Weight t of the line. */
int emb__whole_weight(const emb__line *line, const emb__whole_line *whole, int t);

#endif
