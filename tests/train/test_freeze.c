/* train/freeze.c: layers that a training leaves as they are. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/runs.h"

/* Tensors of sizes that share vectors with their neighbours. */
#define PLAIN                                                                                      \
    "input = 1, 2, 2\nencoder = Sequential(Flatten(), Linear(4, 5), Tanh(), Linear(5, 3))\n"       \
    "decoder = Sequential(Linear(3, 7), Tanh(), Linear(7, 4), Unflatten(1, (1, 2, 2)))"
#define MIXED                                                                                      \
    "input = 1, 2, 2\nencoder = Sequential(Conv2d(1, 3, 3, padding=1), BatchNorm2d(3), "           \
    "LeakyReLU(), Residual(Conv2d(3, 3, 1)), Dropout(0.3), Flatten(), Linear(12, 3))\n"            \
    "decoder = Sequential(Linear(3, 12), BatchNorm1d(12), ReLU(), Dropout(0.25), Linear(12, 4), "  \
    "Unflatten(1, (1, 2, 2)))"

#define HARD                                                                                       \
    .optimiser = EMB_OPTIMISER_ADAMW, .weight_decay = 0.3, .clip_norm = 0.5, .ema = 0.9,           \
    .learning_rate = 0.01

static const struct {
    const char *net;
    emb_train_options options;
    const char *frozen[4]; /* beginnings of the names of frozen tensors */
} cases[] = {
    {PLAIN, {.freeze = "encoder"}, {"encoder."}},
    {PLAIN, {.freeze = "decoder"}, {"decoder."}},
    {PLAIN, {.freeze = "encoder.3"}, {"encoder.3."}},
    {PLAIN, {.freeze = "decoder.0, encoder.1"}, {"decoder.0.", "encoder.1."}},
    {PLAIN, {.freeze = "encoder.0-2,decoder.2", HARD}, {"encoder.1.", "decoder.2."}},
    {PLAIN,
     {.freeze = "encoder",
      .optimiser = EMB_OPTIMISER_SGD,
      .momentum = 0.9,
      .weight_decay = 0.1,
      .learning_rate = 0.1},
     {"encoder."}},
    {MIXED, {.freeze = "encoder"}, {"encoder."}},
    {MIXED, {.freeze = "encoder", HARD}, {"encoder."}},
    {MIXED, {.freeze = "decoder", HARD, .batch_size = 40}, {"decoder."}},
    {MIXED, {.freeze = "encoder.3.body", .batch_size = 64}, {"encoder.3.body."}},
    {MIXED, {.freeze = "encoder.1,decoder.1", .batch_size = 37}, {"encoder.1.", "decoder.1."}},
};

static bool is_frozen(size_t c, const char *name) {
    for (int i = 0; i < 4 && cases[c].frozen[i]; i++) {
        if (strncmp(name, cases[c].frozen[i], strlen(cases[c].frozen[i])) == 0) return true;
    }
    return false;
}

static run_setting open_case(size_t c, int threads, bool freezes) {
    emb_train_options options = cases[c].options;
    options.threads = threads;
    options.shuffle = true;
    if (!freezes) options.freeze[0] = '\0';
    return open_run(cases[c].net, 100, &options);
}

static float *copy_numbers(const emb_net *net) {
    float *copy = malloc(net->number_count * sizeof *copy);
    memcpy(copy, net->params, net->number_count * sizeof *copy);
    return copy;
}

/* Frozen tensors, buffers among them, are what they were; each of the others has changed. */
static void frozen_weights_stay(void **state) {
    (void)state;
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        run_setting s = open_case(c, 2, true);
        float *before = copy_numbers(s.net);
        for (int i = 0; i < 6; i++) run_step(s.run);
        for (int i = 0; i < s.net->tensor_count; i++) {
            const emb__param *p = s.net->tensors[i].param;
            const bool same =
                memcmp(s.net->params + p->at, before + p->at, p->count * sizeof *before) == 0;
            if (same != is_frozen(c, s.net->tensors[i].name)) {
                fail_msg("case %zu: %s %s", c, s.net->tensors[i].name, same ? "stays" : "changes");
            }
            for (int k = 0; k < EMB__OPTIMISER_ARRAYS && same && !p->is_buffer; k++) {
                const float *kept = s.run->update.state[k];
                for (size_t n = 0; kept && n < p->count; n++) assert_true(kept[p->at + n] == 0);
            }
        }
        free(before);
        close_run(&s);
    }
}

/* A step changes what is trained as it would without freezing. */
static void others_are_trained_as_ever(void **state) {
    (void)state;
    for (size_t c = 0; c < 4; c++) {
        run_setting s = open_case(c, 1, true), all = open_case(c, 1, false);
        assert_true(run_step(s.run) == run_step(all.run));
        for (int i = 0; i < s.net->tensor_count; i++) {
            const emb__param *p = s.net->tensors[i].param;
            if (is_frozen(c, s.net->tensors[i].name)) continue;
            assert_memory_equal(s.net->params + p->at, all.net->params + p->at,
                                p->count * sizeof(float));
        }
        close_run(&s);
        close_run(&all);
    }
}

static void threads_change_nothing(void **state) {
    (void)state;
    static const int threads[] = {1, 2, 3, 5, 8};
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        char wanted[TEST_SHA_TEXT], got[TEST_SHA_TEXT];
        for (size_t t = 0; t < TEST_COUNT(threads); t++) {
            run_setting s = open_case(c, threads[t], true);
            for (int i = 0; i < 7; i++) run_step(s.run);
            weights_of(s.net, t ? got : wanted);
            if (t) assert_string_equal(got, wanted);
            close_run(&s);
        }
    }
}

