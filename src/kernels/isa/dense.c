/* Linear: forward and input gradient (dense), weight gradient (outer).
 *
 * A block has one vector of images for each feature, so each weight is used once per block. The
 * limit is loading the weights: one broadcast load for each multiply-add. */
#include "kernels/chains.h"
#include "kernels/isa.h"

EMB_DECLARE_KERNELS(EMB_NAME)

/* Outputs of one tile. A weight row is walked IN_STEP inputs at a time, so that its address is
 * computed once for all of them. */
#if REGISTERS == 32
enum { OUTS = 16, IN_STEP = 8 };
#else
enum { OUTS = 8, IN_STEP = 4 };
#endif

/* Four neighbouring outputs over `ins` inputs: with more rows at once their addresses would no
 * longer fit the general registers. */
INLINE void four_rows(vf *sum, const vf *value, const float *weight, size_t out_stride,
                      const int ins) {
    const float *w0 = weight, *w1 = w0 + out_stride, *w2 = w1 + out_stride, *w3 = w2 + out_stride;
    UNROLL for (int i = 0; i < ins; i++) {
        sum[0] = v_fma(value[i], v_set(w0[i]), sum[0]);
        sum[1] = v_fma(value[i], v_set(w1[i]), sum[1]);
        sum[2] = v_fma(value[i], v_set(w2[i]), sum[2]);
        sum[3] = v_fma(value[i], v_set(w3[i]), sum[3]);
    }
}

/* Rows of weights along the inputs: a forward pass. */
INLINE void tile_along(const float *in, int in_count, const float *weight, size_t out_stride,
                       const float *bias, float *out, const int outs) {
    for (int half = 0; half < LANES; half += VL) {
        vf sum[OUTS];
        UNROLL for (int o = 0; o < outs; o++) sum[o] = v_set(bias ? bias[o] : 0.0f);
        int i = 0;
        for (; outs % 4 == 0 && i + IN_STEP <= in_count; i += IN_STEP) {
            vf value[IN_STEP];
            UNROLL for (int j = 0; j < IN_STEP; j++) {
                value[j] = v_load(in + (size_t)(i + j) * LANES + half);
            }
            UNROLL for (int o = 0; o < outs; o += 4) {
                four_rows(sum + o, value, weight + (size_t)o * out_stride + i, out_stride, IN_STEP);
            }
        }
        for (; i < in_count; i++) {
            const vf value = v_load(in + (size_t)i * LANES + half);
            UNROLL for (int o = 0; o < outs; o++) {
                sum[o] = v_fma(value, v_set(weight[(size_t)o * out_stride + (size_t)i]), sum[o]);
            }
        }
        UNROLL for (int o = 0; o < outs; o++) v_store(out + o * LANES + half, sum[o]);
    }
}

/* Rows of weights along the outputs: an input gradient. */
INLINE void tile_across(const float *in, int in_count, const float *weight, size_t in_stride,
                        const float *bias, float *out, const int outs) {
    for (int half = 0; half < LANES; half += VL) {
        vf sum[OUTS];
        UNROLL for (int o = 0; o < outs; o++) sum[o] = v_set(bias ? bias[o] : 0.0f);
        for (int i = 0; i < in_count; i++) {
            const vf value = v_load(in + (size_t)i * LANES + half);
            const float *w = weight + (size_t)i * in_stride;
            UNROLL for (int o = 0; o < outs; o++) sum[o] = v_fma(value, v_set(w[o]), sum[o]);
        }
        UNROLL for (int o = 0; o < outs; o++) v_store(out + o * LANES + half, sum[o]);
    }
}

/* The same with lanes that are outputs, whose weights lie side by side, and images that are
 * broadcast: fewer loads for a multiply-add, for the price of turning the sums. */
enum { TURNED_VECTORS = 2, TURNED_IMAGES = 8, TURNED = TURNED_VECTORS * VL };
INLINE void turned_images(const float *in, int in_count, const float *weight, size_t in_stride,
                          const float *bias, float *turned) {
    vf sum[TURNED_VECTORS][TURNED_IMAGES];
    UNROLL for (int v = 0; v < TURNED_VECTORS; v++) {
        const vf start = bias ? v_load(bias + v * VL) : v_set(0);
        UNROLL for (int n = 0; n < TURNED_IMAGES; n++) sum[v][n] = start;
    }
    for (int i = 0; i < in_count; i++, in += LANES, weight += in_stride) {
        vf by[TURNED_VECTORS];
        UNROLL for (int v = 0; v < TURNED_VECTORS; v++) by[v] = v_load(weight + v * VL);
        UNROLL for (int n = 0; n < TURNED_IMAGES; n++) {
            const vf value = v_set(in[n]);
            UNROLL for (int v = 0; v < TURNED_VECTORS; v++) sum[v][n] =
                v_fma(value, by[v], sum[v][n]);
        }
    }
    UNROLL for (int v = 0; v < TURNED_VECTORS; v++) {
        UNROLL for (int n = 0; n < TURNED_IMAGES; n++) {
            v_store(turned + (size_t)(v * LANES + n) * VL, sum[v][n]);
        }
    }
}

