/* ONNX's factors and summands: into the layer before, the one behind, or as a layer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/folder.h"
#include "support/onnx_tables.h"
#include "support/support.h"

static const onnx_good affine[] = {
    {ONNX_X ONNX_WEIGHT "w c float - 2\nMul x,c -> a\nMatMul a,w -> y",
     "    Linear(4, 2, bias=False),\n)\n",
     {100, 120}},
    {ONNX_X ONNX_WEIGHT "w c float - 2\nMul c,x -> a\nMatMul a,w -> y", NULL, {100, 120}},
    {ONNX_X ONNX_WEIGHT "w c float 4 1,2,3,4\nMul x,c -> a\nMatMul a,w -> y", NULL, {170, 200}},
    {ONNX_X ONNX_WEIGHT
     "w c float 1,4 1,2,3,4\nSub x,c -> a\nw d float 1 1\nAdd a,d -> b\nMatMul b,w -> y",
     "    Linear(4, 2),\n",
     {16, 20}},
    {ONNX_X ONNX_WEIGHT "w c float - 1\nSub c,x -> a\nMatMul a,w -> y", NULL, {-34, -40}},
    {ONNX_X ONNX_WEIGHT "w c float - 2\nDiv x,c -> a\nMatMul a,w -> y", NULL, {25, 30}},
    {ONNX_X ONNX_WEIGHT "Neg x -> a\nMatMul a,w -> y", NULL, {-50, -60}},
    {ONNX_X ONNX_WEIGHT "w c float 2 2,3\nMatMul x,w -> a\nMul a,c -> b\nAdd b,c -> y",
     "    Linear(4, 2),\n)\n",
     {102, 183}},
    {ONNX_X "w c float 4 1,2,3,4\nMul x,c -> a\nRelu a -> y",
     "    Unflatten(1, (4, 1, 1)),\n    Conv2d(4, 4, 1, groups=4, bias=False),\n    Flatten(),\n"
     "    ReLU(),\n",
     {1, 4, 9, 16}},
    {ONNX_X "w b float 4 seq\nAdd x,b -> y", "Conv2d(4, 4, 1, groups=4)", {2, 4, 6, 8}},
    {ONNX_X "w s float 2 0,-1\nCast s -> i to=7\nw w float 4,1 1,1,1,1\nReshape x,i -> a\n"
            "MatMul a,w -> y",
     NULL,
     {10}},
    {ONNX_X ONNX_WEIGHT "Cast x -> a to=10\nMatMul a,w -> b\nCast b -> y to=1", NULL, {50, 60}},
    /* (x - 1) / sqrt(4) 2 + 3 of the first channel; of the second x + 0 */
    {"in x float N,2,1,2\nout y\nw s float 2 2,1\nw b float 2 3,0\nw m float 2 1,0\n"
     "w v float 2 4,1\nBatchNormalization x,s,b,m,v -> y epsilon=0f",
     "Conv2d(2, 2, 1, groups=2)",
     {3, 4, 3, 4}},
    {"in x float N,1,2,2\nout y\nw k float 1,1,2,2 1,1,1,1\nw s float 1 2\nw b float 1 1\n"
     "w m float 1 4\nw v float 1 4\nConv x,k -> a\n"
     "BatchNormalization a,s,b,m,v -> y epsilon=0f",
     "    Conv2d(1, 1, 2),\n)\n",
     {7}},
    /* what is padded is 0 behind a shift, so that it may not be folded into the kernel */
    {"in x float N,1,2,2\nout y\nw c float - 1\nw k float 1,1,3,3 1,1,1,1,1,1,1,1,1\n"
     "Add x,c -> a\nConv a,k -> y pads=[1,1,1,1]",
     "(\n    Conv2d(1, 1, 3, padding=1",
     {14, 14, 14, 14}},
    {"in x float N,2,1,2\nout y\nw c float 2,1,1 0,1\nw k float 1,2,3,3 seq\n"
     "Add x,c -> a\nConv a,k -> y pads=[1,1,1,1]",
     "    Conv2d(2, 2, 1, groups=2),\n",
     {148, 136}},
    {"in x float N,1,2,2\nout y\nw c float - 1\nw k float 1,1,2,2 1,1,1,1\n"
     "Add x,c -> a\nConv a,k -> y",
     "    Conv2d(1, 1, 2, bias=False),\n)\n",
     {14}},
    {"in x float N,2,1,2\nout y\nw c float 2,1,1 0,1\nw k float 1,2,1,2 seq\n"
     "Add x,c -> a\nConv a,k -> y",
     "(\n    Conv2d(2, 1, (1, 2)),\n)\n",
     {37}},
    {"in x float N,1,2,2\nout y\nw p int64 8 0,0,1,1,0,0,1,1\nw k float 1,1,3,3 1,1,1,1,1,1,1,1,1\n"
     "Pad x,p -> a\nConv a,k -> y",
     "Conv2d(1, 1, 3, padding=1, bias=False)",
     {10, 10, 10, 10}},
    {"in x float N,1,2,2\nout y\nw k float 1,1,3,3 1,1,1,1,1,1,1,1,1\n"
     "Pad x -> a pads=[0,0,1,1,0,0,1,1] mode='constant' value=0f\nConv a,k -> y",
     NULL,
     {10, 10, 10, 10}},
    /* bytes reach a network as x / 255 */
    {"in x uint8 N,4\nout y\n" ONNX_WEIGHT "w c float - 255\nCast x -> a to=1\nDiv a,c -> b\n"
     "MatMul b,w -> y",
     NULL,
     {50, 60}},
    {"in x uint8 N,4\nout y\n" ONNX_WEIGHT "w c float - 127.5\nCast x -> a to=1\nDiv a,c -> b\n"
     "MatMul b,w -> y",
     NULL,
     {100, 120}},
    {"in x uint8 N,4\nout y\n" ONNX_WEIGHT "Cast x -> a to=1\nMatMul a,w -> y",
     NULL,
     {12750, 15300}},
};

static void test_affine(void **state) {
    (void)state;
    onnx_import_all(affine, TEST_COUNT(affine));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_affine)};
    return cmocka_run_group_tests(tests, onnx_set_up, test_folder_remove);
}
