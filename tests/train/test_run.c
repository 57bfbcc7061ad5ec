/* train/run.c: options, the split, the loaders' order, calls out of order, divergence. Whether
 * training gives PyTorch's numbers is test_parity.c's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"
#include "train/image_errors.h"
#include "train/run.h"

/* 27 weights in PyTorch's Linear(4, 3) and Linear(3, 4, bias=False): what the golden orders below
 * were drawn behind. */
#define SMALL                                                                                      \
    "input = 1, 2, 2\nencoder = Sequential(Flatten(), Linear(4, 3))\n"                             \
    "decoder = Sequential(Linear(3, 4, bias=False), Unflatten(1, (1, 2, 2)))"
#define DEEP                                                                                       \
    "input = 1, 2, 2\nencoder = Sequential(Flatten(), Linear(4, 8), Tanh(), Linear(8, 3))\n"       \
    "decoder = Sequential(Linear(3, 8), Tanh(), Linear(8, 4), Unflatten(1, (1, 2, 2)))"

typedef struct setting {
    emb_net *net;
    emb_images *images;
    emb_run *run;
} setting;

static setting prepare(const char *notation, size_t images, const emb_train_options *options) {
    setting s;
    s.net = emb_net_parse(notation, "small", NULL);
    s.images = test_images(images, 1, 2, 2, 9);
    if (!s.net || !s.images) fail_msg("%s", emb_error());
    s.run = emb_run_new(s.net, s.images, options);
    return s;
}

static setting open_run(const char *notation, size_t images, const emb_train_options *options) {
    setting s = prepare(notation, images, options);
    if (!s.run) fail_msg("%s", emb_error());
    return s;
}

static void close_run(setting *s) {
    emb_run_free(s->run);
    emb_images_free(s->images);
    emb_net_free(s->net);
}

static float step(emb_run *run) {
    float loss = -1;
    if (emb_run_step(run, &loss) != EMB_OK) fail_msg("%s", emb_error());
    return loss;
}

static const char *weights_of(const emb_net *net, char text[TEST_SHA_TEXT]) {
    test_sha sha;
    test_sha_begin(&sha);
    test_sha_weights(&sha, net);
    return test_sha_end(&sha, text);
}

/* ---- options ---- */

typedef struct option_case {
    emb_train_options options;
    const char *text; /* NULL: is accepted */
} option_case;

static const option_case option_cases[] = {
    {{.learning_rate = 1e-30}, NULL},
    {{.learning_rate = -0.001}, "learning rate: expected a number above 0, got -0.001"},
    {{.learning_rate = INFINITY}, "learning rate: expected a number above 0, got inf"},
    {{.beta1 = 0.999999}, NULL},
    {{.beta1 = 1}, "beta1: expected 0 < beta1 < 1, got 1"},
    {{.beta1 = -0.5}, "beta1: expected 0 < beta1 < 1, got -0.5"},
    {{.beta2 = 1.5}, "beta2: expected 0 < beta2 < 1, got 1.5"},
    {{.beta2 = -1}, "beta2: expected 0 < beta2 < 1, got -1"},
    {{.epsilon = 1}, NULL},
    {{.epsilon = -1e-8}, "epsilon: expected a number above 0, got -1e-08"},
    {{.epsilon = INFINITY}, "epsilon: expected a number above 0, got inf"},
    {{.val_split = 0.999}, NULL},
    {{.val_split = 1}, "validation split: expected a share below 1, got 1"},
    {{.val_split = INFINITY}, "validation split: expected a share below 1, got inf"},
    {{.val_split = -INFINITY}, NULL},
    {{.batch_size = 1}, NULL},
    {{.batch_size = 65536}, NULL},
    {{.batch_size = 65537}, "batch size: expected 1 to 65536, got 65537"},
    {{.batch_size = -1}, "batch size: expected 1 to 65536, got -1"},
    {{.threads = 1000000}, NULL},
    {{.threads = -1}, "threads: expected 0 or more, got -1"},
};

static void options_have_ranges(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(option_cases); i++) {
        const option_case *c = &option_cases[i];
        setting s = prepare(SMALL, 50, &c->options);
        if (c->text) {
            assert_null(s.run);
            assert_string_equal(emb_error(), c->text);
        } else {
            if (!s.run) fail_msg("case %zu: %s", i, emb_error());
            step(s.run);
        }
        close_run(&s);
    }
}

