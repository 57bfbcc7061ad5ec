/* ONNX models that are refused, each with a line that says why and names the node or the tensor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/status.h"
#include "makers/onnx_text.h"
#include "support/support.h"

static char path[] = "/tmp/embudo-test-onnx-refusals-XXXXXX.onnx";

static int make_file(void **state) {
    (void)state;
    int fd = mkstemps(path, 5);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state) {
    (void)state;
    return unlink(path);
}

/* Skips in a build without protobuf-c. */
static void refuse(const char *text, const emb_import_options *options, const char *error) {
    test_onnx_write(path, text);
    emb_net *net = emb_net_import(path, options);
    if (!net && emb__last_status() == EMB_ERR_MISSING) skip();
    if (net) fail_msg("this was read, instead of '%s':\n%s", error, text);
    if (!strstr(emb_error(), error)) {
        fail_msg("expected '%s', got: %s\n%s", error, emb_error(), text);
    }
    assert_memory_equal(emb_error(), path, strlen(path));
    assert_null(strchr(emb_error(), '\n'));
}

typedef struct bad {
    const char *text, *error;
} bad;

static void refuse_all(const bad *table, size_t count) {
    for (size_t i = 0; i < count; i++) refuse(table[i].text, NULL, table[i].error);
}

#define X      "in x float N,4\nout y\n"
#define IMAGE  "in x float N,2,4,4\nout y\n"
#define WEIGHT "w w float 4,2 seq\n"
#define KERNEL "w k float 3,2,3,3 seq\n"

