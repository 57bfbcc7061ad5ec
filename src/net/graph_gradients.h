/* The buffers of the way back: which of them holds the gradient by each layer's output.
 *
 * Owns: when a buffer is free again, where gradients of several readers are added, what lasts while
 * the whole batch is waited for. Does not own: the layers' order (graph.h). */
#ifndef EMB_NET_GRAPH_GRADIENTS_H
#define EMB_NET_GRAPH_GRADIENTS_H

#include "net/net.h"

/* Once the layers are planned, and whenever others of them are frozen: where their gradients lie.
 */
emb_status emb__graph_plan_gradients(emb_net *net);

#endif
