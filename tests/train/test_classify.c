/* Classification: the loss against PyTorch's own, labels, scores, and the same bits everywhere. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/support.h"
#include "train/run.h"

/* ---- PyTorch's record ---- */

/* Losses of training on MNIST, as PyTorch 2.13 (CPU) gives them for torch.manual_seed(42),
 * random_split(0.8, 0.2), the network of models/, a shuffling loader of batches of 64,
 * CrossEntropyLoss, Adam of 0.002 and, over two epochs, no schedule, LambdaLR(1 - step / steps) or
 * CosineAnnealingLR(steps), stepped after each batch. */
enum { RECORDED = 6 };
static const size_t recorded_steps[RECORDED] = {0, 1, 2, 3, 10, 49};
static const struct {
    const char *model;
    emb_schedule schedule;
    double losses[RECORDED];
} records[] = {
    {"cnn",
     EMB_SCHEDULE_CONSTANT,
     {2.32608151, 2.28517532, 2.31058502, 2.27202487, 2.00327158, 0.624197841}},
    {"cnn",
     EMB_SCHEDULE_LINEAR,
     {2.32608151, 2.28517532, 2.31057668, 2.27205062, 2.00497198, 0.628477037}},
    {"cnn",
     EMB_SCHEDULE_COSINE,
     {2.32608151, 2.28517532, 2.31058502, 2.27202511, 2.00328994, 0.624431372}},
    {"mlp",
     EMB_SCHEDULE_CONSTANT,
     {2.31467223, 2.23692584, 2.20729303, 2.11785603, 1.61410272, 0.537961364}},
    {"mlp",
     EMB_SCHEDULE_LINEAR,
     {2.31467223, 2.23692584, 2.20732284, 2.11794543, 1.61583114, 0.54350841}},
    {"mlp",
     EMB_SCHEDULE_COSINE,
     {2.31467223, 2.23692584, 2.20729303, 2.11785626, 1.6141212, 0.538247347}},
};

/* Two correct float32 runs agree to 7e-7 over these steps; a wrong rate is off by 1e-4 and more. */
static const double loss_tolerance = 3e-6;

static void losses_are_pytorchs(void **state) {
    (void)state;
    emb_images *mnist = emb_images_open(EMB_TEST_ROOT "/data/mnist", EMB_TRAIN);
    assert_non_null(mnist);
    for (size_t i = 0; i < TEST_COUNT(records); i++) {
        emb_net *net = emb_net_open(records[i].model, NULL);
        emb_run *run = emb_run_new(net, mnist,
                                   &(emb_train_options){.learning_rate = 0.002,
                                                        .batch_size = 64,
                                                        .shuffle = true,
                                                        .schedule = records[i].schedule,
                                                        .epochs = 2});
        if (!run) fail_msg("%s", emb_error());
        for (size_t step = 0, k = 0; k < RECORDED; step++) {
            float loss;
            assert_int_equal(emb_run_step(run, &loss), EMB_OK);
            if (step != recorded_steps[k]) continue;
            const double wanted = records[i].losses[k++];
            if (!(fabs((double)loss - wanted) <= loss_tolerance * wanted)) {
                fail_msg("%s, schedule %d, step %zu: %.9g, expected %.9g", records[i].model,
                         (int)records[i].schedule, step, (double)loss, wanted);
            }
        }
        emb_run_free(run);
        emb_net_free(net);
    }
    emb_images_free(mnist);
}

/* ---- labels and parts ---- */

static void what_does_not_fit_is_refused(void **state) {
    (void)state;
    const int shape[3] = {2, 6, 5};
    static const struct {
        const char *text, *error;
    } nets[] = {
        {"input = 4\nclassifier = Sequential(Linear(4, 1))",
         "t: the classifier gives 1, expected 2 to 256 numbers"},
        {"input = 4\nclassifier = Sequential(Linear(4, 257))",
         "t: the classifier gives 257, expected 2 to 256 numbers"},
        {"input = 4\nclassifier = Sequential(Linear(4, 12), Unflatten(1, (3, 2, 2)))",
         "t: the classifier gives 3x2x2, expected 2 to 256 numbers"},
        {"input = 4\nclassifier = Sequential(Linear(4, 2))\ndecoder = Sequential(Linear(2, 4))",
         "t: expected an encoder and then a decoder, or a classifier, with an encoder before it or "
         "alone; or an encoder or a decoder alone"},
    };
    for (size_t i = 0; i < TEST_COUNT(nets); i++) {
        assert_null(emb_net_parse(nets[i].text, "t", NULL));
        assert_string_equal(emb_error(), nets[i].error);
    }
    emb_net *net = emb_net_parse(test_classifier, "tiny", NULL);
    emb_images *bare = test_images(8, 2, 6, 5, 1), *many = test_labelled(8, shape, 5, 0);
    float some[60] = {0};
    emb_class_score score;
    assert_null(emb_run_new(net, bare, NULL));
    assert_string_equal(emb_error(),
                        "tiny: the images have no labels; a classifier needs one for each");
    assert_null(emb_run_new(net, many, NULL));
    assert_string_equal(emb_error(), "tiny: the labels reach 4, so 5 outputs are expected, and the "
                                     "classifier has 4");
    assert_int_equal(emb_net_score_classes(net, many, NULL, 0, 1, &score, NULL), EMB_ERR_SHAPE);
    assert_int_equal(emb_net_encode(net, some, 1, some, 1), EMB_ERR_SHAPE);
    assert_string_equal(emb_error(), "tiny has no part called encoder; it has classifier");
    assert_int_equal(emb_net_decode(net, some, 1, some, 1), EMB_ERR_SHAPE);
    assert_int_equal(emb_net_reconstruct(net, some, 1, some, 1), EMB_ERR_SHAPE);
    assert_int_equal(emb_net_score(net, many, NULL, 0, 1, &(emb_score){0}), EMB_ERR_SHAPE);
    assert_int_equal(emb_net_classes(net), TEST_CLASSES);
    assert_int_equal(emb_net_latent(net), 0);
    emb_images_free(bare);
    emb_images_free(many);
    emb_net_free(net);
}