static const bad models[] = {
    {"bare\nir 8", "has no graph"},
    {"bare\nRelu x -> y\n" X, "has no graph"},
    {"bare\nir 8\nRelu x -> y\n" X, "of version 0, expected 6 to 99"},
    {"bare\nir 2\nRelu x -> y\n" X, "of version 1, expected 6 to 99"},
    {"bare\nir 8\nopset com.me 17\nRelu x -> y\n" X, "of version 0, expected 6 to 99"},
    {"bare\nir 8\nopset 5\nRelu x -> y\n" X, "of version 5, expected 6 to 99"},
    {"bare\nir 8\nopset ai.onnx 100\nRelu x -> y\n" X, "of version 100, expected 6 to 99"},
    /* the graph's ends */
    {"out y\nRelu x -> y", "takes no input, in its graph"},
    {"in x\nout y\nRelu x -> y", "does not say the shape of its input 'x'"},
    {"in x float noshape\nout y\nRelu x -> y", "does not say the shape of its input 'x'"},
    {"in x float -\nout y\nRelu x -> y", "does not say the shape of its input 'x'"},
    {"in x int64 N,4\nout y\nRelu x -> y", "takes neither floats nor uint8 in its input 'x'"},
    {"in x float N,1,1,1,4\nout y\nRelu x -> y", "has more than 4 dimensions in its input 'x'"},
    {"in x float N,C\nout y\nRelu x -> y",
     "a dimension, besides the number of images, that is not fixed"},
    {"in x float N,?\nout y\nRelu x -> y",
     "a dimension, besides the number of images, that is not fixed"},
    {"in x float N,0\nout y\nRelu x -> y",
     "a dimension, besides the number of images, that is not fixed"},
    {"in x float N,-3\nout y\nRelu x -> y",
     "a dimension, besides the number of images, that is not fixed"},
    {"in x float N,99999999\nout y\nRelu x -> y",
     "a dimension, besides the number of images, that is not fixed"},
    {"in x float N,9999,9999\nout y\nRelu x -> y",
     "a dimension, besides the number of images, that is not fixed"},
    {X "in z float N,4\nRelu x -> y", "takes a second input that is not a constant, 'z'"},
    {"in x float N,4\nRelu x -> y", "does not give what its last layer makes, 'y'"},
    {X "Relu x -> z", "gives something that its layers do not make, 'y'"},
    {X "Relu x -> y\nTanh y -> z", "does not give what its last layer makes, 'z'"},
    {X "out w\n" WEIGHT "Relu x -> y", "gives something that its layers do not make, 'w'"},
    /* the chain */
    {X "Relu x -> y @domain=com.me",
     "node 'y' (Relu): is of domain 'com.me', which is not known; export"},
    {X "Relu z -> y @name=here", "node 'here' (Relu): reads 'z', which nothing makes"},
    {X "Relu y -> y", "reads 'y', which nothing makes"}, /* a circle */
    {X "Relu x -> a\nTanh x -> y",
     "goes on in branches that do not meet again in an Add or a Concat; "
     "export the part that is one network"},
    {X "Relu x -> a\nTanh x -> b\nRelu a -> y\nout b", "the branches begin at 'x'"},
    {X "Relu x -> a\nTanh x -> b\nMul a,b -> y",
     "(Mul): works on two tensors of images at once; here"},
    {X
     "Relu x -> a\nTanh a -> b\nRelu a -> c\nTanh b -> d\nRelu b -> e\nAdd d,c -> f\nAdd f,e -> y",
     "node 'f' (Add): puts together what does not come from one tensor, 'b', by branches of their "
     "own"},
    {X "Relu x -> a\nAdd a,x -> y\nRelu x -> b", "the branches begin at 'x'"},
    {X "w w float 4,3 seq\nMatMul x,w -> a\nAdd a,x -> y", "adds tensors of different shapes"},
    {X "Relu x -> a\nSum x,a,a -> y", "adds 3 tensors of images; expected 2"},
    {X "w w float 4 seq\nRelu x -> a\nConcat a,w,x -> y axis=1",
     "reads 'w', which is no tensor of images, along with one that is"},
    {IMAGE "Relu x -> a\nTanh x -> b\nConcat a,b -> y axis=2",
     "joins something other than channels"},
    {IMAGE KERNEL "Relu x -> a\nConv x,k -> b\nConcat a,b -> y axis=1",
     "joins images of different sizes"},
    {X "Relu x -> a\nConcat a,a,a,a,a,a,a,a,x -> y axis=1",
     "joins 9 tensors; at most 8 are possible"},
    {IMAGE "Relu x -> a\nTranspose a -> b perm=[0,1,3,2]\nAdd b,x -> y",
     "adds numbers that its branches have in different orders"},
    {"in x uint8 N,4\nout y\nCast x -> a to=1\nCast x -> b to=1\nAdd a,b -> y",
     "is read as uint8 more than once"},
    {X "Relu x -> a\nTanh a -> x\nRelu x -> y", "makes 'x', which is there already"},
    {X WEIGHT "MatMul w,x -> y", "does not read a layer's output as its first input"},
    {X "Relu x -> -", "node '' (Relu): does not read a layer's output as its first input"},
    {X "Relu - -> y", "does not read a layer's output as its first input"},
    {X "Relu _ -> y", "does not read a layer's output as its first input"},
    {X "Hardmax x -> y", "(Hardmax): chooses among logits: leave it out of the export"},
    {X "Shrink x -> y", "or make the model of these: Conv, ConvTranspose"},
    {X "Selu x -> y", "(Selu): is part of a curve that no activation here has: train with ReLU"},
    {X "Celu x -> y alpha=2f", "(Celu): is part of a curve that no activation here has"},
    {X "Gelu x -> y approximate='erf'", "its approximate is 'erf', which is not known"},
    {X "Gelu x -> y approximate=1", "its attribute approximate is of type 2, expected 3"},
    {X "Sigmoid x -> s\nMul x,s -> a\nMul s,a -> y", "works on two tensors of images at once"},
    {X "Softmax x -> a axis=0\nRelu a -> y", "(Softmax): runs over the images themselves"},
    {X "Softmax x -> a axis=2\nRelu a -> y", "(Softmax): has no dimension 2"},
    {"bare\nir 8\nopset 11\n" IMAGE "Softmax x -> y axis=1", "is over several dimensions at once"},
    {IMAGE "w s float 4,1 seq\nPRelu x,s -> y", "has slopes for other things than the channels"},
    {IMAGE "w s float 2,4,4 seq\nPRelu x,s -> y", "has slopes for other things than the"},
    {X "w s float 3 seq\nPRelu x,s -> y", "its constant has not the images' dimensions"},
    {IMAGE "MaxPool x -> y", "(MaxPool): does not say its kernel_shape"},
    {X "MaxPool x -> y kernel_shape=[2,2]", "works on 0 dimensions; 1 or 2 besides channels"},
    {IMAGE "MaxPool x -> y kernel_shape=[2]", "kernel_shape has 1 numbers, expected 2"},
    {IMAGE "MaxPool x -> y kernel_shape=[2,0]", "has an attribute with an impossible value"},
    {IMAGE "MaxPool x -> y kernel_shape=[2,2] pads=[2,0,2,0]", "pads more than half its kernel's"},
    {IMAGE "MaxPool x -> y kernel_shape=[9,9]", "its output would have no pixels"},
    {IMAGE "AveragePool x -> y kernel_shape=[2,2] pads=[0,0,1,0] count_include_pad=1 ceil_mode=1 "
           "strides=[3,3]",
     "counts padding that differs between its ends"},
    {IMAGE "LpPool x -> y kernel_shape=[2,2]", "is pooling that no layer here does: use MaxPool2d"},
    {IMAGE "ReduceMean x -> y axes=[1]", "computes one number of many other than a channel's"},
    {IMAGE "Resize x -> y", "(Resize): does not say its scales"},
    {IMAGE "w s float 4 1,2,2,2\nResize x,_,s -> y", "scales images or channels, or by an"},
    {IMAGE "w s float 4 1,1,2,2\nResize x,_,s -> y mode='linear' "
           "coordinate_transformation_mode='asymmetric'",
     "places its pixels as PyTorch's Upsample does not"},
    {IMAGE "w s float 4 1,1,2,2\nResize x,_,s -> y mode='cubic' antialias=1",
     "crops, smooths or keeps the aspect ratio"},
    {IMAGE "w s float 4 1,1,.1,2\nResize x,_,s -> y", "its output would have no pixels"},
    {IMAGE "DepthToSpace x -> y blocksize=2", "its blocksize is impossible"},
    {IMAGE "SpaceToDepth x -> y blocksize=3", "its blocksize is impossible"},
    {IMAGE "w s int64 6 0,2,2,2,2,2\nReshape x,s -> a\nRelu a -> y",
     "works on more than three dimensions of an image, which is known only in a Pixel"},
    {IMAGE "w s int64 6 0,2,2,2,2,2\nReshape x,s -> y", "gives images of more than 3 dimensions"},
    {IMAGE "w s int64 6 0,2,2,2,2,2\nReshape x,s -> a\nTranspose a -> y perm=[0,1,2,3,5,4]",
     "works on more than three dimensions"},
    {X "_ x -> y", "node 'y' (): is not among what embudo's layers cover"},
    {X "Relu x -> y slope=1", "has an attribute 'slope', which is not known"},
    {X "Flatten x -> y axis=1f", "its attribute axis is of type 1, expected 2"},
    {X WEIGHT "Gemm x,w -> y alpha=2", "its attribute alpha is of type 2, expected 1"},
    {IMAGE KERNEL "Conv x,k -> y auto_pad=1", "its attribute auto_pad is of type 2, expected 3"},
    {IMAGE KERNEL "Conv x,k -> y pads!6=[1,1,1,1]", "its attribute pads is of type 6, expected 7"},
};

