/* study/score.c: the error of reconstructions, against encode and decode written out. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"

enum { SIDE = 8, PIXELS = SIDE * SIDE, COUNT = 300 };

static const char notation[] = "input = 1, 8, 8\n"
                               "encoder = Sequential(Flatten(), Linear(64, 3), Tanh())\n"
                               "decoder = Sequential(Linear(3, 64), Sigmoid(), "
                               "Unflatten(1, (1, 8, 8)))\n";

static emb_net *net;
static emb_images *images;

static int set_up(void **state) {
    (void)state;
    net = emb_net_parse(notation, "test", NULL);
    images = test_images(COUNT, 1, SIDE, SIDE, 5);
    return net && images && emb_net_init(net, 7) == EMB_OK ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    emb_net_free(net);
    emb_images_free(images);
    return 0;
}

static double mse_of(const uint32_t *indices, size_t count) {
    float image[PIXELS], code[3], made[PIXELS];
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        emb_images_float(images, indices ? indices[i] : i, image);
        assert_int_equal(emb_net_encode(net, image, 1, code, 1), EMB_OK);
        assert_int_equal(emb_net_decode(net, code, 1, made, 1), EMB_OK);
        for (size_t k = 0; k < PIXELS; k++) {
            double d = (double)made[k] - (double)image[k];
            sum += d * d;
        }
    }
    return sum / ((double)count * PIXELS);
}

static void scores_are_mean_squared_errors(void **state) {
    (void)state;
    static const uint32_t some[] = {299, 0, 17, 17, 4};
    static const struct {
        const uint32_t *indices;
        size_t count, scored;
    } cases[] = {
        {NULL, 0, COUNT}, {NULL, 7, COUNT}, {some, 5, 5}, {some, 1, 1}, {some + 1, 2, 2},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_score score;
        assert_int_equal(emb_net_score(net, images, cases[i].indices, cases[i].count, 1, &score),
                         EMB_OK);
        double expected = mse_of(cases[i].indices, cases[i].scored);
        assert_int_equal(score.count, cases[i].scored);
        assert_true(fabs(score.mse - expected) <= 1e-6 * expected);
        assert_true(fabs(score.psnr + 10 * log10(expected)) <= 1e-5);
    }
}

static void each_image_has_its_own_error(void **state) {
    (void)state;
    static const uint32_t some[] = {299, 0, 17, 17, 4};
    static double all[COUNT], few[5];
    assert_int_equal(emb_net_errors(net, images, NULL, 0, 1, all), EMB_OK);
    assert_int_equal(emb_net_errors(net, images, some, 5, 3, few), EMB_OK);
    for (uint32_t i = 0; i < COUNT; i += 37) {
        const double expected = mse_of(&i, 1);
        assert_true(fabs(all[i] - expected) <= 1e-6 * expected);
    }
    for (int i = 0; i < 5; i++) assert_memory_equal(&few[i], &all[some[i]], sizeof few[i]);
    static const uint32_t beyond[] = {COUNT};
    assert_int_equal(emb_net_errors(net, images, beyond, 1, 1, few), EMB_ERR_ARGUMENT);
    assert_non_null(strstr(emb_error(), "image 300 does not exist"));
}

/* Layer 2 is the encoder's last, layer 5 the decoder's. */
static void layers_give_what_passes_through_them(void **state) {
    (void)state;
    float image[PIXELS], code[3], made[PIXELS], out[PIXELS];
    emb_images_float(images, 5, image);
    assert_int_equal(emb_net_encode(net, image, 1, code, 1), EMB_OK);
    assert_int_equal(emb_net_decode(net, code, 1, made, 1), EMB_OK);
    assert_int_equal(emb_net_layer_output(net, image, 0, out), EMB_OK);
    assert_memory_equal(out, image, sizeof image);
    assert_int_equal(emb_net_layer_output(net, image, 2, out), EMB_OK);
    assert_memory_equal(out, code, sizeof code);
    assert_int_equal(emb_net_layer_output(net, image, 5, out), EMB_OK);
    assert_memory_equal(out, made, sizeof made);
    assert_int_equal(emb_net_layer_output(net, image, 6, out), EMB_ERR_ARGUMENT);
    assert_non_null(strstr(emb_error(), "layer 6 does not exist; there are 6"));
}

