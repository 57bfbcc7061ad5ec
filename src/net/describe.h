/* The texts and pairs that emb_net_layer and its relatives lend. */
#ifndef EMB_NET_DESCRIBE_H
#define EMB_NET_DESCRIBE_H

#include "net/net.h"

/* Prints the notation and each layer once, for emb_net_notation and emb_net_layer to lend. */
emb_status emb__net_describe(emb_net *net);

/* Sets what emb_net_notes lends; takes over the text, which may be NULL. */
void emb__net_set_notes(emb_net *net, char *notes);
/* Adds a pair that emb_net_metadata finds, or changes its value. */
emb_status emb__net_set_metadata(emb_net *net, const char *key, const char *value);

#endif