static const bad tensors[] = {
    {X "w w int64 4,2 seq\nMatMul x,w -> y", "tensor 'w' holds no floats"},
    {X "w w float 4,2 1,2,3\nMatMul x,w -> y", "tensor 'w' does not hold as many numbers as"},
    {X "w w float 4,2 none\nMatMul x,w -> y", "tensor 'w' does not hold as many numbers as"},
    {X "w w floatraw 4,2 1,2,3\nMatMul x,w -> y", "'w' does not hold as many numbers as"},
    {X "w w floatraw 4,2 none\nMatMul x,w -> y", "'w' does not hold as many numbers as"},
    {X "w w double 4,2 1,2\nMatMul x,w -> y", "tensor 'w' does not hold as many numbers as"},
    {X "w w doubleraw 4,2 1,2\nMatMul x,w -> y", "'w' does not hold as many numbers as"},
    {X "w w half 4,2 1,2\nMatMul x,w -> y", "tensor 'w' does not hold as many numbers as"},
    {X "w w bfloatraw 4,2 1,2\nMatMul x,w -> y", "'w' does not hold as many numbers as"},
    {X WEIGHT "w b float -1 1,2\nGemm x,w,b -> y", "tensor 'b' has an impossible dimension"},
    {X WEIGHT "w b float 8589934592,8589934592 1\nGemm x,w,b -> y",
     "tensor 'b' has an impossible dimension"},
    {X WEIGHT "w b float 0 none\nGemm x,w,b -> y", "tensor 'b' holds no numbers"},
    {X "w w float 4,2 1,2,3,4,5,6,7,inf\nMatMul x,w -> y", "a weight of layer 0 is not finite"},
    {X "w w double 4,2 1,2,3,4,5,6,7,1e300\nMatMul x,w -> y",
     "is not finite, or is beyond what float32 can hold"},
    {X "w w float 4,2 1,2,3,4,5,6,7,nan\nMatMul x,w -> y", "a weight of layer 0 is not finite"},
    {X WEIGHT "w b float 2 1,-inf\nGemm x,w,b -> y", "a weight of layer 0 is not finite"},
    /* in another file */
    {X "ext w float 4,2 offset=0\nMatMul x,w -> y", "a file that is not in the model's folder"},
    {X "ext w float 4,2 location=\nMatMul x,w -> y", "a file that is not in the model's folder"},
    {X "ext w float 4,2 location=/etc/passwd\nMatMul x,w -> y",
     "that is not in the model's folder"},
    {X "ext w float 4,2 location=../weights\nMatMul x,w -> y", "that is not in the model's folder"},
    {X "ext w float 4,2 location=./../w\nMatMul x,w -> y", "that is not in the model's folder"},
    {X "ext w float 4,2 location=a/../../w\nMatMul x,w -> y", "that is not in the model's folder"},
    {X "ext w float 4,2 location=a/..\nMatMul x,w -> y", "that is not in the model's folder"},
    {X "ext w float 4,2 location=a/\nMatMul x,w -> y", "that is not in the model's folder"},
    {X "ext w float 4,2 location=a\\b\nMatMul x,w -> y", "that is not in the model's folder"},
    {X "ext w float 4,2 location=w offset=one\nMatMul x,w -> y", "where its numbers begin"},
    {X "ext w float 4,2 location=w offset=\nMatMul x,w -> y", "where its numbers begin"},
    {X "ext w float 4,2 location=w offset=-1\nMatMul x,w -> y", "where its numbers begin"},
    {X "ext w float 4,2 location=w length=9x\nMatMul x,w -> y", "where its numbers begin"},
    {X "ext w float 4,2 location=w length=1234567890123456\nMatMul x,w -> y",
     "tensor 'w' does not say where its numbers begin"},
};

