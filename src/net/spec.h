/* A network as it was written: parts, layers, arguments; no shapes, no memory for numbers.
 *
 * The notation's parser fills an emb__spec, its printer reads one, and emb__net_shape (net.h)
 * compiles one. The table of layers, which the parser and the printer use, is in layer.h. */
#ifndef EMB_NET_SPEC_H
#define EMB_NET_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

enum {
    EMB__MAX_ARGS = 9,              /* arguments of one layer (ConvTranspose2d has nine) */
    EMB__MAX_DIMS = EMB_LAYER_RANK, /* dimensions of one image or code, between any two layers */
    EMB__MAX_PARTS = 4,             /* encoder, decoder, ... */
    EMB__MAX_LAYERS = 1024,         /* of a network, all parts together */
    EMB__MAX_SIZE = EMB_MAX_SIZE, /* a channel count, a side, a feature count, a kernel, a stride */
    EMB__MAX_ELEMENTS = EMB_MAX_ELEMENTS, /* numbers of one image at any layer */
    EMB__MAX_DEPTH = 24,                  /* containers in one another, a part included: two for
                                             each level of a U-Net */
    EMB__PATH_SIZE = 224,                 /* of a layer's path in its part, with its NUL: a number
                                             of four digits, then 23 times ".shortcut" */
    EMB__NAME_SIZE = 32                   /* a part's name with its NUL */
};

/* One argument's value. An int has n = 1; a pair n = 2 (PyTorch's `3` for `(3, 3)` is stored as
 * two); a shape n = 1..EMB__MAX_DIMS; a bool n = 1, 0 or 1; a word n = 1, its place among the
 * kind's words; a real number n = 0. */
typedef struct emb__arg {
    int n;
    int v[EMB__MAX_DIMS];
    double real;    /* of a real number, never NaN; 0 for every other type */
    double second;  /* the second of a pair of real numbers */
    bool is_none;   /* None; nothing else then has a meaning */
    bool is_latent; /* written as the name `latent` alone, and printed like that */
    bool is_same; /* padding='same': v is the padding before; if the whole is odd, there is one more
                     after */
} emb__arg;

typedef struct emb__layer_kind emb__layer_kind;

/* A layer, or a container such as Residual, after which the layers in it follow. */
typedef struct emb__layer_spec {
    const emb__layer_kind *kind;
    emb__arg args[EMB__MAX_ARGS]; /* in the kind's order; defaults are filled in */
    int part;                     /* index into emb__spec.parts */
    int index;                    /* within the part, of itself or of what it is in: the 7 of
                                     encoder.7 and of encoder.7.body.0 */
    int depth;                    /* of containers that it is in; 0: of a part's own */
    char path[EMB__PATH_SIZE];    /* within the part: "7", "7.body.0" */
    int line;                     /* of the notation, from 1; 0 if there is none */
    char name[EMB__PATH_SIZE];    /* its tensors' in the state dict, "conv1" of conv1.weight; empty:
                                     the part and the path. Two layers of one name have one set of
                                     weights. Behind a space there may be further names, which
                                     the same tensors have, too */
    int turn; /* the order in which the weights are drawn; all 0: that of the layers */
} emb__layer_spec;

typedef struct emb__spec {
    char name[256];  /* for error texts: the file or the built-in network */
    bool has_latent; /* the notation sets `latent` */
    int latent;
    int input_rank, input[EMB__MAX_DIMS]; /* 3: channels, height, width; 1: features */
    int input_line;
    int part_count;
    char parts[EMB__MAX_PARTS][EMB__NAME_SIZE];
    int layer_count, unused_count;
    emb__layer_spec *layers; /* emb__alloc'ed; all parts', in the order they are written; then those
                                that are not run, and are kept for their tensors */
} emb__spec;

/* Whether two values of one argument are the same. */
bool emb__arg_same(const emb__arg *a, const emb__arg *b);

/* *copy has the same layers, in memory of its own. */
emb_status emb__spec_copy(const emb__spec *spec, emb__spec *copy);

/* Frees the layers and clears the spec; a zeroed spec is accepted. */
void emb__spec_clear(emb__spec *spec);

#endif