/* The score is what the logits say, one by one; confusion's cells add up to the images. */
static void scores_are_the_logits(void **state) {
    (void)state;
    enum { COUNT = 70 };
    const int shape[3] = {2, 6, 5};
    emb_net *net = emb_net_parse(test_classifier, "tiny", NULL);
    emb_images *images = test_labelled(COUNT, shape, TEST_CLASSES, 9);
    uint32_t confusion[TEST_CLASSES * TEST_CLASSES], counted[TEST_CLASSES * TEST_CLASSES] = {0};
    emb_class_score score;
    double loss = 0, right = 0;
    assert_int_equal(emb_net_init(net, 4), EMB_OK);
    assert_int_equal(emb_net_score_classes(net, images, NULL, 0, 2, &score, confusion), EMB_OK);
    for (size_t i = 0; i < COUNT; i++) {
        float pixels[60], logits[TEST_CLASSES], p[TEST_CLASSES];
        const int label = emb_images_label(images, i);
        int best = 0;
        emb_images_float(images, i, pixels);
        assert_int_equal(emb_net_classify(net, pixels, 1, logits, 1), EMB_OK);
        emb_softmax(logits, 1, TEST_CLASSES, p);
        for (int c = 1; c < TEST_CLASSES; c++) best = logits[c] > logits[best] ? c : best;
        loss -= log((double)p[label]);
        right += best == label;
        counted[label * TEST_CLASSES + best]++;
    }
    assert_memory_equal(confusion, counted, sizeof counted);
    assert_int_equal(score.count, COUNT);
    assert_true(score.accuracy == right / COUNT);
    assert_true(fabs(score.loss - loss / COUNT) <= 1e-6);
    emb_images_free(images);
    emb_net_free(net);
}

/* ---- the same bits ---- */

/* A classifier of images, and one of codes as float32, after two epochs. */
static void train_and_hash(const char *notation, const emb_images *images, int threads, int batch,
                           char text[TEST_SHA_TEXT]) {
    test_sha sha;
    emb_epoch done;
    emb_net *net = emb_net_parse(notation, "test", NULL);
    emb_run *run = emb_run_new(net, images,
                               &(emb_train_options){.batch_size = batch,
                                                    .shuffle = true,
                                                    .schedule = EMB_SCHEDULE_COSINE,
                                                    .epochs = 2,
                                                    .warmup = 3,
                                                    .threads = threads});
    if (!run) fail_msg("%s", emb_error());
    test_sha_begin(&sha);
    for (int epoch = 0; epoch < 2; epoch++) {
        assert_int_equal(emb_run_epoch(run, &done), EMB_OK);
        const double told[] = {done.mean_loss, done.validation_loss, done.accuracy,
                               done.validation_accuracy};
        test_sha_add(&sha, told, sizeof told);
    }
    test_sha_weights(&sha, net);
    test_sha_end(&sha, text);
    emb_run_free(run);
    emb_net_free(net);
}

static void training_is_the_same_everywhere(void **state) {
    (void)state;
    static const char on_codes[] = "input = 8\nclassifier = Sequential(Linear(8, 33), ReLU(), "
                                   "Linear(33, 10))";
    static const int threads[] = {1, 2, 3, 8}, batches[] = {16, 37};
    enum { COUNT = 150 };
    const int shape[3] = {2, 6, 5}, code[3] = {8, 1, 1};
    float values[COUNT * 8];
    uint8_t labels[COUNT];
    test_noise(values, COUNT * 8, 6);
    for (int i = 0; i < COUNT; i++) labels[i] = (uint8_t)(i % 10);
    emb_images *images = test_labelled(COUNT, shape, TEST_CLASSES, 8);
    emb_images *codes = emb_images_new_float(values, labels, COUNT, code);
    for (size_t b = 0; b < TEST_COUNT(batches); b++) {
        char wanted[2][TEST_SHA_TEXT] = {"", ""}, text[TEST_SHA_TEXT];
        for (const char *const *isa = test_isas; *isa; isa++) {
            if (!test_use_isa(*isa)) continue;
            for (size_t t = 0; t < TEST_COUNT(threads); t++) {
                for (int kind = 0; kind < 2; kind++) {
                    train_and_hash(kind ? on_codes : test_classifier, kind ? codes : images,
                                   threads[t], batches[b], text);
                    if (*wanted[kind]) assert_string_equal(text, wanted[kind]);
                    memcpy(wanted[kind], text, sizeof text);
                }
            }
        }
        assert_string_not_equal(wanted[0], wanted[1]);
    }
    test_use_isa(NULL);
    emb_images_free(images);
    emb_images_free(codes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_are_pytorchs),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(scores_are_the_logits),
        cmocka_unit_test(training_is_the_same_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
