/* ONNX's normalisations that are written as several operators. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/folder.h"
#include "support/onnx_tables.h"
#include "support/support.h"

/* ---- LayerNorm before opset 17 --------------------------------------------------------------- */

/* (x - 2.5) / 1.5 of 1, 2, 3, 4, and its steps. */
#define NUMBERS "w two float - 2\nw e float - 1\n"
#define APART   "ReduceMean x -> m axes=[-1]\nSub x,m -> d\n"
#define SQUARES "Pow d,two -> q\n"
#define ROOT    "ReduceMean q -> v axes=[-1]\nAdd v,e -> a\nSqrt a -> s\n"
#define NORM    NUMBERS APART SQUARES ROOT "Div d,s -> "
#define WEIGHTS "w g float 4 3,3,3,6\nw b float 4 1,2,3,4\n"

static const onnx_good layer_norms[] = {
    {ONNX_X NORM "y",
     "    LayerNorm(4, eps=1.0, elementwise_affine=False),\n)",
     {-1, -1.f / 3, 1.f / 3, 1}},
    {ONNX_X WEIGHTS NORM "n\nMul n,g -> w\nAdd w,b -> y",
     "    LayerNorm(4, eps=1.0),\n)",
     {-2, 1, 4, 10}},
    {ONNX_X WEIGHTS NORM "n\nMul g,n -> w\nAdd b,w -> y",
     "    LayerNorm(4, eps=1.0),\n)",
     {-2, 1, 4, 10}},
    {ONNX_X WEIGHTS NORM "n\nMul n,g -> y",
     "    LayerNorm(4, eps=1.0, bias=False),\n)",
     {-3, -1, 1, 6}},
    /* other ways of the same steps */
    {ONNX_X NUMBERS APART "Mul d,d -> q\n" ROOT "Div d,s -> y", "LayerNorm(4,", {-1, -1.f / 3}},
    {ONNX_X NUMBERS APART SQUARES ROOT "Reciprocal s -> r\nMul d,r -> y", "LayerNorm(4,", {-1}},
    {ONNX_X NUMBERS APART SQUARES ROOT "Reciprocal s -> r\nMul r,d -> y", "LayerNorm(4,", {-1}},
    {ONNX_X NUMBERS APART SQUARES "ReduceMean q -> v axes=[-1]\nAdd e,v -> a\nSqrt a -> s\n"
                                  "Div d,s -> y",
     "LayerNorm(4,",
     {-1}},
    {"bare\nir 8\nopset 18\n" ONNX_X NUMBERS
     "w at int64 1 1\nReduceMean x,at -> m\nSub x,m -> d\n" SQUARES
     "ReduceMean q,at -> v\nAdd v,e -> a\nSqrt a -> s\nDiv d,s -> y",
     "LayerNorm(4,",
     {-1}},
    {ONNX_X
     "Constant - -> two value={float/-/2}\nConstant - -> e value={float/-/1}\n" APART SQUARES ROOT
     "Div d,s -> y",
     "LayerNorm(4,",
     {-1}},
    /* what comes after it: an activation; a factor for all; what is read again */
    {ONNX_X NORM "n\nRelu n -> y",
     "elementwise_affine=False),\n    ReLU(),\n)",
     {0, 0, 1.f / 3, 1}},
    {ONNX_X NORM "n\nMul n,two -> y", "elementwise_affine=False),", {-2, -2.f / 3, 2.f / 3, 2}},
    {ONNX_X WEIGHTS NORM "n\nMul n,g -> w\nAdd w,n -> y", "Residual(", {-4, -4.f / 3, 4.f / 3, 7}},
    /* of an image's last two dimensions, with a weight for each place, or for each channel */
    {"in x float N,2,2,2\nout y\n" NUMBERS
     "w g float 2,2 3,3,3,6\nReduceMean x -> m axes=[-2,-1]\nSub x,m -> d\n" SQUARES
     "ReduceMean q -> v axes=[-2,-1]\nAdd v,e -> a\nSqrt a -> s\nDiv d,s -> n\nMul n,g -> y",
     "LayerNorm((2, 2), eps=1.0, bias=False)",
     {-3, -1, 1, 6, -3, -1, 1, 6}},
    {"in x float N,2,2,2\nout y\n" NUMBERS
     "w g float 2,1,1 3,6\nReduceMean x -> m axes=[2,3]\nSub x,m -> d\n" SQUARES
     "ReduceMean q -> v axes=[2,3]\nAdd v,e -> a\nSqrt a -> s\nDiv d,s -> n\nMul n,g -> y",
     "LayerNorm((2, 2), eps=1.0, elementwise_affine=False)",
     {-3, -1, 1, 3, -6, -2, 2, 6}},
};

