/* See store.h. */
#include "data/store.h"

#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"

struct emb__store {
    emb__file file; /* its path is the store's own */
    char *path;
    size_t at, count, row;
    const uint8_t *mapping; /* the whole file; NULL: it is read row by row */
    char *names;            /* [count], each with its NUL; or NULL */
    const char **name;      /* [count]: where each begins */
    atomic_int owners;
    atomic_bool failed;
};

/* Finds where each name begins. */
static emb_status find_names(emb__store *s, char *names, size_t size) {
    s->names = names;
    if (!names) return EMB_OK;
    s->name = emb__calloc(s->count, sizeof *s->name);
    if (!s->name) return EMB_ERR_MEMORY;
    size_t at = 0;
    for (size_t i = 0; i < s->count; i++) {
        const char *end = at < size ? memchr(names + at, '\0', size - at) : NULL;
        if (!end) return emb__fail(EMB_ERR_FORMAT, "%s: lacks names of its images", s->path);
        s->name[i] = names + at;
        at = (size_t)(end - names) + 1;
    }
    return EMB_OK;
}

static emb_status complete(emb__store *s, bool mapped, char *names, size_t names_size) {
    size_t bytes, end;
    emb_status status = find_names(s, names, names_size);
    if (status != EMB_OK) return status;
    if (!emb__mul(s->count, s->row, &bytes) || !emb__add(s->at, bytes, &end) ||
        end > s->file.size) {
        return emb__fail(EMB_ERR_FORMAT, "%s: is too short for %zu images", s->path, s->count);
    }
    if (!mapped) return EMB_OK;
    return emb__file_map(&s->file, &s->mapping);
}

emb__store *emb__store_open(emb__file *file, size_t at, size_t count, size_t row, bool mapped,
                            char *names, size_t names_size) {
    emb__store *s = emb__calloc(1, sizeof *s);
    char *path = s ? emb__strndup(file->path, strlen(file->path)) : NULL;
    if (!path) {
        emb__free(s);
        emb__free(names);
        emb__file_close(file);
        return NULL;
    }
    s->file = *file;
    s->file.path = s->path = path;
    s->at = at;
    s->count = count;
    s->row = row;
    s->owners = 1;
    file->fd = -1;
    if (complete(s, mapped, names, names_size) == EMB_OK) return s;
    emb__store_release(s);
    return NULL;
}

emb__store *emb__store_share(emb__store *s) {
    atomic_fetch_add(&s->owners, 1);
    return s;
}

void emb__store_release(emb__store *s) {
    if (!s || atomic_fetch_sub(&s->owners, 1) > 1) return;
    if (s->mapping) emb__file_unmap(&s->file, s->mapping);
    emb__file_close(&s->file);
    emb__free(s->names);
    emb__free((void *)s->name);
    emb__free(s->path);
    emb__free(s);
}

size_t emb__store_count(const emb__store *s) { return s->count; }

bool emb__store_streams(const emb__store *s) { return !s->mapping; }

const uint8_t *emb__store_row(emb__store *s, size_t i, uint8_t *scratch) {
    const size_t at = s->at + i * s->row;
    if (s->mapping) return s->mapping + at;
    size_t got = 0;
    if (emb__file_read_at(&s->file, at, scratch, s->row, &got) != EMB_OK || got < s->row) {
        memset(scratch, 0, s->row);
        atomic_store(&s->failed, true);
    }
    return scratch;
}

emb_status emb__store_check(const emb__store *s) {
    if (!atomic_load(&s->failed)) return EMB_OK;
    return emb__fail(EMB_ERR_IO, "%s: images could not be read from it", s->path);
}

const char *emb__store_name(const emb__store *s, size_t i) { return s->name ? s->name[i] : NULL; }
