/* Centres among codes: each code belongs to the nearest one, each is the mean of its codes. */
#ifndef EMB_STUDY_CENTRES_H
#define EMB_STUDY_CENTRES_H

#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "base/status.h"

/* The codes, what is found, and how long is searched. */
typedef struct emb__centres {
    const float *codes; /* [count][length] */
    size_t count, length, centres;
    int rounds, threads;
    float *where;      /* [centres][length] */
    uint32_t *cluster; /* [count]: the nearest centre */
    float *distances;  /* [count]: the squared distance to it */
} emb__centres;

/* where = codes drawn as k-means++ does (Arthur and Vassilvitskii, 2007): each by the square of its
 * distance to those before it. Writes distances. EMB_ERR_CANCELLED is possible, here and below. */
emb_status emb__centres_draw(emb__centres *c, emb__random *random);
/* where = codes at even distances. */
void emb__centres_spread(emb__centres *c);
/* Lloyd's rounds from `where`, until nothing changes or `rounds` are over: fills everything else. A
 * centre without codes goes to the code that is farthest from its own. *inertia, unless NULL, = the
 * sum of the distances. */
emb_status emb__centres_settle(emb__centres *c, double *inertia);
/* cluster and distances alone, for `count` codes and given centres. */
emb_status emb__centres_assign(const emb__centres *c);

#endif
