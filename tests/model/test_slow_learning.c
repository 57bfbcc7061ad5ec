/* Each loss, optimiser and schedule: the same bits for any number of threads, on every instruction
 * set, and resumed from any step. test_records.c says that they are PyTorch's numbers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/folder.h"
#include "support/support.h"

/* So many weights that their norm is made of several chunks, and that threads share them out. */
#define PICTURES                                                                                   \
    "input = 1, 24, 24\n"                                                                          \
    "encoder = Sequential(Conv2d(1, 4, 3, stride=2, padding=1), Tanh(), Flatten(), Linear(576, "   \
    "3))\n"                                                                                        \
    "decoder = Sequential(Linear(3, 24), Tanh(), Linear(24, 576), Sigmoid(), "                     \
    "Unflatten(1, (1, 24, 24)))"
#define NORMED                                                                                     \
    "input = 1, 24, 24\n"                                                                          \
    "encoder = Sequential(Conv2d(1, 4, 3, stride=2, padding=1), BatchNorm2d(4), ReLU(), "          \
    "Flatten(), Linear(576, 3))\n"                                                                 \
    "decoder = Sequential(Linear(3, 24), BatchNorm1d(24), Tanh(), Linear(24, 576), Sigmoid(), "    \
    "Unflatten(1, (1, 24, 24)))"
#define CLASSES                                                                                    \
    "input = 1, 24, 24\nclassifier = Sequential(Flatten(), Linear(576, 9), ReLU(), Linear(9, 5))"

/* An autoencoder of a kind, by the encoder's last layers and the decoder's first ones. */
#define KIND(code, decoder)                                                                        \
    "input = 1, 24, 24\n"                                                                          \
    "encoder = Sequential(Conv2d(1, 4, 3, stride=2, padding=1), Tanh(), " code ")\n"               \
    "decoder = Sequential(" decoder ", Linear(24, 576), Sigmoid(), Unflatten(1, (1, 24, 24)))"
#define ROW_DECODER "Linear(3, 24), Tanh()"
#define SHARED                                                                                     \
    "input = 1, 24, 24\n"                                                                          \
    "encoder = Sequential(Flatten(), Linear(576, 12, name='first'), Tanh(), "                      \
    "Linear(12, 12, name='twice'), Tanh(), Linear(12, 12, name='twice'))\n"                        \
    "decoder = Sequential(Linear(12, 12, name='twice'), Tanh(), Linear(12, 576, name='last'), "    \
    "Sigmoid(), Unflatten(1, (1, 24, 24)))\n"                                                      \
    "unused = Sequential(Linear(3, 4, name='old'), BatchNorm1d(5, name='norm'))\n"                 \
    "order = 'old', 'first', 'twice', 'last'"

enum { IMAGES = 60, STEPS = 8 };

