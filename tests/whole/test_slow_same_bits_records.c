/* Every case of the records, each layer, loss, optimiser and schedule: the same bits on every
 * instruction set, with other numbers of threads, and stopped and resumed. test_records.c says
 * that they are the right ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/folder.h"
#include "support/records.h"
#include "support/support.h"

/* Mostly few: where these are more than the machine's, they wait for one another. */
static const int thread_counts[] = {2, 3, 1, 2, 3, 2, 3, 2, 3, 5, 2, 3, 2, 3, 2, 3, 2, 3, 8};

enum { MOST_STEPS = 5, LARGE_STEPS = 1, LARGE = 10000 /* numbers of an image */ };

static size_t steps_of(const record_case *c) {
    const size_t steps = (size_t)record_number(c, "steps");
    int shape[3];
    emb_net_input_shape(c->net, shape);
    const size_t most = shape[0] * shape[1] * shape[2] > LARGE ? LARGE_STEPS : MOST_STEPS;
    return steps < most ? steps : most;
}

/* Saves the run and goes on with the saved one, with another number of threads. */
static emb_run *stopped(record_case *c, emb_run *run, int threads) {
    const char *path = test_path("stopped.safetensors");
    if (emb_run_save(run, path, NULL, 0) != EMB_OK) fail_msg("%s: %s", c->name, emb_error());
    emb_run_free(run);
    emb_net_free(c->net);
    emb_checkpoint *saved = emb_checkpoint_open(path);
    c->net = emb_checkpoint_net(saved);
    run = emb_checkpoint_run(saved, c->net, c->images, threads);
    emb_checkpoint_free(saved);
    if (!run) fail_msg("%s: %s", c->name, emb_error());
    return run;
}

/* The SHA-256 of all losses and of weights and buffers; false if the library refuses the case. */
static bool train(json_t *row, int threads, size_t stop, char text[TEST_SHA_TEXT]) {
    record_case c;
    emb_train_options o;
    emb_run *run = NULL;
    const bool opened = record_case_open(&c, row) && record_options(&c, &o);
    if (opened) {
        o.threads = threads;
        run = emb_run_new(c.net, c.images, &o);
    }
    const bool good = run != NULL;
    test_sha sha;
    test_sha_begin(&sha);
    for (size_t i = 0; good && i < steps_of(&c); i++) {
        float loss;
        emb_epoch done;
        if (i == stop) run = stopped(&c, run, threads % 8 + 1);
        if (emb_run_step(run, &loss) != EMB_OK ||
            (emb_run_epoch_done(run) && emb_run_finish_epoch(run, &done) != EMB_OK)) {
            fail_msg("%s: %s", c.name, emb_error());
        }
        test_sha_add(&sha, &loss, sizeof loss);
    }
    if (good) test_sha_weights(&sha, c.net);
    test_sha_end(&sha, text);
    emb_run_free(run);
    record_case_close(&c);
    return good;
}

/* Case `i` of a group: 1 if it is refused. */
static size_t compare(json_t *row, size_t i) {
    enum { NEVER = 1000 };
    char wanted[TEST_SHA_TEXT], got[TEST_SHA_TEXT];
    test_use_isa(NULL);
    if (!train(row, 1, NEVER, wanted)) return 1;
    size_t k = i;
    for (const char *const *isa = test_isas; *isa; isa++, k++) {
        /* Each case has one of the sets, and then the next case of its kind another one. The plain
         * set is slow. */
        const size_t turn = isa[1] ? 2 : 5;
        if ((i + (size_t)(isa - test_isas)) % turn != 0 || !test_use_isa(*isa)) continue;
        const int threads = thread_counts[k % TEST_COUNT(thread_counts)];
        const size_t stop = (i * 7 + k) % (MOST_STEPS + 2);
        train(row, threads, stop, got);
        if (strcmp(got, wanted) == 0) continue;
        fail_msg(
            "%s: %s, %d threads, stopped after step %zu: other bits than the best set's on one",
            json_string_value(json_object_get(row, "name")), *isa, threads, stop);
    }
    return 0;
}

static void group_is_the_same_everywhere(void **state) {
    const char *group = *state;
    char path[512];
    snprintf(path, sizeof path, "%s/tests/parity/%s.json.gz", EMB_TEST_ROOT, group);
    json_t *cases = records_open(path), *row;
    size_t i, refused = 0;
    json_array_foreach(cases, i, row) refused += compare(row, i);
    if (refused) print_message("%zu of %zu cases are refused\n", refused, json_array_size(cases));
    json_decref(cases);
    test_use_isa(NULL);
}

#define GROUP(name)                                                                                \
    { name, group_is_the_same_everywhere, NULL, NULL, (void *)(name) }

int main(void) {
    const struct CMUnitTest tests[] = {
        GROUP("layers"),    GROUP("losses"),   GROUP("optimisers"),
        GROUP("schedules"), GROUP("networks"),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
