/* BatchNorm as part of the weights before it: which layers take it over, what these weights are,
 * and that inference gives the numbers of the layers one by one within 1e-5. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "device/cpu/pass.h"
#include "device/cpu/walk.h"
#include "net/fold.h"
#include "support/support.h"

#define INPUT "input = 2, 7, 6\nencoder = Sequential("
#define END   ")\ndecoder = Sequential(Linear(4, 84), Unflatten(1, (2, 7, 6)))"

static const struct {
    const char *layers;
    int folds; /* how many layers */
} networks[] = {
    {"Conv2d(2, 3, 3, bias=False), BatchNorm2d(3), ReLU(), Flatten(), Linear(60, 4)", 1},
    {"Conv2d(2, 4, 3, groups=2), BatchNorm2d(4), Flatten(), Linear(80, 4, bias=False), "
     "BatchNorm1d(4)",
     2},
    {"ConvTranspose2d(2, 6, (2, 3), groups=2, bias=False), BatchNorm2d(6, affine=False), Tanh(), "
     "Conv2d(6, 2, 3, stride=2), BatchNorm2d(2, eps=0.1), Flatten(), Linear(18, 4)",
     2},
    {"ConvTranspose2d(2, 3, 2, stride=2), BatchNorm2d(3), LeakyReLU(), Conv2d(3, 2, 5, stride=3), "
     "Flatten(), Linear(24, 4)",
     1},
    /* What stands between, what else reads, and nothing before it. */
    {"BatchNorm2d(2), Conv2d(2, 3, 3), ReLU(), BatchNorm2d(3), Flatten(), Linear(60, 4)", 0},
    {"Conv2d(2, 3, 3), Residual(Sequential(BatchNorm2d(3), ReLU())), Flatten(), Linear(60, 4)", 0},
    {"Conv2d(2, 3, 3), Residual(Sequential(Conv2d(3, 3, 3, padding=1), BatchNorm2d(3), ReLU())), "
     "Flatten(), Linear(60, 4), BatchNorm1d(4)",
     2},
    {"Flatten(), BatchNorm1d(84), Linear(84, 4)", 0},
    {"Conv2d(2, 3, 3), InstanceNorm2d(3, track_running_stats=True), ReLU(), "
     "InstanceNorm2d(3, affine=True, track_running_stats=True), Flatten(), Linear(60, 4)",
     1},
    {"Flatten(2), BatchNorm1d(2), Flatten(), Linear(84, 4)", 0},
};

static emb_net *open_net(const char *layers, float far) {
    char text[1024];
    snprintf(text, sizeof text, INPUT "%s" END, layers);
    emb_net *net = emb_net_parse(text, "test", NULL);
    if (!net) fail_msg("%s\n%s", emb_error(), text);
    assert_int_equal(emb_net_init(net, 3), EMB_OK);
    for (int i = 0; i < net->tensor_count; i++) {
        const emb__param *param = net->tensors[i].param;
        float *values = net->params + param->at;
        const bool var = strcmp(param->role, "running_var") == 0;
        if (!param->is_constant || param->is_counter) continue;
        test_noise(values, param->count, (uint64_t)i);
        for (size_t k = 0; k < param->count; k++) {
            if (var) values[k] = 0.2f + values[k] * values[k];
            if (strcmp(param->role, "running_mean") == 0) values[k] += far;
        }
    }
    emb__net_changed(net);
    return net;
}

enum { COUNT = 21, SIZE = 84, CODE = 4 };

static bool go_on(const emb__walk *walk, const emb__workspace *w, int i, size_t first,
                  size_t here) {
    (void)walk, (void)w, (void)i, (void)first, (void)here;
    return true;
}

static void keep(const emb__walk *walk, const emb__workspace *w, size_t first, size_t here) {
    w->k->from_lanes(emb__net_output(walk->net, w, walk->to - 1), (int)here, CODE,
                     (float *)walk->data + first * CODE);
}

/* codes[COUNT][CODE], layer by layer. */
static void run_layers(emb_net *net, const float *images, float *codes) {
    const emb__walk walk = {.net = net,
                            .to = net->encoder_end,
                            .count = COUNT,
                            .rows = images,
                            .layer = go_on,
                            .look = keep,
                            .data = codes};
    assert_int_equal(emb__walk_team(&walk, 1), EMB_OK);
}

static void expect_near(const char *what, const float *got, const float *wanted) {
    double most = 1;
    for (size_t i = 0; i < COUNT * CODE; i++) most = fmax(most, fabs((double)wanted[i]));
    for (size_t i = 0; i < COUNT * CODE; i++) {
        if (fabs((double)got[i] - (double)wanted[i]) <= 1e-5 * most) continue;
        fail_msg("%s: number %zu is %.9g, expected %.9g", what, i, (double)got[i],
                 (double)wanted[i]);
    }
}

