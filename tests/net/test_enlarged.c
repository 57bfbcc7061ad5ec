/* Convolutions that do the work of an Upsample before them in a training step: which do, and that
 * their numbers and gradients are those of the two layers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "device/cpu/pass.h"
#include "device/cpu/workspace.h"
#include "support/whole_net.h"

static const struct {
    bool together;
    const char *input, *layers;
} cases[] = {
    {true, "2, 3, 4", "Upsample(scale_factor=2), Conv2d(2, 3, 3, padding=1)"},
    {true, "2, 3, 4", "Upsample(scale_factor=2), Conv2d(2, 3, 3)"},
    {true, "9, 3, 2", "Upsample(scale_factor=2), Conv2d(9, 17, 3, padding='same', bias=False)"},
    {true, "6, 3, 2", "Upsample(scale_factor=2), Conv2d(6, 4, 3, padding=1, groups=2)"},
    {true, "12, 2, 3", "Upsample(scale_factor=2), Conv2d(12, 12, 3, padding=1, groups=12)"},
    {true, "2, 3, 4", "Upsample((9, 12)), Conv2d(2, 3, 3, padding=2)"},
    {true, "2, 3, 4", "Upsample((12, 16), mode='nearest-exact'), Conv2d(2, 1, (2, 5), padding=1)"},
    {true, "2, 3, 4", "Upsample((3, 8)), Conv2d(2, 3, (1, 3), padding=(0, 1))"},
    {true, "2, 2, 2", "Upsample(scale_factor=2), Conv2d(2, 3, 2)"},
    {true, "2, 1, 1", "Upsample(scale_factor=3), Conv2d(2, 3, 3, padding=1)"},
    {true, "1, 3, 3",
     "Conv2d(1, 2, 3, padding=1), Residual(Sequential(Upsample(scale_factor=2), "
     "Conv2d(2, 3, 3, padding=1), Tanh()), shortcut=Sequential(Upsample(scale_factor=2), "
     "Conv2d(2, 3, 2, padding='valid'), ZeroPad2d((1, 0, 1, 0)))), ELU()"},
    {true, "1, 2, 2",
     "Conv2d(1, 2, 1), LeakyReLU(), Upsample(scale_factor=2), Conv2d(2, 2, 3, padding=1), "
     "Upsample(scale_factor=2), Conv2d(2, 1, 5, padding=2)"},
    /* What is no less work, or no such enlargement, or padded otherwise, stays two layers. */
    {false, "2, 3, 4", "Upsample(scale_factor=2), Conv2d(2, 3, 1)"},
    {false, "2, 3, 4", "Upsample((3, 4)), Conv2d(2, 3, 3)"},
    {false, "2, 3, 4", "Upsample((5, 8)), Conv2d(2, 3, 3)"},
    {false, "2, 3, 4", "Upsample(scale_factor=5), Conv2d(2, 1, 3)"},
    {false, "2, 3, 4", "Upsample(scale_factor=2), Conv2d(2, 3, 3, stride=2)"},
    {false, "2, 3, 4", "Upsample(scale_factor=2), Conv2d(2, 3, 3, dilation=2)"},
    {false, "2, 3, 4", "Upsample(scale_factor=2), Conv2d(2, 3, 3, padding=3)"},
    {false, "2, 3, 4", "Upsample(scale_factor=2), Conv2d(2, 3, 2, padding='same')"},
    {false, "2, 3, 4",
     "Upsample(scale_factor=2), Conv2d(2, 3, 3, padding=1, "
     "padding_mode='reflect')"},
    {false, "2, 3, 4", "Upsample(scale_factor=2, mode='bilinear'), Conv2d(2, 3, 3, padding=1)"},
    {false, "2, 3, 4", "Upsample(scale_factor=2), Tanh(), Conv2d(2, 3, 3, padding=1)"},
    {false, "2, 3, 4", "Upsample(scale_factor=2), Residual(Conv2d(2, 2, 3, padding=1))"},
};

static emb_net *open_case(size_t c, char *text, size_t room) {
    snprintf(text, room, "input = %s\nencoder = Sequential(%s)\n", cases[c].input, cases[c].layers);
    return open_net(text, 7 + c);
}

