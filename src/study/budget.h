/* How many images a checkup looks at: decided by counts of operations, never by a clock, so that
 * every machine finds the same. */
#ifndef EMB_STUDY_BUDGET_H
#define EMB_STUDY_BUDGET_H

#include "net/net.h"

/* The number of images that go through the network with `all` operations, about: at most `most`,
 * and at least 16 of them. */
size_t emb__affordable(const emb_net *net, double all, size_t most);

#endif
