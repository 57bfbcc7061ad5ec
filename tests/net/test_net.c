/* net/net.c and device/cpu/infer.c: whole networks, as they are planned and run, against the
 * layers' definitions in double precision (support.h). test_layers.c has each layer alone.
 *
 * Forward by comparison, the gradient of the mean squared error by central differences of the
 * definition. A table has the plans that could go wrong (what overwrites what); random networks
 * have everything else. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "device/cpu/pass.h"
#include "net/net.h"
#include "support/support.h"

enum {
    LANES = EMB__LANES,
    MOST = 1024, /* numbers of an image at any layer */
    MOST_PARAMS = 1 << 17,
    TEXT = 2048, /* of a notation */
    RANDOM_NETS = 200,
    DIRECTIONS = 3 /* in which a random net's gradient is probed */
};

/* Of outputs up to 10 or so, and of gradients by their size. Float32's own rounding stays below a
 * quarter of it; what is wrong in a plan shows as 1e-2 and more. */
static const double tolerance = 2e-5;
/* So small that none of the ReLUs here changes sides on the way. */
static const double step = 1e-6;

static emb_net *open_net(const char *text, uint64_t seed) {
    emb_net *net = emb_net_parse(text, "test", NULL);
    if (!net) fail_msg("%s\n%s", emb_error(), text);
    assert_int_equal(emb_net_init(net, seed), EMB_OK);
    assert_true(net->param_count <= MOST_PARAMS);
    return net;
}

static void expect_near(const char *text, const char *what, size_t at, double got, double wanted,
                        double scale) {
    if (fabs(got - wanted) <= tolerance * scale) return;
    fail_msg("%s %zu is %.9g, expected %.9g in\n%s", what, at, got, wanted, text);
}

/* ---- the definition of a whole net ---- */

