/* Convolutions forward, and their input gradients: outputs gathered from the inputs they meet.
 *
 * A tile is `out_tile` channels by `column_tile` neighbouring outputs of a span; its sums stay in
 * registers through the whole chain over (channel, kernel row, kernel column). */
#include "engine/kernels/isa.h"
#include "engine/kernels/vec.h"

EMB_DECLARE_KERNELS(EMB_NAME)

/* One tile's surroundings: the same for all tiles of a row and a span. */
typedef struct window {
    const emb__tap *rows, *columns;
    int row_count, column_count;
    int in_channels, kernel_w;
    size_t in_plane, in_row, out_plane; /* in floats */
    size_t in_step, out_step;           /* between neighbouring columns, in floats */
    size_t weight_out, weight_in;
} window;

/* in: the channel group's plane, moved to the tile's first row and column. */
INLINE void tile(const window *w, const float *in, const float *weight, const float *bias,
                 float *out, const int outs, const int columns) {
    for (int half = 0; half < EMB__LANES; half += VL) {
        vf sum[16][8];
        UNROLL for (int o = 0; o < outs; o++) {
            const vf start = v_set(bias ? bias[o] : 0.0f);
            UNROLL for (int j = 0; j < columns; j++) sum[o][j] = start;
        }
        for (int c = 0; c < w->in_channels; c++) {
            const float *plane = in + (size_t)c * w->in_plane + half;
            const float *channel_weight = weight + (size_t)c * w->weight_in;
            for (int r = 0; r < w->row_count; r++) {
                const float *row = plane + (size_t)w->rows[r].at * w->in_row;
                const float *row_weight = channel_weight + w->rows[r].k * w->kernel_w;
                for (int t = 0; t < w->column_count; t++) {
                    const float *x = row + (size_t)w->columns[t].at * EMB__LANES;
                    const float *wt = row_weight + w->columns[t].k;
                    vf value[8];
                    UNROLL for (int j = 0; j < columns; j++) {
                        value[j] = v_load(x + (size_t)j * w->in_step);
                    }
                    UNROLL for (int o = 0; o < outs; o++) {
                        const vf by = v_set(wt[(size_t)o * w->weight_out]);
                        UNROLL for (int j = 0; j < columns; j++) {
                            sum[o][j] = v_fma(value[j], by, sum[o][j]);
                        }
                    }
                }
            }
        }
        UNROLL for (int o = 0; o < outs; o++) {
            UNROLL for (int j = 0; j < columns; j++) {
                v_store(out + (size_t)o * w->out_plane + (size_t)j * w->out_step + half, sum[o][j]);
            }
        }
    }
}

typedef void tile_function(const window *w, const float *in, const float *weight, const float *bias,
                           float *out);

#define TILE(outs, columns)                                                                        \
    static void tile_##outs##x##columns(const window *w, const float *in, const float *weight,     \
                                        const float *bias, float *out) {                           \
        tile(w, in, weight, bias, out, outs, columns);                                             \
    }

/* The largest tiles use 24 registers of 32 for sums (12 of 16): enough chains side by side to hide
 * a multiply-add's latency twice over, with room for a row of inputs and a weight. */
#if REGISTERS == 32
#define LARGEST(_) _(16, 1) _(8, 1) _(8, 2) _(8, 3) _(4, 4) _(4, 5) _(4, 6)
enum { WIDEST = 6 };
static const int most_outs[9] = {0, 16, 8, 8, 4, 4, 4, 2, 2};
#else
#define LARGEST(_) _(8, 1)
enum { WIDEST = 3 };
static const int most_outs[9] = {0, 8, 4, 4, 2, 2, 2, 1, 1};
#endif
/* clang-format off */
#define TILES(_)                                                                                   \
    LARGEST(_) _(4, 1) _(4, 2) _(4, 3)                                                             \
    _(2, 1) _(2, 2) _(2, 3) _(2, 4) _(2, 5) _(2, 6) _(2, 7) _(2, 8)                                \
    _(1, 1) _(1, 2) _(1, 3) _(1, 4) _(1, 5) _(1, 6) _(1, 7) _(1, 8)
/* clang-format on */

TILES(TILE)

#define ENTRY(outs, columns) [outs][columns] = tile_##outs##x##columns,
static tile_function *const tiles[17][9] = {TILES(ENTRY)};

/* A span of columns for all output channels of the group; out and in are at the span's row. */
static void run_span(const window *w, const emb__span *span, int out_channels, const float *in,
                     const float *weight, const float *bias, float *out) {
    /* Few output channels leave room for wider tiles. */
    const int widest = out_channels < 4 ? 8 : WIDEST;
    const int pieces = (span->count + widest - 1) / widest;
    for (int piece = 0, at = 0; piece < pieces; piece++) {
        /* Nearly equal widths: 13 is 5 + 4 + 4 rather than 6 + 6 + 1. */
        const int columns = (span->count - at + (pieces - piece) - 1) / (pieces - piece);
        for (int o = 0; o < out_channels;) {
            int outs = most_outs[columns];
            while (outs > out_channels - o) outs /= 2;
            tiles[outs][columns](w, in + (size_t)at * w->in_step,
                                 weight + (size_t)o * w->weight_out, bias ? bias + o : NULL,
                                 out + (size_t)o * w->out_plane + (size_t)at * w->out_step);
            o += outs;
        }
        at += columns;
    }
}

static void run_row(window *w, const emb__gather *g, const float *in, const float *weight,
                    const float *bias, float *out) {
    for (int i = 0; i < g->columns.span_count; i++) {
        const emb__span *span = &g->columns.spans[i];
        w->columns = g->columns.taps + span->tap;
        w->column_count = span->tap_count;
        w->in_step = (size_t)span->in_step * EMB__LANES;
        w->out_step = (size_t)span->step * EMB__LANES;
        run_span(w, span, g->out_channels, in, weight, bias,
                 out + (size_t)span->first * EMB__LANES);
    }
}

void EMB_NAME(gather)(const emb__gather *g, const float *in, const float *weight, const float *bias,
                      float *out) {
    window w = {.in_channels = g->in_channels,
                .kernel_w = g->kernel[1],
                .in_row = (size_t)g->in_w * EMB__LANES,
                .in_plane = (size_t)g->in_h * (size_t)g->in_w * EMB__LANES,
                .out_plane = (size_t)g->out_h * (size_t)g->out_w * EMB__LANES,
                .weight_out = g->weight_out,
                .weight_in = g->weight_in};
    for (int group = 0; group < g->groups; group++) {
        for (int i = 0; i < g->rows.span_count; i++) {
            const emb__span *span = &g->rows.spans[i];
            w.rows = g->rows.taps + span->tap;
            w.row_count = span->tap_count;
            for (int r = 0; r < span->count; r++) {
                const size_t y = (size_t)span->first + (size_t)r * (size_t)span->step;
                const size_t moved = (size_t)r * (size_t)span->in_step;
                run_row(&w, g, in + moved * w.in_row, weight, bias,
                        out + y * (size_t)g->out_w * EMB__LANES);
            }
        }
        in += (size_t)g->in_channels * w.in_plane;
        out += (size_t)g->out_channels * w.out_plane;
        weight += g->weight_group;
        if (bias) bias += g->out_channels;
    }
}