static bool works_together(const emb_net *net) {
    for (int i = 0; i < net->layer_count; i++) {
        if (net->layers[i].enlarged) return true;
    }
    return false;
}

static float number(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u; /* Numerical Recipes' generator */
    return (float)(*state >> 8) / (float)(1 << 24) - 0.5f;
}

static void only_what_is_less_work_is_done_together(void **state) {
    (void)state;
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        char text[512];
        emb_net *net = open_case(c, text, sizeof text);
        if (works_together(net) != cases[c].together) fail_msg("%s", text);
        emb_net_free(net);
    }
}

static void a_step_goes_forward_as_an_evaluation_does(void **state) {
    (void)state;
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        char text[512];
        uint32_t seed = 1;
        emb_net *net = open_case(c, text, sizeof text);
        assert_int_equal(emb__net_workspaces(net, 1, 1), EMB_OK);
        emb__workspace w = *emb__net_workspace(net, 0);
        const int last = net->layer_count - 1;
        const size_t pixels = emb__shape_count(&net->input) * LANES;
        const size_t count = emb__shape_count(&net->layers[last].out) * LANES;
        float *expected = emb__alloc(count * sizeof *expected);
        assert_non_null(expected);
        for (size_t i = 0; i < pixels; i++) emb__net_input(net, &w, 0)[i] = number(&seed);
        emb__net_forward(net, &w, 0, net->layer_count);
        memcpy(expected, emb__net_output(net, &w, last), count * sizeof *expected);
        w.training = true;
        emb__net_forward(net, &w, 0, net->layer_count);
        for (size_t i = 0; i < count; i++) {
            expect_near(text, "number", i, (double)emb__net_output(net, &w, last)[i],
                        (double)expected[i], 0.1);
        }
        emb__free(expected);
        emb_net_free(net);
    }
}

/* The layers that are tested, and then what makes pixels again. `apart`: with an Identity before
 * each convolution, so that an enlargement stays a layer of its own. */
static emb_net *open_autoencoder(size_t c, bool apart, char *text, size_t room) {
    emb_net *net = open_case(c, text, room);
    const size_t out = emb__shape_count(&net->layers[net->layer_count - 1].out);
    const size_t pixels = emb__shape_count(&net->input);
    emb_net_free(net);
    char layers[512] = "";
    const char *from = cases[c].layers, *conv;
    while ((conv = strstr(from + 1, "Conv2d")) != NULL) {
        strncat(layers, from, (size_t)(conv - from));
        if (apart) strcat(layers, "Identity(), ");
        from = conv;
    }
    snprintf(text, room,
             "input = %s\nencoder = Sequential(%s%s, Flatten())\n"
             "decoder = Sequential(Linear(%zu, %zu), Unflatten(1, (%s)))\n",
             cases[c].input, layers, from, out, pixels, cases[c].input);
    net = open_net(text, 7 + c);
    assert_int_equal(works_together(net), cases[c].together && !apart);
    return net;
}

static void gradients_are_those_of_the_two_layers(void **state) {
    (void)state;
    enum { COUNT = 11 };
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        char text[1024];
        uint32_t seed = 3;
        emb_net *nets[2];
        float *grads[2];
        for (int i = 0; i < 2; i++) {
            nets[i] = open_autoencoder(c, i == 0, text, sizeof text);
            grads[i] = engine_grads(nets[i]);
        }
        const size_t pixels = emb__shape_count(&nets[0]->input);
        float *images = emb__alloc(COUNT * pixels * sizeof *images);
        assert_non_null(images);
        for (size_t i = 0; i < COUNT * pixels; i++) images[i] = number(&seed);
        for (int i = 0; i < 2; i++) engine_gradient(nets[i], images, COUNT, grads[i]);
        for (size_t i = 0; i < nets[0]->param_count; i++) {
            expect_near(text, "gradient", i, (double)grads[1][i], (double)grads[0][i], 0.1);
        }
        for (int i = 0; i < 2; i++) {
            emb__free(grads[i]);
            emb_net_free(nets[i]);
        }
        emb__free(images);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_less_work_is_done_together),
        cmocka_unit_test(a_step_goes_forward_as_an_evaluation_does),
        cmocka_unit_test(gradients_are_those_of_the_two_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
