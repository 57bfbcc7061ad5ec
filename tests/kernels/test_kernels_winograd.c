/* Convolutions by Winograd: the same bits as their scalar reference, and as near to the exact sums
 * as they promise. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernels/winograd.h"
#include "support/kernels.h"
#include "support/support.h"

typedef struct shape {
    int groups, in_channels, out_channels; /* channels of one group */
    int in_h, in_w, padding[2];
} shape;

static const shape shapes[] = {
    {1, 1, 1, 1, 1, {1, 1}}, /* all edge */
    {1, 1, 8, 4, 4, {1, 1}},
    {1, 3, 5, 9, 11, {1, 1}},
    {1, 2, 16, 6, 6, {0, 0}}, /* no padding */
    {1, 4, 7, 5, 14, {2, 0}},
    {1, 2, 3, 3, 4, {3, 4}}, /* padding wider than the kernel */
    {2, 3, 9, 8, 7, {1, 1}},
    {1, 33, 40, 5, 4, {1, 1}}, /* more than a chain, and than a turn's channels */
    {1, 70, 8, 7, 17, {1, 1}},
    {1, 32, 12, 13, 3, {1, 0}},
};

enum { SHAPES = sizeof shapes / sizeof *shapes };

static emb__gather geometry(const shape *s, bool up) {
    const int grow = up ? 2 : -2, by = up ? -2 : 2;
    emb__gather g = {.groups = s->groups,
                     .in_channels = s->in_channels,
                     .out_channels = s->out_channels,
                     .in_h = s->in_h,
                     .in_w = s->in_w,
                     .out_h = s->in_h + grow + by * s->padding[0],
                     .out_w = s->in_w + grow + by * s->padding[1],
                     .up = up};
    for (int d = 0; d < 2; d++) {
        g.kernel[d] = 3;
        g.stride[d] = g.dilation[d] = 1;
        g.padding[d] = s->padding[d];
    }
    g.weight_out = up ? 9 : (size_t)s->in_channels * 9;
    g.weight_in = up ? (size_t)s->out_channels * 9 : 9;
    g.weight_group = (size_t)(s->in_channels * s->out_channels) * 9;
    return g;
}

static size_t in_count(const emb__gather *g) {
    return (size_t)(g->groups * g->in_channels * g->in_h * g->in_w) * test_lanes;
}

static size_t out_count(const emb__gather *g) {
    return (size_t)(g->groups * g->out_channels * g->out_h * g->out_w) * test_lanes;
}

/* A few rows, not at a tile's end, of the first channels; the other rows; the other channels. */
static void shares_case(const emb__kernels *k, const emb__gather *g, size_t row, const float *in,
                        const float *weight, const float *expected) {
    const int cut = EMB__OUT_TILE < g->out_channels ? EMB__OUT_TILE : 0, rows = g->out_h / 3;
    const emb__share shares[] = {
        {0, rows, 0, cut}, {rows, g->out_h, 0, cut}, {0, g->out_h, cut, g->out_channels}};
    float *got = filled(out_count(g)), *scratch = filled(emb__winograd_scratch(g) * EMB__LANES);
    for (size_t i = 0; i < out_count(g); i++) got[i] = NAN;
    for (int i = 0; i < 3; i++) k->winograd(g, &shares[i], in, weight, NULL, got, scratch);
    expect_same(k->name, "winograd in shares", row, got, expected, out_count(g));
    emb__free(got);
    emb__free(scratch);
}

static void winograd_case(const emb__kernels *k, const emb__gather *g, size_t row) {
    const size_t outs = (size_t)g->groups * (size_t)g->out_channels, count = out_count(g);
    float *in = filled(in_count(g)), *weight = filled((size_t)g->groups * g->weight_group);
    float *bias = filled(outs), *got = filled(count), *expected = filled(count);
    float *scratch = filled(emb__winograd_scratch(g) * EMB__LANES);
    const emb__share all = {0, g->out_h, 0, g->out_channels};
    test_reference->winograd(g, &all, in, weight, bias, expected, scratch);
    k->winograd(g, &all, in, weight, bias, got, scratch);
    expect_same(k->name, "winograd", row, got, expected, count);
    test_reference->winograd(g, &all, in, weight, NULL, expected, scratch);
    shares_case(k, g, row, in, weight, expected);
    float *const blocks[] = {in, weight, bias, got, expected, scratch};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) emb__free(blocks[i]);
}

