/* Codes of a network with a codebook, as whole numbers: which entry stands at each place. */
#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "base/status.h"
#include "net/net.h"

int emb_net_entries(const emb_net *net) { return emb__net_entries(net); }

int emb_net_places(const emb_net *net) {
    if (emb__net_entries(net) == 0) return 0;
    const emb__layer *layer = &net->layers[net->bottleneck];
    return (int)(emb__shape_count(&layer->out) / (size_t)layer->out.d[0]);
}

static emb_status needs_codebook(const emb_net *net) {
    if (emb__net_entries(net) > 0) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT,
                     "%s has no VectorQuantizer, and so its codes have no indices", net->spec.name);
}

/* The codebook, [entries][dim]. */
static const float *entries_of(const emb_net *net, size_t *dim) {
    const emb__param *param = &net->layers[net->bottleneck].params[0];
    *dim = (size_t)param->d[1];
    return net->params + param->at;
}

/* The first of the nearest entries. x: the first of `dim` numbers, which lie so far apart. */
static uint32_t nearest(const float *entries, size_t count, size_t dim, const float *x,
                        size_t apart) {
    double least = INFINITY;
    uint32_t found = 0;
    for (size_t k = 0; k < count; k++) {
        double sum = 0;
        for (size_t d = 0; d < dim; d++) {
            const double away = (double)x[d * apart] - (double)entries[k * dim + d];
            sum += away * away;
        }
        if (sum < least) found = (uint32_t)k;
        if (sum < least) least = sum;
    }
    return found;
}

emb_status emb_net_to_indices(const emb_net *net, const float *codes, size_t n, uint32_t *indices) {
    EMB__ENTER;
    emb_status status = needs_codebook(net);
    if (status != EMB_OK) return status;
    size_t dim;
    const float *entries = entries_of(net, &dim);
    const size_t count = (size_t)emb_net_entries(net), places = (size_t)emb_net_places(net);
    for (size_t i = 0; i < n; i++) {
        for (size_t p = 0; p < places; p++) {
            indices[i * places + p] =
                nearest(entries, count, dim, codes + i * places * dim + p, places);
        }
    }
    return EMB_OK;
}

emb_status emb_net_from_indices(const emb_net *net, const uint32_t *indices, size_t n,
                                float *codes) {
    EMB__ENTER;
    emb_status status = needs_codebook(net);
    if (status != EMB_OK) return status;
    size_t dim;
    const float *entries = entries_of(net, &dim);
    const size_t count = (size_t)emb_net_entries(net), places = (size_t)emb_net_places(net);
    for (size_t i = 0; i < n * places; i++) {
        if (indices[i] < count) continue;
        return emb__fail(EMB_ERR_ARGUMENT,
                         "index %zu of code %zu is %u; the entries of %s's codebook are 0 to %zu",
                         i % places, i / places, indices[i], net->spec.name, count - 1);
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t p = 0; p < places; p++) {
            const float *entry = entries + (size_t)indices[i * places + p] * dim;
            for (size_t d = 0; d < dim; d++) codes[(i * dim + d) * places + p] = entry[d];
        }
    }
    return EMB_OK;
}
