/* ONNX models whose channels come last, or whose vectors are images; and branches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/folder.h"
#include "support/onnx_tables.h"
#include "support/support.h"

/* x is 1, 2, ... in the layers' order: channels, rows, columns. */
#define PIXELS "in x float N,2,3\nout y\n"
#define LAST   "in x float N,5,6,3\nout y\n"
#define ONES   "w w float 90,1 "
static const onnx_good lies[] = {
    {PIXELS "w w float 6,1 1,2,3,4,5,6\nFlatten x -> a\nMatMul a,w -> y",
     "input = 1, 2, 3\n",
     {91}},
    {PIXELS "w a int64 1 1\nw k float 1,1,2,2 1,1,1,1\nUnsqueeze x,a -> b\nConv b,k -> y",
     "input = 1, 2, 3\nencoder = Sequential(\n    Conv2d(1, 1, 2",
     {12, 16}},
    {PIXELS "w k float 1,2,2 1,1,1,1\nConv x,k -> y", "input = 2, 1, 3\n", {12, 16}},
    {PIXELS "Unsqueeze x -> b axes=[1]\nw k float 1,1,1,1 2\nConv b,k -> c\n"
            "Squeeze c -> y axes=[1]",
     NULL,
     {2, 4, 6, 8, 10, 12}},
    {"in x float N,1,4\nout y\n" ONNX_WEIGHT "MatMul x,w -> y", "input = 4\n", {50, 60}},
    {"in x float N,2,3,1\nout y\nw k float 1,1,1,1 2\nTranspose x -> a perm=[0,3,1,2]\n"
     "Conv a,k -> b\nTranspose b -> y perm=[0,2,3,1]",
     "input = 1, 2, 3\n",
     {2, 4, 6, 8}},
    {PIXELS "w i int64 - 0\nw k float 1,1,1,1 2\nUnsqueeze x -> b axes=[1]\nConv b,k -> c\n"
            "Gather c,i -> y axis=1",
     NULL,
     {2, 4, 6, 8, 10, 12}},
    {"in x float N,1,4\nout y\nw i int64 1 -1\n" ONNX_WEIGHT
     "Gather x,i -> a axis=1\nMatMul a,w -> y",
     "input = 4\n",
     {50, 60}},
    {ONNX_X ONNX_WEIGHT "w s int64 2 0,0\nw e int64 2 9223372036854775807,4\nw t int64 2 1,1\n"
                        "w a int64 2 0,1\nSlice x,s,e,a,t -> b\nMatMul b,w -> y",
     NULL,
     {50, 60}},
    {ONNX_X ONNX_WEIGHT "Slice x -> b axes=[-1] starts=[0] ends=[2147483647]\nMatMul b,w -> y",
     NULL,
     {50, 60}},
    /* channels last: here they come first, 1..30 the first one */
    {LAST "w k float 1,3,1,1 1,100,10000\nTranspose x -> a perm=[0,3,1,2]\nConv a,k -> y",
     "input = 3, 5, 6\n",
     {613101, 623202}},
    {LAST "w k float 3,3,1,1 1,0,0,0,2,0,0,0,3\nTranspose x -> a perm=[0,3,1,2]\n"
          "Conv a,k -> b\nTranspose b -> y perm=[0,2,3,1]",
     "input = 3, 5, 6\nencoder = Sequential(\n    Conv2d(3, 3, 1, bias=False),\n)\n",
     {1, 2, 3}},
    {LAST "w m float 3 0,30,60\nSub x,m -> a\nTranspose a -> b perm=[0,3,1,2]\n"
          "w k float 1,3,1,1 1,100,10000\nConv b,k -> y",
     "Conv2d(3, 1, 1)",
     {10101, 20202}},
    /* a vector from [row][column][channel]: the graph's second number is the second channel's */
    {LAST
     "Flatten x -> a\n" ONES "0,1,0,1000,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,"
     "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,"
     "0,0,0,0,0,0,0,0,0,0,0\nMatMul a,w -> y",
     "input = 3, 5, 6\n",
     {2031}},
    {"in x float N,2,1,2\nout y\nTranspose x -> a perm=[0,2,3,1]\nFlatten a -> b\n"
     "w w float 4,1 1,10,100,1000\nMatMul b,w -> y",
     "input = 2, 1, 2\n",
     {4231}},
    /* out of a vector: the Linear's rows move */
    {"in x float N,1\nout y\nw w float 1,8 1,2,3,4,5,6,7,8\nw k float 2,2,1,1 1,0,0,1\n"
     "w s int64 4 0,2,2,2\nMatMul x,w -> a\nReshape a,s -> b\nTranspose b -> c perm=[0,3,1,2]\n"
     "Conv c,k -> y",
     "    Linear(1, 8, bias=False),\n    Unflatten(1, (2, 2, 2)),\n    Conv2d",
     {1, 3, 5, 7, 2, 4, 6, 8}},
};

