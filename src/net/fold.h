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

/* Whether any layer may be folded. */
bool emb__fold_any(const emb_net *net);

/* Folds what can be folded. A folded layer stays in its place as an Identity. If `replace`, what
 * cannot be folded becomes a Conv2d(C, C, 1, groups=C), on CxLx1 if there are no rows; such a
 * network can be looked at, but not run. */
emb_status emb__fold(const emb_net *net, bool replace, emb__folded *folded);
void emb__fold_clear(emb__folded *folded);

/* The most bytes that it takes, without `replace`. */
size_t emb__fold_size(const emb_net *net);

#endif
