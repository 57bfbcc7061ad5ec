/* Layers whose pixels are made of neighbouring ones, from PyTorch's definition and in double
 * precision: rows of the table in definitions.c. */
#ifndef EMB_TESTS_PIXEL_DEFINITIONS_H
#define EMB_TESTS_PIXEL_DEFINITIONS_H

#include <assert.h>
#include <string.h>

#include "net/net.h"

/* Number i of an argument of the layer, by PyTorch's name. */
static inline int arg(const emb__layer *layer, const char *name, int i) {
    const emb__arg_kind *kinds = layer->kind->args;
    int at = 0;
    while (kinds[at].name && strcmp(kinds[at].name, name) != 0) at++;
    assert(kinds[at].name);
    return layer->spec->args[at].v[i];
}

/* y = layer(x) for one image. */
typedef void model(const emb__layer *layer, const double *params, const double *x, double *y);
model model_max, model_average, model_upsample, model_pad, model_shuffle;

#endif
