/* One image alone: a vector is 16 output channels of one place, so that every lane has work. The
 * sums are those of a block, number by number.
 *
 * Activations are [row][column][channel]; weights are packed [channel / 16][in][kernel][16]. */
#include "kernels/chains.h"
#include "kernels/isa.h"

EMB_DECLARE_KERNELS(EMB_NAME)

/* Vectors of one packed tile of 16 channels, and places whose sums fit the registers beside a
 * weight: two tiles of channels at once if the places are few, to hide a multiply-add's latency. */
enum {
    PARTS = EMB__LANES / VL,
    PLACES = PARTS == 1 ? 14 : REGISTERS / PARTS - 2,
    FEW = PLACES / 2,
    MOST_PLACES = 14
};

/* What all tiles of a patch share; distances in floats. */
typedef struct window {
    const emb__tap *taps;
    int tap_count, in_channels, chain; /* chain: channels of one */
    int pixel;                         /* floats between neighbours of the input */
    size_t in_step, out_step, weight_tile, area;
} window;

/* The first `left` numbers of a sum: the last tile's channels may be fewer than its lanes. */
INLINE void keep(float *out, vf sum, int left) {
    if (left >= VL) {
        v_store(out, sum);
    } else if (left > 0) {
        float all[VL];
        v_store(all, sum);
        memcpy(out, all, (size_t)left * sizeof *all);
    }
}

/* `tiles` tiles of 16 channels by `places` outputs; `channels` of them are kept. */
INLINE void tile(const window *w, const float *in, const float *weight, const float *bias,
                 float *out, int channels, const int tiles, const int places) {
    vf sum[2 * PARTS][MOST_PLACES];
    UNROLL for (int v = 0; v < tiles * PARTS; v++) {
        const vf start = bias ? v_load(bias + v * VL) : v_set(0);
        UNROLL for (int j = 0; j < places; j++) sum[v][j] = start;
    }
    const float *by = weight;
    for (int c = 0; c < w->in_channels; c++, by += w->area * EMB__LANES) {
        for (int t = 0; t < w->tap_count; t++) {
            const float *x = in + (size_t)w->taps[t].in / EMB__LANES * (size_t)w->pixel + c;
            const float *at = by + (size_t)w->taps[t].weight / EMB__OUT_TILE * EMB__LANES;
            vf value[2 * PARTS];
            UNROLL for (int v = 0; v < tiles * PARTS; v++) {
                value[v] = v_load(at + (size_t)(v / PARTS) * w->weight_tile + v % PARTS * VL);
            }
            UNROLL for (int j = 0; j < places; j++) {
                const vf pixel = v_set(x[(size_t)j * w->in_step]);
                UNROLL for (int v = 0; v < tiles * PARTS; v++) {
                    sum[v][j] = v_fma(pixel, value[v], sum[v][j]);
                }
            }
        }
    }
    UNROLL for (int j = 0; j < places; j++) {
        UNROLL for (int v = 0; v < tiles * PARTS; v++) {
            keep(out + (size_t)j * w->out_step + v * VL, sum[v][j], channels - v * VL);
        }
    }
}

typedef void tile_function(const window *w, const float *in, const float *weight, const float *bias,
                           float *out, int channels);

#define TILE(tiles, places)                                                                        \
    static void tile_##tiles##x##places(const window *w, const float *in, const float *weight,     \
                                        const float *bias, float *out, int channels) {             \
        tile(w, in, weight, bias, out, channels, tiles, places);                                   \
    }
#define ENTRY(tiles, places) [tiles][places] = tile_##tiles##x##places,
/* clang-format off */
#define UP_TO_3(_, tiles) _(tiles, 1) _(tiles, 2) _(tiles, 3)
#define UP_TO_6(_, tiles) UP_TO_3(_, tiles) _(tiles, 4) _(tiles, 5) _(tiles, 6)
#define UP_TO_14(_, tiles) UP_TO_6(_, tiles) _(tiles, 7) _(tiles, 8) _(tiles, 9) _(tiles, 10) \
    _(tiles, 11) _(tiles, 12) _(tiles, 13) _(tiles, 14)
