/* What would let an image through a network that it does not fit: other inputs, other arguments.
 *
 * Owns: which changes are tried, and in which order. Everything that is found has been tried.
 * Changes neither kernels nor strides, which say what a network does; only what says sizes. */
#ifndef EMB_NET_REMEDY_H
#define EMB_NET_REMEDY_H

#include "net/attempt.h"

enum { EMB__REMEDIES = 6 };

/* A spec that fits, and how it differs from the one that does not. */
typedef struct emb__remedy {
    emb__spec spec;
    bool is_input; /* by its input alone */
} emb__remedy;

/* Fills found[], which is to be cleared by emb__spec_clear, and returns how many there are: changes
 * of layers first, then inputs, the nearest first. `written` is the input in the network's text,
 * which may be another one than the spec's. */
int emb__remedies_find(const emb__spec *spec, const emb__shape *written,
                       emb__remedy found[EMB__REMEDIES]);

#endif
