/* What is known of an ONNX model while it is read: its values, its layers, the state of the tensor
 * at which the walk stands, and the node that is being read. */
#ifndef EMB_MODEL_ONNX_WALK_H
#define EMB_MODEL_ONNX_WALK_H

#include "base/memory.h"
#include "model/onnx/onnx_remedy.h"
#include "model/onnx/onnx_tensor.h"
#include "net/layers/activation.h"
#include "net/net.h"

/* Among whole numbers, stands for the number of images. No shape in a file has this value. */
#define EMB__ONNX_BATCH (INT64_MIN + 2)

/* ---- the chain ------------------------------------------------------------------------------- */

/* What a name in the graph stands for. */
typedef enum emb__onnx_kind {
    EMB__ONNX_IMAGES,  /* a tensor of the chain */
    EMB__ONNX_TENSOR,  /* a constant of the file */
    EMB__ONNX_FLOATS,  /* a constant that was computed */
    EMB__ONNX_INTEGERS /* whole numbers, at most as many as a tensor has dimensions */
} emb__onnx_kind;

typedef struct emb__onnx_value {
    const char *name;
    emb__onnx_kind kind;
    const Emb__Onnx__Tensor *tensor;
    const float *floats; /* computed; the chain's */
    /* For images: the dimensions of one image. For constants: their dimensions, but none for a rank
     * above EMB__ONNX_RANK. For whole numbers: the numbers. */
    int rank;
    int64_t d[EMB__ONNX_RANK];
    bool each;   /* floats: they are repeated for each image */
    bool scalar; /* whole numbers: a single one, without a dimension */
    int columns; /* whole numbers: of a table; 0: they are a row */
    int layers;  /* of images: how many layers have run */
} emb__onnx_value;

/* A layer: its row with its arguments, and its weights in PyTorch's layout. */
typedef struct emb__onnx_layer {
    emb__layer_spec spec;            /* its argument `bias` is set at the end, by the weights */
    float *weights[EMB__MAX_PARAMS]; /* in the order of the row's tensors; NULL: none */
    size_t counts[EMB__MAX_PARAMS];
    int64_t in, out, groups;                    /* of a layer that multiplies */
    int branch;                                 /* that it is in; 0: the network's own */
    int made;                                   /* its place among all layers as they were made */
    int children[EMB__MAX_INPUTS], child_count; /* of one in which branches meet: those; 0 is one
                                                   without a layer */
    size_t before; /* values from before it took over a later operator: they are no longer its
                      output */
    int rank;      /* of its output, 1 or 3 */
    size_t count;  /* numbers of its output */
} emb__onnx_layer;

/* How the head's numbers lie. The graph has them in the order of its own dimensions; the layers
 * have images as channels, rows, columns. Transposing changes only this record. */
typedef struct emb__onnx_lie {
    int rank;        /* of the layers' output: 1 or 3 */
    int64_t grid[3]; /* its sides; for a vector, its former image's, or its length, 1, 1 */
    int parts;       /* the graph's dimensions that are not 1 */
    int64_t view[3];
    int axis[3]; /* the place in `view` of each side of the grid; -1 for one of 1 */
    int origin;  /* the Unflatten whose sides may still be renamed, or one of these: */
    int base;    /* the last layer that multiplies; -1: none */
    bool clean;  /* only Flatten and Unflatten follow it */
} emb__onnx_lie;
enum { EMB__ONNX_INPUT = -1, EMB__ONNX_DECIDED = -2 };

/* Rows and columns that wait for the layer that makes them (onnx_lines.c). The head already is what
 * they make; it was: */
typedef struct emb__onnx_lines {
    bool any;
    emb__line line[2]; /* rows, columns; without places: all stay as they are */
    int side[3];       /* of the grid, that each of the graph's dimensions is */
    emb__onnx_lie lie;
    int rank;
    int64_t d[3];
    const Emb__Onnx__Node *node; /* the first one of them */
} emb__onnx_lines;

/* x scale + shift, still to be applied to the head. */
typedef struct emb__onnx_affine {
    int dim;              /* a side of the grid, with a number for each place; or one of these */
    size_t count;         /* of numbers */
    float *scale, *shift; /* NULL: 1, 0 */
} emb__onnx_affine;
enum { EMB__ONNX_NOTHING = -2, EMB__ONNX_ONE = -1, EMB__ONNX_ALL = 3 };

/* The chain at a tensor that other nodes than the next one read. */
typedef struct emb__onnx_state {
    emb__onnx_value head;
    emb__onnx_lie lie;
    emb__onnx_affine affine;
    emb__onnx_lines lines;
    bool padded, bytes;
    int64_t pad[4];
    int branch;
    bool fork; /* branches begin here */
    int open;  /* of a fork: how many of its branches have not met yet */
} emb__onnx_state;

/* The scale and shift of the graph's own input, that come before every layer, and what became of
 * them. */
