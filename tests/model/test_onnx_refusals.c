/* ONNX models that are refused as a whole, for their operators or for their tensors: each with a
 * line that says why, names the node or the tensor, and says what to do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/folder.h"
#include "support/onnx_tables.h"
#include "support/support.h"

static const onnx_bad models[] = {
    {"bare\nir 8", "has no graph"},
    {"bare\nRelu x -> y\n" ONNX_X, "has no graph"},
    {"bare\nir 8\nRelu x -> y\n" ONNX_X, "of version 0, expected 6 to 99"},
    {"bare\nir 2\nRelu x -> y\n" ONNX_X, "of version 1, expected 6 to 99"},
    {"bare\nir 8\nopset com.me 17\nRelu x -> y\n" ONNX_X, "of version 0, expected 6 to 99"},
    {"bare\nir 8\nopset 5\nRelu x -> y\n" ONNX_X, "of version 5, expected 6 to 99"},
    {"bare\nir 8\nopset ai.onnx 100\nRelu x -> y\n" ONNX_X, "of version 100, expected 6 to 99"},
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
    {ONNX_X "in z float N,4\nRelu x -> y", "takes a second input that is not a constant, 'z'"},
    {"in x float N,4\nRelu x -> y", "does not give what its last layer makes, 'y'"},
    {ONNX_X "Relu x -> z", "gives something that its layers do not make, 'y'"},
    {ONNX_X "Relu x -> y\nTanh y -> z", "does not give what its last layer makes, 'z'"},
    {ONNX_X "out w\n" ONNX_WEIGHT "Relu x -> y",
     "gives something that its layers do not make, 'w'"},
    /* the chain */
    {ONNX_X "Relu x -> y @domain=com.me",
     "node 'y' (Relu): is of domain 'com.me', which is not known; export"},
    {ONNX_X "Relu z -> y @name=here", "node 'here' (Relu): reads 'z', which nothing makes"},
    {ONNX_X "Relu y -> y", "reads 'y', which nothing makes"}, /* a circle */
    {ONNX_X "Relu x -> a\nTanh x -> y",
     "goes on in branches that do not meet again in an Add or a Concat, from 'x'; export the part "
     "that is one network"},
    {ONNX_X "Relu x -> a\nTanh x -> b\nRelu a -> y\nout b",
     "in an Add or a Concat, from 'x'; export"},
    {ONNX_X "Relu x -> a\nTanh x -> b\nMul a,b -> y",
     "(Mul): works on two tensors of images at once; here"},
    {ONNX_X
     "Relu x -> a\nTanh a -> b\nRelu a -> c\nTanh b -> d\nRelu b -> e\nAdd d,c -> f\nAdd f,e -> y",
     "node 'f' (Add): puts together what does not come from one tensor, 'b', by branches of their "
     "own"},
    {ONNX_X "Relu x -> a\nAdd a,x -> y\nRelu x -> b", "in an Add or a Concat, from 'x'; export"},
    {ONNX_X "w w float 4,3 seq\nMatMul x,w -> a\nAdd a,x -> y", "adds tensors of different shapes"},
    {ONNX_X "Relu x -> a\nSum x,a,a -> y", "adds 3 tensors of images; expected 2"},
    {ONNX_X "w w float 4 seq\nRelu x -> a\nConcat a,w,x -> y axis=1",
     "reads 'w', which is no tensor of images, along with one that is"},
    {ONNX_IMAGE "Relu x -> a\nTanh x -> b\nConcat a,b -> y axis=2",
     "joins something other than channels"},
    {ONNX_IMAGE ONNX_KERNEL "Relu x -> a\nConv x,k -> b\nConcat a,b -> y axis=1",
     "joins images of different sizes"},
    {ONNX_X "Relu x -> a\nConcat a,a,a,a,a,a,a,a,x -> y axis=1",
     "joins 9 tensors; at most 8 are possible"},
    {ONNX_IMAGE "Relu x -> a\nTranspose a -> b perm=[0,1,3,2]\nAdd b,x -> y",
     "adds numbers that its branches have in different orders"},
    {"in x uint8 N,4\nout y\nCast x -> a to=1\nCast x -> b to=1\nAdd a,b -> y",
     "is read as uint8 more than once"},
    {ONNX_X "Relu x -> a\nTanh a -> x\nRelu x -> y", "makes 'x', which is there already"},
    {ONNX_X ONNX_WEIGHT "MatMul w,x -> y", "does not read a layer's output as its first input"},
    {ONNX_X "Relu x -> -", "node '' (Relu): does not read a layer's output as its first input"},
    {ONNX_X "Relu - -> y", "does not read a layer's output as its first input"},
    {ONNX_X "Relu _ -> y", "does not read a layer's output as its first input"},
    {ONNX_X "Hardmax x -> y", "(Hardmax): chooses among logits; leave it out of the export"},
    {ONNX_X "Shrink x -> y", "or make the model of these: Conv, ConvTranspose"},
    {ONNX_X "Selu x -> y",
     "(Selu): is part of a curve that no activation here has; train with ReLU"},
    {ONNX_X "Celu x -> y alpha=2f", "(Celu): is part of a curve that no activation here has"},
    {ONNX_X "Gelu x -> y approximate='erf'", "its approximate is 'erf', which is not known"},
    {ONNX_X "Gelu x -> y approximate=1", "its attribute approximate is of type 2, expected 3"},
    {ONNX_X "Sigmoid x -> s\nMul x,s -> a\nMul s,a -> y", "works on two tensors of images at once"},
    {ONNX_X "Softmax x -> a axis=0\nRelu a -> y", "(Softmax): runs over the images themselves"},
    {ONNX_X "Softmax x -> a axis=2\nRelu a -> y", "(Softmax): has no dimension 2"},
    {"bare\nir 8\nopset 11\n" ONNX_IMAGE "Softmax x -> y axis=1",
     "is over several dimensions at once"},
    {ONNX_IMAGE "w s float 4,1 seq\nPRelu x,s -> y",
     "has slopes for other things than the channels"},
    {ONNX_IMAGE "w s float 2,4,4 seq\nPRelu x,s -> y", "has slopes for other things than the"},
    {ONNX_X "w s float 3 seq\nPRelu x,s -> y", "its constant has not the images' dimensions"},
    {ONNX_IMAGE "MaxPool x -> y", "(MaxPool): does not say its kernel_shape"},
    {ONNX_X "MaxPool x -> y kernel_shape=[2,2]", "works on 0 dimensions; 1 or 2 besides channels"},
    {ONNX_IMAGE "MaxPool x -> y kernel_shape=[2]", "kernel_shape has 1 numbers, expected 2"},
    {ONNX_IMAGE "MaxPool x -> y kernel_shape=[2,0]", "has an attribute with an impossible value"},
    {ONNX_IMAGE "MaxPool x -> y kernel_shape=[2,2] pads=[2,0,2,0]",
     "pads more than half its kernel's"},
    {ONNX_IMAGE "MaxPool x -> y kernel_shape=[9,9]", "its output would have no pixels"},
    {ONNX_IMAGE
     "AveragePool x -> y kernel_shape=[2,2] pads=[0,0,1,0] count_include_pad=1 ceil_mode=1 "
     "strides=[3,3]",
     "counts padding that differs between its ends"},
    {ONNX_IMAGE "LpPool x -> y kernel_shape=[2,2]",
     "is pooling that no layer here does; use MaxPool2d"},
    {ONNX_IMAGE "ReduceMean x -> y axes=[1]", "computes one number of many other than a channel's"},
    {ONNX_IMAGE "Resize x -> y", "(Resize): does not say its scales"},
    {ONNX_IMAGE "w s float 4 1,2,2,2\nResize x,_,s -> y", "scales images or channels, or by an"},
    {ONNX_IMAGE "w s float 4 1,1,2,2\nResize x,_,s -> y mode='linear' "
                "coordinate_transformation_mode='asymmetric'",
     "places its pixels as PyTorch's Upsample does not"},
    {ONNX_IMAGE "w s float 4 1,1,2,2\nResize x,_,s -> y mode='cubic' antialias=1",
     "crops, smooths or keeps the aspect ratio"},
    {ONNX_IMAGE "w s float 4 1,1,.1,2\nResize x,_,s -> y", "its output would have no pixels"},
    {ONNX_IMAGE "DepthToSpace x -> y blocksize=2", "its blocksize is impossible"},
    {ONNX_IMAGE "SpaceToDepth x -> y blocksize=3", "its blocksize is impossible"},
    {ONNX_IMAGE "w s int64 6 0,2,2,2,2,2\nReshape x,s -> a\nRelu a -> y",
     "works on more than three dimensions of an image, which is known only in a Pixel"},
    {ONNX_IMAGE "w s int64 6 0,2,2,2,2,2\nReshape x,s -> y",
     "gives images of more than 3 dimensions"},
    {ONNX_IMAGE "w s int64 6 0,2,2,2,2,2\nReshape x,s -> a\nTranspose a -> y perm=[0,1,2,3,5,4]",
     "works on more than three dimensions"},
    {ONNX_X "_ x -> y", "node 'y' (): is not among what embudo's layers cover"},
    {ONNX_X "Relu x -> y slope=1", "has an attribute 'slope', which is not known"},
    {ONNX_X "Flatten x -> y axis=1f", "its attribute axis is of type 1, expected 2"},
    {ONNX_X ONNX_WEIGHT "Gemm x,w -> y alpha=2", "its attribute alpha is of type 2, expected 1"},
    {ONNX_IMAGE ONNX_KERNEL "Conv x,k -> y auto_pad=1",
     "its attribute auto_pad is of type 2, expected 3"},
    {ONNX_IMAGE ONNX_KERNEL "Conv x,k -> y pads!6=[1,1,1,1]",
     "its attribute pads is of type 6, expected 7"},
};

