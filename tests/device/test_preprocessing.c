/* device/preprocessing.c and model/preprocessing_text.c: which numbers a network was trained on,
 * that a model keeps them, and that pictures are read by them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "model/preprocessing_text.h"
#include "support/support.h"

enum { SIDE = 4, PIXELS = SIDE * SIDE, COUNT = 40 };
static const int shape[3] = {1, SIDE, SIDE};

static const char linear[] = "input = 1, 4, 4\n"
                             "encoder = Sequential(Flatten(), Linear(16, 3))\n"
                             "decoder = Sequential(Linear(3, 16), Unflatten(1, (1, 4, 4)))\n";

static char path[64];

static int set_up(void **state) {
    (void)state;
    snprintf(path, sizeof path, "/tmp/embudo-pre-%ld.safetensors", (long)getpid());
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    remove(path);
    return 0;
}

/* The same images as bytes, or as floats from `black` to `white`. */
static emb_images *make(bool floats, double black, double white) {
    static uint8_t pixels[COUNT * PIXELS], labels[COUNT];
    static float values[COUNT * PIXELS];
    for (size_t i = 0; i < COUNT * PIXELS; i++) {
        pixels[i] = (uint8_t)(i * 7 % 256);
        values[i] = (float)(black + pixels[i] * (white - black) / 255);
    }
    for (size_t i = 0; i < COUNT; i++) labels[i] = i % 2;
    emb_images *images = floats ? emb_images_new_float(values, labels, COUNT, shape)
                                : emb_images_new(pixels, labels, COUNT, shape);
    assert_non_null(images);
    return images;
}

static emb_net *train(emb_images *images, const char *notation) {
    emb_net *net = emb_net_parse(notation, "net", NULL);
    emb_run *run = emb_run_new(net, images, &(emb_train_options){.val_split = -1});
    float loss;
    if (!run || emb_run_step(run, &loss) != EMB_OK) fail_msg("%s", emb_error());
    emb_run_free(run);
    return net;
}

static void is(const emb_net *net, emb_preprocessing want, size_t c) {
    emb_preprocessing p;
    emb_net_preprocessing(net, &p);
    if (p.floats != want.floats || p.low != want.low || p.high != want.high ||
        p.pixels != want.pixels || p.black != want.black || p.white != want.white) {
        fail_msg("case %zu: %d %g..%g %d %g..%g", c, p.floats, p.low, p.high, p.pixels, p.black,
                 p.white);
    }
}

/* Training says what it was; a model, a resumed checkpoint and a classifier behind the encoder
 * keep it. */
static void a_model_says_what_it_was_trained_on(void **state) {
    (void)state;
    static const struct {
        bool floats, told;
        double black, white;
        const char *text;
        emb_preprocessing want;
    } cases[] = {
        {false, false, 0, 1, "pixel=uint8 divide=255 layout=CHW", {false, 0, 1, true, 0, 1}},
        {true, false, 0, 1, "pixel=float32 low=0 high=1 layout=CHW", {true, 0, 1, true, 0, 1}},
        {true, false, 0, 16, "pixel=float32 low=0 high=16 layout=CHW", {true, 0, 16, false, 0, 1}},
        {true,
         false,
         0,
         0.25,
         "pixel=float32 low=0 high=0.25 layout=CHW",
         {true, 0, 0.25, false, 0, 1}},
        {true, false, -1, 2, "pixel=float32 low=-1 high=2 layout=CHW", {true, -1, 2, false, 0, 1}},
        {true,
         true,
         0,
         16,
         "pixel=float32 low=0 high=16 black=0 white=16 layout=CHW",
         {true, 0, 16, true, 0, 16}},
        {true,
         true,
         3,
         -1.5,
         "pixel=float32 low=-1.5 high=3 black=3 white=-1.5 layout=CHW",
         {true, -1.5, 3, true, 3, -1.5}},
    };
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        emb_images *images = make(cases[c].floats, cases[c].black, cases[c].white);
        if (cases[c].told) {
            assert_int_equal(emb_images_set_pixels(images, cases[c].black, cases[c].white), EMB_OK);
        }
        emb_net *net = train(images, linear);
        is(net, cases[c].want, c);
        assert_int_equal(emb_net_save(net, path, NULL, 0), EMB_OK);
        emb_net *again = emb_net_open(path, NULL);
        if (!again) fail_msg("%s", emb_error());
        assert_string_equal(emb_net_metadata(again, "embudo.preprocessing"), cases[c].text);
        is(again, cases[c].want, c);
        /* As a state dict of the same layers: twice, so that the text takes the place of another.
         */
        emb_net *loaded = emb_net_parse(emb_net_notation(net), "n", NULL);
        for (int times = 0; times < 2; times++) {
            assert_int_equal(emb_net_load(loaded, path), EMB_OK);
            is(loaded, cases[c].want, c);
            assert_string_equal(emb_net_metadata(loaded, "embudo.preprocessing"), cases[c].text);
        }
        emb_net_free(loaded);
        emb_net *head =
            emb_net_parse("input = 3\nclassifier = Sequential(Linear(3, 2))\n", "h", NULL);
        emb_net *whole = emb_net_attach(again, head);
        is(whole, cases[c].want, c);
        emb_run *run = emb_run_new(net, images, NULL);
        assert_int_equal(emb_run_save(run, path, NULL, 0), EMB_OK);
        emb_run_free(run);
        emb_net_free(again);
        again = emb_net_open(path, NULL);
        emb_images *untold = make(cases[c].floats, cases[c].black, cases[c].white);
        run = emb_run_resume(again, untold, path, 1);
        if (!run) fail_msg("%s", emb_error());
        is(again, cases[c].want, c);
        emb_run_free(run);
        emb_images_free(untold);
        emb_net_free(whole);
        emb_net_free(head);
        emb_net_free(again);
        emb_net_free(net);
        emb_images_free(images);
    }
}

