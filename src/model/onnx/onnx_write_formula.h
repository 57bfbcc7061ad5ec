/* An activation that ONNX has no operator for, as several nodes. */
#ifndef EMB_MODEL_ONNX_WRITE_FORMULA_H
#define EMB_MODEL_ONNX_WRITE_FORMULA_H

#include "model/onnx/onnx_write_build.h"

/* Adds the nodes of a row's formula (net/layers/activation.h), which read the current tensor; the
 * last one has the layer's name and gives `output`. */
void emb__onnx_write_formula(emb__onnx_builder *b, const emb__layer *layer, char *name,
                             const char *formula, char *output);

#endif