static const onnx_bad tensors[] = {
    {ONNX_X "w w int64 4,2 seq\nMatMul x,w -> y", "tensor 'w' holds no floats"},
    {ONNX_X "w w float 4,2 1,2,3\nMatMul x,w -> y", "tensor 'w' does not hold as many numbers as"},
    {ONNX_X "w w float 4,2 none\nMatMul x,w -> y", "tensor 'w' does not hold as many numbers as"},
    {ONNX_X "w w floatraw 4,2 1,2,3\nMatMul x,w -> y", "'w' does not hold as many numbers as"},
    {ONNX_X "w w floatraw 4,2 none\nMatMul x,w -> y", "'w' does not hold as many numbers as"},
    {ONNX_X "w w double 4,2 1,2\nMatMul x,w -> y", "tensor 'w' does not hold as many numbers as"},
    {ONNX_X "w w doubleraw 4,2 1,2\nMatMul x,w -> y", "'w' does not hold as many numbers as"},
    {ONNX_X "w w half 4,2 1,2\nMatMul x,w -> y", "tensor 'w' does not hold as many numbers as"},
    {ONNX_X "w w bfloatraw 4,2 1,2\nMatMul x,w -> y", "'w' does not hold as many numbers as"},
    {ONNX_X ONNX_WEIGHT "w b float -1 1,2\nGemm x,w,b -> y",
     "tensor 'b' has an impossible dimension"},
    {ONNX_X ONNX_WEIGHT "w b float 8589934592,8589934592 1\nGemm x,w,b -> y",
     "tensor 'b' has an impossible dimension"},
    {ONNX_X ONNX_WEIGHT "w b float 0 none\nGemm x,w,b -> y", "tensor 'b' holds no numbers"},
    {ONNX_X "w w float 4,2 1,2,3,4,5,6,7,inf\nMatMul x,w -> y",
     "a weight of layer 0 is not finite"},
    {ONNX_X "w w double 4,2 1,2,3,4,5,6,7,1e300\nMatMul x,w -> y",
     "is not finite, or is beyond what float32 can hold"},
    {ONNX_X "w w float 4,2 1,2,3,4,5,6,7,nan\nMatMul x,w -> y",
     "a weight of layer 0 is not finite"},
    {ONNX_X ONNX_WEIGHT "w b float 2 1,-inf\nGemm x,w,b -> y", "a weight of layer 0 is not finite"},
    /* in another file */
    {ONNX_X "ext w float 4,2 offset=0\nMatMul x,w -> y",
     "a file that is not in the model's folder"},
    {ONNX_X "ext w float 4,2 location=\nMatMul x,w -> y",
     "a file that is not in the model's folder"},
    {ONNX_X "ext w float 4,2 location=/etc/passwd\nMatMul x,w -> y",
     "that is not in the model's folder"},
    {ONNX_X "ext w float 4,2 location=../weights\nMatMul x,w -> y",
     "that is not in the model's folder"},
    {ONNX_X "ext w float 4,2 location=./../w\nMatMul x,w -> y",
     "that is not in the model's folder"},
    {ONNX_X "ext w float 4,2 location=a/../../w\nMatMul x,w -> y",
     "that is not in the model's folder"},
    {ONNX_X "ext w float 4,2 location=a/..\nMatMul x,w -> y", "that is not in the model's folder"},
    {ONNX_X "ext w float 4,2 location=a/\nMatMul x,w -> y", "that is not in the model's folder"},
    {ONNX_X "ext w float 4,2 location=a\\b\nMatMul x,w -> y", "that is not in the model's folder"},
    {ONNX_X "ext w float 4,2 location=w offset=one\nMatMul x,w -> y", "where its numbers begin"},
    {ONNX_X "ext w float 4,2 location=w offset=\nMatMul x,w -> y", "where its numbers begin"},
    {ONNX_X "ext w float 4,2 location=w offset=-1\nMatMul x,w -> y", "where its numbers begin"},
    {ONNX_X "ext w float 4,2 location=w length=9x\nMatMul x,w -> y", "where its numbers begin"},
    {ONNX_X "ext w float 4,2 location=w length=1234567890123456\nMatMul x,w -> y",
     "tensor 'w' does not say where its numbers begin"},
};

