/* See place.h. */
#include "codec/place.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/system.h"
#include "base/translate.h"

enum {
    MOST_LINKS = 40,    /* that are followed, as in Linux */
    TARGET_ROOM = 4096, /* of a link, with its NUL */
};

/* ---- failures -------------------------------------------------------------------------------- */

/* The errors that a user meets, in words that do not depend on the C library. */
static const char *reason(int error) {
    static const struct {
        int error;
        const char *text;
    } known[] = {
        {ENOENT, N_("no such file or folder")},
        {ENOTDIR, N_("a part of the path is not a folder")},
        {EISDIR, N_("is a folder")},
        {EACCES, N_("permission denied")},
        {EPERM, N_("not permitted")},
        {EROFS, N_("the file system is read-only")},
        {ENOSPC, N_("no space left on the disk")},
        {EDQUOT, N_("no space left in the user's quota")},
        {EFBIG, N_("larger than a file may be here")},
        {ENAMETOOLONG, N_("the name is too long")},
        {ELOOP, N_("links that lead in a circle")},
        {ENXIO, N_("is not a regular file")},
        {EMFILE, N_("too many open files")},
        {EIO, N_("the disk reports an error")},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].error == error) return _(known[i].text);
    }
    return strerror(error); /* in the language of the C library */
}

emb_status emb__path_fail(const char *path, const char *format, int error) {
    const emb_status status = error == ENOMEM ? EMB_ERR_MEMORY : EMB_ERR_IO;
    return emb__fail(status, format, path, reason(error));
}

emb_status emb__place_fail(const emb__place *place, const char *path, const char *format,
                           int error) {
    if (!place->held || (error != ELOOP && error != ENOTDIR)) {
        return emb__path_fail(path, format, error);
    }
    return emb__fail(EMB_ERR_IO, format, path,
                     _("a link or a file is in the way, and no link is followed here; remove it"));
}

