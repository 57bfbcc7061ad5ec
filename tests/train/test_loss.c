/* Which loss a network has, what it asks of a step, and what updates the weights. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"
#include "train/losses/loss.h"
#include "train/losses/loss_text.h"
#include "train/optimisers/optimiser_table.h"

#define ENCODER    "input = 1, 2, 3\nencoder = Sequential(Flatten(), Linear(6, 2))\n"
#define DECODER    "decoder = Sequential(Linear(2, 6), Unflatten(1, (1, 2, 3)))\n"
#define CLASSIFIER "classifier = Sequential(Linear(2, 4))\n"

static const struct {
    const char *notation, *loss;
    size_t terms;
} cases[] = {
    {ENCODER DECODER, "MSELoss", 6},
    {ENCODER CLASSIFIER, "CrossEntropyLoss", 1},
    {"input = 2\n" CLASSIFIER, "CrossEntropyLoss", 1},
    {ENCODER, NULL, 0},
    {"input = 2\n" DECODER, NULL, 0},
};

static void a_network_has_the_loss_of_its_last_part(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_net *net = emb_net_parse(cases[i].notation, "loss", NULL);
        if (!net) fail_msg("%s", emb_error());
        const char *name = emb_net_loss(net);
        assert_int_equal(name != NULL, cases[i].loss != NULL);
        if (name) {
            emb__loss loss;
            const double errors[] = {1, 2, 6};
            assert_string_equal(name, cases[i].loss);
            assert_int_equal(emb__loss_make(&loss, net, NULL), EMB_OK);
            assert_int_equal(emb__loss_terms(&loss, net), cases[i].terms);
            assert_true(emb__loss_mean(&loss, net, errors, 3) == 3.0 / (double)cases[i].terms);
        }
        emb_net_free(net);
    }
}

/* A text, and how it is printed; or what it is refused with. */
static const struct {
    const char *text, *printed, *refused;
} texts[] = {
    {"", "", NULL},
    {"mse", "MSELoss", NULL},
    {"MSELoss", "MSELoss", NULL},
    {"  mse+0.20*ssim ", "MSELoss + 0.2*SSIM", NULL},
    {"1*mse", "MSELoss", NULL},
    {"2 * MS-SSIM(levels = 3, data_range=2)", "2*MS_SSIM(data_range=2, levels=3)", NULL},
    {"smooth_l1(beta=0.1)+SmoothL1Loss()", "SmoothL1Loss(beta=0.1) + SmoothL1Loss", NULL},
    {"huber(delta=1)", "HuberLoss", NULL},
    {"1e-3*bce + bcewithlogits", "0.001*BCELoss + BCEWithLogitsLoss", NULL},
    {"CrossEntropyLoss(label_smoothing=0.1)", "CrossEntropyLoss(label_smoothing=0.1)", NULL},
    {"mze", NULL,
     "loss \"mze\": expected one of mse, l1, smooth_l1, huber, bce, bce_with_logits, ssim, "
     "ms_ssim, "
     "cross_entropy at \"mze\"; did you mean mse?"},
    {"mse + ", NULL,
     "loss \"mse + \": expected one of mse, l1, smooth_l1, huber, bce, bce_with_logits, ssim, "
     "ms_ssim, cross_entropy at \"\""},
    {"mse - l1", NULL, "loss \"mse - l1\": expected + or the end at \"- l1\""},
    {"mse l1", NULL, "loss \"mse l1\": expected + or the end at \"l1\""},
    {"0*mse", NULL, "loss \"0*mse\": a weight must be above 0"},
    {"1e999*mse", NULL, "loss \"1e999*mse\": expected a number at \"1e999*mse\""},
    {"0.5 mse", NULL, "loss \"0.5 mse\": expected * and a loss at \"mse\""},
    {"mse(beta=1)", NULL, "loss \"mse(beta=1)\": MSELoss has no arguments: \"beta=1\""},
    {"mse(1) + l1", NULL, "loss \"mse(1) + l1\": MSELoss has no arguments: \"1\""},
    {"cross_entropy(0.2)", NULL,
     "loss \"cross_entropy(0.2)\": arguments of CrossEntropyLoss have names: write "
     "label_smoothing=0.2"},
    {"huber( 1 )", NULL, "loss \"huber( 1 )\": arguments of HuberLoss have names: write delta=1"},
    {"ssim(1, 7)", NULL, "loss \"ssim(1, 7)\": arguments of SSIM have names: write data_range=1"},
    {"ssim(data_range=1, 7)", NULL,
     "loss \"ssim(data_range=1, 7)\": arguments of SSIM have names: write window=7"},
    {"huber(delta)", NULL,
     "loss \"huber(delta)\": \"delta\" is no argument of HuberLoss, which has delta="},
    {"ssim(range=1, window=7)", NULL,
     "loss \"ssim(range=1, window=7)\": \"range=1\" is no argument of SSIM, which has data_range=, "
     "window=, sigma="},
    {"huber(", NULL, "loss \"huber(\": \"\" is no argument of HuberLoss, which has delta="},
    {"huber(delta=0)", NULL,
     "loss \"huber(delta=0)\": delta of HuberLoss: expected a number from 1e-30 to 1e+30, got 0"},
    {"huber(delta=x)", NULL, "loss \"huber(delta=x)\": expected a number at \"x)\""},
    {"huber(delta=1", NULL, "loss \"huber(delta=1\": expected ) at \"\""},
    {"ms_ssim(levels=2.5)", NULL,
     "loss \"ms_ssim(levels=2.5)\": levels of MS_SSIM: expected a whole number from 2 to 5, got "
     "2.5"},
    {"mse+mse+mse+mse+mse+mse+mse+mse+mse", NULL,
     "loss \"mse+mse+mse+mse+mse+mse+mse+mse+mse\": more than 8 terms"},
};

static void a_loss_has_one_text(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        char text[EMB_LOSS_TEXT], again[EMB_LOSS_TEXT];
        snprintf(text, sizeof text, "%s", texts[i].text);
        const emb_status status = emb__loss_text_tidy(text);
        if (texts[i].refused) {
            assert_int_equal(status, EMB_ERR_ARGUMENT);
            assert_string_equal(emb_error(), texts[i].refused);
            continue;
        }
        if (status != EMB_OK) fail_msg("%s", emb_error());
        assert_string_equal(text, texts[i].printed);
        snprintf(again, sizeof again, "%s", text);
        assert_int_equal(emb__loss_text_tidy(again), EMB_OK);
        assert_string_equal(again, text);
    }
    char endless[EMB_LOSS_TEXT];
    memset(endless, ' ', sizeof endless);
    assert_int_equal(emb__loss_text_tidy(endless), EMB_ERR_ARGUMENT);
}

static void optimisers_name_what_they_keep(void **state) {
    (void)state;
    assert_string_equal(emb_train_optimiser(NULL), "Adam");
    for (const emb__optimiser *const *o = emb__optimisers; *o; o++) {
        assert_in_range((*o)->array_count, 0, EMB__OPTIMISER_ARRAYS);
        for (int i = 0; i < (*o)->array_count; i++) {
            const char *array = (*o)->arrays[i];
            assert_true(strlen(array) > 1 && array[strlen(array) - 1] == '.');
            for (int j = 0; j < i; j++) assert_string_not_equal(array, (*o)->arrays[j]);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_has_the_loss_of_its_last_part),
        cmocka_unit_test(a_loss_has_one_text),
        cmocka_unit_test(optimisers_name_what_they_keep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
