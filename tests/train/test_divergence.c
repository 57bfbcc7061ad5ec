/* train/: numbers that are no longer finite: where it is told, and what is left. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/runs.h"

static bool all_finite(const emb_net *net) {
    for (size_t i = 0; i < net->param_count; i++) {
        if (!isfinite(net->params[i])) return false;
    }
    return true;
}

/* Steps until one fails; its number. */
static size_t diverge(emb_run *run) {
    for (size_t taken = 0; taken < 20; taken++) {
        float loss;
        const emb_status status = emb_run_step(run, &loss);
        if (status == EMB_ERR_DIVERGED) {
            assert_true(!isfinite(loss));
            return taken;
        }
        assert_int_equal(status, EMB_OK);
        assert_true(isfinite(loss));
    }
    fail_msg("20 steps at a learning rate of 1e30, and no complaint");
    return 0;
}

static void divergence_names_the_step_and_can_be_undone(void **state) {
    (void)state;
    run_setting s = open_run(DEEP, 500, &(emb_train_options){.learning_rate = 1e30});
    float initial[160], kept[160];
    char text[160];
    assert_true(s.net->param_count <= TEST_COUNT(initial));
    const size_t bytes = s.net->param_count * sizeof *initial;
    memcpy(initial, s.net->params, bytes);
    const size_t failed = diverge(s.run);
    snprintf(text, sizeof text, "the loss is not a finite number at step %zu: ", failed);
    assert_memory_equal(emb_error(), text, strlen(text));
    assert_int_equal(emb_run_steps(s.run), failed);
    /* No update: another try fails alike, and moves no weight. */
    memcpy(kept, s.net->params, bytes);
    assert_int_equal(diverge(s.run), 0);
    assert_memory_equal(kept, s.net->params, bytes);
    emb_run_restore(s.run);
    assert_memory_equal(initial, s.net->params, bytes);
    assert_true(all_finite(s.net));
    close_run(&s);
}

/* A good epoch, then a bad one: what comes back are the weights at the good one's end. */
static void restore_gives_the_last_epochs_end(void **state) {
    (void)state;
    run_setting s = open_run(DEEP, 500, NULL);
    float kept[160];
    emb_epoch done;
    assert_int_equal(emb_run_epoch(s.run, &done), EMB_OK);
    const size_t bytes = s.net->param_count * sizeof *kept;
    memcpy(kept, s.net->params, bytes);
    s.run->options.learning_rate = 1e30;
    diverge(s.run);
    assert_true(memcmp(kept, s.net->params, bytes) != 0);
    emb_run_restore(s.run);
    assert_memory_equal(kept, s.net->params, bytes);
    close_run(&s);
}

/* An epoch of one step: its loss is taken before the update that spoils the weights, so that the
 * epoch's end has to see it. */
static void an_epoch_that_ends_badly_is_not_kept(void **state) {
    (void)state;
    static const double shares[] = {0.2, -1};
    for (size_t i = 0; i < TEST_COUNT(shares); i++) {
        run_setting s = open_run(
            DEEP, 20,
            &(emb_train_options){.learning_rate = 1e300, .val_split = shares[i], .batch_size = 20});
        emb_epoch done;
        assert_int_equal(emb_run_epoch(s.run, &done), EMB_ERR_DIVERGED);
        emb_run_restore(s.run);
        assert_true(all_finite(s.net));
        close_run(&s);
    }
}

/* The loss of the first step is finite and so are the weights, but a gradient is beyond float32: of
 * one image alone NaN where its pixel is black, of two together infinite where they are white. That
 * step's update spoils the weights, and the next step, or the epoch's end, names the layer's. */
static void a_gradient_alone_that_is_not_finite(void **state) {
    (void)state;
    static const int shape[3] = {1, 2, 2};
    static const uint8_t pixels[] = {0, 255, 255, 255, 0, 255, 255, 255};
    static const struct {
        int batch_size;
        const char *tensor, *told;
    } cases[] = {{1, "encoder.1.weight is not finite (number 0)", "at step 1: "},
                 {2, "encoder.1.weight is not finite (number 1)", "after step 1: "}};
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        run_setting s = {.net = emb_net_parse(SMALL, "small", NULL),
                         .images = emb_images_new(pixels, NULL, 2, shape)};
        for (size_t i = 0; i < emb_net_tensor_count(s.net); i++) {
            emb_tensor_info tensor;
            emb_net_tensor(s.net, i, &tensor);
            float *values = s.net->params + (tensor.values - s.net->params);
            const bool decoder = strncmp(tensor.name, "decoder.", 8) == 0;
            for (size_t k = 0; k < tensor.count; k++) values[k] = decoder ? 3e38F : 0;
        }
        s.run = emb_run_new(s.net, s.images,
                            &(emb_train_options){.keep_weights = true,
                                                 .val_split = -1,
                                                 .batch_size = cases[c].batch_size});
        if (!s.run) fail_msg("%s", emb_error());
        assert_int_equal(emb_net_check(s.net), EMB_OK);
        assert_true(isfinite(run_step(s.run)));
        assert_int_equal(emb_net_check(s.net), EMB_ERR_DIVERGED);
        assert_string_equal(emb_error(), cases[c].tensor);
        float loss;
        emb_epoch done;
        assert_int_equal(emb_run_epoch_done(s.run) ? emb_run_finish_epoch(s.run, &done)
                                                   : emb_run_step(s.run, &loss),
                         EMB_ERR_DIVERGED);
        char text[160];
        snprintf(text, sizeof text, "the loss is not a finite number %s%s", cases[c].told,
                 cases[c].tensor);
        assert_string_equal(emb_error(), text);
        emb_run_restore(s.run);
        assert_true(all_finite(s.net));
        close_run(&s);
    }
}

