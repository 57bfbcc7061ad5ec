/* Convolutions that a training step makes by Winograd: which, and that it goes forward and back as
 * the direct sums do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "device/cpu/pass.h"
#include "device/cpu/workspace.h"
#include "kernels/winograd.h"
#include "support/whole_net.h"

static const struct {
    bool pays;
    const char *input, *layer;
} cases[] = {
    {true, "16, 8, 8", "Conv2d(16, 16, 3, padding=1)"},
    {true, "32, 7, 7", "Conv2d(32, 64, 3, padding='same', bias=False)"},
    {true, "24, 16, 13", "Conv2d(24, 20, 3)"},
    {true, "24, 16, 13", "ConvTranspose2d(24, 20, 3, padding=1)"},
    {true, "40, 8, 8", "Conv2d(40, 40, 3, padding=1, groups=2)"},
    {true, "24, 8, 7", "Conv2d(24, 24, 3, padding=1, padding_mode='reflect')"},
    /* Few channels; tiles that are half empty; other kernels, strides and dilations. */
    {false, "3, 32, 32", "Conv2d(3, 32, 3, padding=1)"},
    {false, "8, 16, 16", "Conv2d(8, 8, 3, padding=1)"},
    {false, "40, 8, 8", "Conv2d(40, 40, 3, padding=1, groups=20)"},
    {false, "64, 5, 5", "Conv2d(64, 64, 3, padding=1)"},
    {false, "64, 2, 2", "Conv2d(64, 64, 3, padding=1)"},
    {false, "16, 8, 8", "Conv2d(16, 16, (3, 1), padding=(1, 0))"},
    {false, "16, 8, 8", "Conv2d(16, 16, 5, padding=2)"},
    {false, "16, 9, 9", "Conv2d(16, 16, 3, padding=1, stride=(1, 2))"},
    {false, "16, 9, 9", "Conv2d(16, 16, 3, padding=2, dilation=2)"},
};

static const struct {
    bool pays;
    const char *input, *layer;
} weight_cases[] = {
    {true, "32, 16, 16", "Conv2d(32, 32, 3, padding=1)"},
    {true, "16, 16, 16", "Conv2d(16, 16, 3, padding=1)"},
    {true, "64, 8, 8", "Conv2d(64, 64, 3, padding=1, bias=False)"},
    {true, "64, 8, 12", "ConvTranspose2d(64, 48, 3)"},
    {true, "64, 16, 16", "Conv2d(64, 64, 3, padding=1, groups=2)"},
    /* Few channels; channels that fill their last unit badly; tiles that are half empty; others. */
    {false, "16, 16, 16", "Conv2d(16, 8, 3, padding=1)"},
    {false, "32, 16, 16", "Conv2d(32, 17, 3, padding=1)"},
    {false, "64, 5, 5", "Conv2d(64, 64, 3, padding=1)"},
    {false, "32, 16, 16", "Conv2d(32, 32, 3, padding=1, stride=2)"},
    {false, "32, 16, 16", "Conv2d(32, 32, 5, padding=2)"},
};

static emb_net *open_case(size_t c, char *text, size_t room) {
    snprintf(text, room, "input = %s\nencoder = Sequential(%s)\n", cases[c].input, cases[c].layer);
    return open_net(text, 7 + c);
}

static float number(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u; /* Numerical Recipes' generator */
    return (float)(*state >> 8) / (float)(1 << 24) - 0.5f;
}

static void what_is_faster_is_made_so(void **state) {
    (void)state;
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        char text[256];
        emb_net *net = open_case(c, text, sizeof text);
        if (emb__winograd_pays(&net->layers[0].conv.forward) != cases[c].pays) fail_msg("%s", text);
        emb_net_free(net);
    }
}

