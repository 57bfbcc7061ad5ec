/* How unusual an image is, as nodes of an ONNX model behind those of its autoencoder: "score"
 * [batch] and "unusual" [batch]. */
#ifndef EMB_MODEL_ONNX_WRITE_SCORE_H
#define EMB_MODEL_ONNX_WRITE_SCORE_H

#include "model/judge.h"
#include "model/onnx/onnx_write_build.h"

/* The most nodes and constants. */
enum { EMB__ONNX_SCORE_NODES = 40, EMB__ONNX_SCORE_CONSTANTS = 24 };

/* Adds them, and the graph's two outputs. b->start is the image, "code" and "reconstruction" are
 * there. */
void emb__onnx_write_score(emb__onnx_builder *b, const emb_verdict *verdict);

#endif
