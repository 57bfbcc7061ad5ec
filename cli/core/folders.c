/* See folders.h. */
#include "core/folders.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <embudo.h>

#include "core/message.h"
#include "core/strings.h"
#include "core/system_error.h"

/* Without slashes at its end. */
static size_t bare_length(const char *path) {
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') length--;
    return length;
}

bool cli_is_folder(const char *path) {
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

bool cli_is_file(const char *path) {
    struct stat found;
    return stat(path, &found) == 0 && S_ISREG(found.st_mode);
}

bool cli_is_there(const char *path) {
    struct stat found;
    if (stat(path, &found) == 0) return !S_ISDIR(found.st_mode);
    return errno != ENOENT && errno != ENOTDIR;
}

bool cli_is_same(const char *a, const char *b) {
    struct stat one, other;
    if (strcmp(a, b) == 0) return true;
    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

bool cli_folder_make_above(const char *path) {
    char *above = cli_format("%s", path);
    bool good = true;
    for (char *slash = above + (*above != '\0'); good && *slash; slash++) {
        if (*slash != '/') continue;
        *slash = '\0';
        const int error = mkdir(above, 0777) == 0 ? 0 : errno;
        good = error == 0 || error == EEXIST || cli_is_folder(above);
        if (!good) cli_fail("%s: cannot make the folder: %s", above, cli_system_error(error));
        *slash = '/';
    }
    free(above);
    return good;
}

bool cli_folder_make(const char *path) {
    if (!cli_folder_make_above(path)) return false;
    char *bare = cli_format("%.*s", (int)bare_length(path), path);
    const bool made = strcmp(bare, "/") == 0 || emb_folder_make(bare) == EMB_OK;
    if (!made) cli_fail("%s", emb_error());
    free(bare);
    return made;
}

bool cli_folder_is_free(const char *path) {
    DIR *folder = opendir(path);
    bool empty = true;
    if (!folder) return true; /* making it says what is wrong */
    for (const struct dirent *entry; empty && (entry = readdir(folder));) {
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    }
    closedir(folder);
    if (!empty) cli_fail("%s: is not empty; name a new folder, or remove it", path);
    return empty;
}

/* Why nothing can be made in the folder above `path`; NULL if something can. */
static const char *why_not_in(const char *path) {
    const char *slash = strrchr(path, '/');
    const size_t length = slash ? (size_t)(slash - path) : 0;
    char *above =
        length > 0 ? cli_format("%.*s", (int)length, path) : cli_format(slash ? "/" : ".");
    struct stat seen;
    int error = stat(above, &seen) != 0 ? errno : S_ISDIR(seen.st_mode) ? 0 : ENOTDIR;
    if (error == 0 && access(above, W_OK | X_OK) != 0) error = errno;
    free(above);
    return error == 0         ? NULL
           : error == ENOENT  ? _("its folder does not exist")
           : error == ENOTDIR ? _("a part of the path is not a folder")
           : error == ELOOP   ? _("links that lead in a circle")
                              : cli_system_error(error);
}

bool cli_output_ready(const char *path) {
    struct stat seen;
    const bool there = lstat(path, &seen) == 0;
    /* Where a link leads and what a device accepts only shows when it is written. */
    const char *why = there && S_ISDIR(seen.st_mode)    ? _("is a folder")
                      : there && !S_ISREG(seen.st_mode) ? NULL
                                                        : why_not_in(path);
    if (why) cli_fail("%s: cannot write: %s", path, why);
    return !why;
}

void cli_folder_tell(const char *path, const char *const *names) {
    cli_text there = {0};
    for (; *names; names++) {
        char *file = cli_format("%s/%s", path, *names);
        if (cli_is_file(file) || cli_is_folder(file)) {
            cli_text_add(&there, "%s%s", there.length > 0 ? ", " : "", *names);
        }
        free(file);
    }
    if (there.bytes) cli_note("in %s: %s", path, there.bytes);
    cli_text_free(&there);
}

/* ---- holding --------------------------------------------------------------------------------- */

typedef struct held {
    struct held *next;
    char *path;
    emb_folder *folder;
} held;

static held *all;

static const held *find(const char *path) {
    const size_t length = bare_length(path);
    const held *at = all;
    while (at && (strlen(at->path) != length || memcmp(at->path, path, length) != 0)) at = at->next;
    return at;
}

static bool hold(const char *path, bool follow) {
    if (find(path)) return true;
    emb_folder *folder = emb_folder_open(path, follow);
    if (!folder) {
        cli_fail("%s", emb_error());
        return false;
    }
    held *one = cli_alloc(sizeof *one);
    *one = (held){
        .next = all, .path = cli_format("%.*s", (int)bare_length(path), path), .folder = folder};
    all = one;
    return true;
}

bool cli_folder_hold(const char *path) { return hold(path, false); }

bool cli_folder_hold_output(const char *path) { return hold(path, true); }

int cli_folder_descriptor(const char *path) {
    const held *one = find(path);
    return one ? emb_folder_descriptor(one->folder) : -1;
}

bool cli_folder_has(const char *path, const char *name) {
    struct stat seen;
    return fstatat(cli_folder_descriptor(path), name, &seen, AT_SYMLINK_NOFOLLOW) == 0 ||
           errno != ENOENT;
}

DIR *cli_folder_list(const char *path, const char *part) {
    const int above = cli_folder_descriptor(path);
    const int fd =
        above < 0 ? -1 : openat(above, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir && fd >= 0) {
        const int error = errno;
        close(fd);
        errno = error;
    }
    return dir;
}
