/* Reading ONNX models: what the parser (onnx_model.c), the chain (onnx_chain.c), the operators
 * (onnx_ops.c, onnx_conv.c, onnx_shape.c) and the driver (onnx_import.c) share.
 *
 * The graph must be a chain: each operator reads what the one before it made, and constants. On the
 * way each operator becomes layers in PyTorch's notation, kept as text with their weights; the
 * notation's own parser then checks the whole. Numbers of a file are never trusted: a message's
 * memory is bounded by the file's size, a tensor's numbers are counted before they are read.
 *
 * Owns: what ONNX's operators mean as layers. Does not own: files, the notation, networks. */
#ifndef EMB_FORMATS_ONNX_H
#define EMB_FORMATS_ONNX_H

#include <onnx.pb-c.h>

#include "base/memory.h"
#include "engine/spec.h"
#include "formats/file.h"

enum {
    EMB__ONNX_NODES = 4096,
    EMB__ONNX_TENSORS = 8192,
    EMB__ONNX_RANK = 8,     /* of a tensor that is looked at */
    EMB__ONNX_STORES = 256, /* files of weights beside the model */
    EMB__ONNX_KERNEL = 2048 /* a side of a kernel that padding has made larger */
};
/* Among whole numbers: as many as there are images. No shape in a file says this. */
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
    size_t room;  /* bytes that messages may still take */
    bool crowded; /* they wanted more */
    size_t size;  /* of the file */
    int64_t opset;
    emb__place place; /* the model's, once there is a file of weights */
    emb__onnx_store *stores;
    size_t store_count;
    size_t stored; /* bytes of all of them */
} emb__onnx_file;

/* Reads and unpacks; checks the versions. On failure *file is closed. */
emb_status emb__onnx_open(const char *path, emb__onnx_file *file);
void emb__onnx_close(emb__onnx_file *file);

/* "" for NULL */
const char *emb__onnx_text(const char *text);

/* Whether a tensor's floats are all there, in the model or in a file of weights, which is opened;
 * *count is how many. Nothing is read. */
emb_status emb__onnx_locate(emb__onnx_file *file, const Emb__Onnx__Tensor *tensor, size_t *count);
/* values[*count] = the tensor's numbers as float32, to be freed; from FLOAT, FLOAT16, BFLOAT16 and
 * DOUBLE. */
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
/* Fails where one was changed while it was read. */
emb_status emb__onnx_stores_check(const emb__onnx_file *file);
void emb__onnx_stores_close(emb__onnx_file *file);

/* ---- the chain ------------------------------------------------------------------------------- */

/* What a name in the graph stands for. */
typedef enum emb__onnx_kind {
    EMB__ONNX_IMAGES,  /* a tensor of the chain */
    EMB__ONNX_TENSOR,  /* a constant */
    EMB__ONNX_INTEGERS /* whole numbers, at most as many as a tensor has dimensions */
} emb__onnx_kind;

typedef struct emb__onnx_value {
    const char *name;
    emb__onnx_kind kind;
    const Emb__Onnx__Tensor *tensor;
    /* Of images: dimensions of one image. Of whole numbers: the numbers. */
    int rank;
    int64_t d[EMB__ONNX_RANK];
    bool scalar; /* whole numbers: one, without a dimension */
    int layers;  /* of images: how many layers have run */
} emb__onnx_value;

/* A layer: its text, and its weights in PyTorch's layout. */
typedef struct emb__onnx_layer {
    emb__text text;    /* "Linear(4, 2", its bias and bracket to come: see bias */
    float *weights[2]; /* weight, bias; NULL: none */
    size_t counts[2];
    bool weighted;  /* takes ", bias=False" where there is none */
    bool may_add;   /* an Add behind it is its bias */
    size_t before;  /* values that were there before an Add became its bias */
    size_t outputs; /* of a weighted layer: numbers of its bias */
    int rank;       /* of its output, 1 or 3 */
    size_t count;   /* numbers of its output */
} emb__onnx_layer;

