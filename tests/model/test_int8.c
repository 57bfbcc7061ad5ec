/* Stages, whole numbers, and C source: that a tensor's places are a permutation, that whole numbers
 * stay near the float network for every kind of layer, with any number of threads, and what the
 * exported files hold. Compiling and running them is tests/interop/exported_c.py's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/file.h"
#include "model/int8/quantise.h"
#include "support/support.h"

enum { IMAGES = 40 };

/* Networks of 2 x 9 x 8 images, and how far whole numbers may be from float: the error's root mean
 * square over the output's. */
static const struct {
    const char *name, *text;
    double most;
} nets[] = {
    {"convolutions",
     "encoder = Sequential(Conv2d(2, 6, 3, stride=2, padding=1), Tanh(), Flatten(), Linear(120, "
     "4))\n"
     "decoder = Sequential(Linear(4, 60), Tanh(), Unflatten(1, (3, 5, 4)),\n"
     "    ConvTranspose2d(3, 2, 3, stride=2, padding=1, output_padding=(0, 1)), Sigmoid())\n",
     0.02},
    {"groups",
     "encoder = Sequential(Conv2d(2, 4, (3, 2), groups=2, dilation=(2, 1), bias=False), ReLU(),\n"
     "    Conv2d(4, 4, 3, groups=4, padding=1), Sigmoid(), Flatten(), Linear(140, 5), Tanh())\n"
     "decoder = Sequential(Linear(5, 144, bias=False), Sigmoid(), Unflatten(1, (2, 9, 8)))\n",
     0.02},
    {"several activations, none at the end",
     "encoder = Sequential(Tanh(), Sigmoid(), Flatten(), Linear(144, 40), ReLU(), Tanh(),\n"
     "    Linear(40, 3))\n"
     "decoder = Sequential(Linear(3, 40), ReLU(), Linear(40, 144), Unflatten(1, (2, 9, 8)))\n",
     0.05},
    {"padding of two lengths, and other shapes between",
     "encoder = Sequential(Conv2d(2, 3, (2, 4), padding='same'), Tanh(), Flatten(2), Tanh(),\n"
     "    Unflatten(2, (4, 18)), Conv2d(3, 2, 2, padding='same'), Flatten(), Linear(144, 6))\n"
     "decoder = Sequential(Linear(6, 144), Unflatten(1, (6, 24)), ReLU(), Flatten(),\n"
     "    Unflatten(1, (2, 9, -1)), Conv2d(2, 2, 4, padding='same', dilation=2), Sigmoid())\n",
     0.05},
    {"a slope below 0, inside and at the ends",
     "encoder = Sequential(LeakyReLU(), Conv2d(2, 6, 3, stride=2, padding=1), LeakyReLU(0.2),\n"
     "    Flatten(), Linear(120, 40), LeakyReLU(-0.5), Linear(40, 6), LeakyReLU())\n"
     "decoder = Sequential(Linear(6, 60), LeakyReLU(0), Linear(60, 144), LeakyReLU(0.3),\n"
     "    Unflatten(1, (2, 9, 8)))\n",
     0.05},
    {"a curve below 0, inside and at the ends",
     "encoder = Sequential(ELU(), Conv2d(2, 6, 3, stride=2, padding=1), ELU(0.5),\n"
     "    Flatten(), Linear(120, 40), ELU(-0.5), Linear(40, 6), ELU())\n"
     "decoder = Sequential(Linear(6, 60), ELU(0), Linear(60, 144), ELU(2), Tanh(),\n"
     "    Unflatten(1, (2, 9, 8)))\n",
     0.05},
    {"two limits, inside and at the ends",
     "encoder = Sequential(Hardtanh(0.1, 0.9), Conv2d(2, 6, 3, stride=2, padding=1), Hardtanh(-0.2,"
     " 0.3),\n    Flatten(), Linear(120, 40), Hardtanh(0, 0.1), Linear(40, 6), Hardtanh(-0.1, "
     "0.2))\n"
     "decoder = Sequential(Linear(6, 60), Hardtanh(), Linear(60, 144), Hardtanh(0, 0.2),\n"
     "    Unflatten(1, (2, 9, 8)))\n",
     0.05},
    {"smooth curves, inside and at the ends",
     "encoder = Sequential(SiLU(), Conv2d(2, 6, 3, stride=2, padding=1), Mish(), GELU('tanh'),\n"
     "    Flatten(), Linear(120, 40), GELU(), Linear(40, 6), Softplus(0.5))\n"
     "decoder = Sequential(Linear(6, 60), Hardswish(), Linear(60, 144), Softplus(-2), SiLU(),\n"
     "    Unflatten(1, (2, 9, 8)))\n",
     0.05},
    {"branches that are added",
     "encoder = Sequential(Residual(Conv2d(2, 2, 3, padding=1)), ReLU(), Conv2d(2, 6, 3, "
     "stride=2),\n"
     "    Residual(Sequential(Conv2d(6, 3, 1), Residual(Tanh()), Conv2d(3, 6, 1)), Conv2d(6, 6, "
     "1)),\n"
     "    GELU(), Flatten(), Residual(Linear(72, 72)), Linear(72, 6))\n"
     "decoder = Sequential(Linear(6, 144), Residual(Sequential(Unflatten(1, (2, 9, 8)), Tanh(),\n"
     "    Flatten())), Unflatten(1, (2, 9, 8)), Residual(Conv2d(2, 2, 1)), Sigmoid())\n",
     0.05},
    {"branches side by side",
     "encoder = Sequential(Parallel(Conv2d(2, 3, 3, padding=1), ReLU()), Tanh(), Conv2d(5, 2, 2),\n"
     "    Parallel(Sequential(Flatten(), Linear(112, 4)), Sequential(Conv2d(2, 1, 4), "
     "Flatten())))\n"
     "decoder = Sequential(Parallel(Linear(24, 72), Sequential(Linear(24, 72), Sigmoid())),\n"
     "    Unflatten(1, (2, 9, 8)), Parallel(Conv2d(2, 1, 1), Conv2d(2, 1, 3, padding=1)))\n",
     0.05},
    {"looked at twice",
     "encoder = Sequential(Conv2d(2, 3, 1), Tanh(), Flatten(), Unflatten(1, (6, 9, 4)),\n"
     "    Conv2d(6, 2, 3), Tanh(), Flatten(), Linear(28, 6))\n"
     "decoder = Sequential(Unflatten(1, (6, 1, 1)), ConvTranspose2d(6, 2, (9, 8)), Sigmoid())\n",
     0.04},
};

