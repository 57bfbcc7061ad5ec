/* Convolutions by Winograd's F(4x4, 3x3), see winograd.h.
 *
 * Some neighbouring tiles at a time: their inputs are transformed, then each of the 36 points is a
 * product of matrices (outputs by inputs, inputs by tiles), and what it gives is transformed back.
 * All of this stays in the second cache, and a point's inputs in the first. */

#include "kernels/isa.h"
#include "kernels/isa/winograd_lines.h"
#include "kernels/pack.h"

EMB_DECLARE_KERNELS(EMB_NAME)

enum {
    OUT = EMB__WINO_OUT,
    IN = EMB__WINO_IN,
    POINTS = EMB__WINO_POINTS,
    AREA = EMB__WINO_KERNEL * EMB__WINO_KERNEL,
    PLACES = EMB__WINO_PLACES,
    OUTS = EMB__WINO_OUTS
};

static int least(int a, int b) { return a < b ? a : b; }

/* ---- transforms of lines ----------------------------------------------------------------------
 */

INLINE void output_line(const vf m[IN], vf y[OUT]) {
    const vf even_a = v_add(m[1], m[2]), odd_a = v_sub(m[1], m[2]);
    const vf even_b = v_add(m[3], m[4]), odd_b = v_sub(m[3], m[4]);
    y[0] = v_add(v_add(m[0], even_a), even_b);
    y[1] = v_fma(v_set(WINO_A), odd_a, v_mul(v_set(WINO_B), odd_b));
    y[2] = v_fma(v_set(WINO_A2), even_a, v_mul(v_set(WINO_B2), even_b));
    y[3] = v_fma(v_set(WINO_A * WINO_A2), odd_a, v_fma(v_set(WINO_B * WINO_B2), odd_b, m[5]));
}

/* Of 8 channels of the output. */
INLINE void weight_line(const v_eight *g, const int apart, v_eight t[IN]) {
    const v_eight even_a = g[0] + g[2 * apart] * WINO_A2, odd_a = g[apart] * WINO_A;
    const v_eight even_b = g[0] + g[2 * apart] * WINO_B2, odd_b = g[apart] * WINO_B;
    t[0] = g[0] * WINO_AT_0;
    t[1] = (even_a + odd_a) * WINO_AT_A;
    t[2] = (even_a - odd_a) * WINO_AT_A;
    t[3] = (even_b + odd_b) * WINO_AT_B;
    t[4] = (even_b - odd_b) * WINO_AT_B;
    t[5] = g[2 * apart];
}

/* ---- weights ----------------------------------------------------------------------------------
 */

/* to[point * apart] = packed[kernel position][8], transformed. */
static void transform_kernel(const float *packed, bool turned, float *to, size_t apart) {
    v_eight g[AREA], half[IN][EMB__WINO_KERNEL];
    for (int i = 0; i < AREA; i++) {
        memcpy(&g[i], packed + (turned ? AREA - 1 - i : i) * EMB__OUT_TILE, sizeof g[i]);
    }
    UNROLL for (int i = 0; i < EMB__WINO_KERNEL; i++) {
        v_eight t[IN];
        weight_line(g + i, EMB__WINO_KERNEL, t);
        UNROLL for (int k = 0; k < IN; k++) half[k][i] = t[k];
    }
    for (int i = 0; i < IN; i++) {
        v_eight t[IN];
        weight_line(half[i], 1, t);
        UNROLL for (int k = 0; k < IN; k++) {
            memcpy(to, &t[k], sizeof t[k]);
            to += apart;
        }
    }
}

/* u[point][channel / 8][in channel][channel % 8], for channels [from, to). */
static void transform_weights(const emb__gather *g, int from, int to, const float *weight, float *u,
                              float *packed) {
    const size_t ins = (size_t)g->in_channels;
    const bool together = g->weight_in == AREA; /* an output channel's weights lie in one run */
    const size_t runs = together ? 1 : ins, count = together ? ins * AREA : AREA;
    for (int first = from; first < to; first += EMB__OUT_TILE) {
        const int outs = least(EMB__OUT_TILE, to - first);
        if (outs < EMB__OUT_TILE) memset(packed, 0, ins * AREA * EMB__OUT_TILE * sizeof *packed);
        for (size_t run = 0; run < runs; run++) {
            pack_run(weight + (size_t)first * g->weight_out + run * g->weight_in, g->weight_out,
                     outs, count, packed + run * count * EMB__OUT_TILE);
        }
        for (size_t c = 0; c < ins; c++) {
            transform_kernel(packed + c * AREA * EMB__OUT_TILE, g->up,
                             u + ((size_t)first * ins + c * EMB__OUT_TILE),
                             emb__winograd_weights(g));
        }
    }
}

