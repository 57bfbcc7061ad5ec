/* net/net.c and device/cpu/infer.c: whole networks against their definition: a table of the plans
 * that could go wrong (what overwrites what), and the gradients of a data set. test_layers.c has
 * each layer alone, test_net_random.c everything else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/whole_net.h"

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
    NET("6", "SiLU(), Linear(6, 5), GELU(), ReLU6()", "GELU('tanh'), Linear(5, 6), Mish()"),
    NET("6", "PReLU(), Linear(6, 5), PReLU(5), Tanh()", "PReLU(), Linear(5, 6), PReLU(6, -1)"),
    NET("2, 3, 1", "Softmax(1), Flatten(), Linear(6, 5), LogSoftmax(), Tanh()",
        "Softmax(), Linear(5, 6), Tanh(), Unflatten(1, (2, 3, 1)), LogSoftmax(2)"),
    NET("6", "Mish(), Softplus(), Linear(6, 5), Tanh(), SiLU()", "Linear(5, 6), Softplus(2, 0.1)"),
    /* Normalisations: each reads its input once more on the way back. */
    NET("4, 3, 5", "Conv2d(4, 6, 2), GroupNorm(3, 6), ReLU(), InstanceNorm2d(6), Flatten()",
        "Unflatten(1, (6, 2, 4)), ConvTranspose2d(6, 4, 2), LayerNorm((3, 5)), LayerNorm(5)"),
    NET("6", "LayerNorm(6), Linear(6, 4), GroupNorm(2, 4), Tanh()",
        "LayerNorm(4, bias=False), Linear(4, 6)"),
    NET("2, 3, 4", "LayerNorm((2, 3, 4)), InstanceNorm2d(2, affine=True), Sigmoid()",
        "Flatten(2), LayerNorm(12), Unflatten(2, (3, 4)), GroupNorm(1, 2)"),
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
