/* See archive.h. */
#include "codec/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <embudo.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/system.h"
#include "base/translate.h"
#include "codec/archive_tar.h"
#include "codec/archive_zip.h"
#include "codec/file.h"

/* What is believed of a gzipped tar: pictures are packed already, and those that are not (BMP, PGM)
 * seldom shrink to less than a hundredth. */
enum { RATIO = 200, RATIO_SPARE = 1 << 26 };

typedef enum kind { NONE, TAR, PACKED_TAR, ZIP } kind;

struct emb__archive {
    char *path;
    kind kind;
    emb__file file;
    int unpacked; /* a descriptor; -1: none */
    uint64_t written;
    emb__entries entries;
};

/* ---- opening --------------------------------------------------------------------------------- */

static kind kind_of(const char *path) {
    uint8_t block[EMB__TAR_BLOCK];
    size_t got = 0;
    if (emb__path_look(path) != EMB__PATH_FILE) return NONE;
    emb__stream *stream = emb__stream_open(path);
    if (!stream) return NONE;
    const emb_status status = emb__stream_read(stream, block, sizeof block, &got);
    const bool packed = emb__stream_packed(stream) != SIZE_MAX;
    emb__stream_close(stream);
    if (status != EMB_OK || got < 22) return NONE; /* the shortest ZIP, which is empty */
    const bool zip = memcmp(block, "PK\3\4", 4) == 0 || memcmp(block, "PK\5\6", 4) == 0;
    if (zip && !packed) return ZIP;
    if (got < sizeof block || block[0] == 0 || !emb__tar_header(block)) return NONE;
    return packed ? PACKED_TAR : TAR;
}

bool emb__archive_is(const char *path) { return kind_of(path) != NONE; }

static emb_status list(emb__archive *a) {
    if (a->kind == ZIP) return emb__zip_list(&a->file, &a->entries);
    emb__stream *stream = emb__stream_open(a->path);
    if (!stream) return emb__last_status();
    const emb_status status = emb__tar_list(stream, a->path, NULL, NULL, &a->entries);
    emb__stream_close(stream);
    return status;
}

emb_status emb__archive_open(const char *path, emb__archive **archive) {
    emb__archive *a = emb__calloc(1, sizeof *a);
    *archive = a;
    if (!a) return EMB_ERR_MEMORY;
    a->unpacked = a->file.fd = -1;
    a->path = emb__strndup(path, strlen(path));
    a->kind = kind_of(path);
    emb_status status = a->path ? EMB_OK : EMB_ERR_MEMORY;
    if (status == EMB_OK && a->kind == NONE) {
        status = emb__fail(EMB_ERR_FORMAT, "%s: is no tar or ZIP archive", path);
    }
    if (status == EMB_OK) status = emb__file_open(&a->file, a->path);
    if (status == EMB_OK) status = list(a);
    if (status == EMB_OK) return EMB_OK;
    emb__archive_close(a);
    *archive = NULL;
    return status;
}

void emb__archive_close(emb__archive *a) {
    if (!a) return;
    emb__entries_free(&a->entries);
    emb__file_close(&a->file);
    if (a->unpacked >= 0) emb__sys.close(a->unpacked);
    emb__free(a->path);
    emb__free(a);
}

const emb__listing *emb__archive_files(const emb__archive *a) { return &a->entries.listing; }

void emb__archive_state(const emb__archive *a, int64_t state[3]) {
    state[0] = (int64_t)a->file.size;
    state[1] = a->file.changed.tv_sec;
    state[2] = a->file.changed.tv_nsec;
}

/* ---- unpacking ------------------------------------------------------------------------------- */

static emb_status keep(void *data, const uint8_t *bytes, size_t count) {
    emb__archive *a = data;
    a->written += count;
    if (a->written / RATIO > a->file.size + RATIO_SPARE / RATIO) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: unpacks to more than %d times its size; unpack it yourself, and "
                         "name the folder, if that is right",
                         a->path, RATIO);
    }
    return emb__file_put(a->unpacked, a->path, bytes, count);
}

