/* Gradients of biases. */
#include "kernels/chains.h"
#include "kernels/isa.h"

EMB_DECLARE_KERNELS(EMB_NAME)

enum { ROWS = 16 }; /* one call of v_lane_sums takes 16 */

static int least(int a, int b) { return a < b ? a : b; }

/* sums[c][LANES] = those of `count` positions of `channels` planes, side by side: a single plane
 * would wait for each addition. */
INLINE void plane_sums(const float *go, size_t plane, size_t count, float *sums,
                       const int channels) {
    for (int half = 0; half < LANES; half += VL) {
        vf sum[ROWS];
        UNROLL for (int c = 0; c < channels; c++) sum[c] = v_set(0);
        for (size_t p = 0; p < count; p++) {
            UNROLL for (int c = 0; c < channels; c++) {
                sum[c] = v_add(sum[c], v_load(go + (size_t)c * plane + p * LANES + half));
            }
        }
        UNROLL for (int c = 0; c < channels; c++) v_store(sums + c * LANES + half, sum[c]);
    }
}

enum { SIDE_BY_SIDE = 8 };

static void some_sums(const float *go, size_t plane, size_t count, float *sums, int channels) {
    if (channels == SIDE_BY_SIDE) plane_sums(go, plane, count, sums, SIDE_BY_SIDE);
    if (channels != SIDE_BY_SIDE) plane_sums(go, plane, count, sums, 1);
}

/* The same of all positions, in chains. */
static void long_sums(const float *go, size_t positions, float *sums, int channels) {
    chains all;
    chain_begin(&all);
    const size_t plane = positions * LANES, floats = (size_t)channels * LANES;
    for (size_t p = 0; p < positions; p += EMB__CHAIN) {
        const size_t count = positions - p < EMB__CHAIN ? positions - p : EMB__CHAIN;
        some_sums(go + p * LANES, plane, count, chain_room(&all), channels);
        chain_add(&all, floats);
    }
    memcpy(sums, chain_end(&all, floats), floats * sizeof *sums);
}

void EMB_NAME(bias)(const float *go, int channels, size_t positions, float *grad, bool add,
                    float *scratch) {
    for (int first = 0; first < channels; first += ROWS) {
        const int count = least(ROWS, channels - first);
        vf last[ROWS];
        float sums[ROWS];
        for (int c = 0, some; c < count; c += some) {
            const float *g = go + (size_t)(first + c) * positions * LANES;
            some = count - c >= SIDE_BY_SIDE ? SIDE_BY_SIDE : 1;
            if (positions <= EMB__CHAIN) {
                some_sums(g, positions * LANES, positions, scratch + c * LANES, some);
            } else {
                long_sums(g, positions, scratch + c * LANES, some);
            }
        }
        for (int c = 0; c < ROWS; c++) {
            last[c] = c < count ? v_load(scratch + c * LANES + LANES - VL) : v_set(0);
        }
        v_lane_sums(scratch, last, sums, ROWS);
        for (int c = 0; c < count; c++) {
            grad[first + c] = add ? grad[first + c] + sums[c] : sums[c];
        }
    }
}
