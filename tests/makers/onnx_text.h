/* ONNX models from a text, for tests: written as protobuf's bytes by hand, so that they do not
 * depend on what is tested. One statement a line; ';' ends one too. */
// clang-format off: a table
/*
 *   ir 8 | opset 17 | opset DOMAIN 17   what the model says; the first two are the default
 *   meta KEY VALUE                      a pair of the metadata
 *   bare                                leaves the default out
 *   in NAME TYPE DIMS                   TYPE float, uint8, ...; DIMS as N,1,4,4: a number, a
 *                                       name, or ? for neither; or noshape
 *   out NAME
 *   w NAME KIND DIMS NUMBERS            an initializer. KIND float, half, bfloat, double, int32,
 *                                       int64 in their fields; with "raw" behind it in raw_data.
 *                                       DIMS as 2,3 or - for none. NUMBERS as 1,2,3, or seq: 1,
 *                                       2, ..., or none
 *   ext NAME KIND DIMS KEY=VALUE ...    an initializer in another file
 *   OP INPUTS -> OUTPUTS KEY=VALUE ...  a node; names between commas, _ for "", - for none.
 *                                       VALUE: 1, 1.5f, 'text', [1,2], or {KIND DIMS NUMBERS}
 *                                       with / for space. KEY!7 says type 7, KEY!0 none. @name
 *                                       and @domain: the node's
 */
// clang-format on
#ifndef EMB_TESTS_ONNX_TEXT_H
#define EMB_TESTS_ONNX_TEXT_H

#include "embudo.h"

/* Writes the model to the path; a text that is not as above fails the test. */
void test_onnx_write(const char *path, const char *text);

/* Writes it and reads it. Skips the test in a build without protobuf-c, and fails it where the
 * model is refused. */
emb_net *test_onnx_import(const char *path, const char *text, const emb_import_options *options);

/* y of the image 1, 2, ... by the model as an encoder alone; how many numbers. The notation has
 * `notation` in it; NULL: any. */
enum { TEST_ONNX_MOST = 4096 };
size_t test_onnx_encode(const char *path, const char *text, const char *notation,
                        float y[TEST_ONNX_MOST]);

#endif