typedef struct emb__onnx_chain {
    emb__onnx_file *file;
    int64_t batch; /* images that the graph takes at once; EMB__ONNX_BATCH: any number */
    bool bytes;    /* uint8 made float, which must now be divided by 255 */
    emb__onnx_value *values;
    size_t value_count, value_room;
    emb__onnx_value input, head; /* the first and the last tensor of the chain */
    emb__onnx_layer *layers;     /* [EMB__MAX_LAYERS] */
    int layer_count;
    size_t numbers;              /* of all layers' weights */
    const Emb__Onnx__Node *node; /* that is being read */
} emb__onnx_chain;

/* The error text "FILE: node 'NAME' (OP): ...". */
emb_status emb__onnx_fail(const emb__onnx_chain *chain, const char *format, ...) EMB__PRINTF(2, 3);

/* The value of a name, or NULL. */
const emb__onnx_value *emb__onnx_find(const emb__onnx_chain *chain, const char *name);
emb_status emb__onnx_define(emb__onnx_chain *chain, const emb__onnx_value *value);

/* The node's input i: NULL where it has none. */
const emb__onnx_value *emb__onnx_input(const emb__onnx_chain *chain, size_t i);

/* A new layer whose text begins "NAME(", at the chain's end; NULL with the text set. Its output is
 * then said with emb__onnx_made. */
emb__onnx_layer *emb__onnx_layer_new(emb__onnx_chain *chain, const char *name);
/* The chain's head now has these dimensions. */
void emb__onnx_made(emb__onnx_chain *chain, int rank, const int64_t *d);

/* Counts `count` more weights: a constant that many layers share must not take many times the
 * file's size. */
emb_status emb__onnx_more(emb__onnx_chain *chain, size_t count);

/* Attributes of the node; one of another type is refused when the node is read. */
int64_t emb__onnx_int(const emb__onnx_chain *chain, const char *name, int64_t otherwise);
float emb__onnx_float(const emb__onnx_chain *chain, const char *name, float otherwise);
const Emb__Onnx__Attribute *emb__onnx_attribute(const emb__onnx_chain *chain, const char *name);
/* Whether those that are known have their types. */
emb_status emb__onnx_check_types(const emb__onnx_chain *chain);
/* numbers[count] of a list; `otherwise` each where there is none. */
emb_status emb__onnx_ints(const emb__onnx_chain *chain, const char *name, int count,
                          int64_t otherwise, int64_t *numbers);

/* The constant that is the node's input i; NULL with the text set where it is none. */
const Emb__Onnx__Tensor *emb__onnx_constant(const emb__onnx_chain *chain, size_t i);
bool emb__onnx_has_input(const emb__onnx_chain *chain, size_t i);
/* The layer's bias from input i, times `scale`; `after`: dimensions of 1 that may follow it. */
emb_status emb__onnx_take_bias(const emb__onnx_chain *chain, emb__onnx_layer *layer, size_t i,
                               float scale, size_t after);
/* Conv and ConvTranspose (onnx_conv.c). */
emb_status emb__onnx_conv(emb__onnx_chain *chain, bool transposed);

/* Runs the node on the chain's head (onnx_ops.c). */
emb_status emb__onnx_apply(emb__onnx_chain *chain);
/* The names of the operators that emb__onnx_apply knows, in a row. */
void emb__onnx_operators(emb__text *out);
/* Runs a node that computes with whole numbers or constants alone (onnx_shape.c). *done is false
 * where it is none of these. */
emb_status emb__onnx_compute(emb__onnx_chain *chain, bool *done);

/* Numbers of one image of these dimensions. */
size_t emb__onnx_count(int rank, const int64_t *d);
/* The rank that the notation has for them: 1 or 3. */
int emb__onnx_notation_rank(int rank);

#endif
