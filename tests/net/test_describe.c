/* net/describe.c: what a network says about each of its layers. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"

static void layers_tell_their_numbers(void **state) {
    (void)state;
    static const char notation[] =
        "input = 2, 9, 9\n"
        "encoder = Sequential(Conv2d(2, 4, (3, 2), stride=2, padding=(1, 0), dilation=(1, 3)),\n"
        "    Tanh(), Flatten())\n"
        "decoder = Sequential(Unflatten(1, (4, 5, 3)), Identity(),\n"
        "    ConvTranspose2d(4, 2, 3, stride=(2, 4), padding=1, output_padding=(0, 0)))\n";
    static const struct {
        const char *kind;
        int kernel[2], stride[2], padding[2], dilation[2], output_padding[2];
    } cases[] = {
        {"Conv2d", {3, 2}, {2, 2}, {1, 0}, {1, 3}, {0, 0}},
        {"Tanh", {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}},
        {"Flatten", {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}},
        {"Unflatten", {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}},
        {"Identity", {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}},
        {"ConvTranspose2d", {3, 3}, {2, 4}, {1, 1}, {1, 1}, {0, 0}},
    };
    emb_net *net = emb_net_parse(notation, "test", NULL);
    assert_non_null(net);
    assert_int_equal(emb_net_layer_count(net), TEST_COUNT(cases));
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_layer_info layer;
        emb_net_layer(net, i, &layer);
        assert_string_equal(layer.kind, cases[i].kind);
        assert_memory_equal(layer.kernel, cases[i].kernel, sizeof layer.kernel);
        assert_memory_equal(layer.stride, cases[i].stride, sizeof layer.stride);
        assert_memory_equal(layer.padding, cases[i].padding, sizeof layer.padding);
        assert_memory_equal(layer.dilation, cases[i].dilation, sizeof layer.dilation);
        assert_memory_equal(layer.output_padding, cases[i].output_padding,
                            sizeof layer.output_padding);
    }
    emb_net_free(net);
    net = emb_net_open("notebook", NULL);
    emb_layer_info layer;
    emb_net_layer(net, 17, &layer); /* decoder.7 */
    assert_int_equal(layer.output_padding[0], 1);
    assert_int_equal(layer.output_padding[1], 1);
    emb_net_free(net);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(layers_tell_their_numbers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
