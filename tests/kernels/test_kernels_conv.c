/* Convolutions of every instruction set that this processor has, against their scalar reference:
 * the same bits, over shapes with edges of every kind. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/kernels.h"
#include "support/support.h"

typedef struct shape {
    int groups, in_channels, out_channels; /* channels of one group */
    int in_h, in_w;
    int kernel[2], stride[2], padding[2], dilation[2], extra[2];
} shape;

static const shape shapes[] = {
    {1, 1, 8, 28, 28, {3, 3}, {2, 2}, {1, 1}, {1, 1}, {0, 0}}, /* the notebook's layers */
    {1, 8, 16, 14, 14, {3, 3}, {2, 2}, {1, 1}, {1, 1}, {1, 1}},
    {1, 16, 32, 7, 7, {3, 3}, {2, 2}, {1, 1}, {1, 1}, {0, 0}},
    {1, 3, 5, 9, 11, {1, 1}, {1, 1}, {0, 0}, {1, 1}, {0, 0}},
    {1, 2, 3, 6, 5, {2, 3}, {1, 2}, {0, 1}, {1, 1}, {0, 1}},
    {1, 4, 7, 10, 8, {5, 5}, {1, 1}, {2, 2}, {1, 1}, {0, 0}},
    {1, 3, 17, 13, 13, {7, 7}, {2, 2}, {3, 3}, {1, 1}, {1, 1}},
    {2, 3, 2, 8, 9, {3, 3}, {1, 1}, {1, 1}, {1, 1}, {0, 0}},
    {4, 1, 1, 7, 6, {3, 2}, {2, 1}, {1, 0}, {1, 1}, {0, 0}},
    {1, 2, 4, 12, 12, {3, 3}, {1, 1}, {2, 2}, {2, 2}, {0, 0}},
    {1, 2, 4, 12, 10, {3, 2}, {2, 3}, {2, 4}, {2, 3}, {1, 2}},
    {1, 1, 1, 1, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1}, {0, 0}}, /* all edge */
    {1, 2, 2, 5, 5, {1, 1}, {3, 3}, {0, 0}, {1, 1}, {2, 2}}, /* outputs that nothing reaches */
    {1, 1, 2, 4, 4, {2, 2}, {4, 4}, {6, 5}, {1, 1}, {3, 3}}, /* padding wider than the kernel */
    {1, 5, 33, 4, 31, {4, 4}, {2, 2}, {1, 1}, {1, 1}, {0, 0}},
    {1, 3, 6, 17, 33, {7, 7}, {1, 1}, {3, 3}, {1, 1}, {0, 0}},
    {1, 100, 20, 5, 6, {3, 3}, {2, 2}, {1, 1}, {1, 1}, {0, 0}}, /* sums in several chains */
    {1, 2, 3, 20, 18, {17, 16}, {1, 1}, {3, 2}, {1, 1}, {0, 0}},
    {1, 4, 32, 3, 40, {3, 3}, {1, 1}, {1, 1}, {1, 1}, {0, 0}}, /* pieces of a row */
    {2, 5, 16, 11, 9, {4, 5}, {2, 2}, {1, 2}, {1, 1}, {0, 0}},
    {1, 3, 16, 9, 8, {2, 3}, {1, 1}, {1, 2}, {2, 2}, {0, 0}},
    {1, 24, 12, 9, 9, {3, 3}, {1, 1}, {1, 1}, {1, 1}, {0, 0}},
    {1, 1, 1, 3, 40, {1, 5}, {1, 1}, {0, 2}, {1, 1}, {0, 0}},
};

enum { SHAPES = sizeof shapes / sizeof *shapes };

static int out_size(const shape *s, int d, bool up) {
    const int in = d == 0 ? s->in_h : s->in_w, reach = s->dilation[d] * (s->kernel[d] - 1);
    if (up) return (in - 1) * s->stride[d] - 2 * s->padding[d] + reach + s->extra[d] + 1;
    return (in + 2 * s->padding[d] - reach - 1) / s->stride[d] + 1;
}

static emb__gather geometry(const shape *s, bool up) {
    emb__gather g = {.groups = s->groups,
                     .in_channels = s->in_channels,
                     .out_channels = s->out_channels,
                     .in_h = s->in_h,
                     .in_w = s->in_w,
                     .out_h = out_size(s, 0, up),
                     .out_w = out_size(s, 1, up),
                     .up = up};
    for (int d = 0; d < 2; d++) {
        g.kernel[d] = s->kernel[d];
        g.stride[d] = s->stride[d];
        g.padding[d] = s->padding[d];
        g.dilation[d] = s->dilation[d];
    }
    const size_t area = (size_t)(s->kernel[0] * s->kernel[1]);
    g.weight_out = up ? area : (size_t)s->in_channels * area;
    g.weight_in = up ? (size_t)s->out_channels * area : area;
    g.weight_group = (size_t)(s->in_channels * s->out_channels) * area;
    return g;
}

