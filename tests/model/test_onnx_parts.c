/* ONNX models of which a part is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/folder.h"
#include "support/onnx_tables.h"
#include "support/support.h"

#define X "in x float N,4\nout y\n"

#define DOWN "w d float 4,2 seq\nMatMul x,d -> c\n"
#define UP   "w u float 2,4 seq\nMatMul c,u -> y\n"
#define FLAT "in i float N,1,2,2\nFlatten i -> x\n"
#define WIDE "out y\nw d float 4,6 seq\nMatMul x,d -> c\nw u float 6,4 seq\nMatMul c,u -> y\n"

static void test_parts(void **state) {
    (void)state;
    static const struct {
        const char *text, *code, *part, *notation;
    } table[] = {
        {X DOWN UP, NULL, NULL,
         "    Linear(4, 2, bias=False),\n)\ndecoder = Sequential(\n    Linear(2"},
        {X DOWN "Relu c -> r\nw u float 2,4 seq\nMatMul r,u -> y", "r", NULL,
         "    ReLU(),\n)\ndecoder"},
        {X DOWN "Relu c -> code\nw u float 2,4 seq\nMatMul code,u -> y", NULL, NULL,
         "    ReLU(),\n)\ndecoder"},
        {X DOWN UP, "c", "encoder", ")\ndecoder = Sequential("},
        {X DOWN "w u float 2,3 seq\nMatMul c,u -> y", "c", NULL, ")\nclassifier = Sequential("},
        {X DOWN "w u float 2,3 seq\nMatMul c,u -> y", NULL, NULL, "\nencoder = Sequential("},
        {X DOWN "w u float 2,3 seq\nMatMul c,u -> y", NULL, "decoder", "\ndecoder = Sequential("},
        {"in x float N,4\nout logits\nw d float 4,2 seq\nMatMul x,d -> logits", NULL, NULL,
         "\nclassifier = Sequential("},
        {"in code float N,4\nout y\nw d float 4,2 seq\nMatMul code,d -> y", NULL, NULL,
         "\ndecoder = Sequential("},
        {"in x float N,8\nout y\nw s int64 4 0,2,2,2\nReshape x,s -> y", NULL, NULL,
         "\ndecoder = Sequential("},
        /* a bias has overtaken the tensor that is called code: the narrowest it is */
        {X "w d float 4,2 seq\nw b float 2 1,2\nMatMul x,d -> code\nAdd code,b -> c\nRelu c -> r\n"
           "w u float 2,4 seq\nMatMul r,u -> y",
         NULL, NULL, "    Linear(4, 2),\n    ReLU(),\n)\ndecoder"},
        /* among the narrowest, images: the last of their row; vectors: behind their row */
        {"in x float N,2,4,4\nout y\nw k float 1,2,2,2 seq\n"
         "Conv x,k -> a strides=[2,2]\nRelu a -> b\nConvTranspose b,k -> y strides=[2,2]",
         NULL, NULL, "    ReLU(),\n)\ndecoder"},
        {X DOWN "w s int64 4 0,2,1,1\nReshape c,s -> r\nw k float 2,4,1,1 seq\n"
                "ConvTranspose r,k -> t\nFlatten t -> y",
         NULL, NULL, "    Linear(4, 2, bias=False),\n)\ndecoder"},
        {X "out c\n" DOWN UP, NULL, NULL, ")\ndecoder = Sequential("},
        /* an image's numbers in a row are an image again; not of what says that it is no image */
        {FLAT DOWN "out y\n" UP, NULL, NULL, "    Unflatten(1, (1, 2, 2)),\n)\n"},
        {FLAT DOWN "out y\n" UP, "c", NULL, "    Unflatten(1, (1, 2, 2)),\n)\n"},
        {FLAT DOWN "out y\n" UP, NULL, "encoder", "),\n    Linear(2, 4, bias=False),\n)\n"},
        {FLAT DOWN "out code\nw u float 2,4 seq\nMatMul c,u -> code", NULL, NULL,
         "),\n    Linear(2, 4, bias=False),\n)\n"},
        {FLAT WIDE, NULL, NULL, "),\n    Linear(6, 4, bias=False),\n)\n"},
        {FLAT WIDE, "c", NULL, "),\n    Unflatten(1, (1, 2, 2)),\n)\n"},
    };
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        const emb_import_options options = {.code = table[i].code, .part = table[i].part};
        emb_net *net = test_onnx_import(onnx_path, table[i].text, &options);
        if (!strstr(emb_net_notation(net), table[i].notation)) {
            fail_msg("expected '%s' in\n%s\n%s", table[i].notation, emb_net_notation(net),
                     table[i].text);
        }
        emb_net_free(net);
    }
}

