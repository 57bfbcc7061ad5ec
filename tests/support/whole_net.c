/* See whole_net.h. */
#include "support/whole_net.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "device/cpu/pass.h"

/* Of outputs up to 10 or so, and of gradients by their size. Float32's own rounding stays below a
 * quarter of it; what is wrong in a plan shows as 1e-2 and more. */
static const double tolerance = 2e-5;
/* So small that none of the ReLUs here changes sides on the way. */
static const double step = 1e-6;

emb_net *open_net(const char *text, uint64_t seed) {
    emb_net *net = emb_net_parse(text, "test", NULL);
    if (!net) fail_msg("%s\n%s", emb_error(), text);
    assert_int_equal(emb_net_init(net, seed), EMB_OK);
    assert_true(net->param_count <= MOST_PARAMS);
    return net;
}

void expect_near(const char *text, const char *what, size_t at, double got, double wanted,
                 double scale) {
    if (fabs(got - wanted) <= tolerance * scale) return;
    fail_msg("%s %zu is %.9g, expected %.9g in\n%s", what, at, got, wanted, text);
}

double *exact_params(const emb_net *net) {
    double *params = emb__alloc((net->param_count + 1) * sizeof *params);
    assert_non_null(params);
    for (size_t i = 0; i < net->param_count; i++) params[i] = (double)net->params[i];
    return params;
}

/* values[MOST] = layers [from, to) of values. */
static void model_layers(const emb_net *net, const double *params, int from, int to,
                         double values[MOST]) {
    double y[MOST];
    for (int i = from; i < to; i++) {
        const size_t count = emb__shape_count(&net->layers[i].out);
        assert_true(count <= MOST);
        test_layer(&net->layers[i], params, values, y);
        memcpy(values, y, count * sizeof *y);
    }
}

double model_loss(const emb_net *net, const double *params, const float *images, size_t count) {
    const size_t pixels = emb__shape_count(&net->input);
    double sum = 0, values[MOST];
    for (size_t n = 0; n < count; n++, images += pixels) {
        for (size_t i = 0; i < pixels; i++) values[i] = (double)images[i];
        model_layers(net, params, 0, net->layer_count, values);
        for (size_t i = 0; i < pixels; i++) {
            sum += (values[i] - (double)images[i]) * (values[i] - (double)images[i]);
        }
    }
    return sum / (double)(count * pixels);
}

double engine_gradient(emb_net *net, const float *images, size_t count, float *grads) {
    const size_t pixels = emb__shape_count(&net->input);
    double errors[LANES], loss = 0;
    assert_int_equal(emb__net_workspaces(net, 1, 1), EMB_OK);
    const emb__workspace *w = emb__net_workspace(net, 0);
    float *input = emb__net_input(net, w, 0);
    memset(input, 0, pixels * LANES * sizeof *input);
    for (size_t n = 0; n < count; n++) {
        for (size_t i = 0; i < pixels; i++) input[i * LANES + n] = images[n * pixels + i];
    }
    emb__net_forward(net, w, 0, net->layer_count);
    net->kernels->squared_error(emb__net_output(net, w, net->layer_count - 1), input, pixels,
                                (int)count, (float)(2.0 / (double)(count * pixels)), w->grad[0],
                                errors);
    emb__net_backward(net, w, grads, false);
    for (size_t n = 0; n < count; n++) loss += errors[n];
    return loss / (double)(count * pixels);
}

float *engine_grads(const emb_net *net) {
    float *grads = emb__calloc(net->param_stride + 1, sizeof *grads);
    assert_non_null(grads);
    return grads;
}

void check_forward(emb_net *net, const char *text, const double *params, const float *images,
                   size_t count, size_t n) {
    const size_t pixels = emb__shape_count(&net->input);
    const size_t latent = emb__shape_count(&net->layers[net->encoder_end - 1].out);
    float *codes = emb__alloc(count * latent * sizeof *codes);
    float *outputs = emb__alloc(count * pixels * sizeof *outputs);
    assert_true(codes && outputs);
    assert_int_equal(emb_net_encode(net, images, count, codes, 2), EMB_OK);
    assert_int_equal(emb_net_decode(net, codes, count, outputs, 2), EMB_OK);
    double values[MOST];
    for (size_t i = 0; i < pixels; i++) values[i] = (double)images[n * pixels + i];
    model_layers(net, params, 0, net->encoder_end, values);
    for (size_t i = 0; i < latent; i++) {
        expect_near(text, "code's number", i, (double)codes[n * latent + i], values[i], 1);
    }
    model_layers(net, params, net->encoder_end, net->layer_count, values);
    for (size_t i = 0; i < pixels; i++) {
        expect_near(text, "pixel", i, (double)outputs[n * pixels + i], values[i], 1);
    }
    emb__free(codes);
    emb__free(outputs);
}

void check_gradient(emb_net *net, const char *text, double *params, const float *images,
                    size_t count) {
    float *grads = engine_grads(net);
    expect_near(text, "loss", 0, engine_gradient(net, images, count, grads),
                model_loss(net, params, images, count), 1);
    for (size_t i = 0; i < net->param_count; i++) {
        const double kept = params[i];
        params[i] = kept + step;
        const double above = model_loss(net, params, images, count);
        params[i] = kept - step;
        const double below = model_loss(net, params, images, count);
        params[i] = kept;
        expect_near(text, "gradient", i, (double)grads[i], (above - below) / (2 * step), 1);
    }
    emb__free(grads);
}
