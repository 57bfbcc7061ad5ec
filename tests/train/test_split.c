/* emb_split is the split of a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "support/support.h"
#include "train/run.h"

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
        cmocka_unit_test(the_split_is_the_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
