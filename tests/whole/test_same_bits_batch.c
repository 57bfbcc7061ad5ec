/* Networks with layers that see the whole batch, or draw: one SHA-256 for any number of threads, on
 * every instruction set, and however often a training is stopped and resumed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "embudo.h"
#include "support/folder.h"
#include "support/support.h"

static const int thread_counts[] = {1, 2, 3, 5, 8};

#define POOLED                                                                                     \
    "input = 2, 12, 10\n"                                                                          \
    "encoder = Sequential(Conv2d(2, 9, 3, padding=1), BatchNorm2d(9), LeakyReLU(0.1),\n"           \
    "    MaxPool2d(2), Conv2d(9, 17, 3, padding=1, bias=False), BatchNorm2d(17), "                 \
    "LeakyReLU(0.1),\n"                                                                            \
    "    MaxPool2d(2), Dropout(0.2), Flatten(), Linear(102, 4))\n"                                 \
    "decoder = Sequential(Linear(4, 102), BatchNorm1d(102), LeakyReLU(), Unflatten(1, (17, 3, "    \
    "2)),\n"                                                                                       \
    "    Upsample(scale_factor=2), Conv2d(17, 9, 3, padding=1), BatchNorm2d(9), LeakyReLU(),\n"    \
    "    Upsample((12, 10), mode='bilinear'), Conv2d(9, 2, 3, padding=1), Sigmoid())"

#define RESIDUAL                                                                                   \
    "input = 1, 9, 8\n"                                                                            \
    "encoder = Sequential(Conv2d(1, 6, 3, padding=1, bias=False), BatchNorm2d(6, "                 \
    "momentum=None),\n"                                                                            \
    "    Residual(Sequential(Conv2d(6, 6, 3, padding=1), BatchNorm2d(6), ReLU(), "                 \
    "Dropout2d(0.3),\n"                                                                            \
    "        Conv2d(6, 6, 3, padding=1), BatchNorm2d(6, affine=False))), ReLU(),\n"                \
    "    Residual(Sequential(Conv2d(6, 11, 3, stride=2, padding=1), BatchNorm2d(11), GELU()),\n"   \
    "        shortcut=Sequential(AvgPool2d(2, ceil_mode=True), Conv2d(6, 11, 1),\n"                \
    "            BatchNorm2d(11))),\n"                                                             \
    "    Parallel(Conv2d(11, 3, 1), Sequential(BatchNorm2d(11), PReLU(11), Conv2d(11, 2, 3, "      \
    "padding=1))),\n"                                                                              \
    "    Flatten(), Dropout(), Linear(100, 5), LayerNorm(5))\n"                                    \
    "decoder = Sequential(Linear(5, 72), BatchNorm1d(72), SiLU(), Unflatten(1, (18, 2, 2)),\n"     \
    "    PixelShuffle(3), ZeroPad2d((0, 2, 1, 2)), Conv2d(2, 1, 3, padding=1))"

#define DROPPED                                                                                    \
    "input = 1, 9, 8\n"                                                                            \
    "encoder = Sequential(Dropout(0.1), Flatten(), Linear(72, 40), ReLU(), Dropout(), Linear(40, " \
    "5))\n"                                                                                        \
    "decoder = Sequential(Dropout(0.3), Linear(5, 72), Unflatten(1, (1, 9, 8)))"

#define BETWEEN(layer)                                                                             \
    "input = 1, 9, 8\n"                                                                            \
    "encoder = Sequential(" layer ", Dropout(), Flatten(), " layer ", Linear(72, 5))\n"            \
    "decoder = Sequential(Dropout(0.3), Linear(5, 72), Unflatten(1, (1, 9, 8)), " layer ")"

#define CLASSES                                                                                    \
    "input = 1, 9, 8\n"                                                                            \
    "classifier = Sequential(Conv2d(1, 20, 3, padding=1), BatchNorm2d(20), ReLU(), "               \
    "AdaptiveAvgPool2d(1),\n"                                                                      \
    "    Flatten(), Dropout(0.2), Linear(20, 30), BatchNorm1d(30), Mish(), Linear(30, 4))"

/* Convolutions that a step computes by Winograd. */
#define WINOGRAD                                                                                   \
    "input = 1, 12, 12\n"                                                                          \
    "encoder = Sequential(Conv2d(1, 32, 3, padding=1), ReLU(), Conv2d(32, 64, 3, padding=1),\n"    \
    "    BatchNorm2d(64), ReLU(), ConvTranspose2d(64, 20, 3), AdaptiveAvgPool2d(2), Flatten(),\n"  \
    "    Linear(80, 4))\n"                                                                         \
    "decoder = Sequential(Linear(4, 144), Unflatten(1, (1, 12, 12)))"

