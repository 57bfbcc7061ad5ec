/* From a spec's modules to layers that read one another, and their places in a workspace.
 *
 * Owns: the order in which layers run, which layer reads which, where each one's activations
 * lie. Does not own: where gradients lie (graph_gradients.h), what a layer is (layer.h), how it is
 * run (device/). */
#ifndef EMB_NET_GRAPH_H
#define EMB_NET_GRAPH_H

#include "net/net.h"

/* Fills net->layers from net->spec and net->input: kinds, inputs, shapes, tensors, places. The
 * error text names file, line and layer. */
emb_status emb__graph_build(emb_net *net);

/* Once all layers are planned: which of them leave their work to the next in a training step. */
emb_status emb__graph_plan_enlarged(emb_net *net);

/* Through layers that do nothing: the layer that made the numbers which layer i gives, or -1. */
int emb__graph_maker(const emb_net *net, int i);

/* Puts "FILE:LINE: encoder.7 Linear " before the error text. */
emb_status emb__graph_fail(const emb_net *net, const emb__layer *layer);

#endif
