/* Random networks are their definitions, forward and back. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "support/whole_net.h"

enum {
    TEXT = 2048, /* of a notation */
    RANDOM_NETS = 200,
    DIRECTIONS = 3 /* in which a random net's gradient is probed */
};

/* So small that none of the ReLUs here changes sides on the way. */
static const double step = 1e-6;

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
    static const char *const names[] = {"Tanh(), ",
                                        "Sigmoid(), ",
                                        "ReLU(), ",
                                        "Identity(), ",
                                        "",
                                        "Tanh(), ",
                                        "",
                                        "SiLU(), ",
                                        "GELU(), ",
                                        "Mish(), ",
                                        "PReLU(), ",
                                        "Softplus(), ",
                                        "LogSoftmax(1), "};
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_nets_are_their_definitions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