static emb_net *open_net(const char *text, uint64_t seed) {
    char whole[2048];
    snprintf(whole, sizeof whole, "input = 2, 9, 8\n%s", text);
    emb_net *net = emb_net_parse(whole, "net", NULL);
    assert_non_null(net);
    assert_int_equal(emb_net_init(net, seed), EMB_OK);
    return net;
}

static float *pixels_of(const emb_images *images) {
    float *values = emb__calloc(IMAGES, 144 * sizeof *values);
    for (size_t i = 0; i < IMAGES; i++) emb_images_float(images, i, values + i * 144);
    return values;
}

/* Places hold every number once; a number's channel is the one of its place. */
static void places_are_a_permutation(void **state) {
    (void)state;
    for (size_t n = 0; n < TEST_COUNT(nets); n++) {
        emb_net *net = open_net(nets[n].text, 1);
        emb__stages stages;
        assert_int_equal(emb__stages_new(net, 0, net->layer_count, EMB__STAGES_FOR_C, &stages),
                         EMB_OK);
        assert_false(stages.tensors[0].by_pixel);
        assert_false(stages.tensors[stages.count].by_pixel);
        for (int i = 0; i <= stages.count; i++) {
            const emb__stage_tensor *t = &stages.tensors[i];
            uint8_t *seen = emb__calloc(t->count, 1);
            for (size_t k = 0; k < t->count; k++) {
                const size_t place = emb__stage_place(t, k);
                assert_true(place < t->count && !seen[place]);
                assert_true(emb__stage_channel(t, k) < (size_t)t->channels);
                seen[place] = 1;
            }
            emb__free(seen);
        }
        emb__stages_clear(&stages);
        emb_net_free(net);
    }
}

