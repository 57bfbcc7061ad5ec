/* A layer as a node of an ONNX model.
 *
 * A node for each layer, or several, with the layer's name ("encoder.0"); its tensors have their
 * state_dict names. Linear is Gemm, Unflatten is Reshape.
 *
 * Owns: which operators a layer becomes. Does not own: the messages (onnx_write_build.h). */
#ifndef EMB_MODEL_ONNX_WRITE_LAYER_H
#define EMB_MODEL_ONNX_WRITE_LAYER_H

#include "model/onnx/onnx_write_build.h"

/* Whether layer i can be written. Fails with its name where its kind has no operator, or its kernel
 * is too large. */
emb_status emb__onnx_write_check(const emb_net *net, int i);

/* The most nodes (GELU) and constants (GroupNorm) that a layer becomes. */
enum { EMB__ONNX_LAYER_NODES = 12, EMB__ONNX_LAYER_CONSTANTS = 8 };

/* Adds the layer's nodes and constants; the last node gives `output`, or where that is NULL a
 * tensor of the layer's name. */
emb_status emb__onnx_write_layer(emb__onnx_builder *b, const emb__layer *layer, char *output);

/* Turns uint8 into floats as torchvision's ToTensor does, or into the numbers that stand for
 * pixels. */
void emb__onnx_write_preprocessing(emb__onnx_builder *b);

#endif