/* Bytes reach a network as the floats that it was trained on, bit for bit, on every way in. */
static void bytes_are_read_as_those_numbers(void **state) {
    (void)state;
    static const double ranges[][2] = {{0, 1}, {0, 255}, {0, 16}, {-1, 1}, {2.5, -0.5}};
    for (size_t r = 0; r < TEST_COUNT(ranges); r++) {
        emb_images *floats = make(true, ranges[r][0], ranges[r][1]);
        emb_images *bytes = make(false, 0, 1);
        assert_int_equal(emb_images_set_pixels(floats, ranges[r][0], ranges[r][1]), EMB_OK);
        emb_net *net = train(floats, linear);
        float codes[2][COUNT * 3], row[2][PIXELS];
        emb_score scores[2];
        double low, high;
        assert_int_equal(emb_net_encode_images(net, floats, NULL, COUNT, codes[0], 1), EMB_OK);
        assert_int_equal(emb_net_encode_images(net, bytes, NULL, COUNT, codes[1], 1), EMB_OK);
        assert_memory_equal(codes[0], codes[1], sizeof codes[0]);
        assert_int_equal(emb_net_score(net, floats, NULL, 0, 1, &scores[0]), EMB_OK);
        assert_int_equal(emb_net_score(net, bytes, NULL, 0, 1, &scores[1]), EMB_OK);
        assert_memory_equal(&scores[0], &scores[1], sizeof *scores);
        const double peak = fabs(ranges[r][1] - ranges[r][0]);
        assert_true(fabs(scores[0].psnr - 10 * log10(peak * peak / scores[0].mse)) < 1e-9);
        assert_int_equal(emb_images_follow(bytes, net), EMB_OK);
        for (size_t i = 0; i < COUNT; i++) {
            emb_images_float(floats, i, row[0]);
            emb_images_float(bytes, i, row[1]);
            assert_memory_equal(row[0], row[1], sizeof row[0]);
        }
        emb_images_range(bytes, &low, &high);
        assert_true(low == fmin(ranges[r][0], ranges[r][1]));
        assert_true(high == fmax(ranges[r][0], ranges[r][1]));
        emb_int8 *int8 = emb_int8_new(net, bytes, NULL, COUNT);
        assert_non_null(int8);
        emb_images_float(floats, 3, row[0]);
        assert_int_equal(emb_int8_encode(int8, row[0], 1, codes[1], 1), EMB_OK);
        for (int k = 0; k < 3; k++) {
            const double d = (double)codes[1][k] - (double)codes[0][3 * 3 + k];
            assert_true(fabs(d) < 0.05 * peak);
        }
        emb_int8_free(int8);
        emb_net_free(net);
        emb_images_free(floats);
        emb_images_free(bytes);
    }
}

