/* train/run.c: steps and epochs, and calls out of order. Whether training gives PyTorch's numbers
 * is test_parity.c's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/runs.h"
#include "train/image_errors.h"

static void calls_out_of_order_are_refused(void **state) {
    (void)state;
    static const char refusal[] = "emb_run_finish_epoch: the epoch has steps left";
    run_setting s = open_run(SMALL, 50, NULL); /* 40 images: three steps */
    emb_epoch done;
    assert_int_equal(emb_run_steps_per_epoch(s.run), 3);
    assert_true(emb_run_epoch_done(s.run)); /* before the first */
    for (size_t taken = 0; taken < 3; taken++) {
        assert_int_equal(emb_run_steps(s.run), taken);
        assert_int_equal(emb_run_finish_epoch(s.run, &done), EMB_ERR_ARGUMENT);
        assert_string_equal(emb_error(), refusal);
        run_step(s.run);
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
    run_setting s = open_run(DEEP, 50, &(emb_train_options){.batch_size = 23});
    for (size_t taken = 0; taken < 4; taken++) {
        const size_t first = taken % 2 ? 23 : 0, count = taken % 2 ? 17 : 23;
        double errors[23], sum = 0;
        assert_int_equal(emb__net_errors(s.net, &s.run->loss, s.images, s.run->split + first, count,
                                         1, errors, NULL),
                         EMB_OK);
        for (size_t i = 0; i < count; i++) sum += errors[i];
        const float wanted = (float)(sum / (4 * (double)count)), loss = run_step(s.run);
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
    run_setting s = open_run(SMALL, 50, NULL);
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

/* The validation that was cut short is as if it had not begun, and what follows has the same bits.
 */
static void a_cancelled_validation_can_be_asked_for_again(void **state) {
    (void)state;
    const emb_train_options options = {.batch_size = 8, .shuffle = true, .threads = 1};
    char weights[2][TEST_SHA_TEXT];
    emb_epoch done[2];
    for (int cut = 0; cut < 2; cut++) {
        run_setting s = open_run(DEEP, 90, &options);
        float codes[3], pixels[4] = {0};
        for (int e = 0; e < 2; e++) {
            do {
                run_step(s.run);
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
        cmocka_unit_test(calls_out_of_order_are_refused),
        cmocka_unit_test(loss_is_the_batchs_before_the_update),
        cmocka_unit_test(keep_weights_goes_on_from_them),
        cmocka_unit_test(a_cancelled_validation_can_be_asked_for_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
