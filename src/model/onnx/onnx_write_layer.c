/* See onnx_write_layer.h. */
#include "base/memory.h"
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <stdio.h>
#include <string.h>

#include "device/preprocessing.h"
#include "model/bridge.h"
#include "model/onnx/onnx_write_codebook.h"
#include "model/onnx/onnx_write_formula.h"
#include "model/onnx/onnx_write_layer.h"
#include "model/onnx/onnx_write_norm.h"
#include "model/onnx/onnx_write_spatial.h"
#include "net/layers/activation.h"
#include "net/layers/kinds.h"
#include "net/layers/padded_conv.h"

/* Adds what is particular to a layer's node. */
typedef void on_node(emb__onnx_builder *b, const emb__layer *layer, Emb__Onnx__Node *node);

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
    return emb__fail(
        EMB_ERR_FORMAT,
        "%s.%s %s: ONNX has no output_padding of the stride or more, and its kernel written out "
        "would be %dx%d, more than %d numbers in all; use an output_padding below the stride",
        net->spec.parts[layer->spec->part], layer->spec->path, layer->kind->name, k.size.v[0],
        k.size.v[1], MOST_WIDENED);
}

/* The weights in the kernel's larger size, in the builder's memory; NULL without any. */
static float *widen(emb__onnx_builder *b, const emb__layer *layer, const kernel *k) {
    const emb__arg *size = emb__layer_arg(layer->spec, "kernel_size");
    const emb__arg *dilation = emb__layer_arg(layer->spec, "dilation");
    const size_t rows = (size_t)size->v[0], columns = (size_t)size->v[1];
    const size_t wide = (size_t)k->size.v[0] * (size_t)k->size.v[1];
    const size_t planes = layer->params[0].count / (rows * columns);
    const float *from = b->net->params + layer->params[0].at;
    float *made = emb__onnx_build_take(b, planes * wide * sizeof *made);
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
static void add_pads(emb__onnx_builder *b, Emb__Onnx__Node *node, const emb__layer *layer) {
    const emb__layer_spec *spec = layer->spec;
    const emb__arg *padding = emb__layer_arg(spec, "padding");
    const emb__arg *size = emb__layer_arg(spec, "kernel_size");
    const emb__arg *dilation = emb__layer_arg(spec, "dilation");
    const emb__arg none = {.n = 2};
    if (emb__conv_pad_mode(layer) != EMB__PAD_ZEROS) padding = &none;
    emb__onnx_build_ints(b, node, "pads", padding, 2);
    Emb__Onnx__Attribute *pads = b->failed ? NULL : node->attribute[node->n_attribute - 1];
    for (int i = 0; pads && padding->is_same && i < 2; i++) {
        pads->ints[2 + i] += (int64_t)dilation->v[i] * (size->v[i] - 1) % 2;
    }
}

static void convolution(emb__onnx_builder *b, const emb__layer *layer, Emb__Onnx__Node *node) {
    const emb__layer_spec *spec = layer->spec;
    const kernel k = kernel_of(layer);
    emb__onnx_build_ints(b, node, "kernel_shape", &k.size, 1);
    emb__onnx_build_ints(b, node, "strides", emb__layer_arg(spec, "stride"), 1);
    add_pads(b, node, layer);
    emb__onnx_build_ints(b, node, "dilations", &k.dilation, 1);
    emb__onnx_build_int(b, node, "group", emb__layer_arg(spec, "groups")->v[0]);
    if (emb__layer_arg(spec, "output_padding")) {
        emb__onnx_build_ints(b, node, "output_padding", &k.extra, 1);
    }
}

static void linear(emb__onnx_builder *b, const emb__layer *layer, Emb__Onnx__Node *node) {
    (void)layer;
    emb__onnx_build_int(b, node, "transB", 1);
}

static void flatten(emb__onnx_builder *b, const emb__layer *layer, Emb__Onnx__Node *node) {
    (void)layer;
    emb__onnx_build_int(b, node, "axis", 1);
}

/* Adds an activation's numbers, unless they are its inputs. */
static void curve(emb__onnx_builder *b, const emb__layer *layer, Emb__Onnx__Node *node) {
    const emb__activation *a = layer->kind->activation;
    for (int i = 0; i < EMB__CURVE_ARGS && !a->onnx.inputs; i++) {
        if (a->onnx.names[i]) emb__onnx_build_float(b, node, a->onnx.names[i], layer->numbers[i]);
    }
}

/* The tensor that the layer's input k is. */
static char *source_of(const emb__onnx_builder *b, const emb__layer *layer, int k) {
    const int from = layer->inputs[k];
    return from >= 0 && b->made[from] ? b->made[from] : b->start;
}

/* Branches' outputs, added or side by side. */
static emb_status join(emb__onnx_builder *b, const emb__layer *layer, char *name, char *output) {
    const bool adds = layer->kind == &emb__residual;
    char *others[EMB__MAX_INPUTS];
    for (int k = 1; k < layer->input_count; k++) others[k - 1] = source_of(b, layer, k);
    Emb__Onnx__Node *node = emb__onnx_build_node(b, adds ? "Add" : "Concat", name,
                                                 (size_t)layer->input_count - 1, others, output);
    if (node && !adds) emb__onnx_build_int(b, node, "axis", 1);
    return b->failed ? EMB_ERR_MEMORY : EMB_OK;
}

static void softmax(emb__onnx_builder *b, const emb__layer *layer, Emb__Onnx__Node *node) {
    emb__onnx_build_int(b, node, "axis", emb__softmax_dim(layer));
}

/* A kind's bridge: its operator and what is particular to its node, or the shape for ONNX's
 * Reshape; or a function for all of its nodes and constants. */
typedef struct bridge {
    const emb__layer_kind *kind;
    const char *op;
    on_node *more;
    bool reshapes;
    emb_status (*write)(emb__onnx_builder *b, const emb__layer *layer, char *name, char *output);
} bridge;

static const bridge bridges[] = {
    {&emb__conv2d, "Conv", convolution, false, NULL},
    {&emb__conv_transpose2d, "ConvTranspose", convolution, false, NULL},
    {&emb__linear, "Gemm", linear, false, NULL},
    {&emb__flatten, "Flatten", flatten, false, NULL},
    {&emb__unflatten, "Reshape", NULL, true, NULL},
    {&emb__identity, "Identity", NULL, false, NULL},
    {&emb__dropout, "Identity", NULL, false, NULL}, /* which is for training alone */
    {&emb__dropout2d, "Identity", NULL, false, NULL},
    {&emb__prelu, "PRelu", NULL, false, NULL},
    {&emb__softmax, "Softmax", softmax, false, NULL},
    {&emb__log_softmax, "LogSoftmax", softmax, false, NULL},
    {&emb__residual, "Add", NULL, false, join},
    {&emb__parallel, "Concat", NULL, false, join},
    {&emb__group_norm, "Reshape", NULL, false, emb__onnx_write_group_norm},
    {&emb__layer_norm, "LayerNormalization", NULL, false, emb__onnx_write_layer_norm},
    {&emb__max_pool2d, "MaxPool", NULL, false, emb__onnx_write_max_pool},
    {&emb__avg_pool2d, "AveragePool", NULL, false, emb__onnx_write_avg_pool},
    {&emb__adaptive_max_pool2d, "MaxPool", NULL, false, emb__onnx_write_adaptive_max},
    {&emb__adaptive_avg_pool2d, "AveragePool", NULL, false, emb__onnx_write_adaptive_avg},
    {&emb__upsample, "Resize", NULL, false, emb__onnx_write_upsample},
    {&emb__pixel_shuffle, "DepthToSpace", NULL, false, emb__onnx_write_shuffle},
    {&emb__pixel_unshuffle, "Reshape", NULL, false, emb__onnx_write_unshuffle},
    {&emb__zero_pad2d, "Pad", NULL, false, emb__onnx_write_pad},
    {&emb__reflection_pad2d, "Pad", NULL, false, emb__onnx_write_pad},
    {&emb__replication_pad2d, "Pad", NULL, false, emb__onnx_write_pad},
    {&emb__batch_norm1d, "BatchNormalization", NULL, false, emb__onnx_write_batch_norm},
    {&emb__batch_norm2d, "BatchNormalization", NULL, false, emb__onnx_write_batch_norm},
    {&emb__instance_norm2d_tracking, "BatchNormalization", NULL, false, emb__onnx_write_batch_norm},
    {&emb__vector_quantizer, "ArgMin", NULL, false, emb__onnx_write_codebook},
    {&emb__instance_norm2d, "InstanceNormalization", NULL, false, emb__onnx_write_instance_norm},
};
enum { BRIDGES = sizeof bridges / sizeof *bridges };

/* The layer's bridge; op is NULL if its kind has none. */
static bridge bridge_of(const emb__layer *layer) {
    const emb__activation *a = layer->kind->activation;
    bridge found = {.kind = layer->kind};
    if (a) found = (bridge){layer->kind, a->onnx.op, curve, false, NULL};
    for (int i = 0; i < BRIDGES; i++) {
        if (bridges[i].kind == layer->kind) found = bridges[i];
    }
    /* ONNX's Flatten leaves two dimensions, so an image's dimensions become one. */
    if (found.kind == &emb__flatten && layer->out.rank != 1) {
        found = (bridge){layer->kind, "Reshape", NULL, true, NULL};
    }
    return found;
}

/* The constant with an Unflatten's sizes; its 0 keeps the batch's. */
static char *reshape_to(emb__onnx_builder *b, const emb__layer *layer, const char *name) {
    char *shape = emb__onnx_build_join(b, name, ".shape");
    int64_t *sizes = emb__onnx_build_take(b, (1 + EMB__MAX_DIMS) * sizeof *sizes);
    if (!sizes) return NULL;
    for (int i = 0; i < layer->out.rank; i++) sizes[1 + i] = layer->out.d[i];
    const int64_t count = 1 + layer->out.rank;
    emb__onnx_build_constant(b, shape, EMB__ONNX_ELEMENT_INT64, 1, &count, sizes,
                             (size_t)count * sizeof *sizes);
    return shape;
}

/* The formula that is written instead of an operator; NULL: none. */
static const char *formula_of(const emb__layer *layer) {
    const emb__activation *a = layer->kind->activation;
    return a && a->onnx.formula ? a->onnx.formula(layer->numbers) : NULL;
}

/* The layer's weights as constants; constants[] = their names. */
static size_t add_weights(emb__onnx_builder *b, const emb__layer *layer, const char *name,
                          char **constants) {
    for (int i = 0; i < layer->param_count; i++) {
        const emb__param *param = &layer->params[i];
        int64_t dims[4] = {1, 1, 1, 1};
        for (int d = 0; d < param->rank; d++) dims[d] = param->d[d];
        /* A slope for each channel meets the channels, not the columns. */
        const bool slopes = layer->kind == &emb__prelu && param->count > 1;
        const int rank = slopes ? layer->out.rank : param->rank;
        char *dotted = emb__onnx_build_join(b, name, ".");
        constants[i] = dotted ? emb__onnx_build_join(b, dotted, param->role) : NULL;
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
        emb__onnx_build_constant(b, constants[i], EMB__ONNX_ELEMENT_FLOAT, rank, dims, values,
                                 count * sizeof(float));
    }
    return (size_t)layer->param_count;
}

/* The numbers of an activation that are its operator's inputs, as constants; constants[] = their
 * names. */
static size_t add_inputs(emb__onnx_builder *b, const emb__layer *layer, const char *name,
                         char **constants) {
    const emb__activation *a = layer->kind->activation;
    size_t count = 0;
    for (int i = 0; a && a->onnx.inputs && i < EMB__CURVE_ARGS && a->onnx.names[i]; i++) {
        char *dotted = emb__onnx_build_join(b, name, ".");
        if (!dotted) return count;
        constants[count] = emb__onnx_build_number(
            b, emb__onnx_build_join(b, dotted, a->onnx.names[i]), layer->numbers[i]);
        count++;
    }
    return count;
}

emb_status emb__onnx_write_layer(emb__onnx_builder *b, const emb__layer *layer, char *output) {
    enum { MOST = EMB__MAX_PARAMS + EMB__CURVE_ARGS };
    char part[EMB__NAME_SIZE + EMB__PATH_SIZE];
    char *constants[MOST] = {0};
    const bridge to = bridge_of(layer);
    snprintf(part, sizeof part, "%s.%s", b->net->spec.parts[layer->spec->part], layer->spec->path);
    char *name = emb__onnx_build_copy(b, part);
    if (!name) return EMB_ERR_MEMORY;
    b->current = source_of(b, layer, 0);
    if (!output) output = emb__onnx_build_join(b, name, ".out");
    b->made[layer - b->net->layers] = output;
    if (to.write) return to.write(b, layer, name, output);
    if (emb__conv_pad_mode(layer) != EMB__PAD_ZEROS) emb__onnx_write_conv_pad(b, layer, name);
    size_t more = add_weights(b, layer, name, constants);
    more += add_inputs(b, layer, name, constants + more);
    if (to.reshapes) constants[more++] = reshape_to(b, layer, name);
    if (formula_of(layer)) {
        emb__onnx_write_formula(b, layer, name, formula_of(layer), output);
        return b->failed ? EMB_ERR_MEMORY : EMB_OK;
    }
    Emb__Onnx__Node *node = emb__onnx_build_node(b, to.op, name, more, constants, output);
    if (node && to.more) to.more(b, layer, node);
    return b->failed ? EMB_ERR_MEMORY : EMB_OK;
}

/* Adds a node that combines the current tensor and a constant. */
static void add_step(emb__onnx_builder *b, const char *op, const char *name, const char *constant,
                     float x, const char *output) {
    char *input = emb__onnx_build_copy(b, constant);
    if (!emb__onnx_build_number(b, input, x)) return;
    emb__onnx_build_node(b, op, emb__onnx_build_copy(b, name), 1, &input,
                         emb__onnx_build_copy(b, output));
}

void emb__onnx_write_preprocessing(emb__onnx_builder *b) {
    emb_preprocessing p;
    char *pixels = emb__onnx_build_copy(b, "preprocessing.float");
    Emb__Onnx__Node *cast = emb__onnx_build_node(
        b, "Cast", emb__onnx_build_copy(b, "preprocessing.cast"), 0, NULL, pixels);
    if (!cast) return;
    emb__onnx_build_int(b, cast, "to", EMB__ONNX_ELEMENT_FLOAT);
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

emb_status emb__onnx_write_check(const emb_net *net, int i) {
    const emb__layer *layer = &net->layers[i];
    if (!bridge_of(layer).op && !formula_of(layer)) return emb__bridge_missing(net, i, "ONNX");
    return check_kernel(net, &net->layers[i]);
}

#endif