/* clang-format on */
#if REGISTERS == 32 && VL == 16
#define TILES(_) UP_TO_14(_, 1) UP_TO_6(_, 2) _(2, 7)
#elif REGISTERS / (16 / VL) == 8
#define TILES(_) UP_TO_6(_, 1) UP_TO_3(_, 2)
#else
#define TILES(_) _(1, 1) _(1, 2) _(2, 1)
#endif

TILES(TILE)
static tile_function *const tile_table[3][MOST_PLACES + 1] = {TILES(ENTRY)};

static int least(int a, int b) { return a < b ? a : b; }

/* A tile whose sums are long: its chains are tiles of fewer input channels. */
static void run_long(const window *w, int tiles, int places, const float *in, const float *weight,
                     const float *bias, float *out, int channels) {
    chains all;
    chain_begin(&all);
    const size_t row = (size_t)tiles * EMB__LANES, floats = row * (size_t)places;
    window part = *w;
    part.out_step = row;
    for (int c = 0; c < w->in_channels; c += w->chain) {
        part.in_channels = least(w->chain, w->in_channels - c);
        tile_table[tiles][places](&part, in + c, weight + (size_t)c * w->area * EMB__LANES,
                                  c == 0 ? bias : NULL, chain_room(&all), (int)row);
        chain_add(&all, floats);
    }
    const float *sums = chain_end(&all, floats);
    for (int j = 0; j < places; j++) {
        memcpy(out + (size_t)j * w->out_step, sums + (size_t)j * row,
               (size_t)least(channels, (int)row) * sizeof *sums);
    }
}

/* `count` outputs in a line of a patch, all channels of the group. */
static void run_line(const window *w, int count, int channels, const float *in, const float *weight,
                     const float *bias, float *out) {
    for (int c = 0; c < channels;) {
        const bool two = count <= FEW && channels - c > EMB__LANES;
        const int most = two ? FEW : PLACES, pieces = (count + most - 1) / most;
        for (int piece = 0, at = 0; piece < pieces; piece++) {
            const int places = (count - at + (pieces - piece) - 1) / (pieces - piece);
            const int tiles = two ? 2 : 1;
            const float *from = in + (size_t)at * w->in_step, *start = bias ? bias + c : NULL;
            const float *by = weight + (size_t)(c / EMB__LANES) * w->weight_tile;
            float *to = out + (size_t)at * w->out_step + c;
            if (w->in_channels <= w->chain) {
                tile_table[tiles][places](w, from, by, start, to, channels - c);
            } else {
                run_long(w, tiles, places, from, by, start, to, channels - c);
            }
            at += places;
        }
        c += two ? 2 * EMB__LANES : EMB__LANES;
    }
}

void EMB_NAME(single_gather)(const emb__gather *g, const float *in, const float *packed,
                             const float *bias, float *out, float *scratch) {
    emb__tap *taps = (emb__tap *)(void *)scratch;
    const size_t area = (size_t)g->kernel[0] * (size_t)g->kernel[1];
    const size_t rounded = ((size_t)g->out_channels + EMB__LANES - 1) / EMB__LANES * EMB__LANES;
    const size_t in_pixel = (size_t)g->groups * (size_t)g->in_channels;
    const size_t out_pixel = (size_t)g->groups * (size_t)g->out_channels;
    window w = {.in_channels = g->in_channels,
                .chain = emb__chain_channels(g),
                .pixel = (int)in_pixel,
                .area = area,
                .weight_tile = (size_t)g->in_channels * area * EMB__LANES};
    for (int group = 0; group < g->groups; group++) {
        for (int i = 0; i < g->rows.span_count * g->columns.span_count; i++) {
            const emb__span *rows = &g->rows.spans[i / g->columns.span_count];
            const emb__span *columns = &g->columns.spans[i % g->columns.span_count];
            const size_t in_y = (size_t)rows->in_step * (size_t)g->in_w * in_pixel;
            const size_t out_y = (size_t)rows->step * (size_t)g->out_w * out_pixel;
            const size_t in_x = (size_t)columns->in_step * in_pixel;
            const size_t out_x = (size_t)columns->step * out_pixel;
            const bool down = columns->count < rows->count;
            w.taps = taps;
            w.tap_count = emb__patch_taps(g, rows, columns, taps);
            w.in_step = down ? in_y : in_x;
            w.out_step = down ? out_y : out_x;
            const int lines = down ? columns->count : rows->count;
            const int count = down ? rows->count : columns->count;
            float *to =
                out + ((size_t)rows->first * (size_t)g->out_w + (size_t)columns->first) * out_pixel;
            for (int line = 0; line < lines; line++) {
                const size_t l = (size_t)line;
                run_line(&w, count, g->out_channels, in + l * (down ? in_x : in_y), packed, bias,
                         to + l * (down ? out_x : out_y));
            }
        }
        in += g->in_channels;
        out += g->out_channels;
        packed += rounded * (size_t)g->in_channels * area;
        if (bias) bias += rounded;
    }
}

