/* One seed, the same bits: for any number of threads, on every instruction set, for an image alone
 * or among others. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/support.h"
#include "train/image_errors.h"

static const int thread_counts[] = {1, 2, 3, 4, 8};

/* Layers that the notebook's network has not, in small. */
#define ODD                                                                                        \
    "input = 2, 9, 7\n"                                                                            \
    "encoder = Sequential(Tanh(), Conv2d(2, 6, (3, 5), stride=(2, 1), padding=(1, 2), "            \
    "groups=2),\n"                                                                                 \
    "    ReLU(), Conv2d(6, 5, 2, dilation=2, bias=False), Sigmoid(), Flatten(), Linear(75, 3))\n"  \
    "decoder = Sequential(Linear(3, 33, bias=False), ReLU(), Linear(33, 24),\n"                    \
    "    Unflatten(1, (4, 3, 2)), ConvTranspose2d(4, 3, (3, 4), stride=(4, 3), dilation=(1, 2),\n" \
    "        output_padding=(3, 2), padding=(2, 3), groups=1), Tanh(), Flatten(),\n"               \
    "    Linear(180, 126), Unflatten(1, (2, 9, 7)), Sigmoid())"

/* So many weights that Adam's update is cut among the threads, too. */
#define WIDE                                                                                       \
    "input = 1, 20, 20\n"                                                                          \
    "encoder = Sequential(Flatten(), Linear(400, 450), ReLU(), Linear(450, 5))\n"                  \
    "decoder = Sequential(Linear(5, 450), ReLU(), Linear(450, 400), Unflatten(1, (1, 20, 20)))"

/* Statistics that a member of a team has alone, shares with some, and shares with all. */
#define NORMS                                                                                      \
    "input = 2, 9, 7\n"                                                                            \
    "encoder = Sequential(Conv2d(2, 18, 3), GroupNorm(6, 18), ReLU(), Conv2d(18, 3, 2),\n"         \
    "    InstanceNorm2d(3, affine=True), LayerNorm((3, 6, 4)), Flatten(), Linear(72, 5),\n"        \
    "    LayerNorm(5))\n"                                                                          \
    "decoder = Sequential(Linear(5, 126), GroupNorm(1, 126), Unflatten(1, (2, 9, 7)), ReLU(),\n"   \
    "    LayerNorm(7), LayerNorm((9, 7), bias=False), GroupNorm(1, 2, affine=False))"

/* `images` of them, a fifth for validation; where that comes to an epoch's end within `steps`, the
 * last batch may be smaller, and the validation counts as well. */
typedef struct training {
    const char *notation; /* NULL: the notebook's network */
    int shape[3];
    int batch, images, steps;
    bool shuffle;
} training;

static const training trainings[] = {
    {NULL, {1, 28, 28}, 16, 90, 30, false},  /* 72: four batches and a half */
    {NULL, {1, 28, 28}, 37, 450, 30, false}, /* 360: nine batches and 27 */
    {NULL, {1, 28, 28}, 100, 450, 30, true}, /* three batches and 60 */
    {NULL, {1, 28, 28}, 7, 90, 30, true},    /* ten batches and 2 */
    {NULL, {1, 28, 28}, 1, 90, 30, false},
    {NULL, {1, 28, 28}, 300, 450, 3, false}, /* more blocks than gradient buffers */
    {ODD, {2, 9, 7}, 37, 90, 30, true},
    {WIDE, {1, 20, 20}, 40, 90, 6, true},
    {NORMS, {2, 9, 7}, 16, 90, 12, true},
    {NORMS, {2, 9, 7}, 37, 90, 12, true},
};

static emb_net *open_net(const char *notation) {
    emb_net *net =
        notation ? emb_net_parse(notation, "test", NULL) : emb_net_open("notebook", NULL);
    if (!net) fail_msg("%s", emb_error());
    return net;
}

/* The SHA-256 of everything that a training gives: each loss, each epoch, the weights. */
static void train(const training *t, int steps, int threads, char text[TEST_SHA_TEXT]) {
    emb_net *net = open_net(t->notation);
    emb_images *images = test_images((size_t)t->images, t->shape[0], t->shape[1], t->shape[2], 11);
    emb_run *run = emb_run_new(
        net, images,
        &(emb_train_options){.batch_size = t->batch, .shuffle = t->shuffle, .threads = threads});
    if (!run) fail_msg("%s", emb_error());
    test_sha sha;
    test_sha_begin(&sha);
    for (int step = 0; step < steps; step++) {
        float loss;
        if (emb_run_step(run, &loss) != EMB_OK) fail_msg("%s", emb_error());
        test_sha_add(&sha, &loss, sizeof loss);
        if (!emb_run_epoch_done(run)) continue;
        emb_epoch done;
        assert_int_equal(emb_run_finish_epoch(run, &done), EMB_OK);
        test_sha_add(&sha, &done.validation_loss, sizeof done.validation_loss);
        test_sha_add(&sha, &done.preview, sizeof done.preview);
    }
    test_sha_weights(&sha, net);
    test_sha_end(&sha, text);
    emb_run_free(run);
    emb_images_free(images);
    emb_net_free(net);
}

