/* net/trial.c: how far an image comes, and what would let it through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"

/* A small autoencoder of convolutions; a pool and an Upsample, for multiples of 4. */
#define STRIDED                                                                                    \
    "encoder = Sequential(Conv2d(1, 4, 3, stride=2, padding=1), ReLU(), "                          \
    "Conv2d(4, 8, 3, stride=2, padding=1), Flatten(), Linear(392, 2))\n"                           \
    "decoder = Sequential(Linear(2, 392), Unflatten(1, (8, 7, 7)), "                               \
    "ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1), BatchNorm2d(4), "            \
    "ConvTranspose2d(4, 1, 3, stride=2, padding=1, output_padding=1), Sigmoid())\n"
#define POOLED                                                                                     \
    "encoder = Sequential(Conv2d(1, 4, 3, padding=1), MaxPool2d(4))\n"                             \
    "decoder = Sequential(Upsample(scale_factor=4), Conv2d(4, 1, 3, padding=1))\n"
#define RESIZED                                                                                    \
    "encoder = Sequential(Conv2d(1, 4, 3, padding=1), MaxPool2d(2, ceil_mode=True), Flatten(), "   \
    "Linear(60, 2))\n"                                                                             \
    "decoder = Sequential(Linear(2, 60), Unflatten(1, (4, 3, 5)), Upsample(size=(5, 9)), "         \
    "Conv2d(4, 1, 3, padding=1))\n"
#define ROWS                                                                                       \
    "encoder = Sequential(Linear(12, 4), LayerNorm(4), Linear(4, 2))\n"                            \
    "decoder = Sequential(Linear(2, 12))\n"

typedef struct trial_case {
    const char *text;
    int input[3];        /* 0: as it is written */
    const char *error;   /* NULL: it comes through */
    size_t layers;       /* that it comes through */
    const char *stop;    /* or NULL */
    const char *fits[6]; /* "PATH=LAYER" of changes with "; " between those of one remedy, or
                            "CxHxW"; in their order, NULL-ended */
} trial_case;