/* Packed tiles of outputs side by side: as many chains as hide a multiply-add's latency. */
enum { DENSE_TILES = PARTS == 1 ? 8 : PARTS == 2 ? 4 : 2 };

/* next: from one packed tile to the next. */
INLINE void dense_tile(const float *in, int in_count, const float *weight, size_t next,
                       const float *bias, float *out, int outs, const int tiles) {
    vf sum[DENSE_TILES * PARTS];
    UNROLL for (int v = 0; v < tiles * PARTS; v++) {
        sum[v] = bias ? v_load(bias + v * VL) : v_set(0);
    }
    for (int i = 0; i < in_count; i++, weight += EMB__LANES) {
        const vf value = v_set(in[i]);
        UNROLL for (int v = 0; v < tiles * PARTS; v++) {
            const vf by = v_load(weight + (size_t)(v / PARTS) * next + v % PARTS * VL);
            sum[v] = v_fma(value, by, sum[v]);
        }
    }
    UNROLL for (int v = 0; v < tiles * PARTS; v++) keep(out + v * VL, sum[v], outs - v * VL);
}

static void dense_tiles(const float *in, int in_count, const float *weight, size_t next,
                        const float *bias, float *out, int outs, int tiles) {
    if (tiles == DENSE_TILES) {
        dense_tile(in, in_count, weight, next, bias, out, outs, DENSE_TILES);
    } else if (tiles > 1) {
        dense_tile(in, in_count, weight, next, bias, out, outs, DENSE_TILES / 2);
    } else {
        dense_tile(in, in_count, weight, next, bias, out, outs, 1);
    }
}

void EMB_NAME(single_dense)(const float *in, int in_count, const float *packed, const float *bias,
                            float *out, int out_count) {
    const size_t next = (size_t)in_count * EMB__LANES;
    for (int o = 0; o < out_count;) {
        const float *weight = packed + (size_t)o * (size_t)in_count;
        const float *start = bias ? bias + o : NULL;
        const int left = (out_count - o + EMB__LANES - 1) / EMB__LANES;
        const int tiles = left >= DENSE_TILES       ? DENSE_TILES
                          : left >= DENSE_TILES / 2 ? DENSE_TILES / 2
                                                    : 1;
        const int outs = least(tiles * EMB__LANES, out_count - o);
        if (in_count <= EMB__CHAIN) {
            dense_tiles(in, in_count, weight, next, start, out + o, outs, tiles);
        } else {
            chains all;
            chain_begin(&all);
            const size_t floats = (size_t)tiles * EMB__LANES;
            for (int i = 0; i < in_count; i += EMB__CHAIN) {
                dense_tiles(in + i, least(EMB__CHAIN, in_count - i),
                            weight + (size_t)i * EMB__LANES, next, i == 0 ? start : NULL,
                            chain_room(&all), (int)floats, tiles);
                chain_add(&all, floats);
            }
            memcpy(out + o, chain_end(&all, floats), (size_t)outs * sizeof *out);
        }
        o += outs;
    }
}
