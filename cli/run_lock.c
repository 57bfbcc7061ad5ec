/* See run_lock.h. */
#include "run_lock.h"

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

#include "message.h"
#include "text.h"

/* Whether the locked file is still the one of that name: its last owner may have removed it between
 * our opening and our locking. */
static bool is_current(int fd, const char *path) {
    struct stat held, named;
    return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino &&
           held.st_dev == named.st_dev;
}

static void refuse(const char *folder, int fd) {
    char owner[24] = "";
    const ssize_t length = pread(fd, owner, sizeof owner - 1, 0);
    owner[length > 0 ? strspn(owner, "0123456789") : 0] = '\0';
    cli_fail("%s: %s%s is writing this run; wait until it is done, or choose another folder",
             folder, *owner ? "process " : "another process", owner);
}

static bool are_digits(const char *text) {
    return *text && text[strspn(text, "0123456789")] == '\0';
}

/* Whether so many bytes are the name of a file in a run's folder that a training writes, and so the
 * lock's holder alone. (`embudo report` may write its page without: it says so where that fails.)
 */
static bool is_own(const char *name, size_t length) {
    static const char *const own[] = {"model.safetensors", "best.safetensors", "history.csv",
                                      "run.json", "report.html"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (strlen(own[i]) == length && memcmp(name, own[i], length) == 0) return true;
    }
    if (length < 11 || memcmp(name, "epoch-", 6) != 0) return false;
    const size_t digits = strspn(name + 6, "0123456789");
    return 6 + digits + 4 == length && memcmp(name + 6 + digits, ".png", 4) == 0;
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

static void sweep(const char *folder, bool all) {
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (!is_stale(entry->d_name, all)) continue;
        char *path = cli_format("%s/%s", folder, entry->d_name);
        unlink(path);
        free(path);
    }
    if (dir) closedir(dir);
}

static void sweep_all(const char *folder) {
    static const char *const parts[] = {"checkpoints", "tensorboard"};
    sweep(folder, false);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *part = cli_format("%s/%s", folder, parts[i]);
        sweep(part, true);
        free(part);
    }
}

bool cli_run_lock(const char *folder, int *lock) {
    char *path = cli_format("%s/.lock", folder);
    bool good = false;
    for (;;) {
        *lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (*lock < 0) {
            cli_fail("%s: cannot write: %s", path, strerror(errno));
            break;
        }
        if (flock(*lock, LOCK_EX | LOCK_NB) != 0) {
            refuse(folder, *lock);
            close(*lock);
            *lock = -1;
            break;
        }
        good = is_current(*lock, path);
        if (good) break;
        close(*lock);
    }
    if (good) {
        char owner[24];
        const int length = snprintf(owner, sizeof owner, "%ld\n", (long)getpid());
        /* Only for the message to another process. */
        if (ftruncate(*lock, 0) != 0 || pwrite(*lock, owner, (size_t)length, 0) < 0) errno = 0;
        sweep_all(folder);
    }
    free(path);
    return good;
}

void cli_run_unlock(const char *folder, int *lock) {
    if (*lock < 0) return;
    char *path = cli_format("%s/.lock", folder);
    unlink(path);
    close(*lock);
    *lock = -1;
    free(path);
}
