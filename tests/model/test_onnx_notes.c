/* What is said of ONNX models that are imported, and what becomes of their first steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/status.h"
#include "support/folder.h"
#include "support/onnx_tables.h"
#include "support/support.h"

#define LAST "in x float N,5,6,3\nout y\n"

/* What is said of what comes before the first layer. */
#define FOLDED(numbers, white) FOLDED_SO(numbers, white, "")
#define FOLDED_SO(numbers, white, so)                                                              \
    "it makes " numbers " of pixels from 0 to " white " itself" so                                 \
    ": that is left to the preprocessing "                                                         \
    "here, and floats must lie in " numbers " before they are given"
#define KEPT                                                                                       \
    "it scales or shifts its input before its first layer: that is kept as weights, of that "      \
    "layer, and not left to the preprocessing, "
#define KEPT_BEFORE                                                                                \
    "it scales or shifts its input before its first layer: that is kept as weights, of a Conv2d "  \
    "of one pixel before it, so that what is padded stays 0, and not left to the preprocessing, "
#define ROW "since its input is a row of numbers and no image"

/* What is said of them. */
static void test_notes(void **state) {
    (void)state;
    static const struct {
        const char *text, *notes;
    } table[] = {
        {ONNX_X ONNX_WEIGHT "MatMul x,w -> y", ""},
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
        {"in x half N,4\nout y\n" ONNX_WEIGHT "MatMul x,w -> y",
         "it computes in 16-bit floats, of 3 digits; here the same weights compute in float32"},
        {ONNX_X "w w double 4,2 0.1,2,3,4,5,6,7,8\nMatMul x,w -> y",
         "its weights of 64-bit floats are rounded to float32"},
        {ONNX_X "w w doubleraw 4,2 1,2,3,4,5,6,7,0.1\nMatMul x,w -> y",
         "its weights of 64-bit floats are rounded to float32"},
        {ONNX_X "w w double 4,2 0.5,2,3,4,5,6,7,8\nMatMul x,w -> y", ""},
        {ONNX_X ONNX_WEIGHT "w m float - 128\nSub x,m -> b\nDiv b,m -> a\nMatMul a,w -> y",
         FOLDED("-1 .. 0.992188", "255")},
        {ONNX_X ONNX_WEIGHT "w m float 4 120,110,100,90\nw d float 4 58,57,60,59\nSub x,m -> b\n"
                            "Div b,d -> a\nMatMul a,w -> y",
         "it divides by 57 to 60 itself: pictures are given to it as 0 .. 255, and floats as they "
         "are\n" KEPT "which has one black and one white for all channels"},
        {ONNX_X ONNX_WEIGHT "w m float - 0.5\nSub x,m -> b\nDiv b,m -> a\nMatMul a,w -> y",
         KEPT ROW},
        {ONNX_X ONNX_WEIGHT "w m float - 16\nDiv x,m -> a\nMatMul a,w -> y", KEPT ROW},
        {ONNX_X ONNX_WEIGHT "w m float - 1000\nDiv x,m -> a\nMatMul a,w -> y", KEPT ROW},
        {"in x uint8 N,4\nout y\n" ONNX_WEIGHT "w m float - 128\nCast x -> c to=1\nSub c,m -> b\n"
         "Div b,m -> a\nMatMul a,w -> y",
         FOLDED("-1 .. 0.992188", "1")},
        {ONNX_X ONNX_WEIGHT "w c float - 255\nDiv x,c -> a\nMatMul a,w -> y",
         FOLDED("0 .. 1", "255")},
        {ONNX_X "Softmax x -> y",
         "its last Softmax is left out: embudo's classifiers give logits, and their loss does the "
         "rest"},
    };
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        emb_net *net = test_onnx_import(onnx_path, table[i].text, NULL);
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
        /* where zeros are put around what was shifted, they are behind the shift */
        {"in x float N,2,4,4\nout y\nw m float 2,1,1 0.5,0.25\nSub x,m -> a\n"
         "w k float 1,2,3,3 seq\nConv a,k -> y pads=[1,1,1,1]",
         0, 1, "    Conv2d(2, 2, 1, groups=2),\n    Conv2d(2, 1, 3, padding=1, bias=False),\n",
         KEPT_BEFORE "which has one black and one white for all channels"},
        /* a scale has no such zeros */
        {"in x float N,2,4,4\nout y\nw m float 2,1,1 0.5,0.25\nMul x,m -> a\n"
         "w k float 1,2,3,3 seq\nConv a,k -> y pads=[1,1,1,1]",
         0, 1, "(\n    Conv2d(2, 1, 3, padding=1, bias=False),\n)",
         KEPT "which has one black and one white for all channels"},
        {GRAY "w g float 1 2\nw i float 1 -1\nw o float 1 0\nw v float 1 1\n"
              "BatchNormalization x,g,i,o,v -> a epsilon=0f\n" DOWN "Identity b -> y",
         -1, 1, "(\n    Conv2d(1, 1, 2", FOLDED("-1 .. 1", "1")},
        {"in x uint8 N,1,4,4\nout y\nw c float - 127.5\nw o float - 1\nCast x -> f to=1\n"
         "Div f,c -> z\nSub z,o -> a\n" DOWN "Identity b -> y",
         -1, 1, "bias=False", FOLDED("-1 .. 1", "1")},
        {"in x float N,4\nout y\n" ONNX_WEIGHT "w m float - 255\nDiv x,m -> a\nMatMul a,w -> z\n"
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
        emb_net *net = test_onnx_import(onnx_path, table[i].text, NULL);
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
    char other[sizeof onnx_path + 8];
    snprintf(other, sizeof other, "%s.bin", onnx_path);
    test_onnx_write(onnx_path, ONNX_X ONNX_WEIGHT "MatMul x,w -> y");
    assert_int_equal(rename(onnx_path, other), 0);
    emb_net *net = emb_net_open(other, NULL);
    if (!net && emb__last_status() == EMB_ERR_MISSING) skip();
    if (!net) fail_msg("%s", emb_error());
    const emb_import_options options = {.notation = "notebook"};
    assert_null(emb_net_import(other, &options));
    assert_non_null(strstr(emb_error(), "is an ONNX model, which says its layers itself"));
    assert_int_equal(emb_net_save(net, onnx_path, NULL, 0), EMB_OK); /* .onnx */
    emb_net *again = emb_net_import(onnx_path, NULL);
    if (!again) fail_msg("%s", emb_error());
    assert_string_equal(emb_net_notation(again), emb_net_notation(net));
    const emb_import_options cut = {.code = "c"};
    assert_null(emb_net_import(onnx_path, &cut));
    assert_non_null(strstr(emb_error(), "is not an ONNX model"));
    emb_net_free(again);
    emb_net_free(net);
    assert_int_equal(unlink(other), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_notes), cmocka_unit_test(test_entry),
                                       cmocka_unit_test(test_names)};
    return cmocka_run_group_tests(tests, onnx_set_up, test_folder_remove);
}
