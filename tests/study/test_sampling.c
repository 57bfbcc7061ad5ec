/* Codes that are drawn: by a seed and a number alone, and with the distribution that they are to
 * have. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"

enum { CODES = 4000, IMAGES = 300 };

#define VARIATIONAL                                                                                \
    "input = 1, 4, 4\nencoder = Sequential(Flatten(), Linear(16, 6), Variational())\n"             \
    "decoder = Sequential(Linear(3, 16), Unflatten(1, (1, 4, 4)))"
#define PLAIN                                                                                      \
    "input = 1, 4, 4\nencoder = Sequential(Flatten(), Linear(16, 3))\n"                            \
    "decoder = Sequential(Linear(3, 16), Unflatten(1, (1, 4, 4)))"
#define ALONE "input = 3\ndecoder = Sequential(Linear(3, 16), Unflatten(1, (1, 4, 4)))"

static emb_net *parsed(const char *text) {
    emb_net *net = emb_net_parse(text, "sampled", NULL);
    if (!net) fail_msg("%s", emb_error());
    assert_int_equal(emb_net_init(net, 7), EMB_OK);
    return net;
}

/* means[3], and covariances[3][3]. */
static void moments(const float *codes, size_t count, double *means, double *covariances) {
    memset(means, 0, 3 * sizeof *means);
    memset(covariances, 0, 9 * sizeof *covariances);
    for (size_t n = 0; n < count; n++) {
        for (size_t i = 0; i < 3; i++) means[i] += (double)codes[3 * n + i] / (double)count;
    }
    for (size_t n = 0; n < 9 * count; n++) {
        const size_t i = n % 9 / 3, j = n % 3;
        const double a = (double)codes[n / 9 * 3 + i] - means[i];
        covariances[3 * i + j] += a * ((double)codes[n / 9 * 3 + j] - means[j]) / (double)count;
    }
}

static void a_prior_is_standard_normal(void **state) {
    (void)state;
    emb_net *net = parsed(VARIATIONAL);
    static float codes[3 * CODES], again[3 * CODES];
    double means[3], covariances[9];
    emb_sampler *s = emb_sampler_new(net, NULL, NULL, 0, 5, 1);
    assert_true(emb_net_has_prior(net));
    assert_non_null(s);
    assert_int_equal(emb_sampler_draw(s, 0, CODES, codes), EMB_OK);
    moments(codes, CODES, means, covariances);
    for (int i = 0; i < 9; i++) {
        assert_true(fabs(means[i % 3]) < 0.06);
        assert_true(fabs(covariances[i] - (i % 4 == 0)) < 0.08);
    }
    /* A code is a function of its number. */
    for (size_t n = 0; n < 10; n++) {
        assert_int_equal(emb_sampler_draw(s, n, 1, again + 3 * n), EMB_OK);
    }
    assert_memory_equal(again, codes, 30 * sizeof *codes);
    emb_sampler_free(s);
    s = emb_sampler_new(net, NULL, NULL, 0, 6, 1);
    assert_int_equal(emb_sampler_draw(s, 0, 10, again), EMB_OK);
    assert_true(memcmp(again, codes, 30 * sizeof *codes) != 0);
    emb_sampler_free(s);
    emb_net_free(net);
}

static void without_one_codes_are_as_the_images(void **state) {
    (void)state;
    emb_net *net = parsed(PLAIN);
    emb_images *images = test_images(IMAGES, 1, 4, 4, 3);
    static float codes[3 * CODES], own[3 * IMAGES];
    double means[2][3], covariances[2][9];
    assert_false(emb_net_has_prior(net));
    assert_null(emb_sampler_new(net, NULL, NULL, 0, 5, 1));
    assert_string_equal(emb_error(), "sampled has no prior to draw codes from: expected images, to "
                                     "whose codes a distribution is fitted");
    emb_sampler *s = emb_sampler_new(net, images, NULL, 0, 5, 1);
    assert_non_null(s);
    assert_int_equal(emb_net_encode_images(net, images, NULL, IMAGES, own, 1), EMB_OK);
    assert_int_equal(emb_sampler_draw(s, 0, CODES, codes), EMB_OK);
    moments(own, IMAGES, means[0], covariances[0]);
    moments(codes, CODES, means[1], covariances[1]);
    const double size = covariances[0][0] + covariances[0][4] + covariances[0][8];
    for (int i = 0; i < 9; i++) {
        assert_true(fabs(means[0][i % 3] - means[1][i % 3]) < 0.06 * sqrt(size));
        assert_true(fabs(covariances[0][i] - covariances[1][i]) < 0.06 * size);
    }
    emb_sampler_free(s);
    emb_images_free(images);
    emb_net_free(net);
}

