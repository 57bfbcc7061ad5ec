/* study/checkup.c: networks whose ailment is built in by hand, and healthy ones. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"

enum { SIDE = 6, PIXELS = SIDE * SIDE, COUNT = 400, K = 3 };

static emb_images *images;
static emb_pca *pca;

/* Images near a plane of three dimensions, with a little noise. */
static int set_up(void **state) {
    (void)state;
    static uint8_t pixels[COUNT][PIXELS];
    static const int shape[3] = {1, SIDE, SIDE};
    float directions[K][PIXELS], place[K], noise[PIXELS];
    test_noise(directions[0], K * PIXELS, 1);
    for (size_t i = 0; i < COUNT; i++) {
        test_noise(place, K, i + 2);
        test_noise(noise, PIXELS, i + 1000);
        for (size_t p = 0; p < PIXELS; p++) {
            float x = 128 + 3 * noise[p];
            for (size_t k = 0; k < K; k++) x += 40 * place[k] * directions[k][p];
            pixels[i][p] = (uint8_t)fminf(fmaxf(x, 0), 255);
        }
    }
    images = emb_images_new(pixels[0], NULL, COUNT, shape);
    pca = images ? emb_pca_new(images, NULL, 0, K, 1) : NULL;
    return pca ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    emb_pca_free(pca);
    emb_images_free(images);
    return 0;
}

static float *weights(emb_net *net, const char *name) {
    const emb__tensor *tensor = emb__net_tensor_find(net, name);
    assert_non_null(tensor);
    return net->params + tensor->param->at;
}

/* A linear autoencoder that is PCA, with `end` behind the encoder. Its code is `scale` times PCA's,
 * and what makes it smaller again is left out. */
static emb_net *linear_net(const char *end, float scale) {
    char text[512];
    const bool halved = strstr(end, "Variational"); /* of twice as many numbers, small variances */
    snprintf(text, sizeof text,
             "input = 1, %d, %d\nencoder = Sequential(Flatten(), Linear(%d, %d)%s)\n"
             "decoder = Sequential(Linear(%d, %d), Unflatten(1, (1, %d, %d)))\n",
             SIDE, SIDE, PIXELS, halved ? 2 * K : K, end, K, PIXELS, SIDE, SIDE);
    emb_net *net = emb_net_parse(text, "linear", NULL);
    assert_non_null(net);
    const float *v = emb_pca_vectors(pca), *mean = emb_pca_mean(pca);
    float *in = weights(net, "encoder.1.weight"), *shift = weights(net, "encoder.1.bias");
    float *out = weights(net, "decoder.0.weight"), *bias = weights(net, "decoder.0.bias");
    for (size_t k = 0; k < K; k++) {
        double sum = 0;
        for (size_t p = 0; p < PIXELS; p++) {
            in[k * PIXELS + p] = scale * v[k * PIXELS + p];
            out[p * K + k] = v[k * PIXELS + p];
            bias[p] = mean[p];
            sum -= (double)v[k * PIXELS + p] * (double)mean[p];
        }
        shift[k] = scale * (float)sum;
        if (halved) memset(in + (K + k) * PIXELS, 0, PIXELS * sizeof *in);
        if (halved) shift[K + k] = -12;
    }
    net->version++;
    return net;
}

static emb_checkup examine(emb_net *net, const emb_examine_options *options) {
    emb_checkup checkup;
    assert_int_equal(emb_net_examine(net, images, NULL, 0, images, NULL, 0, options, &checkup),
                     EMB_OK);
    return checkup;
}

static void healthy(emb_net *net) { (void)net; }

static void kill_first(emb_net *net) {
    memset(weights(net, "encoder.1.weight"), 0, PIXELS * sizeof(float));
}

/* One that hardly moves beside the others. */
static void fade_first(emb_net *net) {
    float *in = weights(net, "encoder.1.weight");
    for (size_t p = 0; p < PIXELS; p++) in[p] *= 1e-4f;
    weights(net, "encoder.1.bias")[0] = 0;
}

static void kill_all(emb_net *net) {
    memset(weights(net, "encoder.1.weight"), 0, K * PIXELS * sizeof(float));
}

/* A variational code that is the prior. */
static void collapse(emb_net *net) {
    kill_all(net);
    memset(weights(net, "encoder.1.bias"), 0, 2 * K * sizeof(float));
    weights(net, "encoder.1.bias")[0] = 0.1f;
}

