/* The steps of a small program, one loop nest each, and the kinds of layers that they are made of.
 * stages.h makes them of a network. Stage i reads tensors that are there, and makes tensor i + 1;
 * in a chain it reads tensor i.
 *
 * A tensor's numbers lie as [C][H][W], or as [H][W][C] if nobody outside sees them: then a loop
 * over channels reads and writes neighbours. */
#ifndef EMB_MODEL_STAGE_OPS_H
#define EMB_MODEL_STAGE_OPS_H

#include "base/memory.h"
#include "net/fold.h"
#include "net/layers/activation.h"

typedef struct emb__stage_tensor {
    size_t count;
    emb__shape image; /* [C, H, W], if a stage beside it sees it so; else rank 0 */
    bool by_pixel;    /* [H][W][C] of `image`, else C order */
    int channels;     /* with scales of their own when quantised: C, or every number */
} emb__stage_tensor;

typedef struct emb__stage emb__stage;

/* How a stage makes pixels of other ones without weights that are trained. */
typedef enum emb__stage_move {
    EMB__MOVE_NOT,
    EMB__MOVE_WEIGH,  /* sums of neighbours by a plan (emb__resample) */
    EMB__MOVE_CHOOSE, /* the largest of a window (emb__pool) */
    EMB__MOVE_SHUFFLE /* channels become pixels, or pixels channels */
} emb__stage_move;

/* How a stage puts several tensors together. */
typedef enum emb__stage_join {
    EMB__JOIN_NOT,
    EMB__JOIN_SUM,  /* adds two of one shape */
    EMB__JOIN_SIDES /* lays them side by side, as channels or features */
} emb__stage_join;

/* What a stage needs to know of a kind of layer with weights, or of one that moves pixels or joins
 * tensors: then there is nothing but `move` or `join`. */
typedef struct emb__stage_op {
    const emb__layer_kind *kind;
    /* Float C alone has a loop nest for it, a file's own, and nothing below is there: the
     * normalisations, PReLU, Softmax, a codebook. */
    bool alone;
    /* The input is numbers without positions, each of which enters every sum once; else an image,
     * whose rows and columns meet the kernel's. */
    bool features;
    emb__stage_move move;
    emb__stage_join join;
    /* The place in PyTorch's weights for an output, an input channel of its group, and a row and a
     * column of the kernel. */
    size_t (*weight_at)(const emb__stage *stage, size_t out, size_t in, size_t row, size_t column);
    /* For an image: the input's row (side 0) or column (side 1) that output `at` meets at position
     * k of the kernel; -1: none. And the same in C: lines that compute `name` from the expressions
     * `at` and k, or continue with the next position. */
    int (*meets)(const emb__stage *stage, int side, int at, int k);
    void (*print_meets)(const emb__stage *stage, int side, const char *indent, const char *name,
                        const char *at, const char *k, emb__text *out);
} emb__stage_op;

struct emb__stage {
    const emb__stage_op *op;                /* NULL: a copy */
    const emb__layer *layer;                /* with the weights or the plan; NULL for a copy */
    int reads[EMB__MAX_INPUTS], read_count; /* tensors; one, unless it joins several */
    emb__shape in, out;      /* that it sees: rank 1 for Linear, 3 for images; 0 for a copy */
    bool pads;               /* it is the padding of a Conv2d, which is the next stage */
    const emb__layer *curve; /* the activation after it; NULL: none */
    int first, last;         /* the net's layers that it stands for; the last gives its output */
    /* Rows and columns; kernels of 1 for features and copies. */
    int groups, kernel[2], stride[2], padding[2], dilation[2];
    const float *weight, *bias; /* PyTorch's layout, borrowed from the net; NULL: none */
};

typedef struct emb__stages {
    int count;
    emb__stage *stages;
    emb__stage_tensor *tensors; /* [count + 1]: the input, and stages[i] makes tensors[i + 1] */
    emb__folded folded;         /* BatchNorm is in the weights before it, or a convolution */
    const emb__layer *layers;   /* all of the net's, folded */
} emb__stages;

/* What the stage with this number reads first, and all that it reads; the stage's view of it. */
const emb__stage_tensor *emb__stage_in(const emb__stages *stages, int stage);
const emb__stage_tensor *emb__stage_in_at(const emb__stages *stages, int stage, int k);
const emb__shape *emb__stage_view(const emb__stage *stage, int k);

/* Whether its results are sums of products with trained weights. */
bool emb__stage_multiplies(const emb__stage *stage);

/* The row of a kind of layer; NULL if it has none. */
const emb__stage_op *emb__stage_op_of(const emb__layer_kind *kind);

/* Where number `i` in C order lies in memory. */
size_t emb__stage_place(const emb__stage_tensor *tensor, size_t i);
/* The channel to which number `i` in C order belongs. */
size_t emb__stage_channel(const emb__stage_tensor *tensor, size_t i);

/* Places of a channel of a tensor. */
size_t emb__stage_plane(const emb__stage_tensor *tensor);

/* How many numbers one sum of a stage adds up, and how many weights the stage has; 1 and 0 for a
 * copy. */
size_t emb__stage_fan_in(const emb__stage *stage);
size_t emb__stage_weights(const emb__stage *stage);

/* How many factors the results of stage i have: its sums, or channels. */
size_t emb__stage_sums(const emb__stages *stages, int i);
/* The channels of input and output to which factor `sum` of a stage that moves pixels belongs. */
void emb__stage_channels(const emb__stage *stage, size_t sum, size_t *in, size_t *out);

#endif