#define SOFT "w d float 4,2 seq\nMatMul x,d -> c\nSoftmax c -> y\n"
#define SAYS "meta embudo.part "

/* What embudo wrote says what it is, unless the caller does. */
static void test_metadata(void **state) {
    (void)state;
    static const struct {
        const char *text, *part, *notation;
    } table[] = {
        {X SOFT, NULL, "\nclassifier = Sequential(\n    Linear(4, 2, bias=False),\n)\n"},
        {X SOFT SAYS "encoder", NULL,
         "\nencoder = Sequential(\n    Linear(4, 2, bias=False),\n    Soft"},
        {X SOFT SAYS "encoder", "classifier",
         "\nclassifier = Sequential(\n    Linear(4, 2, bias=False),\n)\n"},
        {X SOFT SAYS "encoder", "decoder",
         "\ndecoder = Sequential(\n    Linear(4, 2, bias=False),\n    Soft"},
        {X SOFT SAYS "decoder", NULL,
         "\ndecoder = Sequential(\n    Linear(4, 2, bias=False),\n    Soft"},
        {X SOFT SAYS "head", NULL,
         "\nclassifier = Sequential(\n    Linear(4, 2, bias=False),\n    Soft"},
        {X SOFT SAYS "classifier", NULL,
         "\nclassifier = Sequential(\n    Linear(4, 2, bias=False),\n    Soft"},
        {X DOWN "LogSoftmax c -> code\nw u float 2,3 seq\nMatMul code,u -> y\n" SAYS "classifier",
         NULL, "LogSoftmax(dim=1),\n)\nclassifier = "},
        {X DOWN UP SAYS "autoencoder", NULL, "bias=False),\n)\ndecoder = Sequential(\n"},
        {X DOWN "w u float 2,4 seq\nMatMul c,u -> e\nSoftmax e -> y\n" SAYS "autoencoder", NULL,
         "bias=False),\n)\ndecoder = Sequential(\n    Linear(2, 4, bias=False),\n    Softmax("},
        /* codes of the input's shape; an image from an image */
        {X DOWN UP SAYS "encoder", NULL,
         "\nencoder = Sequential(\n    Linear(4, 2, bias=False),\n    Linear(2"},
        {X DOWN UP SAYS "decoder", NULL,
         "\ndecoder = Sequential(\n    Linear(4, 2, bias=False),\n    Linear(2"},
    };
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        const emb_import_options options = {.part = table[i].part};
        emb_net *net = test_onnx_import(onnx_path, table[i].text, &options);
        if (!strstr(emb_net_notation(net), table[i].notation)) {
            fail_msg("expected '%s' in\n%s\n%s", table[i].notation, emb_net_notation(net),
                     table[i].text);
        }
        emb_net_free(net);
    }
    onnx_refuse(X SOFT SAYS "codec", NULL, ": embudo.part is 'codec', which is not known; export");
    onnx_refuse(X SOFT "meta embudo.preprocessing codec", NULL,
                ": embudo.preprocessing is 'codec', which is not known; export");
    onnx_refuse(X "w d float 4,257 seq\nMatMul x,d -> c\nSoftmax c -> y\n", NULL,
                ": ends as a classifier does, which here has 2 to 256 classes, in 'y'; use --part "
                "encoder if it is an encoder");
    onnx_refuse(X "w d float 4,1 seq\nMatMul x,d -> c\nSoftmax c -> y\n", NULL,
                "use --part encoder");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_metadata),
    };
    return cmocka_run_group_tests(tests, onnx_set_up, test_folder_remove);
}