static const bad linear[] = {
    {X WEIGHT "MatMul x,x -> y",
     "(MatMul): works on two tensors of images at once; here only an Add"},
    {X "MatMul x -> y", "its input 2 is not a constant"},
    {X "MatMul x,_ -> y", "its input 2 is not a constant"},
    {X "Constant - -> c value_ints=[1,2]\nMatMul x,c -> y", "its input 2 is not a constant"},
    {X "w w float 8 seq\nMatMul x,w -> y", "multiplies by 1 dimensions; expected 2"},
    {IMAGE WEIGHT "MatMul x,w -> y", "multiplies the last of an image's 3 dimensions"},
    {X "w w float 2,4 seq\nMatMul x,w -> y", "its weights take 2 numbers, and get 4"},
    {X WEIGHT "Gemm x,w -> y transB=1", "its weights take 2 numbers, and get 4"},
    {X "w w float 4,0 none\nMatMul x,w -> y", "its weights take 4 numbers, and get 4"},
    {X "w w float 0,2 none\nMatMul x,w -> y", "its weights take 0 numbers, and get 4"},
    {X "w w float 4,65537 none\nMatMul x,w -> y", "its weights take 4 numbers, and get 4"},
    {"in x float N,65536\nout y\nw w float 65536,4096 none\nMatMul x,w -> y",
     "does not hold as many numbers as its shape says"},
    {"in x float N,65536\nout y\nw w float 65536,65536 none\nMatMul x,w -> y",
     "does not hold as many numbers as its shape says"},
    {X WEIGHT "Gemm x,w -> y transA=1", "transA makes the images the second dimension"},
    {X WEIGHT "Gemm x,w,b -> y", "reads 'b', which nothing makes"},
    {X WEIGHT "w b float 3 seq\nGemm x,w,b -> y", "its bias is not 2 numbers, the same for every"},
    {X WEIGHT "w b float 2,1 seq\nGemm x,w,b -> y", "its bias is not 2 numbers, the same for"},
    {X WEIGHT "w b float 2,2 seq\nGemm x,w,b -> y", "its bias is not 2 numbers, the same for"},
    {X "w b float 3 seq\nAdd x,b -> y",
     "its constant has not the images' dimensions, the same for"},
    {X "w b float 2,4 seq\nAdd x,b -> y", "has not the images' dimensions, the same for every"},
    {X "w b float 4 1,2,inf,4\nMul x,b -> y", "its constant is not finite"},
    {X "w b float - 0\nDiv x,b -> y", "divides by 0"},
    {X "w b float - 1\nDiv b,x -> y", "divides a constant by the images, which no layer does"},
    {IMAGE "w b float 2,4,1 seq\nMul x,b -> y", "its constant is for some sides of an image alone"},
    {IMAGE "w b float 4 seq\nw c float 4,1 seq\nMul x,b -> a\nAdd a,c -> b2\nNeg b2 -> y q=1",
     "has an attribute 'q', which is not known"},
    /* between limits that the numbers do not keep */
    {X "Clip x -> y min=2f max=1f",
     "limits numbers to 2 .. 1, which leaves them one value or none"},
    {X "w c float - nan\nMin c,x -> y", "its limit is not one number"},
    {X "w c float 2 seq\nMax x,c -> y", "its limit is not one number"},
    {X "w c float - 0\nMax x,c,c -> y", "has 3 inputs, expected 2"},
    /* a part of an image */
    {X "w i int64 - 0\nGather x,i -> y axis=1", "takes images apart or joins them"},
    {X "w i int64 - 0\nGather x,i -> y", "takes images apart or joins them"},
    {"in x float N,1,4\nout y\nw i int64 - 1\nGather x,i -> y axis=1", "takes images apart"},
    {X "w s int64 1 0\nw e int64 1 3\nw a int64 1 1\nSlice x,s,e,a -> y", "takes images apart"},
    {X "w s int64 1 1\nw e int64 1 9\nw a int64 1 1\nSlice x,s,e,a -> y", "takes images apart"},
    {X "w s int64 1 0\nw e int64 1 9\nw a int64 1 2\nSlice x,s,e,a -> y", "axes are impossible"},
    {X "w s int64 1 0\nw e int64 1 9\nSlice x,s,e -> y", "takes images apart"}, /* the images */
    {X "w s int64 1 0\nw e int64 2 9,9\nSlice x,s,e -> y", "does not say what it takes"},
    /* rows for columns: nothing here would turn the pixels */
    {IMAGE KERNEL "Transpose x -> a perm=[0,1,3,2]\nConv a,k -> y",
     "reads images whose rows and columns were exchanged; leave that out"},
    {X "w h float 2 seq\nClip x,_,h -> y", "its max is not one number"},
    {X WEIGHT "w b int64 2 seq\nMatMul x,w -> a\nAdd a,b -> y", "tensor 'b' holds no floats"},
    {IMAGE KERNEL "w b float 3 seq\nConv x,k -> a\nAdd a,b -> y", "has not the images' dimensions"},
    {IMAGE KERNEL "w b float 3,1,2 seq\nConv x,k -> a\nAdd a,b -> y", "is for some sides of an"},
    {X "w r float - 0.5\nw t int64 - 1\nDropout x,r,t -> y",
     "is in training mode; export the model for"},
    /* bytes */
    {X "Cast x -> y to=7", "makes something other than floats"},
    {X "Cast x -> y", "makes something other than floats"},
    {"in x uint8 N,4\nout y\nIdentity x -> y", "reads uint8; Cast it to float before"},
    {"in x uint8 N,4\nout y\nFlatten x -> y", "gives uint8 as they are, in 'y'"},
    {"in x uint8 N,4\nout y\nCast x -> a to=1\nDiv a -> y", "its input 2 is not a constant"},
    {X "w c int64 - 255\nDiv x,c -> y", "holds no floats"},
    /* what may not be mixed */
    {IMAGE "Transpose x -> y perm=[1,0,2,3]", "would mix the images"},
    {IMAGE "Transpose x -> y", "would mix the images"},
    {IMAGE "Transpose x -> y perm=[0,1,2]", "perm has 3 numbers, expected 4"},
    {IMAGE "Transpose x -> y perm=[0,1,1,2]", "perm is not a permutation"},
    {IMAGE "Transpose x -> y perm=[0,-1,1,2]", "not a permutation of 0 to 3; of movedim"},
    {IMAGE "Transpose x -> y perm=[0,1,4,2]", "perm is not a permutation"},
    {IMAGE KERNEL "Conv x,k -> a pads=[1,1,1,1]\nTranspose a -> y perm=[0,1,3,2]",
     "gives its numbers in another order than its layers make them; export it with channels"},
    {"in x float N,3,1,4\nout y\nw k float 2,3,1,1 seq\nw s int64 4 0,4,2,1\nConv x,k -> a\n"
     "Transpose a -> b perm=[0,2,3,1]\nReshape b,s -> y",
     "gives its numbers in another order than its layers make them"}, /* a 1 behind channels */
    {IMAGE KERNEL "Conv x,k -> a pads=[1,1,1,1]\nTranspose a -> b perm=[0,2,3,1]\nFlatten b -> y",
     "gives its numbers in another order than its layers make them"},
    {IMAGE KERNEL "Conv x,k -> a pads=[1,1,1,1]\nTranspose a -> b perm=[0,2,3,1]\n"
                  "w j float 1,4,1,1 seq\nConv b,j -> y",
     "reads images whose sides the layers before it have in another order"},
    {IMAGE "w a int64 1 0\nUnsqueeze x,a -> y",
     "its axes are impossible; an image has at most 3 dimensions"},
    {X "w a int64 1 0\nUnsqueeze x,a -> y", "would mix the images"},
    {X "Unsqueeze x -> y", "does not say its axes"},
    {X "w a int64 1 1\nSqueeze x,a -> y", "drops a dimension of 4"},
    {X "w a int64 2 1,1\nUnsqueeze x,a -> y", "its axes are impossible"},
    {IMAGE "w p int64 8 0,1,1,1,0,0,1,1\nPad x,p -> y", "pads images or channels, not pixels"},
    {IMAGE "w p int64 8 0,0,-4,1,0,0,0,1\nPad x,p -> y", "expects padding that leaves a pixel"},
    {IMAGE "w p int64 8 0,0,99999,1,0,0,0,1\nPad x,p -> y", "its padding is too large"},
    {IMAGE "w p int64 6 0,0,1,1,0,0\nPad x,p -> y", "pads has 6 numbers"},
    {IMAGE "Pad x -> y pads=[0,0,4,1,0,0,1,1] mode='reflect'", "expects padding below the image's"},
    {IMAGE "Pad x -> y pads=[0,0,1,1,0,0,1,1] mode='mirror'",
     "pads with something other than zeros"},
    {IMAGE "Pad x -> y pads=[0,0,1,1,0,0,1,1] value=1f", "pads with something other than zeros"},
    {IMAGE "w s float 3 seq\nBatchNormalization x,s,s,s,s -> y", "has 3 numbers for 2 channels"},
    {IMAGE "w s float 2 seq\nw v float 2 -9,1\nBatchNormalization x,s,s,s,v -> y",
     "no finite scale"},
    {IMAGE "w s float 3 seq\nInstanceNormalization x,s,s -> y", "has 3 numbers for 2"},
    {X "w s float 4 seq\nLayerNormalization x,s -> y axis=0", "normalizes several images together"},
    {X "w s float 3 seq\nLayerNormalization x,s -> y", "has 3 numbers for 4"},
    {IMAGE "w s float 2 seq\nGroupNormalization x,s,s -> y num_groups=3",
     "has 3 groups for 2 channels"},
    {IMAGE
     "w k float 2,2,1,1 seq\nw s float 2 seq\nConv x,k -> a\nTranspose a -> t perm=[0,2,3,1]\n"
     "Flatten t -> f\nGroupNormalization f,s,s -> y num_groups=2",
     "normalizes numbers of images whose channels come last"},
    {IMAGE "w s float 2 seq\nGroupNormalization x,s,s -> y", "has 0 groups for 2 channels"},
    {IMAGE "w s float 2 seq\nBatchNormalization x,s,s,s,s -> y training_mode=1",
     "is in training mode"},
};

