/* An ONNX model's file, its tensors, and the files of weights beside it. Its numbers are never
 * trusted: the memory of messages is bounded by the file's size, and a tensor's numbers are counted
 * before they are read. */
#ifndef EMB_MODEL_ONNX_TENSOR_H
#define EMB_MODEL_ONNX_TENSOR_H

#include <onnx.pb-c.h>

#include "codec/file.h"

enum {
    EMB__ONNX_NODES = 4096,
    EMB__ONNX_TENSORS = 8192,
    EMB__ONNX_RANK = 8,     /* of a tensor that is looked at */
    EMB__ONNX_STORES = 256, /* files of weights beside the model */
    EMB__ONNX_KERNEL = 2048 /* a side of a kernel that padding has made larger */
};

/* A file of weights. */
typedef struct emb__onnx_store {
    emb__file file;
    char *path;
    const char *name; /* below the model's folder: the path's end */
} emb__onnx_store;

typedef struct emb__onnx_file {
    const char *path;
    Emb__Onnx__Model *model;
    size_t room;  /* bytes that messages may still use */
    bool crowded; /* they needed more */
    size_t size;  /* of the file */
    int64_t opset;
    emb__place place; /* the model's place, once there is a file of weights */
    emb__onnx_store *stores;
    size_t store_count;
    size_t stored; /* bytes of all of them */
    bool rounded;  /* a number of 64 bits that was read is no float32 */
} emb__onnx_file;

/* Reads and unpacks; checks the versions. On failure *file is closed. */
emb_status emb__onnx_open(const char *path, emb__onnx_file *file);
void emb__onnx_close(emb__onnx_file *file);

/* "" for NULL */
const char *emb__onnx_text(const char *text);

/* Checks that a tensor's floats are all there, in the model or in a file of weights, which is
 * opened; *count is their number. Nothing is read. */
emb_status emb__onnx_locate(emb__onnx_file *file, const Emb__Onnx__Tensor *tensor, size_t *count);
/* The same for whole numbers and bool. */
emb_status emb__onnx_locate_whole(emb__onnx_file *file, const Emb__Onnx__Tensor *tensor,
                                  size_t *count);
/* Whether a tensor's type is floats that can be read; or whole numbers or bool. */
bool emb__onnx_is_floats(const Emb__Onnx__Tensor *tensor);
bool emb__onnx_is_whole(const Emb__Onnx__Tensor *tensor);
/* values[*count] = the numbers as float32, to be freed, of a tensor that is one or the other. */
emb_status emb__onnx_floats(emb__onnx_file *file, const Emb__Onnx__Tensor *tensor, float **values,
                            size_t *count);
/* numbers[*count], at most `room`, of a tensor of INT64 or INT32. */
emb_status emb__onnx_integers(emb__onnx_file *file, const Emb__Onnx__Tensor *tensor,
                              int64_t *numbers, size_t room, size_t *count);

/* ---- files of weights (onnx_files.c) --------------------------------------------------------- */

/* Whether a location, which may be NULL, is a path below the model's folder. */
bool emb__onnx_store_legal(const char *name);
/* The file of a legal location, opened the first time that it is asked for. */
emb_status emb__onnx_store_find(emb__onnx_file *file, const char *name, const emb__file **found);
/* Fails if one was changed while it was read. */
emb_status emb__onnx_stores_check(const emb__onnx_file *file);
void emb__onnx_stores_close(emb__onnx_file *file);

#endif
