/* Arrays of floats as files: emb_array_... of embudo/files.h. npy_read.c reads them. */
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "codec/file.h"
#include "codec/npy.h"

/* ---- reading --------------------------------------------------------------------------------- */

static emb_status read_file(void *data, void *bytes, size_t want, size_t *got) {
    return emb__file_read(data, bytes, want, got);
}

emb_status emb__npy_load_open(emb__file *file, const emb__npy_wish *wish, emb__npy *npy,
                              void **numbers) {
    const emb__npy_source source = {file->path, file->size, file, read_file};
    file->at = 0;
    emb_status status = emb__npy_read(&source, wish, npy, numbers);
    if (status != EMB_OK) return status;
    status = emb__file_check(file);
    if (status == EMB_OK || !numbers) return status;
    emb__free(*numbers);
    *numbers = NULL;
    return status;
}

emb_status emb__npy_load(const char *path, const emb__npy_wish *wish, emb__npy *npy,
                         void **numbers) {
    emb__file file;
    emb_status status = emb__file_open(&file, path);
    if (status != EMB_OK) return status;
    status = emb__npy_load_open(&file, wish, npy, numbers);
    emb__file_close(&file);
    return status;
}

emb_status emb_array_read(const char *path, emb_array *array) {
    EMB__ENTER;
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
    emb__writer files[2]; /* the array's, and the labels' */
    int file_count;
    char *path, *labels_path;
    size_t count, added; /* numbers of the array, and those added so far */
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
    emb_status status = emb__writer_open(&writer->files[0], writer->path);
    const size_t length = emb__npy_header("f4", rank, shape, header);
    return status == EMB_OK ? emb__writer_put(&writer->files[0], header, length) : status;
}

emb_array_writer *emb_array_writer_new(const char *path, int rank, const size_t *shape) {
    EMB__ENTER;
    if (!path || !*path || rank < 0 || rank > EMB_ARRAY_RANK || (rank > 0 && !shape)) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_array_writer_new needs a path and up to %d dimensions",
                  EMB_ARRAY_RANK);
        return NULL;
    }
    emb_array_writer *writer = emb__calloc(1, sizeof *writer);
    if (!writer) return NULL;
    writer->files[0].fd = writer->files[1].fd = -1;
    writer->file_count = 1;
    if (begin(writer, path, rank, shape) == EMB_OK) return writer;
    emb_array_writer_free(writer);
    return NULL;
}

static emb_status finished(const emb_array_writer *writer) {
    return emb__fail(EMB_ERR_ARGUMENT, "%s: is finished already", writer->path);
}

emb_status emb_array_writer_add(emb_array_writer *writer, const float *values, size_t count) {
    EMB__ENTER;
    if (writer->files[0].fd < 0) return finished(writer);
    if (count > writer->count - writer->added) {
        return emb__fail(EMB_ERR_ARGUMENT, "%s: gets more than the %zu numbers of its shape",
                         writer->path, writer->count);
    }
    writer->added += count;
    return emb__writer_put(&writer->files[0], values, count * sizeof *values);
}

emb_status emb_array_writer_finish(emb_array_writer *writer) {
    EMB__ENTER;
    if (writer->files[0].fd < 0) return finished(writer);
    if (writer->added == writer->count)
        return emb__writers_finish(writer->files, (size_t)writer->file_count);
    return emb__fail(EMB_ERR_ARGUMENT, "%s: got %zu of the %zu numbers of its shape", writer->path,
                     writer->added, writer->count);
}

void emb_array_writer_free(emb_array_writer *writer) {
    if (!writer) return;
    for (int i = 0; i < 2; i++) emb__writer_close(&writer->files[i]);
    emb__free(writer->path);
    emb__free(writer->labels_path);
    emb__free(writer);
}

emb_status emb_array_write(const char *path, const emb_array *array) {
    EMB__ENTER;
    emb_array_writer *writer = emb_array_writer_new(path, array->rank, array->shape);
    if (!writer) return emb__last_status();
    emb_status status = emb_array_writer_add(writer, array->values, array->count);
    if (status == EMB_OK) status = emb_array_writer_finish(writer);
    emb_array_writer_free(writer);
    return status;
}

/* ---- labels ---------------------------------------------------------------------------------- */

/* "x.npy" to "x-labels.npy"; NULL with the error text set. */
static char *labels_path(const char *path) {
    emb__text name = {0};
    const size_t length = path ? strlen(path) : 0;
    if (length < 4 || strcmp(path + length - 4, ".npy") != 0) {
        emb__fail(EMB_ERR_ARGUMENT, "labels need an array's path that ends in .npy");
        return NULL;
    }
    emb__text_bytes(&name, path, length - 4);
    emb__text_add(&name, "-labels.npy");
    if (!name.failed) return name.bytes;
    emb__free(name.bytes);
    return NULL;
}

/* Writes all but its name. Labels of another array must not stay beside an array without labels. */
static emb_status prepare_labels(emb__writer *file, const char *path, const uint8_t *labels,
                                 size_t count) {
    char header[EMB__NPY_HEADER_ROOM];
    if (!labels) return emb__writer_open_removal(file, path);
    emb_status status = emb__writer_open(file, path);
    const size_t length = emb__npy_header("u1", 1, &count, header);
    if (status == EMB_OK) status = emb__writer_put(file, header, length);
    if (status == EMB_OK) status = emb__writer_put(file, labels, count);
    return status;
}

emb_status emb_array_writer_labels(emb_array_writer *writer, const uint8_t *labels, size_t count) {
    EMB__ENTER;
    if (writer->files[0].fd < 0) return finished(writer);
    if (writer->file_count > 1) {
        return emb__fail(EMB_ERR_ARGUMENT, "%s: has labels already", writer->path);
    }
    writer->labels_path = labels_path(writer->path);
    if (!writer->labels_path) return emb__last_status();
    emb_status status = prepare_labels(&writer->files[1], writer->labels_path, labels, count);
    if (status == EMB_OK) writer->file_count = 2;
    return status;
}

emb_status emb_labels_write(const char *path, const uint8_t *labels, size_t count) {
    EMB__ENTER;
    emb__writer file = {.fd = -1};
    char *name = labels_path(path);
    if (!name) return emb__last_status();
    emb_status status = prepare_labels(&file, name, labels, count);
    if (status == EMB_OK) status = emb__writer_finish(&file);
    emb__writer_close(&file);
    emb__free(name);
    return status;
}
