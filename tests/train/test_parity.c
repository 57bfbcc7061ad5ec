/* The whole against PyTorch's own record of the notebook's run: split, initial weights, losses,
 * gradients, weights, for both records in parity/ and every instruction set that is here.
 *
 * A record's keys say what it holds; its sums and norms were added up in double precision. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "support/support.h"
#include "train/run.h"

enum { STEPS = 200, PLAIN_STEPS = 20 };

/* Two correct float32 runs agree to 3e-7 over these steps; a wrong one is off by 1e-4 and more. */
static const double loss_tolerance = 2e-6;
static const double norm_tolerance = 1e-5;
static const double initial_tolerance = 1e-6;

/* With the SHA-256 of the initial weights, one tensor after the other in state_dict's order, as
 * PyTorch 1.13 and 2.13 draw them: the record itself has four numbers of each. */
typedef struct record {
    const char *name, *initial_sha256;
} record;

static const record records[] = {
    {"notebook-seed42-batch16-latent2",
     "8aa8c04b065965c6d03fb72e29dcfa350dba06217681c1fe153cb4946a1864f0"},
    {"notebook-seed42-batch64-latent8",
     "e4225918507742cd3cb0738eff888ef17caa132ac4d4791294e4f686477cf783"},
};

static emb_images *mnist;

static int open_mnist(void **state) {
    (void)state;
    mnist = emb_images_open(EMB_TEST_ROOT "/data/mnist", EMB_TRAIN);
    return mnist ? 0 : -1;
}

static int close_mnist(void **state) {
    (void)state;
    emb_images_free(mnist);
    return 0;
}

/* ---- one record, and the run that should repeat it ---- */

typedef struct trial {
    json_t *record;
    emb_net *net;
    emb_run *run;
} trial;

static int number(const trial *t, const char *key) {
    return (int)json_integer_value(json_object_get(t->record, key));
}

static trial trial_open(const record *recorded) {
    trial t;
    char path[512];
    json_error_t error;
    snprintf(path, sizeof path, "%s/tests/parity/%s.json", EMB_TEST_ROOT, recorded->name);
    t.record = json_load_file(path, 0, &error);
    if (!t.record) fail_msg("%s: %s", path, error.text);
    t.net = emb_net_open("notebook", &(emb_net_options){.latent = number(&t, "latent")});
    if (!t.net) fail_msg("%s", emb_error());
    t.run = emb_run_new(t.net, mnist,
                        &(emb_train_options){.seed = (uint64_t)number(&t, "seed"),
                                             .batch_size = number(&t, "batch")});
    if (!t.run) fail_msg("%s", emb_error());
    return t;
}

static void trial_close(trial *t) {
    emb_run_free(t->run);
    emb_net_free(t->net);
    json_decref(t->record);
}

static double step_loss(const trial *t, size_t step) {
    return json_real_value(json_array_get(json_object_get(t->record, "step_losses"), step));
}

static void take_steps(const trial *t, size_t to) {
    while (emb_run_steps(t->run) < to) {
        const size_t step = emb_run_steps(t->run);
        const double wanted = step_loss(t, step);
        float loss;
        if (emb_run_step(t->run, &loss) != EMB_OK) fail_msg("%s", emb_error());
        if (!(fabs((double)loss - wanted) <= loss_tolerance * wanted)) {
            fail_msg("%s, step %zu: loss %.9g, expected %.9g", t->net->kernels->name, step,
                     (double)loss, wanted);
        }
    }
}

/* ---- a record's tensors ---- */

typedef struct sums {
    double sum, l2;
} sums;

static sums sums_of(const float *values, size_t count) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (double)values[i];
        squares += (double)values[i] * (double)values[i];
    }
    return (sums){sum, sqrt(squares)};
}

/* Calls check(tensor's name, its values in `arena`, its record) for each tensor of the net. */
typedef void tensor_check(const emb__tensor *tensor, const float *values, json_t *recorded);

static void each_tensor(const trial *t, const char *key, const float *arena, tensor_check *check) {
    json_t *all = json_object_get(t->record, key);
    assert_int_equal(json_object_size(all), t->net->tensor_count);
    for (int i = 0; i < t->net->tensor_count; i++) {
        const emb__tensor *tensor = &t->net->tensors[i];
        json_t *recorded = json_object_get(all, tensor->name);
        if (!recorded) fail_msg("%s: no tensor %s there", key, tensor->name);
        check(tensor, arena + tensor->param->at, recorded);
    }
}

