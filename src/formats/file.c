/* Reading and writing whole files. See file.h. */
#include "formats/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/system.h"

enum {
    CHUNK = 1 << 30,     /* of one read or write: Linux moves no more than 2 GiB in a call */
    TEMPORARY_TRIES = 64 /* names that a dead process of our number may have left */
};

/* The failures that a user meets, in words that do not depend on the C library. */
static const char *reason(int error) {
    static const struct {
        int error;
        const char *text;
    } known[] = {
        {ENOENT, "no such file or folder"},
        {ENOTDIR, "a part of the path is not a folder"},
        {EISDIR, "is a folder"},
        {EACCES, "permission denied"},
        {EPERM, "not permitted"},
        {EROFS, "the file system is read-only"},
        {ENOSPC, "no space left on the disk"},
        {EDQUOT, "no space left in the user's quota"},
        {EFBIG, "larger than a file may be here"},
        {ENAMETOOLONG, "the name is too long"},
        {EMFILE, "too many open files"},
        {EIO, "the disk reports an error"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].error == error) return known[i].text;
    }
    return strerror(error);
}

static emb_status fail_errno(const char *path, const char *what) {
    return emb__fail(EMB_ERR_IO, "%s: %s: %s", path, what, reason(errno));
}

emb__path_kind emb__path_look(const char *path) {
    struct stat seen;
    if (emb__sys.stat(path, &seen) != 0) {
        return errno == ENOENT || errno == ENOTDIR ? EMB__PATH_NONE : EMB__PATH_FILE;
    }
    if (S_ISREG(seen.st_mode)) return EMB__PATH_FILE;
    return S_ISDIR(seen.st_mode) ? EMB__PATH_FOLDER : EMB__PATH_OTHER;
}

char *emb__path_join(const char *folder, const char *name) {
    emb__text text = {0};
    size_t length = strlen(folder);
    emb__text_add(&text, "%s%s%s", folder, length && folder[length - 1] == '/' ? "" : "/", name);
    if (!text.failed) return text.bytes;
    emb__free(text.bytes);
    return NULL;
}