/* The code is what it should be, and nobody reads it. */
static void deafen(emb_net *net) {
    memset(weights(net, "decoder.0.weight"), 0, K * PIXELS * sizeof(float));
}

/* Half of the code's length is lost: worse than PCA, better than the mean image. */
static void weaken(emb_net *net) {
    float *out = weights(net, "decoder.0.weight");
    for (size_t i = 0; i < K * PIXELS; i++) out[i] *= 0.5f;
}

/* Nearly all of it is. */
static void silence(emb_net *net) {
    float *out = weights(net, "decoder.0.weight");
    for (size_t i = 0; i < K * PIXELS; i++) out[i] *= 0.05f;
}

static void hold_first(emb_net *net) { weights(net, "encoder.1.bias")[0] = 30; }

static void findings_name_the_ailment(void **state) {
    (void)state;
    static const struct {
        const char *end;
        float scale;
        void (*spoil)(emb_net *net);
        unsigned findings;
        int dead, saturated;
    } cases[] = {
        {"", 1, healthy, 0, 0, 0},
        {"", 1, kill_first, EMB_FINDING_PCA | EMB_FINDING_DEAD, 1, 0},
        {"", 1, fade_first, EMB_FINDING_PCA | EMB_FINDING_DEAD, 1, 0},
        {"", 1, kill_all, EMB_FINDING_MEAN_IMAGE | EMB_FINDING_PCA | EMB_FINDING_CONSTANT, K, 0},
        {"", 1, deafen, EMB_FINDING_MEAN_IMAGE | EMB_FINDING_PCA, 0, 0},
        {"", 1, weaken, EMB_FINDING_PCA, 0, 0},
        {", Tanh()", 0.1f, healthy, EMB_FINDING_PCA, 0, 0},
        {", Tanh()", 1e5f, healthy,
         EMB_FINDING_MEAN_IMAGE | EMB_FINDING_PCA | EMB_FINDING_SATURATED, 0, K},
        {", Sigmoid()", 1e5f, healthy, EMB_FINDING_PCA | EMB_FINDING_SATURATED, 0, K},
        {", Tanh()", 0.1f, hold_first, EMB_FINDING_PCA | EMB_FINDING_DEAD, 1, 1},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_net *net = linear_net(cases[i].end, cases[i].scale);
        cases[i].spoil(net);
        const emb_checkup c = examine(net, NULL);
        /* A code that stands at limits makes large errors in a decoder that was made for another.
         */
        const unsigned ignored = cases[i].saturated > 0 ? EMB_FINDING_MEAN_IMAGE : 0;
        assert_int_equal(c.findings | ignored, cases[i].findings | ignored);
        assert_int_equal(c.latent, K);
        assert_int_equal(c.dead, cases[i].dead);
        assert_int_equal(c.saturated, cases[i].saturated);
        emb_net_free(net);
    }
}

/* Numbers that a prior keeps at 0 are no ailment, and neither is an error above PCA's; but a code
 * that says nothing is one, and so is one that nobody reads. */
static void variational_codes_are_judged_by_what_they_say(void **state) {
    (void)state;
    static const struct {
        void (*spoil)(emb_net *net);
        unsigned findings, young;
        int active;
    } cases[] = {
        {healthy, 0, 0, K},
        {kill_first, 0, 0, K - 1},
        {weaken, 0, 0, K},
        {silence, EMB_FINDING_DIVERGENCE, 0, K},
        {kill_all, EMB_FINDING_DIVERGENCE | EMB_FINDING_MEAN_IMAGE | EMB_FINDING_CONSTANT,
         EMB_FINDING_DIVERGENCE | EMB_FINDING_MEAN_IMAGE | EMB_FINDING_CONSTANT, 0},
        {collapse, EMB_FINDING_COLLAPSE | EMB_FINDING_MEAN_IMAGE,
         EMB_FINDING_COLLAPSE | EMB_FINDING_MEAN_IMAGE, 0},
        {deafen, EMB_FINDING_DIVERGENCE | EMB_FINDING_MEAN_IMAGE,
         EMB_FINDING_DIVERGENCE | EMB_FINDING_MEAN_IMAGE, K},
    };
    const emb_examine_options young = {.young = true};
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_net *net = linear_net(", Variational()", 1);
        cases[i].spoil(net);
        const emb_checkup c = examine(net, NULL);
        assert_int_equal(c.findings, cases[i].findings);
        assert_int_equal(examine(net, &young).findings, cases[i].young);
        assert_int_equal(c.active, cases[i].active);
        assert_int_equal(c.measure_count, 3);
        assert_string_equal(c.measures[2].name, "kl");
        assert_true(c.measures[2].value > 0);
        emb_net_free(net);
    }
}