static void winograd_cases(const emb__kernels *k) {
    for (size_t row = 0; row < 2 * SHAPES; row++) {
        const emb__gather g = geometry(&shapes[row / 2], row % 2 == 1);
        if (g.out_h < 1 || g.out_w < 1) continue;
        assert_true(emb__winograd_fits(&g));
        winograd_case(k, &g, row);
    }
}

static void test_bits(void **unused) {
    (void)unused;
    each_isa(winograd_cases);
}

/* ---- weight gradients -------------------------------------------------------------------------
 */

static emb__correlate weight_geometry(const shape *s) {
    const emb__gather g = geometry(s, false);
    return (emb__correlate){.groups = s->groups,
                            .small_channels = s->out_channels,
                            .big_channels = s->in_channels,
                            .small_h = g.out_h,
                            .small_w = g.out_w,
                            .big_h = s->in_h,
                            .big_w = s->in_w,
                            .kernel = {3, 3},
                            .stride = {1, 1},
                            .dilation = {1, 1},
                            .padding = {s->padding[0], s->padding[1]}};
}

static void weight_case(const emb__kernels *k, const emb__correlate *c, size_t row) {
    const size_t smalls = (size_t)c->groups * (size_t)c->small_channels;
    const size_t bigs = (size_t)c->groups * (size_t)c->big_channels;
    const size_t weights = smalls * (size_t)c->big_channels * 9;
    float *small = filled(smalls * (size_t)c->small_h * (size_t)c->small_w * test_lanes);
    float *big = filled(bigs * (size_t)c->big_h * (size_t)c->big_w * test_lanes);
    float *got = filled(weights), *expected = copied(got, weights);
    float *scratch = filled(emb__winograd_weight_scratch(c) * EMB__LANES);
    const int units = c->groups * emb__winograd_units(c);
    for (int add = 0; add < 2; add++) {
        const int cut = units / 3;
        k->winograd_weight(c, 0, cut, small, big, got, add, scratch);
        k->winograd_weight(c, cut, units, small, big, got, add, scratch);
        test_reference->winograd_weight(c, 0, units, small, big, expected, add, scratch);
        expect_same(k->name, "winograd weight", row, got, expected, weights);
    }
    float *const blocks[] = {small, big, got, expected, scratch};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) emb__free(blocks[i]);
}

static void weight_cases(const emb__kernels *k) {
    for (size_t row = 0; row < SHAPES; row++) {
        const emb__correlate c = weight_geometry(&shapes[row]);
        assert_true(emb__winograd_weight_fits(&c));
        weight_case(k, &c, row);
    }
}

static void test_weight_bits(void **unused) {
    (void)unused;
    each_isa(weight_cases);
}

/* ---- the distance from exact sums -------------------------------------------------------------
 */

enum { SIDE = 12, CHANNELS_OUT = 8 };

static double exact(const emb__gather *g, const float *in, const float *weight, int o, int y, int x,
                    size_t lane) {
    double sum = 0;
    for (int i = 0; i < g->in_channels * 9; i++) {
        const int c = i / 9, row = y + i % 9 / 3 - 1, column = x + i % 3 - 1;
        if (row < 0 || row >= g->in_h || column < 0 || column >= g->in_w) continue;
        const int at = (c * g->in_h + row) * g->in_w + column;
        sum += (double)in[(size_t)at * test_lanes + lane] *
               (double)weight[(size_t)o * g->weight_out + (size_t)i];
    }
    return sum;
}

