/* A network's model file.
 *
 * Owns: its pairs, and that every file that is written can be read. Does not own: the format
 * (safetensors.h), which tensor is which (state_dict.h), what else can be opened (open.c). */
#ifndef EMB_MODEL_MODEL_H
#define EMB_MODEL_MODEL_H

#include "codec/safetensors.h"
#include "net/net.h"

/* The net of a file, with its weights. NULL on failure. */
emb_net *emb__model_open(const char *path);
/* The same for an open file; `path` stands for it in error texts. */
emb_net *emb__model_of(const emb__safetensors *file, const char *path);
/* emb_net_load of an open file. */
emb_status emb__model_take(emb_net *net, const emb__safetensors *file, const char *path);

/* Appends to `header` the beginning of a model file of these tensors and pairs, with the model's
 * own pairs before them; the caller frees it in any case. */
emb_status emb__model_header(const emb_net *net, const emb_tensor_info *tensors,
                             size_t tensor_count, const char *path, const emb_pair *extra,
                             size_t extra_count, emb__text *header);
/* Writes a model file of these tensors and pairs, with the model's own pairs before them. */
emb_status emb__model_write(const emb_net *net, const emb_tensor_info *tensors, size_t tensor_count,
                            const char *path, const emb_pair *extra, size_t extra_count);

#endif