/* All of it; a few rows and, where there are enough, the channels past the first tile; the rest. */
static void gather_shares(const emb__kernels *k, const emb__gather *g, const float *in,
                          const float *weight, const float *bias, float *out, float *scratch) {
    const int cut = EMB__OUT_TILE < g->out_channels ? EMB__OUT_TILE : 0;
    const int rows = g->out_h / 3;
    const emb__share shares[] = {
        {0, rows, 0, cut}, {rows, g->out_h, 0, cut}, {0, g->out_h, cut, g->out_channels}};
    for (int i = 0; i < 3; i++) k->gather(g, &shares[i], in, weight, bias, out, scratch);
}

static void gather_case(const emb__kernels *k, const emb__gather *g, size_t row) {
    const size_t in_count = (size_t)(g->groups * g->in_channels * g->in_h * g->in_w) * test_lanes;
    const size_t outs = (size_t)(g->groups * g->out_channels);
    const size_t out_count = outs * (size_t)(g->out_h * g->out_w) * test_lanes;
    float *in = filled(in_count), *weight = filled((size_t)g->groups * g->weight_group);
    float *bias = filled(outs), *got = filled(out_count), *expected = filled(out_count);
    float *scratch = filled(emb__gather_scratch(g) * EMB__LANES);
    const emb__share all = {0, g->out_h, 0, g->out_channels};
    test_reference->gather(g, &all, in, weight, bias, expected, scratch);
    k->gather(g, &all, in, weight, bias, got, scratch);
    expect_same(k->name, "gather", row, got, expected, out_count);
    emb__gather strips = *g;
    strips.strip_rows = g->up ? g->stride[0] : 1;
    k->gather(&strips, &all, in, weight, bias, got, scratch);
    expect_same(k->name, "gather in strips", row, got, expected, out_count);
    for (size_t i = 0; i < out_count; i++) got[i] = NAN;
    gather_shares(k, g, in, weight, bias, got, scratch);
    expect_same(k->name, "gather in shares", row, got, expected, out_count);
    k->gather(g, &all, in, weight, NULL, got, scratch);
    test_reference->gather(g, &all, in, weight, NULL, expected, scratch);
    expect_same(k->name, "gather without bias", row, got, expected, out_count);
    float *const blocks[] = {in, weight, bias, got, expected, scratch};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) emb__free(blocks[i]);
}

static void gather_cases(const emb__kernels *k) {
    for (size_t row = 0; row < 2 * SHAPES; row++) {
        emb__gather g = geometry(&shapes[row / 2], row % 2 == 1);
        if (g.out_h < 1 || g.out_w < 1) continue;
        assert_int_equal(emb__gather_plan(&g), EMB_OK);
        gather_case(k, &g, row);
        emb__gather_clear(&g);
    }
}

/* One image alone: against the block's reference, so that both cuts give the same numbers. */
static void single_case(const emb__kernels *k, const emb__gather *g, size_t row) {
    const size_t ins = (size_t)(g->groups * g->in_channels), in_plane = (size_t)(g->in_h * g->in_w);
    const size_t outs = (size_t)(g->groups * g->out_channels);
    const size_t out_plane = (size_t)(g->out_h * g->out_w);
    const size_t area = (size_t)(g->kernel[0] * g->kernel[1]);
    const size_t tiles = ((size_t)g->out_channels + EMB__LANES - 1) / EMB__LANES;
    const size_t packed_row = (size_t)g->in_channels * area * EMB__LANES;
    const size_t bias_count = (size_t)g->groups * tiles * EMB__LANES;
    float *block = filled(ins * in_plane * test_lanes), *image = filled(ins * in_plane);
    float *weight = filled((size_t)g->groups * g->weight_group), *bias = filled(outs);
    float *packed = filled((size_t)g->groups * tiles * packed_row), *padded = filled(bias_count);
    float *expected = filled(outs * out_plane * test_lanes), *got = filled(outs * out_plane);
    float *second = filled(outs * out_plane);
    float *scratch = filled(emb__gather_taps_scratch(g) * EMB__LANES);
    for (size_t i = 0; i < ins * in_plane; i++) {
        image[i % in_plane * ins + i / in_plane] = block[i * test_lanes + 5];
    }
    for (size_t o = 0; o < outs; o++) {
        const size_t group = o / (size_t)g->out_channels, channel = o % (size_t)g->out_channels;
        const size_t at = group * tiles + channel / EMB__LANES, lane = channel % EMB__LANES;
        padded[at * EMB__LANES + lane] = bias[o];
        for (size_t i = 0; i < (size_t)g->in_channels * area; i++) {
            packed[at * packed_row + i * EMB__LANES + lane] =
                weight[group * g->weight_group + channel * g->weight_out + i / area * g->weight_in +
                       i % area];
        }
    }
    const emb__share all = {0, g->out_h, 0, g->out_channels};
    test_reference->gather(g, &all, block, weight, bias, expected, NULL);
    for (size_t i = 0; i < outs * out_plane; i++) {
        second[i % out_plane * outs + i / out_plane] = expected[i * test_lanes + 5];
    }
    k->single_gather(g, image, packed, padded, got, scratch);
    expect_same(k->name, "one image", row, got, second, outs * out_plane);
    test_reference->single_gather(g, image, packed, NULL, second, scratch);
    k->single_gather(g, image, packed, NULL, got, scratch);
    expect_same(k->name, "one image without bias", row, got, second, outs * out_plane);
    float *const blocks[] = {block,  image,    weight, bias,   packed,
                             padded, expected, got,    second, scratch};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) emb__free(blocks[i]);
}

