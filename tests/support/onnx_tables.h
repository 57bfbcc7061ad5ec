/* Tables of ONNX models as texts (makers/onnx_text.h): those that are imported, with what they
 * become, and those that are refused, with what is said. */
#ifndef EMB_TESTS_ONNX_TABLES_H
#define EMB_TESTS_ONNX_TABLES_H

#include "makers/onnx_text.h"

/* A vector of 4, two channels of 4 x 4, weights for them. */
#define ONNX_X      "in x float N,4\nout y\n"
#define ONNX_IMAGE  "in x float N,2,4,4\nout y\n"
#define ONNX_WEIGHT "w w float 4,2 seq\n"
#define ONNX_KERNEL "w k float 3,2,3,3 seq\n"

/* Where the models are written, in a folder of the test's own. */
extern char onnx_path[64];
int onnx_set_up(void **state);

/* A model that is imported: what its notation has in it, and its first outputs of the image 1, 2,
 * ..., up to a 0. */
typedef struct onnx_good {
    const char *text, *notation;
    float y[8];
} onnx_good;
void onnx_import_all(const onnx_good *table, size_t count);

/* A model that is refused, and what the error has in it. */
typedef struct onnx_bad {
    const char *text, *error;
} onnx_bad;
void onnx_refuse_all(const onnx_bad *table, size_t count);
/* The error is one line that begins with the path, and ends with what to do. */
void onnx_refuse(const char *text, const emb_import_options *options, const char *error);

#endif