/* ---- products ---------------------------------------------------------------------------------
 */

/* m[out][place] = the sums over the inputs: chains of EMB__WINO_CHAIN, one added to the next. */
INLINE void products(const float *v, const float *u, int channels, float *m, const int outs,
                     const int places) {
    for (int half = 0; half < LANES; half += VL) {
        for (int from = 0; from < channels; from += EMB__WINO_CHAIN) {
            const int to = least(channels, from + EMB__WINO_CHAIN);
            vf sum[EMB__OUT_TILE][PLACES];
            UNROLL for (int o = 0; o < outs; o++) {
                UNROLL for (int p = 0; p < places; p++) sum[o][p] = v_set(0);
            }
            const float *x = v + from * places * LANES + half, *by = u + from * EMB__OUT_TILE;
            for (int c = from; c < to; c++, x += places * LANES, by += EMB__OUT_TILE) {
                vf value[PLACES];
                UNROLL for (int p = 0; p < places; p++) value[p] = v_load(x + p * LANES);
                UNROLL for (int o = 0; o < outs; o++) {
                    const vf w = v_set(by[o]);
                    UNROLL for (int p = 0; p < places; p++) {
                        sum[o][p] = v_fma(value[p], w, sum[o][p]);
                    }
                }
            }
            UNROLL for (int o = 0; o < outs; o++) {
                UNROLL for (int p = 0; p < places; p++) {
                    float *at = m + (o * places + p) * LANES + half;
                    v_store(at, from == 0 ? sum[o][p] : v_add(v_load(at), sum[o][p]));
                }
            }
        }
    }
}

/* Channels of a tile of registers. */
enum { TILE_OUTS = REGISTERS == 32 ? 8 : 4 };

#define PRODUCTS(places)                                                                           \
    static void products_##places(const float *v, const float *u, int channels, float *m) {        \
        for (int o = 0; o < EMB__OUT_TILE; o += TILE_OUTS) {                                       \
            products(v, u + o, channels, m + o * places * LANES, TILE_OUTS, places);               \
        }                                                                                          \
    }
PRODUCTS(1)
PRODUCTS(2)
PRODUCTS(3)
typedef void products_function(const float *v, const float *u, int channels, float *m);
static products_function *const products_of[PLACES + 1] = {NULL, products_1, products_2,
                                                           products_3};

/* ---- outputs ----------------------------------------------------------------------------------
 */

/* A tile's `rows` by `columns` outputs from [row][column] on; m[point * apart]. */
INLINE void transform_output(const float *m, size_t apart, float bias, float *out, size_t out_row,
                             const int first, const int rows, const int columns) {
    for (int half = 0; half < LANES; half += VL) {
        vf t[OUT][IN];
        UNROLL for (int j = 0; j < IN; j++) {
            vf line[IN], y[OUT];
            UNROLL for (int i = 0; i < IN; i++) {
                line[i] = v_load(m + (size_t)(i * IN + j) * apart + half);
            }
            output_line(line, y);
            UNROLL for (int i = 0; i < OUT; i++) t[i][j] = y[i];
        }
        UNROLL for (int i = 0; i < OUT; i++) {
            vf y[OUT];
            output_line(t[i], y);
            UNROLL for (int j = 0; j < OUT; j++) {
                if (i < first || i >= rows || j >= columns) continue;
                v_store(out + (size_t)i * out_row + (size_t)j * LANES + half,
                        v_add(y[j], v_set(bias)));
            }
        }
    }
}

/* ---- all of it --------------------------------------------------------------------------------
 */

