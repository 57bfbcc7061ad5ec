/* base/threads.c, pace.c and how a team shares a block: nobody's part is left out or done twice,
 * and whoever does it, the bits are the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "device/cpu/pace.h"
#include "device/cpu/workspace.h"
#include "support/support.h"

/* Strides and paddings of every kind, groups, an in-place layer after Flatten, two Linears in a
 * row. */
#define MIXED                                                                                      \
    "input = 2, 9, 7\n"                                                                            \
    "encoder = Sequential(Conv2d(2, 20, 3, stride=2, padding=1), Tanh(), Conv2d(20, 6, 1, "        \
    "groups=2), ReLU(), Flatten(), Sigmoid(), Linear(120, 33), Linear(33, 3))\n"                   \
    "decoder = Sequential(Linear(3, 120), Tanh(), Unflatten(1, (6, 5, 4)), "                       \
    "ConvTranspose2d(6, 2, 3, stride=2, padding=1), Sigmoid())"

enum { ROUNDS = 200, MOST = 5 };

typedef struct rounds {
    atomic_int arrived[ROUNDS];
    atomic_int early;
} rounds;

static void count_rounds(void *data, const emb__member *me) {
    rounds *r = data;
    for (int i = 0; i < ROUNDS; i++) {
        atomic_fetch_add(&r->arrived[i], 1);
        emb__team_wait(me);
        if (atomic_load(&r->arrived[i]) != me->count) atomic_fetch_add(&r->early, 1);
    }
}

static void nobody_passes_before_all_have_come(void **state) {
    (void)state;
    for (int threads = 1; threads <= MOST; threads++) {
        rounds r = {0};
        emb__team_run(threads, count_rounds, &r);
        assert_int_equal(r.early, 0);
        assert_true(r.arrived[ROUNDS - 1] >= 1);
    }
}

static void shares_cover_a_block_once(void **state) {
    (void)state;
    static const emb__shape shapes[] = {{3, {8, 14, 14}}, {3, {16, 7, 7}}, {3, {1, 28, 28}},
                                        {3, {5, 1, 3}},   {1, {512}},      {1, {2}},
                                        {3, {33, 3, 4}},  {1, {17}}};
    for (size_t i = 0; i < TEST_COUNT(shapes); i++) {
        const emb__shape *s = &shapes[i];
        const int rows = s->rank == 3 ? s->d[1] : 1;
        for (int count = 1; count <= MOST; count++) {
            int *times = calloc((size_t)(s->d[0] * rows), sizeof *times);
            for (int k = 0; k < count; k++) {
                const emb__member me = {NULL, k, count};
                const emb__share share = emb__shape_share(s, &me);
                for (int c = share.channel; c < share.channel_end; c++) {
                    for (int y = share.row; y < share.row_end; y++) times[c * rows + y]++;
                }
            }
            for (int k = 0; k < s->d[0] * rows; k++) assert_int_equal(times[k], 1);
            free(times);
        }
    }
}

/* SHA-256 of ten steps' weights and of reconstructions; two threads share each block by halves, or
 * by rows and channels. */
static void train(const char *notation, int images, int batch, int threads, bool halves,
                  char text[TEST_SHA_TEXT]) {
    emb_net *net =
        notation ? emb_net_parse(notation, "mixed", NULL) : emb_net_open("notebook", NULL);
    if (!net) fail_msg("%s", emb_error());
    int shape[3];
    emb_net_input_shape(net, shape);
    emb_images *data = test_images((size_t)images, shape[0], shape[1], shape[2], 5);
    emb_run *run =
        emb_run_new(net, data, &(emb_train_options){.batch_size = batch, .threads = threads});
    if (!run) fail_msg("%s", emb_error());
    assert_int_equal(emb__net_workspaces(net, threads, threads), EMB_OK);
    emb__cpu_of(net)->halves = halves;
    test_sha sha;
    test_sha_begin(&sha);
    for (int step = 0; step < 10; step++) {
        float loss;
        if (emb_run_step(run, &loss) != EMB_OK) fail_msg("%s", emb_error());
        test_sha_add(&sha, &loss, sizeof loss);
        emb_epoch done;
        if (emb_run_epoch_done(run)) assert_int_equal(emb_run_finish_epoch(run, &done), EMB_OK);
    }
    test_sha_weights(&sha, net);
    const size_t pixels = (size_t)(shape[0] * shape[1] * shape[2]), n = (size_t)images;
    float *in = calloc(n * pixels, sizeof *in), *out = calloc(n * pixels, sizeof *out);
    for (size_t i = 0; i < n; i++) emb_images_float(data, i, in + i * pixels);
    assert_int_equal(emb_net_reconstruct(net, in, n, out, threads), EMB_OK);
    test_sha_add(&sha, out, n * pixels * sizeof *out);
    test_sha_end(&sha, text);
    free(in);
    free(out);
    emb_run_free(run);
    emb_images_free(data);
    emb_net_free(net);
}

static void halves_and_rows_give_the_same_bits(void **state) {
    (void)state;
    static const struct {
        const char *notation;
        int images, batch;
    } cases[] = {{NULL, 60, 16},  {NULL, 50, 11},  {NULL, 37, 8},  {NULL, 60, 40},  {NULL, 63, 40},
                 {MIXED, 60, 16}, {MIXED, 53, 32}, {MIXED, 45, 9}, {MIXED, 60, 40}, {MIXED, 29, 5}};
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        char one[TEST_SHA_TEXT], two[TEST_SHA_TEXT];
        train(cases[i].notation, cases[i].images, cases[i].batch, 1, false, one);
        for (int way = 0; way < 2; way++) {
            train(cases[i].notation, cases[i].images, cases[i].batch, 2, way, two);
            if (strcmp(one, two) != 0) {
                fail_msg("case %zu, by %s: other bits", i, way ? "halves" : "rows");
            }
        }
    }
}

/* Steps whose time depends on the threads alone, until the pace has settled. */
static int settles_on(emb__pace *pace, const double *cost) {
    for (int i = 0; i < 10000; i++) {
        emb__pace_took(pace, cost[emb__pace_threads(pace)], 16);
    }
    return pace->threads[pace->best];
}

static void pace_takes_the_fastest(void **state) {
    (void)state;
    emb__pace pace;
    emb__pace_init(&pace, 3);
    assert_int_equal(settles_on(&pace, (const double[]){0, 1, 1, 9}), 3); /* what was asked stays */
    pace = (emb__pace){.count = 3, .threads = {1, 2, 4}, .wait = 0.5};
    assert_int_equal(settles_on(&pace, (const double[]){0, 3e-3, 2e-3, 0, 1e-3}), 4);
    assert_int_equal(settles_on(&pace, (const double[]){0, 3e-3, 2e-3, 0, 9e-3}), 2);
    assert_int_equal(settles_on(&pace, (const double[]){0, 1e-3, 2e-3, 0, 9e-3}), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_passes_before_all_have_come),
        cmocka_unit_test(shares_cover_a_block_once),
        cmocka_unit_test(halves_and_rows_give_the_same_bits),
        cmocka_unit_test(pace_takes_the_fastest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
