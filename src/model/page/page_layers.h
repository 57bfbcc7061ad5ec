/* A network as a page runs it: its layers as JSON, and their numbers in one array. web/local/net/
 * has the other side.
 *
 * It is the network as this library runs it, layer by layer and with BatchNorm folded, and not the
 * stages of exported C: those round differently, and a page makes the same bits.
 *
 * Owns: what of a layer a page needs to know. */
#ifndef EMB_MODEL_PAGE_LAYERS_H
#define EMB_MODEL_PAGE_LAYERS_H

#include "base/memory.h"
#include "net/net.h"

/* A plan while it is written. */
typedef struct emb__page_plan {
    const emb_net *net; /* folded */
    emb__text json;
    emb__text numbers; /* float32 */
} emb__page_plan;

/* The JSON of layer i behind its "in", as `,"op":"gather",...`; false if its kind has no row. */
bool emb__page_layer(emb__page_plan *plan, int i);

#endif
