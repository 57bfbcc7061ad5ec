/* Weight gradients of convolutions with few channels: lanes are images, and in the end a tree adds
 * them up. Those with more channels are correlate_channels.c's.
 *
 * A register tile is EMB__FEW_TILE channels of the smaller side by BIG_TILE columns of the bigger
 * one. A column is a channel at a place kw of the kernel's row, so that few channels fill a tile as
 * well as many do. */
#include "kernels/isa.h"
#include "kernels/isa/correlate_channels.h"
#include "kernels/vec.h"

EMB_DECLARE_KERNELS(EMB_NAME)

/* 16 sums of 32 registers (12 of 16): twice a multiply-add's latency, with room for a row of
 * columns and one of the smaller side. One call of v_lane_sums takes 16. */
enum { BIG_TILE = REGISTERS == 32 ? 4 : 3, ROWS = 16 };

/* What a tile walks: rows of the smaller side, and where they meet the bigger one. */
typedef struct strip {
    int rows;
    bool first, last; /* of the plane's strips */
    size_t small_plane, small_row;
    size_t big_row, big_step; /* between rows, positions that are met by neighbours */
} strip;

/* sum[m][c] += small * big at position x, for the columns that reach it. */
#define EDGE(x)                                                                                    \
    UNROLL for (int c = 0; c < bigs; c++) {                                                        \
        if ((x) < columns[c].first || (x) >= columns[c].end) continue;                             \
        const vf value = v_load(b + columns[c].at / (EMB__LANES / LANES) +                         \
                                (ptrdiff_t)((size_t)(x)*r->big_step));                             \
        UNROLL for (int m = 0; m < smalls; m++) {                                                  \
            sum[m][c] = v_fma(v_load(s + (size_t)m * r->small_plane + (size_t)(x)*LANES), value,   \
                              sum[m][c]);                                                          \
        }                                                                                          \
    }

/* Where a tile's sums go: grad[m * small_stride + columns[c].weight]. */
typedef struct target {
    float *grad;
    size_t small_stride;
    bool add;
} target;

/* small, big: the strip's first row. kept: [EMB__FEW_TILE * BIG_TILE][16], the tile's sums
 * between strips; after the last they go to the target. */
INLINE void tile(const strip *r, const emb__column *columns, const float *small, const float *big,
                 float *kept, const target *to, const int smalls, const int bigs) {
    int least = columns[0].first, first = least, end = columns[0].end, most = end;
    for (int c = 1; c < bigs; c++) {
        least = columns[c].first < least ? columns[c].first : least;
        first = columns[c].first > first ? columns[c].first : first;
        end = columns[c].end < end ? columns[c].end : end;
        most = columns[c].end > most ? columns[c].end : most;
    }
    if (end < first) end = first;
    for (int half = 0; half < LANES; half += VL) {
        vf sum[EMB__FEW_TILE][BIG_TILE];
        UNROLL for (int m = 0; m < smalls; m++) {
            UNROLL for (int c = 0; c < bigs; c++) {
                sum[m][c] = r->first ? v_set(0) : v_load(kept + (m * bigs + c) * LANES + half);
            }
        }
        for (int y = 0; y < r->rows; y++) {
            const float *s = small + (size_t)y * r->small_row + half;
            const float *b = big + (size_t)y * r->big_row + half;
            for (int x = least; x < first; x++) EDGE(x)
            const float *at[BIG_TILE], *by = s + (size_t)first * LANES;
            UNROLL for (int c = 0; c < bigs; c++) {
                at[c] = b + columns[c].at / (EMB__LANES / LANES) +
                        (ptrdiff_t)((size_t)first * r->big_step);
            }
            for (int x = first; x < end; x++, by += LANES) {
                vf value[BIG_TILE];
                UNROLL for (int c = 0; c < bigs; c++) {
                    value[c] = v_load(at[c]);
                    at[c] += r->big_step;
                }
                UNROLL for (int m = 0; m < smalls; m++) {
                    const vf v = v_load(by + (size_t)m * r->small_plane);
                    UNROLL for (int c = 0; c < bigs; c++) sum[m][c] = v_fma(v, value[c], sum[m][c]);
                }
            }
            for (int x = end; x < most; x++) EDGE(x)
        }
        if (r->last && half + VL == LANES) {
            vf rows[ROWS];
            float totals[ROWS];
            UNROLL for (int i = 0; i < ROWS; i++) rows[i] = v_set(0);
            UNROLL for (int m = 0; m < smalls; m++) {
                UNROLL for (int c = 0; c < bigs; c++) rows[m * bigs + c] = sum[m][c];
            }
            v_lane_sums(kept, rows, totals, smalls * bigs);
            UNROLL for (int m = 0; m < smalls; m++) {
                UNROLL for (int c = 0; c < bigs; c++) {
                    float *g = to->grad + (size_t)m * to->small_stride + columns[c].weight;
                    *g = to->add ? *g + totals[m * bigs + c] : totals[m * bigs + c];
                }
            }
            return;
        }
        UNROLL for (int m = 0; m < smalls; m++) {
            UNROLL for (int c = 0; c < bigs; c++) {
                v_store(kept + (m * bigs + c) * LANES + half, sum[m][c]);
            }
        }
    }
}

