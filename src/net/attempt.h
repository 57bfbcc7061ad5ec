/* Trying whether a spec fits: how far an image comes. */
#ifndef EMB_NET_ATTEMPT_H
#define EMB_NET_ATTEMPT_H

#include "net/net.h"

/* A spec's shapes, as far as they fit. Of `net` only layers [0, layer_count) are there. */
typedef struct emb__try {
    emb_net *net; /* NULL: no memory */
    bool through; /* all fits */
    int module;   /* else the module of the spec whose layer does not; -1: all layers fit, and what
                     the network gives does not */
    emb__shape got; /* what that layer was given; of -1 what the last layer gives */
} emb__try;

/* Tries a copy of the spec; to be ended with emb__try_end. */
emb__try emb__try_spec(const emb__spec *spec);
void emb__try_end(emb__try *t);

/* The last module within this one; itself if it is a layer. */
int emb__module_last(const emb__spec *spec, int module);

#endif