static double *exact_params(const emb_net *net) {
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

/* The mean squared error of `count` images [count][pixels]. */
static double model_loss(const emb_net *net, const double *params, const float *images,
                         size_t count) {
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

/* ---- the engine's side ---- */

/* One partial block forward and back, as a training step runs it; returns the loss. */
static double engine_gradient(emb_net *net, const float *images, size_t count, float *grads) {
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

static float *engine_grads(const emb_net *net) {
    float *grads = emb__calloc(net->param_stride + 1, sizeof *grads);
    assert_non_null(grads);
    return grads;
}

/* Codes and reconstructions through the public calls, of image n in particular. */
static void check_forward(emb_net *net, const char *text, const double *params, const float *images,
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

/* ---- plans: which activations share a place ---- */

#define NET(input, encoder, decoder)                                                               \
    "input = " input "\nencoder = Sequential(" encoder ")\ndecoder = Sequential(" decoder ")"

static const char *const plans[] = {
    /* An activation first: the input is the loss's target as well and must stay. */
    NET("1, 4, 4", "Tanh(), Conv2d(1, 2, 3), Flatten()", "Linear(8, 16), Unflatten(1, (1, 4, 4))"),
    NET("1, 4, 4", "Sigmoid(), Flatten(), Linear(16, 3)", "Linear(3, 16), Unflatten(1, (1, 4, 4))"),
    NET("6", "ReLU(), Linear(6, 3)", "Linear(3, 6)"),
    NET("6", "Tanh(), Sigmoid(), Linear(6, 3)", "Linear(3, 6)"),
    /* Another name for the input first, then what works in place. */
    NET("1, 2, 3", "Flatten(), Tanh(), Linear(6, 3)", "Linear(3, 6), Unflatten(1, (1, 2, 3))"),
    NET("6", "Identity(), Identity(), ReLU(), Linear(6, 3)", "Linear(3, 6)"),
    NET("6", "Identity(), Linear(6, 3), Identity()", "Identity(), Linear(3, 6), Identity()"),
    /* Two and three activations in a row: each needs its own output to go back. */
    NET("6", "Linear(6, 4), Tanh(), Sigmoid()", "Linear(4, 6)"),
    NET("6", "Linear(6, 4), Sigmoid(), Tanh(), Sigmoid()", "Linear(4, 6), Tanh(), Tanh()"),
    NET("6", "Linear(6, 5), Tanh(), Identity(), Sigmoid()", "Linear(5, 6)"),
    NET("6", "Linear(6, 5), ReLU(), ReLU()", "Linear(5, 6), ReLU(), Tanh()"),
    /* An activation in place that its input tells the slope of, and whose input stays therefore. */
    NET("6", "LeakyReLU(-0.3), Linear(6, 3)", "Linear(3, 6), LeakyReLU(-0.2)"),
    NET("6", "Linear(6, 5), LeakyReLU(-0.5), Tanh(), LeakyReLU(0.1)",
        "Linear(5, 6), Identity(), LeakyReLU(-0.5), LeakyReLU(-2)"),
    NET("6", "ELU(-0.5), Linear(6, 5), ELU()", "Linear(5, 6), Tanh(), ELU(-2), ELU(0.5)"),
    NET("6", "Hardtanh(0, 6), Linear(6, 5), Hardtanh(-0.1, 0.2)", "Linear(5, 6), Hardtanh()"),
    /* Over the seam between encoder and decoder. */
    NET("6", "Linear(6, 4)", "Tanh(), Linear(4, 6)"),
    NET("6", "Linear(6, 4), Tanh()", "Sigmoid(), Linear(4, 6), Sigmoid()"),
    /* Shapes between Flatten and Unflatten, with work in place on them. */
    NET("2, 5, 4", "Flatten(2), Tanh(), Flatten(), Linear(40, 3)",
        "Linear(3, 40), Unflatten(1, (4, 10)), Sigmoid(), Flatten(), Unflatten(1, (2, -1, 4))"),
    NET("2, 5, 4",
        "Conv2d(2, 3, 2, padding='same'), Flatten(-2, -1), ReLU(), Unflatten(2, (2, 2, 5)), "
        "Tanh(), "
        "Flatten(start_dim=1), Linear(60, 3)",
        "Linear(3, 40), Unflatten(-1, (2, 5, 2, 2)), Tanh(), Flatten(3, 4), Conv2d(2, 2, (4, 2), "
        "padding='same')"),
    /* No activation at all, and the last layer of either kind. */
    NET("5", "Linear(5, 3), Linear(3, 2)", "Linear(2, 4), Linear(4, 5)"),
    NET("1, 4, 4", "Conv2d(1, 2, 3), Conv2d(2, 3, 2)",
        "ConvTranspose2d(3, 2, 2), ConvTranspose2d(2, 1, 3)"),
    NET("1, 4, 4", "Conv2d(1, 2, 3, bias=False), ReLU()",
        "ConvTranspose2d(2, 1, 3, bias=False), Sigmoid()"),
    NET("2, 5, 4",
        "Conv2d(2, 4, 3, stride=2, padding=1, groups=2), Tanh(), Flatten(), Linear(24, 2)",
        "Linear(2, 24), Tanh(), Unflatten(1, (4, 3, 2)), ConvTranspose2d(4, 2, 3, stride=2, "
        "padding=1, output_padding=(0, 1), groups=2), Sigmoid()"),
    /* Nothing to train. */
    NET("1, 2, 2", "Identity()", "Identity()"),
    NET("1, 2, 2", "Tanh()", "Sigmoid()"),
    NET("1, 2, 2", "Flatten()", "Unflatten(1, (1, 2, 2))"),
};

/* A derivative by each parameter, and the loss. */
static void check_gradient(emb_net *net, const char *text, double *params, const float *images,
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

static void plans_keep_what_is_read_later(void **state) {
    (void)state;
    enum { COUNT = 5 };
    for (size_t i = 0; i < TEST_COUNT(plans); i++) {
        emb_net *net = open_net(plans[i], i + 1);
        float images[COUNT * MOST];
        double *params = exact_params(net);
        test_noise(images, COUNT * emb__shape_count(&net->input), i);
        check_gradient(net, plans[i], params, images, COUNT);
        for (size_t n = 0; n < COUNT; n++) check_forward(net, plans[i], params, images, COUNT, n);
        emb__free(params);
        emb_net_free(net);
    }
}

/* ---- random networks ---- */

/* A notation as it grows, with the shape that it has come to. */
typedef struct sketch {
    emb__random random;
    char text[TEXT];
    size_t length;
    int c, h, w;
} sketch;

static int pick(sketch *s, int from, int to) {
    return from + (int)(emb__random_next32(&s->random) % (uint32_t)(to - from + 1));
}

static void add(sketch *s, const char *format, ...) {
    va_list list;
    va_start(list, format);
    const int used = vsnprintf(s->text + s->length, sizeof s->text - s->length, format, list);
    va_end(list);
    assert_true(used > 0 && (size_t)used < sizeof s->text - s->length);
    s->length += (size_t)used;
}

static void add_activation(sketch *s) {
    static const char *const names[] = {"Tanh(), ", "Sigmoid(), ", "ReLU(), ", "Identity(), ", ""};
    s->length += (size_t)snprintf(s->text + s->length, sizeof s->text - s->length, "%s",
                                  names[pick(s, 0, TEST_COUNT(names) - 1)]);
}

/* A convolution of either kind with everything at random; nothing where it would not fit. */
static void add_conv(sketch *s) {
    const bool transposed = pick(s, 0, 1);
    const int sides[2] = {s->h, s->w};
    int kernel[2], stride[2], padding[2], dilation[2], extra[2], out[2];
    for (int i = 0; i < 2; i++) {
        kernel[i] = pick(s, 1, 7);
        stride[i] = pick(s, 1, 3);
        padding[i] = pick(s, 0, 3);
        dilation[i] = pick(s, 0, 3) ? 1 : pick(s, 2, 3);
        extra[i] = transposed ? pick(s, 0, stride[i] - 1) : 0;
        const int reach = dilation[i] * (kernel[i] - 1) + 1, room = sides[i] + 2 * padding[i];
        out[i] = transposed     ? (sides[i] - 1) * stride[i] - 2 * padding[i] + reach + extra[i]
                 : reach > room ? 0
                                : (room - reach) / stride[i] + 1;
    }
    const int groups = s->c % 2 == 0 && pick(s, 0, 1) ? 2 : 1, channels = groups * pick(s, 1, 3);
    if (out[0] < 1 || out[1] < 1 || channels * out[0] * out[1] > MOST) return;
    add(s, "%s(%d, %d, (%d, %d), stride=(%d, %d), padding=(%d, %d), dilation=(%d, %d), groups=%d",
        transposed ? "ConvTranspose2d" : "Conv2d", s->c, channels, kernel[0], kernel[1], stride[0],
        stride[1], padding[0], padding[1], dilation[0], dilation[1], groups);
    if (transposed) add(s, ", output_padding=(%d, %d)", extra[0], extra[1]);
    add(s, pick(s, 0, 2) ? "), " : ", bias=False), ");
    s->c = channels;
    s->h = out[0];
    s->w = out[1];
}

static void add_image_layers(sketch *s) {
    for (int more = pick(s, 0, 3); more > 0; more--) {
        add_activation(s);
        add_conv(s);
    }
    add_activation(s);
}

static void sketch_net(sketch *s, uint64_t seed) {
    emb__random_seed(&s->random, seed);
    s->length = 0;
    const int c = s->c = pick(s, 1, 4), h = s->h = pick(s, 1, 9), w = s->w = pick(s, 1, 9);
    const int latent = pick(s, 1, 9);
    add(s, "input = %d, %d, %d\nencoder = Sequential(", c, h, w);
    add_image_layers(s);
    add(s, "Flatten(), Linear(%d, %d), ", s->c * s->h * s->w, latent);
    add_activation(s);
    add(s, ")\ndecoder = Sequential(");
    s->c = pick(s, 1, 4);
    s->h = pick(s, 1, 5);
    s->w = pick(s, 1, 5);
    add(s, "Linear(%d, %d), Unflatten(1, (%d, %d, %d)), ", latent, s->c * s->h * s->w, s->c, s->h,
        s->w);
    add_image_layers(s);
    add(s, "Flatten(), Linear(%d, %d), Unflatten(1, (%d, %d, %d)), ", s->c * s->h * s->w, c * h * w,
        c, h, w);
    add_activation(s);
    add(s, ")");
}

/* The whole gradient at once, as the loss's slope in directions drawn at random. */
static void probe_gradient(sketch *s, emb_net *net, const double *params, const float *images,
                           size_t count) {
    float *grads = engine_grads(net);
    double *moved = exact_params(net);
    engine_gradient(net, images, count, grads);
    for (int d = 0; d < DIRECTIONS; d++) {
        double slope = 0, size = 0, losses[2];
        const emb__random before = s->random;
        for (int side = 0; side < 2; side++) {
            s->random = before;
            slope = size = 0;
            for (size_t i = 0; i < net->param_count; i++) {
                const double by = (double)emb__random_uniform(&s->random, -1, 1);
                moved[i] = params[i] + (side ? -step : step) * by;
                slope += (double)grads[i] * by;
                size += fabs((double)grads[i] * by);
            }
            losses[side] = model_loss(net, moved, images, count);
        }
        expect_near(s->text, "slope", (size_t)d, slope, (losses[0] - losses[1]) / (2 * step),
                    size + 1e-3);
    }
    emb__free(grads);
    emb__free(moved);
}

static void random_nets_are_their_definitions(void **state) {
    (void)state;
    enum { MOST_IMAGES = 40 };
    static float images[MOST_IMAGES * MOST];
    for (uint64_t seed = 1; seed <= RANDOM_NETS; seed++) {
        sketch s;
        sketch_net(&s, seed);
        emb_net *net = open_net(s.text, seed);
        double *params = exact_params(net);
        const size_t count = (size_t)pick(&s, 1, MOST_IMAGES);
        test_noise(images, count * emb__shape_count(&net->input), seed);
        check_forward(net, s.text, params, images, count, 0);
        check_forward(net, s.text, params, images, count, count - 1);
        probe_gradient(&s, net, params, images, (size_t)pick(&s, 1, 3));
        emb__free(params);
        emb_net_free(net);
    }
}

/* Through the header: of 9 images the bits of one block; of 41, the mean over their parts. */
static void gradients_of_a_data_set(void **state) {
    (void)state;
    enum { ALL = 41, PART = 16 };
    static const int shape[3] = {2, 6, 5};
    emb_net *net =
        emb_net_parse("input = 2, 6, 5\n"
                      "encoder = Sequential(Conv2d(2, 3, 3), Tanh(), Flatten(), Linear(36, 2))\n"
                      "decoder = Sequential(Linear(2, 60), Sigmoid(), Unflatten(1, (2, 6, 5)))\n",
                      "net", NULL);
    assert_non_null(net);
    assert_int_equal(emb_net_init(net, 3), EMB_OK);
    float values[ALL * 60];
    test_noise(values, ALL * 60, 5);
    emb_images *images = emb_images_new_float(values, NULL, ALL, shape);
    float *grads = engine_grads(net), *whole = engine_grads(net), *part = engine_grads(net);
    uint32_t indices[ALL];
    for (uint32_t i = 0; i < ALL; i++) indices[i] = i;
    double loss, sum = 0;
    const double expected = engine_gradient(net, values, 9, grads);
    assert_int_equal(emb_net_gradients(net, images, indices, 9, whole, &loss), EMB_OK);
    assert_memory_equal(whole, grads, net->param_count * sizeof *grads);
    expect_near("gradients", "loss", 0, loss, expected, 1);
    assert_int_equal(emb_net_gradients(net, images, NULL, 0, whole, &loss), EMB_OK);
    memset(grads, 0, net->param_count * sizeof *grads);
    for (uint32_t first = 0; first < ALL; first += PART) {
        const size_t here = ALL - first < PART ? ALL - first : PART;
        double mean;
        assert_int_equal(emb_net_gradients(net, images, indices + first, here, part, &mean),
                         EMB_OK);
        sum += mean * (double)here / ALL;
        for (size_t i = 0; i < net->param_count; i++) grads[i] += part[i] * (float)here / ALL;
    }
    expect_near("gradients", "loss of all", 0, loss, sum, 1);
    for (size_t i = 0; i < net->param_count; i++) {
        expect_near("gradients", "of all", i, (double)whole[i], (double)grads[i], 1);
    }
    indices[0] = ALL;
    assert_int_equal(emb_net_gradients(net, images, indices, 1, part, NULL), EMB_ERR_ARGUMENT);
    emb__free(grads);
    emb__free(whole);
    emb__free(part);
    emb_images_free(images);
    emb_net_free(net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_of_a_data_set),
        cmocka_unit_test(plans_keep_what_is_read_later),
        cmocka_unit_test(random_nets_are_their_definitions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