static void test_models(void **state) {
    (void)state;
    onnx_refuse_all(models, TEST_COUNT(models));
}

static void test_tensors(void **state) {
    (void)state;
    onnx_refuse_all(tensors, TEST_COUNT(tensors));
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
        onnx_refuse(text, NULL, table[i].error);
        free(text);
    }
}

/* Where the encoder ends, as the caller says. */
static void test_cuts(void **state) {
    (void)state;
    static const struct {
        const char *text, *code, *error;
    } table[] = {
        {ONNX_X ONNX_WEIGHT "MatMul x,w -> a\nRelu a -> y", "q",
         "has no tensor between its layers called 'q'"},
        {ONNX_X ONNX_WEIGHT "MatMul x,w -> a\nRelu a -> y", "w",
         "has no tensor between its layers called 'w'"},
        {ONNX_X ONNX_WEIGHT "MatMul x,w -> a\nRelu a -> y", "x",
         "has no tensor between its layers called 'x'"},
        {ONNX_X ONNX_WEIGHT "MatMul x,w -> a\nRelu a -> y", "y",
         "has no tensor between its layers called 'y'"},
        {ONNX_X ONNX_WEIGHT "w b float 2 seq\nMatMul x,w -> a\nAdd a,b -> c\nRelu c -> y", "a",
         "adds a bias after the tensor that should end the encoder, 'a'"},
    };
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        const emb_import_options options = {.code = table[i].code};
        onnx_refuse(table[i].text, &options, table[i].error);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_models),
                                       cmocka_unit_test(test_tensors), cmocka_unit_test(too_many),
                                       cmocka_unit_test(test_cuts)};
    return cmocka_run_group_tests(tests, onnx_set_up, test_folder_remove);
}
