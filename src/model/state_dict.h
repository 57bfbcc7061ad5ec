/* A network's tensors in a safetensors file: by PyTorch's state_dict names, and by those that the
 * same tensors have where a model was wrapped or shares its weights.
 *
 * Owns: which tensor of a file a network's is, and what is said of that. Does not own: the format
 * (safetensors.h), which pairs a model has (model.c). */
#ifndef EMB_MODEL_STATE_DICT_H
#define EMB_MODEL_STATE_DICT_H

#include "base/memory.h"
#include "codec/safetensors.h"
#include "net/net.h"

/* How the file's names differ from the network's. Zeroed: not at all. */
typedef struct emb__names {
    const char *prefix; /* what begins all of the file's names, as in "module."; the file's */
    size_t length;      /* of it */
    size_t part;        /* bytes of the network's names that the file's lack: its only part's */
} emb__names;

/* Whether the file's tensors are those of a network, which need not be planned yet, and by which
 * names. */
emb_status emb__state_check(const emb__safetensors *file, const char *path, const emb_net *net,
                            emb__names *names);
/* Reads them into the network's weights. */
emb_status emb__state_load(const emb__safetensors *file, const char *path, const emb__names *names,
                           emb_net *net);
/* Adds lines on what of it is not plain. */
void emb__state_notes(const emb__safetensors *file, const emb__names *names, const emb_net *net,
                      emb__text *notes);

/* Reads the tensor `name`, which must have the parameter's shape and be finite, to the parameter's
 * place in `params`. */
emb_status emb__state_tensor(const emb__safetensors *file, const char *path, const char *name,
                             const emb__param *param, float *params);

#endif
