/* Linear and biases of every instruction set that this processor has: the reference's bits. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/kernels.h"
#include "support/support.h"

static const int linears[][2] = {{1, 1}, {2, 64},  {64, 2},  {512, 64},  {64, 512},
                                 {7, 5}, {33, 17}, {16, 16}, {100, 31},  {9, 130},
                                 {4, 8}, {129, 3}, {257, 5}, {1800, 18}, {18, 770}};

static void linear_cases(const emb__kernels *k) {
    for (size_t row = 0; row < sizeof linears / sizeof *linears; row++) {
        const int ins = linears[row][0], outs = linears[row][1];
        const size_t weights = (size_t)ins * (size_t)outs;
        float *in = filled((size_t)ins * test_lanes), *go = filled((size_t)outs * test_lanes);
        float *weight = filled(weights), *bias = filled((size_t)outs);
        const size_t most = (size_t)(ins > outs ? ins : outs) * test_lanes + weights;
        float *got = filled(most), *expected = copied(got, most);
        const size_t rounded = (size_t)(ins + 15) / 16 * 16;
        float *scratch = filled((rounded + EMB__OUTER_EXTRA) * EMB__LANES);
        k->dense(in, ins, weight, (size_t)ins, 1, bias, got, outs);
        test_reference->dense(in, ins, weight, (size_t)ins, 1, bias, expected, outs);
        expect_same(k->name, "dense forward", row, got, expected, most);
        k->dense(go, outs, weight, 1, (size_t)ins, NULL, got, ins);
        test_reference->dense(go, outs, weight, 1, (size_t)ins, NULL, expected, ins);
        expect_same(k->name, "dense back", row, got, expected, most);
        const size_t outs_rounded = (size_t)(outs + 15) / 16 * 16;
        float *packed = filled(outs_rounded * (size_t)ins), *padded = filled(outs_rounded);
        k->single_dense(in, ins, packed, padded, got, outs);
        test_reference->single_dense(in, ins, packed, padded, expected, outs);
        expect_same(k->name, "dense for one image", row, got, expected, most);
        emb__free(packed);
        emb__free(padded);
        for (int used = 1; used <= (int)test_lanes; used += 5) {
            float *rows = filled(most * test_lanes), *back = copied(rows, most * test_lanes);
            k->to_lanes(rows, used, (size_t)ins, got);
            test_reference->to_lanes(rows, used, (size_t)ins, expected);
            expect_same(k->name, "to test_lanes", row, got, expected, most);
            k->from_lanes(got, used, (size_t)ins, back);
            expect_same(k->name, "from test_lanes", row, back, rows, most * test_lanes);
            emb__free(rows);
            emb__free(back);
        }
        for (int add = 0; add < 3; add++) {
            k->outer(in, ins, go, outs, got, (emb__into)add, scratch);
            test_reference->outer(in, ins, go, outs, expected, (emb__into)add, scratch);
            expect_same(k->name, "outer", row, got, expected, most);
            k->bias(in, ins, 1, got, add == 1, scratch);
            test_reference->bias(in, ins, 1, expected, add == 1, scratch);
            expect_same(k->name, "bias", row, got, expected, most);
        }
        float *const all[] = {in, go, weight, bias, got, expected, scratch};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) emb__free(all[i]);
    }
}

static void test_linear(void **unused) {
    (void)unused;
    each_isa(linear_cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear),
    };
    return cmocka_run_group_tests(tests, kernels_set_up, NULL);
}
