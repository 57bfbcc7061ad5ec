/* How a sum of whole numbers becomes a number of the output: for quant_run.c and quant_moves.c. */
#ifndef EMB_MODEL_INT8_QUANT_ENDS_H
#define EMB_MODEL_INT8_QUANT_ENDS_H

#include "model/int8/quantise.h"

/* One thread's data for its work on one image. */
typedef struct emb__bench {
    const emb__quant *q;
    int16_t *numbers;    /* of all tensors */
    const int16_t *here; /* what a stage reads, the first of several */
    int16_t *there;      /* what it makes */
    int32_t *sums;
} emb__bench;

/* Writes the result of sum o, as a whole number or as a float. */
void emb__quant_finish(const emb__bench *b, int stage, size_t o, int32_t sum, size_t place,
                       float *out);

#endif
