/* See index_patterns.h. */
#include "study/index_patterns.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

/* Known codes that must agree with what is around a place; if fewer do, less is asked for. */
enum { ENOUGH = 8 };

emb_status emb__index_patterns_make(emb__index_patterns *p, const emb_net *net, const float *codes,
                                    size_t count) {
    const emb__shape *shape = &net->layers[net->bottleneck].out;
    *p = (emb__index_patterns){.count = count,
                               .places = (size_t)emb_net_places(net),
                               .width = shape->rank == 3 ? (size_t)shape->d[2] : 1};
    const emb__param *entries = &net->layers[net->bottleneck].params[0];
    p->dim = (size_t)entries->d[1];
    p->indices = emb__calloc(count * p->places, sizeof *p->indices);
    p->entries = emb__calloc(entries->count, sizeof *p->entries);
    if (!p->indices || !p->entries) return EMB_ERR_MEMORY;
    memcpy(p->entries, net->params + entries->at, entries->count * sizeof *p->entries);
    return emb_net_to_indices(net, codes, count, p->indices);
}

void emb__index_patterns_clear(emb__index_patterns *p) {
    emb__free(p->indices);
    emb__free(p->entries);
}

/* What is looked at around a place, in the order of its weight: to the left, above, then above at
 * both sides. */
enum { AROUND = 4 };

/* The places around `place` that are drawn before it; returns how many. */
static int around(const emb__index_patterns *p, size_t place, size_t found[AROUND]) {
    const size_t column = place % p->width;
    const bool above = place >= p->width;
    int count = 0;
    if (column > 0) found[count++] = place - 1;
    if (above) found[count++] = place - p->width;
    if (above && column + 1 < p->width) found[count++] = place - p->width + 1;
    if (above && column > 0) found[count++] = place - p->width - 1;
    return count;
}

static bool agrees(const uint32_t *known, const uint32_t *indices, const size_t *places,
                   int count) {
    for (int i = 0; i < count; i++) {
        if (known[places[i]] != indices[places[i]]) return false;
    }
    return true;
}

/* How many known codes agree, and the index that number `wanted` of them has at the place. */
static size_t count_alike(const emb__index_patterns *p, const uint32_t *indices, size_t place,
                          const size_t *places, int count, size_t wanted, uint32_t *index) {
    size_t alike = 0;
    for (size_t k = 0; k < p->count; k++) {
        const uint32_t *known = p->indices + k * p->places;
        if (!agrees(known, indices, places, count)) continue;
        if (alike++ == wanted) *index = known[place];
    }
    return alike;
}

void emb__index_patterns_draw(const emb__index_patterns *p, emb__draws *draws, uint32_t *indices,
                              float *code) {
    for (size_t place = 0; place < p->places; place++) {
        size_t places[AROUND], alike;
        int count = around(p, place, places);
        uint32_t index = 0;
        /* Without anything around it, all agree. */
        while ((alike = count_alike(p, indices, place, places, count, SIZE_MAX, &index)) < ENOUGH &&
               count > 0) {
            count--;
        }
        const size_t wanted = (size_t)(emb__draws_unit(draws) * (double)alike);
        count_alike(p, indices, place, places, count, wanted, &index);
        indices[place] = index;
        for (size_t d = 0; d < p->dim; d++) {
            code[d * p->places + place] = p->entries[index * p->dim + d];
        }
    }
}
