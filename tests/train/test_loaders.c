/* The loaders' order: the images of each step as PyTorch draws them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/runs.h"

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
        run_setting s = open_run(SMALL, 50,
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loaders_draw_as_torchs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
