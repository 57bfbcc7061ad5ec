/* A network as an ONNX model, opset 17: emb_net_export_onnx in embudo/model.h.
 *
 * A node for each layer, with the layer's name ("encoder.0"); its tensors have their state_dict
 * names. Linear is Gemm, Unflatten is Reshape. The batch's dimension is called "batch".
 *
 * Owns: which operators a layer becomes. Does not own: the messages' bytes (protobuf-c's), files.
 */
#include "base/entry.h"
#include "base/memory.h"
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <stdio.h>
#include <string.h>

#include <onnx.pb-c.h>

#include "device/preprocessing.h"
#include "model/bridge.h"
#include "model/preprocessing_text.h"
#include "net/layers/activation.h"
#include "net/layers/kinds.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "raw_data is little-endian");

enum {
    IR_VERSION = 8, /* the version that came with opset 17 */
    OPSET = 17,
    MOST_ATTRIBUTES = 6,
    ATTRIBUTE_FLOAT = 1,
    ATTRIBUTE_INT = 2,
    ATTRIBUTE_INTS = 7,
    ELEMENT_FLOAT = 1,
    ELEMENT_UINT8 = 2,
    ELEMENT_INT64 = 7
};

/* All parts of the model are in blocks that are freed together. */
typedef struct block {
    struct block *next;
    max_align_t data[];
} block;

typedef struct builder {
    const emb_net *net;
    block *blocks;
    bool failed;
    Emb__Onnx__Graph graph;
    char *current; /* the tensor that the next node reads */
} builder;

/* ---- pieces ---------------------------------------------------------------------------------- */

/* Zeroed; NULL, and b->failed, without memory. */
static void *take(builder *b, size_t bytes) {
    block *made = b->failed ? NULL : emb__calloc(1, sizeof *made + bytes);
    if (!made) {
        b->failed = true;
        return NULL;
    }
    made->next = b->blocks;
    b->blocks = made;
    return made->data;
}

/* Room for `count` pointers. */
static void *take_pointers(builder *b, size_t count) { return take(b, count * sizeof(void *)); }

#define TAKE(b, type, init)                                                                        \
    type *made = take(b, sizeof *made);                                                            \
    if (!made) return NULL;                                                                        \
    *made = (type)init

static char *join(builder *b, const char *first, const char *second) {
    const size_t room = strlen(first) + strlen(second) + 1;
    char *text = take(b, room);
    if (text) snprintf(text, room, "%s%s", first, second);
    return text;
}

static char *copy(builder *b, const char *text) { return join(b, text, ""); }

static Emb__Onnx__Dimension *dimension(builder *b, int64_t value) {
    TAKE(b, Emb__Onnx__Dimension, EMB__ONNX__DIMENSION__INIT);
    made->value_case = EMB__ONNX__DIMENSION__VALUE_DIM_VALUE;
    made->dim_value = value;
    if (value > 0) return made;
    made->value_case = EMB__ONNX__DIMENSION__VALUE_DIM_PARAM;
    made->dim_param = copy(b, "batch");
    return made;
}

/* A tensor [batch, ...shape] that enters or leaves the graph. */
static Emb__Onnx__ValueInfo *value_info(builder *b, const char *name, int element,
                                        const emb__shape *shape) {
    TAKE(b, Emb__Onnx__ValueInfo, EMB__ONNX__VALUE_INFO__INIT);
    Emb__Onnx__Type *type = take(b, sizeof *type);
    Emb__Onnx__TensorType *tensor = take(b, sizeof *tensor);
    Emb__Onnx__Shape *dims = take(b, sizeof *dims);
    const size_t rank = 1 + (size_t)shape->rank;
    Emb__Onnx__Dimension **each = take_pointers(b, rank);
    if (!each) return NULL;
    *type = (Emb__Onnx__Type)EMB__ONNX__TYPE__INIT;
    *tensor = (Emb__Onnx__TensorType)EMB__ONNX__TENSOR_TYPE__INIT;
    *dims = (Emb__Onnx__Shape)EMB__ONNX__SHAPE__INIT;
    each[0] = dimension(b, 0);
    for (int i = 0; i < shape->rank; i++) each[1 + i] = dimension(b, shape->d[i]);
    dims->n_dim = rank;
    dims->dim = each;
    tensor->has_elem_type = true;
    tensor->elem_type = element;
    tensor->shape = dims;
    type->tensor_type = tensor;
    made->type = type;
    made->name = copy(b, name);
    return made;
}

