/* Behind emb_net_layer and its kin. */
#ifndef EMB_FORMATS_DESCRIBE_H
#define EMB_FORMATS_DESCRIBE_H

#include "engine/net.h"

/* Prints each layer once, for emb_net_layer to lend. */
emb_status emb__net_describe(emb_net *net);

#endif
