/* The messages of an ONNX model that is written, and the memory in which they live.
 *
 * Each function gives up quietly once memory has run out: b->failed says so at the end.
 *
 * Owns: the messages' fields. Does not own: which operators a layer becomes (onnx_write_layer.h),
 * the messages' bytes (protobuf-c's). */
#ifndef EMB_MODEL_ONNX_WRITE_BUILD_H
#define EMB_MODEL_ONNX_WRITE_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <onnx.pb-c.h>

#include "net/net.h"

enum {
    EMB__ONNX_ELEMENT_FLOAT = 1,
    EMB__ONNX_ELEMENT_UINT8 = 2,
    EMB__ONNX_ELEMENT_INT64 = 7,
    EMB__ONNX_ELEMENT_BOOL = 9
};

typedef struct emb__onnx_builder {
    const emb_net *net;
    struct emb__onnx_block *blocks; /* that are freed together */
    bool failed;
    Emb__Onnx__Graph graph;
    char *current; /* the tensor that the next node reads */
    char *start;   /* the one that the first layer reads */
    char **made;   /* by each layer of the network that is written */
} emb__onnx_builder;

/* Zeroed; NULL, and b->failed, without memory. */
void *emb__onnx_build_take(emb__onnx_builder *b, size_t bytes);

/* Room for `count` pointers. */
void *emb__onnx_build_pointers(emb__onnx_builder *b, size_t count);

/* Two texts as one, and a text. */
char *emb__onnx_build_join(emb__onnx_builder *b, const char *first, const char *second);
char *emb__onnx_build_copy(emb__onnx_builder *b, const char *text);

/* A tensor [batch, ...shape] that enters or leaves the graph. */
Emb__Onnx__ValueInfo *emb__onnx_build_end(emb__onnx_builder *b, const char *name, int element,
                                          const emb__shape *shape);

/* A constant tensor; `data` must outlive the builder. */
void emb__onnx_build_constant(emb__onnx_builder *b, char *name, int element, int rank,
                              const int64_t *dims, const void *data, size_t bytes);

/* Attributes of a node. */
void emb__onnx_build_int(emb__onnx_builder *b, Emb__Onnx__Node *node, const char *name,
                         int64_t value);
void emb__onnx_build_float(emb__onnx_builder *b, Emb__Onnx__Node *node, const char *name,
                           float value);

/* Adds both numbers of a pair, `times` times. */
void emb__onnx_build_ints(emb__onnx_builder *b, Emb__Onnx__Node *node, const char *name,
                          const emb__arg *pair, int times);

void emb__onnx_build_list(emb__onnx_builder *b, Emb__Onnx__Node *node, const char *name,
                          const int *numbers, size_t count);
void emb__onnx_build_word(emb__onnx_builder *b, Emb__Onnx__Node *node, const char *name,
                          const char *word);

/* Adds a node from the current tensor and `more` constants to `output`, which becomes the current
 * tensor. */
Emb__Onnx__Node *emb__onnx_build_node(emb__onnx_builder *b, const char *op, char *name, size_t more,
                                      char *const *constants, char *output);

/* Adds a node from any tensors, which leaves the current one as it is. */
Emb__Onnx__Node *emb__onnx_build_step(emb__onnx_builder *b, const char *op, char *name,
                                      size_t count, char *const *inputs, char *output);

/* A constant of one number; returns its name. */
char *emb__onnx_build_number(emb__onnx_builder *b, char *name, float number);

/* A pair of the model's metadata. */
Emb__Onnx__Pair *emb__onnx_build_pair(emb__onnx_builder *b, const char *key, const char *value);

/* Frees all that was built. */
void emb__onnx_build_free(emb__onnx_builder *b);

#endif
