/* Reading ONNX models: all that its parts know of each other, the file (onnx_tensor.h), what is
 * known while it is read (onnx_walk.h), its end so far (onnx_head.h) and the operators
 * (onnx_nodes.h).
 *
 * Each operator becomes layers in PyTorch's notation, with their weights; the notation's parser
 * then checks the whole.
 *
 * Owns: the meaning of ONNX's operators as layers. Does not own: files, the notation, networks. */
#ifndef EMB_MODEL_ONNX_H
#define EMB_MODEL_ONNX_H

#include "model/onnx/onnx_head.h"
#include "model/onnx/onnx_nodes.h"

#endif