static void single_cases(const emb__kernels *k) {
    for (size_t row = 0; row < 2 * SHAPES; row++) {
        emb__gather g = geometry(&shapes[row / 2], row % 2 == 1);
        if (g.out_h < 1 || g.out_w < 1) continue;
        assert_int_equal(emb__gather_plan(&g), EMB_OK);
        single_case(k, &g, row);
        emb__gather_clear(&g);
    }
}

static void test_gather(void **unused) {
    (void)unused;
    each_isa(gather_cases);
    each_isa(single_cases);
}

static void correlate_case(const emb__kernels *k, const emb__correlate *c, size_t row) {
    const size_t weights =
        (size_t)(c->groups * c->small_channels * c->big_channels * c->kernel[0] * c->kernel[1]);
    float *small =
        filled((size_t)(c->groups * c->small_channels * c->small_h * c->small_w) * test_lanes);
    float *big = filled((size_t)(c->groups * c->big_channels * c->big_h * c->big_w) * test_lanes);
    float *got = filled(weights), *expected = copied(got, weights);
    emb__correlate strips = *c;
    strips.strip_rows = c->by_channels ? c->piece_rows : 1;
    float *scratch =
        filled((emb__correlate_scratch(c) + emb__correlate_scratch(&strips)) * EMB__LANES);
    for (int add = 0; add < 2; add++) {
        const int cut = c->units / 3;
        k->correlate(c, 0, cut, small, big, got, add, scratch);
        k->correlate(c, cut, c->units, small, big, got, add, scratch);
        test_reference->correlate(c, 0, c->units, small, big, expected, add, scratch);
        expect_same(k->name, add ? "correlate, added" : "correlate", row, got, expected, weights);
    }
    strips.lines_at_once = 2 < strips.lines ? 2 : 1;
    strips.units_at_once = strips.units > 2 ? 2 : 1;
    k->correlate(&strips, 0, c->units, small, big, got, false, scratch);
    test_reference->correlate(c, 0, c->units, small, big, expected, false, scratch);
    expect_same(k->name, "correlate in strips", row, got, expected, weights);
    float *const all[] = {small, big, got, expected, scratch};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) emb__free(all[i]);
}

static void correlate_cases(const emb__kernels *k) {
    for (size_t row = 0; row < SHAPES; row++) {
        const shape *s = &shapes[row];
        emb__correlate c = {.groups = s->groups,
                            .small_channels = s->out_channels,
                            .big_channels = s->in_channels,
                            .small_h = out_size(s, 0, false),
                            .small_w = out_size(s, 1, false),
                            .big_h = s->in_h,
                            .big_w = s->in_w};
        memcpy(c.kernel, s->kernel, sizeof c.kernel);
        memcpy(c.stride, s->stride, sizeof c.stride);
        memcpy(c.padding, s->padding, sizeof c.padding);
        memcpy(c.dilation, s->dilation, sizeof c.dilation);
        assert_int_equal(emb__correlate_plan(&c), EMB_OK);
        correlate_case(k, &c, row);
        emb__correlate_clear(&c);
    }
}

static void test_correlate(void **unused) {
    (void)unused;
    each_isa(correlate_cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gather),
        cmocka_unit_test(test_correlate),
    };
    return cmocka_run_group_tests(tests, kernels_set_up, NULL);
}
