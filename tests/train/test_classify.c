/* Classification: the loss against PyTorch's own, its gradient by differences, labels, schedules,
 * the split, an encoder and a classifier made into one, and the same bits everywhere. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "kernels/math.h"
#include "support/support.h"
#include "train/run.h"
#include "train/schedule.h"

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

/* ---- the functions behind it ---- */

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

/* ---- gradients ---- */

static const char tiny[] = "input = 2, 6, 5\n"
                           "classifier = Sequential(Conv2d(2, 3, 3, stride=2, padding=1), Tanh(),\n"
                           "    Flatten(), Linear(27, 6), Sigmoid(), Linear(6, 4))\n";
enum { TINY_COUNT = 21, TINY_CLASSES = 4 };

static emb_images *labelled(size_t count, const int shape[3], int classes, uint64_t seed) {
    emb_images *bare = test_images(count, shape[0], shape[1], shape[2], seed);
    uint8_t *labels = emb__alloc(count);
    for (size_t i = 0; i < count; i++) labels[i] = (uint8_t)((i * 7 + seed) % (size_t)classes);
    emb_images *images = emb_images_new(emb_images_pixels(bare, 0), labels, count, shape);
    emb__free(labels);
    emb_images_free(bare);
    return images;
}

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
        for (int c = 0; c < TINY_CLASSES; c++) terms += exp(at[now][c]);
        sum += log(terms) - at[now][emb_images_label(images, i)];
    }
    return sum / (double)images->count;
}

/* The gradient of a step, read off Adam's first moment: m = (1 - beta1) g. */
static void gradients_are_the_losses_slopes(void **state) {
    (void)state;
    const int shape[3] = {2, 6, 5};
    const double small = 1e-5, tolerance = 2e-6; /* float32's rounding of numbers below 1 */
    emb_images *images = labelled(TINY_COUNT, shape, TINY_CLASSES, 3);
    emb_net *net = emb_net_parse(tiny, "tiny", NULL);
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
        if (!(fabs((double)run->m[i] / 0.1 - slope) <= tolerance)) {
            fail_msg("parameter %zu: %g, expected %g", i, (double)run->m[i] / 0.1, slope);
        }
    }
    emb__free(params);
    emb_run_free(run);
    emb_net_free(net);
    emb_images_free(images);
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
    emb_net *net = emb_net_parse(tiny, "tiny", NULL);
    emb_images *bare = test_images(8, 2, 6, 5, 1), *many = labelled(8, shape, 5, 0);
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
    assert_int_equal(emb_net_classes(net), TINY_CLASSES);
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
    emb_net *net = emb_net_parse(tiny, "tiny", NULL);
    emb_images *images = labelled(COUNT, shape, TINY_CLASSES, 9);
    uint32_t confusion[TINY_CLASSES * TINY_CLASSES], counted[TINY_CLASSES * TINY_CLASSES] = {0};
    emb_class_score score;
    double loss = 0, right = 0;
    assert_int_equal(emb_net_init(net, 4), EMB_OK);
    assert_int_equal(emb_net_score_classes(net, images, NULL, 0, 2, &score, confusion), EMB_OK);
    for (size_t i = 0; i < COUNT; i++) {
        float pixels[60], logits[TINY_CLASSES], p[TINY_CLASSES];
        const int label = emb_images_label(images, i);
        int best = 0;
        emb_images_float(images, i, pixels);
        assert_int_equal(emb_net_classify(net, pixels, 1, logits, 1), EMB_OK);
        emb_softmax(logits, 1, TINY_CLASSES, p);
        for (int c = 1; c < TINY_CLASSES; c++) best = logits[c] > logits[best] ? c : best;
        loss -= log((double)p[label]);
        right += best == label;
        counted[label * TINY_CLASSES + best]++;
    }
    assert_memory_equal(confusion, counted, sizeof counted);
    assert_int_equal(score.count, COUNT);
    assert_true(score.accuracy == right / COUNT);
    assert_true(fabs(score.loss - loss / COUNT) <= 1e-6);
    emb_images_free(images);
    emb_net_free(net);
}

/* ---- an encoder and a classifier in one ---- */

