/* engine/layers/: each layer alone against its definition in double precision (support.h), forward
 * by comparison, backward by central differences.
 *
 * The differences are taken of the definition, not of the engine: with a step of 1e-4 they are good
 * to 1e-8, so that what is compared is the engine's own rounding, about 1e-6 for sums of some
 * hundred terms near 1. A tap, a row or a sign that is wrong shows as 1e-2 and more. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "net/notation/notation.h"
#include "support/support.h"

enum {
    LANES = EMB__LANES,
    MOST = 1024, /* numbers of an image before or behind a layer */
    TEXT = 512   /* of a notation */
};

static const double step = 1e-4, tolerance = 2e-5;

static void expect_near(const char *name, const char *what, size_t at, double got, double wanted,
                        double scale) {
    if (fabs(got - wanted) <= tolerance * scale) return;
    fail_msg("%s: %s %zu is %.9g, expected %.9g", name, what, at, got, wanted);
}

typedef struct layer_case {
    const char *input, *layer, *output;
} layer_case;

static const layer_case layer_cases[] = {
    {"1, 5, 5", "Conv2d(1, 1, 1)", "1x5x5"},
    {"2, 5, 5", "Conv2d(2, 3, 3)", "3x3x3"},
    {"2, 5, 4", "Conv2d(2, 3, 2, bias=False)", "3x4x3"},
    {"1, 9, 9", "Conv2d(1, 2, 3, stride=2, padding=1)", "2x5x5"},
    {"1, 8, 8", "Conv2d(1, 2, 3, stride=2, padding=1)", "2x4x4"},
    {"3, 6, 7", "Conv2d(3, 4, (3, 2), stride=(1, 2), padding=(2, 1))", "4x8x4"},
    {"2, 9, 8", "Conv2d(2, 2, 3, dilation=(2, 3))", "2x5x2"},
    {"2, 9, 9", "Conv2d(2, 3, 3, stride=2, padding=2, dilation=2)", "3x5x5"},
    {"4, 5, 5", "Conv2d(4, 6, 3, padding=1, groups=2)", "6x5x5"},
    {"3, 5, 5", "Conv2d(3, 6, 3, groups=3, bias=False)", "6x3x3"},
    {"1, 8, 8", "Conv2d(1, 2, 4, stride=4)", "2x2x2"},
    {"1, 8, 8", "Conv2d(1, 2, 5, padding=2)", "2x8x8"},
    {"1, 8, 9", "Conv2d(1, 2, 6, stride=3, padding=3)", "2x3x4"},
    {"2, 7, 7", "Conv2d(2, 2, 7, padding=3)", "2x7x7"},
    {"2, 7, 7", "Conv2d(2, 2, 7)", "2x1x1"},
    {"1, 7, 7", "Conv2d(1, 2, 2, stride=3)", "2x2x2"},
    {"1, 3, 3", "Conv2d(1, 2, 2, padding=4)", "2x10x10"}, /* outputs that meet padding alone */
    {"2, 1, 9", "Conv2d(2, 3, (1, 5), stride=(1, 2))", "3x1x3"},
    {"33, 3, 3", "Conv2d(33, 3, 2)", "3x2x2"},
    {"2, 3, 3", "Conv2d(2, 33, 2)", "33x2x2"},
    {"1, 1, 1", "Conv2d(1, 1, 1)", "1x1x1"},
    {"2, 5, 4", "Conv2d(2, 3, 3, padding='same')", "3x5x4"},
    {"2, 5, 4", "Conv2d(2, 3, (2, 4), padding='same')", "3x5x4"}, /* one more behind than before */
    {"2, 5, 4", "Conv2d(2, 4, (2, 6), padding='same', dilation=(3, 1), groups=2)", "4x5x4"},
    {"1, 2, 2", "Conv2d(1, 2, (7, 8), padding='same')", "2x2x2"},
    {"2, 5, 4", "Conv2d(2, 3, 3, padding=1, padding_mode='reflect')", "3x5x4"},
    {"2, 5, 4", "Conv2d(2, 3, 3, 2, (4, 3), padding_mode='reflect')", "3x6x4"},
    {"4, 5, 4", "Conv2d(4, 6, (3, 2), 1, 2, padding_mode='replicate', groups=2)", "6x7x7"},
    {"2, 5, 4", "Conv2d(2, 3, 3, 2, (7, 1), 2, padding_mode='replicate')", "3x8x1"},
    {"2, 5, 4", "Conv2d(2, 3, 3, padding=(5, 4), padding_mode='circular')", "3x13x10"},
    {"2, 5, 4", "Conv2d(2, 3, (2, 4), padding='same', padding_mode='circular')", "3x5x4"},
    {"1, 4, 4", "ConvTranspose2d(1, 1, 1)", "1x4x4"},
    {"2, 4, 4", "ConvTranspose2d(2, 3, 3)", "3x6x6"},
    {"2, 4, 4", "ConvTranspose2d(2, 3, 3, stride=2, padding=1)", "3x7x7"},
    {"2, 4, 4", "ConvTranspose2d(2, 3, 3, stride=2, padding=1, output_padding=1)", "3x8x8"},
    {"3, 3, 5", "ConvTranspose2d(3, 2, (2, 3), stride=(3, 2), padding=(0, 1))", "2x8x9"},
    {"1, 3, 3", "ConvTranspose2d(1, 2, 2, stride=4, output_padding=3)", "2x13x13"}, /* holes */
    {"2, 3, 4", "ConvTranspose2d(2, 2, 3, stride=(3, 2), output_padding=(2, 0))", "2x11x9"},
    {"2, 4, 3", "ConvTranspose2d(2, 2, 3, dilation=(2, 3), output_padding=1)", "2x9x10"},
    {"4, 3, 3", "ConvTranspose2d(4, 6, 3, stride=2, groups=2)", "6x7x7"},
    {"3, 4, 4", "ConvTranspose2d(3, 6, 2, groups=3, bias=False)", "6x5x5"},
    {"1, 4, 4", "ConvTranspose2d(1, 2, 4, stride=4)", "2x16x16"},
    {"1, 6, 6", "ConvTranspose2d(1, 2, 5, padding=2)", "2x6x6"},
    {"1, 3, 3", "ConvTranspose2d(1, 2, 6, stride=3, padding=3)", "2x6x6"},
    {"2, 3, 3", "ConvTranspose2d(2, 2, 7, stride=2, padding=3)", "2x5x5"},
    {"1, 7, 7", "ConvTranspose2d(1, 2, 2, padding=3)", "2x2x2"}, /* inputs that reach nothing */
    {"2, 1, 4", "ConvTranspose2d(2, 2, (1, 3), stride=(1, 2))", "2x1x9"},
    {"33, 2, 2", "ConvTranspose2d(33, 3, 2)", "3x3x3"},
    {"2, 2, 2", "ConvTranspose2d(2, 33, 2)", "33x3x3"},
    {"2, 6, 8", "MaxPool2d(2)", "2x3x4"},
    {"2, 6, 8", "MaxPool2d((2,))", "2x3x4"},
    {"2, 6, 8", "AvgPool2d((2,), stride=(1,))", "2x5x7"},
    {"2, 7, 5", "MaxPool2d(3, 2, 1)", "2x4x3"},
    {"2, 7, 5", "MaxPool2d((3, 2), stride=(1, 2), padding=(1, 0), ceil_mode=True)", "2x7x3"},
    {"1, 8, 8", "MaxPool2d(3, 1, 1, dilation=2)", "1x6x6"},
    {"1, 9, 7", "MaxPool2d(2, 3)", "1x3x2"},
    {"2, 6, 8", "AvgPool2d(2)", "2x3x4"},
    {"2, 7, 5", "AvgPool2d(3, 2, 1)", "2x4x3"},
    {"2, 7, 5", "AvgPool2d(3, 2, 1, count_include_pad=False)", "2x4x3"},
    {"2, 8, 6", "AvgPool2d(3, 2, 1, ceil_mode=True)", "2x5x4"},
    {"2, 8, 6", "AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False)", "2x5x4"},
    {"2, 7, 5", "AvgPool2d((2, 3), (1, 2), (1, 0), divisor_override=-3)", "2x8x2"},
    {"2, 7, 5", "AdaptiveAvgPool2d(3)", "2x3x3"},
    {"2, 4, 5", "AdaptiveAvgPool2d((6, None))", "2x6x5"},
    {"3, 5, 4", "AdaptiveAvgPool2d(1)", "3x1x1"},
    {"2, 7, 5", "AdaptiveMaxPool2d((3, 2))", "2x3x2"},
    {"2, 4, 5", "AdaptiveMaxPool2d((None, 7))", "2x4x7"},
    {"2, 3, 4", "Upsample(scale_factor=2)", "2x6x8"},
    {"2, 3, 4", "Upsample((5, 3))", "2x5x3"},
    {"2, 3, 4", "Upsample(scale_factor=(1.5, 2.6))", "2x4x10"},
    {"2, 3, 4", "Upsample(7, mode='nearest-exact')", "2x7x7"},
    {"2, 3, 4", "Upsample(scale_factor=2, mode='bilinear')", "2x6x8"},
    {"2, 3, 4", "Upsample((5, 7), mode='bilinear', align_corners=True)", "2x5x7"},
    {"2, 5, 6", "Upsample(scale_factor=(0.7, 1.3), mode='bilinear')", "2x3x7"},
    {"2, 5, 6", "Upsample(scale_factor=(0.7, 1.3), mode='bilinear', recompute_scale_factor=True)",
     "2x3x7"},
    {"1, 1, 4", "Upsample(3, mode='bilinear', align_corners=True)", "1x3x3"},
    {"2, 3, 4", "Upsample(scale_factor=2, mode='bicubic')", "2x6x8"},
    {"2, 4, 3", "Upsample((5, 7), mode='bicubic', align_corners=True)", "2x5x7"},
    {"8, 2, 3", "PixelShuffle(2)", "2x4x6"},
    {"9, 3, 2", "PixelShuffle(3)", "1x9x6"},
    {"2, 4, 6", "PixelUnshuffle(2)", "8x2x3"},
    {"2, 3, 4", "ZeroPad2d(1)", "2x5x6"},
    {"2, 4, 5", "ZeroPad2d((1, -2, -1, 3))", "2x6x4"},
    {"2, 3, 4", "ReflectionPad2d((3, 1, 2, 0))", "2x5x8"},
    {"2, 3, 4", "ReplicationPad2d((3, 1, 2, 5))", "2x10x8"},
    {"2, 3, 4", "ReplicationPad2d((-1, 1, 2, -1))", "2x4x4"},
    {"7", "Linear(7, 5)", "5"},
    {"7", "Linear(7, 5, bias=False)", "5"},
    {"1", "Linear(1, 1)", "1"},
    {"16", "Linear(16, 16)", "16"},
    {"33", "Linear(33, 17)", "17"},
    {"17", "Linear(17, 33)", "33"},
    {"4, 5, 3", "GroupNorm(2, 4)", "4x5x3"},
    {"6, 2, 2", "GroupNorm(1, 6, eps=0.1)", "6x2x2"},
    {"3, 9, 9", "GroupNorm(3, 3, affine=False)", "3x9x9"}, /* more than a run of 64 places */
    {"12", "GroupNorm(4, 12)", "12"},
    {"7", "LayerNorm(7)", "7"},
    {"150", "LayerNorm((150,), bias=False)", "150"},
    {"2, 3, 5", "LayerNorm((2, 3, 5))", "2x3x5"},
    {"2, 3, 5", "LayerNorm((3, 5), eps=0.01)", "2x3x5"},
    {"20, 5, 4", "LayerNorm(4)", "20x5x4"}, /* more than a run of 64 rows */
    {"2, 3, 5", "LayerNorm(5, elementwise_affine=False)", "2x3x5"},
    {"3, 4, 5", "InstanceNorm2d(3)", "3x4x5"},
    {"17, 2, 2", "InstanceNorm2d(17, affine=True)", "17x2x2"},
    {"2, 3, 3", "Tanh()", "2x3x3"},
    {"2, 3, 3", "Sigmoid()", "2x3x3"},
    {"2, 3, 3", "ReLU()", "2x3x3"},
    {"2, 3, 3", "LeakyReLU()", "2x3x3"},
    {"2, 3, 3", "LeakyReLU(0)", "2x3x3"},
    {"2, 3, 3", "LeakyReLU(-0.3)", "2x3x3"}, /* its slope is its input's to tell */
    {"2, 3, 3", "LeakyReLU(1.5)", "2x3x3"},
    {"2, 3, 3", "ELU()", "2x3x3"},
    {"2, 3, 3", "ELU(0)", "2x3x3"},
    {"2, 3, 3", "ELU(-1.5)", "2x3x3"},
    {"2, 3, 3", "ELU(0.3)", "2x3x3"},
    {"2, 3, 3", "Hardtanh()", "2x3x3"},
    {"2, 3, 3", "Hardtanh(-0.5, 0.25)", "2x3x3"},
    {"2, 3, 3", "Hardtanh(0, 6)", "2x3x3"},
    {"2, 3, 3", "ReLU6()", "2x3x3"},
    {"2, 3, 3", "SiLU()", "2x3x3"},
    {"2, 3, 3", "GELU()", "2x3x3"},
    {"2, 3, 3", "GELU('tanh')", "2x3x3"},
    {"2, 3, 3", "Mish()", "2x3x3"},
    {"2, 3, 3", "Hardswish()", "2x3x3"},
    {"2, 3, 3", "PReLU()", "2x3x3"},
    {"5, 3, 3", "PReLU(5, -0.5)", "5x3x3"},
    {"19", "PReLU(19)", "19"},
    {"17", "PReLU(1)", "17"},
    {"2, 3, 3", "Softmax(1)", "2x3x3"},
    {"5, 3, 4", "Softmax(2)", "5x3x4"},
    {"5, 3, 4", "Softmax(dim=-1)", "5x3x4"},
    {"17", "Softmax()", "17"},
    {"1", "Softmax(1)", "1"},
    {"3, 2, 5", "LogSoftmax()", "3x2x5"},
    {"5, 3, 4", "LogSoftmax(-2)", "5x3x4"},
    {"5, 3, 4", "LogSoftmax(3)", "5x3x4"},
    {"17", "LogSoftmax(-1)", "17"},
    {"2, 3, 3", "Softplus()", "2x3x3"},
    {"2, 3, 3", "Softplus(3, 0.5)", "2x3x3"},
    {"2, 3, 3", "Softplus(-0.5)", "2x3x3"},
};

