/* ONNX models that other programs write: what they become, and the numbers that they give. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/status.h"
#include "makers/onnx_text.h"
#include "support/folder.h"
#include "support/support.h"

static char path[64];

static int set_up(void **state) {
    const int made = test_folder_make(state);
    snprintf(path, sizeof path, "%s/model.onnx", test_folder);
    return made;
}

typedef struct good {
    const char *text, *notation;
    float y[8]; /* the first ones, up to a 0 */
} good;

static void check_all(const good *table, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float y[TEST_ONNX_MOST];
        const size_t made = test_onnx_encode(path, table[i].text, table[i].notation, y);
        for (size_t k = 0; k < TEST_COUNT(table[i].y) && table[i].y[k] != 0; k++) {
            if (k < made && y[k] == table[i].y[k]) continue;
            fail_msg("number %zu of %zu is %g, expected %g:\n%s", k, made, (double)y[k],
                     (double)table[i].y[k], table[i].text);
        }
    }
}

#define X       "in x float N,4\nout y\n"
#define WEIGHT  "w w float 4,2 seq\n"
#define HALVES  "4,1 0x3c00,0x4000,0xc000,0x3800\n"
#define BFLOATS "4,1 0x3f80,0x4000,0xc000,0x3f00\n"

static const good linear[] = {
    {X WEIGHT "MatMul x,w -> y", "    Linear(4, 2, bias=False),\n)\n", {50, 60}},
    {X WEIGHT "w b float 2 10,20\nMatMul x,w -> a\nAdd a,b -> y", "    Linear(4, 2),\n", {60, 80}},
    {X WEIGHT "w b float 2 10,20\nMatMul x,w -> a\nAdd b,a -> y", "    Linear(4, 2),\n", {60, 80}},
    {X WEIGHT "w b float 1,2 10,20\nMatMul x,w -> a\nAdd a,b -> y", NULL, {60, 80}},
    {X WEIGHT "w b float - 1\nMatMul x,w -> a\nAdd a,b -> y", "    Linear(4, 2),\n", {51, 61}},
    {X WEIGHT "w b float 1,1,1 1\nMatMul x,w -> a\nAdd a,b -> y", NULL, {51, 61}},
    {X WEIGHT "Gemm x,w -> y", "    Linear(4, 2, bias=False),\n", {50, 60}},
    {X WEIGHT "Gemm x,w,_ -> y", "    Linear(4, 2, bias=False),\n", {50, 60}},
    {X WEIGHT "w b float 2 1,2\nGemm x,w -> a\nAdd a,b -> y", "    Linear(4, 2),\n", {51, 62}},
    {X "w w float 2,4 seq\nGemm x,w -> y transB=1", NULL, {30, 70}},
    {X "w w float 2,4 seq\nw b float 2 1,2\nGemm x,w,b -> y transB=1 alpha=2f beta=3f",
     "    Linear(4, 2),\n",
     {63, 146}},
    {X WEIGHT "Gemm x,w -> y alpha!0=2f transB=0 transA=0", NULL, {100, 120}},
    {X WEIGHT "in w float 4,2\nMatMul x,w -> y", NULL, {50, 60}}, /* old versions list it twice */
    {X WEIGHT "Identity w -> v\nMatMul x,v -> y", NULL, {50, 60}},
    {X "Constant - -> w value={float/4,2/seq}\nMatMul x,w -> y", NULL, {50, 60}},
    {"in x float N\nout y\nw w float 1,2 3,4\nMatMul x,w -> y", "input = 1\n", {3, 4}},
    {"bare\nir 3\nopset ai.onnx 6\nopset com.me 1\nMatMul x,w -> y @domain=ai.onnx\n" X WEIGHT,
     NULL,
     {50, 60}},
    {"in x half N,4\nout y\n" WEIGHT "MatMul x,w -> y", NULL, {50, 60}},
    {"in x double N,4\nout y\n" WEIGHT "MatMul x,w -> y", NULL, {50, 60}},
    /* kinds of numbers */
    {X "w w floatraw 4,2 seq\nMatMul x,w -> y", NULL, {50, 60}},
    {X "w w double 4,2 seq\nMatMul x,w -> y", NULL, {50, 60}},
    {X "w w doubleraw 4,2 seq\nMatMul x,w -> y", NULL, {50, 60}},
    {X "w w half " HALVES "MatMul x,w -> y", NULL, {1}},
    {X "w w halfraw " HALVES "MatMul x,w -> y", NULL, {1}},
    {X "w w bfloat " BFLOATS "MatMul x,w -> y", NULL, {1}},
    {X "w w bfloatraw " BFLOATS "MatMul x,w -> y", NULL, {1}},
    /* what does nothing, and what does it number by number */
    {X "Dropout x -> y", "    Identity(),\n)\n", {1, 2, 3, 4}},
    {X "w r float - 0.5\nDropout x,r -> y seed=3", "    Identity(),\n)\n", {1, 2, 3, 4}},
    {X "Identity x -> y", "    Identity(),\n)\n", {1, 2, 3, 4}},
    {X WEIGHT "Relu x -> a\nMatMul a,w -> y", "    ReLU(),\n    Linear(4, 2", {50, 60}},
    {X "w w float 4,2 -1,2,-3,4,-5,6,-7,8\nMatMul x,w -> a\nRelu a -> b\nw v float 2,1 1,1\n"
       "MatMul b,v -> y",
     "ReLU(),\n",
     {60}},
    {"in x float N,2,2,2\nout y\nFlatten x -> y", "    Flatten(),\n)\n", {1, 2, 3, 4, 5, 6, 7, 8}},
    {"in x float N,2,2,2\nout y\nFlatten x -> y axis=-3", "    Flatten(),\n", {1, 2, 3, 4}},
    {"in x float N,2,3\nout y\nFlatten x -> y axis=1", "input = 1, 2, 3\n", {1, 2, 3, 4, 5, 6}},
    {X "Flatten x -> y axis=-1", "    Identity(),\n)\n", {1, 2, 3, 4}},
    {"in x uint8 N,4\nout y\nw c float - 255\nCast x -> a to=1\nDiv a,c -> y", NULL, {1, 2, 3, 4}},
    {"in x uint8 N,4\nout y\nw c float 1 0.003921569\nCast x -> a to=1\nMul a,c -> b\nRelu b -> y",
     "input = 4\nencoder = Sequential(\n    ReLU(),\n)\n",
     {1, 2, 3, 4}},
    {"in x uint8 N,4\nout y\nw c float 1 0.003921569\nCast x -> a to=1\nMul c,a -> y",
     NULL,
     {1, 2, 3, 4}},
};

