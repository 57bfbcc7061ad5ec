/* A network for inference, in which what only scales and shifts channels (BatchNorm outside
 * training) is part of the weights of the layer before it.
 *
 * For a convolution, a transposed one or a Linear with the weights w and b, and the scale s and the
 * shift t of its output's channels:
 *   w' = w s,  b' = b s + t,  in double and rounded once.
 * It is done where the layer before has no other reader, both are in one part of the network, and
 * the kind says that rounding leaves the results within 1e-5 (emb__layer_kind.affine).
 *
 * Owns: the folded layers and weights. Does not own: the network, which must outlive them and must
 * not change. */
#ifndef EMB_NET_FOLD_H
#define EMB_NET_FOLD_H

#include "net/net.h"

typedef struct emb__folded {
    emb_net net; /* the network with other layers and params; never freed itself */
    int count;   /* layers that were folded or replaced; 0: there are none, and `net` is empty */
    emb__layer_spec *specs; /* of layers that were replaced */
} emb__folded;

/* What a folded network is for. All but the first can be looked at, but not run. */
typedef enum emb__fold_use {
    EMB__FOLD_TO_RUN,
    /* A Condition before a Linear is part of its bias, if rows have one label. A layer that gives
     * the first half of its input (emb__layer_kind.first_half) is an Identity, and the layer before
     * it gives that half alone; or it is a Linear or a Conv2d of zeros and ones. */
    EMB__FOLD_TO_WRITE,
    /* Moreover, what cannot be folded becomes a Conv2d(C, C, 1, groups=C), on CxLx1 if there are no
     * rows. */
    EMB__FOLD_TO_STAGES
} emb__fold_use;

/* Whether any layer may be folded for a network that runs. */
bool emb__fold_any(const emb_net *net);

/* Folds what can be folded. A folded layer stays in its place as an Identity. */
emb_status emb__fold(const emb_net *net, emb__fold_use use, emb__folded *folded);
void emb__fold_clear(emb__folded *folded);

/* The most bytes that it takes for one that runs. */
size_t emb__fold_size(const emb_net *net);

#endif
