/* A checkup's work is bounded by what it may cost, whatever the network: no clock is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <embudo.h>

#include "net/net.h"
#include "study/budget.h"

enum { LEAST = 16, MOST = 2000 };

/* What an image's way costs at least: its multiply-adds. */
static double operations(const emb_net *net) {
    double all = 0;
    for (size_t i = 0; i < emb_net_layer_count(net); i++) {
        emb_layer_info layer;
        emb_net_layer(net, i, &layer);
        all += (double)layer.multiply_adds;
    }
    return all;
}

static emb_net *of(int channels, int side, int width) {
    char text[512];
    snprintf(
        text, sizeof text,
        "input = %d, %d, %d\n"
        "encoder = Sequential(Conv2d(%d, %d, 3, padding=1), ReLU(), Flatten(), Linear(%d, 2))\n"
        "decoder = Sequential(Linear(2, %d), Unflatten(1, (%d, %d, %d)))\n",
        channels, side, side, channels, width, width * side * side, channels * side * side,
        channels, side, side);
    emb_net *net = emb_net_parse(text, "budget", NULL);
    if (!net) fail_msg("%s", emb_error());
    return net;
}

static void work_is_bounded(void **state) {
    (void)state;
    static const double budgets[] = {1e6, 1e8, 1e10};
    size_t bound = 0, free_ones = 0;
    for (int side = 4; side <= 256; side *= 2) {
        for (int width = 1; width <= 64; width *= 8) {
            emb_net *net = of(side > 64 ? 1 : 3, side, width);
            size_t before = 0;
            for (size_t b = 0; b < sizeof budgets / sizeof *budgets; b++) {
                const size_t count = emb__affordable(net, budgets[b], MOST);
                assert_true(count >= LEAST && count <= MOST && count >= before);
                if (count > LEAST) assert_true((double)count * operations(net) <= budgets[b]);
                bound += count < MOST;
                free_ones += count == MOST;
                before = count;
            }
            assert_int_equal(emb__affordable(net, 1, 3), 3); /* not more than there are */
            emb_net_free(net);
        }
    }
    assert_true(bound > 10 && free_ones > 10); /* both were met */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(work_is_bounded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
