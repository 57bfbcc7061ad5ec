/* train/losses: CrossEntropyLoss: the functions behind it, and its gradient by differences. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "kernels/math.h"
#include "support/support.h"
#include "train/run.h"

static void logarithm_and_exponential_are_exact_enough(void **state) {
    (void)state;
    const double bound = 4e-16; /* relative: two units of the last place */
    for (int i = 0; i < 100000; i++) {
        const double x = 1 + i * 0.00777, y = -700 + i * 0.014;
        const double log_error = fabs(emb__log(x) - log(x)),
                     exp_error = fabs(emb__exp(y) / exp(y) - 1);
        if (!(log_error <= bound * (1 + fabs(log(x))))) fail_msg("log(%a)", x);
        /* The reduction loses a unit for each doubling of |x|. */
        if (!(exp_error <= bound * (1 + fabs(y) / 100))) fail_msg("exp(%a): %g", y, exp_error);
    }
    const double none[] = {0, -1, INFINITY, NAN};
    for (size_t i = 0; i < TEST_COUNT(none); i++) assert_true(isnan(emb__log(none[i])));
}

static void softmax_sums_to_one(void **state) {
    (void)state;
    const float logits[3][4] = {{0, 0, 0, 0}, {1, 2, 3, 4}, {-1000, 0, 1000, 5}};
    float p[3][4];
    emb_softmax(&logits[0][0], 3, 4, &p[0][0]);
    for (int i = 0; i < 3; i++) {
        double sum = 0, exact = 0;
        for (int c = 0; c < 4; c++)
            exact += exp((double)logits[i][c] - (double)logits[i][i == 2 ? 2 : 3]);
        for (int c = 0; c < 4; c++) {
            const double wanted =
                exp((double)logits[i][c] - (double)logits[i][i == 2 ? 2 : 3]) / exact;
            assert_true(fabs((double)p[i][c] - wanted) <= 1e-7);
            sum += (double)p[i][c];
        }
        assert_true(fabs(sum - 1) <= 1e-6);
    }
}

enum { TINY_COUNT = 21 };

/* The mean cross entropy of all images, by the definition of each layer in double precision. */
static double exact_loss(const emb_net *net, const double *params, const emb_images *images) {
    double sum = 0;
    for (size_t i = 0; i < images->count; i++) {
        float pixels[60];
        double at[2][64];
        emb_images_float(images, i, pixels);
        for (int p = 0; p < 60; p++) at[0][p] = (double)pixels[p];
        int now = 0;
        for (int l = 0; l < net->layer_count; l++, now = 1 - now) {
            test_layer(&net->layers[l], params, at[now], at[1 - now]);
        }
        double terms = 0;
        for (int c = 0; c < TEST_CLASSES; c++) terms += exp(at[now][c]);
        sum += log(terms) - at[now][emb_images_label(images, i)];
    }
    return sum / (double)images->count;
}

/* The gradient of a step, read off Adam's first moment: m = (1 - beta1) g. */
static void gradients_are_the_losses_slopes(void **state) {
    (void)state;
    const int shape[3] = {2, 6, 5};
    const double small = 1e-5, tolerance = 2e-6; /* float32's rounding of numbers below 1 */
    emb_images *images = test_labelled(TINY_COUNT, shape, TEST_CLASSES, 3);
    emb_net *net = emb_net_parse(test_classifier, "tiny", NULL);
    emb_run *run =
        emb_run_new(net, images, &(emb_train_options){.val_split = -1, .batch_size = TINY_COUNT});
    if (!run) fail_msg("%s", emb_error());
    double *params = emb__calloc(net->param_count, sizeof *params);
    for (size_t i = 0; i < net->param_count; i++) params[i] = (double)net->params[i];
    float loss;
    const double wanted = exact_loss(net, params, images);
    assert_int_equal(emb_run_step(run, &loss), EMB_OK);
    assert_true(fabs((double)loss - wanted) <= tolerance);
    for (size_t i = 0; i < net->param_count; i++) {
        const double kept = params[i];
        params[i] = kept + small;
        const double above = exact_loss(net, params, images);
        params[i] = kept - small;
        const double slope = (above - exact_loss(net, params, images)) / (2 * small);
        params[i] = kept;
        if (!(fabs((double)run->update.state[0][i] / 0.1 - slope) <= tolerance)) {
            fail_msg("parameter %zu: %g, expected %g", i, (double)run->update.state[0][i] / 0.1,
                     slope);
        }
    }
    emb__free(params);
    emb_run_free(run);
    emb_net_free(net);
    emb_images_free(images);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logarithm_and_exponential_are_exact_enough),
        cmocka_unit_test(softmax_sums_to_one),
        cmocka_unit_test(gradients_are_the_losses_slopes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
