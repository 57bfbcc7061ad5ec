/* The notation's parser, and a layer's arguments. Only notation.c uses it. */
#ifndef EMB_NET_NOTATION_ARGS_H
#define EMB_NET_NOTATION_ARGS_H

#include "net/layer.h"
#include "net/notation/notation_scan.h"

typedef struct emb__parser {
    emb__scan scan;
    emb__spec *spec;
    int layer_capacity;
    emb_net_options overrides;
    emb__token name, before,
        closing; /* the last layer's: its name, its ')' and what is before that */
} emb__parser;

/* Reads "...)" after "Conv2d(" into a layer that has its kind, part, index and line. */
emb_status emb__parse_arguments(emb__parser *p, emb__layer_spec *layer);

#endif