typedef struct emb__onnx_entry {
    bool passed; /* the first layer is there */
    bool any;    /* there was something besides x */
    bool alike;  /* the same for all numbers */
    bool folded; /* it became preprocessing */
    bool own;    /* it became a Conv2d of one pixel */
    double scale, shift;
    float divisor[2]; /* if it divides pixels from 0 to 255: by what at least and at most; else 0 */
    /* At the graph's end: the limits of its numbers, and whether the last step undoes it. */
    float low, high;
    bool undone;
} emb__onnx_entry;

/* Nodes that are one activation, or one LayerNorm, together: what is known of each. */
typedef struct emb__onnx_found {
    bool taken;                  /* it is not read by itself */
    const emb__layer_kind *kind; /* of the last one: the activation, its numbers, what it reads */
    float numbers[EMB__CURVE_ARGS];
    const char *reads;
    /* Of a LayerNorm: the node that says over which dimensions it is, and the names of its
     * constants or NULL; numbers[0] is its epsilon. */
    const Emb__Onnx__Node *mean;
    const char *weight, *bias;
} emb__onnx_found;

/* What a model that embudo wrote says it is. */
typedef enum emb__onnx_part {
    EMB__ONNX_UNKNOWN, /* nothing: somebody else wrote it */
    EMB__ONNX_ENCODER,
    EMB__ONNX_DECODER,
    EMB__ONNX_AUTOENCODER,
    EMB__ONNX_CLASSIFIER, /* with its encoder, if it has one */
    EMB__ONNX_HEAD        /* without it */
} emb__onnx_part;

typedef struct emb__onnx_chain {
    emb__onnx_file *file;
    bool fold;             /* in this walk, what the input goes through becomes preprocessing */
    const char *code;      /* the tensor at which the encoder ends, if there is one of that name */
    emb__onnx_part said;   /* unless the caller says that it is another part */
    bool keeps_ends;       /* a Softmax at the end stays */
    bool drops_logits_end; /* it was a classifier's, and is gone */
    bool takes_bytes;      /* its input is uint8 */
    bool bytes;            /* uint8 that have not become floats yet */
    bool has_origin; /* `origin` is known, from the file's metadata or from the graph's steps */
    bool half;       /* the graph computes in 16-bit floats somewhere */
    bool padded;     /* there are zeros around the head, which the next Conv takes over */
    emb__onnx_entry entry;
    int64_t batch; /* images that the graph takes at once; EMB__ONNX_BATCH: any number */
    emb__origin origin;
    emb__onnx_value *values;
    size_t value_count, value_room;
    emb__onnx_value input, head; /* the first and the last tensor of the chain */
    emb__onnx_lie lie;           /* of the head */
    int own_rank;                /* of the network's input, 1 or 3, and its dimensions */
    int64_t own[3];
    int channels_at; /* the place of its channels in the graph's input, as three sides */
    emb__onnx_affine affine;
    int split; /* 0, or the head is looked at as more than three dimensions (onnx_shuffle.c): */
    int split_rank;
    int64_t split_d[EMB__ONNX_RANK], split_by;
    int split_at; /* the dimension that is repeated */
    emb__onnx_lines lines;
    const char
        *stacked;    /* the tensor that is the head with all images as channels of one; or NULL */
    int64_t grouped; /* the head was reshaped to so many rows, of which each is normalized; or 0 */
    int64_t pad[4];
    int branch, branches; /* the one that the head is in, 0: none; the last one that began */
    int *branch_from;     /* the state at which each began */
    emb__onnx_state *states;
    size_t state_count;
    const char **read; /* what nodes read, sorted */
    size_t read_count;
    emb__onnx_layer *layers;
    int layer_count, layer_room;
    size_t numbers;              /* of all layers' weights */
    const Emb__Onnx__Node *node; /* that is being read */
    emb__onnx_found *found;      /* for each node of the graph */
    float **owned;               /* computed constants */
    size_t owned_count;
    emb__text notes;
} emb__onnx_chain;

/* The error text "FILE: node 'NAME' (OP): ...; ADVICE": what is wrong, and what to do about it. */
emb_status emb__onnx_fail(const emb__onnx_chain *chain, const char *advice, const char *format, ...)
    EMB__PRINTF(3, 4);
/* The same with the last error text behind WHAT. */
emb_status emb__onnx_fail_as(const emb__onnx_chain *chain, const char *what);
/* The error text "FILE: WHAT 'NAME'; ADVICE", if it is not about one node. */
emb_status emb__onnx_fail_of(const emb__onnx_chain *chain, const char *advice, const char *what,
                             const char *name);
/* Adds a line to the notes on the import. */
void emb__onnx_note(emb__onnx_chain *chain, const char *format, ...) EMB__PRINTF(2, 3);

/* The value of a name, or NULL. */
const emb__onnx_value *emb__onnx_find(const emb__onnx_chain *chain, const char *name);
emb_status emb__onnx_define(emb__onnx_chain *chain, const emb__onnx_value *value);
/* A constant of the file as a value. */
emb__onnx_value emb__onnx_of_tensor(const char *name, const Emb__Onnx__Tensor *tensor);

