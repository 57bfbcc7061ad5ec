/* One image alone: the same numbers as in a block, without fifteen others' work.
 *
 * The vectors are channels instead of images, and the weights are packed for that once for as long
 * as they stay the same. */
#ifndef EMB_CPU_ONE_IMAGE_H
#define EMB_CPU_ONE_IMAGE_H

#include "net/net.h"

/* Fewer small images than this go through one by one: a block of 16 takes as long as about so many.
 */
enum { EMB__SINGLE_MOST = 8 };

/* Whether one image alone is worth packing the weights for, which takes as much memory as they do:
 * not the first after a training step, such as the one that a training shows at an epoch's end. */
bool emb__single_pays(emb_net *net);

/* out = layers [from, to) of in, both in C order, for one image. */
emb_status emb__single_run(emb_net *net, int from, int to, const float *in, float *out);

#endif
