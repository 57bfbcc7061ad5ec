/* VectorQuantizer as nodes of an ONNX model: the distances from all entries by one MatMul, ArgMin,
 * and Gather.
 *
 * `name` is the layer's, and the last node gives `output`. */
#ifndef EMB_MODEL_ONNX_WRITE_CODEBOOK_H
#define EMB_MODEL_ONNX_WRITE_CODEBOOK_H

#include "model/onnx/onnx_write_build.h"

emb_status emb__onnx_write_codebook(emb__onnx_builder *b, const emb__layer *layer, char *name,
                                    char *output);

#endif