int emb__open_again(int folder, const char *path, int flags, mode_t mode) {
    int fd;
    do {
        fd = emb__sys.openat(folder, path, flags | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

/* ---- folders that are held ------------------------------------------------------------------- */

struct emb_folder {
    emb_folder *next;
    char *path; /* without slashes at its end */
    size_t length;
    int fd;
};

static emb_folder *folders; /* the newest first */
static pthread_mutex_t folders_lock = PTHREAD_MUTEX_INITIALIZER;

/* The innermost held folder above the path, and the path's rest after its slash; -1: there is
 * none. */
static int find_held(const char *path, const char **rest) {
    size_t longest = 0;
    int fd = -1;
    pthread_mutex_lock(&folders_lock);
    for (const emb_folder *f = folders; f; f = f->next) {
        if (f->length <= longest && fd >= 0) continue;
        if (strncmp(path, f->path, f->length) != 0 || path[f->length] != '/') continue;
        longest = f->length;
        fd = f->fd;
        *rest = path + f->length + 1;
    }
    pthread_mutex_unlock(&folders_lock);
    return fd;
}

bool emb__place_is_held(const char *path) {
    const char *rest;
    return find_held(path, &rest) >= 0;
}

emb_folder *emb_folder_open(const char *path, bool follow) {
    EMB__ENTER;
    size_t length = path ? strlen(path) : 0;
    while (length > 1 && path[length - 1] == '/') length--;
    if (length == 0) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_folder_open needs a path");
        return NULL;
    }
    emb_folder *folder = emb__calloc(1, sizeof *folder);
    char *own = folder ? emb__strndup(path, length) : NULL;
    const int flags = O_RDONLY | O_DIRECTORY | (follow ? 0 : O_NOFOLLOW);
    const int fd = own ? emb__open_again(AT_FDCWD, own, flags, 0) : -1;
    if (fd < 0) {
        const int error = errno;
        struct stat seen;
        if (own && !follow && emb__sys.fstatat(AT_FDCWD, own, &seen, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISLNK(seen.st_mode)) {
            emb__fail(EMB_ERR_IO, "%s: is a link; name the folder itself", own);
        } else if (own) {
            emb__path_fail(own, E_("%s: cannot open the folder: %s"), error);
        }
        emb__free(own);
        emb__free(folder);
        return NULL;
    }
    *folder = (emb_folder){.path = own, .length = length, .fd = fd};
    pthread_mutex_lock(&folders_lock);
    folder->next = folders;
    folders = folder;
    pthread_mutex_unlock(&folders_lock);
    return folder;
}

int emb_folder_descriptor(const emb_folder *folder) {
    EMB__ENTER;
    return folder->fd;
}

void emb_folder_free(emb_folder *folder) {
    if (!folder) return;
    pthread_mutex_lock(&folders_lock);
    emb_folder **at = &folders;
    while (*at != folder) at = &(*at)->next;
    *at = folder->next;
    pthread_mutex_unlock(&folders_lock);
    emb__sys.close(folder->fd);
    emb__free(folder->path);
    emb__free(folder);
}

/* ---- finding a place ------------------------------------------------------------------------- */

void emb__place_close(emb__place *place) {
    if (place->owned && place->folder >= 0) emb__sys.close(place->folder);
    emb__free(place->name);
    *place = (emb__place){.folder = -1, .held = place->held};
}

/* Goes into a folder below the place's; 0 or an errno. */
static int enter(emb__place *place, const char *name, int flags) {
    const int fd = emb__open_again(place->folder, name, O_RDONLY | O_DIRECTORY | flags, 0);
    const int error = errno;
    if (place->owned && place->folder >= 0) emb__sys.close(place->folder);
    place->folder = fd;
    place->owned = true;
    return fd < 0 ? error : 0;
}

/* The name, copied; 0 or an errno. */
static int set_name(emb__place *place, const char *name, size_t length) {
    emb__free(place->name);
    place->name = emb__strndup(name, length);
    return place->name ? 0 : ENOMEM;
}

/* Walks through the folders of the path one by one, never through a link, and never up. */
static int walk_held(emb__place *place, const char *rest) {
    int error = 0;
    for (bool last = false; !last && error == 0;) {
        while (*rest == '/') rest++;
        const size_t length = strcspn(rest, "/");
        last = rest[length + strspn(rest + length, "/")] == '\0';
        if (length == 2 && rest[0] == '.' && rest[1] == '.') return ELOOP;
        error = length > 0 ? set_name(place, rest, length) : set_name(place, ".", 1);
        if (error == 0 && !last) error = enter(place, place->name, O_NOFOLLOW);
        rest += length;
    }
    return error;
}

/* Goes to the path's folder, relative to the place's; the path's last part becomes the name. */
static int go(emb__place *place, const char *path) {
    const char *slash = strrchr(path, '/');
    char *above = !slash          ? emb__strndup(".", 1)
                  : slash == path ? emb__strndup("/", 1)
                                  : emb__strndup(path, (size_t)(slash - path));
    if (!above) return ENOMEM;
    const int error = enter(place, above, 0);
    emb__free(above);
    const char *name = slash ? slash + 1 : path;
    return error ? error : set_name(place, name, strlen(name));
}

/* If the place's name is a link: its target, which ends in a NUL. For anything else 0, and *length
 * is 0. */
static int read_link(const emb__place *place, char target[TARGET_ROOM], size_t *length) {
    *length = 0;
    const ssize_t got =
        emb__sys.readlinkat(place->folder, place->name, target, (size_t)TARGET_ROOM - 1);
    if (got < 0) return errno == EINVAL || errno == ENOENT ? 0 : errno;
    if (got >= TARGET_ROOM - 1) return ENAMETOOLONG;
    target[got] = '\0';
    *length = (size_t)got;
    return 0;
}

static int follow_links(emb__place *place) {
    char target[TARGET_ROOM];
    for (int i = 0; i < MOST_LINKS; i++) {
        size_t length;
        int error = read_link(place, target, &length);
        if (error || length == 0) return error;
        error = go(place, target);
        if (error) return error;
    }
    return ELOOP;
}

int emb__place_below(emb__place *place, int folder, const char *rest) {
    *place = (emb__place){.folder = folder, .held = true};
    const int error = walk_held(place, rest);
    if (error) emb__place_close(place);
    return error;
}

int emb__place_find(emb__place *place, const char *path, bool follow) {
    const char *rest = NULL;
    *place = (emb__place){.folder = AT_FDCWD};
    const int held = find_held(path, &rest);
    int error;
    if (held >= 0) {
        place->folder = held;
        place->held = true;
        error = walk_held(place, rest);
    } else {
        error = go(place, path);
        if (error == 0 && follow) error = follow_links(place);
    }
    if (error) emb__place_close(place);
    return error;
}