typedef struct training {
    const char *what, *notation;
    int shape[3];
    size_t images, steps;
    emb_train_options options;
} training;

static const training trainings[] = {
    {"pooled, one block", POOLED, {2, 12, 10}, 50, 6, {.batch_size = 16}},
    {"pooled", POOLED, {2, 12, 10}, 90, 5, {.batch_size = 53, .shuffle = true}},
    {"pooled, many blocks", POOLED, {2, 12, 10}, 400, 2, {.batch_size = 333, .shuffle = true}},
    {"by Winograd, one block", WINOGRAD, {1, 12, 12}, 40, 3, {.batch_size = 16}},
    {"by Winograd", WINOGRAD, {1, 12, 12}, 60, 2, {.batch_size = 41, .shuffle = true}},
    {"residual", RESIDUAL, {1, 9, 8}, 80, 6, {.batch_size = 37, .shuffle = true}},
    {"residual, few images", RESIDUAL, {1, 9, 8}, 30, 6, {.batch_size = 5}},
    {"dropped out", DROPPED, {1, 9, 8}, 100, 5, {.batch_size = 40, .shuffle = true}},
    {"dropped out, one block", DROPPED, {1, 9, 8}, 40, 5, {.batch_size = 11}},
    {"classes", CLASSES, {1, 9, 8}, 90, 5, {.batch_size = 33, .shuffle = true}},
};

static emb_net *open_net(const training *t) {
    emb_net *net = emb_net_parse(t->notation, t->what, NULL);
    if (!net) fail_msg("%s", emb_error());
    return net;
}

static emb_images *images_of(const training *t) {
    if (strstr(t->notation, "classifier")) return test_labelled(t->images, t->shape, 4, 11);
    return test_images(t->images, t->shape[0], t->shape[1], t->shape[2], 11);
}

/* A training, and what it gave so far. */
typedef struct state {
    emb_net *net;
    emb_run *run;
    test_sha sha;
} state;

static void step(state *s) {
    float loss;
    emb_epoch done;
    if (emb_run_step(s->run, &loss) != EMB_OK) fail_msg("%s", emb_error());
    test_sha_add(&s->sha, &loss, sizeof loss);
    if (!emb_run_epoch_done(s->run)) return;
    if (emb_run_finish_epoch(s->run, &done) != EMB_OK) fail_msg("%s", emb_error());
    test_sha_add(&s->sha, &done.validation_loss, sizeof done.validation_loss);
}

/* Saves the run, forgets it, and resumes it with another number of threads. */
static void stop_and_resume(state *s, const emb_images *images, int threads) {
    const char *path = test_path("stopped.safetensors");
    if (emb_run_save(s->run, path, NULL, 0) != EMB_OK) fail_msg("%s", emb_error());
    emb_run_free(s->run);
    emb_net_free(s->net);
    emb_checkpoint *saved = emb_checkpoint_open(path);
    s->net = emb_checkpoint_net(saved);
    s->run = emb_checkpoint_run(saved, s->net, images, threads);
    emb_checkpoint_free(saved);
    if (!s->run) fail_msg("%s", emb_error());
}

/* The SHA-256 of every loss, every validation, the weights and buffers, and what the trained
 * network makes of the images. `stops` has a bit for each step after which the training is stopped.
 */
