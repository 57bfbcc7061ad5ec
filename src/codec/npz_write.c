/* Writing NPZ: emb_npz_write in embudo/files.h. See npz.h. */
#include "base/entry.h"
#include "base/memory.h"
#include "base/status.h"

#ifdef EMB_HAVE_ZIP

#include <string.h>

#include <zip.h>

#include "codec/npy.h"

static emb_status fail(const char *path, zip_error_t *error) {
    return emb__fail(EMB_ERR_FORMAT, "%s: cannot be written: %s", path, zip_error_strerror(error));
}

/* An array's NPY file in one block. */
static void *print_array(const emb_named_array *array, size_t *size) {
    char header[EMB__NPY_HEADER_ROOM];
    const size_t length =
        emb__npy_header(array->bytes ? "u1" : "f4", array->rank, array->shape, header);
    size_t numbers = array->bytes ? 1 : sizeof(float);
    for (int i = 0; i < array->rank; i++) numbers *= array->shape[i];
    uint8_t *bytes = emb__alloc(length + numbers);
    if (!bytes) return NULL;
    memcpy(bytes, header, length);
    memcpy(bytes + length, array->bytes ? (const void *)array->bytes : array->floats, numbers);
    *size = length + numbers;
    return bytes;
}

/* *bytes must stay until the archive is closed, even on failure. */
static emb_status add_array(zip_t *archive, const char *path, const emb_named_array *array,
                            void **bytes) {
    enum { NEW_YEAR_1980 = 1 << 5 | 1 }; /* ZIP's first day: the date of writing does not matter */
    size_t size = 0;
    emb__text name = {0};
    emb__text_add(&name, "%s.npy", array->name);
    *bytes = name.failed ? NULL : print_array(array, &size);
    zip_source_t *source = *bytes ? zip_source_buffer(archive, *bytes, size, 0) : NULL;
    const zip_int64_t index = source ? zip_file_add(archive, name.bytes, source, 0) : -1;
    emb__free(name.bytes);
    if (index >= 0 &&
        zip_set_file_compression(archive, (zip_uint64_t)index, ZIP_CM_STORE, 0) == 0 &&
        zip_file_set_dostime(archive, (zip_uint64_t)index, 0, NEW_YEAR_1980, 0) == 0) {
        return EMB_OK;
    }
    if (source && index < 0) zip_source_free(source);
    return *bytes ? fail(path, zip_get_error(archive)) : EMB_ERR_MEMORY;
}

/* The archive's bytes, which libzip has written into `whole`. */
static emb_status write_bytes(const char *path, zip_source_t *whole) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_source_stat(whole, &stat) != 0 || zip_source_open(whole) != 0) {
        return fail(path, zip_source_error(whole));
    }
    uint8_t *bytes = emb__alloc((size_t)stat.size);
    emb_status status = bytes ? EMB_OK : EMB_ERR_MEMORY;
    if (status == EMB_OK && zip_source_read(whole, bytes, stat.size) != (zip_int64_t)stat.size) {
        status = fail(path, zip_source_error(whole));
    }
    zip_source_close(whole);
    if (status == EMB_OK) status = emb_file_write(path, bytes, (size_t)stat.size);
    emb__free(bytes);
    return status;
}

emb_status emb_npz_write(const char *path, const emb_named_array *arrays, size_t count) {
    EMB__ENTER;
    zip_error_t error;
    if (!path || !arrays || count == 0) {
        return emb__fail(EMB_ERR_ARGUMENT, "emb_npz_write needs a path and an array");
    }
    void **held = emb__calloc(count, sizeof *held);
    if (!held) return EMB_ERR_MEMORY;
    zip_error_init(&error);
    zip_source_t *whole = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *archive = whole ? zip_open_from_source(whole, ZIP_TRUNCATE, &error) : NULL;
    emb_status status = archive ? EMB_OK : fail(path, &error);
    if (archive) zip_source_keep(whole);
    for (size_t i = 0; i < count && status == EMB_OK; i++) {
        status = add_array(archive, path, &arrays[i], &held[i]);
    }
    if (archive && (status != EMB_OK || zip_close(archive) != 0)) {
        if (status == EMB_OK) status = fail(path, zip_get_error(archive));
        zip_discard(archive);
    }
    for (size_t i = 0; i < count; i++) emb__free(held[i]);
    emb__free(held);
    if (status == EMB_OK) status = write_bytes(path, whole);
    if (whole) zip_source_free(whole);
    zip_error_fini(&error);
    return status;
}

#else

emb_status emb_npz_write(const char *path, const emb_named_array *arrays, size_t count) {
    EMB__ENTER;
    (void)arrays;
    (void)count;
    return emb__fail(EMB_ERR_MISSING,
                     "%s: this build is without libzip (Debian: libzip-dev), which NPZ needs",
                     path);
}

#endif
