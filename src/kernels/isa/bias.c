/* Gradients of biases. */
#include "kernels/isa.h"
#include "kernels/vec.h"

EMB_DECLARE_KERNELS(EMB_NAME)

enum { ROWS = 16 }; /* one call of v_lane_sums takes 16 */

static int least(int a, int b) { return a < b ? a : b; }

/* The lanes' sums of `channels` planes, side by side: a single plane would wait for each
 * addition. */
INLINE void plane_sums(const float *go, size_t positions, float *rows, vf *last,
                       const int channels) {
    for (int half = 0; half < LANES; half += VL) {
        UNROLL for (int c = 0; c < channels; c++) last[c] = v_set(0);
        for (size_t p = 0; p < positions; p++) {
            UNROLL for (int c = 0; c < channels; c++) {
                const float *at = go + ((size_t)c * positions + p) * LANES + half;
                last[c] = v_add(last[c], v_load(at));
            }
        }
        UNROLL for (int c = 0; c < channels; c++) v_store(rows + c * LANES + half, last[c]);
    }
}

void EMB_NAME(bias)(const float *go, int channels, size_t positions, float *grad, bool add,
                    float *scratch) {
    enum { SIDE_BY_SIDE = 8 };
    for (int first = 0; first < channels; first += ROWS) {
        const int count = least(ROWS, channels - first);
        vf last[ROWS];
        float sums[ROWS];
        for (int c = 0; c < ROWS; c++) last[c] = v_set(0);
        for (int c = 0; c < count;) {
            const float *g = go + (size_t)(first + c) * positions * LANES;
            const bool many = count - c >= SIDE_BY_SIDE;
            if (many) plane_sums(g, positions, scratch + c * LANES, last + c, SIDE_BY_SIDE);
            if (!many) plane_sums(g, positions, scratch + c * LANES, last + c, 1);
            c += many ? SIDE_BY_SIDE : 1;
        }
        v_lane_sums(scratch, last, sums, ROWS);
        for (int c = 0; c < count; c++) {
            grad[first + c] = add ? grad[first + c] + sums[c] : sums[c];
        }
    }
}
