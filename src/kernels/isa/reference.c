/* The definition of every kernel, in plain scalar C: what is summed, and in which order. It is
 * written to be read, not to be fast; tests compare every instruction set with it bit for bit. */
#include "kernels/reference_math.h"

EMB_DECLARE_KERNELS(NAME)

/* The input position that output o meets at kernel position k, in direction d; -1 on padding. */
static int meets(const emb__gather *g, int d, int o, int k) {
    const int size = d == 0 ? g->in_h : g->in_w;
    int64_t at;
    if (g->up) {
        at = (int64_t)o + g->padding[d] - (int64_t)k * g->dilation[d];
        if (at < 0 || at % g->stride[d] != 0) return -1;
        at /= g->stride[d];
    } else {
        at = (int64_t)o * g->stride[d] - g->padding[d] + (int64_t)k * g->dilation[d];
    }
    return at >= 0 && at < size ? (int)at : -1;
}

/* The terms of one input channel's plane, for one output of one lane. */
static float gather_channel(const emb__gather *g, const float *in, const float *weight, float sum,
                            int y, int x, int lane) {
    for (int kh = 0; kh < g->kernel[0]; kh++) {
        for (int kw = 0; kw < g->kernel[1]; kw++) {
            const int iy = meets(g, 0, y, kh), ix = meets(g, 1, x, kw);
            if (iy < 0 || ix < 0) continue;
            const size_t at = (size_t)iy * (size_t)g->in_w + (size_t)ix;
            sum = fmaf(in[at * LANES + (size_t)lane], weight[kh * g->kernel[1] + kw], sum);
        }
    }
    return sum;
}

/* One output of one lane: `in` is the group's, `weight` the output channel's. */
static float gather_one(const emb__gather *g, const float *in, const float *weight, float sum,
                        int y, int x, int lane) {
    const int chain = emb__chain_channels(g);
    chain_sum all = {0};
    for (int c = 0; c < g->in_channels; c++) {
        if (c > 0 && c % chain == 0) {
            add_chain(&all, sum);
            sum = 0;
        }
        const size_t plane = (size_t)c * (size_t)g->in_h * (size_t)g->in_w * LANES;
        sum = gather_channel(g, in + plane, weight + (size_t)c * g->weight_in, sum, y, x, lane);
    }
    add_chain(&all, sum);
    return all_chains(&all);
}

void NAME(gather)(const emb__gather *g, const emb__share *share, const float *in,
                  const float *weight, const float *bias, float *out, float *scratch) {
    (void)scratch;
    const size_t plane = (size_t)g->in_h * (size_t)g->in_w * LANES;
    for (int o = 0; o < g->groups * g->out_channels; o++) {
        const int group = o / g->out_channels, channel = o % g->out_channels;
        const float *group_in = in + (size_t)(group * g->in_channels) * plane;
        const float *w = weight + (size_t)group * g->weight_group + (size_t)channel * g->weight_out;
        for (int y = 0; y < g->out_h; y++) {
            for (int x = 0; x < g->out_w; x++, out += LANES) {
                if (y < share->row || y >= share->row_end) continue;
                if (channel < share->channel || channel >= share->channel_end) continue;
                for (int lane = 0; lane < LANES; lane++) {
                    out[lane] = gather_one(g, group_in, w, bias ? bias[o] : 0, y, x, lane);
                }
            }
        }
    }
}

void NAME(dense)(const float *in, int in_count, const float *weight, size_t out_stride,
                 size_t in_stride, const float *bias, float *out, int out_count) {
    for (int o = 0; o < out_count; o++) {
        for (int lane = 0; lane < LANES; lane++) {
            float sum = bias ? bias[o] : 0;
            chain_sum all = {0};
            for (int i = 0; i < in_count; i++) {
                if (i > 0 && i % EMB__CHAIN == 0) {
                    add_chain(&all, sum);
                    sum = 0;
                }
                sum = fmaf(in[i * LANES + lane],
                           weight[(size_t)o * out_stride + (size_t)i * in_stride], sum);
            }
            add_chain(&all, sum);
            *out++ = all_chains(&all);
        }
    }
}

#if LANES == 16
void NAME(single_gather)(const emb__gather *g, const float *in, const float *packed,
                         const float *bias, float *out, float *scratch) {
    (void)scratch;
    const int area = g->kernel[0] * g->kernel[1], ins = g->groups * g->in_channels;
    const int tiles = (g->out_channels + EMB__LANES - 1) / EMB__LANES;
    for (int y = 0; y < g->out_h; y++) {
        for (int x = 0; x < g->out_w; x++) {
            for (int o = 0; o < g->groups * g->out_channels; o++) {
                const int group = o / g->out_channels, channel = o % g->out_channels;
                const int tile = group * tiles + channel / EMB__LANES, lane = channel % EMB__LANES;
                float sum = bias ? bias[tile * EMB__LANES + lane] : 0;
                chain_sum all = {0};
                for (int c = 0; c < g->in_channels; c++) {
                    if (c > 0 && c % emb__chain_channels(g) == 0) {
                        add_chain(&all, sum);
                        sum = 0;
                    }
                    for (int k = 0; k < area; k++) {
                        const int iy = meets(g, 0, y, k / g->kernel[1]);
                        const int ix = meets(g, 1, x, k % g->kernel[1]);
                        if (iy < 0 || ix < 0) continue;
                        sum = fmaf(
                            in[(iy * g->in_w + ix) * ins + group * g->in_channels + c],
                            packed[((tile * g->in_channels + c) * area + k) * EMB__LANES + lane],
                            sum);
                    }
                }
                add_chain(&all, sum);
                *out++ = all_chains(&all);
            }
        }
    }
}