static int open_again(const char *path, int flags, mode_t mode) {
    int fd;
    do {
        fd = emb__sys.open(path, flags | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

/* What is wrong with an open file as something to read; NULL if nothing is. */
static const char *unfit(const struct stat *seen) {
    if (S_ISDIR(seen->st_mode)) return "is a folder; expected a file";
    if (!S_ISREG(seen->st_mode)) return "is not a regular file";
    if (seen->st_size < 0 || (uintmax_t)seen->st_size > SIZE_MAX) return "is too large";
    return NULL;
}

emb_status emb__file_open(emb__file *file, const char *path) {
    struct stat seen;
    *file = (emb__file){.fd = open_again(path, O_RDONLY | O_NONBLOCK, 0), .path = path};
    if (file->fd < 0) return fail_errno(path, "cannot open");
    if (emb__sys.fstat(file->fd, &seen) != 0) {
        emb_status status = fail_errno(path, "cannot open");
        emb__file_close(file);
        return status;
    }
    const char *wrong = unfit(&seen);
    if (wrong) {
        emb__file_close(file);
        return emb__fail(EMB_ERR_IO, "%s: %s", path, wrong);
    }
    file->size = (size_t)seen.st_size;
    return EMB_OK;
}

emb_status emb__file_read(emb__file *file, void *bytes, size_t want, size_t *got) {
    *got = 0;
    while (*got < want) {
        size_t left = want - *got;
        ssize_t n = emb__sys.read(file->fd, (uint8_t *)bytes + *got, left < CHUNK ? left : CHUNK);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail_errno(file->path, "cannot read");
        if (n == 0) break;
        *got += (size_t)n;
    }
    return EMB_OK;
}

emb_status emb__file_read_at(const emb__file *file, size_t at, void *bytes, size_t want,
                             size_t *got) {
    for (*got = 0; *got < want;) {
        const size_t left = want - *got;
        ssize_t n = emb__sys.pread(file->fd, (uint8_t *)bytes + *got, left < CHUNK ? left : CHUNK,
                                   (off_t)(at + *got));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail_errno(file->path, "cannot read");
        if (n == 0) break;
        *got += (size_t)n;
    }
    return EMB_OK;
}

void emb__file_close(emb__file *file) {
    if (file->fd >= 0) emb__sys.close(file->fd);
    file->fd = -1;
}

static emb_status load_open(emb__file *file, size_t limit, uint8_t **bytes, size_t *count) {
    if (file->size == 0) return emb__fail(EMB_ERR_FORMAT, "%s: is empty", file->path);
    if (file->size > limit) {
        return emb__fail(EMB_ERR_FORMAT, "%s: has %zu bytes; expected at most %zu", file->path,
                         file->size, limit);
    }
    size_t room, got;
    if (!emb__add(file->size, 1, &room)) {
        return emb__fail(EMB_ERR_MEMORY, "%s: is too large", file->path);
    }
    uint8_t *block = emb__alloc(room);
    if (!block) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", file->path);
    emb_status status = emb__file_read(file, block, file->size, &got);
    if (status == EMB_OK && got < file->size) {
        status = emb__fail(EMB_ERR_IO, "%s: became shorter while it was read", file->path);
    }
    if (status != EMB_OK) {
        emb__free(block);
        return status;
    }
    block[got] = 0;
    *bytes = block;
    *count = got;
    return EMB_OK;
}

emb_status emb__file_load(const char *path, size_t limit, uint8_t **bytes, size_t *count) {
    emb__file file;
    emb_status status = emb__file_open(&file, path);
    if (status != EMB_OK) return status;
    status = load_open(&file, limit, bytes, count);
    emb__file_close(&file);
    return status;
}

emb_status emb__file_put(int fd, const char *path, const void *bytes, size_t count) {
    const uint8_t *at = bytes;
    while (count > 0) {
        ssize_t n = emb__sys.write(fd, at, count < CHUNK ? count : CHUNK);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail_errno(path, "cannot write");
        at += n;
        count -= (size_t)n;
    }
    return EMB_OK;
}

int emb__file_begin(const char *path) {
    const int fd = open_again(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0666);
    if (fd < 0) fail_errno(path, "cannot write");
    return fd;
}

emb_status emb__file_remove(const char *path) {
    return emb__sys.unlink(path) == 0 || errno == ENOENT ? EMB_OK
                                                         : fail_errno(path, "cannot remove");
}

static int sync_again(int fd) {
    int result;
    do {
        result = emb__sys.fsync(fd);
    } while (result != 0 && errno == EINTR);
    return result;
}

/* A new file beside `path`, its name appended to `name`; -1 with the error text set. */
static int open_temporary(const char *path, emb__text *name) {
    for (int i = 0; i < TEMPORARY_TRIES; i++) {
        name->length = 0;
        emb__text_add(name, "%s.tmp.%ld.%d", path, (long)getpid(), i);
        if (name->failed) return -1;
        int fd = open_again(name->bytes, O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (fd >= 0) return fd;
        if (errno == EEXIST) continue;
        if (errno == ENOENT) {
            emb__fail(EMB_ERR_IO, "%s: cannot write: its folder does not exist", path);
        } else {
            fail_errno(path, "cannot write");
        }
        return -1;
    }
    emb__fail(EMB_ERR_IO, "%s: cannot write: remove the old %s", path, name->bytes);
    return -1;
}

/* Without this a rename may be undone by a power cut. */
static emb_status sync_folder(const char *path) {
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 0;
    char *folder = !slash          ? emb__strndup(".", 1)
                   : slash == path ? emb__strndup("/", 1)
                                   : emb__strndup(path, length);
    if (!folder) return emb__last_status();
    int fd = open_again(folder, O_RDONLY, 0);
    emb__free(folder);
    if (fd < 0) return fail_errno(path, "cannot sync its folder");
    /* Some file systems cannot sync a folder and say EINVAL. */
    bool failed = sync_again(fd) != 0 && errno != EINVAL;
    emb_status status = failed ? fail_errno(path, "cannot sync its folder") : EMB_OK;
    emb__sys.close(fd);
    return status;
}

/* Renaming over a device would destroy it, as root even /dev/null. */
static emb_status check_target(const char *path) {
    switch (emb__path_look(path)) {
    case EMB__PATH_FOLDER:
        return emb__fail(EMB_ERR_IO, "%s: cannot write: is a folder", path);
    case EMB__PATH_OTHER:
        return emb__fail(EMB_ERR_IO, "%s: cannot write: is not a regular file", path);
    case EMB__PATH_NONE:
    case EMB__PATH_FILE:
        break;
    }
    return EMB_OK;
}

emb_status emb__writer_open(emb__writer *writer, const char *path) {
    *writer = (emb__writer){.fd = -1, .path = path};
    emb_status status = check_target(path);
    if (status != EMB_OK) return status;
    emb__text name = {0};
    writer->fd = open_temporary(path, &name);
    if (writer->fd >= 0) {
        writer->temporary = name.bytes;
        return EMB_OK;
    }
    emb__free(name.bytes);
    return emb__last_status();
}

emb_status emb__writer_put(emb__writer *writer, const void *bytes, size_t count) {
    return emb__file_put(writer->fd, writer->path, bytes, count);
}

emb_status emb__writer_finish(emb__writer *writer) {
    const char *path = writer->path;
    emb_status status = sync_again(writer->fd) == 0 ? EMB_OK : fail_errno(path, "cannot sync");
    const int closed = emb__sys.close(writer->fd);
    writer->fd = -1;
    /* After EINTR the descriptor is gone and its bytes are synced: nothing is lost. */
    if (closed != 0 && errno != EINTR && status == EMB_OK)
        status = fail_errno(path, "cannot close");
    if (status == EMB_OK && emb__sys.rename(writer->temporary, path) != 0) {
        status = fail_errno(path, "cannot write");
    }
    if (status == EMB_OK) {
        emb__free(writer->temporary);
        writer->temporary = NULL;
        status = sync_folder(path);
    }
    emb__writer_close(writer);
    return status;
}

void emb__writer_close(emb__writer *writer) {
    if (writer->fd >= 0) emb__sys.close(writer->fd);
    if (writer->temporary) emb__sys.unlink(writer->temporary);
    emb__free(writer->temporary);
    *writer = (emb__writer){.fd = -1};
}

emb_status emb_file_write(const char *path, const void *bytes, size_t count) {
    if (!path || !*path || (!bytes && count > 0)) {
        return emb__fail(EMB_ERR_ARGUMENT, "emb_file_write needs a path and bytes");
    }
    emb__writer writer;
    emb_status status = emb__writer_open(&writer, path);
    if (status == EMB_OK) status = emb__writer_put(&writer, bytes, count);
    if (status == EMB_OK) return emb__writer_finish(&writer);
    emb__writer_close(&writer);
    return status;
}