static double real(json_t *recorded, const char *key) {
    return json_real_value(json_object_get(recorded, key));
}

/* |got - wanted| <= tolerance * scale. */
static void expect_near(const char *what, const char *name, double got, double wanted,
                        double tolerance, double scale) {
    if (fabs(got - wanted) <= tolerance * scale) return;
    fail_msg("%s: %s %.12g, expected %.12g", name, what, got, wanted);
}

static void check_initial(const emb__tensor *tensor, const float *values, json_t *recorded) {
    const emb__param *param = tensor->param;
    json_t *shape = json_object_get(recorded, "shape"), *first = json_object_get(recorded, "first");
    assert_int_equal(json_array_size(shape), param->rank);
    for (int i = 0; i < param->rank; i++) {
        assert_int_equal(json_integer_value(json_array_get(shape, (size_t)i)), param->d[i]);
    }
    assert_true(json_array_size(first) == (param->count < 4 ? param->count : 4));
    for (size_t i = 0; i < json_array_size(first); i++) {
        /* A float32 printed as a double: it comes back exactly. */
        const float wanted = (float)json_real_value(json_array_get(first, i));
        assert_memory_equal(&values[i], &wanted, sizeof wanted);
    }
    const sums got = sums_of(values, param->count);
    const double l2 = real(recorded, "l2");
    expect_near("sum", tensor->name, got.sum, real(recorded, "sum"), initial_tolerance, l2);
    expect_near("norm", tensor->name, got.l2, l2, initial_tolerance, l2);
}

static void check_norm(const emb__tensor *tensor, const float *values, json_t *recorded) {
    const double l2 = real(recorded, "l2");
    expect_near("norm", tensor->name, sums_of(values, tensor->param->count).l2, l2, norm_tolerance,
                l2);
}

/* A norm says nothing of the order; the first four do, measured by the whole tensor's size. */
static void check_gradient(const emb__tensor *tensor, const float *values, json_t *recorded) {
    json_t *first = json_object_get(recorded, "first");
    check_norm(tensor, values, recorded);
    for (size_t i = 0; i < json_array_size(first); i++) {
        expect_near("value", tensor->name, (double)values[i],
                    json_real_value(json_array_get(first, i)), norm_tolerance,
                    real(recorded, "l2"));
    }
}

/* ---- the tests ---- */

static void expect_split(const uint32_t *indices, size_t count, const json_t *split,
                         const char *part) {
    static const char *const ends[] = {"first", "last"};
    char key[40], text[TEST_SHA_TEXT];
    test_sha sha;
    test_sha_begin(&sha);
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[8] = {0};
        for (int b = 0; b < 4; b++) bytes[b] = (uint8_t)(indices[i] >> (8 * b));
        test_sha_add(&sha, bytes, sizeof bytes);
    }
    snprintf(key, sizeof key, "%s_sha256_int64le", part);
    assert_string_equal(test_sha_end(&sha, text), json_string_value(json_object_get(split, key)));
    for (size_t end = 0; end < 2; end++) {
        snprintf(key, sizeof key, "%s_%s", part, ends[end]);
        json_t *wanted = json_object_get(split, key);
        const size_t n = json_array_size(wanted), from = end ? count - n : 0;
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(indices[from + i], json_integer_value(json_array_get(wanted, i)));
        }
    }
}

static void split_is_the_recorded(void **state) {
    trial t = trial_open(*state);
    const json_t *split = json_object_get(t.record, "split");
    size_t train_count, val_count;
    const uint32_t *train = emb_run_train_indices(t.run, &train_count);
    const uint32_t *val = emb_run_val_indices(t.run, &val_count);
    assert_int_equal(train_count, 48000);
    assert_int_equal(val_count, 12000);
    assert_int_equal(json_array_size(json_object_get(split, "train_first")), 8);
    expect_split(train, train_count, split, "train");
    expect_split(val, val_count, split, "val");
    trial_close(&t);
}

static void initial_weights_are_the_recorded(void **state) {
    trial t = trial_open(*state);
    assert_int_equal(t.net->param_count, number(&t, "parameters"));
    each_tensor(&t, "initial", t.net->params, check_initial);
    const record *recorded = *state;
    char text[TEST_SHA_TEXT];
    test_sha sha;
    test_sha_begin(&sha);
    test_sha_weights(&sha, t.net);
    assert_string_equal(test_sha_end(&sha, text), recorded->initial_sha256);
    trial_close(&t);
}

