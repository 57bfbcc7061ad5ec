/* Weight gradients of convolutions, and gradients of biases. */
#include "engine/kernels/isa.h"
#include "engine/kernels/vec.h"

EMB_DECLARE_KERNELS(EMB_NAME)

/* Channels of the smaller and of the bigger side in one register tile: 16 sums of 32 registers
 * (12 of 16). The sums of a tile are at most 16, one call of v_lane_sums. */
#if REGISTERS == 32
enum { SMALL_TILE = 4, BIG_TILE = 4 };
#else
enum { SMALL_TILE = 4, BIG_TILE = 3 };
#endif

/* One kernel position's rectangle on the smaller side, and its step on the bigger one. */
typedef struct rectangle {
    int rows, columns;
    size_t small_plane, small_row;       /* in floats */
    size_t big_plane, big_row, big_step; /* big_row: between the rows that are met */
} rectangle;

INLINE void tile(const rectangle *r, const float *small, const float *big, float *sums,
                 const int smalls, const int bigs) {
    for (int half = 0; half < EMB__LANES; half += VL) {
        vf sum[SMALL_TILE][BIG_TILE];
        UNROLL for (int m = 0; m < smalls; m++) {
            UNROLL for (int c = 0; c < bigs; c++) sum[m][c] = v_set(0);
        }
        for (int y = 0; y < r->rows; y++) {
            const float *s = small + (size_t)y * r->small_row + half;
            const float *b = big + (size_t)y * r->big_row + half;
            for (int x = 0; x < r->columns; x++, s += EMB__LANES, b += r->big_step) {
                vf value[BIG_TILE];
                UNROLL for (int c = 0; c < bigs; c++) value[c] =
                    v_load(b + (size_t)c * r->big_plane);
                UNROLL for (int m = 0; m < smalls; m++) {
                    const vf by = v_load(s + (size_t)m * r->small_plane);
                    UNROLL for (int c = 0; c < bigs; c++) {
                        sum[m][c] = v_fma(by, value[c], sum[m][c]);
                    }
                }
            }
        }
        UNROLL for (int m = 0; m < smalls; m++) {
            UNROLL for (int c = 0; c < bigs; c++) {
                v_store(sums + (m * bigs + c) * EMB__LANES + half, sum[m][c]);
            }
        }
    }
}

typedef void tile_function(const rectangle *r, const float *small, const float *big, float *sums);

#define TILE(smalls, bigs)                                                                         \
    static void tile_##smalls##x##bigs(const rectangle *r, const float *small, const float *big,   \
                                       float *sums) {                                              \
        tile(r, small, big, sums, smalls, bigs);                                                   \
    }
#define TILES_BY(_, bigs) _(1, bigs) _(2, bigs) _(3, bigs) _(4, bigs)
#if REGISTERS == 32
#define TILES(_) TILES_BY(_, 1) TILES_BY(_, 2) TILES_BY(_, 3) TILES_BY(_, 4)
#else
#define TILES(_) TILES_BY(_, 1) TILES_BY(_, 2) TILES_BY(_, 3)
#endif
#define ENTRY(smalls, bigs) [smalls][bigs] = tile_##smalls##x##bigs,

TILES(TILE)
static tile_function *const tiles[SMALL_TILE + 1][BIG_TILE + 1] = {TILES(ENTRY)};

static int least(int a, int b) { return a < b ? a : b; }

/* Positions [first, first + result) of the smaller side that meet the bigger side at kernel k. */
static int range(int small, int big, int stride, int offset, int *first) {
    int from = 0, to = small;
    while (from < to && (int64_t)from * stride + offset < 0) from++;
    while (to > from && (int64_t)(to - 1) * stride + offset >= big) to--;
    *first = from;
    return to - from;
}

