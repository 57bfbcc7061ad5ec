/* Which of a safetensors file's tensors belongs to which of a network's: by PyTorch's state_dict
 * names, or by those that they have if the model was wrapped, compiled or a part of another.
 *
 * Owns: comparing names. Does not own: shapes and numbers (state_dict.h), the format
 * (safetensors.h). */
#ifndef EMB_MODEL_STATE_NAMES_H
#define EMB_MODEL_STATE_NAMES_H

#include "base/memory.h"
#include "codec/safetensors.h"
#include "net/net.h"

enum { EMB__PREFIX_ROOM = 160 };

/* How the file's names differ from the network's. Zeroed, they are the same. */
typedef struct emb__names {
    char prefix[EMB__PREFIX_ROOM]; /* the beginning of the network's names in the file: "model." */
    size_t length;                 /* of it */
    size_t part;  /* length of the beginning that the file's names lack: the only part's name */
    bool wrapped; /* before any component there may be "module." or "_orig_mod.", which
                     DataParallel and torch.compile add */
} emb__names;

/* Finds how the file's names differ: the way that finds all of the network's, or else some. */
void emb__names_choose(const emb__safetensors *file, const emb_net *net, emb__names *names);

/* The file's tensor for the network's name, or NULL. Tensors that share their numbers are kept
 * once: safetensors' save_model writes pairs of the removed name and the kept name into the
 * metadata. *kept, unless that is NULL, is the kept name, or NULL. */
const emb__stored *emb__names_find(const emb__safetensors *file, const emb__names *names,
                                   const char *name, const char **kept);
/* The network's name as the file should have it. */
void emb__names_full(const emb__names *names, const char *name, emb__text *full);

/* Whether the file's tensor of that name is one of the network's. */
bool emb__names_of_net(const emb__safetensors *file, const emb__names *names, const emb_net *net,
                       const char *name);

/* Whether a tensor only counts something for PyTorch, such as AveragedModel's n_averaged: it may be
 * left out. */
bool emb__names_counts(const emb__stored *tensor);

#endif
