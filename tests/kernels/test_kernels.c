/* Every kernel of every instruction set that this processor has, against its scalar reference: the
 * same bits, over shapes with edges of every kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "kernels/kernels.h"

static const char *const names[] = {"plain", "avx2", "avx512", "neon"};
/* The definition, of a block's lanes or of half a block's. */
static const emb__kernels *reference;
static size_t lanes = EMB__LANES;

/* Numbers of many sizes and both signs, a few zeros of both signs among them. */
static uint64_t state = 88172645463325252u;
static float draw(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    const uint32_t kind = (uint32_t)(state >> 59);
    const float unit = (float)(int32_t)(uint32_t)(state >> 16) * 0x1p-31f;
    return kind == 0 ? unit * 0.0f : kind < 4 ? unit * 0x1p-30f : unit * 2;
}

static float *filled(size_t count) {
    float *x = emb__alloc(count * sizeof *x);
    assert_non_null(x);
    for (size_t i = 0; i < count; i++) x[i] = draw();
    return x;
}

static float *copied(const float *from, size_t count) {
    float *x = emb__alloc(count * sizeof *x);
    assert_non_null(x);
    memcpy(x, from, count * sizeof *x);
    return x;
}

static void expect_same(const char *isa, const char *what, size_t row, const float *got,
                        const float *expected, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (memcmp(&got[i], &expected[i], sizeof *got) != 0) {
            fail_msg("%s %s, case %zu, number %zu: %a, expected %a", isa, what, row, i,
                     (double)got[i], (double)expected[i]);
        }
    }
}

/* Calls `test` for each instruction set, with a block's lanes and with half a block's. */
static void each_isa(void (*test)(const emb__kernels *k)) {
    int tried = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const emb__kernels *k = emb__kernels_find(names[i]);
        if (!k) continue;
        tried++;
        test(k);
        const emb__kernels *const whole = reference;
        reference = whole->half;
        lanes = (size_t)reference->lanes;
        assert_non_null(k->half);
        test(k->half);
        reference = whole;
        lanes = EMB__LANES;
    }
    assert_true(tried >= 1);
}

