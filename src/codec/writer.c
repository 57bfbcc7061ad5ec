/* Writing files that appear complete or not at all. See file.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/system.h"
#include "base/text.h"
#include "base/translate.h"
#include "codec/file.h"

enum {
    CHUNK = 1 << 30,     /* of one write: Linux moves no more than 2 GiB in a call */
    TEMPORARY_TRIES = 64 /* names that a dead process with our number may have left */
};

static const char cannot[] = E_("%s: cannot write: %s");

emb_status emb__file_put(int fd, const char *path, const void *bytes, size_t count) {
    const uint8_t *at = bytes;
    while (count > 0) {
        ssize_t n = emb__sys.write(fd, at, count < CHUNK ? count : CHUNK);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return emb__path_fail(path, cannot, errno);
        at += n;
        count -= (size_t)n;
    }
    return EMB_OK;
}

/* The place of a file, whose folder must exist. */
static emb_status find(emb__place *place, const char *path, bool follow, const char *format) {
    const int error = emb__place_find(place, path, follow);
    if (error == 0) return EMB_OK;
    if (error != ENOENT) return emb__place_fail(place, path, format, error);
    return emb__fail(EMB_ERR_IO, format, path, _("its folder does not exist"));
}

int emb__file_begin(const char *path) {
    emb__place place;
    if (find(&place, path, false, cannot) != EMB_OK) return -1;
    const int fd = emb__open_again(place.folder, place.name,
                                   O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW, 0666);
    if (fd < 0) emb__place_fail(&place, path, cannot, errno);
    emb__place_close(&place);
    return fd;
}

emb_status emb__file_remove(const char *path) {
    emb__place place;
    int error = emb__place_find(&place, path, false);
    if (error == 0 && emb__sys.unlinkat(place.folder, place.name, 0) != 0) error = errno;
    const emb_status status =
        error == 0 || error == ENOENT
            ? EMB_OK
            : emb__place_fail(&place, path, E_("%s: cannot remove: %s"), error);
    emb__place_close(&place);
    return status;
}

emb_status emb_file_remove(const char *path) {
    EMB__ENTER;
    if (!path || !*path) return emb__fail(EMB_ERR_ARGUMENT, "emb_file_remove needs a path");
    return emb__file_remove(path);
}

emb_status emb_folder_make(const char *path) {
    EMB__ENTER;
    static const char format[] = E_("%s: cannot make the folder: %s");
    struct stat seen;
    emb__place place;
    if (!path || !*path) return emb__fail(EMB_ERR_ARGUMENT, "emb_folder_make needs a path");
    emb_status status = find(&place, path, true, format);
    if (status != EMB_OK) return status;
    const int error = emb__sys.mkdirat(place.folder, place.name, 0777) == 0 ? 0 : errno;
    const bool there =
        error && emb__sys.fstatat(place.folder, place.name, &seen, AT_SYMLINK_NOFOLLOW) == 0;
    if (there && S_ISLNK(seen.st_mode)) {
        status = emb__place_fail(&place, path, format, ELOOP);
    } else if (there && !S_ISDIR(seen.st_mode)) {
        status = emb__path_fail(path, format, ENOTDIR);
    } else if (error && !there) {
        status = emb__path_fail(path, format, error);
    }
    emb__place_close(&place);
    return status;
}

/* ---- temporary names ------------------------------------------------------------------------- */

static int sync_again(int fd) {
    int result;
    do {
        result = emb__sys.fsync(fd);
    } while (result != 0 && errno == EINTR);
    return result;
}

/* "NAME.tmp.PID.N", with as much of the name as a file system accepts, cut between characters. */
static char *temporary_name(const char *name, int number) {
    char tail[48];
    emb__text text = {0};
    const int tail_length = snprintf(tail, sizeof tail, ".tmp.%ld.%d", (long)getpid(), number);
    const int length = emb__utf8_fit(name, strlen(name), (size_t)(NAME_MAX - tail_length));
    emb__text_bytes(&text, name, (size_t)length);
    emb__text_add(&text, "%s", tail);
    if (!text.failed) return text.bytes;
    emb__free(text.bytes);
    return NULL;
}

/* Calls `make` with temporary names until one is free. 0, or an errno; *name is what was made. */
static int make_temporary(emb__writer *w, int (*make)(emb__writer *w, const char *name),
                          char **name) {
    for (int i = 0; i < TEMPORARY_TRIES; i++) {
        *name = temporary_name(w->place.name, i);
        if (!*name) return ENOMEM;
        const int error = make(w, *name);
        if (error == 0) return 0;
        emb__free(*name);
        *name = NULL;
        if (error != EEXIST) return error;
    }
    return EEXIST;
}

