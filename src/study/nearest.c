/* The nearest of some codes to one. See nearest.h. */
#include "study/nearest.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/translate.h"
enum { LANES = EMB__CODE_LANES };

/* Squares of differences of such numbers, and sums of them, are far from float32's end. */
static const float largest = 1e15f;

void emb__codes_pack(const float *codes, size_t length, const uint32_t *ids, size_t count,
                     float *numbers, uint32_t *names) {
    for (size_t b = 0; b < emb__code_blocks(count); b++) {
        for (size_t lane = 0; lane < LANES; lane++) {
            const size_t at = b * LANES + lane;
            const bool is_one = at < count;
            const uint32_t id = !is_one ? UINT32_MAX : ids ? ids[at] : (uint32_t)at;
            names[at] = id;
            for (size_t i = 0; i < length; i++) {
                numbers[(b * length + i) * LANES + lane] = is_one ? codes[id * length + i] : 0;
            }
        }
    }
}

/* Four lanes, in the compilers' own vector type. */
typedef float four __attribute__((vector_size(16)));

static void measure(const float *numbers, size_t length, const float *query,
                    float distances[LANES]) {
    enum { FOURS = LANES / 4 };
    four sum[FOURS] = {{0}};
    for (size_t i = 0; i < length; i++) {
        const four from = {query[i], query[i], query[i], query[i]};
        four to[FOURS];
        memcpy(to, numbers + i * LANES, sizeof to);
        for (size_t f = 0; f < FOURS; f++) {
            const four d = from - to[f];
            sum[f] += d * d;
        }
    }
    memcpy(distances, sum, sizeof sum);
}

static bool is_nearer(float distance, uint32_t name, float than, uint32_t other) {
    return distance < than || (!(than < distance) && name < other);
}

static void insert(emb__nearest *nearest, float distance, uint32_t name) {
    size_t at = nearest->held < nearest->most ? nearest->held : nearest->most - 1;
    if (at < nearest->held &&
        !is_nearer(distance, name, nearest->distances[at], nearest->names[at]))
        return;
    for (; at > 0 && is_nearer(distance, name, nearest->distances[at - 1], nearest->names[at - 1]);
         at--) {
        nearest->distances[at] = nearest->distances[at - 1];
        nearest->names[at] = nearest->names[at - 1];
    }
    nearest->distances[at] = distance;
    nearest->names[at] = name;
    if (nearest->held < nearest->most) nearest->held++;
}

void emb__nearest_scan(emb__nearest *nearest, const float *numbers, const uint32_t *names,
                       size_t blocks, size_t length, const float *query) {
    float distances[LANES];
    for (size_t b = 0; b < blocks; b++, names += LANES, numbers += length * LANES) {
        measure(numbers, length, query, distances);
        const float last =
            nearest->held < nearest->most ? INFINITY : nearest->distances[nearest->most - 1];
        int any = 0;
        for (size_t lane = 0; lane < LANES; lane++) any |= distances[lane] <= last;
        for (size_t lane = 0; any && lane < LANES; lane++) {
            if (names[lane] != UINT32_MAX) insert(nearest, distances[lane], names[lane]);
        }
    }
}

emb_status emb__codes_check(bool queries, const float *codes, size_t count, int length) {
    if (length < 1) {
        return emb__fail(EMB_ERR_ARGUMENT, "codes of %d numbers; expected at least 1", length);
    }
    if (count >= UINT32_MAX) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         queries ? E_("%zu query codes; expected fewer than %lu")
                                 : E_("%zu given codes; expected fewer than %lu"),
                         count, (unsigned long)UINT32_MAX);
    }
    for (size_t i = 0; i < count * (size_t)length; i++) {
        if (fabsf(codes[i]) <= largest) continue;
        return emb__fail(EMB_ERR_ARGUMENT,
                         queries
                             ? E_("query code %zu: number %zu is %g; expected at most %g in size")
                             : E_("given code %zu: number %zu is %g; expected at most %g in size"),
                         i / (size_t)length, i % (size_t)length, (double)codes[i], (double)largest);
    }
    return EMB_OK;
}