static const bad convolutions[] = {
    {IMAGE "Conv x -> y", "its input 2 is not a constant"},
    {X "w k float 3,4,3 seq\nConv x,k -> y", "works on 0 dimensions; 1 or 2 are possible"},
    {IMAGE "w k float 3,2,3 seq\nConv x,k -> y", "works on 2 dimensions; 1 or 2 are possible"},
    {IMAGE "w k float 3,2,0,3 none\nConv x,k -> y", "its weights have a dimension of 0"},
    {IMAGE "w k float 3,2,-1,3 none\nConv x,k -> y", "its weights have a dimension of -1"},
    {IMAGE "w k float 99999,2,1,1 none\nConv x,k -> y", "its weights have a dimension of 99999"},
    {IMAGE KERNEL "Conv x,k -> y group=0", "its group is impossible"},
    {IMAGE KERNEL "Conv x,k -> y group=70000", "its group is impossible"},
    {IMAGE KERNEL "Conv x,k -> y group=2", "group 2 does not divide its 4 and 3 channels"},
    {IMAGE "w k float 3,5,3,3 seq\nConv x,k -> y", "its weights are for 5 channels, and get 2"},
    {IMAGE KERNEL "Conv x,k -> y kernel_shape=[3,2]",
     "kernel_shape differs from its weights' shape"},
    {IMAGE KERNEL "Conv x,k -> y kernel_shape=[3]", "kernel_shape has 1 numbers, expected 2"},
    {IMAGE KERNEL "Conv x,k -> y strides=[1,1,1]", "strides has 3 numbers, expected 2"},
    {IMAGE KERNEL "Conv x,k -> y dilations=[1]", "dilations has 1 numbers, expected 2"},
    {IMAGE KERNEL "Conv x,k -> y pads=[1,1]", "pads has 2 numbers, expected 4"},
    {IMAGE KERNEL "Conv x,k -> y strides=[0,1]", "has an attribute with an impossible value"},
    {IMAGE KERNEL "Conv x,k -> y strides=[1,99999]", "has an attribute with an impossible value"},
    {IMAGE KERNEL "Conv x,k -> y dilations=[1,0]", "has an attribute with an impossible value"},
    {IMAGE KERNEL "Conv x,k -> y dilations=[99999,1]", "has an attribute with an impossible value"},
    {IMAGE KERNEL "Conv x,k -> y pads=[99999,1,1,1]", "has an attribute with an impossible value"},
    {IMAGE KERNEL "Conv x,k -> y pads=[1,1,99999,1]", "has an attribute with an impossible value"},
    {IMAGE KERNEL "Conv x,k -> y pads=[-99999,1,1,1]", "has an attribute with an impossible value"},
    {IMAGE KERNEL "Conv x,k -> y pads=[1,1,1,-99999]", "has an attribute with an impossible value"},
    {IMAGE KERNEL "Conv x,k -> y pads=[-1,1,1,1]", "its padding is below 0"},
    {IMAGE KERNEL "Conv x,k -> y pads=[1,1,1,-1]", "its padding is below 0"},
    {IMAGE KERNEL "Conv x,k -> y pads=[0,0,3000,0]", "its padding is too large"},
    {IMAGE KERNEL "Conv x,k -> y pads=[0,0,105,105]", "its padding makes its kernel too large"},
    {IMAGE KERNEL "Conv x,k -> y dilations=[2,1]", "its output would have no pixels, or too many"},
    {IMAGE KERNEL "Conv x,k -> y dilations=[2,2] strides=[2,2]", "its output would have no pixels"},
    {IMAGE KERNEL "Conv x,k -> y pads=[40000,0,40000,0]", "would have no pixels, or too many"},
    {IMAGE KERNEL "Conv x,k -> y pads=[9000,9000,9000,9000]", "makes more than 16777216 numbers"},
    {IMAGE KERNEL "Conv x,k -> y auto_pad='SAME'", "auto_pad 'SAME' is not known"},
    {IMAGE KERNEL "Conv x,k -> y auto_pad='SAME_OTHER'", "auto_pad 'SAME_OTHER' is not known"},
    {IMAGE KERNEL "Conv x,k -> y auto_pad='EQUAL'", "auto_pad 'EQUAL' is not known"},
    {IMAGE KERNEL "Conv x,k -> y auto_pad='NOTHIN'", "auto_pad 'NOTHIN' is not known"},
    {IMAGE KERNEL "Conv x,k -> y auto_pad='A_VERY_LONG_WORD_FOR_IT'",
     "'A_VERY_LONG_WORD_FOR' is not"},
    {IMAGE KERNEL "Conv x,k -> y output_padding=[0,0]", "'output_padding', which is not known"},
    {IMAGE KERNEL "w b float 2 seq\nConv x,k,b -> y", "its bias is not 3 numbers"},
    {IMAGE "w k float 3,2,3,3 1\nConv x,k -> y", "'k' does not hold as many numbers as"},
    {IMAGE "w k float 60000,60000,1,1 none\nConv x,k -> y", "its kernel is too large"},
    {IMAGE "w k float 20000,2,30,30 none\nConv x,k -> y pads=[14,14,14,14]",
     "does not hold as many numbers as its shape says"},
    {IMAGE "w k float 60000,2,60000,60000 none\nConv x,k -> y pads=[60000,60000,60000,60000]",
     "makes more than 16777216 numbers of an image"},
    {IMAGE "w k float 2,3,3,3 seq\nConvTranspose x,k -> y output_padding=[-1,0]",
     "has an attribute with an impossible value"},
    {IMAGE "w k float 2,3,3,3 seq\nConvTranspose x,k -> y output_padding=[0,99999]",
     "has an attribute with an impossible value"},
    {IMAGE "w k float 2,3,3,3 seq\nConvTranspose x,k -> y output_padding=[1]",
     "output_padding has 1 numbers, expected 2"},
    {IMAGE "w k float 2,3,3,3 seq\nConvTranspose x,k -> y output_shape=[4]",
     "output_shape has 1 numbers, expected 2"},
    {IMAGE "w k float 2,3,3,3 seq\nConvTranspose x,k -> y output_shape=[0,4]",
     "its output_shape is impossible"},
    {IMAGE "w k float 2,3,3,3 seq\nConvTranspose x,k -> y output_shape=[4,99999]",
     "its output_shape is impossible"},
    {IMAGE "w k float 2,3,3,3 seq\nConvTranspose x,k -> y strides=[60000,1]",
     "its output would have no pixels, or too many"},
    {IMAGE "w k float 2,3,3,3 seq\nConvTranspose x,k -> y pads=[3,0,3,0]",
     "its output would have no pixels, or too many"},
    {IMAGE "w k float 2,3,3,3 seq\nConvTranspose x,k -> y output_shape=[3000,6]",
     "its padding is too large"},
};