static const emb_train_options cases[] = {
    {.loss = "mse + 0.2*ssim", .batch_size = 16},
    {.loss = "0.5*ms_ssim(levels=2) + l1", .batch_size = 37},
    {.loss = "smooth_l1(beta=0.1)", .optimiser = EMB_OPTIMISER_ADAMW, .batch_size = 16},
    {.loss = "huber(delta=0.2)", .amsgrad = true, .weight_decay = 0.01, .batch_size = 24},
    {.loss = "bce", .optimiser = EMB_OPTIMISER_NADAM, .clip_norm = 0.05, .batch_size = 16},
    {.loss = "bce_with_logits", .optimiser = EMB_OPTIMISER_RMSPROP, .clip_value = 0.001},
    {.optimiser = EMB_OPTIMISER_RMSPROP, .centered = true, .momentum = 0.9, .batch_size = 20},
    {.optimiser = EMB_OPTIMISER_SGD, .momentum = 0.9, .nesterov = true, .ema = 0.9},
    {.optimiser = EMB_OPTIMISER_SGD,
     .momentum = 0.5,
     .dampening = 0.1,
     .clip_norm = 0.1,
     .clip_value = 0.01,
     .ema = 0.99,
     .batch_size = 33},
    {.optimiser = EMB_OPTIMISER_SGD, .schedule = EMB_SCHEDULE_ONE_CYCLE, .epochs = 3},
    {.schedule = EMB_SCHEDULE_ONE_CYCLE, .epochs = 3, .ema = 0.5, .batch_size = 16},
    {.schedule = EMB_SCHEDULE_STEP, .step_size = 1, .gamma = 0.5, .batch_size = 32, .warmup = 3},
    {.schedule = EMB_SCHEDULE_PLATEAU,
     .patience = -1,
     .threshold = 0.9,
     .factor = 0.5,
     .batch_size = 32,
     .stop_patience = 2,
     .stop_min_delta = 1},
    {.optimiser = EMB_OPTIMISER_NADAM,
     .decoupled_weight_decay = true,
     .weight_decay = 0.1,
     .schedule = EMB_SCHEDULE_COSINE,
     .epochs = 3,
     .eta_min = 0.001,
     .batch_size = 16},
    {.beta1 = -1, .beta2 = -1, .epsilon = 0.01},
    {.optimiser = EMB_OPTIMISER_NADAM, .beta1 = -1},
    {.optimiser = EMB_OPTIMISER_RMSPROP, .alpha = -1, .learning_rate = 1e-4},
    {.schedule = EMB_SCHEDULE_PLATEAU,
     .patience = -1,
     .threshold = 9,
     .threshold_mode = EMB_THRESHOLD_ABS,
     .cooldown = 2,
     .min_lr = 3e-4,
     .batch_size = 48},
    {.schedule = EMB_SCHEDULE_PLATEAU,
     .patience = -1,
     .threshold = 0.9,
     .factor = -1,
     .batch_size = 32},
    {.denoise = "gaussian=0.3", .batch_size = 16},
    {.denoise = "salt=0.1", .augment = "shift=2,flip", .loss = "mse + 0.2*ssim", .batch_size = 20},
    {.denoise = "mask=0.25", .augment = "brightness=0.2", .loss = "bce", .batch_size = 37},
    {.augment = "rotate=10,zoom=0.1,contrast=0.2", .loss = "l1"},
    {.loss = "cross_entropy(label_smoothing=0.1)", .batch_size = 30, .ema = 0.9},
    {.loss = "cross_entropy",
     .schedule = EMB_SCHEDULE_PLATEAU,
     .mode = EMB_PLATEAU_MAX,
     .patience = -1,
     .batch_size = 48},
};

/* With a network that has statistics of batches: their averages are buffers. */
static const emb_train_options normed_cases[] = {
    {.ema = 0.9, .batch_size = 16},
    {.denoise = "gaussian=0.3", .augment = "flip,rotate=180", .batch_size = 33},
    {.ema = 0.5,
     .batch_size = 33,
     .optimiser = EMB_OPTIMISER_SGD,
     .momentum = 0.9,
     .schedule = EMB_SCHEDULE_ONE_CYCLE,
     .epochs = 3},
};

