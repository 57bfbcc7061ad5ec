/* See onnx_write_build.h. */
#include "base/memory.h"

#ifdef EMB_HAVE_PROTOBUF

#include <stdio.h>
#include <string.h>

#include "model/onnx/onnx_write_build.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "raw_data is little-endian");

enum {
    MOST_ATTRIBUTES = 6,
    ATTRIBUTE_FLOAT = 1,
    ATTRIBUTE_INT = 2,
    ATTRIBUTE_STRING = 3,
    ATTRIBUTE_INTS = 7
};

/* All parts of the model are in blocks that are freed together. */
typedef struct emb__onnx_block {
    struct emb__onnx_block *next;
    max_align_t data[];
} block;

void *emb__onnx_build_take(emb__onnx_builder *b, size_t bytes) {
    block *made = b->failed ? NULL : emb__calloc(1, sizeof *made + bytes);
    if (!made) {
        b->failed = true;
        return NULL;
    }
    made->next = b->blocks;
    b->blocks = made;
    return made->data;
}

void *emb__onnx_build_pointers(emb__onnx_builder *b, size_t count) {
    return emb__onnx_build_take(b, count * sizeof(void *));
}

#define TAKE(b, type, init)                                                                        \
    type *made = emb__onnx_build_take(b, sizeof *made);                                            \
    if (!made) return NULL;                                                                        \
    *made = (type)init

char *emb__onnx_build_join(emb__onnx_builder *b, const char *first, const char *second) {
    const size_t room = strlen(first) + strlen(second) + 1;
    char *text = emb__onnx_build_take(b, room);
    if (text) snprintf(text, room, "%s%s", first, second);
    return text;
}

char *emb__onnx_build_copy(emb__onnx_builder *b, const char *text) {
    return emb__onnx_build_join(b, text, "");
}

static Emb__Onnx__Dimension *dimension(emb__onnx_builder *b, int64_t value) {
    TAKE(b, Emb__Onnx__Dimension, EMB__ONNX__DIMENSION__INIT);
    made->value_case = EMB__ONNX__DIMENSION__VALUE_DIM_VALUE;
    made->dim_value = value;
    if (value > 0) return made;
    made->value_case = EMB__ONNX__DIMENSION__VALUE_DIM_PARAM;
    made->dim_param = emb__onnx_build_copy(b, "batch");
    return made;
}

Emb__Onnx__ValueInfo *emb__onnx_build_end(emb__onnx_builder *b, const char *name, int element,
                                          const emb__shape *shape) {
    TAKE(b, Emb__Onnx__ValueInfo, EMB__ONNX__VALUE_INFO__INIT);
    Emb__Onnx__Type *type = emb__onnx_build_take(b, sizeof *type);
    Emb__Onnx__TensorType *tensor = emb__onnx_build_take(b, sizeof *tensor);
    Emb__Onnx__Shape *dims = emb__onnx_build_take(b, sizeof *dims);
    const size_t rank = 1 + (size_t)shape->rank;
    Emb__Onnx__Dimension **each = emb__onnx_build_pointers(b, rank);
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
    made->name = emb__onnx_build_copy(b, name);
    return made;
}