#define X24   "in x float N,24\nout y\n"
#define IMAGE "in x float N,2,3,4\nout y\n"
#define AT    "w i0 int64 - 0\nw v0 int64 1 0\nw v1 int64 1 1\nw v2 int64 1 2\nw vm int64 1 -1\n"
#define ALL_24                                                                                     \
    { 1, 2, 3, 4, 5, 6, 7, 8 }

/* Each makes its shape in another way, and the shape says whether it was made right. */
static const good shapes[] = {
    {X24 "w s int64 4 0,2,3,4\nReshape x,s -> y", "    Unflatten(1, (2, 3, 4)),\n)\n", ALL_24},
    {X24 "w s int64raw 4 -1,2,3,4\nReshape x,s -> y", "Unflatten(1, (2, 3, 4))", ALL_24},
    {X24 "w s int32 4 -1,3,2,4\nReshape x,s -> y", "Unflatten(1, (3, 2, 4))", ALL_24},
    {X24 "w s int32raw 4 0,3,2,-1\nReshape x,s -> y", "Unflatten(1, (3, 2, 4))", ALL_24},
    {X24 "w s int64 3 0,4,-1\nReshape x,s -> y", "Unflatten(1, (1, 4, 6))", ALL_24},
    {X24 "Reshape x -> y shape=[0,4,2,3]", "Unflatten(1, (4, 2, 3))", ALL_24},
    {X24 "w s int64 2 -1,24\nReshape x,s -> y allowzero=1", "    Identity(),\n)\n", ALL_24},
    {"in x float 5,24\nout y\nw s int64 4 5,2,3,4\nReshape x,s -> y", "(2, 3, 4)", ALL_24},
    {IMAGE "w s int64 3 0,0,-1\nReshape x,s -> y",
     "    Flatten(),\n    Unflatten(1, (1, 2, 12)),\n", ALL_24},
    {"in x float 0,24\nout y\nw s int64 4 -1,2,3,4\nReshape x,s -> y", "(2, 3, 4)", ALL_24},
    {IMAGE "w s int64 4 0,0,0,0\nReshape x,s -> y", "    Identity(),\n)\n", ALL_24},
    {IMAGE "w s int64 4 0,4,3,2\nReshape x,s -> y", "Unflatten(1, (4, 3, 2))", ALL_24},
    {"in x float N,2,12\nout y\nw s int64 4 0,4,3,2\nReshape x,s -> y", "(4, 3, 2)", ALL_24},
    /* constants */
    {X24 "Constant - -> s value={int64/4/0,2,3,4}\nReshape x,s -> y", "(2, 3, 4)", ALL_24},
    {X24 "Constant - -> s value_ints=[0,4,3,2]\nReshape x,s -> y", "(4, 3, 2)", ALL_24},
    {X24 AT "Constant - -> c value_int=4\nUnsqueeze c,v0 -> d\nConcat v0,v2,d,vm -> s\n"
            "Reshape x,s -> y",
     "(2, 4, 3)", ALL_24},
    /* x.view(x.size(0), 2, 3, 4) as PyTorch's first exporter writes it, and its second */
    {X24 AT "w r int64 3 2,3,4\nShape x -> s\nGather s,i0 -> b axis=0\nUnsqueeze b,v0 -> c\n"
            "Concat c,r -> t axis=0\nReshape x,t -> y",
     "(2, 3, 4)", ALL_24},
    {X24 AT "w r int64 3 2,3,4\nShape x -> s start=0 end=1\nCast s -> b to=7\nConcat b,r -> t\n"
            "Identity t -> u\nReshape x,u -> y",
     "(2, 3, 4)", ALL_24},
    {IMAGE AT "Shape x -> s start=-1\nConcat v0,vm,s -> t\nReshape x,t -> y", "(1, 6, 4)", ALL_24},
    {IMAGE AT "Shape x -> s start=1 end=-2\nConcat v0,vm,s -> t\nReshape x,t -> y", "(1, 12, 2)",
     ALL_24},
    {IMAGE AT "Shape x -> s start=2 end=99\nConcat v0,s,v2 -> t\nReshape x,t -> y", "(3, 4, 2)",
     ALL_24},
    {IMAGE AT "Shape x -> s\nGather s,vm -> a\nGather s,v1 -> b\nConcat v0,a,b,vm -> t\n"
              "Reshape x,t -> y",
     "(4, 2, 3)", ALL_24},
    {IMAGE AT
     "w p int64 3 0,3,2\nShape x -> s\nGather s,p -> a\nConcat a,v2 -> t\nReshape x,t -> y",
     "(4, 3, 2)", ALL_24},
    {IMAGE AT "Shape x -> s\nSlice s,v1,v2 -> a\nConcat v0,vm,a -> t\nReshape x,t -> y",
     "(1, 12, 2)", ALL_24},
    {IMAGE AT "w far int64 1 99\nShape x -> s\nSlice s,v2,far,_,v1 -> a\nConcat v0,a,vm -> t\n"
              "Reshape x,t -> y",
     "(3, 4, 2)", ALL_24},
    {IMAGE AT "w near int64 1 -99\nShape x -> s\nSlice s,near,vm,v0 -> a\nConcat a,vm -> t\n"
              "Reshape x,t -> y",
     "    Identity(),\n)\n", ALL_24},
    {IMAGE AT "w m2 int64 1 -2\nShape x -> s\nSlice s,m2,vm -> a\nConcat v0,a,vm -> t\n"
              "Reshape x,t -> y",
     "(1, 3, 8)", ALL_24},
    /* with the batch's own number among them */
    {IMAGE AT "w p int64 4 1,2,1,1\nw q int64 4 1,1,1,2\nShape x -> s\nMul s,p -> a\nDiv a,q -> b\n"
              "Reshape x,b -> y",
     "(4, 3, 2)",
     {1, 2, 3, 4, 5, 6, 7, 8}},
    {IMAGE AT "w p float 4 1,2,1,0.6\nShape x -> s\nCast s -> f to=1\nMul f,p -> a\nFloor a -> b\n"
              "Cast b -> t to=7\nReshape x,t -> y",
     "(4, 3, 2)",
     {1, 2, 3, 4, 5, 6, 7, 8}},
    /* what PyTorch writes for expand and view of what is not known */
    {X24 AT "w e int64 3 2,-1,4\nw f int64 3 3,3,3\nw m int64 3 -1,-1,-1\nEqual e,m -> q\nWhere "
            "q,f,e -> g\n"
            "Concat v0,g -> t\nReshape x,t -> y",
     "(2, 3, 4)", ALL_24},
    {X24 AT "w n int64 1 5\nRange v2,n,v1 -> r\nConcat v0,r -> t\nReshape x,t -> y", "(2, 3, 4)",
     ALL_24},
    {X24 AT "w n int64 1 5\nRange n,v2,vm -> r\nNeg r -> u\nNeg u -> s\nReduceProd v2 -> p\nSub "
            "s,v1 -> d\n"
            "w h int64 3 4,3,2\nMin d,h -> e\nMax e,h -> g\nConcat v0,g -> t\nReshape x,t -> y",
     "(4, 3, 2)", ALL_24},
    {X24 AT
     "w c int64 2 2,3\nReduceProd c -> p\nReduceSum c -> q\nSub q,v1 -> u\nConcat v0,p,u -> t\n"
     "Reshape x,t -> y",
     "(1, 6, 4)", ALL_24},
    {X24 AT
     "w c float 2,4 seq\nSize c -> p\nUnsqueeze p,v0 -> u\nConcat v0,u,vm -> t\nReshape x,t -> y",
     "(1, 8, 3)", ALL_24},
    {X24 AT "Expand v2,v1 -> a\nExpand v2,v2 -> b\nConcat v0,a,b,vm -> q\nw z int64 3 0,2,3\n"
            "Gather q,z -> h\nConcat h,vm -> t\nReshape x,t -> y",
     "(2, 2, 6)", ALL_24},
    /* numbers of numbers */
    {IMAGE AT "Shape x -> s\nGather s,v1 -> a\nGather s,v2 -> b\nMul a,b -> c\n"
              "Concat v0,c,vm -> t\nReshape x,t -> y",
     "(1, 6, 4)", ALL_24},
    {IMAGE AT "Shape x -> s\nGather s,vm -> a\nAdd a,v2 -> b\nConcat v0,b,vm -> t\n"
              "Reshape x,t -> y",
     "(1, 6, 4)", ALL_24},
    {IMAGE AT "Shape x -> s\nGather s,vm -> a\nSub a,v1 -> b\nConcat v0,b,vm -> t\n"
              "Reshape x,t -> y",
     "(1, 3, 8)", ALL_24},
    {X24 AT "w ten int64 1 10\nShape x -> s start=1\nDiv s,v2 -> a\nMod a,ten -> b\n"
            "Concat v0,b,a -> t\nReshape x,t -> y",
     "(1, 2, 12)", ALL_24},
    {X24 AT
     "w p int64 2 2,6\nAdd p,v2 -> a\nConcat v0,a -> q\nw m int64 3 1,1,0\nw p0 int64 3 0,0,3\n"
     "Mul q,m -> b\nAdd p0,b -> c\nAdd v0,c -> d\nConcat d,v2 -> t\nReshape x,t -> y",
     "(4, 3, 2)", ALL_24},
    {X24 AT "w n int64 1 4\nSqueeze n -> a\nSqueeze v2 -> b\nw p int64 2 4,6\nSqueeze p -> c\n"
            "Sub a,b -> d\nUnsqueeze d,v0 -> e\nConcat v0,e,e,vm -> t\nReshape x,t -> y",
     "(2, 2, 6)", ALL_24},
    {X24 AT "w r int64 1,3 2,3,4\nReshape r,vm -> q\nConcat v0,q -> t\nReshape x,t -> y",
     "(2, 3, 4)", ALL_24},
};

