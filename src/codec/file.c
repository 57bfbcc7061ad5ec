/* Looking at paths and reading files. See file.h; writer.c writes them. */
#include "codec/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/system.h"
#include "base/translate.h"

enum { CHUNK = 1 << 30 /* of one read: Linux moves no more than 2 GiB in a call */ };

/* Calls stat on a path; 0 or an errno. */
static int look(const char *path, struct stat *seen) {
    if (!emb__place_is_held(path)) {
        return emb__sys.fstatat(AT_FDCWD, path, seen, 0) == 0 ? 0 : errno;
    }
    emb__place place;
    int error = emb__place_find(&place, path, false);
    if (error) return error;
    if (emb__sys.fstatat(place.folder, place.name, seen, AT_SYMLINK_NOFOLLOW) != 0) error = errno;
    emb__place_close(&place);
    return error;
}

static emb__path_kind kind_of(const struct stat *seen) {
    if (S_ISREG(seen->st_mode)) return EMB__PATH_FILE;
    return S_ISDIR(seen->st_mode) ? EMB__PATH_FOLDER : EMB__PATH_OTHER;
}

emb__path_kind emb__path_look(const char *path) {
    struct stat seen;
    const int error = look(path, &seen);
    if (error) return error == ENOENT || error == ENOTDIR ? EMB__PATH_NONE : EMB__PATH_FILE;
    return kind_of(&seen);
}

