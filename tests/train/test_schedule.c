/* The learning rate over a run's steps. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/support.h"
#include "train/run.h"
#include "train/schedule.h"

static void rates_follow_their_schedule(void **state) {
    (void)state;
    const int shape[3] = {2, 6, 5};
    const double pi = 3.14159265358979323846;
    emb_images *images = test_labelled(100, shape, TEST_CLASSES, 0);
    emb_net *net = emb_net_parse(test_classifier, "tiny", NULL);
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

/* The rise is the first step alone: 20 steps, a share of 0.05. */
static void a_cycle_may_begin_at_its_top(void **state) {
    (void)state;
    const int shape[3] = {2, 6, 5};
    const double pi = 3.14159265358979323846, end = 1 / 25.0 / 1e4;
    emb_images *images = test_labelled(100, shape, TEST_CLASSES, 0);
    emb_net *net = emb_net_parse(test_classifier, "tiny", NULL);
    const emb_train_options options = {.learning_rate = 0.5,
                                       .batch_size = 10,
                                       .val_split = -1,
                                       .schedule = EMB_SCHEDULE_ONE_CYCLE,
                                       .epochs = 2,
                                       .pct_start = 0.05};
    emb_run *run = emb_run_new(net, images, &options);
    for (size_t step = 0; step < 20; step++) {
        const double high = 0.5 + 0.5 * cos(pi * (double)step / 19);
        const emb__step_terms terms = emb__run_terms(run, step);
        assert_true(fabs(terms.rate - 0.5 * (end + (1 - end) * high)) <= 1e-15);
        assert_true(fabs(terms.momentum - (0.95 - 0.1 * high)) <= 1e-15);
    }
    emb_run_free(run);
    emb_net_free(net);
    emb_images_free(images);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_follow_their_schedule),
        cmocka_unit_test(a_cycle_may_begin_at_its_top),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