void emb__onnx_build_constant(emb__onnx_builder *b, char *name, int element, int rank,
                              const int64_t *dims, const void *data, size_t bytes) {
    Emb__Onnx__Tensor *made = emb__onnx_build_take(b, sizeof *made);
    int64_t *own = emb__onnx_build_take(b, (size_t)(rank + 1) * sizeof *own);
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

static Emb__Onnx__Attribute *add_attribute(emb__onnx_builder *b, Emb__Onnx__Node *node,
                                           const char *name, int type) {
    TAKE(b, Emb__Onnx__Attribute, EMB__ONNX__ATTRIBUTE__INIT);
    made->name = emb__onnx_build_copy(b, name);
    made->has_type = true;
    made->type = type;
    node->attribute[node->n_attribute++] = made;
    return made;
}

void emb__onnx_build_int(emb__onnx_builder *b, Emb__Onnx__Node *node, const char *name,
                         int64_t value) {
    Emb__Onnx__Attribute *attribute = add_attribute(b, node, name, ATTRIBUTE_INT);
    if (!attribute) return;
    attribute->has_i = true;
    attribute->i = value;
}

void emb__onnx_build_float(emb__onnx_builder *b, Emb__Onnx__Node *node, const char *name,
                           float value) {
    Emb__Onnx__Attribute *attribute = add_attribute(b, node, name, ATTRIBUTE_FLOAT);
    if (!attribute) return;
    attribute->has_f = true;
    attribute->f = value;
}

void emb__onnx_build_ints(emb__onnx_builder *b, Emb__Onnx__Node *node, const char *name,
                          const emb__arg *pair, int times) {
    Emb__Onnx__Attribute *attribute = add_attribute(b, node, name, ATTRIBUTE_INTS);
    const size_t count = 2 * (size_t)times;
    int64_t *ints = emb__onnx_build_take(b, count * sizeof *ints);
    if (!attribute || !ints) return;
    for (size_t i = 0; i < count; i++) ints[i] = pair->v[i % 2];
    attribute->n_ints = count;
    attribute->ints = ints;
}

void emb__onnx_build_list(emb__onnx_builder *b, Emb__Onnx__Node *node, const char *name,
                          const int *numbers, size_t count) {
    Emb__Onnx__Attribute *attribute = add_attribute(b, node, name, ATTRIBUTE_INTS);
    int64_t *ints = emb__onnx_build_take(b, count * sizeof *ints);
    if (!attribute || !ints) return;
    for (size_t i = 0; i < count; i++) ints[i] = numbers[i];
    attribute->n_ints = count;
    attribute->ints = ints;
}

void emb__onnx_build_word(emb__onnx_builder *b, Emb__Onnx__Node *node, const char *name,
                          const char *word) {
    Emb__Onnx__Attribute *attribute = add_attribute(b, node, name, ATTRIBUTE_STRING);
    char *own = emb__onnx_build_copy(b, word);
    if (!attribute || !own) return;
    attribute->has_s = true;
    attribute->s.data = (uint8_t *)own;
    attribute->s.len = strlen(own);
}

Emb__Onnx__Node *emb__onnx_build_step(emb__onnx_builder *b, const char *op, char *name,
                                      size_t count, char *const *inputs, char *output) {
    TAKE(b, Emb__Onnx__Node, EMB__ONNX__NODE__INIT);
    made->input = emb__onnx_build_take(b, (1 + count) * sizeof *made->input);
    made->output = emb__onnx_build_take(b, sizeof *made->output);
    made->attribute = emb__onnx_build_pointers(b, MOST_ATTRIBUTES);
    made->op_type = emb__onnx_build_copy(b, op);
    if (b->failed) return NULL;
    for (size_t i = 0; i < count; i++) made->input[i] = inputs[i];
    made->n_input = count;
    made->output[0] = output;
    made->n_output = 1;
    made->name = name;
    b->graph.node[b->graph.n_node++] = made;
    return made;
}

Emb__Onnx__Node *emb__onnx_build_node(emb__onnx_builder *b, const char *op, char *name, size_t more,
                                      char *const *constants, char *output) {
    enum { MOST_INPUTS = 16 };
    char *inputs[MOST_INPUTS] = {b->current};
    for (size_t i = 0; i < more && i + 1 < MOST_INPUTS; i++) inputs[1 + i] = constants[i];
    Emb__Onnx__Node *made = emb__onnx_build_step(b, op, name, 1 + more, inputs, output);
    if (made) b->current = output;
    return made;
}

char *emb__onnx_build_number(emb__onnx_builder *b, char *name, float number) {
    float *own = emb__onnx_build_take(b, sizeof *own);
    if (!own || !name) return NULL;
    *own = number;
    emb__onnx_build_constant(b, name, EMB__ONNX_ELEMENT_FLOAT, 0, NULL, own, sizeof *own);
    return name;
}

Emb__Onnx__Pair *emb__onnx_build_pair(emb__onnx_builder *b, const char *key, const char *value) {
    TAKE(b, Emb__Onnx__Pair, EMB__ONNX__PAIR__INIT);
    made->key = emb__onnx_build_copy(b, key);
    made->value = emb__onnx_build_copy(b, value);
    return made;
}

void emb__onnx_build_free(emb__onnx_builder *b) {
    while (b->blocks) {
        block *next = b->blocks->next;
        emb__free(b->blocks);
        b->blocks = next;
    }
}

#endif