void NAME(single_dense)(const float *in, int in_count, const float *packed, const float *bias,
                        float *out, int out_count) {
    for (int o = 0; o < out_count; o++) {
        float sum = bias ? bias[o] : 0;
        chain_sum all = {0};
        for (int i = 0; i < in_count; i++) {
            if (i > 0 && i % EMB__CHAIN == 0) {
                add_chain(&all, sum);
                sum = 0;
            }
            sum = fmaf(in[i], packed[(o / EMB__LANES * in_count + i) * EMB__LANES + o % EMB__LANES],
                       sum);
        }
        add_chain(&all, sum);
        out[o] = all_chains(&all);
    }
}
#endif

static void keep(float *grad, float sum, bool add) { *grad = add ? *grad + sum : sum; }

/* What small position (y, x) meets at (kh, kw); NULL on padding. */
static const float *met(const emb__correlate *c, const float *big, int y, int x, int kh, int kw) {
    const int64_t by = (int64_t)y * c->stride[0] - c->padding[0] + (int64_t)kh * c->dilation[0];
    const int64_t bx = (int64_t)x * c->stride[1] - c->padding[1] + (int64_t)kw * c->dilation[1];
    if (by < 0 || by >= c->big_h || bx < 0 || bx >= c->big_w) return NULL;
    return big + (by * c->big_w + bx) * LANES;
}

/* One weight's gradient: small and big are its channels' planes. */
static float by_images(const emb__correlate *c, const float *small, const float *big, int kh,
                       int kw) {
    float sums[LANES] = {0};
    for (int y = 0; y < c->small_h; y++) {
        for (int x = 0; x < c->small_w; x++, small += LANES) {
            const float *with = met(c, big, y, x, kh, kw);
            for (int lane = 0; with && lane < LANES; lane++) {
                sums[lane] = fmaf(small[lane], with[lane], sums[lane]);
            }
        }
    }
    return lane_sum(sums);
}

/* A chain over the columns of one piece, in each over its rows, and there over 8 images, from
 * `lane` on. */
static float piece_sum(const emb__correlate *c, const float *small, const float *big, int kh,
                       int kw, int y0, int x0, int lane) {
    float sum = 0;
    for (int x = x0; x < x0 + EMB__PIECE && x < c->small_w; x++) {
        for (int y = y0; y < y0 + c->piece_rows && y < c->small_h; y++) {
            const float *with = met(c, big, y, x, kh, kw);
            for (int n = lane; with && n < lane + HALF_LANES; n++) {
                sum = fmaf(small[(y * c->small_w + x) * LANES + n], with[n], sum);
            }
        }
    }
    return sum;
}

static float by_channels(const emb__correlate *c, const float *small, const float *big, int kh,
                         int kw) {
    float halves[2] = {0, 0};
    for (int lane = 0; lane < LANES; lane += HALF_LANES) {
        for (int y = 0; y < c->small_h; y += c->piece_rows) {
            for (int x = 0; x < c->small_w; x += EMB__PIECE) {
                halves[lane / HALF_LANES] += piece_sum(c, small, big, kh, kw, y, x, lane);
            }
        }
    }
    return LANES == HALF_LANES ? halves[0] : halves[0] + halves[1];
}

void NAME(correlate)(const emb__correlate *c, int from, int to, const float *small,
                     const float *big, float *grad, bool add, float *scratch) {
    (void)scratch;
    const size_t small_plane = (size_t)(c->small_h * c->small_w) * LANES;
    const size_t big_plane = (size_t)(c->big_h * c->big_w) * LANES;
    for (int m = 0; m < c->groups * c->small_channels; m++) {
        const int group = m / c->small_channels;
        const int tile = group * c->tiles + m % c->small_channels / c->tile;
        const float *s = small + (size_t)m * small_plane;
        for (int channel = 0; channel < c->big_channels; channel++) {
            const float *b = big + (size_t)(group * c->big_channels + channel) * big_plane;
            for (int kh = 0; kh < c->kernel[0]; kh++) {
                const int line = c->by_channels ? channel * c->kernel[0] + kh : kh;
                const int unit = tile * c->lines + line;
                for (int kw = 0; kw < c->kernel[1]; kw++, grad++) {
                    if (unit < from || unit >= to) continue;
                    keep(grad, (c->by_channels ? by_channels : by_images)(c, s, b, kh, kw), add);
                }
            }
        }
    }
}