static void attached_parts_keep_their_weights(void **state) {
    (void)state;
    enum { LATENT = 5, COUNT = 37 };
    const emb_net_options options = {.latent = LATENT, .classes = 3};
    emb_net *autoencoder = emb_net_open("notebook", &options),
            *head = emb_net_open("head-mlp", &options);
    emb_net *wrong = emb_net_open("head-mlp", NULL), *cnn = emb_net_open("cnn", NULL);
    emb_images *images = test_images(COUNT, 1, 28, 28, 2);
    assert_int_equal(emb_net_init(autoencoder, 1), EMB_OK);
    assert_int_equal(emb_net_init(head, 2), EMB_OK);
    emb_net *whole = emb_net_attach(autoencoder, head);
    if (!whole) fail_msg("%s", emb_error());
    assert_true(emb_net_has_part(whole, "encoder") && emb_net_has_part(whole, "classifier"));
    assert_int_equal(emb_net_classes(whole), 3);
    float codes[COUNT * LATENT], again[COUNT * LATENT], logits[COUNT * 3], through[COUNT * 3];
    float *pixels = emb__calloc(COUNT * 784, sizeof *pixels);
    for (size_t i = 0; i < COUNT; i++) emb_images_float(images, i, pixels + i * 784);
    assert_int_equal(emb_net_encode(autoencoder, pixels, COUNT, codes, 1), EMB_OK);
    assert_int_equal(emb_net_encode_images(whole, images, NULL, COUNT, again, 3), EMB_OK);
    assert_memory_equal(again, codes, sizeof codes);
    assert_int_equal(emb_net_classify(head, codes, COUNT, logits, 1), EMB_OK);
    assert_int_equal(emb_net_classify(whole, pixels, COUNT, through, 2), EMB_OK);
    assert_memory_equal(through, logits, sizeof logits);
    /* Its notation reads back to the same network. */
    emb_net *read = emb_net_parse(emb_net_notation(whole), "again", NULL);
    if (!read) fail_msg("%s", emb_error());
    assert_string_equal(emb_net_notation(read), emb_net_notation(whole));
    assert_null(emb_net_attach(autoencoder, wrong));
    assert_string_equal(emb_error(), "head-mlp takes 8, expected the codes of notebook, 5 numbers");
    assert_null(emb_net_attach(cnn, head));
    assert_null(emb_net_attach(autoencoder, cnn));
    assert_null(emb_net_attach(autoencoder, autoencoder));
    emb_net *const nets[] = {autoencoder, head, wrong, cnn, whole, read};
    for (size_t i = 0; i < TEST_COUNT(nets); i++) emb_net_free(nets[i]);
    emb__free(pixels);
    emb_images_free(images);
}

/* ---- schedules ---- */

static void rates_follow_their_schedule(void **state) {
    (void)state;
    const int shape[3] = {2, 6, 5};
    const double pi = 3.14159265358979323846;
    emb_images *images = labelled(100, shape, TINY_CLASSES, 0);
    emb_net *net = emb_net_parse(tiny, "tiny", NULL);
    for (int schedule = EMB_SCHEDULE_CONSTANT; schedule <= EMB_SCHEDULE_COSINE; schedule++) {
        const emb_train_options options = {.learning_rate = 0.5,
                                           .batch_size = 10,
                                           .val_split = -1,
                                           .schedule = (emb_schedule)schedule,
                                           .epochs = 4,
                                           .warmup = 5};
        emb_run *run = emb_run_new(net, images, &options);
        for (size_t step = 0; step < 50; step++) {
            const double done = (double)(step < 40 ? step : 39) / 40;
            const double shares[] = {1, 1 - done, 0.5 + 0.5 * cos(pi * done)};
            const double warm = step < 5 ? (double)(step + 1) / 5 : 1;
            const double rate = emb__run_rate(run, step), wanted = 0.5 * shares[schedule] * warm;
            if (!(fabs(rate - wanted) <= 1e-15)) {
                fail_msg("schedule %d, step %zu: %g, expected %g", schedule, step, rate, wanted);
            }
        }
        emb_run_free(run);
    }
    const emb_train_options bad[] = {
        {.schedule = EMB_SCHEDULE_LINEAR},
        {.schedule = (emb_schedule)7, .epochs = 1},
        {.epochs = -1},
        {.warmup = -1},
    };
    for (size_t i = 0; i < TEST_COUNT(bad); i++) assert_null(emb_run_new(net, images, &bad[i]));
    emb_net_free(net);
    emb_images_free(images);
}

/* ---- the split ---- */

static void the_split_is_the_runs(void **state) {
    (void)state;
    enum { COUNT = 103 };
    const emb_train_options options = {.seed = 5, .val_split = 0.3};
    uint32_t order[COUNT];
    size_t train, run_train, run_val;
    const int shape[3] = {2, 6, 5};
    emb_images *images = labelled(COUNT, shape, TINY_CLASSES, 0);
    emb_net *net = emb_net_parse(tiny, "tiny", NULL);
    emb_run *run = emb_run_new(net, images, &options);
    assert_int_equal(emb_split(COUNT, &options, order, &train), EMB_OK);
    const uint32_t *of_train = emb_run_train_indices(run, &run_train);
    const uint32_t *of_val = emb_run_val_indices(run, &run_val);
    assert_int_equal(train, run_train);
    assert_int_equal(COUNT - train, run_val);
    assert_memory_equal(order, of_train, train * sizeof *order);
    assert_memory_equal(order + train, of_val, run_val * sizeof *order);
    emb_run_free(run);
    emb_net_free(net);
    emb_images_free(images);
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
    emb_images *images = labelled(COUNT, shape, TINY_CLASSES, 8);
    emb_images *codes = emb_images_new_float(values, labels, COUNT, code);
    for (size_t b = 0; b < TEST_COUNT(batches); b++) {
        char wanted[2][TEST_SHA_TEXT] = {"", ""}, text[TEST_SHA_TEXT];
        for (const char *const *isa = test_isas; *isa; isa++) {
            if (!test_use_isa(*isa)) continue;
            for (size_t t = 0; t < TEST_COUNT(threads); t++) {
                for (int kind = 0; kind < 2; kind++) {
                    train_and_hash(kind ? on_codes : tiny, kind ? codes : images, threads[t],
                                   batches[b], text);
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
        cmocka_unit_test(logarithm_and_exponential_are_exact_enough),
        cmocka_unit_test(softmax_sums_to_one),
        cmocka_unit_test(gradients_are_the_losses_slopes),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(scores_are_the_logits),
        cmocka_unit_test(attached_parts_keep_their_weights),
        cmocka_unit_test(rates_follow_their_schedule),
        cmocka_unit_test(the_split_is_the_runs),
        cmocka_unit_test(training_is_the_same_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
