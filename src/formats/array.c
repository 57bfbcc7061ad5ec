/* Arrays of floats as NPY files: emb_array_... of embudo.h. The header is npy.c's. */
#include <string.h>

#include "base/memory.h"
#include "formats/file.h"
#include "formats/npy.h"

enum { CHUNK = 1 << 16 }; /* numbers that are converted at a time */

/* ---- reading --------------------------------------------------------------------------------- */

static emb_status read_header(emb__file *file, emb__npy *npy) {
    uint8_t prefix[EMB__NPY_PREFIX];
    size_t got = 0, at = 0, length = 0;
    emb_status status = emb__file_read(file, prefix, sizeof prefix, &got);
    if (status == EMB_OK) status = emb__npy_prefix(file->path, prefix, got, &at, &length);
    if (status != EMB_OK) return status;
    char *text = emb__alloc(length + sizeof prefix);
    if (!text) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", file->path);
    /* Version 1's text begins within the prefix. */
    const size_t held = sizeof prefix - at < length ? sizeof prefix - at : length;
    memcpy(text, prefix + at, held);
    status = emb__file_read(file, text + held, length - held, &got);
    if (status == EMB_OK && (got < length - held || held < sizeof prefix - at)) {
        status = emb__fail(EMB_ERR_FORMAT, "%s: ends inside its NPY header", file->path);
    }
    if (status == EMB_OK) status = emb__npy_text(file->path, text, length, npy);
    emb__free(text);
    npy->at = at + length;
    return status;
}

static emb_status check_size(const emb__file *file, const emb__npy *npy) {
    size_t whole, floats;
    if (emb__add(npy->at, npy->size, &whole) && whole == file->size &&
        emb__mul(npy->count, sizeof(float), &floats)) {
        return EMB_OK;
    }
    return emb__fail(EMB_ERR_FORMAT, "%s: holds %zu bytes of numbers, but its header announces %zu",
                     file->path, file->size > npy->at ? file->size - npy->at : 0, npy->size);
}

static void swap_bytes(uint8_t *bytes, size_t count, size_t size) {
    for (size_t i = 0; i < count; i++, bytes += size) {
        for (size_t k = 0; k < size / 2; k++) {
            const uint8_t kept = bytes[k];
            bytes[k] = bytes[size - 1 - k];
            bytes[size - 1 - k] = kept;
        }
    }
}

/* values[npy->count], in the file's order. */
static emb_status read_numbers(emb__file *file, const emb__npy *npy, float *values) {
    const size_t size = npy->type.size;
    uint8_t *bytes = emb__alloc(CHUNK * size);
    if (!bytes) return EMB_ERR_MEMORY;
    emb_status status = EMB_OK;
    for (size_t at = 0; status == EMB_OK && at < npy->count;) {
        const size_t left = npy->count - at, here = left < CHUNK ? left : CHUNK;
        size_t got;
        status = emb__file_read(file, bytes, here * size, &got);
        if (status == EMB_OK && got < here * size) {
            status = emb__fail(EMB_ERR_IO, "%s: became shorter while it was read", file->path);
        }
        if (status != EMB_OK) break;
        if (npy->swapped) swap_bytes(bytes, here, size);
        npy->type.to_float(bytes, here, values + at);
        at += here;
    }
    emb__free(bytes);
    return status;
}

/* to[...] in C order = from[...] in Fortran order. */
static void to_c_order(const emb__npy *npy, const float *from, float *to) {
    size_t index[EMB_ARRAY_RANK] = {0}, step[EMB_ARRAY_RANK], product = 1;
    for (int d = 0; d < npy->rank; d++) {
        step[d] = product;
        product *= npy->shape[d];
    }
    for (size_t i = 0; i < npy->count; i++) {
        size_t at = 0;
        for (int d = 0; d < npy->rank; d++) at += index[d] * step[d];
        to[i] = from[at];
        for (int d = npy->rank - 1; d >= 0 && ++index[d] == npy->shape[d]; d--) index[d] = 0;
    }
}

static emb_status read_values(emb__file *file, const emb__npy *npy, float **values) {
    const bool turn = npy->fortran && npy->rank > 1;
    float *read = emb__calloc(npy->count, sizeof *read);
    float *turned = read && turn ? emb__calloc(npy->count, sizeof *turned) : NULL;
    emb_status status = read && (turned || !turn)
                            ? read_numbers(file, npy, read)
                            : emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", file->path);
    if (status == EMB_OK && turn) to_c_order(npy, read, turned);
    *values = turn ? turned : read;
    if (turn) emb__free(read);
    if (status == EMB_OK) return EMB_OK;
    emb__free(*values);
    return status;
}

