/* Arrays of floats that an ONNX model computes from its constants.
 *
 * Owns: the operators on them. Does not own: which node is one of them (onnx_constant.c). */
#ifndef EMB_MODEL_ONNX_ARRAY_H
#define EMB_MODEL_ONNX_ARRAY_H

#include "model/onnx/onnx.h"

typedef struct emb__onnx_array {
    float *values; /* to be freed */
    size_t count;
    int rank;
    int64_t d[EMB__ONNX_RANK];
    bool each; /* the numbers are repeated for each image */
} emb__onnx_array;

/* Whether the node's input i is a constant of floats. */
bool emb__onnx_array_is(const emb__onnx_chain *chain, size_t i);
/* The node's input i, of floats or whole numbers. */
emb_status emb__onnx_array_load(emb__onnx_chain *chain, size_t i, emb__onnx_array *out);
/* Room for the numbers of out->d, which are counted against the file's size. */
emb_status emb__onnx_array_room(emb__onnx_chain *chain, emb__onnx_array *out);
/* The place in the array of the number at `at`, in a shape to which the array is broadcast. */
size_t emb__onnx_array_spread(const emb__onnx_array *a, int rank, const int64_t *at);
/* Moves `at` to the next place of a shape. */
void emb__onnx_array_next(int rank, const int64_t *d, int64_t *at);

/* Whether it is an operator of two numbers, such as Add. */
bool emb__onnx_array_is_sum(const char *op);
/* Runs a node that computes (onnx_array_math.c); *done is false, and nothing made, if its operator
 * is not among those that are known. */
emb_status emb__onnx_array_compute(emb__onnx_chain *chain, emb__onnx_array *out, bool *done);
/* Those that move numbers (onnx_array_move.c); NULL: it is none of them. */
typedef emb_status emb__onnx_array_fn(emb__onnx_chain *chain, emb__onnx_array *out);
emb__onnx_array_fn *emb__onnx_array_mover(const char *op);

#endif