#define SHAPES "computes with something other than shapes"
#define ONE    "w i int64 1 1\nw f float 1 1\nw w3 int64 3 1,2,3\n"
static const bad shapes[] = {
    {X "Flatten x -> y axis=0", "axis 0 would mix the images"},
    {X "Flatten x -> y axis=-2", "axis 0 would mix the images"},
    {X "Reshape x -> y", "its shape is not a constant"},
    {X "Reshape x -> y shape=[1,2,3,4,5,6,7,8,9]", "its shape is not a constant"},
    {X "w s float 2 seq\nReshape x,s -> y", "tensor 's' holds no whole numbers"},
    {X "w s int64 9 seq\nReshape x,s -> y", "tensor 's' holds too many numbers"},
    {X "w s int64 2 1\nReshape x,s -> y", "tensor 's' does not hold as many numbers as"},
    {X "w s int64raw 2 1\nReshape x,s -> y", "tensor 's' does not hold as many numbers as"},
    {X "w s int32 3 1,2\nReshape x,s -> y", "tensor 's' does not hold as many numbers as"},
    {X "w s int32raw 2 1\nReshape x,s -> y", "tensor 's' does not hold as many numbers as"},
    {X "w s int64 -2 1\nReshape x,s -> y", "tensor 's' has an impossible dimension"},
    {X "ext s int64 2 location=/s\nReshape x,s -> y", "that is not in the model's folder"},
    {X "w s int64 2 0,-2\nReshape x,s -> y", "its shape is impossible"},
    {X "w s int64 3 0,-1,-1\nReshape x,s -> y", "its shape is impossible"},
    {X "w s int64 3 0,4611686018427387904,8\nReshape x,s -> y", "its shape is impossible"},
    {X "w s int64 2 -1,0\nReshape x,s -> y allowzero=1", "its shape is impossible"},
    {X "w s int64 3 0,4,0\nReshape x,s -> y", "its shape is impossible"},
    {X "w s int64 3 0,3,-1\nReshape x,s -> y", "its shape does not fit 4 numbers"},
    {X "w s int64 2 0,5\nReshape x,s -> y", "its shape would mix the images"},
    {X "w s int64 1 -1\nReshape x,s -> y", "its shape would mix the images"},
    {X "w s int64 0 none\nReshape x,s -> y", "its shape would mix the images"},
    {X "w s int64 2 -1,-1\nReshape x,s -> y", "its shape would mix the images"},
    {X "w s int64 2 3,4\nReshape x,s -> y", "its shape would mix the images"},
    {X "w s int64 2 0,4\nReshape x,s -> y allowzero=1", "its shape would mix the images"},
    {"in x float 2,4\nout y\nw s int64 2 3,4\nReshape x,s -> y", "its shape would mix the images"},
    {X "w s int64 5 0,1,1,1,4\nReshape x,s -> y", "makes 4 dimensions of an image; at most 3"},
    /* what exporters compute */
    {X WEIGHT "Shape w -> s\nReshape x,s -> y", "its shape would mix the images"},
    {X "Shape _ -> s\nReshape x,s -> y", SHAPES},
    {X "Shape x -> s start=-3\nReshape x,s -> y", SHAPES},
    {X "Shape x -> s start=1 end=0\nReshape x,s -> y", SHAPES},
    {X "Shape x -> s end=-3\nReshape x,s -> y", SHAPES},
    {X ONE "Shape x -> s\nGather s,i -> g axis=1", SHAPES},
    {X ONE "Shape x -> s\nGather s,w3 -> g", SHAPES},
    {X ONE "w m int64 1 -3\nShape x -> s\nGather s,m -> g", SHAPES},
    {X ONE "Shape x -> s\nGather s,f -> g", SHAPES},
    {X ONE "Shape x -> s\nGather f,i -> g", "picks what is not there"},
    {X ONE "Shape x -> s\nGather s -> g", SHAPES},
    {X ONE "Shape x -> s\nGather s,x -> g", "does not read a layer's output as its first input"},
    {X ONE "Shape x -> s\nSlice f,i,i -> g", "cuts a constant to nothing"},
    {X ONE "Shape x -> s\nSlice s,f,i -> g", SHAPES},
    {X ONE "Shape x -> s\nSlice s,i,f -> g", SHAPES},
    {X ONE "Shape x -> s\nSlice s,i,i,i,f -> g", SHAPES},
    {X ONE "Shape x -> s\nSlice s,w3,i -> g", SHAPES},
    {X ONE "Shape x -> s\nSlice s,i,w3 -> g", SHAPES},
    {X ONE "Shape x -> s\nSlice s,i,i,i,w3 -> g", SHAPES},
    {X ONE "w two int64 1 2\nShape x -> s\nSlice s,i,i,i,two -> g", SHAPES},
    {X ONE "Shape x -> s\nConcat s,f -> g", SHAPES},
    {X ONE "Concat w3,w3,w3 -> g", SHAPES},
    {X ONE "w two int64 1 2\nShape x -> s\nMul s,two -> g", SHAPES}, /* the batch's number */
    {X ONE "Shape x -> s\nAdd i,s -> g", SHAPES},
    {X ONE "w z int64 1 0\nDiv i,z -> g", SHAPES},
    {X ONE "w z int64 1 0\nMod i,z -> g", SHAPES},
    {X ONE "w m int64 1 -1\nw two int64 1 2\nDiv m,two -> g", SHAPES},
    {X ONE "w m int64 1 -1\nMod m,i -> g", SHAPES},
    {X ONE "w b int64 1 1073741825\nAdd b,i -> g", SHAPES},
    {X ONE "w b int64 1 1073741825\nSub i,b -> g", SHAPES},
    {X ONE "w b int64 1 -1073741825\nAdd b,i -> g", SHAPES},
    {X ONE "w b int64 1 -1073741825\nSub i,b -> g", SHAPES},
    {X ONE "w w2 int64 2 1,2\nAdd w2,w3 -> g", SHAPES},
    {X ONE "Add f,i -> g", "computes with floats and other numbers"},
    {X ONE "Add i,f -> g", "computes with floats and other numbers"},
    {X ONE "Add f,f,f -> g", "has 3 inputs, expected 2"},
    {X ONE "w t float 2,2 seq\nMatMul t,f -> g",
     "multiplies constants that are not two tables that fit"},
    {X ONE "w t float 2,2 seq\nConcat t,f -> g axis=0",
     "joins constants that do not fit each other"},
    {X ONE "w t float 2,2 seq\nConcat t,t -> g axis=2",
     "joins constants that do not fit each other"},
    {X ONE "w t float 2,2 seq\nConcat t,w3 -> g", "joins constants that do not fit each other"},
    {X ONE "w t float 2,2 seq\nw b int64 1 2\nGather t,b -> g", "picks what is not there"},
    {X ONE "w t float 2,2 seq\nw b int64 1 -3\nGather t,b -> g axis=1", "picks what is not there"},
    {X ONE "w t float 2,2 seq\nGather t,f -> g",
     "picks from a constant in a way that is not known"},
    {X ONE "w t float 2,2 seq\nGather t,i -> g axis=2",
     "picks from a constant in a way that is not"},
    {X ONE "w t float 2,2 seq\nSlice t,i,i -> g", "cuts a constant to nothing"},
    {X ONE "w t float 2,2 seq\nw z int64 1 0\nSlice t,z,i,z,z -> g",
     "cuts a constant with an impossible"},
    {X ONE "w t float 2,2 seq\nSlice t,i,i,w3 -> g", "does not say what it takes"},
    {X ONE "w t float 2,2 seq\nExpand t,w3 -> g",
     "expands a constant to a shape that does not fit"},
    {X ONE "w b int64 2 65536,65536\nExpand f,b -> g",
     "its weights are more than a model of this size"},
    {X ONE "w b int64 1 -1\nExpand f,b -> g", "makes a constant of an impossible shape"},
    {X ONE "w t float 2,2 seq\nTile t,i -> g", "does not say how often each side is repeated"},
    {X ONE "w b int64 1 99999999\nTile f,b -> g",
     "repeats a constant an impossible number of times"},
    {X ONE "w b int64 2 99999,99999\nConstantOfShape b -> g value={float/1/2}",
     "its weights are more than"},
    {X ONE "w t float 2,2 seq\nReduceSum t -> g axes=[2]", "its axes are impossible"},
    {X ONE "w t float 2,2 seq\nFlatten t -> g axis=3", "its axis is impossible"},
    {X ONE "w z int64 1 0\nRange i,w3,z -> g", SHAPES},
    {X ONE "w z int64 1 0\nw b int64 1 99\nRange z,b,i -> g", SHAPES},
    {X ONE "Where i,w3,f -> g", SHAPES},
    {X ONE "Add i -> g", SHAPES},
    {X ONE "Cast f -> g", "makes something other than floats of a constant"},
    {X "w v int8 4,2 1,2\nCast v -> w to=1\nMatMul x,w -> y",
     "tensor 'v' does not hold as many numbers as its shape says"},
    {X "w v int64 4,2 1,2\nCast v -> w to=1\nMatMul x,w -> y",
     "tensor 'v' does not hold as many numbers as its shape says"},
    {X "w v int64raw 4,2 1,2\nCast v -> w to=1\nMatMul x,w -> y",
     "tensor 'v' does not hold as many numbers as its shape says"},
    {X "w v int8raw -4,-2 1,2\nCast v -> w to=1\nMatMul x,w -> y",
     "tensor 'v' has an impossible dimension"},
    {X "w v int8raw 1,1,1,1,1,1,1,1,1 1\nCast v -> w to=1\nMatMul x,w -> y",
     "computes with more than 8 dimensions"},
    {X "w v int8 4,2 seq\nCast v -> w to=7\nMatMul x,w -> y", SHAPES},
    {X ONE "Unsqueeze f,i -> g", "gives something that its layers do not make, 'y'"},
    {X ONE "Squeeze f -> g", "gives something that its layers do not make, 'y'"},
    {X ONE "Reshape f,i -> g", "gives something that its layers do not make, 'y'"},
    {X ONE "Identity q -> g", SHAPES},
    {X ONE "w g float 2 seq\nw h float 3 seq\nAdd g,h -> k",
     "constants that do not fit each other"},
    {X ONE "Transpose f -> g perm=[1]", "perm is not a permutation"},
    {X ONE "Transpose f -> g perm=[0,1]", "perm has 2 numbers, expected 1"},
    {X ONE "w s int64 1 2\nReshape f,s -> g", "its shape does not fit 1 numbers"},
    {X ONE "w s int64 1 -2\nReshape f,s -> g", "its shape is impossible"},
    {X ONE "w s int64 1 3\nUnsqueeze f,s -> g", "its axes are impossible"},
    {X ONE "w s int64 1 9\nConstantOfShape s -> g", SHAPES},
    {X ONE "Transpose w3 -> g", SHAPES},
    {X ONE "w m int64 1 -1\nSlice w3,i,m,_,m -> g", SHAPES},
    {X "Constant - -> c value_ints=[1,2,3,4,5,6,7,8,9]", "is a constant of a kind that is not"},
    {X "Constant - -> c value=1", "is a constant of a kind that is not known"},
    {X "Constant - -> c value_int=1f", "is a constant of a kind that is not known"},
    {X "Constant - -> -", "node '' (Constant): is a constant of a kind that is not known"},
};

