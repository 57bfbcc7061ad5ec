/* The names of a checkpoint's tensors and of its version in the file.
 *
 * Owns: these names, by which a reader of models knows which tensors are not the network's. */
#ifndef EMB_MODEL_CHECKPOINT_NAMES_H
#define EMB_MODEL_CHECKPOINT_NAMES_H

#include <stdbool.h>

/* The pair that a checkpoint has, and no other file: its format's version. */
#define EMB__CHECKPOINT_KEY "embudo.checkpoint"
/* The prefix of the network's tensors' names for the weights of the last epoch's end; an
 * optimiser's row has the prefixes of its arrays (train/optimisers/). */
#define EMB__CHECKPOINT_KEPT "kept."
/* The same for the weights that are trained, if the network's are their averages. */
#define EMB__CHECKPOINT_TRAINED "trained."

/* Whether a tensor of that name belongs to a checkpoint, besides the network's own. */
bool emb__checkpoint_tensor(const char *name);

#endif
