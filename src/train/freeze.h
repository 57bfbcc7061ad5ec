/* Layers whose weights a training leaves as they are.
 *
 * Owns: which layers are meant, and what the way back then needs. A net has frozen layers only
 * while a step runs. */
#ifndef EMB_TRAIN_FREEZE_H
#define EMB_TRAIN_FREEZE_H

#include "net/net.h"

typedef struct emb__frozen emb__frozen;

/* *frozen = what the text says of this net, NULL if it says nothing; see emb_train_options. */
emb_status emb__frozen_new(emb_net *net, const char *text, emb__frozen **frozen);
void emb__frozen_free(emb__frozen *frozen);

/* All functions below accept NULL. */

/* Freezes the layers, with the way back planned anew; a second call is the way back. */
void emb__frozen_exchange(emb__frozen *frozen, emb_net *net);

/* Weights are updated by whole vectors. Frozen numbers that may share one with trained numbers are
 * kept before a step, and put back, or set to 0, after it. */
void emb__frozen_keep(emb__frozen *frozen, const float *params);
void emb__frozen_put(const emb__frozen *frozen, float *params);
void emb__frozen_clear(const emb__frozen *frozen, float *numbers);

#endif