/* A constant tensor; `data` must outlive the builder. */
static void add_constant(builder *b, char *name, int element, int rank, const int64_t *dims,
                         const void *data, size_t bytes) {
    Emb__Onnx__Tensor *made = take(b, sizeof *made);
    int64_t *own = take(b, (size_t)(rank + 1) * sizeof *own);
    if (!own) return;
    *made = (Emb__Onnx__Tensor)EMB__ONNX__TENSOR__INIT;
    for (int i = 0; i < rank; i++) own[i] = dims[i];
    made->n_dims = (size_t)rank;
    made->dims = own;
    made->has_data_type = true;
    made->data_type = element;
    made->name = name;
    made->has_raw_data = true;
    made->raw_data.len = bytes;
    memcpy(&made->raw_data.data, &data, sizeof data); /* only read from here on */
    b->graph.initializer[b->graph.n_initializer++] = made;
}

static Emb__Onnx__Attribute *add_attribute(builder *b, Emb__Onnx__Node *node, const char *name,
                                           int type) {
    TAKE(b, Emb__Onnx__Attribute, EMB__ONNX__ATTRIBUTE__INIT);
    made->name = copy(b, name);
    made->has_type = true;
    made->type = type;
    node->attribute[node->n_attribute++] = made;
    return made;
}

static void add_int(builder *b, Emb__Onnx__Node *node, const char *name, int64_t value) {
    Emb__Onnx__Attribute *attribute = add_attribute(b, node, name, ATTRIBUTE_INT);
    if (!attribute) return;
    attribute->has_i = true;
    attribute->i = value;
}

static void add_float(builder *b, Emb__Onnx__Node *node, const char *name, float value) {
    Emb__Onnx__Attribute *attribute = add_attribute(b, node, name, ATTRIBUTE_FLOAT);
    if (!attribute) return;
    attribute->has_f = true;
    attribute->f = value;
}

/* Adds both numbers of a pair, `times` times. */
static void add_ints(builder *b, Emb__Onnx__Node *node, const char *name, const emb__arg *pair,
                     int times) {
    Emb__Onnx__Attribute *attribute = add_attribute(b, node, name, ATTRIBUTE_INTS);
    const size_t count = 2 * (size_t)times;
    int64_t *ints = take(b, count * sizeof *ints);
    if (!attribute || !ints) return;
    for (size_t i = 0; i < count; i++) ints[i] = pair->v[i % 2];
    attribute->n_ints = count;
    attribute->ints = ints;
}

/* Adds a node from the current tensor and `more` constants to `output`, which becomes the current
 * tensor. */
static Emb__Onnx__Node *add_node(builder *b, const char *op, char *name, size_t more,
                                 char *const *constants, char *output) {
    TAKE(b, Emb__Onnx__Node, EMB__ONNX__NODE__INIT);
    made->input = take(b, (1 + more) * sizeof *made->input);
    made->output = take(b, sizeof *made->output);
    made->attribute = take_pointers(b, MOST_ATTRIBUTES);
    made->op_type = copy(b, op);
    if (b->failed) return NULL;
    made->input[0] = b->current;
    for (size_t i = 0; i < more; i++) made->input[1 + i] = constants[i];
    made->n_input = 1 + more;
    made->output[0] = b->current = output;
    made->n_output = 1;
    made->name = name;
    b->graph.node[b->graph.n_node++] = made;
    return made;
}

/* ---- layers ---------------------------------------------------------------------------------- */

/* Adds what is particular to a layer's node. */
typedef void on_node(builder *b, const emb__layer *layer, Emb__Onnx__Node *node);

enum { MOST_WIDENED = 1 << 24 }; /* numbers of a kernel that is written wider: 64 MiB */

/* onnxruntime only accepts output_padding below the stride: if PyTorch has more, the kernel is
 * written with zeros at its end instead, and without dilation. */
typedef struct kernel {
    emb__arg size, dilation, extra;
    bool widened;
} kernel;