/* No sign of it is compared: C libraries print NaN either way. */
static void no_option_is_nan(void **state) {
    (void)state;
    const emb_train_options nans[] = {
        {.learning_rate = NAN}, {.beta1 = NAN},     {.beta2 = NAN},
        {.epsilon = NAN},       {.val_split = NAN},
    };
    for (size_t i = 0; i < TEST_COUNT(nans); i++) {
        setting s = prepare(SMALL, 50, &nans[i]);
        assert_null(s.run);
        assert_non_null(strstr(emb_error(), "nan"));
        close_run(&s);
    }
}

/* All fields zero, NULL, and the defaults spelled out are one and the same. */
static void zero_is_the_default(void **state) {
    (void)state;
    const emb_train_options zero = {0}, spelled = {.seed = 42,
                                                   .learning_rate = 0.001,
                                                   .beta1 = 0.9,
                                                   .beta2 = 0.999,
                                                   .epsilon = 1e-8,
                                                   .val_split = 0.2,
                                                   .batch_size = 16};
    const emb_train_options *const same[] = {NULL, &zero, &spelled};
    char first[TEST_SHA_TEXT], text[TEST_SHA_TEXT];
    for (size_t i = 0; i < TEST_COUNT(same); i++) {
        setting s = open_run(SMALL, 50, same[i]);
        emb_epoch done;
        assert_int_equal(emb_run_epoch(s.run, &done), EMB_OK);
        weights_of(s.net, i ? text : first);
        if (i) assert_string_equal(text, first);
        close_run(&s);
    }
}

static void images_must_fit(void **state) {
    (void)state;
    static const struct {
        int shape[3];
        const char *text;
    } cases[] = {
        {{1, 2, 2}, NULL},
        {{4, 1, 1}, NULL}, /* [N, 4] */
        {{1, 1, 4}, NULL},
        {{2, 1, 2}, NULL}, /* the same sides but for one of 1 */
        {{5, 1, 1}, "small expects images of 1x2x2, gets 5x1x1"},
        {{1, 2, 3}, "small expects images of 1x2x2, gets 1x2x3"},
        {{1, 8, 1}, "small expects images of 1x2x2, gets 1x8x1"},
        {{3, 2, 2}, "small expects images of 1x2x2, gets 3x2x2"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const int *shape = cases[i].shape;
        emb_images *images = test_images(20, shape[0], shape[1], shape[2], 1);
        emb_net *net = emb_net_parse(SMALL, "small", NULL);
        emb_run *run = emb_run_new(net, images, NULL);
        assert_int_equal(run == NULL, cases[i].text != NULL);
        if (cases[i].text) assert_string_equal(emb_error(), cases[i].text);
        emb_run_free(run);
        emb_net_free(net);
        emb_images_free(images);
    }
    assert_null(emb_run_new(NULL, NULL, NULL));
    emb_run_free(NULL);
}

/* ---- the split ---- */

/* As torch's random_split(images, (1 - share, share)) cuts it. */
typedef struct split_case {
    size_t images;
    double share;
    size_t train, val;
} split_case;

static const split_case splits[] = {
    {50, 0.2, 40, 10},   {50, 0.3, 35, 15},
    {7, 0.2, 6, 1}, /* 5.6 and 1.4: one left over, for the first */
    {9, 0.5, 5, 4}, /* 4.5 and 4.5 */
    {1, 0.2, 1, 0},      {2, 0.2, 2, 0},
    {5, 0.2, 4, 1},      {50, -1, 50, 0}, /* none */
    {50, 0.001, 50, 0},                   /* too small a share for one image */
    {50, 0.9999, 1, 49},                  /* all but one: the training set is never empty */
    {1, 0.9999, 1, 0},   {50, 0.9999999999999999, 1, 49},
};

/* And an epoch of any split runs. */
static void split_is_torchs(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(splits); i++) {
        const split_case *c = &splits[i];
        setting s = open_run(SMALL, c->images, &(emb_train_options){.val_split = c->share});
        bool seen[64] = {false};
        size_t train_count, val_count;
        const uint32_t *train = emb_run_train_indices(s.run, &train_count);
        const uint32_t *val = emb_run_val_indices(s.run, &val_count);
        if (train_count != c->train || val_count != c->val) {
            fail_msg("%zu images, share %g: %zu and %zu, expected %zu and %zu", c->images, c->share,
                     train_count, val_count, c->train, c->val);
        }
        for (size_t k = 0; k < c->images; k++) {
            const uint32_t index = k < train_count ? train[k] : val[k - train_count];
            assert_true(index < c->images && !seen[index]);
            seen[index] = true;
        }
        emb_epoch done;
        assert_int_equal(emb_run_epoch(s.run, &done), EMB_OK);
        assert_int_equal(done.images, c->train);
        assert_int_equal(done.steps, (c->train + 15) / 16);
        assert_int_equal(done.has_preview, c->val > 0);
        assert_int_equal(isnan(done.validation_loss) != 0, c->val == 0);
        close_run(&s);
    }
}

