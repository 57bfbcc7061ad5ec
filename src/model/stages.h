/* A network's layers as the steps of a small program.
 *
 * A stage is a layer with weights, or one that joins branches, or none, and the activation after it
 * if nobody else reads what is before that. Layers that compute nothing (Flatten, Unflatten,
 * Identity) only change how a tensor between two stages is seen.
 * Stages are exported as C (model/c/c_source.h) and quantised (quantise.h). */
#ifndef EMB_MODEL_STAGES_H
#define EMB_MODEL_STAGES_H

#include "model/stage_ops.h"

/* The purpose of stages. */
typedef enum emb__stage_use { EMB__STAGES_FOR_C, EMB__STAGES_FOR_INT8 } emb__stage_use;

/* Makes stages of the net's layers [from, to). A layer without a bridge to this use is refused by
 * its name. On failure *stages is zeroed. */
emb_status emb__stages_new(const emb_net *net, int from, int to, emb__stage_use use,
                           emb__stages *stages);
void emb__stages_clear(emb__stages *stages);

#endif
