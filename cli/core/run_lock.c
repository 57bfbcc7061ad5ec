/* See run_lock.h. */
#include "core/run_lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/strings.h"
#include "core/system_error.h"

static const char lock_name[] = ".lock";

/* Whether the locked file is still the one of that name: its last owner may have removed it between
 * our opening and our locking. */
static bool is_current(int fd, int folder) {
    struct stat held, named;
    return fstat(fd, &held) == 0 && fstatat(folder, lock_name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

static void refuse(const char *folder, int fd) {
    char owner[24] = "";
    const ssize_t length = pread(fd, owner, sizeof owner - 1, 0);
    owner[length > 0 ? strspn(owner, "0123456789") : 0] = '\0';
    cli_fail("%s: %s%s is writing this run; wait until it is done, or choose another folder",
             folder, *owner ? _("process ") : _("another process"), owner);
}

static bool are_digits(const char *text) {
    return *text && text[strspn(text, "0123456789")] == '\0';
}

/* Whether so many bytes are the name of a file in a run's folder that a training writes, and so
 * only the lock's holder. (`embudo report` may write its page without the lock, and says if that
 * fails.) */
static bool is_own(const char *name, size_t length) {
    static const char *const own[] = {
        "model.safetensors", "best.safetensors", "history.csv", "run.json", "config.txt",
        "report.html", "confusion.csv", "confusion.png", "film.npy",
        /* in tensorboard/ */
        "codes.tsv", "codes-labels.tsv", "codes-sprite.png", "projector_config.pbtxt"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (strlen(own[i]) == length && memcmp(name, own[i], length) == 0) return true;
    }
    if (length < 11 || memcmp(name, "epoch-", 6) != 0) return false;
    const size_t digits = strspn(name + 6, "0123456789");
    return 6 + digits + 4 == length && memcmp(name + 6 + digits, ".png", 4) == 0;
}

bool cli_run_owns(const char *folder, const char *path) {
    struct stat held, named;
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (!is_own(name, strlen(name)) && strcmp(name, lock_name) != 0) return false;
    char *above = !slash          ? cli_format(".")
                  : slash == path ? cli_format("/")
                                  : cli_format("%.*s", (int)(slash - path), path);
    const bool same = stat(above, &named) == 0 &&
                      fstat(cli_folder_descriptor(folder), &held) == 0 &&
                      named.st_dev == held.st_dev && named.st_ino == held.st_ino;
    free(above);
    return same;
}

/* "model.safetensors.tmp.1234.0", left by a process that is gone. The lock is held, so nobody is
 * about to finish a file of a training's own (`all`: every one of the folder is), whatever process
 * has that number by now, here or in another container. */
static bool is_stale(const char *name, bool all) {
    const char *mark = strstr(name, ".tmp.");
    if (!mark) return false;
    char *end;
    const long owner = strtol(mark + 5, &end, 10);
    if (owner <= 0 || *end != '.' || !are_digits(end + 1)) return false;
    if (all || is_own(name, (size_t)(mark - name))) return true;
    return kill((pid_t)owner, 0) != 0 && errno == ESRCH;
}

/* A file that is written by its name must be the run's own: a link would lead elsewhere. */
static bool is_in_the_way(int folder, const char *name) {
    struct stat seen;
    return is_own(name, strlen(name)) && fstatat(folder, name, &seen, AT_SYMLINK_NOFOLLOW) == 0 &&
           !S_ISREG(seen.st_mode);
}

static bool sweep(const char *folder, const char *part, bool all) {
    DIR *dir = cli_folder_list(folder, part);
    const int error = errno;
    if (!dir && error == ENOENT) return true;
    if (!dir) {
        const bool foreign = error == ELOOP || error == ENOTDIR;
        cli_fail("%s/%s: %s", folder, part,
                 foreign ? _("is a link or a file, but should be a folder; remove it")
                         : cli_system_error(error));
        return false;
    }
    bool good = true;
    for (struct dirent *entry; good && (entry = readdir(dir));) {
        if (is_stale(entry->d_name, all)) unlinkat(dirfd(dir), entry->d_name, 0);
        good = !is_in_the_way(dirfd(dir), entry->d_name);
        if (good) continue;
        const bool below = strcmp(part, ".") != 0;
        cli_fail("%s/%s%s%s: is a link or not a regular file; remove it", folder, below ? part : "",
                 below ? "/" : "", entry->d_name);
    }
    closedir(dir);
    return good;
}

static bool sweep_all(const char *folder) {
    return sweep(folder, ".", false) && sweep(folder, "checkpoints", true) &&
           sweep(folder, "tensorboard", true);
}

/* The lock file, made if it is missing; -1 with the error printed. Writing to a hard link would
 * change the other file, as with a symbolic link. */
static int open_lock(const char *folder, int at) {
    struct stat seen;
    const int fd =
        openat(at, lock_name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0666);
    const int error = errno;
    if (fd >= 0 && fstat(fd, &seen) == 0 && S_ISREG(seen.st_mode) && seen.st_nlink <= 1) return fd;
    const bool foreign = fd >= 0 || error == ELOOP || error == EISDIR || error == ENXIO;
    cli_fail("%s/%s: %s", folder, lock_name,
             foreign ? _("is a link or not a regular file; remove it") : cli_system_error(error));
    if (fd >= 0) close(fd);
    return -1;
}

bool cli_run_lock(const char *folder, int *lock) {
    const int at = cli_folder_descriptor(folder);
    for (;;) {
        *lock = open_lock(folder, at);
        if (*lock < 0) return false;
        if (flock(*lock, LOCK_EX | LOCK_NB) != 0) {
            refuse(folder, *lock);
            close(*lock);
            *lock = -1;
            return false;
        }
        if (is_current(*lock, at)) break;
        close(*lock);
    }
    char owner[24];
    const int length = snprintf(owner, sizeof owner, "%ld\n", (long)getpid());
    /* Only for the message that another process prints. */
    if (ftruncate(*lock, 0) != 0 || pwrite(*lock, owner, (size_t)length, 0) < 0) errno = 0;
    if (sweep_all(folder)) return true;
    cli_run_unlock(folder, lock);
    return false;
}

bool cli_run_locked(const char *folder) {
    char *path = cli_format("%s/%s", folder, lock_name);
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    const bool locked = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (fd >= 0) close(fd);
    free(path);
    return locked;
}

void cli_run_unlock(const char *folder, int *lock) {
    if (*lock < 0) return;
    unlinkat(cli_folder_descriptor(folder), lock_name, 0);
    close(*lock);
    *lock = -1;
}