/* A layer alone, its parameters, a block through it and back. */
typedef struct single {
    emb__spec spec;
    emb__layer layer;
    size_t param_count, in_count, out_count;
    float *params, *in, *out, *pull, *grad_out, *grad_in, *grads, *scratch, *kept;
    double *exact; /* the parameters */
} single;

static float *floats(size_t count, uint64_t seed) {
    float *values = emb__alloc((count + 1) * sizeof *values);
    assert_non_null(values);
    test_noise(values, count, seed);
    return values;
}

static void single_open(single *s, const layer_case *c) {
    char text[TEXT], shape[EMB__SHAPE_TEXT];
    const int used = snprintf(text, sizeof text,
                              "input = %s\nencoder = Sequential(%s)\n"
                              "decoder = Sequential(Identity())",
                              c->input, c->layer);
    *s = (single){0};
    if (emb__notation_parse(text, (size_t)used, "test", NULL, &s->spec) != EMB_OK) {
        fail_msg("%s", emb_error());
    }
    s->layer.spec = &s->spec.layers[0];
    s->layer.kind = s->layer.spec->kind;
    s->layer.in.rank = s->spec.input_rank;
    memcpy(s->layer.in.d, s->spec.input, sizeof s->layer.in.d);
    if (s->layer.kind->compile(&s->layer) != EMB_OK) fail_msg("%s: %s", c->layer, emb_error());
    if (s->layer.kind->plan) assert_int_equal(s->layer.kind->plan(&s->layer), EMB_OK);
    assert_string_equal(emb__shape_print(&s->layer.out, shape), c->output);
    for (int i = 0; i < s->layer.param_count; i++) {
        s->layer.params[i].at = s->param_count;
        s->param_count += s->layer.params[i].count;
    }
    s->in_count = emb__shape_count(&s->layer.in);
    s->out_count = emb__shape_count(&s->layer.out);
    assert_true(s->in_count <= MOST && s->out_count <= MOST);
    const size_t scratch = s->layer.kind->scratch ? s->layer.kind->scratch(&s->layer) : 0;
    s->params = floats(s->param_count, 1);
    s->in = floats(s->in_count * LANES, 2);
    s->out = floats(s->out_count * LANES, 3);
    s->pull = floats(s->out_count * LANES, 4); /* the loss is the sum of out * pull */
    s->grad_out = floats(s->out_count * LANES, 4);
    s->grad_in = floats(s->in_count * LANES, 5);
    s->grads = floats(s->param_count, 6);
    s->scratch = floats(scratch * LANES, 7);
    s->kept = floats(s->layer.kept_count * LANES, 8);
    s->exact = emb__alloc((s->param_count + 1) * sizeof *s->exact);
    assert_non_null(s->exact);
    for (size_t i = 0; i < s->param_count; i++) s->exact[i] = (double)s->params[i];
}

