/* train/settings.c: ranges and defaults of a run's options, and images that fit its network. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/runs.h"

typedef struct option_case {
    emb_train_options options;
    const char *text; /* NULL: is accepted */
} option_case;

static const option_case option_cases[] = {
    {{.learning_rate = 1e-30}, NULL},
    {{.learning_rate = -0.001}, "learning rate: expected a number above 0, got -0.001"},
    {{.learning_rate = INFINITY}, "learning rate: expected a number above 0, got inf"},
    {{.beta1 = 0.999999}, NULL},
    {{.beta1 = 1}, "beta1: expected a number below 1, got 1"},
    {{.beta1 = -INFINITY}, "beta1: expected a number below 1, got -inf"},
    {{.beta2 = 1.5}, "beta2: expected a number below 1, got 1.5"},
    {{.beta1 = -1, .beta2 = -1}, NULL},
    {{.epsilon = 1}, NULL},
    {{.epsilon = -1e-8}, "epsilon: expected a number above 0, got -1e-08"},
    {{.epsilon = INFINITY}, "epsilon: expected a number above 0, got inf"},
    {{.val_split = 0.999}, NULL},
    {{.val_split = 1}, "validation split: expected a share below 1, got 1"},
    {{.val_split = INFINITY}, "validation split: expected a share below 1, got inf"},
    {{.val_split = -INFINITY}, NULL},
    {{.batch_size = 1}, NULL},
    {{.batch_size = 65536}, NULL},
    {{.batch_size = 65537}, "batch size: expected 1 to 65536, got 65537"},
    {{.batch_size = -1}, "batch size: expected 1 to 65536, got -1"},
    {{.threads = 1000000}, NULL},
    {{.threads = -1}, "threads: expected 0 or more, got -1"},
};

static void options_have_ranges(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(option_cases); i++) {
        const option_case *c = &option_cases[i];
        run_setting s = prepare_run(SMALL, 50, &c->options);
        if (c->text) {
            assert_null(s.run);
            assert_string_equal(emb_error(), c->text);
        } else {
            if (!s.run) fail_msg("case %zu: %s", i, emb_error());
            run_step(s.run);
        }
        close_run(&s);
    }
}

/* No sign of it is compared: C libraries print NaN either way. */
static void no_option_is_nan(void **state) {
    (void)state;
    const emb_train_options nans[] = {
        {.learning_rate = NAN}, {.beta1 = NAN},     {.beta2 = NAN},
        {.epsilon = NAN},       {.val_split = NAN},
    };
    for (size_t i = 0; i < TEST_COUNT(nans); i++) {
        run_setting s = prepare_run(SMALL, 50, &nans[i]);
        assert_null(s.run);
        assert_non_null(strstr(emb_error(), "nan"));
        close_run(&s);
    }
}

/* All fields zero, NULL, and the defaults spelled out are one and the same. */
static void zero_is_the_default(void **state) {
    (void)state;
    const emb_train_options zero = {0}, spelled = {.seed = 42,
                                                   .learning_rate = 0.001,
                                                   .beta1 = 0.9,
                                                   .beta2 = 0.999,
                                                   .epsilon = 1e-8,
                                                   .val_split = 0.2,
                                                   .batch_size = 16};
    const emb_train_options *const same[] = {NULL, &zero, &spelled};
    char first[TEST_SHA_TEXT], text[TEST_SHA_TEXT];
    for (size_t i = 0; i < TEST_COUNT(same); i++) {
        run_setting s = open_run(SMALL, 50, same[i]);
        emb_epoch done;
        assert_int_equal(emb_run_epoch(s.run, &done), EMB_OK);
        weights_of(s.net, i ? text : first);
        if (i) assert_string_equal(text, first);
        close_run(&s);
    }
}

static void images_must_fit(void **state) {
    (void)state;
    static const struct {
        int shape[3];
        const char *text;
    } cases[] = {
        {{1, 2, 2}, NULL},
        {{4, 1, 1}, NULL}, /* [N, 4] */
        {{1, 1, 4}, NULL},
        {{2, 1, 2}, NULL}, /* the same sides but for one of 1 */
        {{5, 1, 1}, "small expects images of 1x2x2, gets 5x1x1"},
        {{1, 2, 3}, "small expects images of 1x2x2, gets 1x2x3"},
        {{1, 8, 1}, "small expects images of 1x2x2, gets 1x8x1"},
        {{3, 2, 2}, "small expects images of 1x2x2, gets 3x2x2"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const int *shape = cases[i].shape;
        emb_images *images = test_images(20, shape[0], shape[1], shape[2], 1);
        emb_net *net = emb_net_parse(SMALL, "small", NULL);
        emb_run *run = emb_run_new(net, images, NULL);
        assert_int_equal(run == NULL, cases[i].text != NULL);
        if (cases[i].text) assert_string_equal(emb_error(), cases[i].text);
        emb_run_free(run);
        emb_net_free(net);
        emb_images_free(images);
    }
    assert_null(emb_run_new(NULL, NULL, NULL));
    emb_run_free(NULL);
}

/* What a BatchNorm of features needs, and what helps where there is less. */
static void batches_must_have_enough_images(void **state) {
    (void)state;
    static const struct {
        int images, batch;
        const char *text;
    } cases[] = {
        {2, 16, NULL},
        {33, 16, "the last one of an epoch has 1: use another batch size"},
        {33, 11, NULL},
        {1, 16, "there is 1 to train on: take more images"},
        {1, 1, "each has 1: use a larger batch size"},
        {20, 1, "each has 1: use a larger batch size"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        char wanted[160];
        emb_images *images = test_images((size_t)cases[i].images, 1, 2, 2, 1);
        emb_net *net = emb_net_parse("input = 1, 2, 2\nencoder = Sequential(Flatten(), Linear(4, "
                                     "2), BatchNorm1d(2))\ndecoder = Sequential(Linear(2, 4), "
                                     "Unflatten(1, (1, 2, 2)))",
                                     "normed", NULL);
        const emb_train_options options = {.batch_size = cases[i].batch, .val_split = -1};
        emb_run *run = emb_run_new(net, images, &options);
        snprintf(wanted, sizeof wanted,
                 "normed: encoder.2 BatchNorm1d needs at least 2 images in each batch, and %s",
                 cases[i].text);
        assert_int_equal(run == NULL, cases[i].text != NULL);
        if (!run) assert_string_equal(emb_error(), wanted);
        emb_run_free(run);
        emb_net_free(net);
        emb_images_free(images);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_have_ranges),
        cmocka_unit_test(no_option_is_nan),
        cmocka_unit_test(zero_is_the_default),
        cmocka_unit_test(images_must_fit),
        cmocka_unit_test(batches_must_have_enough_images),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