typedef void tile_function(const strip *r, const emb__column *columns, const float *small,
                           const float *big, float *kept, const target *to);

#define TILE(smalls, bigs)                                                                         \
    static void tile_##smalls##x##bigs(const strip *r, const emb__column *columns,                 \
                                       const float *small, const float *big, float *kept,          \
                                       const target *to) {                                         \
        tile(r, columns, small, big, kept, to, smalls, bigs);                                      \
    }
#define TILES_BY(_, bigs) _(1, bigs) _(2, bigs) _(3, bigs) _(4, bigs)
#if REGISTERS == 32
#define TILES(_) TILES_BY(_, 1) TILES_BY(_, 2) TILES_BY(_, 3) TILES_BY(_, 4)
#else
#define TILES(_) TILES_BY(_, 1) TILES_BY(_, 2) TILES_BY(_, 3)
#endif
#define ENTRY(smalls, bigs) [smalls][bigs] = tile_##smalls##x##bigs,

TILES(TILE)
static tile_function *const tiles[EMB__FEW_TILE + 1][BIG_TILE + 1] = {TILES(ENTRY)};

static int least(int a, int b) { return a < b ? a : b; }

/* One unit on one strip. kept: the unit's sums between strips. */
static void run_unit(const emb__correlate *c, int unit, int from, int to, const float *small,
                     const float *big, float *grad, bool add, float *kept) {
    const int kh = unit % c->kernel[0], tile_number = unit / c->kernel[0];
    const int group = tile_number / c->tiles;
    const int m = tile_number % c->tiles * EMB__FEW_TILE;
    const int smalls = least(EMB__FEW_TILE, c->small_channels - m);
    strip r = {.first = from == 0,
               .last = to == c->small_h,
               .small_row = (size_t)c->small_w * LANES,
               .small_plane = (size_t)c->small_h * (size_t)c->small_w * LANES,
               .big_row = (size_t)c->stride[0] * (size_t)c->big_w * LANES,
               .big_step = (size_t)c->stride[1] * LANES};
    const int64_t down = (int64_t)kh * c->dilation[0] - c->padding[0];
    from = from > c->rows[kh].first ? from : c->rows[kh].first;
    to = to < c->rows[kh].end ? to : c->rows[kh].end;
    r.rows = to - from;
    const size_t big_y = r.rows > 0 ? (size_t)(from * (int64_t)c->stride[0] + down) : 0;
    const size_t big_plane = (size_t)c->big_h * (size_t)c->big_w * LANES;
    const size_t small_channel = (size_t)group * (size_t)c->small_channels + (size_t)m;
    const size_t row = (size_t)c->big_channels * (size_t)c->kernel[0] * (size_t)c->kernel[1];
    small += small_channel * r.small_plane + (size_t)from * r.small_row;
    big += (size_t)group * (size_t)c->big_channels * big_plane + big_y * (size_t)c->big_w * LANES;
    const target into = {grad + small_channel * row + (size_t)kh * (size_t)c->kernel[1], row, add};
    /* v_lane_sums always reads 16 rows. */
    float own[ROWS * LANES];
    if (r.first && r.last) memset(own, 0, VL == LANES ? 0 : sizeof own);
    const int pieces = (c->column_count + BIG_TILE - 1) / BIG_TILE;
    for (int piece = 0, at = 0; piece < pieces; piece++) {
        /* Widths that are nearly equal: 9 is 3 + 3 + 3 rather than 4 + 4 + 1. */
        const int bigs = (c->column_count - at + pieces - piece - 1) / (pieces - piece);
        float *sums = r.first && r.last ? own : kept + (size_t)at * EMB__FEW_TILE * LANES;
        tiles[smalls][bigs](&r, c->columns + at, small, big, sums, &into);
        at += bigs;
    }
}

void EMB_NAME(correlate)(const emb__correlate *c, int from, int to, const float *small,
                         const float *big, float *grad, bool add, float *scratch) {
    if (c->by_channels) {
        EMB_NAME(correlate_channels)(c, from, to, small, big, grad, add, scratch);
        return;
    }
    const size_t unit_floats = EMB__FEW_TILE * (size_t)c->column_count * LANES;
    for (int unit = from; unit < to; unit += c->units_at_once) {
        const int end = least(to, unit + c->units_at_once);
        for (int y = 0; y < c->small_h; y += c->strip_rows) {
            for (int u = unit; u < end; u++) {
                run_unit(c, u, y, least(y + c->strip_rows, c->small_h), small, big, grad, add,
                         scratch + (size_t)(u - unit) * unit_floats);
            }
        }
    }
}
