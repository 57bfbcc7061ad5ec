/* ONNX's curves, normalisations, pools and paddings as layers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/folder.h"
#include "support/onnx_tables.h"
#include "support/support.h"

static const onnx_good curves[] = {
    {ONNX_X ONNX_WEIGHT "Clip x -> a min=0f max=2.5f\nMatMul a,w -> y",
     "    Hardtanh(min_val=0.0, max_val=2.5),\n    Linear",
     {37, 45}},
    {ONNX_X ONNX_WEIGHT "Elu x -> a alpha=0.7f\nMatMul a,w -> y",
     "    ELU(alpha=0.7),\n    Linear",
     {50, 60}},
    {ONNX_X ONNX_WEIGHT "LeakyRelu x -> a\nMatMul a,w -> y",
     "    LeakyReLU(),\n    Linear",
     {50, 60}},
    {ONNX_X ONNX_WEIGHT "Neg x -> n\nLeakyRelu n -> a alpha=0.1f\nMatMul a,w -> y",
     "    LeakyReLU(negative_slope=0.1),\n    Linear",
     {-5, -6}},
    {ONNX_X ONNX_WEIGHT "Clip x -> a min=0f max=6f\nMatMul a,w -> y",
     "    ReLU6(),\n    Linear",
     {50, 60}},
    {ONNX_X ONNX_WEIGHT "Clip x -> a max=2.5f\nMatMul a,w -> y",
     "    Hardtanh(min_val=float('-inf'), max_val=2.5),\n    Linear",
     {37, 45}},
    {ONNX_X ONNX_WEIGHT "w c float - 2\nMax x,c -> a\nMatMul a,w -> y",
     "    Hardtanh(min_val=2.0, max_val=float('inf')),\n    Linear",
     {51, 62}},
    /* several operators that are one curve, in whatever way they are written */
    {ONNX_X ONNX_WEIGHT "w c float - 0.1\nNeg x -> n\nMul n,c -> m\nMax n,m -> a\nMatMul a,w -> y",
     "    LeakyReLU(negative_slope=0.1),\n    Linear",
     {-5, -6}},
    {ONNX_X ONNX_WEIGHT "Sigmoid x -> s\nMul s,x -> a\nMatMul a,w -> y",
     "(\n    SiLU(),\n    Linear",
     {0}},
    {ONNX_X ONNX_WEIGHT
     "w r float - 1.4142135\nw h float - 0.5\nw o float - 1\nMul x,h -> p\nDiv x,r -> d\n"
     "Erf d -> e\nAdd o,e -> f\nMul p,f -> a\nMatMul a,w -> y",
     "(\n    GELU(),\n    Linear",
     {0}},
    {ONNX_X ONNX_WEIGHT
     "w r float - 0.70710677\nw h float - 0.5\nw o float - 1\nMul r,x -> d\nErf d -> e\n"
     "Add e,o -> f\nMul f,h -> g\nMul x,g -> a\nMatMul a,w -> y",
     "(\n    GELU(),\n    Linear",
     {0}},
    {ONNX_X ONNX_WEIGHT
     "w t float - 3\nw c float - 0.044715\nw k float - 0.7978846\nw o float - 1\n"
     "w h float - 0.5\nPow x,t -> p\nMul p,c -> q\nAdd x,q -> i\nMul i,k -> u\n"
     "Tanh u -> v\nAdd v,o -> s\nMul x,s -> m\nMul m,h -> a\nMatMul a,w -> y",
     "(\n    GELU(approximate='tanh'),\n    Linear",
     {0}},
    {ONNX_X ONNX_WEIGHT "Gelu x -> a\nMatMul a,w -> y", "(\n    GELU(),\n    Linear", {0}},
    {ONNX_X ONNX_WEIGHT "Gelu x -> a approximate='tanh'\nMatMul a,w -> y",
     "(\n    GELU(approximate='tanh'),\n    Linear",
     {0}},
    {ONNX_X ONNX_WEIGHT "Softplus x -> s\nTanh s -> t\nMul x,t -> a\nMatMul a,w -> y",
     "(\n    Mish(),\n    Linear",
     {0}},
    {ONNX_X ONNX_WEIGHT
     "w b float - 3\nMul x,b -> z\nSoftplus z -> s\nDiv s,b -> a\nMatMul a,w -> y",
     "(\n    Softplus(beta=3.0),\n    Linear",
     {0}},
    {ONNX_X ONNX_WEIGHT
     "w t float - 3\nw s float - 6\nAdd x,t -> p\nClip p -> q min=0f max=6f\nMul x,q -> r\n"
     "Div r,s -> a\nMatMul a,w -> y",
     "(\n    Hardswish(),\n    Linear",
     {0}},
    {ONNX_X ONNX_WEIGHT "Celu x -> a\nMatMul a,w -> y", "(\n    ELU(),\n    Linear", {50, 60}},
    {ONNX_X ONNX_WEIGHT "w s float - 0.5\nNeg x -> n\nPRelu n,s -> a\nMatMul a,w -> y",
     "    PReLU(),\n    Linear",
     {-25, -30}},
    {ONNX_X ONNX_WEIGHT "w s float 4 1,2,1,2\nNeg x -> n\nPRelu n,s -> a\nMatMul a,w -> y",
     "    PReLU(num_parameters=4),\n    Linear",
     {-84, -100}},
    {"in x float N,2,1,2\nout y\nw s float 2,1,1 2,3\nNeg x -> n\nPRelu n,s -> y",
     "    PReLU(num_parameters=2),\n)",
     {-2, -4, -9, -12}},
    {"in x float N,2,1,2\nout y\nw z float - 0\nMul x,z -> n\nSoftmax n -> y axis=1",
     "    Softmax(dim=1),\n)",
     {0.5, 0.5, 0.5, 0.5}},
    {"in x float N,2,1,2\nout y\nLogSoftmax x -> y", "    LogSoftmax(dim=3),\n)", {0}},
    {ONNX_X ONNX_WEIGHT "Softmax x -> a\nMatMul a,w -> y",
     "(\n    Softmax(dim=1),\n    Linear",
     {0}},
    {ONNX_X ONNX_WEIGHT "Clip x -> a min=0f\nMatMul a,w -> y", "    ReLU(),\n    Linear", {50, 60}},
    {ONNX_X ONNX_WEIGHT "Clip x -> a\nMatMul a,w -> y",
     "encoder = Sequential(\n    Linear",
     {50, 60}},
    {ONNX_X ONNX_WEIGHT "w c float - 0\nMax c,x -> a\nMatMul a,w -> y",
     "    ReLU(),\n    Linear",
     {50, 60}},
    {ONNX_X ONNX_WEIGHT "Relu x -> r\nClip r -> a min=0f\nMatMul a,w -> y",
     "(\n    ReLU(),\n    Linear",
     {50, 60}},
    {ONNX_X ONNX_WEIGHT "Sigmoid x -> r\nClip r -> a min=0f max=1f\nMatMul a,w -> y",
     "(\n    Sigmoid(),\n    Linear",
     {0}},
    {ONNX_X ONNX_WEIGHT "w h float - 0.5\nTanh x -> r\nMul r,h -> s\nAdd s,h -> t\n"
                        "Clip t -> a min=0f max=1f\nMatMul a,w -> y",
     "(\n    Tanh(),\n    Linear",
     {0}},
    {ONNX_X ONNX_WEIGHT "w m float - 1\nTanh x -> r\nMin r,m -> a\nMatMul a,w -> y",
     "(\n    Tanh(),\n    Linear",
     {0}},
};

