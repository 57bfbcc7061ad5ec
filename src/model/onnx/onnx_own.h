/* What an ONNX model that embudo wrote says about itself; the graph does not tell.
 *
 * Owns: the metadata's meaning. Does not own: the preprocessing's text (preprocessing_text.h). */
#ifndef EMB_MODEL_ONNX_OWN_H
#define EMB_MODEL_ONNX_OWN_H

#include "model/onnx/onnx_walk.h"

#define EMB__ONNX_PART_KEY "embudo.part"

/* Reads the metadata: the numbers of its training, and which part of a network it is. */
emb_status emb__onnx_read_own(emb__onnx_chain *chain);

#endif