static void whole_numbers_stay_near(void **state) {
    (void)state;
    for (size_t n = 0; n < TEST_COUNT(nets); n++) {
        emb_net *net = open_net(nets[n].text, 7);
        emb_images *images = test_images(IMAGES, 2, 9, 8, 3);
        const size_t latent = (size_t)emb_net_latent(net);
        emb_int8 *int8 = emb_int8_new(net, images, NULL, IMAGES);
        if (!int8) fail_msg("%s: %s", nets[n].name, emb_error());
        float *in = pixels_of(images);
        float *codes = emb__calloc(3 * IMAGES, latent * sizeof *codes);
        float *out = emb__calloc(3 * IMAGES, 144 * sizeof *out);
        float *code[3] = {codes, codes + IMAGES * latent, codes + 2 * IMAGES * latent};
        float *made[3] = {out, out + IMAGES * 144, out + 2 * IMAGES * 144};
        assert_int_equal(emb_net_encode(net, in, IMAGES, code[0], 1), EMB_OK);
        assert_int_equal(emb_net_decode(net, code[0], IMAGES, made[0], 1), EMB_OK);
        for (int t = 1; t < 3; t++) { /* one thread, and three: the same bits */
            assert_int_equal(emb_int8_encode(int8, in, IMAGES, code[t], 2 * t - 1), EMB_OK);
            assert_int_equal(emb_int8_decode(int8, code[0], IMAGES, made[t], 2 * t - 1), EMB_OK);
        }
        assert_memory_equal(code[1], code[2], IMAGES * latent * sizeof *codes);
        assert_memory_equal(made[1], made[2], IMAGES * 144 * sizeof *out);
        double error = 0, whole = 0;
        for (size_t i = 0; i < IMAGES * latent; i++) {
            error += pow((double)(code[1][i] - code[0][i]), 2);
            whole += pow((double)code[0][i], 2);
        }
        if (sqrt(error / whole) > nets[n].most) {
            fail_msg("%s: codes differ by %g of their size", nets[n].name, sqrt(error / whole));
        }
        error = whole = 0;
        for (size_t i = 0; i < IMAGES * 144; i++) {
            /* Pixels leave as bytes, 0..1. */
            const double wanted = fmin(1, fmax(0, (double)made[0][i]));
            error += pow((double)made[1][i] - wanted, 2);
            whole += wanted * wanted;
        }
        if (sqrt(error / (whole + 1e-9)) > nets[n].most) {
            fail_msg("%s: images differ by %g of their size", nets[n].name, sqrt(error / whole));
        }
        emb__free(in);
        emb__free(codes);
        emb__free(out);
        emb_int8_free(int8);
        emb_images_free(images);
        emb_net_free(net);
    }
}

static void what_does_not_fit_is_refused(void **state) {
    (void)state;
    emb_net *net = open_net(nets[0].text, 1);
    emb_images *images = test_images(IMAGES, 2, 9, 8, 3), *others = test_images(4, 1, 9, 8, 3);
    const uint32_t outside[] = {3, IMAGES};
    assert_null(emb_int8_new(net, others, NULL, 4));
    assert_non_null(strstr(emb_error(), "1x9x8"));
    assert_null(emb_int8_new(net, images, outside, 2));
    assert_null(emb_int8_new(net, images, NULL, 0));
    assert_null(emb_int8_new(net, images, NULL, IMAGES + 1));
    assert_null(emb_int8_new(NULL, images, NULL, 1));
    emb_int8 *int8 = emb_int8_new(net, images, NULL, IMAGES);
    float x[144] = {0};
    assert_int_equal(emb_int8_classify(int8, x, 1, x, 1), EMB_ERR_SHAPE);
    assert_int_equal(emb_int8_classify_codes(int8, x, 1, x, 1), EMB_ERR_SHAPE);
    emb_int8_free(int8);
    emb_net_free(net);
    net = open_net("encoder = Sequential(Flatten(), Linear(144, 4), Softplus(2, 1))\n"
                   "decoder = Sequential(Linear(4, 144), Unflatten(1, (2, 9, 8)))\n",
                   1);
    assert_null(emb_int8_new(net, images, NULL, IMAGES)); /* a step that no table has */
    assert_non_null(strstr(emb_error(), "cannot export encoder.2 Softplus to int8"));
    emb_images_free(images);
    emb_images_free(others);
    emb_net_free(net);
}

