/* Reading ONNX models: shared by the parser (onnx_model.c), the chain (onnx_chain.c), the operators
 * (onnx_ops.c, onnx_conv.c, onnx_shape.c) and the driver (onnx_import.c).
 *
 * The graph must be a chain: each operator reads the output of the one before it, and constants.
 * Each operator becomes layers in PyTorch's notation, which are kept as text with their weights;
 * the notation's parser then checks the whole. A file's numbers are never trusted: the memory of
 * messages is bounded by the file's size, and a tensor's numbers are counted before they are read.
 *
 * Owns: the meaning of ONNX's operators as layers. Does not own: files, the notation, networks. */
#ifndef EMB_MODEL_ONNX_H
#define EMB_MODEL_ONNX_H

#include <onnx.pb-c.h>

#include "base/memory.h"
#include "codec/file.h"
#include "net/layers/activation.h"
#include "net/net.h"

enum {
    EMB__ONNX_NODES = 4096,
    EMB__ONNX_TENSORS = 8192,
    EMB__ONNX_RANK = 8,     /* of a tensor that is looked at */
    EMB__ONNX_STORES = 256, /* files of weights beside the model */
    EMB__ONNX_KERNEL = 2048 /* a side of a kernel that padding has made larger */
};
/* Among whole numbers, stands for the number of images. No shape in a file has this value. */
#define EMB__ONNX_BATCH (INT64_MIN + 2)

/* A file of weights. */
typedef struct emb__onnx_store {
    emb__file file;
    char *path;
    const char *name; /* below the model's folder: the path's end */
} emb__onnx_store;

typedef struct emb__onnx_file {
    const char *path;
    Emb__Onnx__Model *model;
    size_t room;  /* bytes that messages may still use */
    bool crowded; /* they needed more */
    size_t size;  /* of the file */
    int64_t opset;
    emb__place place; /* the model's place, once there is a file of weights */
    emb__onnx_store *stores;
    size_t store_count;
    size_t stored; /* bytes of all of them */
    bool rounded;  /* a number of 64 bits that was read is no float32 */
} emb__onnx_file;

/* Reads and unpacks; checks the versions. On failure *file is closed. */
emb_status emb__onnx_open(const char *path, emb__onnx_file *file);
void emb__onnx_close(emb__onnx_file *file);

/* "" for NULL */
const char *emb__onnx_text(const char *text);

/* Checks that a tensor's floats are all there, in the model or in a file of weights, which is
 * opened; *count is their number. Nothing is read. */
emb_status emb__onnx_locate(emb__onnx_file *file, const Emb__Onnx__Tensor *tensor, size_t *count);
/* The same for whole numbers and bool. */
emb_status emb__onnx_locate_whole(emb__onnx_file *file, const Emb__Onnx__Tensor *tensor,
                                  size_t *count);
/* Whether a tensor's type is floats that can be read; or whole numbers or bool. */
bool emb__onnx_is_floats(const Emb__Onnx__Tensor *tensor);
bool emb__onnx_is_whole(const Emb__Onnx__Tensor *tensor);
/* values[*count] = the numbers as float32, to be freed, of a tensor that is one or the other. */
emb_status emb__onnx_floats(emb__onnx_file *file, const Emb__Onnx__Tensor *tensor, float **values,
                            size_t *count);
/* numbers[*count], at most `room`, of a tensor of INT64 or INT32. */
emb_status emb__onnx_integers(emb__onnx_file *file, const Emb__Onnx__Tensor *tensor,
                              int64_t *numbers, size_t room, size_t *count);

/* ---- files of weights (onnx_files.c) --------------------------------------------------------- */

/* Whether a location, which may be NULL, is a path below the model's folder. */
bool emb__onnx_store_legal(const char *name);
/* The file of a legal location, opened the first time that it is asked for. */
emb_status emb__onnx_store_find(emb__onnx_file *file, const char *name, const emb__file **found);
/* Fails if one was changed while it was read. */
emb_status emb__onnx_stores_check(const emb__onnx_file *file);
void emb__onnx_stores_close(emb__onnx_file *file);

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
    double scale, shift;
    char divisor[48]; /* if it divides pixels from 0 to 255: by what; else "" */
    /* At the graph's end: the limits of its numbers, and whether the last step undoes it. */
    float low, high;
    bool undone;
} emb__onnx_entry;

/* Nodes that are one activation together: what is known of each. */
typedef struct emb__onnx_found {
    bool taken;                  /* it is not read by itself */
    const emb__layer_kind *kind; /* of the last one: the activation, its numbers, what it reads */
    float numbers[EMB__CURVE_ARGS];
    const char *reads;
} emb__onnx_found;

