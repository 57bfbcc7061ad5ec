/* Convolutions forward, and their input gradients: outputs gathered from the inputs they meet.
 *
 * A tile is some channels by some neighbouring outputs of a patch; its sums stay in registers
 * through the whole chain over (channel, kernel row, kernel column). */
#include "kernels/chains.h"
#include "kernels/isa.h"
#include "kernels/pack.h"

EMB_DECLARE_KERNELS(EMB_NAME)

/* What all tiles of a patch share; distances in floats. */
typedef struct window {
    emb__tap *taps;                                /* the patch's, in scratch */
    int tap_count, in_channels, chain;             /* chain: channels of one */
    size_t in_plane, in_step, out_plane, out_step; /* steps: between the outputs of a tile */
    size_t weight_channel, weight_tile;            /* in packed weights */
} window;

/* in: the group's first plane, moved to the tile's first output. */
INLINE void tile(const window *w, const float *in, const float *weight, const float *bias,
                 float *out, const int outs, const int places) {
    for (int half = 0; half < LANES; half += VL) {
        vf sum[16][16];
        UNROLL for (int o = 0; o < outs; o++) {
            const vf start = v_set(bias ? bias[o] : 0.0f);
            UNROLL for (int j = 0; j < places; j++) sum[o][j] = start;
        }
        const float *plane = in + half, *channel = weight;
        for (int c = 0; c < w->in_channels; c++) {
            for (int t = 0; t < w->tap_count; t++) {
                const float *x = plane + w->taps[t].in / (EMB__LANES / LANES),
                            *by = channel + w->taps[t].weight;
                vf value[16];
                UNROLL for (int j = 0; j < places; j++) {
                    value[j] = v_load(x + (size_t)j * w->in_step);
                }
                UNROLL for (int o = 0; o < outs; o++) {
                    const vf v = v_set(o < 8 ? by[o] : by[w->weight_tile + (size_t)o - 8]);
                    UNROLL for (int j = 0; j < places; j++) {
                        sum[o][j] = v_fma(value[j], v, sum[o][j]);
                    }
                }
            }
            plane += w->in_plane;
            channel += w->weight_channel;
        }
        UNROLL for (int o = 0; o < outs; o++) {
            UNROLL for (int j = 0; j < places; j++) {
                v_store(out + (size_t)o * w->out_plane + (size_t)j * w->out_step + half, sum[o][j]);
            }
        }
    }
}

typedef void tile_function(const window *w, const float *in, const float *weight, const float *bias,
                           float *out);

#define TILE(outs, places)                                                                         \
    static void tile_##outs##x##places(const window *w, const float *in, const float *weight,      \
                                       const float *bias, float *out) {                            \
        tile(w, in, weight, bias, out, outs, places);                                              \
    }
#define ENTRY(outs, places) [outs][places] = tile_##outs##x##places,

/* The largest tiles use 24 registers of 32 for sums (12 of 16): enough chains side by side to hide
 * a multiply-add's latency twice over, with room for a row of inputs and a weight. */
/* clang-format off */
#define UP_TO_3(_, outs) _(outs, 1) _(outs, 2) _(outs, 3)
#define UP_TO_6(_, outs) UP_TO_3(_, outs) _(outs, 4) _(outs, 5) _(outs, 6)
#define UP_TO_8(_, outs) UP_TO_6(_, outs) _(outs, 7) _(outs, 8)
#define UP_TO_12(_, outs) UP_TO_8(_, outs) _(outs, 9) _(outs, 10) _(outs, 11) _(outs, 12)
/* clang-format on */
enum { MOST_OUTS = 16, MOST_PLACES = 14 };
#if REGISTERS == 32
#define TILES(_)                                                                                   \
    _(16, 1)                                                                                       \
    UP_TO_3(_, 8)                                                                                  \
    UP_TO_6(_, 4) UP_TO_8(_, 3) UP_TO_12(_, 2) UP_TO_12(_, 1) _(1, 13) _(1, 14)