/* ---- convolutions, both ways ---- */

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
    const size_t in_count = (size_t)(g->groups * g->in_channels * g->in_h * g->in_w) * lanes;
    const size_t outs = (size_t)(g->groups * g->out_channels);
    const size_t out_count = outs * (size_t)(g->out_h * g->out_w) * lanes;
    float *in = filled(in_count), *weight = filled((size_t)g->groups * g->weight_group);
    float *bias = filled(outs), *got = filled(out_count), *expected = filled(out_count);
    float *scratch = filled(emb__gather_scratch(g) * EMB__LANES);
    const emb__share all = {0, g->out_h, 0, g->out_channels};
    reference->gather(g, &all, in, weight, bias, expected, scratch);
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
    reference->gather(g, &all, in, weight, NULL, expected, scratch);
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
    float *block = filled(ins * in_plane * lanes), *image = filled(ins * in_plane);
    float *weight = filled((size_t)g->groups * g->weight_group), *bias = filled(outs);
    float *packed = filled((size_t)g->groups * tiles * packed_row), *padded = filled(bias_count);
    float *expected = filled(outs * out_plane * lanes), *got = filled(outs * out_plane);
    float *second = filled(outs * out_plane);
    float *scratch = filled(emb__gather_taps_scratch(g) * EMB__LANES);
    for (size_t i = 0; i < ins * in_plane; i++) {
        image[i % in_plane * ins + i / in_plane] = block[i * lanes + 5];
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
    reference->gather(g, &all, block, weight, bias, expected, NULL);
    for (size_t i = 0; i < outs * out_plane; i++) {
        second[i % out_plane * outs + i / out_plane] = expected[i * lanes + 5];
    }
    k->single_gather(g, image, packed, padded, got, scratch);
    expect_same(k->name, "one image", row, got, second, outs * out_plane);
    reference->single_gather(g, image, packed, NULL, second, scratch);
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
        filled((size_t)(c->groups * c->small_channels * c->small_h * c->small_w) * lanes);
    float *big = filled((size_t)(c->groups * c->big_channels * c->big_h * c->big_w) * lanes);
    float *got = filled(weights), *expected = copied(got, weights);
    emb__correlate strips = *c;
    strips.strip_rows = 1;
    float *scratch = filled(emb__correlate_scratch(&strips) * EMB__LANES);
    for (int add = 0; add < 2; add++) {
        const int cut = c->units / 3;
        k->correlate(c, 0, cut, small, big, got, add, scratch);
        k->correlate(c, cut, c->units, small, big, got, add, scratch);
        reference->correlate(c, 0, c->units, small, big, expected, add, scratch);
        expect_same(k->name, add ? "correlate, added" : "correlate", row, got, expected, weights);
    }
    strips.units_at_once = strips.units > 2 ? 2 : 1;
    k->correlate(&strips, 0, c->units, small, big, got, false, scratch);
    reference->correlate(c, 0, c->units, small, big, expected, false, scratch);
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

/* ---- Linear and biases ---- */

static const int linears[][2] = {{1, 1},   {2, 64},  {64, 2},   {512, 64}, {64, 512}, {7, 5},
                                 {33, 17}, {16, 16}, {100, 31}, {9, 130},  {4, 8},    {129, 3}};

static void linear_cases(const emb__kernels *k) {
    for (size_t row = 0; row < sizeof linears / sizeof *linears; row++) {
        const int ins = linears[row][0], outs = linears[row][1];
        const size_t weights = (size_t)ins * (size_t)outs;
        float *in = filled((size_t)ins * lanes), *go = filled((size_t)outs * lanes);
        float *weight = filled(weights), *bias = filled((size_t)outs);
        const size_t most = (size_t)(ins > outs ? ins : outs) * lanes + weights;
        float *got = filled(most), *expected = copied(got, most);
        const size_t rounded = (size_t)(ins + 15) / 16 * 16;
        float *scratch = filled((rounded + EMB__OUTER_EXTRA) * EMB__LANES);
        k->dense(in, ins, weight, (size_t)ins, 1, bias, got, outs);
        reference->dense(in, ins, weight, (size_t)ins, 1, bias, expected, outs);
        expect_same(k->name, "dense forward", row, got, expected, most);
        k->dense(go, outs, weight, 1, (size_t)ins, NULL, got, ins);
        reference->dense(go, outs, weight, 1, (size_t)ins, NULL, expected, ins);
        expect_same(k->name, "dense back", row, got, expected, most);
        const size_t outs_rounded = (size_t)(outs + 15) / 16 * 16;
        float *packed = filled(outs_rounded * (size_t)ins), *padded = filled(outs_rounded);
        k->single_dense(in, ins, packed, padded, got, outs);
        reference->single_dense(in, ins, packed, padded, expected, outs);
        expect_same(k->name, "dense for one image", row, got, expected, most);
        emb__free(packed);
        emb__free(padded);
        for (int used = 1; used <= (int)lanes; used += 5) {
            float *rows = filled(most * lanes), *back = copied(rows, most * lanes);
            k->to_lanes(rows, used, (size_t)ins, got);
            reference->to_lanes(rows, used, (size_t)ins, expected);
            expect_same(k->name, "to lanes", row, got, expected, most);
            k->from_lanes(got, used, (size_t)ins, back);
            expect_same(k->name, "from lanes", row, back, rows, most * lanes);
            emb__free(rows);
            emb__free(back);
        }
        for (int add = 0; add < 3; add++) {
            k->outer(in, ins, go, outs, got, (emb__into)add, scratch);
            reference->outer(in, ins, go, outs, expected, (emb__into)add, scratch);
            expect_same(k->name, "outer", row, got, expected, most);
            k->bias(in, ins, 1, got, add == 1, scratch);
            reference->bias(in, ins, 1, expected, add == 1, scratch);
            expect_same(k->name, "bias", row, got, expected, most);
        }
        float *const all[] = {in, go, weight, bias, got, expected, scratch};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) emb__free(all[i]);
    }
}

static void test_linear(void **unused) {
    (void)unused;
    each_isa(linear_cases);
}

/* ---- number by number ---- */

static void pointwise_cases(const emb__kernels *k) {
    enum { VECTORS = 500, COUNT = VECTORS * EMB__LANES };
    const size_t vectors = COUNT / lanes;
#define NAME(_, name) #name,
    static const char *const curves[] = {EMB__CURVES(NAME, _)};
    /* What a curve may depend on: no, usual, negative and large slopes, alphas, limits. */
    static const float args[][EMB__CURVE_ARGS] = {{0.01f, 1}, {1, 1.5f}, {-0.25f, 0.5f}, {0, 6}};
    for (size_t row = 0; row < EMB__CURVE_COUNT * (sizeof args / sizeof *args); row++) {
        const size_t curve = row % EMB__CURVE_COUNT;
        const float *of = args[row / EMB__CURVE_COUNT];
        float *got = filled(COUNT);
        /* Large, tiny and special ones as well. */
        for (size_t i = 0; i < COUNT; i += 3) got[i] *= 0x1p6f;
        const float special[] = {0.0f,  -0.0f,  0x1p-149f, -0x1p-140f, 3.4e38f, -3.4e38f,
                                 88.7f, -88.7f, 9.49f,     9.51f,      -9.5f,   0.34657f};
        memcpy(got + 100, special, sizeof special);
        float *expected = copied(got, COUNT), *g = filled(COUNT), *h = copied(g, COUNT);
        float *in = copied(got, COUNT);
        k->curve[curve](got, vectors, of);
        reference->curve[curve](expected, vectors, of);
        expect_same(k->name, curves[curve], row, got, expected, COUNT);
        for (int by_input = 0; by_input < 2; by_input++) {
            k->slope[curve](by_input ? in : expected, g, vectors, of);
            reference->slope[curve](by_input ? in : expected, h, vectors, of);
            expect_same(k->name, curves[curve], row, g, h, COUNT);
        }
        float *const all[] = {got, expected, g, h, in};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) emb__free(all[i]);
    }
}