typedef struct emb__onnx_chain {
    emb__onnx_file *file;
    bool fold;             /* in this walk, what the input goes through becomes preprocessing */
    const char *code;      /* the tensor at which the encoder ends, if there is one of that name */
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

/* The error text "FILE: node 'NAME' (OP): ...". */
emb_status emb__onnx_fail(const emb__onnx_chain *chain, const char *format, ...) EMB__PRINTF(2, 3);
/* The same with the last error text behind WHAT. */
emb_status emb__onnx_fail_as(const emb__onnx_chain *chain, const char *what);
/* The error text "FILE: WHAT 'NAME'", if it is not about one node. */
emb_status emb__onnx_fail_of(const emb__onnx_chain *chain, const char *what, const char *name);
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

/* ---- constants (onnx_constant.c) ------------------------------------------------------------- */

/* The constant that is the node's input i; NULL with the text set if that is not a constant. */
const emb__onnx_value *emb__onnx_constant(const emb__onnx_chain *chain, size_t i);
/* Checks that its numbers are there; *count is their number. Nothing is read. */
emb_status emb__onnx_present(const emb__onnx_chain *chain, const emb__onnx_value *value,
                             size_t *count);
/* values[*count] = its numbers, to be freed. */
emb_status emb__onnx_read(const emb__onnx_chain *chain, const emb__onnx_value *value,
                          float **values, size_t *count);
/* Runs a node whose inputs are all constants, some of them floats; *done is false if it is not such
 * a node. */
emb_status emb__onnx_compute_floats(emb__onnx_chain *chain, bool *done);

/* ---- how numbers lie (onnx_lie.c) ------------------------------------------------------------ */

/* The rank that layers have for a tensor of the graph: 1 or 3. */
int emb__onnx_notation_rank(int rank);
/* How many numbers an image of these dimensions has. */
size_t emb__onnx_count(int rank, const int64_t *d);
/* Whether the layers have the head's numbers in the graph's order. */
bool emb__onnx_ordered(const emb__onnx_chain *chain);
/* Where the graph's k-th number of the head lies. */
size_t emb__onnx_where(const emb__onnx_chain *chain, size_t k);
/* Gives the head other dimensions with as many numbers. */
emb_status emb__onnx_look_as(emb__onnx_chain *chain, int rank, const int64_t *d);
/* Makes the node's input a vector, in any order; or an image of these sides, in the graph's
 * order. */
emb_status emb__onnx_need_vector(emb__onnx_chain *chain);
emb_status emb__onnx_need_image(emb__onnx_chain *chain, const int64_t sides[3]);
/* Adds Flatten and Unflatten as layers, whatever the graph's dimensions. */
emb_status emb__onnx_flatten(emb__onnx_chain *chain);
emb_status emb__onnx_unflatten(emb__onnx_chain *chain, const int64_t sides[3]);
emb_status emb__onnx_transpose(emb__onnx_chain *chain);
/* Decides that channels come last in an input, or an Unflatten, that nothing has decided. */
emb_status emb__onnx_channels_last(emb__onnx_chain *chain);
/* Decides the sides of an input, or an output, that nothing has decided. */
emb_status emb__onnx_decide(emb__onnx_chain *chain);

/* ---- scale and shift (onnx_affine.c, onnx_spread.c) ------------------------------------------ */

/* The side of the grid that the head's dimension `at` is; -1 if it is none. */
int emb__onnx_side(const emb__onnx_chain *chain, int at);
/* Brings numbers, one for each of the head, from the graph's order into the layers' order. */
emb_status emb__onnx_into_order(const emb__onnx_chain *chain, float **numbers, size_t count);
/* numbers[*count] = the constant that is the node's input i, to be freed: one number for all, or
 * one for each place of side *dim, or in the layers' order for all. */
emb_status emb__onnx_affine_read(emb__onnx_chain *chain, size_t i, float **numbers, size_t *count,
                                 int *dim);
/* Adds a step to the head's scale and shift, and applies it if the last layer can. The step's
 * numbers, in the grid's order, are taken over on success and on failure. */
emb_status emb__onnx_affine_add(emb__onnx_chain *chain, emb__onnx_affine step);
/* Whether the step goes into the last layer that multiplies. */
bool emb__onnx_affine_follows(const emb__onnx_chain *chain, const emb__onnx_affine *step);
/* Applies the head's scale and shift, with a layer of its own. */
emb_status emb__onnx_affine_flush(emb__onnx_chain *chain);
/* Puts it into the last layer, which has just been made and reads the former head, whose numbers
 * lay in this grid; emb__onnx_affine_fits says whether that is possible. */
emb_status emb__onnx_affine_into(emb__onnx_chain *chain, const int64_t grid[3]);
bool emb__onnx_affine_fits(const emb__onnx_chain *chain, const emb__layer_kind *kind, bool padded);
/* The place in its numbers for the number m of a grid. */
size_t emb__onnx_affine_place(const emb__onnx_affine *affine, const int64_t grid[3], size_t m);
void emb__onnx_affine_clear(emb__onnx_affine *affine);
/* Called before a layer takes over the head's scale and shift: those of the graph's input are
 * noted, and in a walk that folds they become preprocessing (onnx_entry.c). */
void emb__onnx_enter(emb__onnx_chain *chain);
/* Whether a second walk, which folds, is right: the chain was walked once. `reconstructs`: its
 * output is compared with its input. */
bool emb__onnx_should_fold(const emb__onnx_chain *chain, bool reconstructs);
/* Adds notes on what became of it. */
void emb__onnx_say_entry(emb__onnx_chain *chain, bool reconstructs);
/* Looks at the head, whose scale and shift are still to be applied, at the graph's end
 * (onnx_ends.c). */
void emb__onnx_leave(emb__onnx_chain *chain);
/* Whether the node's output is what the graph gives, at most cast or reshaped. */
bool emb__onnx_is_final(const emb__onnx_chain *chain);
/* Softmax and LogSoftmax: a classifier's last one is left out. */
emb_status emb__onnx_softmax(emb__onnx_chain *chain);
/* Spreads it to a number for each number of the head, in the grid's order. */
emb_status emb__onnx_affine_widen(emb__onnx_chain *chain);
/* Spreads the affine's numbers to `count` of them, one for each place of `dim`. */
emb_status emb__onnx_affine_spread(emb__onnx_chain *chain, emb__onnx_affine *affine, int dim,
                                   size_t count);

/* Add, Sub, Mul, Div, Neg and BatchNormalization of the head (onnx_arithmetic.c). */
emb_status emb__onnx_arithmetic(emb__onnx_chain *chain);
emb_status emb__onnx_normalize(emb__onnx_chain *chain);

/* ---- operators ------------------------------------------------------------------------------- */

/* Gemm and MatMul (onnx_linear.c), and a layer's bias from input i, times `scale`. */
emb_status emb__onnx_gemm(emb__onnx_chain *chain);
emb_status emb__onnx_matmul(emb__onnx_chain *chain);
emb_status emb__onnx_take_bias(emb__onnx_chain *chain, emb__onnx_layer *layer, size_t i,
                               float scale);
/* Conv and ConvTranspose (onnx_conv.c). */
emb_status emb__onnx_conv(emb__onnx_chain *chain, bool transposed);

/* InstanceNormalization, GroupNormalization, LayerNormalization (onnx_norm.c). */
emb_status emb__onnx_instance_norm(emb__onnx_chain *chain);
emb_status emb__onnx_group_norm(emb__onnx_chain *chain);
emb_status emb__onnx_layer_norm(emb__onnx_chain *chain);
/* Adds BatchNorm1d or BatchNorm2d with its scale, bias, mean and variance, which are taken over. */
emb_status emb__onnx_batch_norm(emb__onnx_chain *chain, float *parts[4]);
/* Whether a Reshape to [batch, ...shape] only groups the channels for an InstanceNormalization; the
 * head then stays as it is. */
bool emb__onnx_groups(emb__onnx_chain *chain, int count, const int64_t *shape);
/* Whether a normalisation's weights are all 1 and its biases 0. */
bool emb__onnx_is_plain(const emb__onnx_layer *layer);

/* Before the first node: finds the operators that are an activation together, in chain->found
 * (onnx_formula.c). `knows` says whether an operator is read by itself. */
emb_status emb__onnx_find_curves(emb__onnx_chain *chain, bool (*knows)(const char *op));
/* Whether an operator computes each number by itself, whether a layer does so or not. */
bool emb__onnx_is_curve(const char *op);
/* Makes the head floats without zeros still to come around them, as all operators but some read it.
 */
emb_status emb__onnx_check_head(emb__onnx_chain *chain);
/* Whether an operator is read by itself (onnx_ops.c). */
bool emb__onnx_knows(const char *op);
/* PRelu (onnx_curve.c). */
emb_status emb__onnx_prelu(emb__onnx_chain *chain);

/* A layer that works on each number (onnx_curve.c). */
emb_status emb__onnx_pointwise(emb__onnx_chain *chain, const emb__layer_kind *kind);
/* The activation that has this name in ONNX; NULL: there is none. */
const emb__layer_kind *emb__onnx_curve_find(const char *op);
/* Adds a layer of this kind, with its numbers. */
emb_status emb__onnx_curve(emb__onnx_chain *chain, const emb__layer_kind *kind,
                           const float *numbers);
/* The same, with the node's attributes as its numbers. */
emb_status emb__onnx_curve_apply(emb__onnx_chain *chain, const emb__layer_kind *kind);
/* Clip, Max and Min (onnx_limits.c), and one of their limits: an attribute or, in newer versions,
 * an input; *limit stays as it is if there is none. */
emb_status emb__onnx_clip(emb__onnx_chain *chain);
emb_status emb__onnx_limit(emb__onnx_chain *chain, const char *name, size_t i, float *limit);
/* The limits of the head's numbers, if the layer that makes them has limits. */
void emb__onnx_known_limits(const emb__onnx_chain *chain, float *low, float *high);
/* Whether the node's attribute of that name is this word. */
bool emb__onnx_says(const emb__onnx_chain *chain, const char *name, const char *word);
/* Makes the node's input an image, of one row if it has one dimension besides channels, ready for a
 * layer. */
emb_status emb__onnx_need_pixels(emb__onnx_chain *chain);
/* Adds one of the padding layers: left, right, above, below. */
emb_status emb__onnx_pad_layer(emb__onnx_chain *chain, const emb__layer_kind *kind,
                               const int64_t pads[4]);
/* MaxPool and AveragePool; GlobalMaxPool and GlobalAveragePool; ReduceMean and ReduceMax over all
 * pixels (onnx_pool.c). */
emb_status emb__onnx_pool(emb__onnx_chain *chain);
emb_status emb__onnx_pool_global(emb__onnx_chain *chain);
emb_status emb__onnx_reduce(emb__onnx_chain *chain);
/* Resize and Upsample (onnx_resize.c). */
emb_status emb__onnx_resize(emb__onnx_chain *chain);
/* DepthToSpace and SpaceToDepth (onnx_shuffle.c). */
emb_status emb__onnx_shuffle(emb__onnx_chain *chain);
/* Looks at the head as more than three dimensions, as the node says; and the nodes after it, up to
 * the one that ends it. */
emb_status emb__onnx_split(emb__onnx_chain *chain);
emb_status emb__onnx_split_step(emb__onnx_chain *chain);
/* Zeros that a Pad has put around the head, as a layer. */
emb_status emb__onnx_pad_flush(emb__onnx_chain *chain);
/* These, and rows and columns that wait. */
emb_status emb__onnx_flush(emb__onnx_chain *chain);

/* ---- rows and columns (onnx_lines.c) --------------------------------------------------------- */

/* The side of the grid, 0 for channels, that each dimension of the head is. `outer`: pixels are
 * along the first, so that channels come last if nothing has decided that. */
emb_status emb__onnx_find_sides(emb__onnx_chain *chain, bool outer, int side[3]);
/* Makes the head's dimension `at` of the line, which is taken over on success and on failure. */
emb_status emb__onnx_lines_add(emb__onnx_chain *chain, int at, emb__line *line);
/* The same of so many places. */
emb_status emb__onnx_lines_copy(emb__onnx_chain *chain, int at, int64_t count, const int64_t *from);
/* Adds the layer that does what waits. */
emb_status emb__onnx_lines_flush(emb__onnx_chain *chain);
/* Whether what waits, or the last layer, puts pixels of the other end around the image, as many at
 * both ends; then the head is the image without them. */
bool emb__onnx_lines_wrap(emb__onnx_chain *chain, int64_t padding[2]);
/* Whether what waits lays out the windows of an AdaptiveMaxPool2d, each of so many places; then the
 * head is the image before that. */
bool emb__onnx_lines_adapt(emb__onnx_chain *chain, const int64_t kernel[2]);
void emb__onnx_lines_clear(emb__onnx_lines *lines);
/* Pad; Gather and Slice that take all that there is (onnx_edges.c). */
emb_status emb__onnx_pad(emb__onnx_chain *chain);
emb_status emb__onnx_take(emb__onnx_chain *chain);
/* What to do instead of using an operator; NULL if nothing is known (onnx_advice.c). */
const char *emb__onnx_advice(const char *op);
/* Fails with that. */
emb_status emb__onnx_refuse(const emb__onnx_chain *chain);

/* Runs the node on the chain's head (onnx_ops.c). */
emb_status emb__onnx_apply(emb__onnx_chain *chain);
/* Runs a node that computes only with whole numbers or constants (onnx_shape.c). *done is false if
 * it is not such a node. */
emb_status emb__onnx_compute(emb__onnx_chain *chain, bool *done);

#endif
