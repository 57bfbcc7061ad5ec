/* Behind emb_net_layer and its kin. */
#ifndef EMB_NET_DESCRIBE_H
#define EMB_NET_DESCRIBE_H

#include "net/net.h"

/* Prints each layer once, for emb_net_layer to lend. */
emb_status emb__net_describe(emb_net *net);

#endif
