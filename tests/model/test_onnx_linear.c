/* ONNX's MatMul and Gemm, in all kinds of numbers; what does nothing; weights that are computed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/folder.h"
#include "support/onnx_tables.h"
#include "support/support.h"

#define HALVES  "4,1 0x3c00,0x4000,0xc000,0x3800\n"
#define BFLOATS "4,1 0x3f80,0x4000,0xc000,0x3f00\n"

static const onnx_good linear[] = {
    {ONNX_X ONNX_WEIGHT "MatMul x,w -> y", "    Linear(4, 2, bias=False),\n)\n", {50, 60}},
    {ONNX_X ONNX_WEIGHT "w b float 2 10,20\nMatMul x,w -> a\nAdd a,b -> y",
     "    Linear(4, 2),\n",
     {60, 80}},
    {ONNX_X ONNX_WEIGHT "w b float 2 10,20\nMatMul x,w -> a\nAdd b,a -> y",
     "    Linear(4, 2),\n",
     {60, 80}},
    {ONNX_X ONNX_WEIGHT "w b float 1,2 10,20\nMatMul x,w -> a\nAdd a,b -> y", NULL, {60, 80}},
    {ONNX_X ONNX_WEIGHT "w b float - 1\nMatMul x,w -> a\nAdd a,b -> y",
     "    Linear(4, 2),\n",
     {51, 61}},
    {ONNX_X ONNX_WEIGHT "w b float 1,1,1 1\nMatMul x,w -> a\nAdd a,b -> y", NULL, {51, 61}},
    {ONNX_X ONNX_WEIGHT "Gemm x,w -> y", "    Linear(4, 2, bias=False),\n", {50, 60}},
    {ONNX_X ONNX_WEIGHT "Gemm x,w,_ -> y", "    Linear(4, 2, bias=False),\n", {50, 60}},
    {ONNX_X ONNX_WEIGHT "w b float 2 1,2\nGemm x,w -> a\nAdd a,b -> y",
     "    Linear(4, 2),\n",
     {51, 62}},
    {ONNX_X "w w float 2,4 seq\nGemm x,w -> y transB=1", NULL, {30, 70}},
    {ONNX_X "w w float 2,4 seq\nw b float 2 1,2\nGemm x,w,b -> y transB=1 alpha=2f beta=3f",
     "    Linear(4, 2),\n",
     {63, 146}},
    {ONNX_X ONNX_WEIGHT "Gemm x,w -> y alpha!0=2f transB=0 transA=0", NULL, {100, 120}},
    {ONNX_X ONNX_WEIGHT "in w float 4,2\nMatMul x,w -> y",
     NULL,
     {50, 60}}, /* old versions list it twice */
    {ONNX_X ONNX_WEIGHT "Identity w -> v\nMatMul x,v -> y", NULL, {50, 60}},
    {ONNX_X "Constant - -> w value={float/4,2/seq}\nMatMul x,w -> y", NULL, {50, 60}},
    {"in x float N\nout y\nw w float 1,2 3,4\nMatMul x,w -> y", "input = 1\n", {3, 4}},
    {"bare\nir 3\nopset ai.onnx 6\nopset com.me 1\nMatMul x,w -> y @domain=ai.onnx\n" ONNX_X
         ONNX_WEIGHT,
     NULL,
     {50, 60}},
    {"in x half N,4\nout y\n" ONNX_WEIGHT "MatMul x,w -> y", NULL, {50, 60}},
    {"in x double N,4\nout y\n" ONNX_WEIGHT "MatMul x,w -> y", NULL, {50, 60}},
    /* kinds of numbers */
    {ONNX_X "w w floatraw 4,2 seq\nMatMul x,w -> y", NULL, {50, 60}},
    {ONNX_X "w w double 4,2 seq\nMatMul x,w -> y", NULL, {50, 60}},
    {ONNX_X "w w doubleraw 4,2 seq\nMatMul x,w -> y", NULL, {50, 60}},
    {ONNX_X "w w half " HALVES "MatMul x,w -> y", NULL, {1}},
    {ONNX_X "w w halfraw " HALVES "MatMul x,w -> y", NULL, {1}},
    {ONNX_X "w w bfloat " BFLOATS "MatMul x,w -> y", NULL, {1}},
    {ONNX_X "w w bfloatraw " BFLOATS "MatMul x,w -> y", NULL, {1}},
    /* what does nothing, and what does it number by number */
    {ONNX_X "Dropout x -> y", "    Identity(),\n)\n", {1, 2, 3, 4}},
    {ONNX_X "w r float - 0.5\nDropout x,r -> y seed=3", "    Identity(),\n)\n", {1, 2, 3, 4}},
    {ONNX_X "Identity x -> y", "    Identity(),\n)\n", {1, 2, 3, 4}},
    {ONNX_X ONNX_WEIGHT "Relu x -> a\nMatMul a,w -> y", "    ReLU(),\n    Linear(4, 2", {50, 60}},
    {ONNX_X "w w float 4,2 -1,2,-3,4,-5,6,-7,8\nMatMul x,w -> a\nRelu a -> b\nw v float 2,1 1,1\n"
            "MatMul b,v -> y",
     "ReLU(),\n",
     {60}},
    {"in x float N,2,2,2\nout y\nFlatten x -> y", "    Flatten(),\n)\n", {1, 2, 3, 4, 5, 6, 7, 8}},
    {"in x float N,2,2,2\nout y\nFlatten x -> y axis=-3", "    Flatten(),\n", {1, 2, 3, 4}},
    {"in x float N,2,3\nout y\nFlatten x -> y axis=1", "input = 1, 2, 3\n", {1, 2, 3, 4, 5, 6}},
    {ONNX_X "Flatten x -> y axis=-1", "    Identity(),\n)\n", {1, 2, 3, 4}},
    {"in x uint8 N,4\nout y\nw c float - 255\nCast x -> a to=1\nDiv a,c -> y", NULL, {1, 2, 3, 4}},
    {"in x uint8 N,4\nout y\nw c float 1 0.003921569\nCast x -> a to=1\nMul a,c -> b\nRelu b -> y",
     "input = 4\nencoder = Sequential(\n    ReLU(),\n)\n",
     {1, 2, 3, 4}},
    {"in x uint8 N,4\nout y\nw c float 1 0.003921569\nCast x -> a to=1\nMul c,a -> y",
     NULL,
     {1, 2, 3, 4}},
};