/* Where nothing says what bytes are, they are refused; other floats are doubted. */
static void other_numbers_are_told(void **state) {
    (void)state;
    emb_images *bytes = make(false, 0, 1), *floats = make(true, 0, 16);
    emb_net *net = train(floats, linear);
    float codes[COUNT * 3];
    emb_score score;
    assert_int_equal(emb_net_accepts(net, floats), EMB_OK);
    assert_int_equal(emb_net_accepts(net, bytes), EMB_ERR_ARGUMENT);
    assert_non_null(strstr(emb_error(), "trained on floats from 0 to 16"));
    assert_int_equal(emb_images_follow(bytes, net), EMB_ERR_ARGUMENT);
    assert_int_equal(emb_net_encode_images(net, bytes, NULL, COUNT, codes, 1), EMB_ERR_ARGUMENT);
    assert_int_equal(emb_net_score(net, bytes, NULL, 0, 1, &score), EMB_ERR_ARGUMENT);
    assert_null(emb_int8_new(net, bytes, NULL, COUNT));
    assert_int_equal(emb_net_score(net, floats, NULL, 0, 1, &score), EMB_OK);
    assert_true(isnan(score.psnr));
    /* ... but may be what it is trained on from now on. */
    emb_run *run = emb_run_new(net, bytes, NULL);
    assert_non_null(run);
    is(net, (emb_preprocessing){false, 0, 1, true, 0, 1}, 0);
    assert_int_equal(emb_net_accepts(net, bytes), EMB_OK);
    emb_run_free(run);
    emb_net_free(net);
    emb_images_free(bytes);
    emb_images_free(floats);

    static const struct {
        double trained[2], given[2];
        bool alike;
    } cases[] = {
        {{0, 1}, {0, 1}, true},         {{0, 1}, {0, 0.4}, true},       {{0, 1}, {0, 16}, false},
        {{0, 1}, {0, 255}, false},      {{0, 16}, {0, 1}, false},       {{0, 255}, {0, 1}, false},
        {{0, 16}, {0, 17}, true},       {{-1, 1}, {0, 1}, true},        {{0, 1}, {-1, 1}, false},
        {{-0.4, 2.8}, {-0.4, 4}, true}, {{-0.4, 2.8}, {0, 255}, false}, {{0, 16}, {3, 3}, true},
    };
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        emb_images *one = make(true, cases[c].trained[0], cases[c].trained[1]);
        emb_images *other = make(true, cases[c].given[0], cases[c].given[1]);
        net = train(one, linear);
        if ((emb_net_same_range(net, other) == EMB_OK) != cases[c].alike) fail_msg("case %zu", c);
        emb_net_free(net);
        emb_images_free(one);
        emb_images_free(other);
    }
}

static void black_and_white_are_two_numbers(void **state) {
    (void)state;
    static const double bad[][2] = {{1, 1}, {0, INFINITY}, {NAN, 1}, {0, 1e39}, {1, 1 + 1e-12}};
    emb_images *floats = make(true, 0, 1), *bytes = make(false, 0, 1);
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        assert_int_equal(emb_images_set_pixels(floats, bad[i][0], bad[i][1]), EMB_ERR_ARGUMENT);
        assert_non_null(strstr(emb_error(), "expected two different numbers"));
    }
    assert_int_equal(emb_images_set_pixels(bytes, 0, 16), EMB_ERR_ARGUMENT);
    emb_images_free(floats);
    emb_images_free(bytes);
}