/* Kinds of autoencoder. */
static const struct {
    const char *text;
    emb_train_options options;
} kinds[] = {
    {KIND("Flatten(), Linear(576, 6), Variational()", ROW_DECODER), {.batch_size = 16}},
    {KIND("Flatten(), Parallel(Linear(576, 3), Linear(576, 3)), "
          "Variational(beta=4, warmup=1.5)",
          ROW_DECODER),
     {.batch_size = 37, .loss = "bce", .ema = 0.9, .augment = "flip"}},
    {KIND("Flatten(), Linear(576, 6), BatchNorm1d(6), Variational(free_bits=0.3)", ROW_DECODER),
     {.batch_size = 33, .loss = "bce", .denoise = "gaussian=0.3"}},
    {KIND("Conv2d(4, 8, 3, stride=2, padding=1), Variational(free_bits=9)",
          "Flatten(), Linear(144, 24)"),
     {.batch_size = 16}},
    {KIND("Condition(5), Conv2d(9, 8, 3, stride=2, padding=1), Flatten(), Linear(288, 6), "
          "Variational()",
          "Condition(5), Linear(8, 24), Tanh()"),
     {.batch_size = 37, .loss = "bce"}},
    {KIND("Flatten(), Linear(576, 3), Sparse(l1=0.1)", ROW_DECODER), {.batch_size = 16}},
    {KIND("Conv2d(4, 8, 3, stride=2, padding=1), Sigmoid(), Sparse(l1=0.01, kl=3)",
          "Flatten(), Linear(288, 24)"),
     {.batch_size = 33, .ema = 0.9}},
    {KIND("Flatten(), Linear(576, 3), Wasserstein()", ROW_DECODER), {.batch_size = 16}},
    {KIND("Flatten(), Linear(576, 3), BatchNorm1d(3), Wasserstein(weight=100)", ROW_DECODER),
     {.batch_size = 37, .loss = "bce"}},
    {KIND("Conv2d(4, 3, 3, stride=2, padding=1), VectorQuantizer(5, 3)",
          "Flatten(), Linear(108, 24)"),
     {.batch_size = 16}},
    {KIND("Flatten(), Linear(576, 3), VectorQuantizer(7, 3, commitment=1.0, decay=0.5)",
          ROW_DECODER),
     {.batch_size = 37, .loss = "bce", .ema = 0.9, .augment = "flip"}},
    /* what is frozen before a bottleneck, and behind it */
    {KIND("Flatten(), Linear(576, 6), Variational()", ROW_DECODER),
     {.batch_size = 16, .freeze = "encoder"}},
    {KIND("Flatten(), Linear(576, 3), VectorQuantizer(7, 3)", ROW_DECODER),
     {.batch_size = 37, .freeze = "decoder"}},
    /* as classes are: layers with one set of weights, and layers that are not run */
    {SHARED, {.batch_size = 37, .ema = 0.9, .clip_norm = 0.05}},
    {SHARED,
     {.batch_size = 16, .optimiser = EMB_OPTIMISER_SGD, .momentum = 0.9, .freeze = "encoder.1"}},
};

static bool is_classifier(const emb_train_options *o) { return strstr(o->loss, "cross"); }

static bool is_normed(const emb_train_options *o) {
    return o >= normed_cases && o < normed_cases + TEST_COUNT(normed_cases);
}

static emb_net *parse(const emb_train_options *o) {
    const char *text = is_classifier(o) ? CLASSES : is_normed(o) ? NORMED : PICTURES;
    for (size_t i = 0; i < TEST_COUNT(kinds); i++) {
        if (o == &kinds[i].options) text = kinds[i].text;
    }
    emb_net *net = emb_net_parse(text, "learning", NULL);
    if (!net) fail_msg("%s", emb_error());
    return net;
}

static const char *path_of(size_t step) {
    static char path[96];
    snprintf(path, sizeof path, "%s/%zu.safetensors", test_folder, step);
    return path;
}

/* Trains to the last step, saving before each where `save` is set; the weights, and the rate
 * that follows. */
static const char *train(emb_run *run, emb_net *net, bool save, char text[TEST_SHA_TEXT]) {
    test_sha sha = {0};
    while (emb_run_steps(run) < STEPS) {
        float loss;
        emb_epoch done;
        if (save && emb_run_save(run, path_of(emb_run_steps(run)), NULL, 0) != EMB_OK) {
            fail_msg("%s", emb_error());
        }
        if (emb_run_step(run, &loss) != EMB_OK) fail_msg("%s", emb_error());
        if (!emb_run_epoch_done(run)) continue;
        if (emb_run_finish_epoch(run, &done) != EMB_OK) fail_msg("%s", emb_error());
    }
    const double rate = emb_run_learning_rate(run);
    test_sha_begin(&sha);
    test_sha_weights(&sha, net);
    test_sha_add(&sha, &rate, sizeof rate);
    return test_sha_end(&sha, text);
}

static void run_anew(const emb_train_options *o, const emb_images *images, int threads, bool save,
                     char text[TEST_SHA_TEXT]) {
    emb_train_options own = *o;
    own.threads = threads;
    emb_net *net = parse(o);
    emb_run *run = emb_run_new(net, images, &own);
    if (!run) fail_msg("%s", emb_error());
    train(run, net, save, text);
    emb_run_free(run);
    emb_net_free(net);
}