static kernel kernel_of(const emb__layer *layer) {
    const emb__layer_spec *spec = layer->spec;
    const emb__arg *extra = emb__layer_arg(spec, "output_padding");
    const emb__arg *stride = emb__layer_arg(spec, "stride");
    kernel k = {
        *emb__layer_arg(spec, "kernel_size"), *emb__layer_arg(spec, "dilation"), {0}, false};
    if (extra) k.extra = *extra;
    for (int i = 0; extra && i < 2; i++) {
        if (extra->v[i] < stride->v[i]) continue;
        k.size.v[i] = k.dilation.v[i] * (k.size.v[i] - 1) + 1 + extra->v[i];
        k.dilation.v[i] = 1;
        k.extra.v[i] = 0;
        k.widened = true;
    }
    return k;
}

/* This is checked before anything of the model is made: a kernel that is written out may be far
 * larger than the whole network. */
static emb_status check_kernel(const emb_net *net, const emb__layer *layer) {
    if (!emb__layer_arg(layer->spec, "output_padding")) return EMB_OK;
    const kernel k = kernel_of(layer);
    const emb__arg *size = emb__layer_arg(layer->spec, "kernel_size");
    size_t count = layer->params[0].count / ((size_t)size->v[0] * (size_t)size->v[1]);
    if (!k.widened || (emb__mul(count, (size_t)k.size.v[0], &count) &&
                       emb__mul(count, (size_t)k.size.v[1], &count) && count <= MOST_WIDENED)) {
        return EMB_OK;
    }
    return emb__fail(EMB_ERR_FORMAT,
                     "%s.%d %s: ONNX has no output_padding of the stride or more, and its kernel "
                     "written out would be %dx%d, more than %d numbers in all; an "
                     "output_padding below the stride is written as it is",
                     net->spec.parts[layer->spec->part], layer->spec->index, layer->kind->name,
                     k.size.v[0], k.size.v[1], MOST_WIDENED);
}

/* The weights in the kernel's larger size, in the builder's memory; NULL without any. */
static float *widen(builder *b, const emb__layer *layer, const kernel *k) {
    const emb__arg *size = emb__layer_arg(layer->spec, "kernel_size");
    const emb__arg *dilation = emb__layer_arg(layer->spec, "dilation");
    const size_t rows = (size_t)size->v[0], columns = (size_t)size->v[1];
    const size_t wide = (size_t)k->size.v[0] * (size_t)k->size.v[1];
    const size_t planes = layer->params[0].count / (rows * columns);
    const float *from = b->net->params + layer->params[0].at;
    float *made = take(b, planes * wide * sizeof *made);
    for (size_t i = 0; made && i < layer->params[0].count; i++) {
        const size_t row = i / columns % rows, column = i % columns;
        /* The dilation of a side that grew is written out. */
        const size_t y = row * (size_t)(k->size.v[0] == size->v[0] ? 1 : dilation->v[0]);
        const size_t x = column * (size_t)(k->size.v[1] == size->v[1] ? 1 : dilation->v[1]);
        made[i / (rows * columns) * wide + y * (size_t)k->size.v[1] + x] = from[i];
    }
    return made;
}

/* Adds the rows and columns before the image, then those after it. */
static void add_pads(builder *b, Emb__Onnx__Node *node, const emb__layer_spec *spec) {
    const emb__arg *padding = emb__layer_arg(spec, "padding");
    const emb__arg *size = emb__layer_arg(spec, "kernel_size");
    const emb__arg *dilation = emb__layer_arg(spec, "dilation");
    add_ints(b, node, "pads", padding, 2);
    Emb__Onnx__Attribute *pads = b->failed ? NULL : node->attribute[node->n_attribute - 1];
    for (int i = 0; pads && padding->is_same && i < 2; i++) {
        pads->ints[2 + i] += (int64_t)dilation->v[i] * (size->v[i] - 1) % 2;
    }
}

static void convolution(builder *b, const emb__layer *layer, Emb__Onnx__Node *node) {
    const emb__layer_spec *spec = layer->spec;
    const kernel k = kernel_of(layer);
    add_ints(b, node, "kernel_shape", &k.size, 1);
    add_ints(b, node, "strides", emb__layer_arg(spec, "stride"), 1);
    add_pads(b, node, spec);
    add_ints(b, node, "dilations", &k.dilation, 1);
    add_int(b, node, "group", emb__layer_arg(spec, "groups")->v[0]);
    if (emb__layer_arg(spec, "output_padding")) add_ints(b, node, "output_padding", &k.extra, 1);
}

static void linear(builder *b, const emb__layer *layer, Emb__Onnx__Node *node) {
    (void)layer;
    add_int(b, node, "transB", 1);
}

static void flatten(builder *b, const emb__layer *layer, Emb__Onnx__Node *node) {
    (void)layer;
    add_int(b, node, "axis", 1);
}