static const trial_case cases[] = {
    {"input = 1, 28, 28\n" STRIDED, {0}, NULL, 11, NULL, {NULL}},
    {"input = 1, 28, 28\n" STRIDED, {1, 28, 28}, NULL, 11, NULL, {NULL}},
    {"input = 1, 28, 28\n" STRIDED,
     {1, 32, 20},
     "Linear expects 392 inputs, gets 320",
     4,
     "encoder.4 Linear(392, 2)",
     {"4=Linear(320, 2); 0=Linear(2, 320); 1=Unflatten(1, (8, 8, 5))", "1x28x28"}},
    {"input = 1, 28, 28\n" STRIDED,
     {3, 25, 26},
     "Conv2d expects 1 channels (1xHxW), gets 3x25x26",
     0,
     "encoder.0 Conv2d(1, 4, 3, stride=2, padding=1)",
     {"0=Conv2d(3, 4, 3, stride=2, padding=1); "
      "2=ConvTranspose2d(8, 4, 3, stride=2, padding=1)"
      "; 4=ConvTranspose2d(4, 3, 3, stride=2, padding=1, output_padding=(0, 1))",
      "1x28x28"}},
    {"input = 1, 28, 28\nencoder = Sequential(Flatten(), Linear(785, 2))\n"
     "decoder = Sequential(Linear(2, 784), Unflatten(1, (1, 28, 28)))\n",
     {0},
     "Linear expects 785 inputs, gets 784",
     1,
     "encoder.1 Linear(785, 2)",
     {"1=Linear(784, 2)"}},
    {"input = 1, 8, 8\nencoder = Sequential(Conv2d(1, 2, 3, stride=2, padding=1))\n"
     "decoder = Sequential(ConvTranspose2d(2, 1, 3, stride=2, padding=1))\n",
     {0},
     "the decoder's output is 1x7x7, but the input is 1x8x8",
     2,
     NULL,
     {"0=ConvTranspose2d(2, 1, 3, stride=2, padding=1, output_padding=1)", "1x9x9", "1x7x7",
      "1x11x11"}},
    {"input = 1, 32, 32\n" POOLED,
     {1, 30, 30},
     "the decoder's output is 1x28x28, but the input is 1x30x30",
     4,
     NULL,
     {"1=Conv2d(4, 1, 3, padding=2)", "1x32x32", "1x28x28", "1x36x36"}},
    {"input = 1, 32, 32\n" POOLED, {1, 48, 20}, NULL, 4, NULL, {NULL}},
    {"input = 1, 5, 9\n" RESIZED,
     {1, 6, 8},
     "Linear expects 60 inputs, gets 48",
     3,
     "encoder.3 Linear(60, 2)",
     {"3=Linear(48, 2); 0=Linear(2, 48); 1=Unflatten(1, (4, 3, 4)); 2=Upsample(size=(6, 8))",
      "1x5x9"}},
    {"input = 12\n" ROWS,
     {9, 1, 1},
     "Linear expects 12 inputs, gets 9",
     0,
     "encoder.0 Linear(12, 4)",
     {"0=Linear(9, 4); 0=Linear(2, 9)", "12x1x1"}},
    {"input = 12\n" ROWS, {3, 2, 2}, NULL, 4, NULL, {NULL}},
    {"input = 3, 8, 8\nclassifier = Sequential(Conv2d(3, 4, 3), AdaptiveAvgPool2d(1), Flatten(), "
     "Linear(5, 10))\n",
     {0},
     "Linear expects 5 inputs, gets 4",
     3,
     "classifier.3 Linear(5, 10)",
     {"3=Linear(4, 10)", "0=Conv2d(3, 5, 3)"}},
    {"input = 1, 9, 9\nclassifier = Sequential(Residual(Sequential(Conv2d(1, 1, 3), ReLU(), "
     "Conv2d(1, 1, 3, padding=1))), Flatten(), Linear(81, 10))\n",
     {0},
     "Residual adds two outputs of one shape",
     3,
     "classifier.0 Residual()",
     {"0.body.2=Conv2d(1, 1, 3, padding=2)", "0.body.0=Conv2d(1, 1, 3, padding=1)"}},
    {"input = 1, 9, 9\nclassifier = Sequential(Residual(Sequential(Conv2d(1, 1, 3), ReLU(), "
     "Conv2d(1, 1, 3, padding=1))), Flatten(), Linear(80, 10))\n",
     {0},
     "Residual adds two outputs of one shape",
     3,
     "classifier.0 Residual()",
     {"0.body.2=Conv2d(1, 1, 3, padding=2); 2=Linear(81, 10)"}},
    {"input = 3, 8, 8\nclassifier = Sequential(Conv2d(3, 4, 9))\n",
     {0},
     "Conv2d expects",
     0,
     "classifier.0 Conv2d(3, 4, 9)",
     {NULL}},
};

static void write_remedy(const emb_remedy *r, char *text, size_t size) {
    size_t used = 0;
    if (r->count == 0) snprintf(text, size, "%dx%dx%d", r->input[0], r->input[1], r->input[2]);
    for (size_t i = 0; i < r->count; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s%s=%s", i ? "; " : "",
                                 r->changes[i].path, r->changes[i].after);
        assert_true(used < size);
    }
}

/* Whether the network that the remedy describes is one: its text is made of the trial's. */
static void expect_true(const emb_trial *trial, const emb_remedy *r) {
    char text[4096];
    if (r->count == 0) {
        emb_trial *other = emb_trial_new(emb_trial_notation(trial), "other", NULL, r->input);
        assert_non_null(other);
        assert_null(emb_trial_error(other));
        emb_trial_free(other);
        return;
    }
    snprintf(text, sizeof text, "%s", emb_trial_notation(trial));
    for (size_t i = 0; i < r->count; i++) {
        /* the first of that text in the part; what was replaced lies before */
        char part[32], rest[4096];
        snprintf(part, sizeof part, "%s = ", r->changes[i].part);
        char *at = strstr(text, part);
        assert_non_null(at);
        at = strstr(at, r->changes[i].before);
        assert_non_null(at);
        snprintf(rest, sizeof rest, "%s", at + strlen(r->changes[i].before));
        snprintf(at, sizeof text - (size_t)(at - text), "%s%s", r->changes[i].after, rest);
    }
    emb_net *net = emb_net_parse(text, "changed", NULL);
    if (!net) fail_msg("%s\n%s", emb_error(), text);
    emb_net_free(net);
}