/* Branches. x is 1, 2, 3, 4, and as an image 1, 2 | 3, 4. */
#define PAIR "in x float N,2,1,2\nout y\n"
#define MIX  "w k float 2,2,1,1 1,0,0,2\n"
#define SUM  "w w float 4,1 1,10,100,1000\n"
static const onnx_good branches[] = {
    {ONNX_X "Relu x -> a\nAdd a,x -> y", "    Residual(\n        ReLU(),\n    ),\n", {2, 4, 6, 8}},
    {ONNX_X "Relu x -> a\nSum x,a -> y", "    Residual(\n        ReLU(),\n    ),\n", {2, 4, 6, 8}},
    {ONNX_X "Add x,x -> a\n" SUM "MatMul a,w -> y", "(\n    Linear(4, 1, bias=False),\n)", {8642}},
    {PAIR MIX "Conv x,k -> a\nRelu a -> b\nConv b,k -> c\nAdd x,c -> y",
     "    Residual(\n        Sequential(\n            Conv2d(2, 2, 1, bias=False),\n            "
     "ReLU(),\n"
     "            Conv2d(2, 2, 1, bias=False),\n        ),\n    ),\n)\n",
     {2, 4, 15, 20}},
    /* a shortcut of its own: the longer branch is the body */
    {PAIR MIX "Conv x,k -> a\nConv x,k -> b\nRelu b -> c\nAdd a,c -> d\nRelu d -> y",
     "    Residual(\n        Sequential(\n            Conv2d(2, 2, 1, bias=False),\n            "
     "ReLU(),\n"
     "        ),\n        shortcut=Conv2d(2, 2, 1, bias=False),\n    ),\n    ReLU(),\n)\n",
     {2, 4, 12, 16}},
    /* a bias is the branch's; a scale behind the end is not */
    {PAIR MIX "w b float 2,1,1 1,2\nConv x,k -> a\nAdd a,b -> c\nw t float - 3\nAdd c,x -> d\n"
              "Mul d,t -> y",
     "        Conv2d(2, 2, 1),\n    ),\n    Conv2d(2, 2, 1, groups=2, bias=False),\n",
     {9, 15, 33, 42}},
    /* side by side */
    {PAIR MIX "Conv x,k -> a\nConcat a,x -> y axis=1",
     "    Parallel(\n        Conv2d(2, 2, 1, bias=False),\n        Identity(),\n    ),\n",
     {1, 2, 6, 8, 1, 2, 3, 4}},
    {ONNX_X "Relu x -> a\nNeg x -> b\nConcat a,b -> y axis=-1",
     "    Parallel(\n        ReLU(),\n        Sequential(\n            Unflatten",
     {1, 2, 3, 4, -1, -2, -3, -4}},
    {ONNX_X "Concat x,x -> a axis=1\nw w float 8,1 1,1,1,1,10,10,10,10\nMatMul a,w -> y",
     "    Parallel(\n        Identity(),\n        Identity(),\n    ),\n    Linear(8, 1",
     {110}},
    /* branches in branches, and three that meet one after the other */
    {PAIR MIX "Conv x,k -> a\nRelu a -> b\nConv b,k -> c\nAdd c,b -> d\nAdd d,x -> e\nRelu e -> y",
     "    Residual(\n        Sequential(\n            Conv2d(2, 2, 1, bias=False),\n            "
     "ReLU(),\n"
     "            Residual(\n                Conv2d(2, 2, 1, bias=False),\n            ),\n        "
     "),\n"
     "    ),\n    ReLU(),\n",
     {3, 6, 21, 28}},
    {PAIR MIX "Conv x,k -> a\nRelu x -> b\nAdd a,x -> c\nAdd c,b -> y",
     "    Residual(\n        Residual(\n            Conv2d(2, 2, 1, bias=False),\n        ),\n"
     "        shortcut=ReLU(),\n    ),\n)\n",
     {3, 6, 12, 16}},
    /* an encoder over to the decoder */
    {PAIR MIX
     "w j float 2,4,1,1 1,0,1,0,0,1,0,1\nConv x,k -> a\nRelu a -> b\nConcat b,x -> c axis=1\n"
     "Conv c,j -> y",
     "    Parallel(\n        Sequential(\n",
     {2, 4, 9, 12}},
    /* vectors that were images */
    {PAIR
     "w w float 4,4 1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1\nFlatten x -> f\nMatMul f,w -> a\nAdd a,f -> y",
     "    Flatten(),\n    Residual(\n        Linear(4, 4, bias=False),\n",
     {2, 4, 6, 8}},
    {PAIR MIX "Conv x,k -> a\nFlatten a -> b\nFlatten x -> c\nConcat b,c -> y axis=1",
     "    Parallel(\n        Sequential(\n            Conv2d(2, 2, 1, bias=False),\n            "
     "Flatten(),\n",
     {1, 2, 6, 8, 1, 2, 3, 4}},
    /* channels last, as far as the branches agree */
    {"in x float N,5,6,3\nout y\nTranspose x -> t perm=[0,3,1,2]\nw k float 3,3,1,1 "
     "1,0,0,0,1,0,0,0,1\n"
     "Conv t,k -> a\nAdd a,t -> b\nTranspose b -> y perm=[0,2,3,1]",
     "input = 3, 5, 6\nencoder = Sequential(\n    Residual(\n",
     {2, 4, 6, 8}},
    {"in x float N,2,3\nout y\nw k float 2,2,1 1,0,0,1\nConv x,k -> a\nConv a,k -> b\nAdd b,a -> y",
     "input = 2, 1, 3\n",
     {2, 4, 6, 8, 10, 12}},
};

static void test_lies(void **state) {
    (void)state;
    onnx_import_all(lies, TEST_COUNT(lies));
}

static void test_branches(void **state) {
    (void)state;
    onnx_import_all(branches, TEST_COUNT(branches));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lies),
                                       cmocka_unit_test(test_branches)};
    return cmocka_run_group_tests(tests, onnx_set_up, test_folder_remove);
}