/* Adds an activation's numbers, unless they are its inputs. */
static void curve(builder *b, const emb__layer *layer, Emb__Onnx__Node *node) {
    const emb__activation *a = layer->kind->activation;
    for (int i = 0; i < EMB__CURVE_ARGS && !a->onnx.inputs; i++) {
        if (a->onnx.names[i]) add_float(b, node, a->onnx.names[i], layer->numbers[i]);
    }
}

/* A kind's bridge: its operator and what is particular to its node, or the shape for ONNX's
 * Reshape. */
typedef struct bridge {
    const emb__layer_kind *kind;
    const char *op;
    on_node *more;
    bool reshapes;
} bridge;

static const bridge bridges[] = {
    {&emb__conv2d, "Conv", convolution, false},
    {&emb__conv_transpose2d, "ConvTranspose", convolution, false},
    {&emb__linear, "Gemm", linear, false},
    {&emb__flatten, "Flatten", flatten, false},
    {&emb__unflatten, "Reshape", NULL, true},
    {&emb__identity, "Identity", NULL, false},
};
enum { BRIDGES = sizeof bridges / sizeof *bridges };

/* The layer's bridge; op is NULL if its kind has none. */
static bridge bridge_of(const emb__layer *layer) {
    const emb__activation *a = layer->kind->activation;
    bridge found = {.kind = layer->kind};
    if (a) found = (bridge){layer->kind, a->onnx.op, curve, false};
    for (int i = 0; i < BRIDGES; i++) {
        if (bridges[i].kind == layer->kind) found = bridges[i];
    }
    /* ONNX's Flatten leaves two dimensions, so an image's dimensions become one. */
    if (found.kind == &emb__flatten && layer->out.rank != 1) {
        found = (bridge){layer->kind, "Reshape", NULL, true};
    }
    return found;
}

/* The constant with an Unflatten's sizes; its 0 keeps the batch's. */
static char *reshape_to(builder *b, const emb__layer *layer, const char *name) {
    char *shape = join(b, name, ".shape");
    int64_t *sizes = take(b, (1 + EMB__MAX_DIMS) * sizeof *sizes);
    if (!sizes) return NULL;
    for (int i = 0; i < layer->out.rank; i++) sizes[1 + i] = layer->out.d[i];
    const int64_t count = 1 + layer->out.rank;
    add_constant(b, shape, ELEMENT_INT64, 1, &count, sizes, (size_t)count * sizeof *sizes);
    return shape;
}

/* The layer's weights as constants; constants[] = their names. */
static size_t add_weights(builder *b, const emb__layer *layer, const char *name, char **constants) {
    for (int i = 0; i < layer->param_count; i++) {
        const emb__param *param = &layer->params[i];
        int64_t dims[4] = {1, 1, 1, 1};
        for (int d = 0; d < param->rank; d++) dims[d] = param->d[d];
        char *dotted = join(b, name, ".");
        constants[i] = dotted ? join(b, dotted, param->role) : NULL;
        const float *values = b->net->params + param->at;
        size_t count = param->count;
        if (i == 0 && emb__layer_arg(layer->spec, "output_padding")) {
            const kernel k = kernel_of(layer);
            if (k.widened) {
                values = widen(b, layer, &k);
                dims[2] = k.size.v[0];
                dims[3] = k.size.v[1];
                count = (size_t)(dims[0] * dims[1] * dims[2] * dims[3]);
            }
        }
        add_constant(b, constants[i], ELEMENT_FLOAT, param->rank, dims, values,
                     count * sizeof(float));
    }
    return (size_t)layer->param_count;
}

/* The numbers of an activation that are its operator's inputs, as constants; constants[] = their
 * names. */
static size_t add_inputs(builder *b, const emb__layer *layer, const char *name, char **constants) {
    const emb__activation *a = layer->kind->activation;
    size_t count = 0;
    for (int i = 0; a && a->onnx.inputs && i < EMB__CURVE_ARGS && a->onnx.names[i]; i++) {
        char *dotted = join(b, name, ".");
        float *own = take(b, sizeof *own);
        if (!own || !dotted) return count;
        *own = layer->numbers[i];
        constants[count] = join(b, dotted, a->onnx.names[i]);
        add_constant(b, constants[count++], ELEMENT_FLOAT, 0, NULL, own, sizeof *own);
    }
    return count;
}