/* Batches whose last block is partial beside a validation set a little larger than the batch: the
 * room for their errors is one and the same. */
static void batch_and_validation_of_like_size(void **state) {
    (void)state;
    for (int batch = 1; batch <= 40; batch++) {
        setting s =
            open_run(SMALL, 60, &(emb_train_options){.batch_size = batch, .val_split = 0.3});
        emb_epoch done;
        assert_int_equal(emb_run_epoch(s.run, &done), EMB_OK);
        assert_true(isfinite(done.validation_loss));
        close_run(&s);
    }
}

/* The mean of the batches' means, not of the images: the last batch may be smaller. */
static void validation_loss_is_the_mean_of_means(void **state) {
    (void)state;
    enum { IMAGES = 50, VAL = 10, BATCH = 4 };
    setting s = open_run(SMALL, IMAGES, &(emb_train_options){.batch_size = BATCH});
    emb_epoch done;
    while (step(s.run), !emb_run_epoch_done(s.run)) continue;
    /* The loader's order, from a copy of the generator. */
    emb__random stream = s.run->random, sampler;
    uint32_t order[VAL];
    emb__random_int63(&stream);
    emb__random_seed(&sampler, emb__random_int63(&stream));
    emb__random_permutation(&sampler, order, VAL);
    assert_int_equal(emb_run_finish_epoch(s.run, &done), EMB_OK);
    double wanted = 0;
    for (size_t first = 0; first < VAL; first += BATCH) {
        const size_t here = VAL - first < BATCH ? VAL - first : BATCH;
        double sum = 0, error;
        for (size_t i = first; i < first + here; i++) {
            const uint32_t index = s.run->split[IMAGES - VAL + order[i]];
            assert_int_equal(emb__net_errors(s.net, s.images, &index, 1, 1, &error, NULL), EMB_OK);
            sum += error / 4;
        }
        wanted += sum / (double)here / 3;
    }
    assert_true(fabs(done.validation_loss - wanted) < 1e-7 * wanted);
    close_run(&s);
}

/* ---- the loaders' order ---- */

/* Drawn by PyTorch 2.13, three epochs of which the last is kept whole:
 *
 *     torch.manual_seed(seed)
 *     train, val = random_split(TensorDataset(torch.arange(50)), (1 - share, share))
 *     net = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 4, bias=False))
 *     for epoch in range(3):
 *         order = [i for batch in DataLoader(train, size, shuffle=shuffle) for i in batch[0]]
 *         for batch in DataLoader(val, size, shuffle=True): pass
 *         preview = next(iter(DataLoader(val, size, shuffle=True)))[0][0] */
typedef struct order_case {
    uint64_t seed;
    double share;
    int batch;
    bool shuffle;
    size_t previews[3];
    uint32_t first[3];  /* of each epoch's order */
    uint32_t order[40]; /* of the third epoch */
} order_case;