static void single_close(single *s) {
    void *const blocks[] = {s->params,  s->in,    s->out,     s->pull, s->grad_out,
                            s->grad_in, s->grads, s->scratch, s->kept, s->exact};
    for (size_t i = 0; i < TEST_COUNT(blocks); i++) emb__free(blocks[i]);
    if (s->layer.kind->clear) s->layer.kind->clear(&s->layer);
    emb__spec_clear(&s->spec);
}

/* Forward, then back, then back once more adding to what is there. */
static void single_run(single *s) {
    emb__pass pass = {.k = emb__kernels_choose(),
                      .me = &emb__alone,
                      .params = s->params,
                      .in = s->in,
                      .out = s->out,
                      .grad_out = s->grad_out,
                      .grad_in = s->grad_in,
                      .grads = s->grads,
                      .kept = s->kept,
                      .scratch = s->scratch};
    assert_non_null(pass.k);
    s->layer.kind->forward(&s->layer, &pass);
    s->layer.kind->backward(&s->layer, &pass);
    if (s->layer.kind->in_place) {
        memcpy(s->grad_in, s->grad_out, s->in_count * LANES * sizeof *s->out);
        return;
    }
    float *once = floats(s->param_count, 0);
    memcpy(once, s->grads, s->param_count * sizeof *once);
    pass.add = true;
    s->layer.kind->backward(&s->layer, &pass);
    for (size_t i = 0; i < s->param_count; i++) {
        assert_true(s->grads[i] == once[i] + once[i]);
        s->grads[i] = once[i];
    }
    emb__free(once);
}