/* The network's own definition in double precision. */
static void run_exactly(const emb_net *net, const float *images, float *codes) {
    double *params = emb__alloc(net->number_count * sizeof *params);
    double(*values)[512] = emb__calloc((size_t)net->layer_count + 1, sizeof *values);
    assert_true(params && values);
    for (size_t i = 0; i < net->number_count; i++) params[i] = (double)net->params[i];
    for (size_t n = 0; n < COUNT; n++) {
        for (size_t i = 0; i < SIZE; i++) values[0][i] = (double)images[n * SIZE + i];
        for (int i = 0; i < net->encoder_end; i++) {
            const emb__layer *layer = &net->layers[i];
            const double *in = values[layer->inputs[0] + 1];
            double *out = values[i + 1];
            if (layer->input_count == 2) { /* Residual */
                for (size_t k = 0; k < emb__shape_count(&layer->out); k++) {
                    out[k] = in[k] + values[layer->inputs[1] + 1][k];
                }
            } else {
                test_layer(layer, params, in, out);
            }
        }
        for (size_t i = 0; i < CODE; i++) {
            codes[n * CODE + i] = (float)values[net->encoder_end][i];
        }
    }
    emb__free(params);
    emb__free(values);
}

static void inference_folds(void **state) {
    (void)state;
    static float images[COUNT * SIZE], codes[COUNT * CODE], wanted[COUNT * CODE];
    test_noise(images, COUNT * SIZE, 7);
    for (size_t i = 0; i < TEST_COUNT(networks); i++) {
        for (int far = 0; far < 2; far++) {
            emb_net *net = open_net(networks[i].layers, far ? 100 : 0);
            emb__folded folded;
            assert_int_equal(emb__fold(net, EMB__FOLD_TO_RUN, &folded), EMB_OK);
            const int expected = far ? 0 : networks[i].folds;
            if (folded.count != expected) {
                fail_msg("%s: %d folded, expected %d", networks[i].layers, folded.count, expected);
            }
            emb__fold_clear(&folded);
            run_exactly(net, images, wanted);
            if (far == 0) {
                assert_int_equal(emb_net_encode(net, images, COUNT, codes, 1), EMB_OK);
                expect_near(networks[i].layers, codes, wanted);
                run_layers(net, images, codes);
                expect_near(networks[i].layers, codes, wanted);
            }
            /* One image alone, among others, on any number of threads: the same bits. */
            assert_int_equal(emb_net_encode(net, images, COUNT, codes, 1), EMB_OK);
            for (size_t n = 0; n < COUNT; n++) {
                float code[CODE];
                assert_int_equal(emb_net_encode(net, images + n * SIZE, 1, code, 1), EMB_OK);
                assert_memory_equal(code, codes + n * CODE, sizeof code);
            }
            assert_int_equal(emb_net_encode(net, images, COUNT, wanted, 3), EMB_OK);
            assert_memory_equal(codes, wanted, sizeof codes);
            emb_net_free(net);
        }
    }
}

/* w (gamma / sqrt(var + eps)), in double, rounded once. */
static void weights_are_as_defined(void **state) {
    (void)state;
    emb_net *net = open_net("ConvTranspose2d(2, 6, 2, groups=2), BatchNorm2d(6), Flatten(), "
                            "Linear(336, 4, bias=False)",
                            0);
    const emb__layer *conv = &net->layers[0], *norm = &net->layers[1];
    const float *params = net->params;
    emb__folded folded;
    assert_int_equal(emb__fold(net, EMB__FOLD_TO_RUN, &folded), EMB_OK);
    assert_int_equal(folded.count, 1);
    const emb__layer *made = &folded.net.layers[0];
    for (size_t i = 0; i < conv->params[0].count; i++) {
        const size_t in = i / 12, out = in * 3 + i / 4 % 3; /* [in][out / groups][2][2] */
        const double scale = (double)params[norm->params[0].at + out] /
                             sqrt((double)params[norm->params[3].at + out] + 1e-5);
        const double weight = (double)params[conv->params[0].at + i];
        assert_true(folded.net.params[made->params[0].at + i] == (float)(weight * scale));
        const double shift = (double)params[norm->params[1].at + out] -
                             (double)params[norm->params[2].at + out] * scale;
        const double bias = (double)params[conv->params[1].at + out];
        assert_true(folded.net.params[made->params[1].at + out] == (float)(bias * scale + shift));
    }
    emb__fold_clear(&folded);
    emb_net_free(net);
}

static void new_weights_are_folded_anew(void **state) {
    (void)state;
    static float images[SIZE], codes[2][CODE];
    emb_net *net = open_net(networks[0].layers, 0);
    test_noise(images, SIZE, 7);
    assert_int_equal(emb_net_encode(net, images, 1, codes[0], 1), EMB_OK);
    net->params[net->layers[1].params[0].at] += 1;
    emb__net_changed(net);
    assert_int_equal(emb_net_encode(net, images, 1, codes[1], 1), EMB_OK);
    assert_memory_not_equal(codes[0], codes[1], sizeof codes[0]);
    net->params[net->layers[1].params[0].at] -= 1;
    emb__net_changed(net);
    emb_net_free(net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inference_folds),
        cmocka_unit_test(weights_are_as_defined),
        cmocka_unit_test(new_weights_are_folded_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
