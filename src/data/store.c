/* See store.h. */
#include "data/store.h"

#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "data/row_sum.h"

struct emb__store {
    emb__file file; /* its path is the store's own; closed: none */
    char *path;
    size_t count, row;
    uint8_t *memory;
    const uint8_t *mapping; /* the whole file */
    const uint8_t *rows;    /* [count][row], mapped or in memory; NULL: they are read */
    size_t at;              /* where they are in the file */
    char *texts;
    const char **names; /* [count], then [bad][2]: name and reason; NULL: there are none */
    size_t bad;
    uint32_t *sums; /* NULL: none are compared */
    atomic_int owners;
    atomic_bool failed, damaged;
};

/* Finds where each text begins. */
static emb_status find_names(emb__store *s, size_t size) {
    if (!s->texts) return EMB_OK;
    const size_t count = s->count + 2 * s->bad;
    size_t at = 0;
    if (count > size) return emb__fail(EMB_ERR_FORMAT, "%s: lacks names of images", s->path);
    s->names = emb__calloc(count + 1, sizeof *s->names);
    if (!s->names) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const char *end = at < size ? memchr(s->texts + at, '\0', size - at) : NULL;
        if (!end) return emb__fail(EMB_ERR_FORMAT, "%s: lacks names of images", s->path);
        s->names[i] = s->texts + at;
        at = (size_t)(end - s->texts) + 1;
    }
    return EMB_OK;
}

static emb_status find_rows(emb__store *s, bool mapped) {
    size_t bytes, end;
    s->rows = s->memory;
    if (s->memory) return EMB_OK;
    if (!emb__mul(s->count, s->row, &bytes) || !emb__add(s->at, bytes, &end) ||
        end > s->file.size) {
        return emb__fail(EMB_ERR_FORMAT, "%s: is too short for %zu images", s->path, s->count);
    }
    const emb_status status = mapped ? emb__file_map(&s->file, &s->mapping) : EMB_OK;
    if (s->mapping) s->rows = s->mapping + s->at;
    return status;
}

emb__store *emb__store_new(const emb__store_content *c) {
    emb__store *s = emb__calloc(1, sizeof *s);
    const char *path = c->file ? c->file->path : "memory";
    char *copy = s ? emb__strndup(path, strlen(path)) : NULL;
    if (!copy) {
        emb__free(s);
        emb__free(c->texts);
        emb__free(c->sums);
        emb__free(c->memory);
        if (c->file) emb__file_close(c->file);
        return NULL;
    }
    s->path = copy;
    s->file.fd = -1;
    if (c->file) {
        s->file = *c->file;
        s->file.path = copy;
        c->file->fd = -1;
    }
    s->at = c->at;
    s->count = c->count;
    s->row = c->row;
    s->memory = c->memory;
    s->texts = c->texts;
    s->bad = c->bad;
    s->sums = c->sums;
    s->owners = 1;
    if (find_names(s, c->texts_size) == EMB_OK && find_rows(s, c->mapped) == EMB_OK) return s;
    emb__store_release(s);
    return NULL;
}

bool emb__store_whole(emb__store *s) {
    bool whole = true;
    if (!s->sums || !s->mapping) return true;
    for (size_t i = 0; whole && i < s->count; i++) {
        whole = emb__row_sum(s->rows + i * s->row, s->row) == s->sums[i];
    }
    emb__free(s->sums);
    s->sums = NULL;
    return whole;
}

emb__store *emb__store_share(emb__store *s) {
    atomic_fetch_add(&s->owners, 1);
    return s;
}

void emb__store_release(emb__store *s) {
    if (!s || atomic_fetch_sub(&s->owners, 1) > 1) return;
    if (s->mapping) emb__file_unmap(&s->file, s->mapping);
    emb__file_close(&s->file);
    emb__free(s->memory);
    emb__free(s->sums);
    emb__free((void *)s->names);
    emb__free(s->texts);
    emb__free(s->path);
    emb__free(s);
}

size_t emb__store_count(const emb__store *s) { return s->count; }

bool emb__store_same(const emb__store *a, const emb__store *b) {
    if (a == b) return true;
    const emb__file *of_a = &a->file, *of_b = &b->file;
    return of_a->fd >= 0 && of_b->fd >= 0 && strcmp(a->path, b->path) == 0 &&
           of_a->size == of_b->size && of_a->changed.tv_sec == of_b->changed.tv_sec &&
           of_a->changed.tv_nsec == of_b->changed.tv_nsec && a->at == b->at &&
           a->count == b->count && a->row == b->row;
}

bool emb__store_streams(const emb__store *s) { return !s->rows; }

/* The file of a store with sums is a cache, which is made anew if it is not there. */
static const uint8_t *compared(emb__store *s, size_t i, const uint8_t *row) {
    if (!s->sums || emb__row_sum(row, s->row) == s->sums[i]) return row;
    if (!atomic_exchange(&s->damaged, true)) (void)emb__file_remove(s->path);
    atomic_store(&s->failed, true);
    return row;
}

const uint8_t *emb__store_row(emb__store *s, size_t i, uint8_t *scratch) {
    if (s->rows) return compared(s, i, s->rows + i * s->row);
    size_t got = 0;
    if (emb__file_read_at(&s->file, s->at + i * s->row, scratch, s->row, &got) != EMB_OK ||
        got < s->row) {
        memset(scratch, 0, s->row);
        atomic_store(&s->failed, true);
        return scratch;
    }
    return compared(s, i, scratch);
}

emb_status emb__store_check(const emb__store *s) {
    if (!atomic_load(&s->failed)) return EMB_OK;
    if (atomic_load(&s->damaged)) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: was damaged, and is removed; the same command makes it anew",
                         s->path);
    }
    return emb__fail(EMB_ERR_IO, "%s: images could not be read from it", s->path);
}

const char *emb__store_name(const emb__store *s, size_t i) { return s->names ? s->names[i] : NULL; }

size_t emb__store_bad_count(const emb__store *s) { return s->names ? s->bad : 0; }

const char *emb__store_bad(const emb__store *s, size_t i, const char **reason) {
    const char *const *pair = s->names + s->count + 2 * i;
    if (reason) *reason = pair[1];
    return pair[0];
}