INLINE void tile_turned(const float *in, int in_count, const float *weight, size_t in_stride,
                        const float *bias, float *out) {
    float turned[TURNED_VECTORS * LANES * VL]; /* [vector][image][output] */
    for (int n = 0; n < LANES; n += TURNED_IMAGES) {
        turned_images(in + n, in_count, weight, in_stride, bias, turned + n * VL);
    }
    for (int v = 0; v < TURNED_VECTORS; v++) {
        v_transpose(turned + v * LANES * VL, VL, out + (size_t)(v * VL) * LANES, LANES);
    }
}

/* Vectors of half the lanes and few registers (AVX2 with a block of 16): both halves at once, so
 * that a weight is loaded once for two multiply-adds. 12 of 16 registers for sums. */
enum { PAIR_OUTS = 6 };
INLINE void tile_pair(const float *in, int in_count, const float *weight, size_t out_stride,
                      size_t in_stride, const float *bias, float *out, const int outs) {
    vf sum[PAIR_OUTS][2];
    UNROLL for (int o = 0; o < outs; o++) sum[o][0] = sum[o][1] = v_set(bias ? bias[o] : 0.0f);
    for (int i = 0; i < in_count; i++, in += LANES, weight += in_stride) {
        const vf low = v_load(in), high = v_load(in + VL);
        UNROLL for (int o = 0; o < outs; o++) {
            const vf by = v_set(weight[(size_t)o * out_stride]);
            sum[o][0] = v_fma(low, by, sum[o][0]);
            sum[o][1] = v_fma(high, by, sum[o][1]);
        }
    }
    UNROLL for (int o = 0; o < outs; o++) {
        v_store(out + o * LANES, sum[o][0]);
        v_store(out + o * LANES + VL, sum[o][1]);
    }
}

