/* See archive_entries.h. */
#include "codec/archive_entries.h"

#include <string.h>

#include "base/memory.h"

void emb__entries_free(emb__entries *e) {
    emb__listing_free(&e->listing);
    emb__free(e->all);
    *e = (emb__entries){0};
}

/* One that is above 0 bytes, and neither ".", ".." nor hidden. */
typedef enum component { PLAIN, NOTHING, LEAVES, HIDDEN } component;

static component judge(const char *at, size_t length) {
    char name[EMB__ARCHIVE_NAME + 1];
    if (length == 0 || (length == 1 && *at == '.')) return NOTHING;
    if (length == 2 && at[0] == '.' && at[1] == '.') return LEAVES;
    memcpy(name, at, length);
    name[length] = '\0';
    return emb__file_left_out(name) ? HIDDEN : PLAIN;
}

/* clean[length + 1] = the name without what says nothing; *hidden = whether it is not to be seen.
 */
static bool clean_name(const char *name, size_t length, char *clean, bool *hidden) {
    size_t used = 0, depth = 0;
    *hidden = false;
    if (length == 0 || *name == '/' || memchr(name, '\0', length)) return false;
    for (size_t at = 0; at < length;) {
        const char *slash = memchr(name + at, '/', length - at);
        const size_t part = slash ? (size_t)(slash - name) - at : length - at;
        const component kind = judge(name + at, part);
        if (kind == LEAVES) return false;
        if (kind == HIDDEN) *hidden = true;
        if (kind != NOTHING) {
            if (used) clean[used++] = '/';
            memcpy(clean + used, name + at, part);
            used += part;
            depth++;
        }
        at += part + 1;
    }
    clean[used] = '\0';
    if (used == 0 || depth > EMB__FOLDER_DEPTH) *hidden = true;
    return true;
}

static emb_status grow(emb__entries *e) {
    if (e->count < e->room) return EMB_OK;
    const size_t room = e->room ? 2 * e->room : 64;
    emb__archived *all = emb__realloc(e->all, room * sizeof *all);
    if (!all) return EMB_ERR_MEMORY;
    e->all = all;
    emb__listed *files = emb__realloc(e->listing.files, room * sizeof *files);
    if (!files) return EMB_ERR_MEMORY;
    e->listing.files = files;
    e->room = e->listing.room = room;
    return EMB_OK;
}

emb_status emb__entries_add(emb__entries *e, const char *path, const char *name, size_t length,
                            const emb__archived *entry, int64_t seconds) {
    char clean[EMB__ARCHIVE_NAME + 1];
    bool hidden;
    if (length > EMB__ARCHIVE_NAME) {
        return emb__fail(EMB_ERR_FORMAT, "%s: a file's name has %zu bytes; expected at most %d",
                         path, length, EMB__ARCHIVE_NAME);
    }
    if (!clean_name(name, length, clean, &hidden)) {
        return emb__fail(EMB_ERR_FORMAT, "%s: the name '%.*s' leads out of the archive", path,
                         (int)length, name);
    }
    if (hidden) return EMB_OK;
    if (e->count == EMB__ARCHIVE_FILES) {
        return emb__fail(EMB_ERR_FORMAT, "%s: has more than %d files", path, EMB__ARCHIVE_FILES);
    }
    const emb_status status = grow(e);
    char *copy = status == EMB_OK ? emb__strndup(clean, strlen(clean)) : NULL;
    if (!copy) return EMB_ERR_MEMORY;
    e->listing.files[e->count] =
        (emb__listed){.name = copy, .size = entry->size, .seconds = seconds, .index = e->count};
    e->all[e->count++] = *entry;
    e->listing.count = e->count;
    return EMB_OK;
}

/* Bytes of the folders that all names share. */
static size_t shared_folder(const emb__listing *l) {
    const char *first = l->files[0].name;
    size_t shared = 0;
    for (const char *slash = strchr(first, '/'); slash; slash = strchr(slash + 1, '/')) {
        const size_t length = (size_t)(slash - first) + 1;
        for (size_t i = 1; i < l->count; i++) {
            if (strncmp(l->files[i].name, first, length) != 0) return shared;
        }
        shared = length;
    }
    return shared;
}

void emb__entries_finish(emb__entries *e) {
    emb__listing *l = &e->listing;
    if (l->count == 0) return;
    const size_t shared = shared_folder(l);
    for (size_t i = 0; i < l->count; i++) {
        emb__listed *file = &l->files[i];
        memmove(file->name, file->name + shared, strlen(file->name + shared) + 1);
        const char *slash = strrchr(file->name, '/');
        file->folder = slash ? (size_t)(slash - file->name) : 0;
    }
    emb__listing_sort(l);
    size_t kept = 0;
    for (size_t i = 0; i < l->count; i++) {
        emb__listed *last = kept ? &l->files[kept - 1] : NULL;
        if (last && strcmp(last->name, l->files[i].name) == 0) {
            emb__free(last->name);
            *last = l->files[i];
        } else {
            l->files[kept++] = l->files[i];
        }
    }
    l->count = kept;
}