/* All channel pairs at one kernel position. */
static void run_position(const emb__correlate *c, const rectangle *r, const float *small,
                         const float *big, float *grad, bool add, float *scratch) {
    const size_t area = (size_t)c->kernel[0] * (size_t)c->kernel[1];
    float sums[16];
    for (int m = 0; m < c->small_channels; m += SMALL_TILE) {
        const int smalls = least(SMALL_TILE, c->small_channels - m);
        for (int b = 0; b < c->big_channels; b += BIG_TILE) {
            const int bigs = least(BIG_TILE, c->big_channels - b);
            tiles[smalls][bigs](r, small + (size_t)m * r->small_plane,
                                big + (size_t)b * r->big_plane, scratch);
            v_lane_sums(scratch, sums);
            for (int i = 0; i < smalls; i++) {
                for (int j = 0; j < bigs; j++) {
                    float *g =
                        grad + ((size_t)(m + i) * (size_t)c->big_channels + (size_t)(b + j)) * area;
                    *g = add ? *g + sums[i * bigs + j] : sums[i * bigs + j];
                }
            }
        }
    }
}

void EMB_NAME(correlate)(const emb__correlate *c, const float *small, const float *big, float *grad,
                         bool add, float *scratch) {
    rectangle r = {.small_row = (size_t)c->small_w * EMB__LANES,
                   .small_plane = (size_t)c->small_h * (size_t)c->small_w * EMB__LANES,
                   .big_plane = (size_t)c->big_h * (size_t)c->big_w * EMB__LANES,
                   .big_row = (size_t)c->stride[0] * (size_t)c->big_w * EMB__LANES,
                   .big_step = (size_t)c->stride[1] * EMB__LANES};
    const size_t area = (size_t)c->kernel[0] * (size_t)c->kernel[1];
    memset(scratch, 0, 16 * EMB__LANES * sizeof *scratch);
    for (int group = 0; group < c->groups; group++) {
        for (int k = 0; k < (int)area; k++) {
            const int kh = k / c->kernel[1], kw = k % c->kernel[1];
            const int64_t down = (int64_t)kh * c->dilation[0] - c->padding[0];
            const int64_t right = (int64_t)kw * c->dilation[1] - c->padding[1];
            int y, x;
            r.rows = range(c->small_h, c->big_h, c->stride[0], (int)down, &y);
            r.columns = range(c->small_w, c->big_w, c->stride[1], (int)right, &x);
            /* No position meets this weight: its gradient is an empty sum. */
            const bool any = r.rows > 0 && r.columns > 0;
            const size_t big_y = any ? (size_t)(y * (int64_t)c->stride[0] + down) : 0;
            const size_t big_x = any ? (size_t)(x * (int64_t)c->stride[1] + right) : 0;
            run_position(c, &r, small + (size_t)y * r.small_row + (size_t)x * EMB__LANES,
                         big + (big_y * (size_t)c->big_w + big_x) * EMB__LANES, grad + k, add,
                         scratch);
        }
        small += (size_t)c->small_channels * r.small_plane;
        big += (size_t)c->big_channels * r.big_plane;
        grad += (size_t)c->small_channels * (size_t)c->big_channels * area;
    }
}

void EMB_NAME(bias)(const float *go, int channels, size_t positions, float *grad, bool add,
                    float *scratch) {
    float sums[16];
    memset(scratch, 0, 16 * EMB__LANES * sizeof *scratch);
    for (int first = 0; first < channels; first += 16) {
        const int count = least(16, channels - first);
        for (int c = 0; c < count; c++) {
            const float *g = go + (size_t)(first + c) * positions * EMB__LANES;
            for (int half = 0; half < EMB__LANES; half += VL) {
                vf sum = v_set(0);
                for (size_t p = 0; p < positions; p++) {
                    sum = v_add(sum, v_load(g + p * EMB__LANES + half));
                }
                v_store(scratch + c * EMB__LANES + half, sum);
            }
        }
        v_lane_sums(scratch, sums);
        for (int c = 0; c < count; c++) {
            grad[first + c] = add ? grad[first + c] + sums[c] : sums[c];
        }
    }
}