#define MEAN "(ReduceMean): computes one number of many"
static const onnx_bad no_layer_norms[] = {
    {"in x float N,2,2,2\nout y\n" NUMBERS "ReduceMean x -> m axes=[1]\nSub x,m -> d\n" SQUARES
     "ReduceMean q -> v axes=[1]\nAdd v,e -> a\nSqrt a -> s\nDiv d,s -> y",
     "normalizes by dimensions that are not an image's last ones; put a LayerNorm of the last"},
    {ONNX_X NUMBERS "ReduceMean x -> m axes=[0]\nSub x,m -> d\n" SQUARES
                    "ReduceMean q -> v axes=[0]\nAdd v,e -> a\nSqrt a -> s\nDiv d,s -> y",
     "normalizes by dimensions"},
    {ONNX_X WEIGHTS "w h float 3 seq\n" NORM "n\nMul n,h -> y", "its weights are not of what it"},
    /* nearly one: no square, no mean of the same numbers, what is read by others, upside down */
    {ONNX_X "w two float - 3\nw e float - 1\n" APART SQUARES ROOT "Div d,s -> y", MEAN},
    {ONNX_X NUMBERS "w z float 4 0,0,0,0\nMul x,z -> o\n" APART "Mul d,o -> q\n" ROOT
                    "Div d,s -> y",
     MEAN},
    {ONNX_X NUMBERS APART SQUARES
     "ReduceMean q -> v axes=[0]\nAdd v,e -> a\nSqrt a -> s\nDiv d,s -> y",
     MEAN},
    {ONNX_X NORM "n\nAdd n,v -> y", MEAN},
    {ONNX_X "out d\n" NORM "y", MEAN},
    {ONNX_X NUMBERS APART SQUARES ROOT "Div s,d -> y", MEAN},
    {ONNX_X NUMBERS "ReduceMean x -> m axes=[-1]\nSub m,x -> d\n" SQUARES ROOT "Div d,s -> y",
     MEAN},
    {ONNX_X NUMBERS "ReduceMean x -> m axes=[-1] keepdims=0\nSub x,m -> d\n" SQUARES ROOT
                    "Div d,s -> y",
     "opset 17 or later"},
    {ONNX_X NUMBERS APART SQUARES
     "ReduceMean q -> v axes=[-1]\nAdd v,v -> a\nSqrt a -> s\nDiv d,s -> y",
     MEAN},
};

/* ---- InstanceNorm2d with running statistics, of several images ------------------------------- */

/* 2 (x - 1) + 1, 3 (x - 2), of 1, 2 and of 3, 4. */
#define STATS                                                                                      \
    "w r int64 4 1,-1,1,2\nw o int64 4 -1,2,1,2\nw g float 2 2,3\nw b float 2 1,0\n"               \
    "w m float 2 1,2\nw v float 2 1,1\nReshape x,r -> p\n"
#define TILES "Tile g,n -> gn\nTile b,n -> bn\nTile m,n -> mn\nTile v,n -> vn\n"
#define ANY   "in x float N,2,1,2\nout y\nShape x -> n end=1\n" TILES
#define TWO   "in x float 2,2,1,2\nout y\n"
#define BN    "BatchNormalization p,gn,bn,mn,vn -> q epsilon=0f\n"
#define BACK  "Reshape q,o -> y"
#define REPEATED                                                                                   \
    "w gn float 4 2,3,2,3\nw bn float 4 1,0,1,0\nw mn float 4 1,2,1,2\nw vn float 4 1,1,1,1\n"

static const onnx_good instance_norms[] = {
    {ANY STATS BN BACK, "Conv2d(2, 2, 1, groups=2)", {1, 3, 3, 6}},
    {ANY STATS BN "w w int64 4 -1,2,2,1\nReshape q,w -> y",
     "Conv2d(2, 2, 1, groups=2)",
     {1, 3, 3, 6}},
    {TWO REPEATED STATS BN BACK, "Conv2d(2, 2, 1, groups=2)", {1, 3, 3, 6}},
    {TWO REPEATED "w f int64 4 2,2,1,2\nw s int64 4 1,4,1,2\nReshape x,s -> p\n" BN
                  "Reshape q,f -> y",
     "Conv2d(2, 2, 1, groups=2)",
     {1, 3, 3, 6}},
    {TWO STATS "w n int64 1 2\n" TILES BN BACK, "Conv2d(2, 2, 1, groups=2)", {1, 3, 3, 6}},
};

#define MIX "(Reshape): its shape would mix the images"
static const onnx_bad no_instance_norms[] = {
    {TWO "w gn float 4 2,3,2,4\nw bn float 4 1,0,1,0\nw mn float 4 1,2,1,2\nw vn float 4 "
         "1,1,1,1\n" STATS BN BACK,
     "has other numbers for other images; write it such that"},
    {TWO "w gn float 2 2,3\nw bn float 2 1,0\nw mn float 2 1,2\nw vn float 2 1,1\n" STATS BN BACK,
     "has 2 numbers for 2 channels"},
    {"in x float N,2,1,2\nout y\n" REPEATED STATS BN BACK, "has 4 numbers for 2 channels"},
    /* not back, or not from this side */
    {ANY STATS BN "Relu q -> y", MIX},
    {ANY STATS BN "w z int64 4 0,2,1,2\nReshape q,z -> y", MIX},
    {ANY STATS BN "w z int64 4 -1,0,1,2\nReshape q,z -> y", MIX},
    {ANY STATS BN "w z int64 4 1,-1,1,2\nReshape q,z -> y", MIX},
    {ANY STATS "Relu p -> q\n" BACK, MIX},
    {ANY "w k int64 4 1,-1,2,1\nReshape x,k -> t\n" STATS BN BACK, MIX},
    /* the repeated numbers are no constant of one image */
    {"in x float N,2\nout y\nw g float 2 2,3\nShape x -> n end=1\nTile g,n -> t\nMul x,t -> y",
     "(Mul): its input 2 is not a constant"},
    {"in x float N,2\nout y\nw g float 2 2,3\nShape x -> n end=1\nTile g,n -> t\nAdd t,g -> u\n"
     "Mul x,u -> y",
     "(Add): its input 1 is not a constant"},
};

static void test_layer_norms(void **state) {
    (void)state;
    onnx_import_all(layer_norms, TEST_COUNT(layer_norms));
    onnx_refuse_all(no_layer_norms, TEST_COUNT(no_layer_norms));
}

static void test_instance_norms(void **state) {
    (void)state;
    onnx_import_all(instance_norms, TEST_COUNT(instance_norms));
    onnx_refuse_all(no_instance_norms, TEST_COUNT(no_instance_norms));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layer_norms),
        cmocka_unit_test(test_instance_norms),
    };
    return cmocka_run_group_tests(tests, onnx_set_up, test_folder_remove);
}
