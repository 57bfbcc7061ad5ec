/* The network as inference runs it: with BatchNorm folded into the weights before it (net/fold.h),
 * made once and again whenever the weights have changed. */
#ifndef EMB_CPU_INFERENCE_H
#define EMB_CPU_INFERENCE_H

#include "device/cpu/workspace.h"

/* Whether layers [from, to) run alike in the folded network and in the net itself. */
bool emb__net_is_whole(const emb_net *net, int from, int to);

/* *view = the network for running layers [from, to): the folded one if these are whole parts, or
 * the net itself. It runs in the net's own workspaces, and is valid until the weights change. */
emb_status emb__net_inference(emb_net *net, int from, int to, emb_net **view);

#endif
