/* The definition of what winograd.h is about, in plain scalar C. */
#include "kernels/reference_winograd.h"

EMB_DECLARE_KERNELS(NAME)

/* 3 weights to the points. Products and sums are rounded each by itself. */
static void weight_line(const float *g, int apart, float *to, int to_apart) {
    const float even_a = g[0] + g[2 * apart] * WINO_A2, odd_a = g[apart] * WINO_A;
    const float even_b = g[0] + g[2 * apart] * WINO_B2, odd_b = g[apart] * WINO_B;
    to[0] = g[0] * WINO_AT_0;
    to[to_apart] = (even_a + odd_a) * WINO_AT_A;
    to[2 * to_apart] = (even_a - odd_a) * WINO_AT_A;
    to[3 * to_apart] = (even_b + odd_b) * WINO_AT_B;
    to[4 * to_apart] = (even_b - odd_b) * WINO_AT_B;
    to[5 * to_apart] = g[2 * apart];
}

/* The points to 4 outputs, in place. */
static void output_line(float *m, int apart) {
    const float even_a = m[apart] + m[2 * apart], odd_a = m[apart] - m[2 * apart];
    const float even_b = m[3 * apart] + m[4 * apart], odd_b = m[3 * apart] - m[4 * apart];
    const float last = fmaf(WINO_A * WINO_A2, odd_a, fmaf(WINO_B * WINO_B2, odd_b, m[5 * apart]));
    m[0] = (m[0] + even_a) + even_b;
    m[apart] = fmaf(WINO_A, odd_a, WINO_B * odd_b);
    m[2 * apart] = fmaf(WINO_A2, even_a, WINO_B2 * even_b);
    m[3 * apart] = last;
}

/* The transformed kernel; the way up meets it backwards. */
static void transform_kernel(const emb__gather *g, const float *weight, float u[IN * IN]) {
    float turned[KERNEL * KERNEL], half[IN * KERNEL];
    for (int i = 0; i < KERNEL * KERNEL; i++) {
        turned[i] = weight[g->up ? KERNEL * KERNEL - 1 - i : i];
    }
    for (int i = 0; i < KERNEL; i++) weight_line(turned + i, KERNEL, half + i, KERNEL);
    for (int i = 0; i < IN; i++) weight_line(half + KERNEL * i, 1, u + IN * i, 1);
}

/* One lane's transformed 6x6 inputs from (y, x) on; padding is 0. */
static void transform_input(const emb__gather *g, const float *plane, int y, int x, int lane,
                            float v[IN * IN]) {
    for (int i = 0; i < IN * IN; i++) {
        const int row = y + i / IN, column = x + i % IN;
        const bool inside = row >= 0 && row < g->in_h && column >= 0 && column < g->in_w;
        v[i] = inside ? plane[(row * g->in_w + column) * LANES + lane] : 0;
    }
    for (int i = 0; i < IN; i++) input_line(v + i, IN);
    for (int i = 0; i < IN; i++) input_line(v + IN * i, 1);
}

/* One lane's outputs of a tile, y[4][6], of which 4 columns count. in: the group's; weight: the
 * output channel's. */
static void tile(const emb__gather *g, const float *in, const float *weight, int y, int x, int lane,
                 float sum[IN * IN]) {
    const size_t plane = (size_t)g->in_h * (size_t)g->in_w * LANES;
    float u[IN * IN], v[IN * IN], chain[IN * IN] = {0};
    for (int c = 0; c < g->in_channels; c++) {
        transform_kernel(g, weight + (size_t)c * g->weight_in, u);
        transform_input(g, in + (size_t)c * plane, y, x, lane, v);
        for (int i = 0; i < IN * IN; i++) {
            chain[i] = fmaf(v[i], u[i], c % EMB__WINO_CHAIN == 0 ? 0 : chain[i]);
            if ((c + 1) % EMB__WINO_CHAIN != 0 && c + 1 < g->in_channels) continue;
            sum[i] = c < EMB__WINO_CHAIN ? chain[i] : sum[i] + chain[i];
        }
    }
    for (int i = 0; i < IN; i++) output_line(sum + i, IN);
    for (int i = 0; i < OUT; i++) output_line(sum + IN * i, 1);
}

/* Of a tile's sums those that the image and the share have; `out`: the channel's. */
static void write_tile(const emb__gather *g, const emb__share *share, const float *sum, float bias,
                       int y, int x, float *out) {
    for (int i = 0; i < OUT * OUT; i++) {
        const int row = y + i / OUT, column = x + i % OUT;
        if (row < share->row || row >= share->row_end || column >= g->out_w) continue;
        out[(row * g->out_w + column) * LANES] = sum[i / OUT * IN + i % OUT] + bias;
    }
}

void NAME(winograd)(const emb__gather *g, const emb__share *share, const float *in,
                    const float *weight, const float *bias, float *out, float *scratch) {
    (void)scratch;
    const size_t plane = (size_t)g->in_h * (size_t)g->in_w * LANES;
    const size_t out_plane = (size_t)g->out_h * (size_t)g->out_w * LANES;
    for (int o = 0; o < g->groups * g->out_channels; o++, out += out_plane) {
        const int group = o / g->out_channels, channel = o % g->out_channels;
        const float *w = weight + (size_t)group * g->weight_group + (size_t)channel * g->weight_out;
        if (channel < share->channel || channel >= share->channel_end) continue;
        for (int y = 0; y < g->out_h; y += OUT) {
            for (int x = 0; x < g->out_w; x += OUT) {
                for (int lane = 0; lane < LANES; lane++) {
                    float sum[IN * IN] = {0};
                    tile(g, in + (size_t)(group * g->in_channels) * plane, w,
                         y - emb__winograd_before(g, 0), x - emb__winograd_before(g, 1), lane, sum);
                    write_tile(g, share, sum, bias ? bias[o] : 0, y, x, out + lane);
                }
            }
        }
    }
}
