/* A network's layers as the steps of a small program: what one loop nest computes.
 *
 * A stage is a layer with weights, or none, and the activation behind it. What has no work of its
 * own (Flatten, Unflatten, Identity) is only how a tensor between two stages is looked at. This is
 * what is exported as C (model/c/c_source.h) and quantised (quantise.h).
 *
 * A tensor's numbers lie [C][H][W], or [H][W][C] where nobody outside sees them: then a loop over
 * channels reads and writes them in a row. */
#ifndef EMB_MODEL_STAGES_H
#define EMB_MODEL_STAGES_H

#include "net/net.h"

typedef enum emb__op { EMB__OP_COPY, EMB__OP_LINEAR, EMB__OP_CONV, EMB__OP_CONV_TRANSPOSE } emb__op;

typedef enum emb__curve {
    EMB__CURVE_NONE,
    EMB__CURVE_TANH,
    EMB__CURVE_SIGMOID,
    EMB__CURVE_RELU
} emb__curve;

typedef struct emb__stage_tensor {
    size_t count;
    emb__shape image; /* [C, H, W], if a stage beside it looks at it so; else rank 0 */
    bool by_pixel;    /* [H][W][C] of `image`, else C order */
    int channels;     /* that have scales of their own when quantised: C, or every number */
} emb__stage_tensor;

typedef struct emb__stage {
    emb__op op;
    emb__curve curve;
    const emb__layer *layer; /* with the weights; NULL for a copy */
    int last;                /* the net's layer whose output the stage gives */
    /* Of the convolutions, rows and columns. */
    int groups, kernel[2], stride[2], padding[2], dilation[2];
    const float *weight, *bias; /* PyTorch's layout, borrowed from the net; NULL: none */
} emb__stage;

typedef struct emb__stages {
    int count;
    emb__stage *stages;
    emb__stage_tensor *tensors; /* [count + 1]: tensors[i] enters stages[i] */
} emb__stages;

/* Of the net's layers [from, to). On failure *stages is zeroed. */
emb_status emb__stages_new(const emb_net *net, int from, int to, emb__stages *stages);
void emb__stages_clear(emb__stages *stages);

/* Where number `i` in C order lies in memory. */
size_t emb__stage_place(const emb__stage_tensor *tensor, size_t i);
/* Which of its channels number `i` in C order belongs to. */
size_t emb__stage_channel(const emb__stage_tensor *tensor, size_t i);

/* The shapes that a stage's operation sees: rank 1 for Linear, 3 for the convolutions. */
const emb__shape *emb__stage_in(const emb__stage *stage);
const emb__shape *emb__stage_out(const emb__stage *stage);

#endif