static void texts_are_read_or_refused(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"pixel=uint8 divide=255 layout=CHW", true},
        {"pixel=float32 low=-1e-45 high=3.40282347e+38 layout=CHW", true},
        {"pixel=float32 low=2 high=2 black=1 white=0 layout=CHW", true},
        {"", false},
        {"pixel=uint8 divide=255 layout=HWC", false},
        {"pixel=uint8 divide=255 fit=crop background=0fa0ff layout=CHW", true},
        {"pixel=uint8 divide=255 fit=stretch background=000000 layout=CHW", true},
        {"pixel=uint8 divide=255 fit=crop layout=CHW", false},
        {"pixel=uint8 divide=255 background=000000 layout=CHW", false},
        {"pixel=uint8 divide=255 fit=wide background=000000 layout=CHW", false},
        {"pixel=uint8 divide=255 fit=crop background=0000000 layout=CHW", false},
        {"pixel=uint8 divide=255 fit=crop background=00000g layout=CHW", false},
        {"pixel=uint8 divide=255 low=0 layout=CHW", false},
        {"pixel=uint8 divide=255 ink=mnist layout=CHW", true},
        {"pixel=uint8 divide=255 ink=drawn layout=CHW", false},
        {"pixel=uint8 divide=255 ink=mnist fit=crop background=000000 layout=CHW", false},
        {"pixel=float32 low=0 high=1 ink=mnist layout=CHW", false},
        {"pixel=float32 low=0 high=1 fit=crop background=000000 layout=CHW", false},
        {"pixel=float32 layout=CHW", false},
        {"pixel=float32 low=0 high=1", false},
        {"pixel=float32 low=0 high=1 layout=CHW ", false},
        {"pixel=float32  low=0 high=1 layout=CHW", false},
        {"pixel=float32 low=1 high=0 layout=CHW", false},
        {"pixel=float32 low=nan high=1 layout=CHW", false},
        {"pixel=float32 low=0 high=1e39 layout=CHW", false},
        {"pixel=float32 low=0x0 high=1 layout=CHW", false},
        {"pixel=float32 low= high=1 layout=CHW", false},
        {"pixel=float32 low=0 high=1 black=0 layout=CHW", false},
        {"pixel=float32 low=0 high=1 black=2 white=2 layout=CHW", false},
        {"pixel=float32 low=0 high=1 white=1 black=0 layout=CHW", false},
    };
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        emb__origin origin;
        char again[EMB__PREPROCESSING_ROOM];
        if (emb__preprocessing_read(cases[c].text, &origin) != cases[c].good) {
            fail_msg("'%s'", cases[c].text);
        }
        if (!cases[c].good) continue;
        emb__preprocessing_print(&origin, again);
        emb__origin other;
        assert_true(emb__preprocessing_read(again, &other));
        assert_true(other.low == origin.low && other.high == origin.high &&
                    other.black == origin.black && other.white == origin.white &&
                    other.fit == origin.fit && other.background == origin.background &&
                    other.like_mnist == origin.like_mnist);
        assert_true(origin.like_mnist == (strstr(cases[c].text, "ink=") != NULL));
    }
    /* The longest there is. */
    const emb__origin longest = {.floats = true,
                                 .low = -1.17549421e-38,
                                 .high = -1.17549421e-38,
                                 .has_pixels = true,
                                 .black = -1.2345678901234567e-300,
                                 .white = -1.7976931348623157e-300};
    char text[EMB__PREPROCESSING_ROOM];
    emb__preprocessing_print(&longest, text);
    assert_non_null(strstr(text, " layout=CHW"));
}

static void last_layers_have_limits(void **state) {
    (void)state;
    static const struct {
        const char *end;
        double low, high;
    } cases[] = {
        {"", -INFINITY, INFINITY},
        {", Sigmoid()", 0, 1},
        {", Tanh()", -1, 1},
        {", ReLU()", 0, INFINITY},
        {", Tanh(), Identity()", -1, 1},
        {", Sigmoid(), Tanh()", -1, 1},
        {", LeakyReLU()", -INFINITY, INFINITY},
        {", LeakyReLU(-0.5)", 0, INFINITY},
        {", ELU(0.5)", -0.5, INFINITY},
        {", ELU(-1)", 0, INFINITY},
        {", Hardtanh(-0.5, 2)", -0.5, 2},
        {", ReLU6()", 0, 6},
        {", Softplus()", 0, INFINITY},
        {", Softplus(2, -1)", -0.5, INFINITY},
        {", Softmax(1)", 0, 1},
        {", LogSoftmax(1)", -INFINITY, 0},
    };
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        char text[256];
        double low, high;
        snprintf(text, sizeof text,
                 "input = 1, 4, 4\nencoder = Sequential(Flatten(), Linear(16, 3))\n"
                 "decoder = Sequential(Linear(3, 16)%s, Unflatten(1, (1, 4, 4)))\n",
                 cases[c].end);
        emb_net *net = emb_net_parse(text, "net", NULL);
        if (!net) fail_msg("%s", emb_error());
        emb_net_output_range(net, &low, &high);
        if (low != cases[c].low || high != cases[c].high) fail_msg("%s: %g %g", text, low, high);
        emb_net_free(net);
    }
}

