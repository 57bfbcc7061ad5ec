/* ONNX's Reshape, whose shape is made in one of many ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/folder.h"
#include "support/onnx_tables.h"
#include "support/support.h"

#define X24   "in x float N,24\nout y\n"
#define IMAGE "in x float N,2,3,4\nout y\n"
#define AT    "w i0 int64 - 0\nw v0 int64 1 0\nw v1 int64 1 1\nw v2 int64 1 2\nw vm int64 1 -1\n"
#define ALL_24                                                                                     \
    { 1, 2, 3, 4, 5, 6, 7, 8 }

/* Each makes its shape in another way, and the shape says whether it was made right. */
static const onnx_good shapes[] = {
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

static void test_shapes(void **state) {
    (void)state;
    onnx_import_all(shapes, TEST_COUNT(shapes));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_shapes)};
    return cmocka_run_group_tests(tests, onnx_set_up, test_folder_remove);
}