static emb_status fail_temporary(const emb__writer *w, int error) {
    if (error != EEXIST) return emb__place_fail(&w->place, w->path, cannot, error);
    return emb__fail(EMB_ERR_IO, "%s: cannot write: remove the old %s.tmp.%ld.*", w->path,
                     w->place.name, (long)getpid());
}

/* ---- beginning ------------------------------------------------------------------------------- */

/* Renaming over a device would destroy it, as root even /dev/null. */
static emb_status check_target(emb__writer *w, const struct stat *seen) {
    if (S_ISDIR(seen->st_mode)) return emb__path_fail(w->path, cannot, EISDIR);
    if (S_ISLNK(seen->st_mode)) return emb__place_fail(&w->place, w->path, cannot, ELOOP);
    return S_ISREG(seen->st_mode) ? EMB_OK : emb__path_fail(w->path, cannot, ENXIO);
}

static int open_new(emb__writer *w, const char *name) {
    w->fd = emb__open_again(w->place.folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
                            w->exists ? 0600 : 0666);
    return w->fd >= 0 ? 0 : errno;
}

/* The mode of the file that it replaces, or a stricter one. */
static void take_mode(const emb__writer *w, const struct stat *old) {
    struct stat own;
    mode_t mode = old->st_mode & 0777;
    if (emb__sys.fstat(w->fd, &own) != 0) return;
    if ((own.st_uid != old->st_uid || own.st_gid != old->st_gid) &&
        emb__sys.fchown(w->fd, old->st_uid, old->st_gid) != 0 && own.st_gid != old->st_gid) {
        mode &= (mode_t)~070; /* these bits were for another group */
    }
    if (emb__sys.fchmod(w->fd, mode) != 0) return; /* it stays as made, for its owner alone */
}

/* Refuses a device or a pipe behind a link, such as /dev/stdout. */
static emb_status check_path(const char *path) {
    switch (emb__path_look(path)) {
    case EMB__PATH_FOLDER:
        return emb__path_fail(path, cannot, EISDIR);
    case EMB__PATH_OTHER:
        if (emb__place_is_held(path)) break;
        return emb__path_fail(path, cannot, ENXIO);
    case EMB__PATH_NONE:
    case EMB__PATH_FILE:
        break;
    }
    return EMB_OK;
}

static emb_status begin(emb__writer *w, const char *path, bool removes, struct stat *old) {
    *w = (emb__writer){.fd = -1, .path = path, .place = {.folder = -1}, .removes = removes};
    emb_status status = removes ? EMB_OK : check_path(path);
    if (status == EMB_OK) status = find(&w->place, path, !removes, cannot);
    if (status != EMB_OK) return status;
    const bool there =
        emb__sys.fstatat(w->place.folder, w->place.name, old, AT_SYMLINK_NOFOLLOW) == 0;
    if (!there && errno != ENOENT) return emb__place_fail(&w->place, path, cannot, errno);
    w->exists = there;
    return there && !removes ? check_target(w, old) : EMB_OK;
}

emb_status emb__writer_open(emb__writer *w, const char *path) {
    struct stat old;
    emb_status status = begin(w, path, false, &old);
    if (status == EMB_OK) {
        const int error = make_temporary(w, open_new, &w->temporary);
        if (error) status = fail_temporary(w, error);
    }
    if (status == EMB_OK && w->exists) take_mode(w, &old);
    if (status != EMB_OK) emb__writer_close(w);
    return status;
}

emb_status emb__writer_open_removal(emb__writer *w, const char *path) {
    struct stat old;
    emb_status status = begin(w, path, true, &old);
    if (status != EMB_OK) emb__writer_close(w);
    return status;
}

emb_status emb__writer_put(emb__writer *w, const void *bytes, size_t count) {
    return emb__file_put(w->fd, w->path, bytes, count);
}

/* ---- the names ------------------------------------------------------------------------------- */

/* Makes sure that all is on the disk under the temporary name. */
static emb_status complete(emb__writer *w) {
    if (w->removes) return EMB_OK;
    emb_status status =
        sync_again(w->fd) == 0 ? EMB_OK : emb__path_fail(w->path, E_("%s: cannot sync: %s"), errno);
    const int error = emb__sys.close(w->fd) == 0 ? 0 : errno;
    w->fd = -1;
    /* After EINTR the descriptor is gone and its bytes are synced: nothing is lost. */
    if (error && error != EINTR && status == EMB_OK) {
        status = emb__path_fail(w->path, E_("%s: cannot close: %s"), error);
    }
    return status;
}

static int link_old(emb__writer *w, const char *name) {
    const int folder = w->place.folder;
    return emb__sys.linkat(folder, w->place.name, folder, name, 0) == 0 ? 0 : errno;
}