/* The node's input i; NULL if it has none. */
const emb__onnx_value *emb__onnx_input(const emb__onnx_chain *chain, size_t i);
bool emb__onnx_has_input(const emb__onnx_chain *chain, size_t i);
/* Whether one of the inputs is a tensor of the chain. */
bool emb__onnx_reads_images(const emb__onnx_chain *chain);

/* A new layer with its row's defaults, at the chain's end; NULL with the text set. It is valid
 * until the next one. Then call emb__onnx_made or emb__onnx_settle for its output. */
emb__onnx_layer *emb__onnx_layer_new(emb__onnx_chain *chain, const emb__layer_kind *kind);
/* Sets one of its row's arguments. Whole numbers may be any: the row's ranges are checked at the
 * end. A pair has two numbers, sizes have up to EMB__MAX_DIMS. */
void emb__onnx_set(emb__onnx_layer *layer, const char *name, int64_t number);
void emb__onnx_set_all(emb__onnx_layer *layer, const char *name, int count, const int64_t *numbers);
void emb__onnx_set_real(emb__onnx_layer *layer, const char *name, double number);
void emb__onnx_set_reals(emb__onnx_layer *layer, const char *name, const double pair[2]);
/* Whether its weights are factors, which take over a scale of its outputs: Linear, Conv2d,
 * ConvTranspose2d, and GroupNorm and InstanceNorm2d, for each channel by itself. */
bool emb__onnx_multiplies(const emb__onnx_layer *layer);
/* Whether it works on each number alone, wherever that lies. */
bool emb__onnx_is_pointwise(const emb__onnx_layer *layer);
/* Compiles the last layer by its row, for the head as it lies and in the graph's order; the head
 * then is its output. For layers of images, after emb__onnx_need_image and emb__onnx_affine_flush.
 */
emb_status emb__onnx_settle(emb__onnx_chain *chain);
/* Numbers of these sides, in the graph's order; of rank 1, sides[0] of them. */
void emb__onnx_lay(emb__onnx_lie *lie, int rank, const int64_t sides[3]);
/* Says that the last layer has made numbers of these sides, in the graph's order: channels, rows,
 * columns for rank 3, or sides[0] of them. */
void emb__onnx_made(emb__onnx_chain *chain, int rank, const int64_t sides[3]);
/* Says that the head has these dimensions in the graph. */
void emb__onnx_look(emb__onnx_chain *chain, int rank, const int64_t *d);

/* Counts `count` more weights: a constant that many layers share must not take many times the
 * file's size. */
emb_status emb__onnx_more(emb__onnx_chain *chain, size_t count);

/* ---- readers (onnx_readers.c) ---------------------------------------------------------------- */

/* Counts which tensors are read more than once, before the first node. */
emb_status emb__onnx_count_readers(emb__onnx_chain *chain);
/* How many inputs of nodes are this tensor. */
int emb__onnx_readers(const emb__onnx_chain *chain, const char *name);
/* Whether it is an output of the graph. */
bool emb__onnx_is_output(const emb__onnx_chain *chain, const char *name);

/* ---- branches (onnx_branch.c) ---------------------------------------------------------------- */

/* After a node, and at the input: if several nodes read the head, branches begin at it. */
emb_status emb__onnx_leave_node(emb__onnx_chain *chain);
/* Makes a tensor the head, which then is in a branch of its own if others read it, too. */
emb_status emb__onnx_turn_to(emb__onnx_chain *chain, const char *name);
/* Runs a node that reads more than one tensor of images: Add, Concat. */
emb_status emb__onnx_meet(emb__onnx_chain *chain);
/* At the graph's end: whether all branches have met. */
emb_status emb__onnx_check_met(const emb__onnx_chain *chain);
void emb__onnx_states_free(emb__onnx_chain *chain);

/* Brings the layers into the notation's order, with their depths (onnx_arrange.c). */
emb_status emb__onnx_arrange(emb__onnx_chain *chain);
/* Then: the place of the first of the network's own layers, in no container, that was made after
 * `made` others; and of the own one after that at a place. */
int emb__onnx_place_of(const emb__onnx_chain *chain, int made);
int emb__onnx_next_own(const emb__onnx_chain *chain, int at);

/* Attributes of the node; one of another type is refused when the node is read. */
int64_t emb__onnx_int(const emb__onnx_chain *chain, const char *name, int64_t otherwise);
float emb__onnx_float(const emb__onnx_chain *chain, const char *name, float otherwise);
const Emb__Onnx__Attribute *emb__onnx_attribute(const emb__onnx_chain *chain, const char *name);
/* Checks that the known attributes have their types. */
emb_status emb__onnx_check_types(const emb__onnx_chain *chain);
/* numbers[count] of a list; each is `otherwise` if there is none. */
emb_status emb__onnx_ints(const emb__onnx_chain *chain, const char *name, int count,
                          int64_t otherwise, int64_t *numbers);
/* numbers[*count] of an attribute or, in newer versions, of the node's input i; *count is -1 if it
 * has neither. */
emb_status emb__onnx_list(const emb__onnx_chain *chain, const char *name, size_t i,
                          int64_t numbers[EMB__ONNX_RANK], int *count);

#endif
