/* embudo/model.h: a network as a file: saved as safetensors, which PyTorch opens; imported from
 * PyTorch and ONNX; exported as ONNX, in whole numbers and as freestanding C.
 *
 *     emb_status saved = emb_net_save(net, "model.safetensors", NULL, 0);
 */
#ifndef EMBUDO_MODEL_H
#define EMBUDO_MODEL_H

#include "data.h"
#include "net.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- saving and loading ---------------------------------------------------------------------- */

/* One string pair of a model file's __metadata__. */
typedef struct emb_pair {
    const char *key, *value;
} emb_pair;

/* Writes the model as safetensors: weights under PyTorch's state_dict names; in __metadata__ the
 * notation, the preprocessing and `extra`. The file appears under its name complete or not at all.
 */
EMB_API emb_status emb_net_save(const emb_net *net, const char *path, const emb_pair *extra,
                                size_t extra_count);

/* Puts the weights of a state dict, a safetensors file with exactly the net's tensors, into the
 * net. F16 and BF16 are widened; F64 are rounded, and refused if float32 cannot hold them. If all
 * names have a prefix ("module.", "_orig_mod.", "model."), it is left out; if all lack the name of
 * the net's only part, that is put before them. Tensors that share their numbers are found by what
 * safetensors' save_model notes in the file. emb_net_notes then says so. On failure the text names
 * the tensor; the net's weights are then without meaning. */
EMB_API emb_status emb_net_load(emb_net *net, const char *path);

/* The same in memory. *bytes = what emb_net_save would write, to be freed with free(). Opening
 * takes such bytes, or another model's with a notation, and loading takes a state dict's, as
 * emb_net_open and emb_net_load take a file's; `name` (NULL: a general one) stands for them in
 * error texts. They are copied. */
EMB_UNSETTLED emb_status emb_net_save_bytes(const emb_net *net, const emb_pair *extra,
                                            size_t extra_count, uint8_t **bytes, size_t *count);
EMB_UNSETTLED emb_net *emb_net_open_bytes(const uint8_t *bytes, size_t count, const char *name);
EMB_UNSETTLED emb_status emb_net_load_bytes(emb_net *net, const uint8_t *bytes, size_t count,
                                            const char *name);

/* The value of a key of the __metadata__ that the net was opened with, or NULL. Borrowed from the
 * net. */
EMB_API const char *emb_net_metadata(const emb_net *net, const char *key);

/* ---- models from other programs -------------------------------------------------------------- */

typedef struct emb_import_options {
    const char *notation; /* for a state dict without one: a notation file, a file with a class
                             (.py, .ipynb) or a built-in network */
    const char *code; /* for ONNX: the tensor between encoder and decoder. NULL: one called "code",
                         else the narrowest, if the output has the input's shape or an image's
                         numbers in a row, which become an image */
    const char *part; /* for ONNX: what a model is that is not divided: "encoder", "decoder" or
                         "classifier". NULL: as a file that embudo wrote says, else decided by its
                         input and output */
    /* For a state dict whose `notation` is a file with a class, as in emb_net_options. */
    const char *class_name, *set;
    int input[3];
} emb_import_options;

/* Opens another program's model, recognised by its bytes: a state dict (safetensors) with its
 * notation, or an ONNX model that is a chain of operators which layers can replace. An ONNX model's
 * weights are floats of any size, also in files below the model's folder. Images are [C, H, W],
 * whether the model has its channels first or last; their numbers are the model's own, or pixels if
 * it takes uint8 and divides by 255. emb_net_notes says what differs. NULL on failure; the text
 * names the node or the tensor, and says what to do. */
EMB_API emb_net *emb_net_import(const char *path, const emb_import_options *options);

/* ---- exports --------------------------------------------------------------------------------- */

/* By what an image is unusual (emb_unusual_verdict in embudo/unusual.h): an export that is given
 * one computes it, with the same numbers within 1e-5 of them. Without one, an export carries the
 * threshold that the model's file has, as text. */
struct emb_verdict;

/* ---- ONNX ------------------------------------------------------------------------------------ */

typedef struct emb_onnx_options {
    const char *part; /* as emb_net_has_part has it; NULL: the whole */
    bool uint8_input; /* the graph takes pixels 0..255 as uint8 and divides by 255 itself */
    /* Of an autoencoder as a whole: the graph also gives "score" [batch] and "unusual" [batch], a
     * bool. NULL: it does not. */
    const struct emb_verdict *verdict;
} emb_onnx_options;