/* What the untrained network makes of the first training image. */
static void first_output_is_the_recorded(void **state) {
    enum { SIDE = 28, PIXELS = SIDE * SIDE, MOST_LATENT = 8 };
    trial t = trial_open(*state);
    json_t *rows = json_object_get(t.record, "output_step0_first_image_rows_13_14");
    float image[PIXELS], code[MOST_LATENT], output[PIXELS];
    size_t count;
    emb_images_float(mnist, emb_run_train_indices(t.run, &count)[0], image);
    assert_int_equal(emb_net_encode(t.net, image, 1, code, 1), EMB_OK);
    assert_int_equal(emb_net_decode(t.net, code, 1, output, 1), EMB_OK);
    assert_int_equal(json_array_size(rows), 2);
    for (size_t i = 0; i < (size_t)2 * SIDE; i++) {
        const double wanted =
            json_real_value(json_array_get(json_array_get(rows, i / SIDE), i % SIDE));
        expect_near("pixel", "output", (double)output[13 * SIDE + i], wanted, 1e-6, 1);
    }
    trial_close(&t);
}

static void gradients_are_the_recorded(void **state) {
    trial t = trial_open(*state);
    take_steps(&t, 1);
    each_tensor(&t, "gradients_step0", t.run->update.grads, check_gradient);
    trial_close(&t);
}

static void repeat_steps(const record *recorded) {
    static const struct {
        size_t steps;
        const char *key;
    } stops[] = {{1, "weights_after_1_steps"},
                 {10, "weights_after_10_steps"},
                 {100, "weights_after_100_steps"}};
    trial t = trial_open(recorded);
    const bool plain = strcmp(t.net->kernels->name, "plain") == 0;
    const size_t most = plain ? PLAIN_STEPS : STEPS;
    for (size_t i = 0; i < TEST_COUNT(stops) && stops[i].steps <= most; i++) {
        take_steps(&t, stops[i].steps);
        each_tensor(&t, stops[i].key, t.net->params, check_norm);
    }
    take_steps(&t, most);
    trial_close(&t);
}

static void losses_and_weights_are_the_recorded(void **state) {
    for (const char *const *isa = test_isas; *isa; isa++) {
        if (test_use_isa(*isa)) repeat_steps(*state);
    }
    test_use_isa(NULL);
}

/* ---- an epoch, and the pictures ---- */

static void first_epoch_is_the_notebooks(void **state) {
    (void)state;
    trial t = trial_open(&records[0]);
    emb_epoch done;
    assert_int_equal(emb_run_epoch(t.run, &done), EMB_OK);
    expect_near("validation loss", "epoch 1", done.validation_loss, 0.0440, 0.001, 1);
    expect_near("loss", "epoch 1", (double)done.loss, 0.0416, 0.001, 1);
    assert_int_equal(done.steps, 3000);
    assert_int_equal(done.images, 48000);
    assert_true(done.has_preview);
    assert_int_equal(done.preview, 17755);
    trial_close(&t);
}

/* The pictures depend on the draws alone, so one step stands for an epoch's. */
static void pictures_are_the_notebooks(void **state) {
    (void)state;
    static const size_t pictures[10] = {17755, 53460, 19118, 26743, 41194,
                                        30859, 57135, 40829, 27599, 21466};
    trial t = trial_open(&records[0]);
    for (size_t epoch = 0; epoch < TEST_COUNT(pictures); epoch++) {
        float loss;
        emb_epoch done;
        assert_int_equal(emb_run_step(t.run, &loss), EMB_OK);
        t.run->position = t.run->train_count;
        assert_int_equal(emb_run_finish_epoch(t.run, &done), EMB_OK);
        assert_int_equal(done.preview, pictures[epoch]);
    }
    trial_close(&t);
}

#define FOR_BOTH(test)                                                                             \
    {#test ", batch 16", test, NULL, NULL, (void *)&records[0]}, {                                 \
#test ", batch 64", test, NULL, NULL, (void *)&records[1]                                  \
    }

int main(void) {
    struct CMUnitTest tests[] = {
        FOR_BOTH(split_is_the_recorded),
        FOR_BOTH(initial_weights_are_the_recorded),
        FOR_BOTH(first_output_is_the_recorded),
        FOR_BOTH(gradients_are_the_recorded),
        FOR_BOTH(losses_and_weights_are_the_recorded),
        cmocka_unit_test(first_epoch_is_the_notebooks),
        cmocka_unit_test(pictures_are_the_notebooks),
    };
    return cmocka_run_group_tests(tests, open_mnist, close_mnist);
}
