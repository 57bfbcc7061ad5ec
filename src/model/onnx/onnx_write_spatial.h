/* Pooling, enlarging, shuffling and padding as nodes of an ONNX model: rows of onnx_write_layer.c's
 * table of bridges. Each adds the layer's nodes, named after `name`, the last of which gives
 * `output`.
 *
 * Where ONNX's operator would compute something else than PyTorch's layer, the layer is written as
 * what it is: indices of pixels (Gather), or two products with its weights (MatMul). */
#ifndef EMB_MODEL_ONNX_WRITE_SPATIAL_H
#define EMB_MODEL_ONNX_WRITE_SPATIAL_H

#include "model/onnx/onnx_write_build.h"

typedef emb_status emb__onnx_writer(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                    char *output);

emb__onnx_writer emb__onnx_write_max_pool, emb__onnx_write_avg_pool;
emb__onnx_writer emb__onnx_write_adaptive_max, emb__onnx_write_adaptive_avg;
emb__onnx_writer emb__onnx_write_upsample, emb__onnx_write_shuffle, emb__onnx_write_unshuffle;
emb__onnx_writer emb__onnx_write_pad;

/* Adds the padding of a Conv2d that does not pad with zeros; the convolution then has none. */
void emb__onnx_write_conv_pad(emb__onnx_builder *b, const emb__layer *layer, const char *name);

#endif