void NAME(outer)(const float *in, int in_count, const float *go, int out_count, float *grad,
                 emb__into into, float *scratch) {
    (void)scratch;
    for (int o = 0; o < out_count; o++) {
        for (int i = 0; i < in_count; i++, grad++) {
            float sum = into == EMB__GO_ON ? *grad : 0;
            for (int n = 0; n < LANES; n++) {
                sum = fmaf(in[i * LANES + n], go[o * LANES + n], sum);
            }
            keep(grad, sum, into == EMB__ADD);
        }
    }
}

void NAME(bias)(const float *go, int channels, size_t positions, float *grad, bool add,
                float *scratch) {
    (void)scratch;
    for (int c = 0; c < channels; c++) {
        float sums[LANES] = {0};
        for (int lane = 0; lane < LANES; lane++) {
            chain_sum all = {0};
            float sum = 0;
            for (size_t p = 0; p < positions; p++) {
                if (p > 0 && p % EMB__CHAIN == 0) {
                    add_chain(&all, sum);
                    sum = 0;
                }
                sum += go[p * LANES + (size_t)lane];
            }
            add_chain(&all, sum);
            sums[lane] = all_chains(&all);
        }
        go += positions * LANES;
        keep(&grad[c], lane_sum(sums), add);
    }
}

void NAME(sum)(const float *a, const float *b, float *to, size_t vectors) {
    for (size_t i = 0; i < vectors * LANES; i++) to[i] = a[i] + b[i];
}

void NAME(to_lanes)(const float *rows, int lanes, size_t count, float *x) {
    for (size_t i = 0; i < count; i++) {
        for (int n = 0; n < LANES; n++) *x++ = n < lanes ? rows[(size_t)n * count + i] : 0;
    }
}

void NAME(from_lanes)(const float *x, int lanes, size_t count, float *rows) {
    for (int n = 0; n < lanes; n++) {
        for (size_t i = 0; i < count; i++) *rows++ = x[i * LANES + (size_t)n];
    }
}

void NAME(lay_out)(const uint8_t *const *images, int lanes, size_t pixels, float *x) {
    for (size_t p = 0; p < pixels; p++) {
        for (int n = 0; n < LANES; n++) *x++ = n < lanes ? (float)images[n][p] / 255 : 0;
    }
}

void NAME(squared_error)(const float *y, const float *target, size_t vectors, int lanes,
                         float scale, float *g, double *errors) {
    enum { CHAIN = 32 };
    for (int n = 0; n < LANES; n++) {
        float sum = 0;
        errors[n] = 0;
        for (size_t i = 0; i < vectors; i++) {
            const float d = y[i * LANES + (size_t)n] - target[i * LANES + (size_t)n];
            if (g) g[i * LANES + (size_t)n] = d * (n < lanes ? scale : 0);
            sum = fmaf(d, d, sum);
            if ((i + 1) % CHAIN == 0 || i + 1 == vectors) {
                errors[n] += (double)sum;
                sum = 0;
            }
        }
    }
}

void NAME(cross_entropy)(const float *x, int classes, const uint8_t *labels, int lanes,
                         float smoothing, float scale, float *g, double *errors,
                         uint8_t *predicted) {
    for (int n = 0; n < LANES; n++) {
        const int label = n < lanes ? labels[n] : 0;
        const float rest = 1 - smoothing, share = smoothing / (float)classes;
        double target = (double)x[label * LANES + n], all = 0;
        float largest = x[n], sum = 0;
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (x[c * LANES + n] > x[best * LANES + n]) best = c;
            largest = most(largest, x[c * LANES + n]);
        }
        for (int c = 0; c < classes; c++) sum += exp_of(x[c * LANES + n] - largest);
        for (int c = 0; g && c < classes; c++) {
            const float p = exp_of(x[c * LANES + n] - largest) / sum - share;
            g[c * LANES + n] = (n < lanes && c == label ? p - rest : p) * (n < lanes ? scale : 0);
        }
        for (int c = 0; c < classes; c++) all += (double)x[c * LANES + n];
        if (smoothing > 0) target = (double)rest * target + (double)share * all;
        errors[n] = emb__log((double)sum) + ((double)largest - target);
        predicted[n] = (uint8_t)best;
    }
}

double NAME(peak)(size_t rounds, float *kept) {
    float sum = 0;
    for (size_t r = 0; r < rounds; r++) sum = fmaf(sum, kept[0], kept[1]);
    kept[0] = sum;
    return 2.0 * (double)rounds;
}

#if LANES == 16
extern const emb__kernels emb__kernels_reference_8;
#define HALF &emb__kernels_reference_8
#else
void NAME16(single_gather)(const emb__gather *, const float *, const float *, const float *,
                           float *, float *);
void NAME16(single_dense)(const float *, int, const float *, const float *, float *, int);
void NAME16(single_norm)(const float *, size_t, size_t, const float *, const emb__norm_affine *,
                         float *);
void NAME16(single_resample)(const emb__resample *, int, const float *, float *, float *);
void NAME16(single_max_pool)(const emb__pool *, int, const float *, float *);
void NAME16(single_nearest)(const float *, size_t, const float *, int, int, float *);
#define HALF NULL
#endif

const emb__kernels NAME(kernels) = EMB_KERNEL_TABLE("reference", LANES, HALF, NAME, NAME16);