static void threads_do_not_change_a_bit(void **state) {
    (void)state;
    emb_score one, other;
    assert_int_equal(emb_net_score(net, images, NULL, 0, 1, &one), EMB_OK);
    for (int threads = 0; threads <= 8; threads++) {
        assert_int_equal(emb_net_score(net, images, NULL, 0, threads, &other), EMB_OK);
        assert_memory_equal(&one.mse, &other.mse, sizeof one.mse);
    }
}

/* Errors whose squares leave float32's range at either end, each known: the network gives 0. */
static void any_float_has_an_error(void **state) {
    (void)state;
    static const struct {
        float value;
        double mse;
    } cases[] = {{1, 1}, {1e25F, 1e50}, {3e38F, 9e76}, {1e-20F, 1e-40}, {1e-30F, 1e-60}, {0, 0}};
    static const int one[3] = {1, 1, 2};
    emb_net *zero = emb_net_parse("input = 1, 1, 2\n"
                                  "encoder = Sequential(Flatten(), Linear(2, 1))\n"
                                  "decoder = Sequential(Linear(1, 2), Unflatten(1, (1, 1, 2)))\n",
                                  "zero", NULL);
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        float values[20 * 2];
        double each[20];
        emb_score score;
        for (size_t i = 0; i < TEST_COUNT(values); i++)
            values[i] = i % 2 ? cases[c].value : -cases[c].value;
        emb_images *some = emb_images_new_float(values, NULL, 20, one);
        assert_int_equal(emb_net_score(zero, some, NULL, 0, 2, &score), EMB_OK);
        assert_int_equal(emb_net_errors(zero, some, NULL, 0, 2, each), EMB_OK);
        assert_true(fabs(score.mse - cases[c].mse) <= 1e-6 * cases[c].mse);
        for (int i = 0; i < 20; i++)
            assert_true(fabs(each[i] - cases[c].mse) <= 1e-6 * cases[c].mse);
        emb_images_free(some);
    }
    /* What is too large after the first layer has no error that is a number. */
    for (int i = 0; i < 2; i++) zero->params[i] = 3e38F;
    const float large[] = {3, 3};
    emb_images *some = emb_images_new_float(large, NULL, 1, one);
    emb_score score;
    assert_int_equal(emb_net_score(zero, some, NULL, 0, 1, &score), EMB_ERR_DIVERGED);
    assert_non_null(strstr(emb_error(), "numbers for image 0 that are not finite"));
    emb_images_free(some);
    emb_net_free(zero);
}

static void what_cannot_be_scored_says_why(void **state) {
    (void)state;
    static const uint32_t beyond[] = {0, COUNT};
    emb_images *wide = test_images(2, 1, SIDE, SIDE + 1, 1);
    const struct {
        const emb_images *images;
        const uint32_t *indices;
        size_t count;
        emb_status status;
        const char *text;
    } cases[] = {
        {images, beyond, 2, EMB_ERR_ARGUMENT, "image 300 does not exist; there are 300"},
        {images, beyond, 0, EMB_ERR_ARGUMENT, "no images to score; expected at least one"},
        {wide, NULL, 0, EMB_ERR_SHAPE, "1x8x9"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_score score;
        emb_status status =
            emb_net_score(net, cases[i].images, cases[i].indices, cases[i].count, 1, &score);
        assert_int_equal(status, cases[i].status);
        assert_non_null(strstr(emb_error(), cases[i].text));
    }
    emb_images_free(wide);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_mean_squared_errors),
        cmocka_unit_test(each_image_has_its_own_error),
        cmocka_unit_test(layers_give_what_passes_through_them),
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test(any_float_has_an_error),
        cmocka_unit_test(what_cannot_be_scored_says_why),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
