/* See budget.h. */
#include "study/budget.h"

/* Operations for one image's way through the network: its multiply-adds, and about eight more for
 * each output. */
static double operations(const emb_net *net) {
    double all = 0;
    for (int i = 0; i < net->layer_count; i++) {
        all += (double)net->layers[i].multiply_adds +
               8 * (double)emb__shape_count(&net->layers[i].out);
    }
    return all;
}

size_t emb__affordable(const emb_net *net, double all, size_t most) {
    enum { LEAST = 16 };
    const size_t least = most < LEAST ? most : LEAST;
    const double count = all / operations(net);
    if (count >= (double)most) return most;
    return count > (double)least ? (size_t)count : least;
}