/* Places of a tile by its channels. */
static const int most_places[MOST_OUTS + 1] = {0, 14, 12, 8, 6, 0, 0, 0, 3, [16] = 1};
#else
#define TILES(_)                                                                                   \
    _(8, 1)                                                                                        \
    UP_TO_3(_, 4)                                                                                  \
    UP_TO_3(_, 3) _(3, 4) UP_TO_6(_, 2) UP_TO_12(_, 1)
static const int most_places[MOST_OUTS + 1] = {0, 12, 6, 4, 3, 0, 0, 0, 1};
#endif

TILES(TILE)
static tile_function *const tiles[MOST_OUTS + 1][MOST_PLACES + 1] = {TILES(ENTRY)};

static int least(int a, int b) { return a < b ? a : b; }

/* A tile whose sums are long: its chains are tiles of fewer input channels. */
static void run_long(const window *w, int outs, int places, const float *in, const float *weight,
                     const float *bias, float *out) {
    chains all;
    chain_begin(&all);
    const size_t floats = (size_t)(outs * places) * LANES;
    window part = *w;
    part.out_step = LANES;
    part.out_plane = (size_t)places * LANES;
    for (int c = 0; c < w->in_channels; c += w->chain) {
        part.in_channels = least(w->chain, w->in_channels - c);
        tiles[outs][places](&part, in + (size_t)c * w->in_plane,
                            weight + (size_t)c * w->weight_channel, c == 0 ? bias : NULL,
                            chain_room(&all));
        chain_add(&all, floats);
    }
    const float *sums = chain_end(&all, floats);
    for (int o = 0; o < outs; o++) {
        for (int j = 0; j < places; j++, sums += LANES) {
            memcpy(out + (size_t)o * w->out_plane + (size_t)j * w->out_step, sums,
                   LANES * sizeof *sums);
        }
    }
}

/* How many of the `left` channels a tile of so many places takes. */
static int choose_outs(int left, int places) {
    int outs = left >= 16 ? 16 : left >= 8 ? 8 : left > 4 ? 4 : left;
    while (outs > 1 && most_places[outs] < places) outs = outs > 4 ? outs / 2 : outs - 1;
    return outs;
}

/* The widest tile that this many channels leave room for. */
static int widest(int channels) {
    return channels >= 8 && most_places[8] > 1 ? most_places[8]
           : channels >= 4                     ? most_places[4]
                                               : most_places[channels];
}

/* `count` outputs in a row (or in a column) of a patch, for channels [from, to) of a group. */
static void run_line(const window *w, int count, int from, int to, const float *in,
                     const float *weight, const float *bias, float *out) {
    const int most = widest(to - from);
    const int pieces = (count + most - 1) / most;
    for (int piece = 0, at = 0; piece < pieces; piece++) {
        /* Nearly equal widths: 13 is 5 + 4 + 4 rather than 6 + 6 + 1. */
        const int places = (count - at + (pieces - piece) - 1) / (pieces - piece);
        for (int o = from; o < to;) {
            const int outs = choose_outs(to - o, places);
            const float *packed =
                weight + (size_t)(o / EMB__OUT_TILE) * w->weight_tile + (size_t)(o % EMB__OUT_TILE);
            const float *x = in + (size_t)at * w->in_step, *start = bias ? bias + o : NULL;
            float *y = out + (size_t)o * w->out_plane + (size_t)at * w->out_step;
            if (w->in_channels <= w->chain) {
                tiles[outs][places](w, x, packed, start, y);
            } else {
                run_long(w, outs, places, x, packed, start, y);
            }
            o += outs;
        }
        at += places;
    }
}

/* One patch, a rectangle of outputs that meet the same kernel positions; only its rows in [row,
 * row_end). */
