/* See file_list.h. */
#include "codec/file_list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/system.h"
#include "base/translate.h"
#include "codec/place.h"

/* One folder of the way down. */
typedef struct level {
    dev_t device;
    ino_t inode;
} level;

typedef struct walk {
    const char *root;
    emb__listing *listing; /* NULL: files are only shown to `wanted` */
    size_t most;
    bool (*wanted)(void *data, const emb__listed *file);
    void (*each)(void *data, const char *name); /* called with folders, which are not entered */
    void *data;
    bool found;
    emb__text path; /* below the root, of the folder that is being read */
    level levels[EMB__FOLDER_DEPTH];
    int depth;
} walk;

bool emb__file_left_out(const char *name) {
    static const char *const names[] = {"Thumbs.db", "desktop.ini", "__MACOSX"};
    if (*name == '.') return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(name, names[i]) == 0) return true;
    }
    return false;
}

/* "root/path", for error texts. */
static emb_status fail(const walk *w, const char *format, int error) {
    emb__text whole = {0};
    emb__text_add(&whole, "%s%s%s", w->root, w->path.length ? "/" : "",
                  w->path.length ? w->path.bytes : "");
    if (whole.failed) return EMB_ERR_MEMORY;
    const emb_status status = emb__path_fail(whole.bytes, format, error);
    emb__free(whole.bytes);
    return status;
}

static void shorten(emb__text *path, size_t length) {
    path->length = length;
    if (path->bytes) path->bytes[length] = '\0';
}

static emb_status add_file(walk *w, const struct stat *seen, size_t folder) {
    emb__listing *l = w->listing;
    emb__listed file = {.name = w->path.bytes,
                        .folder = folder,
                        .size = (uint64_t)seen->st_size,
                        .seconds = seen->st_mtim.tv_sec,
                        .nanoseconds = seen->st_mtim.tv_nsec};
    if (!l) {
        w->found = w->wanted && w->wanted(w->data, &file);
        return EMB_OK;
    }
    if (l->count == w->most) {
        return emb__fail(EMB_ERR_ARGUMENT, "%s: holds more than %zu files", w->root, w->most);
    }
    if (l->count == l->room) {
        const size_t room = l->room ? 2 * l->room : 64;
        emb__listed *files = emb__realloc(l->files, room * sizeof *files);
        if (!files) return EMB_ERR_MEMORY;
        l->files = files;
        l->room = room;
    }
    file.name = emb__strndup(w->path.bytes, w->path.length);
    if (!file.name) return EMB_ERR_MEMORY;
    l->files[l->count++] = file;
    return EMB_OK;
}

static emb_status read_folder(walk *w, int fd);

/* A folder within the one that is being read. */
static emb_status enter(walk *w, int parent, const char *name, const struct stat *seen) {
    if (w->each) {
        w->each(w->data, name);
        return EMB_OK;
    }
    for (int i = 0; i < w->depth; i++) {
        if (w->levels[i].device != seen->st_dev || w->levels[i].inode != seen->st_ino) continue;
        if (w->listing) w->listing->links++;
        return EMB_OK;
    }
    if (w->depth == EMB__FOLDER_DEPTH) {
        if (w->listing) w->listing->deep++;
        return EMB_OK;
    }
    const int fd = emb__open_again(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (fd < 0) return fail(w, E_("%s: cannot read: %s"), errno);
    w->levels[w->depth++] = (level){seen->st_dev, seen->st_ino};
    const emb_status status = read_folder(w, fd);
    w->depth--;
    return status;
}

static emb_status take(walk *w, int folder, const char *name) {
    struct stat seen;
    const size_t length = w->path.length;
    if (emb__file_left_out(name)) return EMB_OK;
    emb__text_add(&w->path, "%s%s", length ? "/" : "", name);
    if (w->path.failed) return EMB_ERR_MEMORY;
    emb_status status = EMB_OK;
    if (emb__sys.fstatat(folder, name, &seen, 0) != 0) {
        const int error = errno;
        const bool lost = error == ENOENT || error == ELOOP; /* a link to nothing, or to itself */
        memset(&seen, 0, sizeof seen);
        status = lost ? add_file(w, &seen, length) : fail(w, E_("%s: cannot look at: %s"), error);
    } else if (S_ISDIR(seen.st_mode)) {
        status = enter(w, folder, name, &seen);
    } else if (S_ISREG(seen.st_mode)) {
        status = add_file(w, &seen, length);
    }
    shorten(&w->path, length);
    return status;
}

/* Takes the descriptor over. */
static emb_status read_folder(walk *w, int fd) {
    DIR *folder = emb__sys.fdopendir(fd);
    emb_status status = EMB_OK;
    if (!folder) {
        status = fail(w, E_("%s: cannot read: %s"), errno);
        emb__sys.close(fd);
        return status;
    }
    for (;;) {
        errno = 0;
        const struct dirent *entry = emb__sys.readdir(folder);
        if (!entry && errno == EINTR) continue;
        if (!entry && errno) status = fail(w, E_("%s: cannot read: %s"), errno);
        if (!entry || status != EMB_OK) break;
        status = take(w, fd, entry->d_name);
        if (status != EMB_OK || w->found) break;
    }
    emb__sys.closedir(folder);
    return status;
}

static int compare_bytes(const char *a, size_t a_size, const char *b, size_t b_size) {
    const int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return order ? order : (a_size > b_size) - (a_size < b_size);
}

static int compare(const void *one, const void *two) {
    const emb__listed *a = one, *b = two;
    const int order = compare_bytes(a->name, a->folder, b->name, b->folder);
    const int names = order ? order : strcmp(a->name + a->folder, b->name + b->folder);
    return names ? names : (a->index > b->index) - (a->index < b->index);
}

static emb_status walk_all(walk *w) {
    struct stat seen;
    const int fd = emb__open_again(AT_FDCWD, w->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (fd < 0) return fail(w, E_("%s: cannot read: %s"), errno);
    if (emb__sys.fstat(fd, &seen) != 0) {
        const emb_status status = fail(w, E_("%s: cannot read: %s"), errno);
        emb__sys.close(fd);
        return status;
    }
    w->levels[w->depth++] = (level){seen.st_dev, seen.st_ino};
    const emb_status status = read_folder(w, fd);
    emb__free(w->path.bytes);
    return status;
}

void emb__listing_sort(emb__listing *listing) {
    if (listing->count < 2) return;
    qsort(listing->files, listing->count, sizeof *listing->files, compare);
}

emb_status emb__folder_list(const char *folder, size_t most, emb__listing *listing) {
    walk w = {.root = folder, .listing = listing, .most = most};
    const emb_status status = walk_all(&w);
    if (status == EMB_OK) emb__listing_sort(listing);
    return status;
}

emb_status emb__folder_find(const char *folder, bool (*wanted)(void *data, const emb__listed *file),
                            void *data, bool *found) {
    walk w = {.root = folder, .wanted = wanted, .data = data};
    const emb_status status = walk_all(&w);
    *found = w.found;
    return status;
}

emb_status emb__folder_within(const char *folder, void (*each)(void *data, const char *name),
                              void *data) {
    walk w = {.root = folder, .each = each, .data = data};
    return walk_all(&w);
}

void emb__listing_free(emb__listing *listing) {
    for (size_t i = 0; i < listing->count; i++) emb__free(listing->files[i].name);
    emb__free(listing->files);
    *listing = (emb__listing){0};
}