/* One lane's loss, with input `moved` (or none: in_count) moved by `by`; its outputs go to y. */
static double single_loss(const single *s, size_t lane, size_t moved, double by, double *y) {
    double x[MOST], loss = 0;
    for (size_t i = 0; i < s->in_count; i++) {
        x[i] = (double)s->in[i * LANES + lane] + (i == moved ? by : 0);
    }
    test_layer(&s->layer, s->exact, x, y);
    for (size_t i = 0; i < s->out_count; i++) loss += y[i] * (double)s->pull[i * LANES + lane];
    return loss;
}

static void single_check(single *s, const char *name) {
    double y[MOST];
    for (size_t lane = 0; lane < LANES; lane++) {
        single_loss(s, lane, s->in_count, 0, y);
        for (size_t i = 0; i < s->out_count; i++) {
            expect_near(name, "output", i, (double)s->out[i * LANES + lane], y[i], 1);
        }
        for (size_t i = 0; i < s->in_count; i++) {
            const double slope =
                (single_loss(s, lane, i, step, y) - single_loss(s, lane, i, -step, y)) / (2 * step);
            expect_near(name, "input gradient", i, (double)s->grad_in[i * LANES + lane], slope, 1);
        }
    }
    for (size_t i = 0; i < s->param_count; i++) {
        const double kept = s->exact[i];
        double slope = 0;
        for (size_t lane = 0; lane < LANES; lane++) {
            s->exact[i] = kept + step;
            slope += single_loss(s, lane, s->in_count, 0, y);
            s->exact[i] = kept - step;
            slope -= single_loss(s, lane, s->in_count, 0, y);
        }
        s->exact[i] = kept;
        expect_near(name, "parameter gradient", i, (double)s->grads[i], slope / (2 * step), 1);
    }
}

static void layers_are_their_definitions(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(layer_cases); i++) {
        single s;
        single_open(&s, &layer_cases[i]);
        single_run(&s);
        single_check(&s, layer_cases[i].layer);
        single_close(&s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(layers_are_their_definitions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