static void errors_are_what_they_are_called(void **state) {
    (void)state;
    emb_net *net = linear_net("", 1);
    double mean_mse, pca_mse;
    emb_score score;
    assert_int_equal(emb_pca_score(pca, 0, images, NULL, 0, 1, &mean_mse), EMB_OK);
    assert_int_equal(emb_pca_score(pca, K, images, NULL, 0, 1, &pca_mse), EMB_OK);
    assert_int_equal(emb_net_score(net, images, NULL, 0, 1, &score), EMB_OK);
    const emb_checkup c = examine(net, NULL);
    assert_true(c.mse == score.mse && c.mean_mse == mean_mse && c.pca_mse == pca_mse);
    assert_true(fabs(c.mse - c.pca_mse) < 1e-4 * c.pca_mse);
    for (int threads = 1; threads <= 5; threads++) {
        const emb_checkup other = examine(net, &(emb_examine_options){.threads = threads});
        assert_true(other.mse == c.mse && other.pca_mse == c.pca_mse && other.freedom == c.freedom);
    }
    weaken(net);
    assert_int_equal(examine(net, NULL).findings, EMB_FINDING_PCA);
    assert_int_equal(examine(net, &(emb_examine_options){.young = true}).findings, 0);
    deafen(net);
    const emb_checkup quick = examine(net, &(emb_examine_options){.quick = true});
    assert_int_equal(quick.findings, 0);
    assert_true(isnan(quick.mse) && isnan(quick.mean_mse) && isnan(quick.pca_mse));
    assert_true(quick.freedom == c.freedom);
    emb_net_free(net);
}

/* A hidden layer whose outputs all stand at their limits is named, and how free it is. */
static void held_layers_are_named(void **state) {
    (void)state;
    static const char notation[] =
        "input = 1, 6, 6\n"
        "encoder = Sequential(Flatten(), Linear(36, 8), Tanh(), Linear(8, 5), Sigmoid(), "
        "Linear(5, 2))\n"
        "decoder = Sequential(Linear(2, 36), Sigmoid(), Unflatten(1, (1, 6, 6)))\n";
    static const struct {
        const char *bias; /* NULL: none is held */
        size_t count, layer;
        float hold;
    } cases[] = {
        {NULL, 0, 0, 0},
        {"encoder.1.bias", 8, 2, 9},
        {"encoder.1.bias", 8, 2, -9},
        {"encoder.3.bias", 5, 4, 20},
        {"encoder.3.bias", 5, 4, -20},
        {"encoder.3.bias", 4, 0, 20}, /* one of five is free */
        {"decoder.0.bias", 36, 0, 20} /* pictures may well be black */
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_net *net = emb_net_parse(notation, "hidden", NULL);
        assert_int_equal(emb_net_init(net, 5), EMB_OK);
        float *bias = cases[i].bias ? weights(net, cases[i].bias) : NULL;
        for (size_t k = 0; k < cases[i].count; k++) bias[k] = cases[i].hold;
        const emb_checkup c = examine(net, NULL);
        assert_int_equal(c.has_layer, cases[i].layer > 0);
        if (c.has_layer) {
            assert_int_equal(c.layer, cases[i].layer);
            assert_true(c.layer_share == 1);
            assert_true(c.freedom >= 0 && c.freedom < 1e-3);
        }
        emb_net_free(net);
    }
}

/* A look between two steps leaves the training's numbers alone. */
static void looking_changes_no_bit(void **state) {
    (void)state;
    char texts[2][TEST_SHA_TEXT];
    for (int look = 0; look < 2; look++) {
        emb_net *net = linear_net(", Tanh()", 1);
        const emb_train_options options = {.batch_size = 24, .shuffle = true, .threads = 2};
        emb_run *run = emb_run_new(net, images, &options);
        assert_non_null(run);
        for (int step = 0; step < 30; step++) {
            float loss;
            assert_int_equal(emb_run_step(run, &loss), EMB_OK);
            if (look && step % 7 == 3) examine(net, &(emb_examine_options){.quick = step > 15});
            emb_epoch epoch;
            if (emb_run_epoch_done(run)) {
                assert_int_equal(emb_run_finish_epoch(run, &epoch), EMB_OK);
            }
        }
        test_sha sha;
        test_sha_begin(&sha);
        test_sha_weights(&sha, net);
        test_sha_end(&sha, texts[look]);
        emb_run_free(run);
        emb_net_free(net);
    }
    assert_string_equal(texts[0], texts[1]);
}