static void test_models(void **state) {
    (void)state;
    refuse_all(models, TEST_COUNT(models));
}

static void test_tensors(void **state) {
    (void)state;
    refuse_all(tensors, TEST_COUNT(tensors));
}

static void test_linear(void **state) {
    (void)state;
    refuse_all(linear, TEST_COUNT(linear));
}

static void test_convolutions(void **state) {
    (void)state;
    refuse_all(convolutions, TEST_COUNT(convolutions));
}

static void test_shapes(void **state) {
    (void)state;
    refuse_all(shapes, TEST_COUNT(shapes));
}

/* One more of them than there may be. */
static void too_many(void **state) {
    (void)state;
    static const struct {
        const char *before, *name, *after, *error; /* a line: before, a number, after */
        int count;
    } table[] = {
        {"Relu x -> q", "", "\n", "its messages are too many for its size", 4097},
        {"w q", "", " int64 - none\n", "its messages are too many for its size", 8193},
        {"in q", "", "\n", "its messages are too many for its size", 8192},
        {"Relu q", " -> q", "\n", "is one layer too many; at most 1024", 1025},
    };
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        const size_t room = 40 * (size_t)table[i].count + 100;
        char *text = malloc(room);
        assert_non_null(text);
        size_t at = (size_t)snprintf(text, room, "in q0 float N,4\n");
        for (int n = 0; n < table[i].count; n++) {
            at += (size_t)snprintf(text + at, room - at, "%s%d", table[i].before, n);
            if (*table[i].name) {
                at += (size_t)snprintf(text + at, room - at, "%s%d", table[i].name, n + 1);
            }
            at += (size_t)snprintf(text + at, room - at, "%s", table[i].after);
        }
        refuse(text, NULL, table[i].error);
        free(text);
    }
}

