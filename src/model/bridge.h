/* The message for a kind of layer without a bridge to another format. The bridges themselves are
 * rows by kind: the activations' in layers/activation.c, the others' in the file that uses them
 * (stage_ops.c, onnx/onnx_write_layer.c). */
#ifndef EMB_MODEL_BRIDGE_H
#define EMB_MODEL_BRIDGE_H

#include "net/net.h"

/* "NET: cannot export encoder.2 Foo to ONNX: ..." */
emb_status emb__bridge_missing(const emb_net *net, int layer, const char *to);

#endif