static const order_case orders[] = {
    {42, 0.2, 16, true, {24, 46, 40}, {26, 39, 19}, {19, 45, 0,  26, 36, 5,  32, 41, 8,  43,
                                                     21, 38, 11, 28, 1,  31, 12, 20, 30, 42,
                                                     4,  48, 33, 34, 13, 17, 47, 14, 15, 39,
                                                     3,  27, 10, 6,  18, 25, 44, 16, 2,  37}},
    {7, 0.3, 9, true, {14, 45, 22}, {9, 15, 15}, {15, 18, 5,  21, 0,  32, 48, 40, 43, 46, 9, 17,
                                                  41, 10, 36, 3,  44, 8,  13, 25, 12, 37, 1, 16,
                                                  39, 30, 7,  27, 28, 19, 47, 26, 42, 6,  11}},
    {4294967296u,
     0.2,
     16,
     false,
     {3, 15, 3},
     {44, 44, 44}, /* PyTorch's seed 0 */
     {44, 39, 7, 6,  17, 29, 21, 37, 33, 10, 31, 22, 34, 2,  24, 26, 36, 38, 0,  46,
      19, 23, 8, 43, 20, 41, 1,  13, 27, 47, 9,  45, 49, 32, 28, 35, 14, 18, 11, 42}},
    {123456789012u, 0.2, 16, true, {44, 35, 30}, {47, 33, 33}, {33, 39, 23, 19, 5,  49, 9,  6,
                                                                43, 40, 34, 31, 47, 41, 28, 17,
                                                                36, 46, 45, 12, 16, 0,  42, 27,
                                                                20, 48, 4,  18, 2,  7,  25, 8,
                                                                32, 29, 24, 26, 37, 3,  11, 15}},
};

static void loaders_draw_as_torchs(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(orders); i++) {
        const order_case *c = &orders[i];
        setting s = open_run(SMALL, 50,
                             &(emb_train_options){.seed = c->seed,
                                                  .val_split = c->share,
                                                  .batch_size = c->batch,
                                                  .shuffle = c->shuffle});
        for (size_t epoch = 0; epoch < 3; epoch++) {
            emb_epoch done;
            assert_int_equal(emb_run_epoch(s.run, &done), EMB_OK);
            assert_int_equal(s.run->order[0], c->first[epoch]);
            assert_int_equal(done.preview, c->previews[epoch]);
        }
        assert_memory_equal(s.run->order, c->order, s.run->train_count * sizeof *c->order);
        close_run(&s);
    }
}

/* ---- steps and epochs ---- */

static void calls_out_of_order_are_refused(void **state) {
    (void)state;
    static const char refusal[] = "emb_run_finish_epoch: the epoch has steps left";
    setting s = open_run(SMALL, 50, NULL); /* 40 images: three steps */
    emb_epoch done;
    assert_int_equal(emb_run_steps_per_epoch(s.run), 3);
    assert_true(emb_run_epoch_done(s.run)); /* before the first */
    for (size_t taken = 0; taken < 3; taken++) {
        assert_int_equal(emb_run_steps(s.run), taken);
        assert_int_equal(emb_run_finish_epoch(s.run, &done), EMB_ERR_ARGUMENT);
        assert_string_equal(emb_error(), refusal);
        step(s.run);
        assert_int_equal(emb_run_epoch_done(s.run), taken == 2);
    }
    assert_int_equal(emb_run_finish_epoch(s.run, &done), EMB_OK);
    assert_int_equal(done.steps, 3);
    /* Twice would draw twice. */
    assert_int_equal(emb_run_finish_epoch(s.run, &done), EMB_ERR_ARGUMENT);
    close_run(&s);
}

/* A loss is that of the weights before the update, the batch's own and nothing else's. */
static void loss_is_the_batchs_before_the_update(void **state) {
    (void)state;
    setting s = open_run(DEEP, 50, &(emb_train_options){.batch_size = 23});
    for (size_t taken = 0; taken < 4; taken++) {
        const size_t first = taken % 2 ? 23 : 0, count = taken % 2 ? 17 : 23;
        double errors[23], sum = 0;
        assert_int_equal(
            emb__net_errors(s.net, s.images, s.run->split + first, count, 1, errors, NULL), EMB_OK);
        for (size_t i = 0; i < count; i++) sum += errors[i];
        const float wanted = (float)(sum / (4 * (double)count)), loss = step(s.run);
        assert_memory_equal(&loss, &wanted, sizeof loss);
        emb_epoch done;
        if (emb_run_epoch_done(s.run)) {
            assert_int_equal(emb_run_finish_epoch(s.run, &done), EMB_OK);
            assert_memory_equal(&done.loss, &wanted, sizeof wanted);
        }
    }
    close_run(&s);
}