/* Numbers that do not vary, or follow from others, are drawn as such. */
static void a_singular_distribution_is_one(void **state) {
    (void)state;
    emb_net *net = parsed(PLAIN);
    emb_images *one = test_images(1, 1, 4, 4, 3);
    const uint32_t twice[] = {0, 0};
    float own[6], codes[12];
    assert_null(emb_sampler_new(net, one, twice, 1, 5, 1));
    assert_string_equal(emb_error(),
                        "a distribution of codes is fitted to at least 2 images, got 1");
    emb_sampler *s = emb_sampler_new(net, one, twice, 2, 5, 1);
    assert_non_null(s);
    assert_int_equal(emb_net_encode_images(net, one, twice, 2, own, 1), EMB_OK);
    assert_int_equal(emb_sampler_draw(s, 0, 4, codes), EMB_OK);
    for (int i = 0; i < 12; i++) assert_true(fabsf(codes[i] - own[i % 3]) < 1e-6f);
    emb_sampler_free(s);
    emb_images_free(one);
    emb_net_free(net);
}

static void a_decoder_alone_has_no_codes(void **state) {
    (void)state;
    emb_net *net = parsed(ALONE);
    assert_null(emb_sampler_new(net, NULL, NULL, 0, 5, 1));
    assert_non_null(strstr(emb_error(), "has no prior to draw codes from"));
    emb_net_free(net);
}

/* The bound and its parts, against the definition in double; and which numbers are active. */
static void what_is_told_is_the_definition(void **state) {
    (void)state;
    emb_net *net = parsed(VARIATIONAL);
    emb_images *images = test_images(IMAGES, 1, 4, 4, 3);
    emb_measured m;
    assert_int_equal(emb_net_measure(net, images, NULL, 0, NULL, &m), EMB_OK);
    assert_int_equal(m.measure_count, 3);
    assert_string_equal(m.measures[0].name, "elbo");
    assert_true(fabs(m.measures[0].value + m.measures[1].value + m.measures[2].value) < 1e-9);
    assert_true(m.measures[2].value > 0);
    assert_true(isnan(m.measures[0].validation));
    assert_int_equal(m.latent, 3);
    /* The whole latent row's tensors: the last three outputs are logarithms of variances. */
    emb_tensor_info weight, bias;
    emb_net_tensor(net, 0, &weight);
    emb_net_tensor(net, 1, &bias);
    static float pixels[16 * IMAGES];
    assert_int_equal(emb_images_fetch(images, NULL, IMAGES, pixels, NULL), EMB_OK);
    double kl = 0;
    for (size_t n = 0; n < IMAGES; n++) {
        for (size_t i = 0; i < 3; i++) {
            double out[2];
            for (size_t h = 0; h < 2; h++) {
                out[h] = (double)bias.values[i + 3 * h];
                for (size_t p = 0; p < 16; p++) {
                    out[h] +=
                        (double)weight.values[(i + 3 * h) * 16 + p] * (double)pixels[16 * n + p];
                }
            }
            kl += (out[0] * out[0] + exp(out[1]) - 1 - out[1]) / 2;
        }
    }
    assert_true(fabs(m.measures[2].value - kl / IMAGES) < 1e-5);
    emb_net *plain = parsed(PLAIN);
    assert_int_equal(emb_net_measure(plain, images, NULL, 0, NULL, &m), EMB_ERR_ARGUMENT);
    emb_net_free(plain);
    emb_images_free(images);
    emb_net_free(net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_prior_is_standard_normal),
        cmocka_unit_test(without_one_codes_are_as_the_images),
        cmocka_unit_test(a_singular_distribution_is_one),
        cmocka_unit_test(a_decoder_alone_has_no_codes),
        cmocka_unit_test(what_is_told_is_the_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
