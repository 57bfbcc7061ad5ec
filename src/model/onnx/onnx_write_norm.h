/* Normalisations as nodes of an ONNX model. GroupNorm is an InstanceNormalization between two
 * Reshapes, as PyTorch writes it: GroupNormalization only came with opset 21.
 *
 * `name` is the layer's, and the last node gives `output`. */
#ifndef EMB_MODEL_ONNX_WRITE_NORM_H
#define EMB_MODEL_ONNX_WRITE_NORM_H

#include "model/onnx/onnx_write_build.h"

emb_status emb__onnx_write_instance_norm(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                         char *output);
emb_status emb__onnx_write_group_norm(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                      char *output);
emb_status emb__onnx_write_batch_norm(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                      char *output);
emb_status emb__onnx_write_layer_norm(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                      char *output);

#endif