/* A file that has no name any more, -1 with the error text set. */
static int open_nameless(const char *beside) {
    enum { TRIES = 64 };
    for (int i = 0; i < TRIES; i++) {
        emb__text name = {0};
        emb__text_add(&name, "%s.tmp.%ld.%d", beside, (long)getpid(), i);
        if (name.failed) return -1;
        const int fd =
            emb__open_again(AT_FDCWD, name.bytes, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
        const int error = errno;
        if (fd >= 0) {
            (void)emb__sys.unlinkat(AT_FDCWD, name.bytes, 0);
        } else if (error != EEXIST || i == TRIES - 1) {
            (void)emb__path_fail(name.bytes, E_("%s: cannot write: %s"), error);
        }
        emb__free(name.bytes);
        if (fd >= 0 || error != EEXIST) return fd;
    }
    return -1;
}

emb_status emb__archive_unpack(emb__archive *a, const char *beside) {
    emb__entries again = {0}; /* the same, as long as the file is */
    if (a->kind != PACKED_TAR || a->unpacked >= 0) return EMB_OK;
    a->unpacked = open_nameless(beside);
    if (a->unpacked < 0) return emb__last_status();
    emb__stream *stream = emb__stream_open(a->path);
    emb_status status =
        stream ? emb__tar_list(stream, a->path, keep, a, &again) : emb__last_status();
    emb__stream_close(stream);
    emb__entries_free(&again);
    return status == EMB_OK ? emb__file_check(&a->file) : status;
}

/* ---- reading --------------------------------------------------------------------------------- */

static emb_status read_plain(const emb__archive *a, const emb__archived *e, const char *name,
                             uint8_t *bytes) {
    emb__file file = a->file;
    size_t got;
    if (a->kind == PACKED_TAR) file.fd = a->unpacked;
    const emb_status status = emb__file_read_at(&file, (size_t)e->at, bytes, (size_t)e->size, &got);
    if (status != EMB_OK || got == e->size) return status;
    return emb__fail(EMB_ERR_FORMAT, "%s: ends too early in its archive", name);
}

emb_status emb__archive_load(const emb__archive *a, const emb__listed *file, const char *name,
                             size_t limit, uint8_t **bytes, size_t *count) {
    const emb__archived *e = &a->entries.all[file->index];
    if (e->size == 0) return emb__fail(EMB_ERR_FORMAT, "%s: is empty", name);
    if (e->size > limit || e->packed > limit) {
        return emb__fail(EMB_ERR_FORMAT, "%s: has %llu bytes; expected at most %zu", name,
                         (unsigned long long)e->size, limit);
    }
    uint8_t *block = emb__alloc((size_t)e->size + 1);
    if (!block) return EMB_ERR_MEMORY;
    const emb_status status =
        a->kind == ZIP ? emb__zip_load(&a->file, e, name, block) : read_plain(a, e, name, block);
    if (status != EMB_OK) {
        emb__free(block);
        return status;
    }
    block[e->size] = 0;
    *bytes = block;
    *count = (size_t)e->size;
    return EMB_OK;
}

/* ---- for callers of the library -------------------------------------------------------------- */

static emb_status give(const emb__archive *a, const emb__listed *file, emb_archive_file take,
                       void *data) {
    enum { MOST = INT32_MAX };
    uint8_t *bytes = NULL;
    size_t count = 0;
    emb__text name = {0};
    emb__text_add(&name, "%s: %s", a->path, file->name);
    emb_status status =
        name.failed ? EMB_ERR_MEMORY : emb__archive_load(a, file, name.bytes, MOST, &bytes, &count);
    if (status == EMB_OK) status = take(data, file->name, bytes, count);
    emb__free(bytes);
    emb__free(name.bytes);
    return status;
}

emb_status emb_archive_read(const char *path, emb_archive_file take, void *data) {
    EMB__ENTER;
    emb__archive *a;
    if (!path || !*path || !take) {
        return emb__fail(EMB_ERR_ARGUMENT, "emb_archive_read needs a path and a function");
    }
    emb_status status = emb__archive_open(path, &a);
    if (status != EMB_OK) return status;
    status = emb__archive_unpack(a, path);
    for (size_t i = 0; i < a->entries.listing.count && status == EMB_OK; i++) {
        const emb__listed *file = &a->entries.listing.files[i];
        if (file->size > 0) status = give(a, file, take, data);
    }
    emb__archive_close(a);
    return status;
}