/* What a head makes of an image's code is what the classifier makes of the image, rounding aside.
 */
static void a_head_reads_codes(void **state) {
    (void)state;
    emb_net *net = open_net("encoder = Sequential(Flatten(), Linear(144, 6), Tanh())\n"
                            "classifier = Sequential(Linear(6, 9), ReLU(), Linear(9, 4))\n",
                            3);
    emb_images *images = test_images(IMAGES, 2, 9, 8, 3);
    emb_int8 *int8 = emb_int8_new(net, images, NULL, IMAGES);
    if (!int8) fail_msg("%s", emb_error());
    float *in = pixels_of(images), codes[IMAGES * 6], logits[3][IMAGES * 4];
    assert_int_equal(emb_net_encode(net, in, IMAGES, codes, 1), EMB_OK);
    assert_int_equal(emb_net_classify(net, in, IMAGES, logits[0], 1), EMB_OK);
    assert_int_equal(emb_int8_classify(int8, in, IMAGES, logits[1], 1), EMB_OK);
    assert_int_equal(emb_int8_classify_codes(int8, codes, IMAGES, logits[2], 1), EMB_OK);
    for (int i = 0; i < IMAGES * 4; i++) {
        for (int k = 1; k < 3; k++) assert_true(fabsf(logits[k][i] - logits[0][i]) < 0.02f);
    }
    emb__free(in);
    emb_int8_free(int8);
    emb_images_free(images);
    emb_net_free(net);
}

/* ---- C source -------------------------------------------------------------------------------- */

static char *read_text(const char *path) {
    uint8_t *bytes;
    size_t count;
    if (emb__file_load(path, 1 << 24, &bytes, &count) != EMB_OK) fail_msg("%s", emb_error());
    unlink(path);
    return (char *)bytes;
}

/* Weights that a part does not need are not in it; the same network gives the same text. */
static void a_part_has_its_own_weights_alone(void **state) {
    (void)state;
    static const struct {
        const char *part, *has, *lacks;
    } parts[] = {
        {"encoder", "part_encode(", "decoder_"},
        {"decoder", "part_decode(", "encoder_"},
        {NULL, "decoder_0_weight", "classifier"},
    };
    emb_net *net = open_net(nets[0].text, 5);
    for (size_t i = 0; i < TEST_COUNT(parts); i++) {
        const emb_c_options options = {.name = "part", .part = parts[i].part};
        emb_c_size size, again;
        char *texts[2];
        for (int k = 0; k < 2; k++) {
            if (emb_net_export_c(net, "/tmp", &options, k ? &again : &size) != EMB_OK) {
                fail_msg("%s", emb_error());
            }
            texts[k] = read_text(size.paths[0]);
            emb__free(read_text(size.paths[1]));
        }
        assert_string_equal(texts[0], texts[1]);
        assert_non_null(strstr(texts[0], parts[i].has));
        assert_null(strstr(texts[0], parts[i].lacks));
        assert_true(size.constants > 0 && size.constants == again.constants);
        emb__free(texts[0]);
        emb__free(texts[1]);
    }
    emb_net_free(net);
}

static void names_must_be_cs(void **state) {
    (void)state;
    static const char *const names[] = {"", "1st", "a-b", "a b", "a.c", "../x"};
    emb_net *net = open_net(nets[0].text, 5);
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        const emb_c_options options = {.name = names[i]};
        assert_int_equal(emb_net_export_c(net, "/tmp", &options, NULL), EMB_ERR_ARGUMENT);
        assert_non_null(strstr(emb_error(), "cannot be a name in C"));
    }
    const emb_c_options part = {.part = "classifier"}, none = {.name = "fine"};
    assert_int_equal(emb_net_export_c(net, "/tmp", &part, NULL), EMB_ERR_SHAPE);
    assert_int_equal(emb_net_export_c(net, "/nowhere", &none, NULL), EMB_ERR_IO);
    emb_net_free(net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_a_permutation),
        cmocka_unit_test(whole_numbers_stay_near),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(a_head_reads_codes),
        cmocka_unit_test(a_part_has_its_own_weights_alone),
        cmocka_unit_test(names_must_be_cs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
