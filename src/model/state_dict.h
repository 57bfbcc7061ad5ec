/* A network's tensors in a safetensors file: their shapes and numbers, and the notes about them.
 *
 * Does not own: which of the file's tensors is which of the network's (state_names.h), the format
 * (safetensors.h), a model's pairs (model.c). */
#ifndef EMB_MODEL_STATE_DICT_H
#define EMB_MODEL_STATE_DICT_H

#include "base/memory.h"
#include "codec/safetensors.h"
#include "model/state_names.h"
#include "net/net.h"

/* Checks that the file's tensors are the network's, which need not be planned yet, and finds their
 * names. */
emb_status emb__state_check(const emb__safetensors *file, const char *path, const emb_net *net,
                            emb__names *names);
/* Reads them into the network's weights. */
emb_status emb__state_load(const emb__safetensors *file, const char *path, const emb__names *names,
                           emb_net *net);
/* Adds a line on everything that a reader may not expect. */
void emb__state_notes(const emb__safetensors *file, const emb__names *names, const emb_net *net,
                      emb__text *notes);

/* Reads the tensor `name`, which must have the parameter's shape and be finite, into the
 * parameter's place in `params`. */
emb_status emb__state_tensor(const emb__safetensors *file, const char *path, const char *name,
                             const emb__param *param, float *params);

#endif