static emb_status add_layer(builder *b, const emb__layer *layer, char *output) {
    enum { MOST = EMB__MAX_PARAMS + EMB__CURVE_ARGS };
    char part[EMB__NAME_SIZE + 24];
    char *constants[MOST] = {0};
    const bridge to = bridge_of(layer);
    snprintf(part, sizeof part, "%s.%d", b->net->spec.parts[layer->spec->part], layer->spec->index);
    char *name = copy(b, part);
    if (!name) return EMB_ERR_MEMORY;
    size_t more = add_weights(b, layer, name, constants);
    more += add_inputs(b, layer, name, constants + more);
    if (to.reshapes) constants[more++] = reshape_to(b, layer, name);
    if (!output) output = join(b, name, ".out");
    Emb__Onnx__Node *node = add_node(b, to.op, name, more, constants, output);
    if (node && to.more) to.more(b, layer, node);
    return b->failed ? EMB_ERR_MEMORY : EMB_OK;
}

/* Adds a node that combines the current tensor and a constant. */
static void add_step(builder *b, const char *op, const char *name, const char *constant, float x,
                     const char *output) {
    char *input = copy(b, constant);
    float *own = take(b, sizeof *own);
    if (!own) return;
    *own = x;
    add_constant(b, input, ELEMENT_FLOAT, 0, NULL, own, sizeof *own);
    add_node(b, op, copy(b, name), 1, &input, copy(b, output));
}

/* Turns uint8 into floats as torchvision's ToTensor does, or into the numbers that stand for
 * pixels. */
static void add_preprocessing(builder *b) {
    emb_preprocessing p;
    char *pixels = copy(b, "preprocessing.float");
    Emb__Onnx__Node *cast = add_node(b, "Cast", copy(b, "preprocessing.cast"), 0, NULL, pixels);
    if (!cast) return;
    add_int(b, cast, "to", ELEMENT_FLOAT);
    if (emb__net_plain_bytes(b->net)) {
        add_step(b, "Div", "preprocessing.divide", "preprocessing.255", 255, "preprocessing.out");
        return;
    }
    emb_net_preprocessing(b->net, &p);
    add_step(b, "Mul", "preprocessing.multiply", "preprocessing.scale",
             (float)((p.white - p.black) / 255), "preprocessing.scaled");
    add_step(b, "Add", "preprocessing.add", "preprocessing.black", (float)p.black,
             "preprocessing.out");
}

/* ---- the model ------------------------------------------------------------------------------- */

/* The name of the graph's input or output at layer `at`. */
static const char *name_of_end(const emb_net *net, int at, bool input) {
    if (at == 0 && input) return net->encoder_end > 0 || net->classifies ? "image" : "code";
    if (at == net->encoder_end) return "code";
    return net->classifies ? "logits" : "reconstruction";
}

static emb_status build_graph(builder *b, int from, int to, bool bytes) {
    const emb_net *net = b->net;
    const size_t layers = (size_t)(to - from);
    const char *input = name_of_end(net, from, true), *output = name_of_end(net, to, false);
    const emb__shape *in = &net->layers[from].in, *out = &net->layers[to - 1].out;
    Emb__Onnx__Graph *g = &b->graph;
    *g = (Emb__Onnx__Graph)EMB__ONNX__GRAPH__INIT;
    g->node = take_pointers(b, layers + 3);
    g->initializer = take_pointers(b, 2 * layers + 2);
    g->input = take_pointers(b, 1);
    g->output = take_pointers(b, 1);
    if (b->failed) return EMB_ERR_MEMORY;
    g->input[g->n_input++] = value_info(b, input, bytes ? ELEMENT_UINT8 : ELEMENT_FLOAT, in);
    g->output[g->n_output++] = value_info(b, output, ELEMENT_FLOAT, out);
    b->current = copy(b, input);
    if (bytes) add_preprocessing(b);
    emb_status status = b->failed ? EMB_ERR_MEMORY : EMB_OK;
    for (int i = from; i < to && status == EMB_OK; i++) {
        const bool code = i + 1 == net->encoder_end && i + 1 < to;
        const char *named = i + 1 == to ? output : code ? "code" : NULL;
        status = add_layer(b, &net->layers[i], named ? copy(b, named) : NULL);
    }
    return status;
}

