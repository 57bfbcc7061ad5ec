/* A network from its spec, with the texts that go with it. */
#ifndef EMB_MODEL_MODEL_H
#define EMB_MODEL_MODEL_H

#include "codec/safetensors.h"
#include "net/net.h"

/* Reads the tensor `name` of a file, which must have the parameter's shape and be finite, to the
 * parameter's place in `params`. */
emb_status emb__model_tensor(const emb__safetensors *file, const char *path, const char *name,
                             const emb__param *param, float *params);

/* Writes a model file of these tensors and pairs, with the model's own pairs before them. */
emb_status emb__model_write(const emb_net *net, const emb_tensor_info *tensors, size_t tensor_count,
                            const char *path, const emb_pair *extra, size_t extra_count);

/* The net of an ONNX file; emb_net_import. NULL on failure. */
emb_net *emb__onnx_import(const char *path, const emb_import_options *options);

/* The net of a spec, which is taken over on success and on failure. NULL on failure. */
emb_net *emb__net_compile(emb__spec *spec);
/* What is left to do for one that has its shapes: planned and described. On failure it is freed,
 * and NULL. NULL is accepted. */
emb_net *emb__net_complete(emb_net *net);

#endif