/* Where the encoder ends, as the caller says. */
static void test_cuts(void **state) {
    (void)state;
    static const struct {
        const char *text, *code, *error;
    } table[] = {
        {X WEIGHT "MatMul x,w -> a\nRelu a -> y", "q",
         "has no tensor between its layers called 'q'"},
        {X WEIGHT "MatMul x,w -> a\nRelu a -> y", "w",
         "has no tensor between its layers called 'w'"},
        {X WEIGHT "MatMul x,w -> a\nRelu a -> y", "x",
         "has no tensor between its layers called 'x'"},
        {X WEIGHT "MatMul x,w -> a\nRelu a -> y", "y",
         "has no tensor between its layers called 'y'"},
        {X WEIGHT "w b float 2 seq\nMatMul x,w -> a\nAdd a,b -> c\nRelu c -> y", "a",
         "adds a bias after the tensor that should end the encoder, 'a'"},
    };
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        const emb_import_options options = {.code = table[i].code};
        refuse(table[i].text, &options, table[i].error);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_models), cmocka_unit_test(test_tensors),
        cmocka_unit_test(test_linear), cmocka_unit_test(test_convolutions),
        cmocka_unit_test(test_shapes), cmocka_unit_test(too_many),
        cmocka_unit_test(test_cuts),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
