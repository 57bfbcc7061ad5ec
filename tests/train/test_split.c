/* The split into training and validation, and what an epoch makes of both parts. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/runs.h"
#include "train/image_errors.h"

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
        run_setting s = open_run(SMALL, c->images, &(emb_train_options){.val_split = c->share});
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
        run_setting s =
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
    run_setting s = open_run(SMALL, IMAGES, &(emb_train_options){.batch_size = BATCH});
    emb_epoch done;
    while (run_step(s.run), !emb_run_epoch_done(s.run)) continue;
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
            assert_int_equal(
                emb__net_errors(s.net, &s.run->loss, s.images, &index, 1, 1, &error, NULL), EMB_OK);
            sum += error / 4;
        }
        wanted += sum / (double)here / 3;
    }
    assert_true(fabs(done.validation_loss - wanted) < 1e-7 * wanted);
    close_run(&s);
}

static void the_split_is_the_runs(void **state) {
    (void)state;
    enum { COUNT = 103 };
    const emb_train_options options = {.seed = 5, .val_split = 0.3};
    uint32_t order[COUNT];
    size_t train, run_train, run_val;
    const int shape[3] = {2, 6, 5};
    emb_images *images = test_labelled(COUNT, shape, TEST_CLASSES, 0);
    emb_net *net = emb_net_parse(test_classifier, "tiny", NULL);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(split_is_torchs),
        cmocka_unit_test(batch_and_validation_of_like_size),
        cmocka_unit_test(validation_loss_is_the_mean_of_means),
        cmocka_unit_test(the_split_is_the_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