static void test_pointwise(void **unused) {
    (void)unused;
    each_isa(pointwise_cases);
}

static void loss_cases(const emb__kernels *k) {
    const int used[] = {(int)lanes, 1, (int)lanes - 3};
    const size_t vectors[] = {784, 1, 31, 32, 33};
    for (size_t row = 0; row < 15; row++) {
        const size_t n = vectors[row % 5], count = n * lanes;
        float *y = filled(count), *target = filled(count);
        float *got = filled(count), *expected = filled(count);
        double errors[2][EMB__LANES];
        k->squared_error(y, target, n, used[row / 5], 0.37f, got, errors[0]);
        reference->squared_error(y, target, n, used[row / 5], 0.37f, expected, errors[1]);
        expect_same(k->name, "squared_error", row, got, expected, count);
        assert_memory_equal(errors[0], errors[1], lanes * sizeof errors[0][0]);
        k->squared_error(y, target, n, used[row / 5], 0.37f, NULL, errors[0]);
        assert_memory_equal(errors[0], errors[1], lanes * sizeof errors[0][0]);
        float *const all[] = {y, target, got, expected};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) emb__free(all[i]);
    }
}

/* Logits of every size: all equal, one far above, some at the ends of exp's range. */
static void cross_entropy_cases(const emb__kernels *k) {
    const int used[] = {(int)lanes, 1, (int)lanes - 3}, classes[] = {10, 2, 33, 256};
    const float stretch[] = {0, 1, 40, 300};
    for (size_t row = 0; row < 48; row++) {
        const int n = classes[row % 4], here = used[row / 4 % 3];
        const size_t count = (size_t)n * lanes;
        float *x = filled(count), *got = filled(count), *expected = filled(count);
        uint8_t labels[EMB__LANES], predicted[2][EMB__LANES];
        double errors[2][EMB__LANES];
        for (size_t i = 0; i < count; i++) x[i] *= stretch[row / 12];
        for (int i = 0; i < EMB__LANES; i++) labels[i] = (uint8_t)(i * 7 % n);
        k->cross_entropy(x, n, labels, here, 0.37f, got, errors[0], predicted[0]);
        reference->cross_entropy(x, n, labels, here, 0.37f, expected, errors[1], predicted[1]);
        expect_same(k->name, "cross_entropy", row, got, expected, count);
        assert_memory_equal(errors[0], errors[1], lanes * sizeof errors[0][0]);
        assert_memory_equal(predicted[0], predicted[1], lanes);
        k->cross_entropy(x, n, labels, here, 0.37f, NULL, errors[0], predicted[0]);
        assert_memory_equal(errors[0], errors[1], lanes * sizeof errors[0][0]);
        float *const all[] = {x, got, expected};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) emb__free(all[i]);
    }
}

static void adam_cases(const emb__kernels *k) {
    enum { COUNT = 160, SETS = 3 };
    const emb__adam_step step = {0.9f, 0.1f, 0.999f, 0.001f, 0.01f, 1.5f, 1e-8f};
    for (size_t sets = 1; sets <= SETS; sets++) {
        float *grads = filled(SETS * COUNT), *w = filled(3 * COUNT);
        for (int i = 0; i < COUNT; i++) w[2 * COUNT + i] *= w[2 * COUNT + i]; /* v >= 0 */
        float *x = copied(w, 3 * COUNT);
        k->adam(&step, w, grads, sets, COUNT, w + COUNT, w + 2 * COUNT, 16, COUNT);
        reference->adam(&step, x, grads, sets, COUNT, x + COUNT, x + 2 * COUNT, 16, COUNT);
        expect_same(k->name, "adam", sets, w, x, 3 * COUNT);
        float *const all[] = {grads, w, x};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) emb__free(all[i]);
    }
}

static void lay_out_cases(const emb__kernels *k) {
    enum { PIXELS = 57 };
    uint8_t bytes[EMB__LANES][PIXELS];
    const uint8_t *images[EMB__LANES];
    float got[PIXELS * EMB__LANES], expected[PIXELS * EMB__LANES];
    for (int n = 0; n < EMB__LANES; n++) {
        for (int p = 0; p < PIXELS; p++) bytes[n][p] = (uint8_t)(n * PIXELS + p);
        images[n] = bytes[n];
    }
    for (int used = 1; used <= (int)lanes; used++) {
        k->lay_out(images, used, PIXELS, got);
        reference->lay_out(images, used, PIXELS, expected);
        expect_same(k->name, "lay_out", (size_t)used, got, expected, PIXELS * lanes);
    }
}

static void test_training(void **unused) {
    (void)unused;
    each_isa(loss_cases);
    each_isa(cross_entropy_cases);
    each_isa(adam_cases);
    each_isa(lay_out_cases);
}

int main(void) {
    reference = emb__kernels_find("reference");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gather),   cmocka_unit_test(test_correlate),
        cmocka_unit_test(test_linear),   cmocka_unit_test(test_pointwise),
        cmocka_unit_test(test_training),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
