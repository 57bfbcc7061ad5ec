/* NPY, numpy's format for one array: a padded text that describes the array, then its numbers.
 *
 * "\x93NUMPY", major and minor version, the text's length (u16 in version 1, u32 in 2 and 3, both
 * little-endian), then the text, a Python dictionary of exactly descr, fortran_order and shape.
 * What the text claims is compared with the file's size before anything is allocated.
 *
 * Owns: the header's grammar and the numbers' types. Does not own: the array's meaning. The reader
 * and the writer of whole files, emb_array_..., are declared in embudo/files.h. */
#ifndef EMB_CODEC_NPY_H
#define EMB_CODEC_NPY_H

#include "base/status.h"
#include "codec/file.h"

enum {
    EMB__NPY_PREFIX = 12,           /* bytes that hold the text's length in every version */
    EMB__NPY_MOST_HEADER = 1 << 16, /* bytes of a header's text that are read */
    EMB__NPY_MOST_LETTERS = 256,    /* of a word */
};

typedef struct emb__npy_type {
    const char *name; /* "f4": kind and bytes, as in descr after the byte order; for words "U", code
                         points of 32 bits, or "S", bytes */
    size_t size;
    /* values[i] = number i of `from`, in this machine's byte order; NULL for words */
    void (*to_float)(const void *from, size_t count, float *values);
} emb__npy_type;

typedef struct emb__npy {
    emb__npy_type type;
    bool swapped; /* the numbers' byte order is not this machine's */
    bool fortran; /* the first dimension runs fastest */
    int rank;     /* 0..EMB_ARRAY_RANK */
    size_t shape[EMB_ARRAY_RANK];
    size_t count;    /* of numbers: the product of shape, 1 for rank 0 */
    size_t at, size; /* bytes before the numbers, and of the numbers */
} emb__npy;

/* Where the text of a header is: the file's first EMB__NPY_PREFIX bytes (or all that it has) say
 * so. *at is where the text begins, *length its length in bytes. The failure's text begins with the
 * path. */
emb_status emb__npy_prefix(const char *path, const uint8_t *bytes, size_t count, size_t *at,
                           size_t *length);
/* Reads the text. The caller sets `at` of *npy. */
emb_status emb__npy_text(const char *path, const char *text, size_t length, emb__npy *npy);

/* Where an array's bytes come from. */
typedef struct emb__npy_source {
    const char *name; /* for error texts */
    size_t size;      /* bytes that it should have */
    void *data;
    emb_status (*read)(void *data, void *bytes, size_t want, size_t *got); /* as emb__file_read */
} emb__npy_source;

/* What a reader wants of an array. */
typedef struct emb__npy_wish {
    bool keep_bytes; /* uint8 and bool stay what they are */
    bool keep_words; /* words are kept as they are in the file; else they are refused */
    /* Judges the header before any number is read; its error text begins with the name. NULL
     * accepts any. */
    emb_status (*accept)(const char *name, const emb__npy *npy, const void *data);
    const void *data;
} emb__npy_wish;

/* Reads a whole array in C order; if `numbers` is NULL, only its header. *numbers, to be freed with
 * emb__free, is float[count]; with `keep_bytes`, it is uint8_t[count] if emb__npy_is_bytes or
 * emb__npy_is_bool. The source must hold what the header announces and nothing more. */
emb_status emb__npy_read(const emb__npy_source *source, const emb__npy_wish *wish, emb__npy *npy,
                         void **numbers);
/* The same for an open file, from its beginning. */
emb_status emb__npy_load_open(emb__file *file, const emb__npy_wish *wish, emb__npy *npy,
                              void **numbers);
/* The same for a file. */
emb_status emb__npy_load(const char *path, const emb__npy_wish *wish, emb__npy *npy,
                         void **numbers);
bool emb__npy_is_bytes(const emb__npy *npy); /* uint8 */
bool emb__npy_is_bool(const emb__npy *npy);
bool emb__npy_is_float(const emb__npy *npy);
size_t emb__npy_letters(const emb__npy *npy); /* letters of a word; 0 for numbers */

/* Writes the header of a version 1 file in C order and this machine's byte order, at most
 * EMB__NPY_HEADER_ROOM bytes, into `header`; returns its length, a multiple of 64. `type` is "f4"
 * or "u1". */
enum { EMB__NPY_HEADER_ROOM = 256 };
size_t emb__npy_header(const char *type, int rank, const size_t *shape,
                       char header[EMB__NPY_HEADER_ROOM]);

#endif