/* From the middle of an epoch, with what is frozen in the checkpoint. */
static void resuming_changes_nothing(void **state) {
    (void)state;
    char path[] = "/tmp/embudo-test-freeze-XXXXXX.safetensors";
    close(mkstemps(path, 12));
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        char wanted[TEST_SHA_TEXT], got[TEST_SHA_TEXT];
        run_setting s = open_case(c, 2, true);
        run_step(s.run);
        assert_int_equal(emb_run_save(s.run, path, NULL, 0), EMB_OK);
        run_step(s.run);
        weights_of(s.net, wanted);
        emb_run_free(s.run);
        s.run = emb_run_resume(s.net, s.images, path, 3);
        if (!s.run) fail_msg("%s", emb_error());
        run_step(s.run);
        assert_string_equal(weights_of(s.net, got), wanted);
        close_run(&s);
    }
    unlink(path);
}

/* Between steps the network is like any other. */
static void gradients_are_of_all_weights(void **state) {
    (void)state;
    run_setting s = open_case(0, 1, true);
    run_step(s.run);
    float *gradients = calloc(s.net->param_count, sizeof *gradients);
    assert_int_equal(emb_net_gradients(s.net, s.images, NULL, 0, gradients, NULL), EMB_OK);
    assert_true(gradients[0] != 0);
    free(gradients);
    close_run(&s);
}

#define NORMED                                                                                     \
    "input = 1, 2, 2\nencoder = Sequential(Flatten(), Linear(4, 3))\ndecoder = "                   \
    "Sequential(Linear(3, 7), BatchNorm1d(7), Tanh(), Dropout(0.5), Linear(7, 4), "                \
    "Unflatten(1, (1, 2, 2)))"

/* The loss outside of a training. */
static double error_of(emb_net *net, const emb_images *images) {
    enum { COUNT = 50 * 4 };
    float pixels[COUNT], made[COUNT];
    double sum = 0;
    assert_int_equal(emb_images_fetch(images, NULL, 50, pixels, NULL), EMB_OK);
    emb__net_changed(net);
    assert_int_equal(emb_net_reconstruct(net, pixels, 50, made, 1), EMB_OK);
    for (int i = 0; i < COUNT; i++) {
        sum += ((double)made[i] - (double)pixels[i]) * ((double)made[i] - (double)pixels[i]);
    }
    return sum / COUNT;
}

/* What is frozen runs as in an evaluation, on the way back, too: the encoder's gradients are those
 * of that loss, by finite differences. */
static void gradients_pass_through_what_is_frozen(void **state) {
    (void)state;
    const emb_train_options options = {.freeze = "decoder",
                                       .optimiser = EMB_OPTIMISER_SGD,
                                       .learning_rate = 1,
                                       .batch_size = 50,
                                       .val_split = -1};
    run_setting s = open_run(NORMED, 50, &options);
    for (int i = 0; i < s.net->tensor_count; i++) { /* statistics that are not 0 and 1 */
        const emb__param *p = s.net->tensors[i].param;
        for (size_t k = 0; p->is_buffer && !p->is_counter && k < p->count; k++) {
            s.net->params[p->at + k] = 0.3f + 0.2f * (float)k;
        }
    }
    float *before = copy_numbers(s.net);
    const double loss = error_of(s.net, s.images);
    assert_true(fabs((double)run_step(s.run) - loss) < 1e-6);
    float *after = copy_numbers(s.net);
    for (size_t i = 0; i < 15; i++) {
        const float step = 0.01f;
        double sides[2];
        for (int side = 0; side < 2; side++) {
            memcpy(s.net->params, before, s.net->number_count * sizeof *before);
            s.net->params[i] += side ? step : -step;
            sides[side] = error_of(s.net, s.images);
        }
        const double wanted = (sides[1] - sides[0]) / (2 * (double)step);
        const double got = (double)before[i] - (double)after[i];
        if (fabs(got - wanted) > 1e-4 + 0.01 * fabs(wanted))
            fail_msg("%zu: %g, %g", i, got, wanted);
    }
    free(before);
    free(after);
    close_run(&s);
}

static const struct {
    const char *freeze, *text;
} refused[] = {
    {"encodr", "freeze: small has nothing called 'encodr'; did you mean encoder?"},
    {"first", "freeze: small has nothing called 'first'; expected a part (encoder) or layers in "
              "it, such as encoder.0 or encoder.0-1"},
    {"enc", "nothing called 'enc'"},
    {"encoder.4", "nothing called 'encoder.4'"},
    {"encoder.0-4", "nothing called 'encoder.0-4'"},
    {"encoder.3-0", "nothing called 'encoder.3-0'"},
    {"encoder.-1", "nothing called 'encoder.-1'"},
    {"encoder,decoder.9999999", "nothing called 'decoder.9999999'"},
    {"encoder.", "nothing called 'encoder.'"},
    {"encoder, decoder", "freeze: 'encoder, decoder' leaves nothing of small to train"},
    {"encoder.0-3,decoder.0-2", "leaves nothing"},
};

static void what_is_not_there_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(refused); i++) {
        emb_train_options options = {0};
        snprintf(options.freeze, sizeof options.freeze, "%s", refused[i].freeze);
        run_setting s = prepare_run(PLAIN, 50, &options);
        assert_null(s.run);
        if (!strstr(emb_error(), refused[i].text)) fail_msg("%s", emb_error());
        close_run(&s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frozen_weights_stay),
        cmocka_unit_test(others_are_trained_as_ever),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(resuming_changes_nothing),
        cmocka_unit_test(gradients_are_of_all_weights),
        cmocka_unit_test(what_is_not_there_is_refused),
        cmocka_unit_test(gradients_pass_through_what_is_frozen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
