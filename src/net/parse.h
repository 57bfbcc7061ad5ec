/* A notation's network, and what is said of one that does not fit. */
#ifndef EMB_NET_PARSE_H
#define EMB_NET_PARSE_H

#include "net/net.h"

/* The net of a notation, text[length]; `name` stands for it in error texts. NULL on failure; of a
 * decoder that misses the input's size the text says what would fit. */
emb_net *emb__net_parse(const char *text, size_t length, const char *name,
                        const emb_net_options *options);

#endif
