/* What the cache of decoded pictures holds, and emptying it: emb_picture_cache_list and
 * emb_picture_cache_clear in embudo/data.h.
 *
 * A file is ours if its name is one that picture_cache.c makes, or a temporary one of it, and if it
 * is a regular file. Nothing else is looked into or removed. */
#include "data/picture_cache_list.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/system.h"
#include "codec/file.h"
#include "codec/file_list.h"
#include "data/picture_cache.h"

static bool digits(const char **at, int (*is)(int), size_t least, size_t most) {
    size_t count = 0;
    while (count < most && is((unsigned char)(*at)[count])) count++;
    *at += count;
    return count >= least;
}

static bool word(const char **at, const char *expected) {
    const size_t length = strlen(expected);
    if (strncmp(*at, expected, length) != 0) return false;
    *at += length;
    return true;
}

/* Whether it is a name of ours; *writer = the process that writes it under that temporary name,
 * 0 if the name is the file's own. */
static bool is_ours(const char *name, long *writer) {
    const char *at = name;
    *writer = 0;
    if (!digits(&at, isxdigit, EMB__CACHE_PART, EMB__CACHE_PART) || !word(&at, "-") ||
        !digits(&at, isxdigit, EMB__CACHE_PART, EMB__CACHE_PART) ||
        (!word(&at, EMB__CACHE_ENDING) && !word(&at, EMB__CHOICE_ENDING))) {
        return false;
    }
    if (!*at) return true;
    if (!word(&at, ".tmp.")) return false;
    *writer = strtol(at, NULL, 10);
    return digits(&at, isdigit, 1, 10) && word(&at, ".") && digits(&at, isdigit, 1, 10) && !*at;
}

/* A process that is there may still be writing. */
static bool is_alive(long process) { return kill((pid_t)process, 0) == 0 || errno != ESRCH; }

/* Calls `each` with the path of every file of ours that nobody writes. */
static emb_status walk(emb_status (*each)(void *data, const char *path, bool left,
                                          const struct stat *seen),
                       void *data) {
    char *folder = emb__picture_cache_folder();
    emb__listing files = {0};
    emb_status status = EMB_OK;
    if (!folder) return EMB_OK;
    if (emb__path_look(folder) == EMB__PATH_FOLDER) {
        status = emb__folder_list(folder, SIZE_MAX, &files);
    }
    for (size_t i = 0; i < files.count && status == EMB_OK; i++) {
        long writer;
        struct stat seen;
        if (!is_ours(files.files[i].name, &writer) || (writer && is_alive(writer))) continue;
        char *path = emb__path_join(folder, files.files[i].name);
        if (!path) {
            status = EMB_ERR_MEMORY;
        } else if (emb__sys.fstatat(AT_FDCWD, path, &seen, AT_SYMLINK_NOFOLLOW) == 0 &&
                   S_ISREG(seen.st_mode)) {
            status = each(data, path, writer != 0, &seen);
        }
        emb__free(path);
    }
    emb__listing_free(&files);
    emb__free(folder);
    return status;
}

/* ---- listing --------------------------------------------------------------------------------- */

typedef struct listing {
    emb_cached_set *sets;
    size_t count;
} listing;

/* Reading a file would count as using it. */
static void keep_time(const char *path, const struct stat *seen) {
    emb__file file;
    if (emb__file_open(&file, path) != EMB_OK) return;
    emb__file_used(&file, &seen->st_atim);
    emb__file_close(&file);
}

/* A file of some bytes that goes with others, and is not counted. */
static bool is_choice(const char *path) {
    return strstr(strrchr(path, '/'), EMB__CHOICE_ENDING) != NULL;
}

static emb_status add(void *data, const char *path, bool left, const struct stat *seen) {
    listing *l = data;
    if (is_choice(path)) return EMB_OK;
    emb_cached_set *sets = emb__realloc(l->sets, (l->count + 1) * sizeof *sets);
    if (!sets) return EMB_ERR_MEMORY;
    l->sets = sets;
    emb_cached_set *one = &sets[l->count];
    const bool read = seen->st_atim.tv_sec > seen->st_mtim.tv_sec;
    *one = (emb_cached_set){.file = emb__strndup(path, strlen(path)),
                            .bytes = (uint64_t)seen->st_size,
                            .used = read ? seen->st_atim.tv_sec : seen->st_mtim.tv_sec};
    if (!one->file) return EMB_ERR_MEMORY;
    l->count++;
    emb__picture_set set;
    if (left || emb__picture_cache_look(path, &set) != EMB_OK) return EMB_OK;
    one->folder = set.folder;
    set.folder = NULL;
    one->count = emb__store_count(set.store);
    one->shape[0] = set.pictures.channels;
    one->shape[1] = set.pictures.height;
    one->shape[2] = set.pictures.width;
    emb__picture_set_free(&set);
    keep_time(path, seen);
    return EMB_OK;
}

static int by_use(const void *one, const void *two) {
    const emb_cached_set *a = one, *b = two;
    if (a->used != b->used) return a->used < b->used ? -1 : 1;
    return strcmp(a->file, b->file);
}

void emb_picture_cache_free(emb_cached_set *sets, size_t count) {
    for (size_t i = 0; sets && i < count; i++) {
        emb__free(sets[i].file);
        emb__free(sets[i].folder);
    }
    emb__free(sets);
}

emb_status emb_picture_cache_list(emb_cached_set **sets, size_t *count) {
    EMB__ENTER;
    listing l = {0};
    const emb_status status = walk(add, &l);
    if (status != EMB_OK) {
        emb_picture_cache_free(l.sets, l.count);
        l = (listing){0};
    }
    if (l.count > 1) qsort(l.sets, l.count, sizeof *l.sets, by_use);
    *sets = l.sets;
    *count = l.count;
    return status;
}

/* ---- emptying -------------------------------------------------------------------------------- */

typedef struct removal {
    size_t count;
    uint64_t bytes;
} removal;

static emb_status take_away(void *data, const char *path, bool left, const struct stat *seen) {
    removal *r = data;
    (void)left;
    const emb_status status = emb__file_remove(path);
    if (status != EMB_OK) return status;
    if (is_choice(path)) return EMB_OK;
    r->count++;
    r->bytes += (uint64_t)seen->st_size;
    return EMB_OK;
}

emb_status emb_picture_cache_clear(size_t *count, uint64_t *bytes) {
    EMB__ENTER;
    removal r = {0};
    const emb_status status = walk(take_away, &r);
    *count = r.count;
    *bytes = r.bytes;
    return status;
}

static emb_status take_left(void *data, const char *path, bool left, const struct stat *seen) {
    (void)data;
    (void)seen;
    if (left) (void)emb__file_remove(path);
    return EMB_OK;
}

void emb__picture_cache_sweep(void) { (void)walk(take_left, NULL); }