static void expect_same(const training *t, int steps, int threads, const char *isa,
                        const char *wanted) {
    char text[TEST_SHA_TEXT];
    train(t, steps, threads, text);
    if (strcmp(text, wanted) == 0) return;
    fail_msg(
        "batch %d of %d images%s, %d steps, %s, %d threads: other bits than the best set's on one",
        t->batch, t->images, t->notation ? " (not the notebook's network)" : "", steps, isa,
        threads);
}

static bool is_plain(const char *isa) { return strcmp(isa, "plain") == 0; }

/* On this instruction set as on the best one with one thread: the best one with any number of
 * threads, another with two and with three. The plain one is slow: it takes about 60 images, and
 * three threads. */
static void compare_training(const training *t, const char *isa, bool is_best, const char *best) {
    const int few = 1 + 60 / t->batch;
    const int steps = is_plain(isa) && t->steps > few ? few : t->steps;
    char wanted[TEST_SHA_TEXT];
    if (steps != t->steps) {
        test_use_isa(NULL);
        train(t, steps, 1, wanted);
        best = wanted;
    }
    assert_true(test_use_isa(isa));
    for (size_t k = 0; k < TEST_COUNT(thread_counts); k++) {
        const int threads = thread_counts[k];
        if (!is_best && threads != 3 && (is_plain(isa) || threads != 2)) continue;
        expect_same(t, steps, threads, isa, best);
    }
}

static void training_is_the_same_everywhere(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(trainings); i++) {
        char best[TEST_SHA_TEXT];
        test_use_isa(NULL);
        train(&trainings[i], trainings[i].steps, 1, best);
        int tried = 0; /* the best one is the first that is here */
        for (const char *const *isa = test_isas; *isa; isa++) {
            if (test_use_isa(*isa)) compare_training(&trainings[i], *isa, tried++ == 0, best);
        }
    }
    test_use_isa(NULL);
}

/* That the comparison can fail: one bit of the data, of the seed's stream or of the rate shows. */
static void other_training_has_other_bits(void **state) {
    (void)state;
    training t = trainings[0];
    char first[TEST_SHA_TEXT], other[TEST_SHA_TEXT];
    train(&t, 5, 1, first);
    t.batch = 15;
    train(&t, 5, 1, other);
    assert_string_not_equal(first, other);
    t = trainings[0];
    t.shuffle = true;
    train(&t, 5, 1, other);
    assert_string_not_equal(first, other);
}

/* ---- an image alone and among others ---- */

enum { CROWD = 256, PIXELS = 28 * 28, LATENT = 2 };

typedef struct crowd {
    emb_net *net;
    float *images, *codes, *outputs; /* all of them in one call each, on one thread */
    float *some, *some_codes, *some_outputs;
} crowd;

static float *floats(size_t count) {
    float *values = emb__alloc(count * sizeof *values);
    assert_non_null(values);
    return values;
}

static crowd crowd_open(void) {
    crowd c = {.net = open_net(NULL),
               .images = floats(CROWD * PIXELS),
               .codes = floats(CROWD * LATENT),
               .outputs = floats(CROWD * PIXELS),
               .some = floats(CROWD * PIXELS),
               .some_codes = floats(CROWD * LATENT),
               .some_outputs = floats(CROWD * PIXELS)};
    assert_int_equal(emb_net_init(c.net, 5), EMB_OK);
    test_noise(c.images, CROWD * PIXELS, 8);
    assert_int_equal(emb_net_encode(c.net, c.images, CROWD, c.codes, 1), EMB_OK);
    assert_int_equal(emb_net_decode(c.net, c.codes, CROWD, c.outputs, 1), EMB_OK);
    return c;
}

static void crowd_close(crowd *c) {
    float *const blocks[] = {c->images, c->codes,      c->outputs,
                             c->some,   c->some_codes, c->some_outputs};
    for (size_t i = 0; i < TEST_COUNT(blocks); i++) emb__free(blocks[i]);
    emb_net_free(c->net);
}

/* Encodes and decodes `count` images in one call, image (start + i * stride) at place i. */
static void expect_part(const crowd *c, size_t start, size_t stride, size_t count, int threads) {
    for (size_t i = 0; i < count; i++) {
        memcpy(c->some + i * PIXELS, c->images + (start + i * stride) % CROWD * PIXELS,
               PIXELS * sizeof *c->some);
    }
    assert_int_equal(emb_net_encode(c->net, c->some, count, c->some_codes, threads), EMB_OK);
    assert_int_equal(emb_net_decode(c->net, c->some_codes, count, c->some_outputs, threads),
                     EMB_OK);
    for (size_t i = 0; i < count; i++) {
        const size_t image = (start + i * stride) % CROWD;
        if (memcmp(c->some_codes + i * LATENT, c->codes + image * LATENT,
                   LATENT * sizeof *c->codes) != 0 ||
            memcmp(c->some_outputs + i * PIXELS, c->outputs + image * PIXELS,
                   PIXELS * sizeof *c->outputs) != 0) {
            fail_msg("%s: image %zu, number %zu of %zu in the call, on %d threads: other bits than "
                     "among %d",
                     c->net->kernels->name, image, i, count, threads, CROWD);
        }
    }
}