/* x is 1, 2, ... in the layers' order: channels, rows, columns. */
#define PIXELS "in x float N,2,3\nout y\n"
#define LAST   "in x float N,5,6,3\nout y\n"
#define ONES   "w w float 90,1 "
static const good affine[] = {
    {X WEIGHT "w c float - 2\nMul x,c -> a\nMatMul a,w -> y",
     "    Linear(4, 2, bias=False),\n)\n",
     {100, 120}},
    {X WEIGHT "w c float - 2\nMul c,x -> a\nMatMul a,w -> y", NULL, {100, 120}},
    {X WEIGHT "w c float 4 1,2,3,4\nMul x,c -> a\nMatMul a,w -> y", NULL, {170, 200}},
    {X WEIGHT "w c float 1,4 1,2,3,4\nSub x,c -> a\nw d float 1 1\nAdd a,d -> b\nMatMul b,w -> y",
     "    Linear(4, 2),\n",
     {16, 20}},
    {X WEIGHT "w c float - 1\nSub c,x -> a\nMatMul a,w -> y", NULL, {-34, -40}},
    {X WEIGHT "w c float - 2\nDiv x,c -> a\nMatMul a,w -> y", NULL, {25, 30}},
    {X WEIGHT "Neg x -> a\nMatMul a,w -> y", NULL, {-50, -60}},
    {X WEIGHT "w c float 2 2,3\nMatMul x,w -> a\nMul a,c -> b\nAdd b,c -> y",
     "    Linear(4, 2),\n)\n",
     {102, 183}},
    {X "w c float 4 1,2,3,4\nMul x,c -> a\nRelu a -> y",
     "    Unflatten(1, (4, 1, 1)),\n    Conv2d(4, 4, 1, groups=4, bias=False),\n    Flatten(),\n"
     "    ReLU(),\n",
     {1, 4, 9, 16}},
    {X "w b float 4 seq\nAdd x,b -> y", "Conv2d(4, 4, 1, groups=4)", {2, 4, 6, 8}},
    /* weights that are computed */
    {X "w a float 4,1 seq\nw b float 1,2 seq\nMatMul a,b -> w\nMatMul x,w -> y", NULL, {30, 60}},
    {X "w a float 2,2 seq\nw b float 2,2 5,6,7,8\nConcat a,b -> w axis=0\nMatMul x,w -> y",
     NULL,
     {50, 60}},
    {X "w a float 4,1 1,3,5,7\nw b float 4,1 2,4,6,8\nConcat a,b -> w axis=-1\nMatMul x,w -> y",
     NULL,
     {50, 60}},
    {X "w a float 4,2 7,8,1,2,5,6,3,4\nw i int64 4 1,3,2,-4\nGather a,i -> w\nMatMul x,w -> y",
     NULL,
     {50, 60}},
    {X "w a float 4,2 2,1,4,3,6,5,8,7\nw i int64 2 1,0\nGather a,i -> w axis=1\nMatMul x,w -> y",
     NULL,
     {50, 60}},
    {X "w a float 2,4,2 0,0,0,0,0,0,0,0,1,2,3,4,5,6,7,8\nw i int64 - 1\nGather a,i -> w\nMatMul "
       "x,w -> y",
     NULL,
     {50, 60}},
    {X "w a float 5,2 9,9,1,2,3,4,5,6,7,8\nw s int64 1 1\nw e int64 1 99\nSlice a,s,e -> w\nMatMul "
       "x,w -> y",
     NULL,
     {50, 60}},
    {X "w a float 4,2 7,8,5,6,3,4,1,2\nw s int64 1 -1\nw e int64 1 -99\nw z int64 1 0\nSlice "
       "a,s,e,z,s -> w\n"
       "MatMul x,w -> y",
     NULL,
     {50, 60}},
    {X "w a float 1,2 1,2\nw s int64 2 4,1\nExpand a,s -> w\nMatMul x,w -> y", NULL, {10, 20}},
    {X "w a float 2,1 1,2\nw s int64 2 2,2\nTile a,s -> w\nMatMul x,w -> y", NULL, {16, 16}},
    {X "w s int64 2 4,1\nConstantOfShape s -> w value={float/1/2}\nMatMul x,w -> y", NULL, {20}},
    /* g v / |v|, as weight normalisation is written */
    {X "w v float 4,2 3,0,0,0,0,5,4,0\nw g float 1,2 10,7\nReduceL2 v -> n axes=[0]\nDiv v,n -> u\n"
       "Mul u,g -> w\nMatMul x,w -> y",
     NULL,
     {38, 21}},
    {X "w v float 4,2 3,0,0,0,0,5,4,0\nw g float 1,2 10,7\nw t float - 2\nPow v,t -> p\n"
       "ReduceSum p -> q axes=[0] keepdims=1\nSqrt q -> n\nDiv v,n -> u\nMul u,g -> w\nMatMul x,w "
       "-> y",
     NULL,
     {38, 21}},
    {X "w v float 4,2 seq\nw a int64 1 0\nReduceMean v,a -> m\nReduceMax v,a -> n keepdims=0\nSub "
       "v,m -> u\n"
       "Add u,n -> w\nMatMul x,w -> y",
     NULL,
     {80, 90}},
    {X WEIGHT "Neg w -> u\nAbs u -> v\nMax v,u -> s\nMin s,w -> t\nFloor t -> a\nCeil a -> "
              "b\nMatMul x,b -> y",
     NULL,
     {50, 60}},
    {X "w v float 2,2,2 seq\nFlatten v -> u axis=2\nMatMul x,u -> y", NULL, {50, 60}},
    {X WEIGHT "Identity w -> v\nw two float - 2\nMul v,two -> u\nMatMul x,u -> y",
     NULL,
     {100, 120}},
    {X "w v float 2,4 1,3,5,7,2,4,6,8\nTranspose v -> w perm=[1,0]\nMatMul x,w -> y",
     NULL,
     {50, 60}},
    {X "w v half 4,1 0x3c00,0x3c00,0x3c00,0x3c00\nCast v -> w to=1\nMatMul x,w -> y", NULL, {10}},
    {X "w v float 8 seq\nw s int64 2 4,-1\nReshape v,s -> w\nMatMul x,w -> y", NULL, {50, 60}},
    {X WEIGHT "Constant - -> c value_float=2f\nMul x,c -> a\nMatMul a,w -> y", NULL, {100, 120}},
    {X WEIGHT "Constant - -> c value_int=2\nCast c -> f to=1\nMul x,f -> a\nMatMul a,w -> y",
     NULL,
     {100, 120}},
    {X "w v int8raw 4,2 1,-2,3,4,5,6,7,-128\nCast v -> w to=1\nMatMul x,w -> y", NULL, {50, -488}},
    {X "w v int8 4,1 1,-2,3,-128\nCast v -> w to=1\nMatMul x,w -> y", NULL, {-506}},
    {X "w v int16raw 4,1 -2,300,3,4\nCast v -> w to=1\nMatMul x,w -> y", NULL, {623}},
    {X "w v uint16raw 4,1 65535,0,0,1\nCast v -> w to=1\nMatMul x,w -> y", NULL, {65539}},
    {X "w v int32raw 4,1 -65536,0,0,1\nCast v -> w to=1\nMatMul x,w -> y", NULL, {-65532}},
    {X "w v int64raw 4,1 -1,2,3,4\nCast v -> w to=1\nMatMul x,w -> y", NULL, {28}},
    {X "w v int64 4,1 -1,2,3,4\nCast v -> w to=1\nMatMul x,w -> y", NULL, {28}},
    {X WEIGHT "w b boolraw 4,2 1,0,1,0,0,2,0,1\nCast b -> m to=1\nMul w,m -> v\nMatMul x,v -> y",
     NULL,
     {7, 50}},
    {X WEIGHT "w b bool 4,2 1,0,1,0,0,2,0,1\nCast b -> m to=1\nMul w,m -> v\nMatMul x,v -> y",
     NULL,
     {7, 50}},
    {X "w v int32 4,1 -65536,0,0,1\nCast v -> w to=1\nMatMul x,w -> y", NULL, {-65532}},
    {X WEIGHT "w c uint8raw - 2\nCast c -> f to=1\nMul x,f -> a\nMatMul a,w -> y",
     NULL,
     {100, 120}},
    {X WEIGHT "Clip x -> a min=0f max=2.5f\nMatMul a,w -> y",
     "    Hardtanh(min_val=0.0, max_val=2.5),\n    Linear",
     {37, 45}},
    {X WEIGHT "Elu x -> a alpha=0.7f\nMatMul a,w -> y",
     "    ELU(alpha=0.7),\n    Linear",
     {50, 60}},
    {X WEIGHT "LeakyRelu x -> a\nMatMul a,w -> y", "    LeakyReLU(),\n    Linear", {50, 60}},
    {X WEIGHT "Neg x -> n\nLeakyRelu n -> a alpha=0.1f\nMatMul a,w -> y",
     "    LeakyReLU(negative_slope=0.1),\n    Linear",
     {-5, -6}},
    {X WEIGHT "Clip x -> a min=0f max=6f\nMatMul a,w -> y", "    ReLU6(),\n    Linear", {50, 60}},
    {X WEIGHT "Clip x -> a max=2.5f\nMatMul a,w -> y",
     "    Hardtanh(min_val=float('-inf'), max_val=2.5),\n    Linear",
     {37, 45}},
    {X WEIGHT "w c float - 2\nMax x,c -> a\nMatMul a,w -> y",
     "    Hardtanh(min_val=2.0, max_val=float('inf')),\n    Linear",
     {51, 62}},
    /* several operators that are one curve, in whatever way they are written */
    {X WEIGHT "w c float - 0.1\nNeg x -> n\nMul n,c -> m\nMax n,m -> a\nMatMul a,w -> y",
     "    LeakyReLU(negative_slope=0.1),\n    Linear",
     {-5, -6}},
    {X WEIGHT "Sigmoid x -> s\nMul s,x -> a\nMatMul a,w -> y", "(\n    SiLU(),\n    Linear", {0}},
    {X WEIGHT "w r float - 1.4142135\nw h float - 0.5\nw o float - 1\nMul x,h -> p\nDiv x,r -> d\n"
              "Erf d -> e\nAdd o,e -> f\nMul p,f -> a\nMatMul a,w -> y",
     "(\n    GELU(),\n    Linear",
     {0}},
    {X WEIGHT "w r float - 0.70710677\nw h float - 0.5\nw o float - 1\nMul r,x -> d\nErf d -> e\n"
              "Add e,o -> f\nMul f,h -> g\nMul x,g -> a\nMatMul a,w -> y",
     "(\n    GELU(),\n    Linear",
     {0}},
    {X WEIGHT "w t float - 3\nw c float - 0.044715\nw k float - 0.7978846\nw o float - 1\n"
              "w h float - 0.5\nPow x,t -> p\nMul p,c -> q\nAdd x,q -> i\nMul i,k -> u\n"
              "Tanh u -> v\nAdd v,o -> s\nMul x,s -> m\nMul m,h -> a\nMatMul a,w -> y",
     "(\n    GELU(approximate='tanh'),\n    Linear",
     {0}},
    {X WEIGHT "Gelu x -> a\nMatMul a,w -> y", "(\n    GELU(),\n    Linear", {0}},
    {X WEIGHT "Gelu x -> a approximate='tanh'\nMatMul a,w -> y",
     "(\n    GELU(approximate='tanh'),\n    Linear",
     {0}},
    {X WEIGHT "Softplus x -> s\nTanh s -> t\nMul x,t -> a\nMatMul a,w -> y",
     "(\n    Mish(),\n    Linear",
     {0}},
    {X WEIGHT "w b float - 3\nMul x,b -> z\nSoftplus z -> s\nDiv s,b -> a\nMatMul a,w -> y",
     "(\n    Softplus(beta=3.0),\n    Linear",
     {0}},
    {X WEIGHT
     "w t float - 3\nw s float - 6\nAdd x,t -> p\nClip p -> q min=0f max=6f\nMul x,q -> r\n"
     "Div r,s -> a\nMatMul a,w -> y",
     "(\n    Hardswish(),\n    Linear",
     {0}},
    {X WEIGHT "Celu x -> a\nMatMul a,w -> y", "(\n    ELU(),\n    Linear", {50, 60}},
    {X WEIGHT "w s float - 0.5\nNeg x -> n\nPRelu n,s -> a\nMatMul a,w -> y",
     "    PReLU(),\n    Linear",
     {-25, -30}},
    {X WEIGHT "w s float 4 1,2,1,2\nNeg x -> n\nPRelu n,s -> a\nMatMul a,w -> y",
     "    PReLU(num_parameters=4),\n    Linear",
     {-84, -100}},
    {"in x float N,2,1,2\nout y\nw s float 2,1,1 2,3\nNeg x -> n\nPRelu n,s -> y",
     "    PReLU(num_parameters=2),\n)",
     {-2, -4, -9, -12}},
    {"in x float N,2,1,2\nout y\nw z float - 0\nMul x,z -> n\nSoftmax n -> y axis=1",
     "    Softmax(dim=1),\n)",
     {0.5, 0.5, 0.5, 0.5}},
    {"in x float N,2,1,2\nout y\nLogSoftmax x -> y", "    LogSoftmax(dim=3),\n)", {0}},
    {X WEIGHT "Softmax x -> a\nMatMul a,w -> y", "(\n    Softmax(dim=1),\n    Linear", {0}},
    {X WEIGHT "Clip x -> a min=0f\nMatMul a,w -> y", "    ReLU(),\n    Linear", {50, 60}},
    {X WEIGHT "Clip x -> a\nMatMul a,w -> y", "encoder = Sequential(\n    Linear", {50, 60}},
    {X WEIGHT "w c float - 0\nMax c,x -> a\nMatMul a,w -> y", "    ReLU(),\n    Linear", {50, 60}},
    {X WEIGHT "Relu x -> r\nClip r -> a min=0f\nMatMul a,w -> y",
     "(\n    ReLU(),\n    Linear",
     {50, 60}},
    {X WEIGHT "Sigmoid x -> r\nClip r -> a min=0f max=1f\nMatMul a,w -> y",
     "(\n    Sigmoid(),\n    Linear",
     {0}},
    {X WEIGHT "w h float - 0.5\nTanh x -> r\nMul r,h -> s\nAdd s,h -> t\n"
              "Clip t -> a min=0f max=1f\nMatMul a,w -> y",
     "(\n    Tanh(),\n    Linear",
     {0}},
    {X WEIGHT "w m float - 1\nTanh x -> r\nMin r,m -> a\nMatMul a,w -> y",
     "(\n    Tanh(),\n    Linear",
     {0}},
    {X "w s float 2 0,-1\nCast s -> i to=7\nw w float 4,1 1,1,1,1\nReshape x,i -> a\n"
       "MatMul a,w -> y",
     NULL,
     {10}},
    {X WEIGHT "Cast x -> a to=10\nMatMul a,w -> b\nCast b -> y to=1", NULL, {50, 60}},
    /* BatchNormalization is part of the convolution before it, a layer behind anything else, and a
     * layer if its numbers lie far from 0 for their spread */
    {"in x float N,2,1,2\nout y\nw k float 2,2,1,1 1,0,0,1\nw s float 2 2,1\nw b float 2 3,0\n"
     "w m float 2 1,0\nw v float 2 4,1\nConv x,k -> a\nRelu a -> r\n"
     "BatchNormalization r,s,b,m,v -> y epsilon=0f",
     "    Conv2d(2, 2, 1, bias=False),\n    ReLU(),\n    BatchNorm2d(2, eps=0.0),\n",
     {3, 4, 3, 4}},
    {"in x float N,2,1,2\nout y\nw k float 2,2,1,1 1,0,0,1\nw s float 2 2,1\nw b float 2 3,0\n"
     "w m float 2 1,0\nw v float 2 4,1\nConv x,k -> a\n"
     "BatchNormalization a,s,b,m,v -> y epsilon=0f",
     "(\n    Conv2d(2, 2, 1),\n)\n",
     {3, 4, 3, 4}},
    {"in x float N,2,1,2\nout y\nw k float 2,2,1,1 1,0,0,1\nw s float 2 2,1\nw b float 2 3,0\n"
     "w m float 2 1,100\nw v float 2 4,1\nConv x,k -> a\n"
     "BatchNormalization a,s,b,m,v -> y epsilon=0f",
     "    BatchNorm2d(2, eps=0.0),\n",
     {3, 4, -97, -96}},
    {X WEIGHT "w s float 2 1,1\nw m float 2 50,60\nw v float 2 4,4\nMatMul x,w -> a\n"
              "Relu a -> r\nBatchNormalization r,s,s,m,v -> y epsilon=0f",
     "    BatchNorm1d(2, eps=0.0),\n",
     {1, 1}},
    /* a number for each of a flattened image's, whose channels may come last: 1, 3, 2, 4 */
    {"in x float N,2,1,2\nout y\nw k float 2,2,1,1 1,0,0,1\nw s float 4 seq\nw b float 4 0,0,0,1\n"
     "w m float 4 1,1,1,1\nw v float 4 1,4,1,4\nConv x,k -> a\nFlatten a -> f\n"
     "BatchNormalization f,s,b,m,v -> y epsilon=0f",
     "    Flatten(),\n    BatchNorm1d(4, eps=0.0),\n)\n",
     {0, 1, 6, 7}},
    {"in x float N,2,1,2\nout y\nw k float 2,2,1,1 1,0,0,1\nw s float 4 seq\nw b float 4 0,0,0,0\n"
     "w m float 4 1,1,1,1\nw v float 4 1,1,1,1\nw w float 4,1 1,10,100,1000\nConv x,k -> a\n"
     "Transpose a -> t perm=[0,2,3,1]\nFlatten t -> f\n"
     "BatchNormalization f,s,b,m,v -> n epsilon=0f\nMatMul n,w -> y",
     "    BatchNorm1d(4, eps=0.0),\n    Linear(4, 1",
     {12340}},
    {"in x float N,2,1,2\nout y\nw k float 2,2,1,1 1,0,0,1\nw s float 4 1,3,6,2\n"
     "w w float 4,1 1,10,100,1000\nConv x,k -> a\nTranspose a -> t perm=[0,2,3,1]\nFlatten t -> f\n"
     "LayerNormalization f,s -> n epsilon=1f\nMatMul n,w -> y",
     "    LayerNorm(4, eps=1.0, bias=False),\n    Linear(4, 1",
     {1809}},
    /* x is 1, 2, 3, ...: of two neighbours the variance is 0.25, so they become -0.5 and 0.5 */
    {"in x float N,2,1,2\nout y\nw s float 2 2,1\nw b float 2 3,1\n"
     "InstanceNormalization x,s,b -> y epsilon=0.75f",
     "    InstanceNorm2d(2, eps=0.75, affine=True),\n)\n",
     {2, 4, 0.5f, 1.5f}},
    {"in x float N,2,1,2\nout y\nw s float 2 1,1\nw b float 2 0,0\n"
     "InstanceNormalization x,s,b -> y epsilon=0.75f",
     "    InstanceNorm2d(2, eps=0.75),\n)\n",
     {-0.5f, 0.5f, -0.5f, 0.5f}},
    {"in x float N,2,1,2\nout y\nw g int64 3 0,2,-1\nw s float 2 1,1\nw b float 2 0,0\n"
     "w w float 2,1,1 2,4\nw a float 2,1,1 5,6\nw f int64 4 0,2,1,2\nReshape x,g -> r\n"
     "InstanceNormalization r,s,b -> i epsilon=0.75f\nReshape i,f -> c\nMul c,w -> m\n"
     "Add m,a -> y",
     "(\n    GroupNorm(2, 2, eps=0.75),\n)\n",
     {4, 6, 4, 8}},
    {"bare\nir 10\nopset 21\nin x float N,4\nout y\nw s float 4 2,4,2,4\nw b float 4 1,1,1,1\n"
     "GroupNormalization x,s,b -> y epsilon=0.75f num_groups=2",
     "    GroupNorm(2, 4, eps=0.75),\n)\n",
     {0}},
    {"in x float N,2,1,2\nout y\nw s float 2 2,4\nLayerNormalization x,s -> y epsilon=0.75f",
     "    LayerNorm(2, eps=0.75, bias=False),\n)\n",
     {-1, 2, -1, 2}},
    /* A factor behind it does not reach the Linear before it. */
    {X WEIGHT "w s float 2 2,4\nw c float - 2\nMatMul x,w -> a\n"
              "LayerNormalization a,s -> b epsilon=0f\nMul b,c -> y",
     "LayerNorm(2, eps=0.0, bias=False)",
     {-4, 8}},
    {"in x float N,2,1,2\nout y\nw s float 1,2 1,1\nw b float 1,2 0,0\n"
     "LayerNormalization x,s,b -> y epsilon=0.75f axis=2",
     "    LayerNorm((1, 2), eps=0.75, elementwise_affine=False),\n)\n",
     {-0.5f, 0.5f, -0.5f, 0.5f}},
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
    {"in x float N,1,2,2\nout y\nw p int64 8 0,0,0,-1,0,0,1,0\nPad x,p -> a\nRelu a -> y",
     "ZeroPad2d((-1, 0, 0, 1))",
     {2, 4}},
    {"in x float N,1,2,2\nout y\nPad x -> y pads=[0,0,1,0,0,0,0,1] mode='edge'",
     "ReplicationPad2d((0, 1, 1, 0))",
     {1, 2, 2, 1, 2, 2, 3, 4}},
    {"in x float N,1,2,2\nout y\nMaxPool x -> y kernel_shape=[2,2] auto_pad='SAME_UPPER'",
     "MaxPool2d(2, stride=1, padding=1),\n    ZeroPad2d((-1, 0, -1, 0))",
     {4, 4, 4, 4}},
    {"in x float N,1,2,2\nout y\nAveragePool x -> y kernel_shape=[2,2] pads=[0,0,1,1]",
     "count_include_pad=False),\n    ZeroPad2d((-1, 0, -1, 0))",
     {2.5f, 3, 3.5f, 4}},
    {"in x float N,1,2,2\nout y\nGlobalMaxPool x -> y", "AdaptiveMaxPool2d(1)", {4}},
    {"in x float N,1,2,2\nout y\nReduceMean x -> y axes=[2,3] keepdims=0",
     "AdaptiveAvgPool2d(1),\n    Flatten()",
     {2.5f}},
    {"in x float N,1,2,2\nout y\nw s float 4 1,1,1,2\nResize x,_,s -> y",
     "Upsample(scale_factor=(1.0, 2.0))",
     {1, 1, 2, 2, 3, 3, 4, 4}},
    {"in x float N,1,2,2\nout y\nSpaceToDepth x -> y blocksize=2",
     "PixelUnshuffle(2)",
     {1, 2, 3, 4}},
    {"in x float N,1,2,2\nout y\nw s int64 6 0,1,1,2,1,2\nw t int64 4 0,4,1,1\nReshape x,s -> a\n"
     "Transpose a -> b perm=[0,1,3,5,2,4]\nReshape b,t -> y",
     "PixelUnshuffle(2)",
     {1, 2, 3, 4}},
    /* bytes reach a network as x / 255 */
    {"in x uint8 N,4\nout y\n" WEIGHT "w c float - 255\nCast x -> a to=1\nDiv a,c -> b\n"
     "MatMul b,w -> y",
     NULL,
     {50, 60}},
    {"in x uint8 N,4\nout y\n" WEIGHT "w c float - 127.5\nCast x -> a to=1\nDiv a,c -> b\n"
     "MatMul b,w -> y",
     NULL,
     {100, 120}},
    {"in x uint8 N,4\nout y\n" WEIGHT "Cast x -> a to=1\nMatMul a,w -> y", NULL, {12750, 15300}},
};

