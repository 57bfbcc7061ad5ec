/* One image alone: the same numbers as in a block, without the work for fifteen others.
 *
 * The vectors are channels instead of images; the weights are packed for that once, and again only
 * after they have changed. */
#ifndef EMB_CPU_ONE_IMAGE_H
#define EMB_CPU_ONE_IMAGE_H

#include "net/net.h"

/* Up to so many small images are run one by one: a block of 16 takes about as long as these. */
enum { EMB__SINGLE_MOST = 8 };

/* Whether to pack the weights for one image alone, which takes as much memory as the weights do:
 * not for the first image after a training step, such as the one that a training shows at an
 * epoch's end. */
bool emb__single_pays(emb_net *net);

/* out = layers [from, to) of in, both in C order, for one image; of the network as inference runs
 * it (inference.h), so that no layer that was folded may be cut from the one before it. */
emb_status emb__single_run(emb_net *net, int from, int to, const float *in, int label, float *out);

#endif