static void trials_say_what_fits(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const trial_case *c = &cases[i];
        emb_trial *trial = emb_trial_new(c->text, "net", NULL, c->input[0] ? c->input : NULL);
        assert_non_null(trial);
        const char *error = emb_trial_error(trial), *stop = emb_trial_stop(trial);
        if (!error != !c->error || (error && !strstr(error, c->error))) {
            fail_msg("case %zu: %s", i, error ? error : "no error");
        }
        if (!stop != !c->stop || (stop && strcmp(stop, c->stop) != 0)) {
            fail_msg("case %zu: stops at %s", i, stop ? stop : "the end");
        }
        assert_int_equal(emb_trial_layer_count(trial), c->layers);
        assert_int_equal(emb_trial_seek(trial), EMB_OK);
        for (size_t k = 0; k < emb_trial_remedy_count(trial); k++) {
            char text[512];
            write_remedy(emb_trial_remedy(trial, k), text, sizeof text);
            if (c->fits[k] ? strcmp(text, c->fits[k]) != 0 : true) {
                fail_msg("case %zu, %zu: %s", i, k, text);
            }
            expect_true(trial, emb_trial_remedy(trial, k));
        }
        if (emb_trial_remedy_count(trial) < TEST_COUNT(c->fits)) {
            assert_null(c->fits[emb_trial_remedy_count(trial)]);
        }
        emb_trial_free(trial);
    }
}

/* Whether the texts to be changed can be found: each is there only once. */
static bool is_plain(const emb_trial *trial, const emb_remedy *r) {
    for (size_t i = 0; i < r->count; i++) {
        const char *at = strstr(emb_trial_notation(trial), r->changes[i].before);
        if (!at || strstr(at + 1, r->changes[i].before)) return false;
    }
    return true;
}

/* The cases with other numbers: whatever is said to fit does. */
static void remedies_of_spoiled_networks_are_true(void **state) {
    (void)state;
    enum { ROUNDS = 40 };
    size_t told = 0;
    float draws[256];
    for (size_t n = 0; n < ROUNDS * TEST_COUNT(cases); n++) {
        char text[1024];
        size_t used = 0;
        test_noise(draws, TEST_COUNT(draws), n + 1);
        for (const char *at = cases[n / ROUNDS].text; *at && used + 8 < sizeof text; at++) {
            const float draw = draws[(size_t)(at - cases[n / ROUNDS].text) % TEST_COUNT(draws)];
            const bool digit = *at >= '1' && *at <= '9' && at[-1] != 'v' && draw > 0.8F;
            text[used++] = digit ? (char)('1' + (int)((draw - 0.8F) * 44)) : *at;
        }
        text[used] = '\0';
        emb_trial *trial = emb_trial_new(text, "net", NULL, NULL);
        if (!trial) continue; /* not even a notation */
        assert_int_equal(emb_trial_seek(trial), EMB_OK);
        for (size_t k = 0; k < emb_trial_remedy_count(trial); k++) {
            const emb_remedy *r = emb_trial_remedy(trial, k);
            if (!is_plain(trial, r)) continue;
            expect_true(trial, r);
            told++;
        }
        emb_trial_free(trial);
    }
    assert_true(told > 200);
}

static void what_comes_through_can_be_opened(void **state) {
    (void)state;
    static const int input[3] = {1, 48, 20};
    emb_layer_info info;
    emb_trial *trial = emb_trial_new("input = 1, 32, 32\n" POOLED, "net", NULL, input);
    assert_non_null(trial);
    emb_trial_layer(trial, 1, &info);
    assert_int_equal(info.shape[1], 12);
    emb_net *net = emb_net_parse(emb_trial_notation(trial), "net", NULL);
    assert_non_null(net);
    int shape[3];
    emb_net_input_shape(net, shape);
    assert_memory_equal(shape, input, sizeof input);
    emb_net_free(net);
    emb_trial_free(trial);
}

static void what_is_no_network_is_refused(void **state) {
    (void)state;
    static const int none[3] = {1, 0, 1}, many[3] = {65536, 65536, 1};
    assert_null(emb_trial_new(NULL, "net", NULL, NULL));
    assert_null(emb_trial_new("input = 1, 32, 32\n" POOLED, "net", NULL, none));
    assert_null(emb_trial_new("input = 1, 32, 32\n" POOLED, "net", NULL, many));
    assert_null(emb_trial_new("encoder = 3(", "net", NULL, NULL));
    assert_non_null(strstr(emb_error(), "net:1"));
    emb_trial_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trials_say_what_fits),
        cmocka_unit_test(remedies_of_spoiled_networks_are_true),
        cmocka_unit_test(what_comes_through_can_be_opened),
        cmocka_unit_test(what_is_no_network_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
