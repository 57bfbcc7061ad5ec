/* See spec.h. */
#include "net/spec.h"

#include <string.h>

#include "base/memory.h"

void emb__spec_clear(emb__spec *spec) {
    emb__free(spec->layers);
    memset(spec, 0, sizeof *spec);
}

emb_status emb__spec_copy(const emb__spec *spec, emb__spec *copy) {
    const size_t count = (size_t)spec->layer_count + (size_t)spec->unused_count;
    *copy = *spec;
    copy->layers = emb__calloc(count, sizeof *copy->layers);
    if (!copy->layers) return EMB_ERR_MEMORY;
    memcpy(copy->layers, spec->layers, count * sizeof *copy->layers);
    return EMB_OK;
}

bool emb__arg_same(const emb__arg *a, const emb__arg *b) {
    const int n = a->n < 0 ? 0 : a->n;
    return a->n == b->n && memcmp(a->v, b->v, (size_t)n * sizeof *a->v) == 0 &&
           !(a->real < b->real) && !(a->real > b->real) && !(a->second < b->second) &&
           !(a->second > b->second) && a->is_none == b->is_none && a->is_latent == b->is_latent &&
           a->is_same == b->is_same;
}