static const onnx_good computed[] = {
    /* weights that are computed */
    {ONNX_X "w a float 4,1 seq\nw b float 1,2 seq\nMatMul a,b -> w\nMatMul x,w -> y",
     NULL,
     {30, 60}},
    {ONNX_X "w a float 2,2 seq\nw b float 2,2 5,6,7,8\nConcat a,b -> w axis=0\nMatMul x,w -> y",
     NULL,
     {50, 60}},
    {ONNX_X
     "w a float 4,1 1,3,5,7\nw b float 4,1 2,4,6,8\nConcat a,b -> w axis=-1\nMatMul x,w -> y",
     NULL,
     {50, 60}},
    {ONNX_X "w a float 4,2 7,8,1,2,5,6,3,4\nw i int64 4 1,3,2,-4\nGather a,i -> w\nMatMul x,w -> y",
     NULL,
     {50, 60}},
    {ONNX_X
     "w a float 4,2 2,1,4,3,6,5,8,7\nw i int64 2 1,0\nGather a,i -> w axis=1\nMatMul x,w -> y",
     NULL,
     {50, 60}},
    {ONNX_X
     "w a float 2,4,2 0,0,0,0,0,0,0,0,1,2,3,4,5,6,7,8\nw i int64 - 1\nGather a,i -> w\nMatMul "
     "x,w -> y",
     NULL,
     {50, 60}},
    {ONNX_X
     "w a float 5,2 9,9,1,2,3,4,5,6,7,8\nw s int64 1 1\nw e int64 1 99\nSlice a,s,e -> w\nMatMul "
     "x,w -> y",
     NULL,
     {50, 60}},
    {ONNX_X "w a float 4,2 7,8,5,6,3,4,1,2\nw s int64 1 -1\nw e int64 1 -99\nw z int64 1 0\nSlice "
            "a,s,e,z,s -> w\n"
            "MatMul x,w -> y",
     NULL,
     {50, 60}},
    {ONNX_X "w a float 1,2 1,2\nw s int64 2 4,1\nExpand a,s -> w\nMatMul x,w -> y", NULL, {10, 20}},
    {ONNX_X "w a float 2,1 1,2\nw s int64 2 2,2\nTile a,s -> w\nMatMul x,w -> y", NULL, {16, 16}},
    {ONNX_X "w s int64 2 4,1\nConstantOfShape s -> w value={float/1/2}\nMatMul x,w -> y",
     NULL,
     {20}},
    /* g v / |v|, as weight normalisation is written */
    {ONNX_X
     "w v float 4,2 3,0,0,0,0,5,4,0\nw g float 1,2 10,7\nReduceL2 v -> n axes=[0]\nDiv v,n -> u\n"
     "Mul u,g -> w\nMatMul x,w -> y",
     NULL,
     {38, 21}},
    {ONNX_X
     "w v float 4,2 3,0,0,0,0,5,4,0\nw g float 1,2 10,7\nw t float - 2\nPow v,t -> p\n"
     "ReduceSum p -> q axes=[0] keepdims=1\nSqrt q -> n\nDiv v,n -> u\nMul u,g -> w\nMatMul x,w "
     "-> y",
     NULL,
     {38, 21}},
    {ONNX_X
     "w v float 4,2 seq\nw a int64 1 0\nReduceMean v,a -> m\nReduceMax v,a -> n keepdims=0\nSub "
     "v,m -> u\n"
     "Add u,n -> w\nMatMul x,w -> y",
     NULL,
     {80, 90}},
    {ONNX_X ONNX_WEIGHT
     "Neg w -> u\nAbs u -> v\nMax v,u -> s\nMin s,w -> t\nFloor t -> a\nCeil a -> "
     "b\nMatMul x,b -> y",
     NULL,
     {50, 60}},
    {ONNX_X "w v float 2,2,2 seq\nFlatten v -> u axis=2\nMatMul x,u -> y", NULL, {50, 60}},
    {ONNX_X ONNX_WEIGHT "Identity w -> v\nw two float - 2\nMul v,two -> u\nMatMul x,u -> y",
     NULL,
     {100, 120}},
    {ONNX_X "w v float 2,4 1,3,5,7,2,4,6,8\nTranspose v -> w perm=[1,0]\nMatMul x,w -> y",
     NULL,
     {50, 60}},
    {ONNX_X "w v half 4,1 0x3c00,0x3c00,0x3c00,0x3c00\nCast v -> w to=1\nMatMul x,w -> y",
     NULL,
     {10}},
    {ONNX_X "w v float 8 seq\nw s int64 2 4,-1\nReshape v,s -> w\nMatMul x,w -> y", NULL, {50, 60}},
    {ONNX_X ONNX_WEIGHT "Constant - -> c value_float=2f\nMul x,c -> a\nMatMul a,w -> y",
     NULL,
     {100, 120}},
    {ONNX_X ONNX_WEIGHT
     "Constant - -> c value_int=2\nCast c -> f to=1\nMul x,f -> a\nMatMul a,w -> y",
     NULL,
     {100, 120}},
    {ONNX_X "w v int8raw 4,2 1,-2,3,4,5,6,7,-128\nCast v -> w to=1\nMatMul x,w -> y",
     NULL,
     {50, -488}},
    {ONNX_X "w v int8 4,1 1,-2,3,-128\nCast v -> w to=1\nMatMul x,w -> y", NULL, {-506}},
    {ONNX_X "w v int16raw 4,1 -2,300,3,4\nCast v -> w to=1\nMatMul x,w -> y", NULL, {623}},
    {ONNX_X "w v uint16raw 4,1 65535,0,0,1\nCast v -> w to=1\nMatMul x,w -> y", NULL, {65539}},
    {ONNX_X "w v int32raw 4,1 -65536,0,0,1\nCast v -> w to=1\nMatMul x,w -> y", NULL, {-65532}},
    {ONNX_X "w v int64raw 4,1 -1,2,3,4\nCast v -> w to=1\nMatMul x,w -> y", NULL, {28}},
    {ONNX_X "w v int64 4,1 -1,2,3,4\nCast v -> w to=1\nMatMul x,w -> y", NULL, {28}},
    {ONNX_X ONNX_WEIGHT
     "w b boolraw 4,2 1,0,1,0,0,2,0,1\nCast b -> m to=1\nMul w,m -> v\nMatMul x,v -> y",
     NULL,
     {7, 50}},
    {ONNX_X ONNX_WEIGHT
     "w b bool 4,2 1,0,1,0,0,2,0,1\nCast b -> m to=1\nMul w,m -> v\nMatMul x,v -> y",
     NULL,
     {7, 50}},
    {ONNX_X "w v int32 4,1 -65536,0,0,1\nCast v -> w to=1\nMatMul x,w -> y", NULL, {-65532}},
    {ONNX_X ONNX_WEIGHT "w c uint8raw - 2\nCast c -> f to=1\nMul x,f -> a\nMatMul a,w -> y",
     NULL,
     {100, 120}},
};

static void test_linear(void **state) {
    (void)state;
    onnx_import_all(linear, TEST_COUNT(linear));
}

static void test_computed(void **state) {
    (void)state;
    onnx_import_all(computed, TEST_COUNT(computed));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_linear),
                                       cmocka_unit_test(test_computed)};
    return cmocka_run_group_tests(tests, onnx_set_up, test_folder_remove);
}
