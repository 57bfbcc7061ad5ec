/* safetensors: named tensors and pairs of strings in one file.
 *
 * u64 little-endian N; N bytes of JSON, padded with spaces; then the tensors' numbers, in C order
 * and little-endian, without gaps. The JSON has an entry "name": {"dtype", "shape", "data_offsets"}
 * for each tensor, and "__metadata__" from string to string.
 *
 * The reader takes a file only if every byte of it is accounted for. It holds the header and a row
 * for each tensor; the header's JSON is parsed one entry at a time, so that no header makes it take
 * more memory than the header's size and 1 MiB.
 *
 * Owns: the format. Does not own: which tensors and pairs a model has (model.c). */
#ifndef EMB_CODEC_SAFETENSORS_H
#define EMB_CODEC_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/translate.h"
#include "codec/file.h"

/* Limits, for writing and for reading. */
enum {
    EMB__SAFETENSORS_HEADER = 1 << 20, /* bytes of JSON, N */
    EMB__SAFETENSORS_STRING =
        1 << 18,                     /* bytes of one JSON string, its quotes and escapes included */
    EMB__SAFETENSORS_ENTRY = 1024,   /* bytes of one tensor's entry, without its name */
    EMB__SAFETENSORS_TENSORS = 8192, /* weights and two moments of the largest network fit */
    EMB__SAFETENSORS_PAIRS = 1024,   /* of __metadata__ */
    EMB__SAFETENSORS_RANK = 4        /* dimensions of a tensor */
};

/* How a tensor's numbers are stored; all are read as float32. */
typedef enum emb__dtype { EMB__F32, EMB__F16, EMB__BF16, EMB__F64, EMB__I64, EMB__I32 } emb__dtype;

/* The name of each, and the bytes of a number. */
typedef struct emb__dtype_row {
    const char *name;
    size_t bytes;
} emb__dtype_row;
enum { EMB__DTYPES = EMB__I32 + 1 };
extern const emb__dtype_row emb__dtypes[EMB__DTYPES];

typedef struct emb__stored {
    const char *name; /* borrowed from the file */
    emb__dtype dtype;
    int rank;
    size_t shape[EMB__SAFETENSORS_RANK];
    size_t count;      /* of numbers, the shape's product */
    size_t begin, end; /* bytes of the buffer */
} emb__stored;

/* An open file with its header in memory, or a file that is in memory as a whole. Zeroed, it is
 * empty. */
typedef struct emb__safetensors {
    uint8_t *bytes; /* at least up to the header's end; names and pairs point into it */
    size_t data;    /* where the tensors' bytes begin in the file */
    emb__file file; /* from which these are read ... */
    bool open;      /* ... if it is open; else they are in memory, too */
    size_t tensor_count;
    emb__stored *tensors; /* in the buffer's order */
    size_t pair_count;
    emb_pair *pairs; /* in the header's order */
} emb__safetensors;

/* Whether a file can be safetensors, by its first nine bytes and its size. */
bool emb__safetensors_looks(const uint8_t *bytes, size_t count, size_t file_size);

/* Whether the bytes begin like torch.save's files, a ZIP archive or a pickle; and the message about
 * such a file, which takes its path. */
bool emb__safetensors_pickled(const uint8_t *bytes, size_t count);
#define EMB__SAFETENSORS_PICKLED                                                                   \
    E_("%s: is what torch.save writes, expected safetensors: "                                     \
       "safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")")

/* Whether a tensor belongs to batch normalization; and the message about it, which takes the path
 * and the tensor's name. */
bool emb__safetensors_of_norm(const char *name);
#define EMB__SAFETENSORS_OF_NORM                                                                   \
    E_("%s: tensor %s is of batch normalization, which its network lacks: write BatchNorm2d or "   \
       "BatchNorm1d where the model has it")

/* Opens a file and checks its header. Tensors are read when they are asked for, so that a model is
 * never in memory twice. `path` is borrowed. On failure *file is zeroed; the text begins with the
 * path. */
emb_status emb__safetensors_read(const char *path, emb__safetensors *file);

/* The same for bytes[count] from emb__alloc, which are taken over on success and on failure. `name`
 * stands for them in error texts. */
emb_status emb__safetensors_parse(uint8_t *bytes, size_t count, const char *name,
                                  emb__safetensors *file);

/* Closes it, and frees what it holds; a zeroed one is accepted. */
void emb__safetensors_clear(emb__safetensors *file);

/* NULL if there is none. */
const emb__stored *emb__safetensors_find(const emb__safetensors *file, const char *name);
const char *emb__safetensors_value(const emb__safetensors *file, const char *key);

/* values[tensor->count] = the tensor's numbers as float32, which holds every F16 and BF16 exactly;
 * F64 are rounded, and infinite if they are too large. Fails if the file cannot be read, or has
 * changed since it was opened. */
emb_status emb__safetensors_values(const emb__safetensors *file, const emb__stored *tensor,
                                   float *values);

/* Writes "[8, 1, 3, 3]" into `text`, which is returned. */
enum { EMB__STORED_SHAPE_TEXT = 96 };
const char *emb__safetensors_shape(const emb__stored *tensor, char text[EMB__STORED_SHAPE_TEXT]);

/* Appends to `header` the beginning of a file of these tensors, as F32, and pairs, both in the
 * given order; the caller frees `header` in any case. Keys and values must be UTF-8, and all keys
 * different. */
emb_status emb__safetensors_header(const emb_tensor_info *tensors, size_t tensor_count,
                                   const emb_pair *pairs, size_t pair_count, emb__text *header);

/* Writes an open file anew, with other pairs: the tensors' bytes stay. `path` is the file's own. */
emb_status emb__safetensors_amend(const char *path, const emb__safetensors *file,
                                  const emb_pair *pairs, size_t pair_count);

/* Writes the header and then the tensors' numbers, from where they lie, without a copy of them all:
 * complete or not at all. The same content gives the same bytes. */
emb_status emb__safetensors_write(const char *path, const emb__text *header,
                                  const emb_tensor_info *tensors, size_t tensor_count);

/* The same in memory: appends the tensors' numbers to the header. */
emb_status emb__safetensors_append(emb__text *header, const emb_tensor_info *tensors,
                                   size_t tensor_count);

#endif