static int rename_old(emb__writer *w, const char *name) {
    struct stat seen; /* a rename would replace what is there */
    const int folder = w->place.folder;
    if (emb__sys.fstatat(folder, name, &seen, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
    return emb__sys.renameat(folder, w->place.name, folder, name) == 0 ? 0 : errno;
}

/* Takes the name; if other files follow, the file that had it is kept under another name. */
static emb_status take_name(emb__writer *w, bool others) {
    const int folder = w->place.folder;
    int error = 0;
    if (w->removes && w->exists) error = make_temporary(w, rename_old, &w->kept);
    /* Not every file system has links: without them the old file cannot be put back. */
    if (!w->removes && w->exists && others && make_temporary(w, link_old, &w->kept) == ENOMEM) {
        error = ENOMEM;
    }
    if (error == 0 && !w->removes &&
        emb__sys.renameat(folder, w->temporary, folder, w->place.name) != 0) {
        error = errno;
    }
    if (error) return emb__place_fail(&w->place, w->path, cannot, error);
    w->named = true;
    emb__free(w->temporary);
    w->temporary = NULL;
    return EMB_OK;
}

/* Gives the name back. If that fails, too, nothing can be done. */
static void give_name(emb__writer *w) {
    const int folder = w->place.folder;
    if (!w->named) return;
    if (w->kept && emb__sys.renameat(folder, w->kept, folder, w->place.name) != 0) {
        /* If it cannot be renamed, it may be linked; if not, it stays under the name that it
         * has. */
        emb__sys.unlinkat(folder, w->place.name, 0);
        if (emb__sys.linkat(folder, w->kept, folder, w->place.name, 0) == 0) {
            emb__sys.unlinkat(folder, w->kept, 0);
        }
    }
    emb__free(w->kept);
    w->kept = NULL;
    if (!w->exists && !w->removes) emb__sys.unlinkat(folder, w->place.name, 0);
}

/* Without this a rename may be undone by a power cut. Some file systems cannot sync a folder and
 * say EINVAL. */
static emb_status sync_folder(const emb__writer *w) {
    if (sync_again(w->place.folder) == 0 || errno == EINVAL) return EMB_OK;
    return emb__path_fail(w->path, E_("%s: cannot sync its folder: %s"), errno);
}

emb_status emb__writers_finish(emb__writer *writers, size_t count) {
    emb_status status = EMB_OK;
    size_t named = 0;
    for (size_t i = 0; i < count && status == EMB_OK; i++) status = complete(&writers[i]);
    for (; named < count && status == EMB_OK; named++) {
        status = take_name(&writers[named], count > 1);
    }
    if (status != EMB_OK) {
        while (named-- > 0) give_name(&writers[named]);
    }
    for (size_t i = 0; i < count && status == EMB_OK; i++) status = sync_folder(&writers[i]);
    for (size_t i = 0; i < count; i++) emb__writer_close(&writers[i]);
    return status;
}

emb_status emb__writer_finish(emb__writer *w) { return emb__writers_finish(w, 1); }

void emb__writer_close(emb__writer *w) {
    if (w->fd >= 0) emb__sys.close(w->fd);
    if (w->temporary) emb__sys.unlinkat(w->place.folder, w->temporary, 0);
    if (w->kept) emb__sys.unlinkat(w->place.folder, w->kept, 0);
    emb__free(w->temporary);
    emb__free(w->kept);
    if (w->place.name) emb__place_close(&w->place);
    *w = (emb__writer){.fd = -1, .place = {.folder = -1}};
}

/* ---- whole files ----------------------------------------------------------------------------- */

emb_status emb_files_write(const emb_file_bytes *files, size_t count) {
    EMB__ENTER;
    emb_status status = EMB_OK;
    size_t open = 0;
    for (size_t i = 0; i < count; i++) {
        if (files[i].path && *files[i].path && (files[i].bytes || files[i].count == 0)) continue;
        return emb__fail(EMB_ERR_ARGUMENT, "a file to write needs a path and bytes");
    }
    emb__writer *writers = emb__calloc(count, sizeof *writers);
    if (!writers) return EMB_ERR_MEMORY;
    for (; open < count && status == EMB_OK; open++) {
        status = emb__writer_open(&writers[open], files[open].path);
        if (status == EMB_OK) {
            status = emb__writer_put(&writers[open], files[open].bytes, files[open].count);
        }
    }
    if (status == EMB_OK) {
        status = emb__writers_finish(writers, count);
    } else {
        for (size_t i = 0; i < open; i++) emb__writer_close(&writers[i]);
    }
    emb__free(writers);
    return status;
}

emb_status emb_file_write(const char *path, const void *bytes, size_t count) {
    EMB__ENTER;
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
