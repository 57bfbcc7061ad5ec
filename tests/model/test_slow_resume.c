/* The notebook's network for 200 steps, stopped at every 10th and resumed with 1, 2, 3, 4 or 8
 * threads in turn, or, as `make torture` sets EMBUDO_TORTURE, by each of them: one result.
 * test_checkpoint.c does more of it on small networks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "embudo.h"
#include "support/folder.h"
#include "support/support.h"

enum { IMAGES = 400, STEPS = 200, EVERY = 10, STOPS = STEPS / EVERY, PATH_ROOM = 96 };

static const int threads[] = {1, 2, 3, 4, 8};

static const char *path_of(size_t stop) {
    static char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/%zu.safetensors", test_folder, stop);
    return path;
}

/* Trains to the end, saving every 10th step where `save` is set. */
static const char *train(emb_run *run, emb_net *net, bool save, char text[TEST_SHA_TEXT]) {
    test_sha sha = {0};
    for (;;) {
        float loss;
        emb_epoch done;
        const size_t steps = emb_run_steps(run);
        if (save && steps % EVERY == 0 && steps < STEPS &&
            emb_run_save(run, path_of(steps / EVERY), NULL, 0) != EMB_OK) {
            fail_msg("%s", emb_error());
        }
        if (steps == STEPS) break;
        assert_int_equal(emb_run_step(run, &loss), EMB_OK);
        if (emb_run_epoch_done(run)) assert_int_equal(emb_run_finish_epoch(run, &done), EMB_OK);
    }
    test_sha_begin(&sha);
    test_sha_weights(&sha, net);
    return test_sha_end(&sha, text);
}

static void one_result(void **state) {
    (void)state;
    char wanted[TEST_SHA_TEXT] = "", got[TEST_SHA_TEXT];
    emb_images *images = test_images(IMAGES, 1, 28, 28, 11);
    for (size_t t = 0; t < TEST_COUNT(threads); t++) {
        const emb_train_options options = {.shuffle = true, .threads = threads[t]};
        emb_net *net = emb_net_open("notebook", NULL);
        emb_run *run = emb_run_new(net, images, &options);
        train(run, net, t == 0, got);
        if (t == 0) memcpy(wanted, got, sizeof got);
        assert_string_equal(got, wanted);
        emb_run_free(run);
        emb_net_free(net);
        for (size_t stop = 0; stop < STOPS; stop++) {
            if (!getenv("EMBUDO_TORTURE") && stop % TEST_COUNT(threads) != t) continue;
            net = emb_net_open(path_of(stop), NULL);
            run = net ? emb_run_resume(net, images, path_of(stop), threads[t]) : NULL;
            if (!run) fail_msg("%s", emb_error());
            if (strcmp(train(run, net, false, got), wanted) != 0) {
                fail_msg("%d threads from step %zu: other bits", threads[t], stop * EVERY);
            }
            emb_run_free(run);
            emb_net_free(net);
        }
    }
    emb_images_free(images);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_result)};
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