/* Writes the network as an ONNX model, opset 17, float32, any batch size: an operator for each
 * layer. The input is "image" or "code", the output "code", "reconstruction" or "logits". The file
 * appears complete or not at all. EMB_ERR_MISSING in a build without protobuf-c. */
EMB_API emb_status emb_net_export_onnx(const emb_net *net, const char *path,
                                       const emb_onnx_options *options);
/* The same in memory, for emb_files_write if several files belong together: *bytes is to be freed
 * with free(). `path` is only for error texts. */
EMB_API emb_status emb_net_export_onnx_bytes(const emb_net *net, const char *path,
                                             const emb_onnx_options *options, uint8_t **bytes,
                                             size_t *count);

/* ---- whole numbers --------------------------------------------------------------------------- */

/* A trained network in whole numbers: weights and activations of 8 bits, each channel with a scale
 * of its own, sums of 32 bits. Codes and logits stay float32. What emb_net_export_c writes with it
 * computes the same, bit for bit. */
typedef struct emb_int8 emb_int8;

/* The scales come from sample images, which should be like those that the network will read;
 * `indices` picks `count` of them (NULL: the first `count`), of which at most 1,000 at even
 * distances are taken. For a decoder alone they are codes. Borrows the net, whose weights must not
 * change. NULL on failure. */
EMB_UNSETTLED emb_int8 *emb_int8_new(emb_net *net, const emb_images *images,
                                     const uint32_t *indices, size_t count);
EMB_UNSETTLED void emb_int8_free(emb_int8 *int8);

/* As emb_net_encode, emb_net_decode and emb_net_classify; emb_int8_classify_codes takes what
 * emb_net_encode gives. If the sample was uint8, pixels are rounded to bytes on their way in and
 * out. */
EMB_UNSETTLED emb_status emb_int8_encode(const emb_int8 *int8, const float *images, size_t n,
                                         float *codes, int threads);
EMB_UNSETTLED emb_status emb_int8_decode(const emb_int8 *int8, const float *codes, size_t n,
                                         float *images, int threads);
EMB_UNSETTLED emb_status emb_int8_classify(const emb_int8 *int8, const float *images, size_t n,
                                           float *logits, int threads);
EMB_UNSETTLED emb_status emb_int8_classify_codes(const emb_int8 *int8, const float *codes, size_t n,
                                                 float *logits, int threads);

/* ---- a network as C -------------------------------------------------------------------------- */

typedef struct emb_c_options {
    const char *name;     /* of the two files, and before every identifier; NULL: "embudo_model" */
    const char *part;     /* as emb_net_has_part has it; NULL: all that it can do with images */
    const emb_int8 *int8; /* whole numbers instead of float; NULL: float */
    /* A self-test's input, an image or, of a network that is a decoder alone, a code, [numbers of
     * it]; NULL: no self-test. */
    const float *sample;
    /* Of an autoencoder as a whole, in float: also NAME_score() and NAME_unusual(). NULL: not. */
    const struct emb_verdict *verdict;
} emb_c_options;

/* What the two files need besides their code. */
typedef struct emb_c_size {
    size_t constants;    /* bytes of weights and tables */
    size_t buffer;       /* bytes of the static buffer */
    char paths[2][4096]; /* of the .c and the .h: the longest that a system takes */
} emb_c_size;

/* Writes NAME.c and NAME.h into an existing folder: freestanding C99, without allocation or library
 * calls, that encodes, decodes or classifies one image at a time. Each file appears complete or not
 * at all. `size` may be NULL. */
EMB_UNSETTLED emb_status emb_net_export_c(emb_net *net, const char *folder,
                                          const emb_c_options *options, emb_c_size *size);

/* ---- a network for a page -------------------------------------------------------------------- */

/* The network as a page runs it (web/local/net/), with the same bits: *plan is JSON that names each
 * layer, its inputs and the places of its numbers in (*numbers)[*count]. Both are to be freed with
 * free(); NULL on failure. */
EMB_UNSETTLED emb_status emb_net_export_plan(const emb_net *net, char **plan, float **numbers,
                                             size_t *count);

#ifdef __cplusplus
}
#endif

#endif
