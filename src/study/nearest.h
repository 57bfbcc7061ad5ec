/* The nearest of some codes to one, by looking at all of them.
 *
 * Codes lie in blocks of 16, so that 16 distances are computed at once. A distance is the sum of
 * (a - b)^2 in float32, number after number, without fused operations: the same everywhere. Of two
 * codes as near, the one with the lower number comes first, in whatever order they are met. */
#ifndef EMB_STUDY_NEAREST_H
#define EMB_STUDY_NEAREST_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { EMB__CODE_LANES = 16 };

/* Blocks that hold so many codes. */
static inline size_t emb__code_blocks(size_t count) {
    return (count + EMB__CODE_LANES - 1) / EMB__CODE_LANES;
}

/* numbers[blocks][length][16] and names[blocks][16] = codes[ids[i]][length] and ids[i] for i <
 * count (ids NULL: 0, 1, ...). Places past the last code get the name UINT32_MAX. */
void emb__codes_pack(const float *codes, size_t length, const uint32_t *ids, size_t count,
                     float *numbers, uint32_t *names);

/* What a search has found so far, nearest first. */
typedef struct emb__nearest {
    size_t most, held;
    float *distances; /* [most], squared */
    uint32_t *names;  /* [most] */
} emb__nearest;

/* Looks at the codes of `blocks` blocks. */
void emb__nearest_scan(emb__nearest *nearest, const float *numbers, const uint32_t *names,
                       size_t blocks, size_t length, const float *query);

/* Codes with a number that is infinite, NaN, or so large that its square may be, are refused:
 * EMB_ERR_ARGUMENT. `what` is for the message. */
emb_status emb__codes_check(bool queries, const float *codes, size_t count, int length);

#endif
