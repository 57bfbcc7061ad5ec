/* Making a spec fit its input layer by layer: what layers take from what they are given, and a
 * decoder's sizes from its encoder's. */
#ifndef EMB_NET_MIRROR_H
#define EMB_NET_MIRROR_H

#include "net/attempt.h"

/* Changes arguments of the spec until it fits; false if none are found that help. */
bool emb__mirror(emb__spec *spec);

#endif
