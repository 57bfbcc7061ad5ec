/* A code's length that changes nothing. */
#ifndef EMB_NET_NOTATION_LATENT_H
#define EMB_NET_NOTATION_LATENT_H

#include "net/notation/notation_args.h"

/* Fails because `latent` of `line` is set (or is to be `wanted`, if that is not 0), but nothing
 * uses it; says in which two places it belongs, where these can be seen. `is_set`: there is such a
 * line. */
emb_status emb__latent_unused(const emb__parser *p, int line, bool is_set, int wanted);

/* The layer of a part, the first or the last, that says how many numbers it takes or makes; the
 * layer's value of it in *size. NULL if there is none. */
const emb__layer_spec *emb__latent_end(const emb__spec *spec, int part, bool last, int *size);

#endif
