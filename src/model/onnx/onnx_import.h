/* Reading an ONNX model. */
#ifndef EMB_MODEL_ONNX_IMPORT_H
#define EMB_MODEL_ONNX_IMPORT_H

#include "embudo.h"

/* The net of an ONNX file, as emb_net_import makes it; `options` may be NULL; their notation is
 * ignored. NULL on failure; EMB_ERR_MISSING in a build without protobuf-c. */
emb_net *emb__onnx_import(const char *path, const emb_import_options *options);

#endif