static void run_resumed(const emb_images *images, size_t step, int threads,
                        char text[TEST_SHA_TEXT]) {
    emb_net *net = emb_net_open(path_of(step), NULL);
    emb_run *run = net ? emb_run_resume(net, images, path_of(step), threads) : NULL;
    if (!run) fail_msg("%s", emb_error());
    train(run, net, false, text);
    emb_run_free(run);
    emb_net_free(net);
}

static void check_case(const emb_train_options *o, const emb_images *images, size_t i) {
    static const int threads[] = {2, 3, 5, 8};
    char wanted[TEST_SHA_TEXT], got[TEST_SHA_TEXT];
    run_anew(o, images, 1, true, wanted);
    for (size_t t = 0; t < TEST_COUNT(threads); t++) {
        run_anew(o, images, threads[t], false, got);
        if (strcmp(got, wanted) != 0) fail_msg("case %zu: %d threads", i, threads[t]);
    }
    for (const char *const *isa = test_isas; *isa; isa++) {
        if (!test_use_isa(*isa)) continue;
        run_anew(o, images, 2, false, got);
        if (strcmp(got, wanted) != 0) fail_msg("case %zu: %s", i, *isa);
    }
    test_use_isa(NULL);
    for (size_t step = 0; step < STEPS; step++) {
        run_resumed(images, step, 1 + (int)(step % 3), got);
        if (strcmp(got, wanted) != 0) fail_msg("case %zu: from step %zu", i, step);
    }
}

static void one_result(void **state) {
    (void)state;
    const int shape[3] = {1, 24, 24};
    emb_images *images = test_labelled(IMAGES, shape, 5, 3);
    for (size_t i = 0; i < TEST_COUNT(cases); i++) check_case(&cases[i], images, i);
    emb_images_free(images);
}

static void one_result_with_batch_norm(void **state) {
    (void)state;
    const int shape[3] = {1, 24, 24};
    emb_images *images = test_labelled(IMAGES, shape, 5, 3);
    for (size_t i = 0; i < TEST_COUNT(normed_cases); i++) check_case(&normed_cases[i], images, i);
    emb_images_free(images);
}

static void one_result_of_each_kind(void **state) {
    (void)state;
    const int shape[3] = {1, 24, 24};
    emb_images *images = test_labelled(IMAGES, shape, 5, 3);
    for (size_t i = 0; i < TEST_COUNT(kinds); i++) check_case(&kinds[i].options, images, i);
    emb_images_free(images);
}

/* Options that were filled in are options. */
static void filled_options_can_be_given_again(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        emb_train_options once, twice;
        if (emb_train_fill(&cases[i], &once) != EMB_OK || emb_train_fill(&once, &twice) != EMB_OK) {
            fail_msg("case %zu: %s", i, emb_error());
        }
    }
}

/* The net has the averages, the checkpoint the trained weights too; and the first step's average is
 * the weights themselves. */
static void the_net_has_the_averages(void **state) {
    (void)state;
    emb_images *images = test_images(IMAGES, 1, 24, 24, 3);
    const emb_train_options plain = {.optimiser = EMB_OPTIMISER_SGD, .learning_rate = 0.5};
    emb_train_options averaged = plain;
    averaged.ema = 0.75;
    emb_net *nets[] = {parse(&plain), parse(&plain)};
    emb_run *runs[] = {emb_run_new(nets[0], images, &plain),
                       emb_run_new(nets[1], images, &averaged)};
    emb_tensor_info trained, mean;
    emb_net_tensor(nets[0], 0, &trained);
    emb_net_tensor(nets[1], 0, &mean);
    double wanted[64] = {0};
    for (int step = 0; step < 3; step++) {
        float loss[2];
        for (int i = 0; i < 2; i++) assert_int_equal(emb_run_step(runs[i], &loss[i]), EMB_OK);
        assert_true(loss[0] == loss[1]);
        for (size_t k = 0; k < trained.count; k++) {
            const double now = (double)trained.values[k];
            wanted[k] = step == 0 ? now : wanted[k] + 0.25 * (now - wanted[k]);
            assert_true(fabs((double)mean.values[k] - wanted[k]) < 1e-7);
            if (step == 0) assert_true(mean.values[k] == trained.values[k]);
        }
    }
    for (int i = 0; i < 2; i++) {
        emb_run_free(runs[i]);
        emb_net_free(nets[i]);
    }
    emb_images_free(images);
}