static void run_patch(const emb__gather *g, const emb__span *rows, const emb__span *columns,
                      window *w, int row, int row_end, int from, int to, const float *in,
                      const float *weight, const float *bias, float *out) {
    const int first = row <= rows->first ? 0 : (row - rows->first + rows->step - 1) / rows->step;
    const int end = row_end <= rows->first
                        ? 0
                        : least(rows->count, (row_end - rows->first + rows->step - 1) / rows->step);
    if (first >= end) return;
    const size_t in_y = (size_t)rows->in_step * (size_t)g->in_w * LANES;
    const size_t out_y = (size_t)rows->step * (size_t)g->out_w * LANES;
    const size_t in_x = (size_t)columns->in_step * LANES, out_x = (size_t)columns->step * LANES;
    w->tap_count = emb__patch_taps(g, rows, columns, w->taps);
    in += (size_t)first * in_y;
    out += ((size_t)rows->first * (size_t)g->out_w + (size_t)columns->first) * LANES +
           (size_t)first * out_y;
    /* An edge is a narrow column: there a tile runs down. */
    const bool down = columns->count < 3 && end - first > columns->count;
    w->in_step = down ? in_y : in_x;
    w->out_step = down ? out_y : out_x;
    const int lines = down ? columns->count : end - first;
    const int count = down ? end - first : columns->count;
    for (int line = 0; line < lines; line++) {
        run_line(w, count, from, to, in, weight, bias, out);
        in += down ? in_x : in_y;
        out += down ? out_x : out_y;
    }
}

/* packed[o / 8][in channel][kernel position][o % 8] = weight, for channels [from, to). */
static void pack(const emb__gather *g, int from, int to, const float *weight, float *packed) {
    const size_t area = (size_t)g->kernel[0] * (size_t)g->kernel[1];
    const size_t channels = (size_t)g->in_channels;
    /* Conv2d's weights of an output channel lie in one run, ConvTranspose2d's in one for each input
     * channel. */
    const bool together = g->weight_in == area;
    const size_t runs = together ? 1 : channels, count = together ? channels * area : area;
    for (int first = from; first < to; first += EMB__OUT_TILE) {
        const float *start = weight + (size_t)first * g->weight_out;
        float *tile_start = packed + (size_t)first * channels * area; /* first / 8 tiles of 8 */
        for (size_t run = 0; run < runs; run++) {
            pack_run(start + run * g->weight_in, g->weight_out, least(EMB__OUT_TILE, to - first),
                     count, tile_start + run * count * EMB__OUT_TILE);
        }
    }
}

void EMB_NAME(gather)(const emb__gather *g, const emb__share *share, const float *in,
                      const float *weight, const float *bias, float *out, float *scratch) {
    const size_t area = (size_t)g->kernel[0] * (size_t)g->kernel[1];
    float *packed = scratch + emb__gather_taps_scratch(g) * EMB__LANES;
    window w = {.taps = (emb__tap *)(void *)scratch,
                .in_channels = g->in_channels,
                .chain = emb__chain_channels(g),
                .in_plane = (size_t)g->in_h * (size_t)g->in_w * LANES,
                .out_plane = (size_t)g->out_h * (size_t)g->out_w * LANES,
                .weight_channel = area * EMB__OUT_TILE,
                .weight_tile = (size_t)g->in_channels * area * EMB__OUT_TILE};
    if (share->channel >= share->channel_end) return;
    for (int group = 0; group < g->groups; group++) {
        pack(g, share->channel, share->channel_end, weight, packed);
        for (int row = share->row; row < share->row_end; row += g->strip_rows) {
            const int end = least(row + g->strip_rows, share->row_end);
            for (int i = 0; i < g->rows.span_count * g->columns.span_count; i++) {
                run_patch(g, &g->rows.spans[i / g->columns.span_count],
                          &g->columns.spans[i % g->columns.span_count], &w, row, end,
                          share->channel, share->channel_end, in, packed, bias, out);
            }
        }
        in += (size_t)g->in_channels * w.in_plane;
        out += (size_t)g->out_channels * w.out_plane;
        weight += g->weight_group;
        if (bias) bias += g->out_channels;
    }
}
