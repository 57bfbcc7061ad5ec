/* Which pixels of a grey picture are ink: those on one side of a threshold that goes through the
 * middles of its sharp edges, and from one edge to the next. */
#ifndef EMB_CODEC_INK_EDGES_H
#define EMB_CODEC_INK_EDGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

/* Of a grey picture [height][width], all of them the caller's to free. */
typedef struct emb__edges {
    int height, width;
    uint8_t *smooth;  /* the picture, with less noise */
    uint8_t *step;    /* the difference of the lightest and the darkest pixel around */
    uint8_t *between; /* the threshold */
    int noise, peak;  /* the middle one of all steps; the largest, but for a few */
    int sharp;        /* a step from here on is an edge */
} emb__edges;

/* EMB_ERR_MEMORY; what is in it is to be freed in any case. */
emb_status emb__edges_find(const uint8_t *grey, int height, int width, emb__edges *edges);
void emb__edges_free(emb__edges *edges);

/* Whether any step stands out from noise. */
bool emb__edges_any(const emb__edges *edges);

#endif