/* What is refused, and what it says. */
static void options_go_together(void **state) {
    (void)state;
    static const struct {
        emb_train_options options;
        const char *text;
    } refused[] = {
        {{.momentum = 0.9}, "momentum is of SGD and RMSprop, and the optimiser is Adam"},
        {{.optimiser = EMB_OPTIMISER_NADAM, .amsgrad = true},
         "amsgrad is of Adam and AdamW, and the optimiser is NAdam"},
        {{.optimiser = EMB_OPTIMISER_SGD, .beta1 = 0.5},
         "beta1 is of Adam, AdamW and NAdam, and the optimiser is SGD"},
        {{.optimiser = EMB_OPTIMISER_SGD, .beta2 = -1},
         "beta2 is of Adam, AdamW and NAdam, and the optimiser is SGD"},
        {{.optimiser = EMB_OPTIMISER_SGD, .epsilon = 1},
         "epsilon is of all optimisers but SGD, and the optimiser is SGD"},
        {{.alpha = 0.5}, "alpha is of RMSprop, and the optimiser is Adam"},
        {{.momentum_decay = 0.5}, "momentum_decay is of NAdam, and the optimiser is Adam"},
        {{.decoupled_weight_decay = true, .weight_decay = 1},
         "decoupled_weight_decay is of NAdam, and the optimiser is Adam"},
        {{.optimiser = EMB_OPTIMISER_NADAM, .decoupled_weight_decay = true},
         "decoupled_weight_decay requires a weight_decay"},
        {{.optimiser = EMB_OPTIMISER_SGD, .dampening = 0.5},
         "dampening is of SGD's momentum, and there is none"},
        {{.step_size = 1}, "step_size is of the schedule step, and the schedule is constant"},
        {{.gamma = 0.5}, "gamma is of the schedule step, and the schedule is constant"},
        {{.eta_min = 0.5}, "eta_min is of the schedule cosine, and the schedule is constant"},
        {{.pct_start = 0.5, .schedule = EMB_SCHEDULE_STEP, .step_size = 1},
         "pct_start is of the schedule one-cycle, and the schedule is step"},
        {{.fixed_momentum = true},
         "fixed_momentum is of the schedule one-cycle, and the schedule is constant"},
        {{.schedule = EMB_SCHEDULE_ONE_CYCLE,
          .epochs = 1,
          .fixed_momentum = true,
          .max_momentum = 0.5},
         "max_momentum is of a cycle of the momentum, and fixed_momentum leaves that out"},
        {{.factor = 0.5}, "factor is of the schedule plateau, and the schedule is constant"},
        {{.patience = -1}, "patience is of the schedule plateau, and the schedule is constant"},
        {{.cooldown = 1}, "cooldown is of the schedule plateau, and the schedule is constant"},
        {{.min_lr = 1}, "min_lr is of the schedule plateau, and the schedule is constant"},
        {{.mode = EMB_PLATEAU_MAX},
         "mode is of the schedule plateau, and the schedule is constant"},
        {{.threshold_mode = EMB_THRESHOLD_ABS},
         "threshold_mode is of the schedule plateau, and the schedule is constant"},
        {{.schedule = EMB_SCHEDULE_PLATEAU, .mode = EMB_PLATEAU_MAX},
         "mode: that the accuracy is to rise is of a classifier, and learning is none"},
        {{.stop_min_delta = 1}, "stop_min_delta is of early stopping, and stop_patience is 0"},
        {{.factor = 1, .schedule = EMB_SCHEDULE_PLATEAU},
         "factor: expected a number below 1, got 1"},
        {{.min_lr = -1, .schedule = EMB_SCHEDULE_PLATEAU}, "min_lr: expected 0 or more, got -1"},
        {{.optimiser = EMB_OPTIMISER_SGD, .nesterov = true},
         "Nesterov momentum requires a momentum and zero dampening"},
        {{.optimiser = (emb_optimiser)9}, "optimiser: expected one of EMB_OPTIMISER_..., got 9"},
        {{.ema = 1}, "decay of the average: expected 0 < decay < 1, got 1"},
        {{.clip_norm = -1}, "norm that clips: expected a number above 0, got -1"},
        {{.schedule = EMB_SCHEDULE_STEP},
         "step size of the schedule: expected 1 to 1000000, got 0"},
        {{.schedule = EMB_SCHEDULE_ONE_CYCLE},
         "epochs of the schedule: expected 1 to 1000000, got 0"},
        {{.stop_patience = -1}, "patience of early stopping: expected 1 to 1000000, got -1"},
        {{.loss = "cross_entropy"},
         "CrossEntropyLoss is a loss of a network with a classifier; "
         "learning has a decoder"},
        {{.loss = "ssim(window=8)"}, "SSIM: expected an odd window, got 8"},
        {{.loss = "ms_ssim"},
         "MS_SSIM: a window of 11 on all levels needs images of at least "
         "176x176; learning reads 24x24: take fewer, as MS_SSIM(levels=2), or "
         "SSIM"},
    };
    emb_images *images = test_images(IMAGES, 1, 24, 24, 3);
    emb_net *net = parse(&cases[0]);
    for (size_t i = 0; i < TEST_COUNT(refused); i++) {
        assert_null(emb_run_new(net, images, &refused[i].options));
        assert_string_equal(emb_error(), refused[i].text);
    }
    emb_images_free(images);
    emb_net_free(net);
}

