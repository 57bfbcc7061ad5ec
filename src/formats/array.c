/* Arrays of floats as files: emb_array_... of embudo.h. Reading is npy_read.c's. */
#include <string.h>

#include "base/memory.h"
#include "formats/file.h"
#include "formats/npy.h"

/* ---- reading --------------------------------------------------------------------------------- */

static emb_status read_file(void *data, void *bytes, size_t want, size_t *got) {
    return emb__file_read(data, bytes, want, got);
}

emb_status emb__npy_load(const char *path, const emb__npy_wish *wish, emb__npy *npy,
                         void **numbers) {
    emb__file file;
    emb_status status = emb__file_open(&file, path);
    if (status != EMB_OK) return status;
    const emb__npy_source source = {path, file.size, &file, read_file};
    status = emb__npy_read(&source, wish, npy, numbers);
    emb__file_close(&file);
    return status;
}

emb_status emb_array_read(const char *path, emb_array *array) {
    *array = (emb_array){0};
    emb__npy npy = {0};
    void *numbers = NULL;
    emb_status status = emb__npy_load(path, &(emb__npy_wish){0}, &npy, &numbers);
    if (status != EMB_OK) return status;
    array->rank = npy.rank;
    array->count = npy.count;
    memcpy(array->shape, npy.shape, sizeof array->shape);
    array->values = numbers;
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

emb_status emb_labels_write(const char *path, const uint8_t *labels, size_t count) {
    char header[EMB__NPY_HEADER_ROOM];
    emb__text name = {0};
    emb__writer file = {.fd = -1};
    const size_t length_of_path = path ? strlen(path) : 0;
    if (length_of_path <= 4 || strcmp(path + length_of_path - 4, ".npy") != 0) {
        return emb__fail(EMB_ERR_ARGUMENT, "emb_labels_write needs a path that ends in .npy");
    }
    emb__text_bytes(&name, path, length_of_path - 4);
    emb__text_add(&name, "-labels.npy");
    if (!labels) { /* those of another array must not stay beside this one */
        emb_status gone = name.failed ? EMB_ERR_MEMORY : emb__file_remove(name.bytes);
        emb__free(name.bytes);
        return gone;
    }
    emb_status status = name.failed ? EMB_ERR_MEMORY : emb__writer_open(&file, name.bytes);
    const size_t length = emb__npy_header("u1", 1, &count, header);
    if (status == EMB_OK) status = emb__writer_put(&file, header, length);
    if (status == EMB_OK) status = emb__writer_put(&file, labels, count);
    if (status == EMB_OK) status = emb__writer_finish(&file);
    emb__writer_close(&file);
    emb__free(name.bytes);
    return status;
}