static void train(const training *t, int threads, unsigned stops, char text[TEST_SHA_TEXT]) {
    emb_images *images = images_of(t);
    emb_train_options options = t->options;
    options.threads = threads;
    state s = {.net = open_net(t)};
    s.run = emb_run_new(s.net, images, &options);
    if (!s.run) fail_msg("%s", emb_error());
    test_sha_begin(&s.sha);
    for (size_t i = 0; i < t->steps; i++) {
        if (stops >> i & 1) stop_and_resume(&s, images, threads % 8 + 1);
        step(&s);
    }
    test_sha_weights(&s.sha, s.net);
    uint32_t first = 0;
    double loss;
    static float gradients[1 << 16];
    assert_int_equal(emb_net_gradients(s.net, images, NULL, 0, gradients, &loss), EMB_OK);
    test_sha_add(&s.sha, &loss, sizeof loss);
    float output[512];
    float image[512];
    assert_int_equal(emb_images_fetch(images, &first, 1, image, NULL), EMB_OK);
    emb_status made = emb_net_classes(s.net) > 0
                          ? emb_net_classify(s.net, image, 1, output, threads)
                          : emb_net_reconstruct(s.net, image, 1, output, threads);
    assert_int_equal(made, EMB_OK);
    test_sha_add(&s.sha, output,
                 sizeof *output * (size_t)(emb_net_classes(s.net) > 0
                                               ? 4
                                               : t->shape[0] * t->shape[1] * t->shape[2]));
    test_sha_end(&s.sha, text);
    emb_run_free(s.run);
    emb_net_free(s.net);
    emb_images_free(images);
}

static void expect_same(const training *t, const char *isa, int threads, unsigned stops,
                        const char *wanted) {
    char text[TEST_SHA_TEXT];
    train(t, threads, stops, text);
    if (strcmp(text, wanted) == 0) return;
    fail_msg("%s: %s, %d threads, stops %#x: other bits than the best set's on one", t->what, isa,
             threads, stops);
}

static void a_training_is_the_same_everywhere(void **unused) {
    (void)unused;
    for (size_t i = 0; i < TEST_COUNT(trainings); i++) {
        const training *t = &trainings[i];
        char wanted[TEST_SHA_TEXT];
        size_t tried = 0;
        test_use_isa(NULL);
        train(t, 1, 0, wanted);
        for (const char *const *isa = test_isas; *isa; isa++) {
            /* The best set, the first that is here, with all of them; others with one each. */
            const bool all = test_use_isa(*isa) && !tried++;
            for (size_t k = 0; test_use_isa(*isa) && k < TEST_COUNT(thread_counts); k++) {
                if (!all && k != 1 + (i + tried) % 2) continue;
                expect_same(t, *isa, thread_counts[k], 0, wanted);
            }
        }
        /* Stopped before each step by itself, and before all of them. */
        test_use_isa(NULL);
        for (size_t stop = 0; stop < t->steps; stop++) {
            expect_same(t, "best", 1 + (int)stop % 3, 1u << stop, wanted);
        }
        expect_same(t, "best", 2, ~0u, wanted);
    }
}

/* That the comparison can fail. */
static void another_seed_has_other_bits(void **unused) {
    (void)unused;
    for (size_t i = 0; i < TEST_COUNT(trainings); i++) {
        training t = trainings[i];
        char first[TEST_SHA_TEXT], other[TEST_SHA_TEXT];
        t.steps = 2;
        train(&t, 1, 0, first);
        t.options.seed = 43;
        train(&t, 1, 0, other);
        assert_string_not_equal(first, other);
    }
}

/* It draws nothing, and does not take what others draw. */
static void a_dropout_of_nothing_does_nothing(void **unused) {
    (void)unused;
    static const training ways[] = {
        {"Identity", BETWEEN("Identity()"), {1, 9, 8}, 90, 4, {.batch_size = 37}},
        {"Dropout", BETWEEN("Dropout(0)"), {1, 9, 8}, 90, 4, {.batch_size = 37}},
    };
    char wanted[TEST_SHA_TEXT], got[TEST_SHA_TEXT];
    train(&ways[0], 1, 0, wanted);
    train(&ways[1], 1, 0, got);
    assert_string_equal(got, wanted);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_training_is_the_same_everywhere),
        cmocka_unit_test(another_seed_has_other_bits),
        cmocka_unit_test(a_dropout_of_nothing_does_nothing),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