/* Which layer's statistics of a batch there are not, and why: an evaluation has others. */
static void statistics_are_told(void **state) {
    (void)state;
    static const struct {
        const char *layer, *text;
    } cases[] = {
        {"BatchNorm2d(2, eps=0)", "encoder.1 BatchNorm2d has eps=0, and channel 1 of its input is "
                                  "one number in the whole batch: write an eps, such as 1e-05"},
        {"BatchNorm2d(2, eps=0, affine=False)",
         "encoder.1 BatchNorm2d has eps=0, and channel 1 of its input is one number in the whole "
         "batch: write an eps, such as 1e-05"},
        {"BatchNorm2d(2)", NULL},
    };
    const int shape[3] = {2, 2, 2};
    float values[40 * 8];
    test_noise(values, TEST_COUNT(values), 3);
    for (size_t i = 0; i < TEST_COUNT(values); i++) {
        if (i / 4 % 2) values[i] = 0.5F;
    }
    emb_images *images = emb_images_new_float(values, NULL, 40, shape);
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        char text[256], wanted[256];
        float loss;
        snprintf(text, sizeof text,
                 "input = 2, 2, 2\nencoder = Sequential(Identity(), %s, Flatten(), Linear(8, 2))\n"
                 "decoder = Sequential(Linear(2, 8), Unflatten(1, (2, 2, 2)))\n",
                 cases[c].layer);
        emb_net *net = emb_net_parse(text, "normed", NULL);
        emb_run *run = emb_run_new(net, images, NULL);
        if (!run) fail_msg("%s", emb_error());
        const emb_status status = emb_run_step(run, &loss);
        assert_int_equal(status, cases[c].text ? EMB_ERR_DIVERGED : EMB_OK);
        snprintf(wanted, sizeof wanted, "the loss is not a finite number at step 0: %s",
                 cases[c].text ? cases[c].text : "");
        if (cases[c].text) assert_string_equal(emb_error(), wanted);
        emb_run_free(run);
        emb_net_free(net);
    }
    emb_images_free(images);
}

/* Gradients of numbers around 1e17 are finite, and their squares are not: Adam would divide by
 * infinity and leave the weights where they are for ever. */
static void a_second_moment_too_large_is_told(void **state) {
    (void)state;
    static const int shape[3] = {1, 2, 2};
    static const struct {
        float size;
        emb_status status;
    } cases[] = {{1, EMB_OK}, {1e6F, EMB_OK}, {1e17F, EMB_ERR_DIVERGED}};
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        float values[8 * 4], loss;
        test_noise(values, TEST_COUNT(values), 3);
        for (size_t i = 0; i < TEST_COUNT(values); i++) values[i] *= cases[c].size;
        run_setting s = {.net = emb_net_parse(SMALL, "small", NULL),
                         .images = emb_images_new_float(values, NULL, 8, shape)};
        s.run = emb_run_new(s.net, s.images, &(emb_train_options){.batch_size = 2});
        if (!s.run) fail_msg("%s", emb_error());
        assert_int_equal(emb_run_step(s.run, &loss), cases[c].status);
        assert_true(isfinite(loss));
        if (cases[c].status != EMB_OK) {
            assert_non_null(strstr(emb_error(), "at step 0 the squares of encoder.1.weight's"));
            assert_non_null(strstr(emb_error(), "scale the images' numbers"));
        }
        close_run(&s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(divergence_names_the_step_and_can_be_undone),
        cmocka_unit_test(restore_gives_the_last_epochs_end),
        cmocka_unit_test(an_epoch_that_ends_badly_is_not_kept),
        cmocka_unit_test(a_gradient_alone_that_is_not_finite),
        cmocka_unit_test(a_second_moment_too_large_is_told),
        cmocka_unit_test(statistics_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