static void check_crowd(bool quick) {
    static const size_t counts[] = {1, 2, 15, 16, 17, 37, 256};
    crowd c = crowd_open();
    for (size_t i = 0; i < (quick ? 20 : CROWD); i++) expect_part(&c, i, 1, 1, 1);
    for (size_t i = 0; i < TEST_COUNT(counts); i++) {
        /* Forwards, backwards, and every seventh: other places, other neighbours. */
        expect_part(&c, 3, 1, counts[i], 1);
        expect_part(&c, 250, CROWD - 1, counts[i], 3);
        if (!quick) expect_part(&c, 100, 7, counts[i], 8);
    }
    crowd_close(&c);
}

static void an_image_is_the_same_in_any_company(void **state) {
    (void)state;
    for (const char *const *isa = test_isas; *isa; isa++) {
        if (test_use_isa(*isa)) check_crowd(is_plain(*isa));
    }
    test_use_isa(NULL);
}

/* And the same on every instruction set: codes and reconstructions of one call. */
static void an_image_is_the_same_on_every_instruction_set(void **state) {
    (void)state;
    char wanted[TEST_SHA_TEXT] = "";
    for (const char *const *isa = test_isas; *isa; isa++) {
        if (!test_use_isa(*isa)) continue;
        char text[TEST_SHA_TEXT];
        test_sha sha;
        crowd c = crowd_open();
        test_sha_begin(&sha);
        test_sha_add(&sha, c.codes, CROWD * LATENT * sizeof *c.codes);
        test_sha_add(&sha, c.outputs, CROWD * PIXELS * sizeof *c.outputs);
        test_sha_end(&sha, text);
        if (*wanted) assert_string_equal(text, wanted);
        memcpy(wanted, text, sizeof wanted);
        crowd_close(&c);
    }
    test_use_isa(NULL);
}

/* The kinds whose statistics are of one image: by itself as in a block, bit for bit. */
static void a_normalised_image_is_the_same_alone(void **state) {
    (void)state;
    enum { COUNT = 20, SIZE = 2 * 9 * 7, CODE = 5 };
    static float images[COUNT * SIZE], codes[COUNT * CODE], outputs[COUNT * SIZE];
    test_noise(images, COUNT * SIZE, 8);
    for (const char *const *isa = test_isas; *isa; isa++) {
        if (!test_use_isa(*isa)) continue;
        emb_net *net = open_net(NORMS);
        assert_int_equal(emb_net_init(net, 5), EMB_OK);
        test_noise(net->params, net->param_count, 9);
        assert_int_equal(emb_net_encode(net, images, COUNT, codes, 2), EMB_OK);
        assert_int_equal(emb_net_decode(net, codes, COUNT, outputs, 1), EMB_OK);
        for (size_t i = 0; i < COUNT; i++) {
            float code[CODE], output[SIZE];
            assert_int_equal(emb_net_encode(net, images + i * SIZE, 1, code, 1), EMB_OK);
            assert_int_equal(emb_net_decode(net, code, 1, output, 1), EMB_OK);
            assert_memory_equal(code, codes + i * CODE, sizeof code);
            assert_memory_equal(output, outputs + i * SIZE, sizeof output);
        }
        emb_net_free(net);
    }
    test_use_isa(NULL);
}

/* A validation's error of an image, too. */
static void an_error_is_the_same_in_any_company(void **state) {
    (void)state;
    enum { COUNT = 90 };
    emb_net *net = open_net(NULL);
    emb_images *images = test_images(COUNT, 1, 28, 28, 4);
    double all[COUNT], some[COUNT];
    uint32_t backwards[COUNT];
    emb__loss loss;
    assert_int_equal(emb_net_init(net, 5), EMB_OK);
    assert_int_equal(emb__loss_make(&loss, net, NULL), EMB_OK);
    for (uint32_t i = 0; i < COUNT; i++) backwards[i] = COUNT - 1 - i;
    assert_int_equal(emb__net_errors(net, &loss, images, NULL, COUNT, 1, all, NULL), EMB_OK);
    assert_int_equal(emb__net_errors(net, &loss, images, backwards, COUNT, 3, some, NULL), EMB_OK);
    for (size_t i = 0; i < COUNT; i++) {
        assert_memory_equal(&some[i], &all[backwards[i]], sizeof *all);
        double alone;
        assert_int_equal(emb__net_errors(net, &loss, images, &backwards[i], 1, 1, &alone, NULL),
                         EMB_OK);
        assert_memory_equal(&alone, &all[backwards[i]], sizeof alone);
    }
    emb_images_free(images);
    emb_net_free(net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(training_is_the_same_everywhere),
        cmocka_unit_test(other_training_has_other_bits),
        cmocka_unit_test(an_image_is_the_same_in_any_company),
        cmocka_unit_test(an_image_is_the_same_on_every_instruction_set),
        cmocka_unit_test(a_normalised_image_is_the_same_alone),
        cmocka_unit_test(an_error_is_the_same_in_any_company),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
