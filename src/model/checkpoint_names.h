/* How a checkpoint's tensors and its version are called in the file.
 *
 * Owns: these names, by which a reader of models knows what is no tensor of the network's. */
#ifndef EMB_MODEL_CHECKPOINT_NAMES_H
#define EMB_MODEL_CHECKPOINT_NAMES_H

#include <stdbool.h>

/* The pair that a checkpoint has, and no other file: its format's version. */
#define EMB__CHECKPOINT_KEY "embudo.checkpoint"
/* What is put before the names of the network's tensors for the weights of the last epoch's end; an
 * optimiser's row says it for its own (train/optimisers/). */
#define EMB__CHECKPOINT_KEPT "kept."

/* Whether a tensor of that name belongs to a checkpoint, beside the network's own. */
bool emb__checkpoint_tensor(const char *name);

#endif