/* A step's numbers are near an evaluation's, and are others where they are made otherwise. */
static void a_step_goes_forward_as_an_evaluation_does(void **state) {
    (void)state;
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        char text[256];
        uint32_t seed = 1;
        emb_net *net = open_case(c, text, sizeof text);
        assert_int_equal(emb__net_workspaces(net, 1, 1), EMB_OK);
        emb__workspace w = *emb__net_workspace(net, 0);
        const size_t pixels = emb__shape_count(&net->input) * LANES;
        const size_t count = emb__shape_count(&net->layers[0].out) * LANES;
        float *expected = emb__alloc(count * sizeof *expected);
        assert_non_null(expected);
        for (size_t i = 0; i < pixels; i++) emb__net_input(net, &w, 0)[i] = number(&seed);
        emb__net_forward(net, &w, 0, net->layer_count);
        const float *out = emb__net_output(net, &w, 0);
        memcpy(expected, out, count * sizeof *expected);
        w.training = true;
        emb__net_forward(net, &w, 0, net->layer_count);
        for (size_t i = 0; i < count; i++) {
            expect_near(text, "number", i, (double)out[i], (double)expected[i], 0.1);
        }
        assert_int_equal(memcmp(out, expected, count * sizeof *expected) != 0, cases[c].pays);
        emb__free(expected);
        emb_net_free(net);
    }
}

static void the_input_gradient_is_that_of_the_direct_sums(void **state) {
    (void)state;
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        char text[256];
        uint32_t seed = 2;
        emb_net *net = open_case(c, text, sizeof text);
        const emb__gather *g = &net->layers[0].conv.backward;
        const size_t count = emb__shape_count(&net->input) * LANES;
        const emb__share all = {0, g->out_h, 0, g->out_channels};
        assert_int_equal(emb__net_workspaces(net, 1, 1), EMB_OK);
        emb__workspace w = *emb__net_workspace(net, 0);
        float *expected = emb__alloc(count * sizeof *expected);
        assert_non_null(expected);
        for (size_t i = 0; i < emb__shape_count(&net->layers[0].out) * LANES; i++) {
            w.grad[0][i] = number(&seed);
        }
        emb__net_run_layer(net, &w, 0, EMB__INPUT_GRADIENT, NULL);
        /* One that pads otherwise makes the gradient of the padded image first. */
        for (size_t i = 0; g->out_h == net->input.d[1] && i < count; i++) {
            if (i == 0) {
                w.k->gather(g, &all, w.grad[0], net->params, NULL, expected, w.scratch);
            }
            expect_near(text, "gradient", i, (double)w.grad[1][i], (double)expected[i], 0.1);
        }
        emb__free(expected);
        emb_net_free(net);
    }
}

/* Both sides are of the block that a step would have. */
static void the_weight_gradient_is_that_of_the_direct_sums(void **state) {
    (void)state;
    for (size_t c = 0; c < TEST_COUNT(weight_cases); c++) {
        char text[256];
        uint32_t seed = 3;
        snprintf(text, sizeof text, "input = %s\nencoder = Sequential(%s)\n", weight_cases[c].input,
                 weight_cases[c].layer);
        emb_net *net = open_net(text, 7);
        const emb__layer *layer = &net->layers[0];
        const emb__correlate *w = &layer->conv.weight;
        assert_int_equal(emb__winograd_weight_pays(w), weight_cases[c].pays);
        assert_int_equal(emb__net_workspaces(net, 1, 1), EMB_OK);
        emb__workspace space = *emb__net_workspace(net, 0);
        float *grads[2] = {engine_grads(net), engine_grads(net)};
        float *in = emb__net_input(net, &space, 0);
        for (size_t i = 0; i < emb__shape_count(&layer->in) * LANES; i++) in[i] = number(&seed);
        for (size_t i = 0; i < emb__shape_count(&layer->out) * LANES; i++) {
            space.grad[0][i] = number(&seed) / 64;
        }
        emb__net_run_layer(net, &space, 0, EMB__WEIGHT_GRADIENT, grads[0]);
        const float *small = layer->conv.transposed ? in : space.grad[0];
        const float *big = layer->conv.transposed ? space.grad[0] : in;
        space.k->correlate(w, 0, w->units, small, big, grads[1], false, space.scratch);
        for (size_t i = 0; i < layer->params[0].count; i++) {
            expect_near(text, "gradient", i, (double)grads[0][i], (double)grads[1][i], 0.1);
        }
        const size_t bytes = layer->params[0].count * sizeof(float);
        assert_int_equal(memcmp(grads[0], grads[1], bytes) != 0, weight_cases[c].pays);
        emb__free(grads[0]);
        emb__free(grads[1]);
        emb_net_free(net);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_faster_is_made_so),
        cmocka_unit_test(a_step_goes_forward_as_an_evaluation_does),
        cmocka_unit_test(the_input_gradient_is_that_of_the_direct_sums),
        cmocka_unit_test(the_weight_gradient_is_that_of_the_direct_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
