/* Training against noise: what the loss compares with, and study/denoising.c, which measures what
 * is taken off. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"

enum { SIDE = 5, PIXELS = SIDE * SIDE, COUNT = 400 };

static const int shape[3] = {1, SIDE, SIDE};

/* The loss of a first step, and that of the validation after it, of a network whose weights are 0
 * (`blank`) or drawn. */
static void first_losses(const emb_images *images, const char *loss, const char *denoise,
                         bool blank, double losses[2]) {
    emb_train_options options = {0};
    emb_net *net = emb_net_parse("input = 1, 5, 5\n"
                                 "encoder = Sequential(Flatten(), Linear(25, 3))\n"
                                 "decoder = Sequential(Linear(3, 25), Sigmoid(), "
                                 "Unflatten(1, (1, 5, 5)))",
                                 "net", NULL);
    float first = 0;
    emb_epoch done = {0};
    snprintf(options.denoise, sizeof options.denoise, "%s", denoise);
    snprintf(options.loss, sizeof options.loss, "%s", loss);
    options.keep_weights = blank;
    options.batch_size = COUNT;
    options.learning_rate = 1e-30;
    emb_run *run = emb_run_new(net, images, &options);
    if (!run || emb_run_step(run, &first) != EMB_OK || emb_run_finish_epoch(run, &done) != EMB_OK) {
        fail_msg("%s", emb_error());
    }
    losses[0] = (double)first;
    losses[1] = done.validation_loss;
    emb_run_free(run);
    emb_net_free(net);
}

/* A network that reads nothing has the loss of the clean images, whatever noise is on its input;
 * one that reads does not. */
static void the_goal_is_clean(void **state) {
    static const char *const kinds[] = {"mse", "l1", "bce", "ssim(window=5)", "mse + 0.5*huber"};
    uint8_t pixels[COUNT * PIXELS];
    for (size_t i = 0; i < COUNT * PIXELS; i++) pixels[i] = (uint8_t)(i * i * 31 % 253);
    emb_images *images = emb_images_new(pixels, NULL, COUNT, shape);
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(kinds); i++) {
        for (int blank = 0; blank < 2; blank++) {
            double clean[2], noisy[2];
            first_losses(images, kinds[i], "", blank, clean);
            first_losses(images, kinds[i], "gaussian=0.3", blank, noisy);
            for (int k = 0; k < 2; k++) assert_true((clean[k] == noisy[k]) == blank);
        }
    }
    emb_images_free(images);
}

/* What eval prints of such a network: the noise's own size, and the error against clean images. */
static void what_is_taken_off_is_measured(void **state) {
    emb_net *net = emb_net_parse("input = 1, 5, 5\nencoder = Sequential(Flatten(), Linear(25, 3))\n"
                                 "decoder = Sequential(Linear(3, 25), Sigmoid(), "
                                 "Unflatten(1, (1, 5, 5)))",
                                 "net", NULL);
    static uint8_t pixels[COUNT * PIXELS];
    memset(pixels, 51, sizeof pixels); /* 0.2 */
    emb_images *images = emb_images_new(pixels, NULL, COUNT, shape);
    emb_denoising d;
    (void)state;
    if (emb_net_score_denoising(net, images, NULL, 0, "mask=0.25", 0, 2, &d) != EMB_OK) {
        fail_msg("%s", emb_error());
    }
    assert_true(fabs(d.noisy_mse - 0.25 * 0.04) < 0.001 && d.count == COUNT);
    assert_true(fabs(d.mse - 0.09) < 1e-6);
    assert_true(fabs(d.psnr - 10.4576) < 1e-3);
    assert_true(fabs(d.noisy_psnr - 10 * log10(1 / d.noisy_mse)) < 1e-9);
    assert_int_equal(emb_net_score_denoising(net, images, NULL, 0, "", 0, 2, &d), EMB_ERR_ARGUMENT);
    assert_int_equal(emb_net_score_denoising(net, images, NULL, 0, "mask=2", 0, 2, &d),
                     EMB_ERR_ARGUMENT);
    emb_images_free(images);
    emb_net_free(net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_goal_is_clean),
        cmocka_unit_test(what_is_taken_off_is_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
