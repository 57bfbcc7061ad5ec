/* Running the stages of whole numbers that make pixels of other ones: pooling, enlarging,
 * shuffling, padding. */
#ifndef EMB_MODEL_INT8_QUANT_MOVES_H
#define EMB_MODEL_INT8_QUANT_MOVES_H

#include "model/int8/quant_ends.h"

/* Runs a stage whose op moves. */
void emb__quant_move(const emb__bench *b, int stage, float *out);

#endif