static Emb__Onnx__Pair *pair(builder *b, const char *key, const char *value) {
    TAKE(b, Emb__Onnx__Pair, EMB__ONNX__PAIR__INIT);
    made->key = copy(b, key);
    made->value = copy(b, value);
    return made;
}

static emb_status pack_model(builder *b, const char *part, uint8_t **bytes, size_t *count) {
    Emb__Onnx__Model model = EMB__ONNX__MODEL__INIT;
    Emb__Onnx__OperatorSet opset = EMB__ONNX__OPERATOR_SET__INIT, *opsets[] = {&opset};
    char preprocessing[EMB__PREPROCESSING_ROOM];
    emb__preprocessing_print(&b->net->origin, preprocessing);
    Emb__Onnx__Pair *pairs[] = {pair(b, "embudo.part", part),
                                pair(b, "embudo.notation", b->net->notation),
                                pair(b, "embudo.preprocessing", preprocessing)};
    opset.domain = copy(b, "");
    opset.has_version = model.has_ir_version = true;
    opset.version = OPSET;
    model.ir_version = IR_VERSION;
    model.producer_name = copy(b, "embudo");
    model.producer_version = copy(b, emb_version());
    model.n_opset_import = 1;
    model.opset_import = opsets;
    model.n_metadata_props = sizeof pairs / sizeof(void *);
    model.metadata_props = pairs;
    b->graph.name = copy(b, part);
    model.graph = &b->graph;
    if (b->failed) return EMB_ERR_MEMORY;
    *count = emb__onnx__model__get_packed_size(&model);
    *bytes = emb__alloc(*count);
    if (!*bytes) return EMB_ERR_MEMORY;
    emb__onnx__model__pack(&model, *bytes);
    return EMB_OK;
}

/* `path` is for texts. */
static emb_status make_bytes(const emb_net *net, const char *path, const emb_onnx_options *options,
                             uint8_t **made, size_t *count) {
    const char *part = options ? options->part : NULL;
    builder b = {.net = net};
    int from, to;
    emb_status status = emb__net_part(net, part, &from, &to);
    if (status != EMB_OK) return status;
    const bool bytes = options && options->uint8_input;
    if (bytes && strcmp(name_of_end(net, from, true), "code") == 0) {
        return emb__fail(EMB_ERR_ARGUMENT, "%s: its input is a code, which cannot be uint8", path);
    }
    for (int i = from; i < to && status == EMB_OK; i++) {
        if (!bridge_of(&net->layers[i]).op) status = emb__bridge_missing(net, i, "ONNX");
        if (status == EMB_OK) status = check_kernel(net, &net->layers[i]);
    }
    if (status != EMB_OK) return emb__fail_prefix(status, "%s: ", path);
    if (bytes && emb__net_reads_bytes(net) != EMB_OK) {
        return emb__fail_prefix(EMB_ERR_ARGUMENT, "%s: ", path);
    }
    status = build_graph(&b, from, to, bytes);
    if (status == EMB_OK) {
        const bool whole = !part && net->encoder_end > 0 && to > net->encoder_end;
        status = pack_model(&b,
                            part    ? part
                            : whole ? net->classifies ? "classifier" : "autoencoder"
                                    : net->spec.parts[0],
                            made, count);
    }
    while (b.blocks) {
        block *next = b.blocks->next;
        emb__free(b.blocks);
        b.blocks = next;
    }
    return status;
}

#else

static emb_status make_bytes(const emb_net *net, const char *path, const emb_onnx_options *options,
                             uint8_t **made, size_t *count) {
    (void)net, (void)options, (void)made, (void)count;
    return emb__fail(EMB_ERR_MISSING,
                     "%s: this build is without protobuf-c (Debian: libprotobuf-c-dev and "
                     "protobuf-c-compiler), which ONNX needs",
                     path);
}

#endif

emb_status emb_net_export_onnx(const emb_net *net, const char *path,
                               const emb_onnx_options *options) {
    EMB__ENTER;
    uint8_t *bytes = NULL;
    size_t count = 0;
    emb_status status = make_bytes(net, path, options, &bytes, &count);
    if (status == EMB_OK) status = emb_file_write(path, bytes, count);
    emb__free(bytes);
    return status;
}

emb_status emb_net_export_onnx_bytes(const emb_net *net, const char *path,
                                     const emb_onnx_options *options, uint8_t **bytes,
                                     size_t *count) {
    EMB__ENTER;
    *bytes = NULL;
    *count = 0;
    return make_bytes(net, path, options, bytes, count);
}