/* Weights that are kept: the run begins from them, and the random stream is the same, as if the
 * initial weights had been drawn. */
static void keep_weights_goes_on_from_them(void **state) {
    (void)state;
    char before[TEST_SHA_TEXT], after[TEST_SHA_TEXT];
    setting s = open_run(SMALL, 50, NULL);
    emb_epoch first, again;
    uint32_t split[50];
    memcpy(split, s.run->split, sizeof split);
    assert_int_equal(emb_run_epoch(s.run, &first), EMB_OK);
    weights_of(s.net, before);
    emb_run_free(s.run);
    s.run = emb_run_new(s.net, s.images, &(emb_train_options){.keep_weights = true});
    assert_non_null(s.run);
    assert_string_equal(weights_of(s.net, after), before);
    assert_memory_equal(s.run->split, split, sizeof split);
    assert_int_equal(emb_run_epoch(s.run, &again), EMB_OK);
    assert_string_not_equal(weights_of(s.net, after), before);
    assert_int_equal(again.preview, first.preview);
    close_run(&s);
}

/* ---- divergence ---- */

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
    setting s = open_run(DEEP, 500, &(emb_train_options){.learning_rate = 1e30});
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
    setting s = open_run(DEEP, 500, NULL);
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
        setting s = open_run(
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
        setting s = {.net = emb_net_parse(SMALL, "small", NULL),
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
        assert_true(isfinite(step(s.run)));
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
        setting s = {.net = emb_net_parse(SMALL, "small", NULL),
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

/* The validation that was cut short is as if it had not begun, and what follows has the same bits.
 */
static void a_cancelled_validation_can_be_asked_for_again(void **state) {
    (void)state;
    const emb_train_options options = {.batch_size = 8, .shuffle = true, .threads = 1};
    char weights[2][TEST_SHA_TEXT];
    emb_epoch done[2];
    for (int cut = 0; cut < 2; cut++) {
        setting s = open_run(DEEP, 90, &options);
        float codes[3], pixels[4] = {0};
        for (int e = 0; e < 2; e++) {
            do {
                step(s.run);
            } while (!emb_run_epoch_done(s.run));
            if (cut) {
                emb_cancel(true);
                assert_int_equal(emb_run_finish_epoch(s.run, &done[1]), EMB_ERR_CANCELLED);
                assert_string_equal(emb_error(), "was interrupted");
                assert_null(emb_pca_new(s.images, NULL, 0, 2, 1));
                emb_score score;
                assert_int_equal(emb_net_score(s.net, s.images, NULL, 0, 2, &score),
                                 EMB_ERR_CANCELLED);
                emb_cancel(false);
                assert_int_equal(emb_net_encode(s.net, pixels, 1, codes, 1), EMB_OK);
            }
            assert_int_equal(emb_run_finish_epoch(s.run, &done[cut]), EMB_OK);
        }
        weights_of(s.net, weights[cut]);
        close_run(&s);
    }
    assert_string_equal(weights[1], weights[0]);
    assert_true(done[1].validation_loss == done[0].validation_loss);
    assert_int_equal(done[1].preview, done[0].preview);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_have_ranges),
        cmocka_unit_test(no_option_is_nan),
        cmocka_unit_test(zero_is_the_default),
        cmocka_unit_test(images_must_fit),
        cmocka_unit_test(split_is_torchs),
        cmocka_unit_test(batch_and_validation_of_like_size),
        cmocka_unit_test(validation_loss_is_the_mean_of_means),
        cmocka_unit_test(loaders_draw_as_torchs),
        cmocka_unit_test(calls_out_of_order_are_refused),
        cmocka_unit_test(loss_is_the_batchs_before_the_update),
        cmocka_unit_test(keep_weights_goes_on_from_them),
        cmocka_unit_test(divergence_names_the_step_and_can_be_undone),
        cmocka_unit_test(restore_gives_the_last_epochs_end),
        cmocka_unit_test(an_epoch_that_ends_badly_is_not_kept),
        cmocka_unit_test(a_cancelled_validation_can_be_asked_for_again),
        cmocka_unit_test(a_gradient_alone_that_is_not_finite),
        cmocka_unit_test(a_second_moment_too_large_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