emb_status emb_array_read(const char *path, emb_array *array) {
    *array = (emb_array){0};
    emb__file file;
    emb__npy npy = {0};
    emb_status status = emb__file_open(&file, path);
    if (status != EMB_OK) return status;
    status =
        file.size == 0 ? emb__fail(EMB_ERR_FORMAT, "%s: is empty", path) : read_header(&file, &npy);
    if (status == EMB_OK) status = check_size(&file, &npy);
    float *values = NULL;
    if (status == EMB_OK) status = read_values(&file, &npy, &values);
    emb__file_close(&file);
    if (status != EMB_OK) return status;
    array->rank = npy.rank;
    array->count = npy.count;
    memcpy(array->shape, npy.shape, sizeof array->shape);
    array->values = values;
    return EMB_OK;
}

void emb_array_free(emb_array *array) {
    if (!array) return;
    emb__free(array->values);
    *array = (emb_array){0};
}

/* ---- writing --------------------------------------------------------------------------------- */

struct emb_array_writer {
    emb__writer file;
    char *path;
    size_t count, added; /* numbers: of the array, and so far */
};

static emb_status begin(emb_array_writer *writer, const char *path, int rank, const size_t *shape) {
    char header[EMB__NPY_HEADER_ROOM];
    size_t bytes;
    writer->count = 1;
    bool fits = true;
    for (int i = 0; i < rank; i++) fits = fits && emb__mul(writer->count, shape[i], &writer->count);
    if (!fits || !emb__mul(writer->count, sizeof(float), &bytes)) {
        return emb__fail(EMB_ERR_ARGUMENT, "%s: cannot write: more numbers than a file can hold",
                         path);
    }
    writer->path = emb__strndup(path, strlen(path));
    if (!writer->path) return EMB_ERR_MEMORY;
    emb_status status = emb__writer_open(&writer->file, writer->path);
    const size_t length = emb__npy_header("f4", rank, shape, header);
    return status == EMB_OK ? emb__writer_put(&writer->file, header, length) : status;
}

emb_array_writer *emb_array_writer_new(const char *path, int rank, const size_t *shape) {
    if (!path || !*path || rank < 0 || rank > EMB_ARRAY_RANK || (rank > 0 && !shape)) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_array_writer_new needs a path and up to %d dimensions",
                  EMB_ARRAY_RANK);
        return NULL;
    }
    emb_array_writer *writer = emb__calloc(1, sizeof *writer);
    if (!writer) return NULL;
    writer->file.fd = -1;
    if (begin(writer, path, rank, shape) == EMB_OK) return writer;
    emb_array_writer_free(writer);
    return NULL;
}

static emb_status finished(const emb_array_writer *writer) {
    return emb__fail(EMB_ERR_ARGUMENT, "%s: is finished already", writer->path);
}

emb_status emb_array_writer_add(emb_array_writer *writer, const float *values, size_t count) {
    if (writer->file.fd < 0) return finished(writer);
    if (count > writer->count - writer->added) {
        return emb__fail(EMB_ERR_ARGUMENT, "%s: gets more than the %zu numbers of its shape",
                         writer->path, writer->count);
    }
    writer->added += count;
    return emb__writer_put(&writer->file, values, count * sizeof *values);
}

emb_status emb_array_writer_finish(emb_array_writer *writer) {
    if (writer->file.fd < 0) return finished(writer);
    if (writer->added == writer->count) return emb__writer_finish(&writer->file);
    return emb__fail(EMB_ERR_ARGUMENT, "%s: got %zu of the %zu numbers of its shape", writer->path,
                     writer->added, writer->count);
}

void emb_array_writer_free(emb_array_writer *writer) {
    if (!writer) return;
    emb__writer_close(&writer->file);
    emb__free(writer->path);
    emb__free(writer);
}

emb_status emb_array_write(const char *path, const emb_array *array) {
    emb_array_writer *writer = emb_array_writer_new(path, array->rank, array->shape);
    if (!writer) return emb__last_status();
    emb_status status = emb_array_writer_add(writer, array->values, array->count);
    if (status == EMB_OK) status = emb_array_writer_finish(writer);
    emb_array_writer_free(writer);
    return status;
}
