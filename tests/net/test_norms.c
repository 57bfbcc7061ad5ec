/* Normalisations: what they refuse, and numbers that are hard to normalise. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"

static const struct {
    const char *input, *layer, *error;
} refused[] = {
    {"4, 2, 2", "GroupNorm(3, 4)",
     "GroupNorm expects num_channels to be divisible by num_groups, gets 4 and 3"},
    {"4, 2, 2", "GroupNorm(3, 6)", "GroupNorm expects 6 channels (6 or 6xHxW), gets 4x2x2"},
    {"4, 2, 2", "Flatten(2), GroupNorm(2, 4)",
     "GroupNorm expects 4 channels (4 or 4xHxW), gets 4x4"},
    {"4, 2, 2", "GroupNorm(0, 4)", "GroupNorm: num_groups expects a number in 1..16777216, gets 0"},
    {"4, 2, 2", "GroupNorm(2, 4, eps=-1)",
     "GroupNorm: eps expects a number in 0..3.40282e+38, "
     "gets -1.0"},
    {"4, 2, 2", "GroupNorm(2)", "num_channels is missing"},
    {"4, 2, 3", "LayerNorm(2)",
     "LayerNorm expects an input whose last dimensions are 2, gets 4x2x3"},
    {"4, 2, 3", "LayerNorm((4, 2))",
     "LayerNorm expects an input whose last dimensions are 4x2, gets 4x2x3"},
    {"4, 2, 3", "LayerNorm((1, 4, 2, 3))",
     "LayerNorm expects an input whose last dimensions are 1x4x2x3, gets 4x2x3"},
    {"4, 2, 3", "LayerNorm(())",
     "LayerNorm: normalized_shape expects a number or a tuple such as "
     "(32, 4, 4), of at most 5, gets a tuple of 0"},
    {"4, 2, 3", "InstanceNorm2d(3)", "InstanceNorm2d expects 3 channels (3xHxW), gets 4x2x3"},
    {"4, 1, 1", "InstanceNorm2d(4)",
     "InstanceNorm2d expects more than one place in each channel, "
     "gets 4x1x1: every number would become 0"},
    {"8", "InstanceNorm2d(8)", "InstanceNorm2d expects 8 channels (8xHxW), gets 8"},
    {"4, 2, 3", "InstanceNorm2d(4, momentum=2)",
     "InstanceNorm2d: momentum expects a number in 0..1, gets 2.0"},
};

static void what_cannot_be_normalised_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(refused); i++) {
        char text[512];
        snprintf(text, sizeof text, "input = %s\nencoder = Sequential(%s)\n", refused[i].input,
                 refused[i].layer);
        emb_net *net = emb_net_parse(text, "t", NULL);
        assert_null(net);
        if (!strstr(emb_error(), refused[i].error)) {
            fail_msg("%s: \"%s\" has no \"%s\"", refused[i].layer, emb_error(), refused[i].error);
        }
    }
}

/* Means from 0 to a million times the spread, and none at all. What float32 keeps of such numbers
 * is normalised within 1e-5. */
static void means_far_from_0_lose_nothing(void **state) {
    (void)state;
    enum { SIDE = 28, SIZE = SIDE * SIDE, COUNT = 17 };
    static float images[COUNT * SIZE], made[COUNT * SIZE];
    emb_net *net = emb_net_parse("input = 1, 28, 28\nencoder = Sequential(InstanceNorm2d(1, "
                                 "eps=1e-12))\ndecoder = Sequential(Identity())",
                                 "t", NULL);
    assert_non_null(net);
    test_noise(images, COUNT * SIZE, 3);
    for (size_t n = 0; n < COUNT; n++) {
        for (size_t i = 0; i < SIZE; i++) images[n * SIZE + i] += (float)pow(10, (double)n / 2 - 1);
    }
    assert_int_equal(emb_net_encode(net, images, COUNT, made, 1), EMB_OK);
    for (size_t n = 0; n < COUNT; n++) {
        const float *x = images + n * SIZE;
        double mean = 0, variance = 0;
        for (size_t i = 0; i < SIZE; i++) mean += (double)x[i] / SIZE;
        for (size_t i = 0; i < SIZE; i++) variance += pow((double)x[i] - mean, 2) / SIZE;
        const double root = sqrt(variance + 1e-12);
        for (size_t i = 0; i < SIZE; i++) {
            const double wanted = root > 0 ? ((double)x[i] - mean) / root : 0;
            const double got = (double)made[n * SIZE + i];
            if (!(fabs(got - wanted) <= 1e-5)) {
                fail_msg("image %zu, number %zu: %.9g, expected %.9g", n, i, got, wanted);
            }
        }
    }
    emb_net_free(net);
}

/* With eps=0, too, lanes without an image and images without any spread stay finite. */
static void no_spread_gives_0(void **state) {
    (void)state;
    emb_net *net = emb_net_parse("input = 2, 3, 3\nencoder = Sequential(GroupNorm(1, 2, eps=0))\n"
                                 "decoder = Sequential(Identity())",
                                 "t", NULL);
    float images[3 * 18], made[3 * 18];
    assert_non_null(net);
    assert_int_equal(emb_net_init(net, 1), EMB_OK);
    for (size_t i = 0; i < 54; i++) images[i] = i < 18 ? 0.5f : (float)i;
    assert_int_equal(emb_net_encode(net, images, 3, made, 1), EMB_OK);
    for (size_t i = 0; i < 54; i++) assert_true(i < 18 ? made[i] == 0 : isfinite(made[i]));
    emb_net_free(net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_normalised_is_refused),
        cmocka_unit_test(means_far_from_0_lose_nothing),
        cmocka_unit_test(no_spread_gives_0),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
