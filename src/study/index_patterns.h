/* New codes of a network with a codebook, in the manner of known ones: place by place, each index
 * is that of one of the known codes that are alike around it (after Efros and Leung, 1999). */
#ifndef EMB_STUDY_INDEX_PATTERNS_H
#define EMB_STUDY_INDEX_PATTERNS_H

#include "device/draws.h"
#include "net/net.h"

typedef struct emb__index_patterns {
    size_t count, places, width; /* of the known codes; places of a row */
    uint32_t *indices;           /* [count][places] */
    size_t dim;                  /* numbers of an entry */
    float *entries;              /* the codebook, [...][dim] */
} emb__index_patterns;

/* Of codes[count][L]. */
emb_status emb__index_patterns_make(emb__index_patterns *p, const emb_net *net, const float *codes,
                                    size_t count);
void emb__index_patterns_clear(emb__index_patterns *p);

/* code[L] = a new one, and indices[places] its entries. */
void emb__index_patterns_draw(const emb__index_patterns *p, emb__draws *draws, uint32_t *indices,
                              float *code);

#endif
