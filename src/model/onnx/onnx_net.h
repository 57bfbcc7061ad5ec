/* A network from the chain of an ONNX model.
 *
 * Owns: where its parts begin, its notation, its weights. */
#ifndef EMB_MODEL_ONNX_NET_H
#define EMB_MODEL_ONNX_NET_H

#include "model/onnx/onnx.h"

/* The network of a chain that has been read, with its weights; `options` may be NULL. NULL on
 * failure. */
emb_net *emb__onnx_net_make(emb__onnx_chain *chain, const emb_import_options *options);
/* Whether the output of a chain that was walked is compared with its input. */
bool emb__onnx_reconstructs(const emb__onnx_chain *chain, const emb_import_options *options);

#endif