/* Binary cross entropy is of probabilities, the network's and the images'. */
static void cross_entropy_is_of_probabilities(void **state) {
    (void)state;
    const int shape[3] = {1, 1, 2};
    const float within[] = {0, 1, 0.5f, 0.25f}, beyond[] = {0, 1, -0.5f, 0.25f};
    emb_images *good = emb_images_new_float(within, NULL, 2, shape);
    emb_images *bad = emb_images_new_float(beyond, NULL, 2, shape);
    static const char encoder[] = "input = 1, 1, 2\nencoder = Sequential(Flatten(), Linear(2, 1))\n"
                                  "decoder = Sequential(Linear(1, 2), %sUnflatten(1, (1, 1, 2)))";
    char text[200];
    const emb_train_options bce = {.loss = "bce"}, logits = {.loss = "mse+bce_with_logits"};
    snprintf(text, sizeof text, encoder, "Sigmoid(), ");
    emb_net *ends = emb_net_parse(text, "ends", NULL);
    snprintf(text, sizeof text, encoder, "");
    emb_net *open = emb_net_parse(text, "open", NULL);
    const struct {
        emb_net *net;
        const emb_images *images;
        const emb_train_options *options;
        const char *text;
    } rows[] = {
        {ends, good, &bce, NULL},
        {ends, bad, &bce, "all elements of target should be between 0 and 1"},
        {open, good, &bce,
         "BCELoss: all elements of input should be between 0 and 1, and open may "
         "give others: end it with Sigmoid(), or take BCEWithLogitsLoss"},
        {open, good, &logits, NULL},
        {open, bad, &logits, "the images' numbers lie from -0.5 to 1"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        emb_run *run = emb_run_new(rows[i].net, rows[i].images, rows[i].options);
        assert_int_equal(run == NULL, rows[i].text != NULL);
        if (!run && !strstr(emb_error(), rows[i].text)) fail_msg("%s", emb_error());
        emb_run_free(run);
    }
    emb_net_free(ends);
    emb_net_free(open);
    emb_images_free(good);
    emb_images_free(bad);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_result),
        cmocka_unit_test(one_result_with_batch_norm),
        cmocka_unit_test(one_result_of_each_kind),
        cmocka_unit_test(filled_options_can_be_given_again),
        cmocka_unit_test(the_net_has_the_averages),
        cmocka_unit_test(options_go_together),
        cmocka_unit_test(cross_entropy_is_of_probabilities),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