/* The largest distance from exact sums, as a share of the largest of these. */
static double distance(const emb__kernels *k, const emb__gather *g, const float *in,
                       const float *weight) {
    float *got = filled(out_count(g)), *scratch = filled(emb__winograd_scratch(g) * EMB__LANES);
    const emb__share all = {0, g->out_h, 0, g->out_channels};
    double apart = 0, largest = 0;
    k->winograd(g, &all, in, weight, NULL, got, scratch);
    for (int i = 0; i < g->out_channels * g->out_h * g->out_w; i++) {
        for (size_t lane = 0; lane < test_lanes; lane++) {
            const double sum = exact(g, in, weight, i / g->out_w / g->out_h,
                                     i / g->out_w % g->out_h, i % g->out_w, lane);
            apart = fmax(apart, fabs((double)got[(size_t)i * test_lanes + lane] - sum));
            largest = fmax(largest, fabs(sum));
        }
    }
    emb__free(got);
    emb__free(scratch);
    return apart / largest;
}

/* A number from -1 to 1. */
static float even(void) { return 2 * (float)rand() / (float)RAND_MAX - 1; }

/* Numbers as activations leave them: of both signs, none below 0, and near 1. */
static void test_distance(void **unused) {
    (void)unused;
    static const int channels[] = {16, 64, 256};
    const emb__kernels *k = emb__kernels_choose();
    srand(1);
    for (size_t row = 0; row < 9; row++) {
        const shape s = {1, channels[row / 3], CHANNELS_OUT, SIDE, SIDE, {1, 1}};
        const emb__gather g = geometry(&s, false);
        float *in = filled(in_count(&g)), *weight = filled(g.weight_group);
        for (size_t i = 0; i < g.weight_group; i++) weight[i] = even();
        for (size_t i = 0; i < in_count(&g); i++) {
            const float x = even();
            in[i] = row % 3 == 0 ? x : row % 3 == 1 ? fmaxf(x, 0) : 1 + x / 8;
        }
        const double apart = distance(k, &g, in, weight);
        if (!(apart <= 2e-6)) fail_msg("row %zu: %g", row, apart);
        emb__free(in);
        emb__free(weight);
    }
}

/* One weight's gradient, of channels 0, at kernel position (kh, kw). */
static double exact_weight(const emb__correlate *c, const float *small, const float *big, int m,
                           int kh, int kw) {
    double sum = 0;
    for (int y = 0; y < c->small_h; y++) {
        for (int x = 0; x < c->small_w; x++) {
            const int row = y + kh - 1, column = x + kw - 1;
            if (row < 0 || row >= c->big_h || column < 0 || column >= c->big_w) continue;
            for (size_t lane = 0; lane < test_lanes; lane++) {
                const int at = (m * c->small_h + y) * c->small_w + x;
                sum += (double)small[(size_t)at * test_lanes + lane] *
                       (double)big[(size_t)(row * c->big_w + column) * test_lanes + lane];
            }
        }
    }
    return sum;
}

static void test_weight_distance(void **unused) {
    (void)unused;
    enum { MS = 16 };
    const emb__kernels *k = emb__kernels_choose();
    srand(2);
    for (int side = 4; side <= 32; side *= 2) {
        const shape s = {1, 1, MS, side, side, {1, 1}};
        const emb__correlate c = weight_geometry(&s);
        const size_t positions = (size_t)side * (size_t)side * test_lanes;
        float *small = filled(MS * positions), *big = filled(positions), *got = filled(MS * 9);
        float *scratch = filled(emb__winograd_weight_scratch(&c) * EMB__LANES);
        for (size_t i = 0; i < MS * positions; i++) small[i] = even();
        for (size_t i = 0; i < positions; i++) big[i] = fmaxf(even(), 0);
        k->winograd_weight(&c, 0, 1, small, big, got, false, scratch);
        double apart = 0, largest = 0;
        for (int i = 0; i < MS * 9; i++) {
            const double sum = exact_weight(&c, small, big, i / 9, i % 9 / 3, i % 3);
            apart = fmax(apart, fabs((double)got[i] - sum));
            largest = fmax(largest, fabs(sum));
        }
        if (!(apart <= 2e-6 * largest)) fail_msg("%d pixels: %g", side, apart / largest);
        float *const blocks[] = {small, big, got, scratch};
        for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) emb__free(blocks[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_weight_bits),
        cmocka_unit_test(test_distance),
        cmocka_unit_test(test_weight_distance),
    };
    return cmocka_run_group_tests(tests, kernels_set_up, NULL);
}