/* Behind layers that take some of a layer's numbers, or mix them. */
static void last_pixels_have_limits(void **state) {
    (void)state;
    static const struct {
        const char *end;
        double low, high;
    } cases[] = {
        {"Sigmoid(), MaxPool2d(3, 1, 1)", 0, 1},
        {"Hardtanh(0.5, 2), MaxPool2d(3, 1, 1)", 0.5, 2},
        {"Sigmoid(), AvgPool2d(3, 1, 1)", 0, 1},
        {"Hardtanh(0.5, 2), AvgPool2d(3, 1, 1)", 0, 2},
        {"Hardtanh(-3, -2), AvgPool2d(3, 1, 1)", -3, 0},
        {"Hardtanh(0.5, 2), AvgPool2d(3, 1, 1, count_include_pad=False)", 0.5, 2},
        {"Sigmoid(), AvgPool2d(3, 1, 1, divisor_override=2)", -INFINITY, INFINITY},
        {"Hardtanh(0.5, 2), AdaptiveMaxPool2d(2), AdaptiveAvgPool2d(4)", 0.5, 2},
        {"Sigmoid(), AvgPool2d(2), Upsample(scale_factor=2)", 0, 1},
        {"Tanh(), MaxPool2d(2), Upsample(scale_factor=2, mode='bilinear')", -1, 1},
        {"Tanh(), MaxPool2d(2), Upsample(size=4, mode='nearest-exact')", -1, 1},
        {"Tanh(), MaxPool2d(2), Upsample(scale_factor=2, mode='bicubic')", -INFINITY, INFINITY},
        {"Hardtanh(0.5, 2), MaxPool2d(2), ZeroPad2d(1)", 0, 2},
        {"Hardtanh(0.5, 2), MaxPool2d(2), ReflectionPad2d(1)", 0.5, 2},
        {"Hardtanh(0.5, 2), MaxPool2d(2), ReplicationPad2d(1)", 0.5, 2},
        {"Hardtanh(0.5, 2), PixelUnshuffle(2), PixelShuffle(2)", 0.5, 2},
        {"ReLU(), MaxPool2d(3, 1, 1)", 0, INFINITY},
        {"MaxPool2d(3, 1, 1)", -INFINITY, INFINITY},
        {"Sigmoid(), Conv2d(1, 1, 1)", -INFINITY, INFINITY},
        {"Sigmoid(), BatchNorm2d(1)", -INFINITY, INFINITY},
        {"Sigmoid(), Residual(Tanh())", -2, 2},
        {"Residual(Tanh())", -INFINITY, INFINITY},
        {"Sigmoid(), Parallel(Tanh(), Hardtanh(0, 3)), MaxPool2d(2), PixelShuffle(1), "
         "Conv2d(2, 1, 1, bias=False), Hardtanh(-1, 5), Upsample(scale_factor=2)",
         -1, 5},
        {"PixelUnshuffle(2), Parallel(Tanh(), Hardtanh(0, 3)), Flatten(), Unflatten(1, (8, 2, 2)), "
         "MaxPool2d(1), Conv2d(8, 4, 1), Parallel(Hardtanh(0, 3), Tanh()), "
         "AdaptiveAvgPool2d(2), Flatten(), Unflatten(1, (2, 4, 4)), Parallel(Tanh(), Hardtanh(0, "
         "3)), PixelShuffle(2), AvgPool2d(2)",
         -1, 3},
    };
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        char text[640];
        double low, high;
        snprintf(text, sizeof text,
                 "input = 1, 4, 4\nencoder = Sequential(Flatten(), Linear(16, 3))\n"
                 "decoder = Sequential(Linear(3, 16), Unflatten(1, (1, 4, 4)), %s)\n",
                 cases[c].end);
        emb_net *net = emb_net_parse(text, "net", NULL);
        if (!net) fail_msg("%s", emb_error());
        emb_net_output_range(net, &low, &high);
        if (low != cases[c].low || high != cases[c].high) fail_msg("%s: %g %g", text, low, high);
        emb_net_free(net);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_says_what_it_was_trained_on),
        cmocka_unit_test(bytes_are_read_as_those_numbers),
        cmocka_unit_test(other_numbers_are_told),
        cmocka_unit_test(black_and_white_are_two_numbers),
        cmocka_unit_test(texts_are_read_or_refused),
        cmocka_unit_test(last_layers_have_limits),
        cmocka_unit_test(last_pixels_have_limits),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
