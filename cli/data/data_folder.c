/* A data set's folder in the cache. See data_folder.h. */
#include "data/data_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <embudo.h>

#include "core/message.h"
#include "core/stop.h"
#include "core/strings.h"
#include "core/system_error.h"

/* Every folder of an absolute path, as `mkdir -p` makes them. */
static bool make_path(const char *path) {
    char *copy = cli_format("%s/", path);
    bool good = true;
    for (char *slash = strchr(copy + 1, '/'); slash && good; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        good = mkdir(copy, 0777) == 0 || errno == EEXIST;
        if (!good) cli_fail("%s: cannot make the folder: %s", copy, cli_system_error(errno));
        *slash = '/';
    }
    free(copy);
    return good;
}

/* The folder `name` in `cache`, made if it is missing. */
static bool enter(cli_data_folder *folder, const char *cache, const char *name) {
    const int above = open(cache, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (above < 0) {
        cli_fail("%s: cannot open the cache folder: %s", cache, cli_system_error(errno));
        return false;
    }
    if (mkdirat(above, name, 0777) == 0) fsync(above); /* only a crash would tell the difference */
    folder->fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder->fd < 0) {
        const bool foreign = errno == ELOOP || errno == ENOTDIR;
        cli_fail("%s: %s", folder->path,
                 foreign ? _("is a link or a file, but should be a folder; remove it")
                         : cli_system_error(errno));
    }
    close(above);
    return folder->fd >= 0;
}

/* The lock file stays: it is empty, and a process that waits for it must have opened the same file
 * as the one that holds it. */
static bool take_lock(cli_data_folder *folder) {
    bool told = false;
    folder->lock =
        openat(folder->fd, ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0666);
    if (folder->lock < 0) {
        cli_fail("%s/.lock: cannot write: %s", folder->path, cli_system_error(errno));
        return false;
    }
    while (flock(folder->lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            cli_fail("%s/.lock: cannot lock: %s", folder->path, cli_system_error(errno));
            return false;
        }
        if (!told) cli_note("%s: another process is filling it; waiting", folder->path);
        told = true;
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
        if (cli_stop_signal()) return false;
    }
    return true;
}

bool cli_data_folder_open(cli_data_folder *folder, const char *name) {
    *folder = (cli_data_folder){.fd = -1, .lock = -1};
    char *cache = emb_images_cache();
    if (!cache) {
        cli_fail("%s", emb_error());
        return false;
    }
    folder->path = cli_format("%s/%s", cache, name);
    const bool good = make_path(cache) && enter(folder, cache, name) && take_lock(folder);
    free(cache);
    return good;
}

void cli_data_folder_close(cli_data_folder *folder) {
    if (folder->lock >= 0) close(folder->lock);
    if (folder->fd >= 0) close(folder->fd);
    free(folder->path);
    *folder = (cli_data_folder){.fd = -1, .lock = -1};
}