static const onnx_good norms[] = {
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
    {ONNX_X ONNX_WEIGHT "w s float 2 1,1\nw m float 2 50,60\nw v float 2 4,4\nMatMul x,w -> a\n"
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
    {ONNX_X ONNX_WEIGHT "w s float 2 2,4\nw c float - 2\nMatMul x,w -> a\n"
                        "LayerNormalization a,s -> b epsilon=0f\nMul b,c -> y",
     "LayerNorm(2, eps=0.0, bias=False)",
     {-4, 8}},
    {"in x float N,2,1,2\nout y\nw s float 1,2 1,1\nw b float 1,2 0,0\n"
     "LayerNormalization x,s,b -> y epsilon=0.75f axis=2",
     "    LayerNorm((1, 2), eps=0.75, elementwise_affine=False),\n)\n",
     {-0.5f, 0.5f, -0.5f, 0.5f}},
};

static const onnx_good spatial[] = {
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
    /* rows and columns by their places: circular padding, repeating, cutting; by a table */
    {"in x float N,1,2,2\nout y\nw s int64 1 -1\nw e int64 1 9223372036854775807\nw a int64 1 2\n"
     "w z int64 1 0\nw o int64 1 1\nw k float 1,1,3,1 1,10,100\nSlice x,s,e,a -> p\n"
     "Slice x,z,o,a -> q\nConcat p,x,q -> c axis=2\nConv c,k -> y",
     "(\n    Conv2d(1, 1, (3, 1), padding=(1, 0), bias=False, padding_mode='circular'),\n)\n",
     {313, 424, 131, 242}},
    {"in x float N,1,2,2\nout y\nw k float 1,1,1,3 1,10,100\n"
     "Pad x -> a pads=[0,0,0,1,0,0,0,1] mode='wrap'\nConv a,k -> y",
     "(\n    Conv2d(1, 1, (1, 3), padding=(0, 1), bias=False, padding_mode='circular'),\n)\n",
     {212, 121, 434, 343}},
    {"in x float N,1,2,2\nout y\nPad x -> a pads=[0,0,0,2,0,0,0,0] mode='wrap'\nRelu a -> y",
     "padding_mode='circular'),\n    ZeroPad2d((-2, 0, 0, 0)),\n    ReLU(),\n",
     {1, 2, 1, 2, 3, 4, 3, 4}},
    {"in x float N,1,2,2\nout y\nw a int64 1 3\nw r int64 5 1,1,1,2,1\nw s int64 4 0,1,4,2\n"
     "Unsqueeze x,a -> u\nTile u,r -> t\nReshape t,s -> y",
     "(\n    Upsample(scale_factor=(2.0, 1.0)),\n)\n",
     {1, 2, 1, 2, 3, 4, 3, 4}},
    {"in x float N,1,2,2\nout y\nSlice x -> y axes=[3] starts=[1] ends=[2]",
     "(\n    ZeroPad2d((-1, 0, 0, 0)),\n)\n",
     {2, 4}},
    {"in x float N,1,2,2\nout y\nw i int64 3 1,0,1\nGather x,i -> y axis=-1",
     "(\n    ReflectionPad2d((1, 0, 0, 0)),\n)\n",
     {2, 1, 2, 4, 3, 4}},
    {"in x float N,1,2,2\nout y\nw w float 3,2 1,0,0.5,0.5,0,1\nMatMul w,x -> y",
     NULL,
     {1, 2, 2, 3, 3, 4}},
    /* channels last: the pixels, and not the channels, of an image 2 x 2 x 1 */
    {"in x float N,2,2,1\nout y\nw s int64 1 1\nw e int64 1 2\nw a int64 1 1\nSlice x,s,e,a -> b\n"
     "w k float 1,1,1,1 1\nTranspose b -> c perm=[0,3,1,2]\nConv c,k -> y",
     "input = 1, 2, 2\nencoder = Sequential(\n    ZeroPad2d((0, 0, -1, 0)),\n",
     {3, 4}},
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
};

static void test_curves(void **state) {
    (void)state;
    onnx_import_all(curves, TEST_COUNT(curves));
}

static void test_norms(void **state) {
    (void)state;
    onnx_import_all(norms, TEST_COUNT(norms));
}

static void test_spatial(void **state) {
    (void)state;
    onnx_import_all(spatial, TEST_COUNT(spatial));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_curves), cmocka_unit_test(test_norms),
                                       cmocka_unit_test(test_spatial)};
    return cmocka_run_group_tests(tests, onnx_set_up, test_folder_remove);
}