/* One tile; returns how many outputs it has. */
static int pair_tile(const float *in, int in_count, const float *weight, size_t out_stride,
                     size_t in_stride, const float *bias, float *out, int left) {
    if (left >= PAIR_OUTS && out_stride == 1) {
        tile_pair(in, in_count, weight, 1, in_stride, bias, out, PAIR_OUTS);
    } else if (left >= PAIR_OUTS) {
        tile_pair(in, in_count, weight, out_stride, 1, bias, out, PAIR_OUTS);
    } else if (left >= 4) {
        tile_pair(in, in_count, weight, out_stride, in_stride, bias, out, 4);
    } else if (left >= 2) {
        tile_pair(in, in_count, weight, out_stride, in_stride, bias, out, 2);
    } else {
        tile_pair(in, in_count, weight, out_stride, in_stride, bias, out, 1);
    }
    return left >= PAIR_OUTS ? PAIR_OUTS : left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

/* Tiles of OUTS outputs, the rest one by one. */
static int plain_tile(const float *in, int in_count, const float *weight, size_t out_stride,
                      size_t in_stride, const float *bias, float *out, int left) {
    const bool full = left >= OUTS;
    if (VL == EMB__LANES && in_stride != 1 && left >= TURNED) {
        tile_turned(in, in_count, weight, in_stride, bias, out);
        return TURNED;
    }
    if (in_stride == 1) {
        if (full) tile_along(in, in_count, weight, out_stride, bias, out, OUTS);
        if (!full) tile_along(in, in_count, weight, out_stride, bias, out, 1);
    } else {
        if (full) tile_across(in, in_count, weight, in_stride, bias, out, OUTS);
        if (!full) tile_across(in, in_count, weight, in_stride, bias, out, 1);
    }
    return full ? OUTS : 1;
}

enum { PAIRS = 2 * VL == LANES && REGISTERS == 16 };

static int one_tile(const float *in, int in_count, const float *weight, size_t out_stride,
                    size_t in_stride, const float *bias, float *out, int left) {
    return (PAIRS ? pair_tile : plain_tile)(in, in_count, weight, out_stride, in_stride, bias, out,
                                            left);
}

/* A tile whose sums are long: its chains are tiles of fewer inputs. */
static int long_tile(const float *in, int in_count, const float *weight, size_t out_stride,
                     size_t in_stride, const float *bias, float *out, int left) {
    chains all;
    chain_begin(&all);
    int outs = 0;
    for (int i = 0; i < in_count; i += EMB__CHAIN) {
        const int count = in_count - i < EMB__CHAIN ? in_count - i : EMB__CHAIN;
        outs = one_tile(in + (size_t)i * LANES, count, weight + (size_t)i * in_stride, out_stride,
                        in_stride, i == 0 ? bias : NULL, chain_room(&all), left);
        chain_add(&all, (size_t)outs * LANES);
    }
    const size_t floats = (size_t)outs * LANES;
    memcpy(out, chain_end(&all, floats), floats * sizeof *out);
    return outs;
}

void EMB_NAME(dense)(const float *in, int in_count, const float *weight, size_t out_stride,
                     size_t in_stride, const float *bias, float *out, int out_count) {
    for (int o = 0; o < out_count;) {
        o += (in_count > EMB__CHAIN ? long_tile : one_tile)(
            in, in_count, weight + (size_t)o * out_stride, out_stride, in_stride,
            bias ? bias + o : NULL, out + (size_t)o * LANES, out_count - o);
    }
}

/* Outputs by vectors of inputs in one tile: 16 chains (8). */
enum { OUTER_OUTS = 4, OUTER_VECTORS = REGISTERS == 32 ? 4 : 2, WIDTH = OUTER_VECTORS * VL };

/* grad[o][WIDTH], of which `count` exist, and the tile's sums. */
INLINE void outer_tile(const float *rows, size_t row, const float *go, float *grad, size_t ins,
                       size_t count, emb__into into, const int outs, const int vectors) {
    vf sum[OUTER_OUTS][OUTER_VECTORS];
    float kept[OUTER_OUTS][WIDTH];
    float *to[OUTER_OUTS];
    for (int o = 0; o < outs; o++) {
        to[o] = count == WIDTH ? grad + (size_t)o * ins : kept[o];
        if (count == WIDTH || into == EMB__WRITE) continue;
        memset(kept[o], 0, (size_t)(vectors * VL) * sizeof *kept[o]);
        memcpy(kept[o], grad + (size_t)o * ins, count * sizeof *kept[o]);
    }
    UNROLL for (int o = 0; o < outs; o++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            sum[o][v] = into == EMB__GO_ON ? v_load(to[o] + v * VL) : v_set(0);
        }
    }
    for (int n = 0; n < LANES; n++) {
        vf value[OUTER_VECTORS];
        UNROLL for (int v = 0; v < vectors; v++) {
            value[v] = v_load(rows + (size_t)n * row + v * VL);
        }
        UNROLL for (int o = 0; o < outs; o++) {
            const vf by = v_set(go[o * LANES + n]);
            UNROLL for (int v = 0; v < vectors; v++) { sum[o][v] = v_fma(value[v], by, sum[o][v]); }
        }
    }
    UNROLL for (int o = 0; o < outs; o++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            float *at = to[o] + v * VL;
            v_store(at, into == EMB__ADD ? v_add(v_load(at), sum[o][v]) : sum[o][v]);
        }
    }
    for (int o = 0; o < outs && count < WIDTH; o++) {
        memcpy(grad + (size_t)o * ins, kept[o], count * sizeof *kept[o]);
    }
}

void EMB_NAME(outer)(const float *in, int in_count, const float *go, int out_count, float *grad,
                     emb__into into, float *scratch) {
    const size_t ins = (size_t)in_count;
    /* scratch[n][i] = in[i][n]: the lanes become rows. Numbers past a row's end are computed, but
     * not kept. */
    const size_t row = (ins + EMB__LANES - 1) / EMB__LANES * EMB__LANES;
    size_t whole = 0;
    for (; whole + LANES <= ins; whole += LANES) {
        const float *from = in + whole * LANES;
        if (LANES == 16) v_transpose(from, LANES, scratch + whole, row);
        if (LANES == 8) v_transpose_8(from, LANES, scratch + whole, row);
    }
    for (size_t i = whole; i < ins; i++) {
        for (size_t n = 0; n < LANES; n++) scratch[n * row + i] = in[i * LANES + n];
    }
    for (int o = 0; o < out_count;) {
        const int outs = out_count - o >= OUTER_OUTS ? OUTER_OUTS : 1;
        for (size_t i = 0; i < ins; i += WIDTH) {
            const size_t count = ins - i < WIDTH ? ins - i : WIDTH;
            float *to = grad + (size_t)o * ins + i;
            const float *from = scratch + i, *by = go + o * LANES;
            if (outs == 1) {
                outer_tile(from, row, by, to, ins, count, into, 1, OUTER_VECTORS);
            } else if (count <= VL) {
                outer_tile(from, row, by, to, ins, count, into, OUTER_OUTS, 1);
            } else {
                outer_tile(from, row, by, to, ins, count, into, OUTER_OUTS, OUTER_VECTORS);
            }
        }
        o += outs;
    }
}