/* What a turn of tiles shares. */
typedef struct turn {
    const emb__gather *g;
    const emb__share *share;
    int tile, tile_end, places, columns; /* tiles, of which a row has `columns` */
    const float *u, *bias;
    float *v, *m, *out;
} turn;

/* Channels [from, to) of a turn's tiles, from m[point][out][place]. */
static void write_outputs(const turn *r, int from, int to) {
    const emb__gather *g = r->g;
    const size_t apart = emb__winograd_products(r->places, LANES), row = (size_t)g->out_w * LANES;
    for (int o = from; o < to; o++) {
        const float *m = r->m + (size_t)(o - from) * (size_t)r->places * LANES;
        for (int tile = r->tile; tile < r->tile_end; tile++, m += LANES) {
            const int y = tile / r->columns * OUT, x = tile % r->columns * OUT;
            const int first = r->share->row > y ? r->share->row - y : 0;
            const int rows = least(OUT, r->share->row_end - y), columns = least(OUT, g->out_w - x);
            float *out =
                r->out + ((size_t)o * (size_t)g->out_h + (size_t)y) * row + (size_t)x * LANES;
            const float bias = r->bias ? r->bias[o] : 0;
            if (first == 0 && rows == OUT && columns == OUT) {
                transform_output(m, apart, bias, out, row, 0, OUT, OUT);
            } else {
                transform_output(m, apart, bias, out, row, first, rows, columns);
            }
        }
    }
}

static void run_turn(const turn *r, const float *in) {
    const emb__gather *g = r->g;
    const int up = emb__winograd_before(g, 0), left = emb__winograd_before(g, 1);
    const size_t point_u = emb__winograd_weights(g);
    const size_t point_v = emb__winograd_inputs(g, r->places, LANES);
    const size_t point_m = emb__winograd_products(r->places, LANES);
    const size_t one = (size_t)r->places * LANES; /* of a channel's products */
    for (int tile = r->tile; tile < r->tile_end; tile++) {
        winograd_input(in, g->in_channels, g->in_h, g->in_w, tile / r->columns * OUT - up,
                       tile % r->columns * OUT - left, r->v + (tile - r->tile) * LANES, one,
                       point_v);
    }
    for (int from = r->share->channel; from < r->share->channel_end; from += OUTS) {
        const int to = least(r->share->channel_end, from + OUTS);
        for (size_t point = 0; point < POINTS; point++) {
            for (int o = from; o < to; o += EMB__OUT_TILE) {
                products_of[r->places](
                    r->v + point * point_v, r->u + point * point_u + (size_t)(o * g->in_channels),
                    g->in_channels, r->m + point * point_m + (size_t)(o - from) * one);
            }
        }
        write_outputs(r, from, to);
    }
}

void EMB_NAME(winograd)(const emb__gather *g, const emb__share *share, const float *in,
                        const float *weight, const float *bias, float *out, float *scratch) {
    if (share->row >= share->row_end || share->channel >= share->channel_end) return;
    float *packed = scratch + POINTS * emb__winograd_weights(g);
    turn r = {.g = g,
              .share = share,
              .columns = (g->out_w + OUT - 1) / OUT,
              .u = scratch,
              .bias = bias,
              .v = packed + emb__winograd_packed(g),
              .out = out};
    r.m = r.v + POINTS * emb__winograd_inputs(g, PLACES, LANES);
    const int first = share->row / OUT * r.columns;
    const int end = (share->row_end + OUT - 1) / OUT * r.columns;
    const int turns = (end - first + PLACES - 1) / PLACES;
    for (int group = 0; group < g->groups; group++) {
        transform_weights(g, share->channel, share->channel_end, weight, scratch, packed);
        r.tile = first;
        for (int left = turns; left > 0; left--) {
            r.places = (end - r.tile + left - 1) / left; /* nearly equal: 4 is 2 + 2 */
            r.tile_end = r.tile + r.places;
            run_turn(&r, in);
            r.tile = r.tile_end;
        }
        in += (size_t)g->in_channels * (size_t)g->in_h * (size_t)g->in_w * LANES;
        r.out += (size_t)g->out_channels * (size_t)g->out_h * (size_t)g->out_w * LANES;
        weight += g->weight_group;
        if (r.bias) r.bias += g->out_channels;
    }
}