static const good lies[] = {
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
    {"in x float N,1,4\nout y\n" WEIGHT "MatMul x,w -> y", "input = 4\n", {50, 60}},
    {"in x float N,2,3,1\nout y\nw k float 1,1,1,1 2\nTranspose x -> a perm=[0,3,1,2]\n"
     "Conv a,k -> b\nTranspose b -> y perm=[0,2,3,1]",
     "input = 1, 2, 3\n",
     {2, 4, 6, 8}},
    {PIXELS "w i int64 - 0\nw k float 1,1,1,1 2\nUnsqueeze x -> b axes=[1]\nConv b,k -> c\n"
            "Gather c,i -> y axis=1",
     NULL,
     {2, 4, 6, 8, 10, 12}},
    {"in x float N,1,4\nout y\nw i int64 1 -1\n" WEIGHT "Gather x,i -> a axis=1\nMatMul a,w -> y",
     "input = 4\n",
     {50, 60}},
    {X WEIGHT "w s int64 2 0,0\nw e int64 2 9223372036854775807,4\nw t int64 2 1,1\n"
              "w a int64 2 0,1\nSlice x,s,e,a,t -> b\nMatMul b,w -> y",
     NULL,
     {50, 60}},
    {X WEIGHT "Slice x -> b axes=[-1] starts=[0] ends=[2147483647]\nMatMul b,w -> y",
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
static const good branches[] = {
    {X "Relu x -> a\nAdd a,x -> y", "    Residual(\n        ReLU(),\n    ),\n", {2, 4, 6, 8}},
    {X "Relu x -> a\nSum x,a -> y", "    Residual(\n        ReLU(),\n    ),\n", {2, 4, 6, 8}},
    {X "Add x,x -> a\n" SUM "MatMul a,w -> y", "(\n    Linear(4, 1, bias=False),\n)", {8642}},
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
    {X "Relu x -> a\nNeg x -> b\nConcat a,b -> y axis=-1",
     "    Parallel(\n        ReLU(),\n        Sequential(\n            Unflatten",
     {1, 2, 3, 4, -1, -2, -3, -4}},
    {X "Concat x,x -> a axis=1\nw w float 8,1 1,1,1,1,10,10,10,10\nMatMul a,w -> y",
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

static void test_branches(void **state) {
    (void)state;
    check_all(branches, TEST_COUNT(branches));
}

static void test_affine(void **state) {
    (void)state;
    check_all(affine, TEST_COUNT(affine));
}

static void test_lies(void **state) {
    (void)state;
    check_all(lies, TEST_COUNT(lies));
}

/* What is said of what comes before the first layer. */
#define FOLDED(numbers, white) FOLDED_SO(numbers, white, "")
#define FOLDED_SO(numbers, white, so)                                                              \
    "it makes " numbers " of pixels from 0 to " white " itself" so                                 \
    ": that is left to the preprocessing "                                                         \
    "here, and floats must lie in " numbers " before they are given"
#define KEPT                                                                                       \
    "it scales or shifts its input before its first layer: that is kept as weights, and not left " \
    "to the preprocessing, "
#define ROW "since its input is a row of numbers and no image"

/* What is said of them. */
static void test_notes(void **state) {
    (void)state;
    static const struct {
        const char *text, *notes;
    } table[] = {
        {X WEIGHT "MatMul x,w -> y", ""},
        {LAST "w k float 3,3,1,1 1,0,0,0,2,0,0,0,3\nTranspose x -> a perm=[0,3,1,2]\n"
              "Conv a,k -> b\nTranspose b -> y perm=[0,2,3,1]",
         "its output has channels last, [N, 5, 6, 3]; here it is 3x5x6, channels first\n"
         "its input has channels last, [N, 5, 6, 3]; here images are 3x5x6, channels first"},
        /* channels last and first alike, and rows */
        {"in x float N,2,2,2\nout y\nw k float 1,2,1,1 1,2\n"
         "Transpose x -> a perm=[0,3,1,2]\nConv a,k -> y",
         "its input has channels last, [N, 2, 2, 2]; here images are 2x2x2, channels first"},
        {"in x float N,6,2\nout y\nw k float 2,2,1 1,0,0,1\nTranspose x -> a perm=[0,2,1]\n"
         "Conv a,k -> b\nTranspose b -> y perm=[0,2,1]",
         "its output has channels last, [N, 6, 2]; here it is 2x1x6, channels first\n"
         "its input has channels last, [N, 6, 2]; here images are 2x1x6, channels first"},
        {"in x half N,4\nout y\n" WEIGHT "MatMul x,w -> y",
         "it computes in 16-bit floats, of 3 digits; here the same weights compute in float32"},
        {X "w w double 4,2 0.1,2,3,4,5,6,7,8\nMatMul x,w -> y",
         "its weights of 64-bit floats are rounded to float32"},
        {X "w w doubleraw 4,2 1,2,3,4,5,6,7,0.1\nMatMul x,w -> y",
         "its weights of 64-bit floats are rounded to float32"},
        {X "w w double 4,2 0.5,2,3,4,5,6,7,8\nMatMul x,w -> y", ""},
        {X WEIGHT "w m float - 128\nSub x,m -> b\nDiv b,m -> a\nMatMul a,w -> y",
         FOLDED("-1 .. 0.992188", "255")},
        {X WEIGHT "w m float 4 120,110,100,90\nw d float 4 58,57,60,59\nSub x,m -> b\n"
                  "Div b,d -> a\nMatMul a,w -> y",
         "it divides by 57 to 60 itself: pictures are given to it as 0 .. 255, and floats as they "
         "are\n" KEPT "which has one black and one white for all channels"},
        {X WEIGHT "w m float - 0.5\nSub x,m -> b\nDiv b,m -> a\nMatMul a,w -> y", KEPT ROW},
        {X WEIGHT "w m float - 16\nDiv x,m -> a\nMatMul a,w -> y", KEPT ROW},
        {X WEIGHT "w m float - 1000\nDiv x,m -> a\nMatMul a,w -> y", KEPT ROW},
        {"in x uint8 N,4\nout y\n" WEIGHT "w m float - 128\nCast x -> c to=1\nSub c,m -> b\n"
         "Div b,m -> a\nMatMul a,w -> y",
         FOLDED("-1 .. 0.992188", "1")},
        {X WEIGHT "w c float - 255\nDiv x,c -> a\nMatMul a,w -> y", FOLDED("0 .. 1", "255")},
        {X "Softmax x -> y",
         "its last Softmax is left out: embudo's classifiers give logits, and their loss does the "
         "rest"},
    };
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        emb_net *net = test_onnx_import(path, table[i].text, NULL);
        assert_string_equal(emb_net_notes(net), table[i].notes);
        emb_net_free(net);
    }
}

#define GRAY "in x float N,1,4,4\nout y\n"
#define DOWN "w k float 1,1,2,2 1,1,1,1\nConv a,k -> b strides=[2,2]\n"
#define UP   "ConvTranspose b,k -> c strides=[2,2]\n"
#define HALF "w h float - 0.5\nw t float - 2\n"

/* What the graph does to pixels is the preprocessing's work, where its output does not contradict
 * that. */
static void test_entry(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double black, white;
        const char *notation, *notes;
    } table[] = {
        {GRAY "w m float - 255\nDiv x,m -> a\n" DOWN "Identity b -> y", 0, 1,
         "(\n    Conv2d(1, 1, 2", FOLDED("0 .. 1", "255")},
        {GRAY HALF "Sub x,h -> z\nMul z,t -> a\n" DOWN "Identity b -> y", -1, 1, "bias=False",
         FOLDED("-1 .. 1", "1")},
        {GRAY "w m float 1,1,1 0.25\nw s float 1 0.5\nSub x,m -> z\nDiv z,s -> a\n" DOWN
              "Identity b -> y",
         -0.5, 1.5, "bias=False", FOLDED("-0.5 .. 1.5", "1")},
        {"in x float N,2,4,4\nout y\nw m float 2,1,1 0.5,0.5\nSub x,m -> a\n"
         "w k float 1,2,2,2 seq\nConv a,k -> y",
         -0.5, 0.5, "bias=False", FOLDED("-0.5 .. 0.5", "1")},
        {"in x float N,2,4,4\nout y\nw m float 2,1,1 0.5,0.25\nSub x,m -> a\n"
         "w k float 1,2,2,2 seq\nConv a,k -> y",
         0, 1, "    Conv2d(2, 1, 2),\n", KEPT "which has one black and one white for all channels"},
        {GRAY "w g float 1 2\nw i float 1 -1\nw o float 1 0\nw v float 1 1\n"
              "BatchNormalization x,g,i,o,v -> a epsilon=0f\n" DOWN "Identity b -> y",
         -1, 1, "(\n    Conv2d(1, 1, 2", FOLDED("-1 .. 1", "1")},
        {"in x uint8 N,1,4,4\nout y\nw c float - 127.5\nw o float - 1\nCast x -> f to=1\n"
         "Div f,c -> z\nSub z,o -> a\n" DOWN "Identity b -> y",
         -1, 1, "bias=False", FOLDED("-1 .. 1", "1")},
        {"in x float N,4\nout y\n" WEIGHT "w m float - 255\nDiv x,m -> a\nMatMul a,w -> z\n"
         "Softmax z -> y",
         0, 1, "classifier = Sequential(\n    Linear(4, 2, bias=False)",
         "its last Softmax is left out: embudo's classifiers give logits, and their loss does the "
         "rest\n" FOLDED("0 .. 1", "255")},
        /* autoencoders: the output is compared with the input */
        {GRAY HALF "Sub x,h -> z\nMul z,t -> a\n" DOWN UP "Tanh c -> y", -1, 1, "Tanh(),\n)\n",
         FOLDED("-1 .. 1", "1")},
        {GRAY HALF "Sub x,h -> z\nMul z,t -> a\n" DOWN UP "Sigmoid c -> y", 0, 1,
         "Conv2d(1, 1, 2, stride=2)",
         KEPT "since its output is compared with its input as that is given"},
        {GRAY HALF "Sub x,h -> z\nMul z,t -> a\n" DOWN UP
                   "Sigmoid c -> d\nDiv d,t -> e\nAdd e,h -> y",
         -1, 1, "Sigmoid(),\n)\n", FOLDED_SO("-1 .. 1", "1", ", and the reverse at its end")},
        {GRAY "w m float - 255\nDiv x,m -> a\n" DOWN UP "Sigmoid c -> y", 0, 1, "Sigmoid(),\n)\n",
         FOLDED("0 .. 1", "255")},
        {GRAY "w m float - 255\nDiv x,m -> a\n" DOWN UP "Identity c -> y", 0, 255,
         "Identity(),\n)\n",
         "it divides by 255 itself: pictures are given to it as 0 .. 255, and floats as they "
         "are\n" KEPT "since its output is compared with its input as that is given"},
    };
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        emb_preprocessing p;
        emb_net *net = test_onnx_import(path, table[i].text, NULL);
        emb_net_preprocessing(net, &p);
        if (!strstr(emb_net_notation(net), table[i].notation)) {
            fail_msg("expected '%s' in\n%s\n%s", table[i].notation, emb_net_notation(net),
                     table[i].text);
        }
        if (strcmp(emb_net_notes(net), table[i].notes) != 0) {
            fail_msg("expected '%s', got '%s' of\n%s", table[i].notes, emb_net_notes(net),
                     table[i].text);
        }
        assert_true(p.pixels && p.black == table[i].black && p.white == table[i].white);
        emb_net_free(net);
    }
}

/* An ONNX model, and a state dict, whatever their names. */
static void test_names(void **state) {
    (void)state;
    char other[sizeof path + 8];
    snprintf(other, sizeof other, "%s.bin", path);
    test_onnx_write(path, X WEIGHT "MatMul x,w -> y");
    assert_int_equal(rename(path, other), 0);
    emb_net *net = emb_net_open(other, NULL);
    if (!net && emb__last_status() == EMB_ERR_MISSING) skip();
    if (!net) fail_msg("%s", emb_error());
    const emb_import_options options = {.notation = "notebook"};
    assert_null(emb_net_import(other, &options));
    assert_non_null(strstr(emb_error(), "is an ONNX model, which says its layers itself"));
    assert_int_equal(emb_net_save(net, path, NULL, 0), EMB_OK); /* .onnx */
    emb_net *again = emb_net_import(path, NULL);
    if (!again) fail_msg("%s", emb_error());
    assert_string_equal(emb_net_notation(again), emb_net_notation(net));
    const emb_import_options cut = {.code = "c"};
    assert_null(emb_net_import(path, &cut));
    assert_non_null(strstr(emb_error(), "is not an ONNX model"));
    emb_net_free(again);
    emb_net_free(net);
    assert_int_equal(unlink(other), 0);
}

static void test_linear(void **state) {
    (void)state;
    check_all(linear, TEST_COUNT(linear));
}

static void test_shapes(void **state) {
    (void)state;
    check_all(shapes, TEST_COUNT(shapes));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_affine), cmocka_unit_test(test_branches),
        cmocka_unit_test(test_lies),   cmocka_unit_test(test_notes),
        cmocka_unit_test(test_entry),  cmocka_unit_test(test_names),
        cmocka_unit_test(test_linear), cmocka_unit_test(test_shapes),
    };
    return cmocka_run_group_tests(tests, set_up, test_folder_remove);
}