/* What the last layer cannot give, or numbers far from 1, are found before any fault of training.
 */
static void numbers_out_of_reach_are_found(void **state) {
    (void)state;
    static const struct {
        const char *end;
        float low, high;
        bool found;
    } cases[] = {
        {"", 0, 255, false},
        {", Sigmoid()", 0, 1, false},
        {", Sigmoid()", 0, 255, true},
        {", Tanh()", -1, 1, false},
        {", Tanh()", -1, 2, true},
        {", ReLU()", 0, 255, false},
        {", ReLU()", -1, 1, true},
        {", Sigmoid()", -0.4F, 2.8F, true},
        {", Sigmoid()", 0, 1.001F, false},
        {"", 0, 1e-9F, true},
        {"", 0, 1e9F, true},
    };
    static const int shape[3] = {1, 2, 2};
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        char text[256];
        float values[30 * 4];
        emb_checkup c;
        snprintf(text, sizeof text,
                 "input = 1, 2, 2\nencoder = Sequential(Flatten(), Linear(4, 2))\n"
                 "decoder = Sequential(Linear(2, 4)%s, Unflatten(1, (1, 2, 2)))\n",
                 cases[i].end);
        for (size_t k = 0; k < TEST_COUNT(values); k++) {
            values[k] = cases[i].low + (cases[i].high - cases[i].low) * (float)(k % 8) / 7;
        }
        emb_net *net = emb_net_parse(text, "net", NULL);
        emb_images *floats = emb_images_new_float(values, NULL, 30, shape);
        emb_net_init(net, 1);
        assert_int_equal(emb_net_examine(net, floats, NULL, 0, floats, NULL, 0, NULL, &c), EMB_OK);
        if (((c.findings & EMB_FINDING_RANGE) != 0) != cases[i].found) fail_msg("case %zu", i);
        assert_true(c.low == (double)cases[i].low &&
                    fabs(c.high - (double)cases[i].high) <= 1e-6 * fabs(c.high));
        emb_images_free(floats);
        emb_net_free(net);
    }
}

static void what_cannot_be_examined_says_why(void **state) {
    (void)state;
    emb_net *net = linear_net("", 1);
    emb_images *wide = test_images(3, 1, SIDE, SIDE + 1, 1);
    static const uint32_t beyond[] = {COUNT};
    emb_checkup c;
    assert_int_equal(emb_net_examine(net, wide, NULL, 0, images, NULL, 0, NULL, &c), EMB_ERR_SHAPE);
    assert_int_equal(emb_net_examine(net, images, NULL, 0, wide, NULL, 0, NULL, &c), EMB_ERR_SHAPE);
    assert_int_equal(emb_net_examine(net, images, beyond, 1, images, NULL, 0, NULL, &c),
                     EMB_ERR_ARGUMENT);
    assert_int_equal(emb_net_examine(net, images, NULL, 0, images, beyond, 0, NULL, &c),
                     EMB_ERR_ARGUMENT);
    emb_images_free(wide);
    emb_net_free(net);
}

/* Ctrl-C ends a look, however much of it is wanted, and leaves a network that can be looked at. */
static void a_look_can_be_stopped(void **state) {
    (void)state;
    static const emb_examine_options looks[] = {{0}, {.quick = true}, {.young = true}};
    static const char *const ends[] = {"", ", Tanh()", ", Variational()"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        emb_net *net = linear_net(ends[i], 1);
        for (size_t k = 0; k < sizeof looks / sizeof *looks; k++) {
            emb_checkup c;
            emb_cancel(true);
            const emb_status status =
                emb_net_examine(net, images, NULL, 0, images, NULL, 0, &looks[k], &c);
            emb_cancel(false);
            assert_int_equal(status, EMB_ERR_CANCELLED);
            examine(net, &looks[k]);
        }
        emb_net_free(net);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_name_the_ailment),
        cmocka_unit_test(variational_codes_are_judged_by_what_they_say),
        cmocka_unit_test(errors_are_what_they_are_called),
        cmocka_unit_test(held_layers_are_named),
        cmocka_unit_test(looking_changes_no_bit),
        cmocka_unit_test(numbers_out_of_reach_are_found),
        cmocka_unit_test(what_cannot_be_examined_says_why),
        cmocka_unit_test(a_look_can_be_stopped),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
