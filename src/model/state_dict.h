/* A network's tensors in a safetensors file: by PyTorch's state_dict names, or by the names that
 * they have if the model was wrapped or shares weights.
 *
 * Owns: which of the file's tensors belongs to which of the network's, and the notes about that.
 * Does not own: the format (safetensors.h), a model's pairs (model.c). */
#ifndef EMB_MODEL_STATE_DICT_H
#define EMB_MODEL_STATE_DICT_H

#include "base/memory.h"
#include "codec/safetensors.h"
#include "net/net.h"

/* How the file's names differ from the network's. Zeroed, they are the same. */
typedef struct emb__names {
    const char *prefix; /* the beginning of all of the file's names, such as "module."; borrowed
                           from the file */
    size_t length;      /* of it */
    size_t part; /* length of the beginning that the file's names lack: the only part's name */
} emb__names;

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
