/* Normalisations as nodes of an ONNX model, opset 17. See onnx_write_norm.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "model/onnx/onnx_write_norm.h"
#include "net/layers/kinds.h"

/* NAME.role */
static char *dotted(emb__onnx_builder *b, const char *name, const char *role) {
    char *stem = emb__onnx_build_join(b, name, ".");
    return stem ? emb__onnx_build_join(b, stem, role) : NULL;
}

/* A constant of `count` numbers that are all x; its name. */
static char *add_equal(emb__onnx_builder *b, const char *name, const char *role, int rank,
                       const int64_t *dims, size_t count, float x) {
    char *made = dotted(b, name, role);
    float *numbers = emb__onnx_build_take(b, count * sizeof *numbers);
    if (!numbers) return NULL;
    for (size_t i = 0; i < count; i++) numbers[i] = x;
    emb__onnx_build_constant(b, made, EMB__ONNX_ELEMENT_FLOAT, rank, dims, numbers,
                             count * sizeof *numbers);
    return made;
}

/* The layer's own weight (0) or bias (1) as a constant of these dimensions; its name. */
static char *add_own(emb__onnx_builder *b, const emb__layer *layer, const char *name, int p,
                     int rank, const int64_t *dims) {
    const emb__param *param = &layer->params[p];
    char *made = dotted(b, name, param->role);
    emb__onnx_build_constant(b, made, EMB__ONNX_ELEMENT_FLOAT, rank, dims,
                             b->net->params + param->at, param->count * sizeof(float));
    return made;
}

/* Reshapes the current tensor to [batch, ...sizes]. */
static void add_reshape(emb__onnx_builder *b, const char *name, const char *role, int rank,
                        const int64_t *sizes, char *output) {
    char *stem = dotted(b, name, role), *shape = stem ? dotted(b, stem, "shape") : NULL;
    int64_t *own = emb__onnx_build_take(b, (size_t)(1 + rank) * sizeof *own);
    if (!own || !shape) return;
    for (int i = 0; i < rank; i++) own[1 + i] = sizes[i]; /* the first, 0, keeps the batch */
    const int64_t count = 1 + rank;
    emb__onnx_build_constant(b, shape, EMB__ONNX_ELEMENT_INT64, 1, &count, own,
                             (size_t)count * sizeof *own);
    emb__onnx_build_node(b, "Reshape", stem, 1, &shape, output ? output : dotted(b, stem, "out"));
}

/* InstanceNormalization of `parts` rows of the current tensor. */
static void add_instance(emb__onnx_builder *b, const emb__layer *layer, char *name, char *weight,
                         char *bias, char *output) {
    char *const constants[] = {weight, bias};
    Emb__Onnx__Node *node =
        emb__onnx_build_node(b, "InstanceNormalization", name, 2, constants, output);
    if (node) emb__onnx_build_float(b, node, "epsilon", (float)layer->norm.epsilon);
}

emb_status emb__onnx_write_instance_norm(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                         char *output) {
    const int64_t channels = layer->in.d[0];
    const bool own = layer->norm.weight;
    char *weight = own ? add_own(b, layer, name, 0, 1, &channels)
                       : add_equal(b, name, "ones", 1, &channels, (size_t)channels, 1);
    char *bias = own ? add_own(b, layer, name, 1, 1, &channels)
                     : add_equal(b, name, "zeros", 1, &channels, (size_t)channels, 0);
    add_instance(b, layer, name, weight, bias, output);
    return b->failed ? EMB_ERR_MEMORY : EMB_OK;
}

emb_status emb__onnx_write_group_norm(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                      char *output) {
    const emb__norm *n = &layer->norm;
    const int64_t groups = (int64_t)n->groups, grouped[2] = {groups, -1};
    const int64_t dims[3] = {layer->in.d[0], 1, 1};
    int64_t sizes[EMB__MAX_DIMS];
    for (int i = 0; i < layer->in.rank; i++) sizes[i] = layer->in.d[i];
    char *ones = add_equal(b, name, "ones", 1, &groups, n->groups, 1);
    char *zeros = add_equal(b, name, "zeros", 1, &groups, n->groups, 0);
    add_reshape(b, name, "groups", 2, grouped, NULL);
    add_instance(b, layer, name, ones, zeros, dotted(b, name, "normalized"));
    add_reshape(b, name, "channels", layer->in.rank, sizes, n->weight ? NULL : output);
    if (n->weight) {
        char *weight = add_own(b, layer, name, 0, layer->in.rank, dims);
        char *bias = add_own(b, layer, name, 1, layer->in.rank, dims);
        emb__onnx_build_node(b, "Mul", dotted(b, name, "scale"), 1, &weight,
                             dotted(b, name, "scaled"));
        emb__onnx_build_node(b, "Add", dotted(b, name, "shift"), 1, &bias, output);
    }
    return b->failed ? EMB_ERR_MEMORY : EMB_OK;
}

emb_status emb__onnx_write_batch_norm(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                      char *output) {
    const int64_t channels = layer->in.d[0];
    const bool affine = layer->param_count > 3; /* weight, bias, mean, variance, a counter */
    char *constants[4];
    int count = 0;
    if (!affine) {
        constants[count++] = add_equal(b, name, "ones", 1, &channels, (size_t)channels, 1);
        constants[count++] = add_equal(b, name, "zeros", 1, &channels, (size_t)channels, 0);
    }
    for (int p = 0; count < 4; p++) {
        constants[count++] = add_own(b, layer, name, p, 1, &channels);
    }
    Emb__Onnx__Node *node =
        emb__onnx_build_node(b, "BatchNormalization", name, 4, constants, output);
    if (!node) return EMB_ERR_MEMORY;
    emb__onnx_build_float(b, node, "epsilon", (float)emb__layer_arg(layer->spec, "eps")->real);
    return b->failed ? EMB_ERR_MEMORY : EMB_OK;
}

emb_status emb__onnx_write_layer_norm(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                      char *output) {
    const emb__norm *n = &layer->norm;
    const emb__arg *shape = &layer->spec->args[0];
    int64_t dims[EMB__MAX_DIMS];
    for (int i = 0; i < shape->n; i++) dims[i] = shape->v[i];
    char *constants[2] = {NULL, NULL};
    constants[0] = n->weight ? add_own(b, layer, name, 0, shape->n, dims)
                             : add_equal(b, name, "ones", shape->n, dims, n->pieces * n->count, 1);
    if (n->bias) constants[1] = add_own(b, layer, name, 1, shape->n, dims);
    Emb__Onnx__Node *node =
        emb__onnx_build_node(b, "LayerNormalization", name, n->bias ? 2 : 1, constants, output);
    if (!node) return EMB_ERR_MEMORY;
    emb__onnx_build_int(b, node, "axis", -shape->n);
    emb__onnx_build_float(b, node, "epsilon", (float)n->epsilon);
    return b->failed ? EMB_ERR_MEMORY : EMB_OK;
}

#endif