/* Whether a path at which there is nothing is a link. */
static bool leads_nowhere(const char *path) {
    struct stat seen;
    return !emb__place_is_held(path) &&
           emb__sys.fstatat(AT_FDCWD, path, &seen, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISLNK(seen.st_mode);
}

emb_status emb__path_find(const char *path, emb__path_kind *kind) {
    struct stat seen;
    const int error = look(path, &seen);
    *kind = !error                                   ? kind_of(&seen)
            : error == ENOENT && leads_nowhere(path) ? EMB__PATH_OTHER
                                                     : EMB__PATH_NONE;
    if (!error || error == ENOENT || error == ENOTDIR) return EMB_OK;
    return emb__path_fail(path, E_("%s: cannot look at it: %s"), error);
}

char *emb__path_join(const char *folder, const char *name) {
    emb__text text = {0};
    size_t length = strlen(folder);
    emb__text_add(&text, "%s%s%s", folder, length && folder[length - 1] == '/' ? "" : "/", name);
    if (!text.failed) return text.bytes;
    emb__free(text.bytes);
    return NULL;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Why an open file cannot be read as a file, as a format for its path; NULL if it can. */
static const char *unfit(const struct stat *seen, bool held) {
    if (S_ISDIR(seen->st_mode)) return E_("%s: is a folder; expected a file");
    if (!S_ISREG(seen->st_mode)) return E_("%s: is not a regular file");
    if (held && seen->st_nlink > 1) {
        return E_("%s: has a second name (a hard link), which is not allowed here; copy it");
    }
    if (seen->st_size < 0 || (uintmax_t)seen->st_size > SIZE_MAX) return E_("%s: is too large");
    return NULL;
}

/* A descriptor, or -1 with the error text set. */
static int open_file(const char *path, bool held) {
    emb__place place = {.folder = AT_FDCWD, .held = held};
    const int flags = O_RDONLY | O_NONBLOCK | (held ? O_NOFOLLOW : 0);
    const int error = held ? emb__place_find(&place, path, false) : 0;
    const int fd = error ? -1 : emb__open_again(place.folder, held ? place.name : path, flags, 0);
    const int why = error ? error : errno;
    if (fd < 0 && why == ENOENT && !held && leads_nowhere(path)) {
        emb__fail(EMB_ERR_IO, "%s: is a link to what does not exist", path);
    } else if (fd < 0) {
        emb__place_fail(&place, path, E_("%s: cannot open: %s"), why);
    }
    if (held) emb__place_close(&place);
    return fd;
}

/* Looks at the file behind a descriptor, and closes the descriptor if the file cannot be read. */
static emb_status look_at_open(emb__file *file, bool held) {
    struct stat seen;
    if (file->fd < 0) return emb__last_status();
    if (emb__sys.fstat(file->fd, &seen) != 0) {
        emb_status status = emb__path_fail(file->path, E_("%s: cannot open: %s"), errno);
        emb__file_close(file);
        return status;
    }
    const char *wrong = unfit(&seen, held);
    if (wrong) {
        emb__file_close(file);
        return emb__fail(EMB_ERR_IO, wrong, file->path);
    }
    file->size = (size_t)seen.st_size;
    file->changed = seen.st_mtim;
    return EMB_OK;
}

emb_status emb__file_open(emb__file *file, const char *path) {
    const bool held = emb__place_is_held(path);
    *file = (emb__file){.fd = open_file(path, held), .path = path};
    return look_at_open(file, held);
}

emb_status emb__file_open_below(emb__file *file, int folder, const char *rest, const char *path) {
    emb__place place;
    *file = (emb__file){.fd = -1, .path = path};
    int error = emb__place_below(&place, folder, rest);
    if (!error) {
        file->fd = emb__open_again(place.folder, place.name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, 0);
        if (file->fd < 0) error = errno;
    }
    if (error) emb__place_fail(&(emb__place){.held = true}, path, E_("%s: cannot open: %s"), error);
    emb__place_close(&place);
    return look_at_open(file, true);
}

emb_status emb__file_read_at(const emb__file *file, size_t at, void *bytes, size_t want,
                             size_t *got) {
    for (*got = 0; *got < want;) {
        const size_t left = want - *got;
        ssize_t n = emb__sys.pread(file->fd, (uint8_t *)bytes + *got, left < CHUNK ? left : CHUNK,
                                   (off_t)(at + *got));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return emb__path_fail(file->path, E_("%s: cannot read: %s"), errno);
        if (n == 0) break;
        *got += (size_t)n;
    }
    return EMB_OK;
}

emb_status emb__file_read(emb__file *file, void *bytes, size_t want, size_t *got) {
    const emb_status status = emb__file_read_at(file, file->at, bytes, want, got);
    file->at += *got;
    return status;
}

emb_status emb__file_map(const emb__file *file, const uint8_t **bytes) {
    void *mapping = emb__sys.map(file->fd, file->size);
    if (mapping == MAP_FAILED) return emb__path_fail(file->path, E_("%s: cannot map: %s"), errno);
    *bytes = mapping;
    return EMB_OK;
}

void emb__file_unmap(const emb__file *file, const uint8_t *bytes) {
    void *mapping;
    memcpy(&mapping, &bytes, sizeof mapping); /* it was given out as const */
    emb__sys.unmap(mapping, file->size);
}

void emb__file_used(const emb__file *file, const struct timespec *when) {
    const struct timespec now = {.tv_nsec = UTIME_NOW}, omit = {.tv_nsec = UTIME_OMIT};
    (void)futimens(file->fd, (const struct timespec[]){when ? *when : now, omit});
}

emb_status emb__file_check(const emb__file *file) {
    struct stat seen;
    if (emb__sys.fstat(file->fd, &seen) != 0) {
        return emb__path_fail(file->path, E_("%s: cannot read: %s"), errno);
    }
    if ((uintmax_t)seen.st_size == file->size && seen.st_mtim.tv_sec == file->changed.tv_sec &&
        seen.st_mtim.tv_nsec == file->changed.tv_nsec) {
        return EMB_OK;
    }
    return emb__fail(EMB_ERR_IO, "%s: was changed while it was read", file->path);
}

void emb__file_close(emb__file *file) {
    if (file->fd >= 0) emb__sys.close(file->fd);
    file->fd = -1;
}

emb_status emb__file_fits(const emb__file *file, size_t limit) {
    if (file->size == 0) return emb__fail(EMB_ERR_FORMAT, "%s: is empty", file->path);
    if (file->size <= limit) return EMB_OK;
    return emb__fail(EMB_ERR_FORMAT, "%s: has %zu bytes; expected at most %zu", file->path,
                     file->size, limit);
}

static emb_status load(emb__file *file, size_t limit, emb__room *room, size_t *count) {
    if (emb__file_fits(file, limit) != EMB_OK) return EMB_ERR_FORMAT;
    size_t size, got;
    if (!emb__add(file->size, 1, &size)) {
        return emb__fail(EMB_ERR_MEMORY, "%s: is too large", file->path);
    }
    if (!emb__room_make(room, size)) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", file->path);
    emb_status status = emb__file_read_at(file, 0, room->bytes, file->size, &got);
    if (status == EMB_OK) status = emb__file_check(file);
    if (status == EMB_OK && got < file->size) {
        status = emb__fail(EMB_ERR_IO, "%s: became shorter while it was read", file->path);
    }
    if (status != EMB_OK) return status;
    room->bytes[got] = 0;
    *count = got;
    return EMB_OK;
}

emb_status emb__file_load_into(const char *path, size_t limit, emb__room *room, size_t *count) {
    emb__file file;
    emb_status status = emb__file_open(&file, path);
    if (status != EMB_OK) return status;
    status = load(&file, limit, room, count);
    emb__file_close(&file);
    return status;
}

emb_status emb__file_load_open(emb__file *file, size_t limit, uint8_t **bytes, size_t *count) {
    emb__room room = {0};
    const emb_status status = load(file, limit, &room, count);
    if (status == EMB_OK) {
        *bytes = room.bytes;
    } else {
        emb__free(room.bytes);
    }
    return status;
}

emb_status emb__file_load(const char *path, size_t limit, uint8_t **bytes, size_t *count) {
    emb__room room = {0};
    const emb_status status = emb__file_load_into(path, limit, &room, count);
    if (status == EMB_OK) {
        *bytes = room.bytes;
    } else {
        emb__free(room.bytes);
    }
    return status;
}

emb_status emb_file_read(const char *path, size_t most, char **bytes, size_t *count) {
    EMB__ENTER;
    uint8_t *read = NULL;
    if (!path || !*path) return emb__fail(EMB_ERR_ARGUMENT, "emb_file_read needs a path");
    const emb_status status = emb__file_load(path, most, &read, count);
    *bytes = (char *)read;
    return status;
}
