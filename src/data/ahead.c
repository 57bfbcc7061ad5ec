/* See ahead.h. */
#include "data/ahead.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/entry.h"
#include "base/memory.h"

struct emb__ahead {
    const emb_images *images;
    size_t most, row;
    uint8_t *slots[2];
    int taken; /* the slot that the caller has */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    pid_t process; /* in which the thread runs: a forked child has none */
    /* Under the lock. What is to be read into the other slot; count 0: nothing. */
    const uint32_t *indices;
    size_t count;
    bool ready, failed, ends;
};

/* False if a row cannot be read. */
static bool read_rows(const emb__ahead *a, const uint32_t *indices, size_t count, uint8_t *to) {
    for (size_t i = 0; i < count; i++) {
        const uint8_t *bytes = emb__images_bytes(a->images, indices[i], to + i * a->row);
        if (bytes != to + i * a->row) memcpy(to + i * a->row, bytes, a->row);
    }
    return emb__images_check_read(a->images) == EMB_OK;
}

static void *work(void *data) {
    emb__ahead *a = data;
    EMB__ENTER;
    pthread_mutex_lock(&a->lock);
    while (!a->ends) {
        if (a->count == 0 || a->ready) {
            pthread_cond_wait(&a->changed, &a->lock);
            continue;
        }
        const uint32_t *indices = a->indices;
        const size_t count = a->count;
        uint8_t *slot = a->slots[1 - a->taken];
        pthread_mutex_unlock(&a->lock);
        const bool good = read_rows(a, indices, count, slot);
        pthread_mutex_lock(&a->lock);
        a->failed = !good;
        a->ready = true;
        pthread_cond_broadcast(&a->changed);
    }
    pthread_mutex_unlock(&a->lock);
    return NULL;
}

emb_status emb__ahead_new(const emb_images *images, size_t most, emb__ahead **ahead) {
    *ahead = NULL;
    if (!images->store || !emb__store_streams(images->store)) return EMB_OK;
    emb__ahead *a = emb__calloc(1, sizeof *a);
    size_t bytes = 0;
    if (!a) return EMB_ERR_MEMORY;
    a->images = images;
    a->most = most;
    a->row = emb__images_size(images);
    const bool fits = emb__mul(most, a->row, &bytes);
    for (int i = 0; i < 2 && fits; i++) a->slots[i] = emb__alloc(bytes);
    if (!a->slots[0] || !a->slots[1]) {
        emb__free(a->slots[0]);
        emb__free(a->slots[1]);
        emb__free(a);
        return EMB_ERR_MEMORY;
    }
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->changed, NULL);
    /* Without a thread every batch is read when it is taken. */
    if (pthread_create(&a->thread, NULL, work, a) == 0) a->process = getpid();
    *ahead = a;
    return EMB_OK;
}

static bool has_thread(const emb__ahead *a) { return a->process && a->process == getpid(); }

void emb__ahead_free(emb__ahead *a) {
    if (!a) return;
    if (has_thread(a)) {
        pthread_mutex_lock(&a->lock);
        a->ends = true;
        pthread_cond_broadcast(&a->changed);
        pthread_mutex_unlock(&a->lock);
        pthread_join(a->thread, NULL);
        pthread_cond_destroy(&a->changed);
        pthread_mutex_destroy(&a->lock);
    }
    emb__free(a->slots[0]);
    emb__free(a->slots[1]);
    emb__free(a);
}

/* Waits for what was begun; *same = whether it is this. */
static bool end_reading(emb__ahead *a, const uint32_t *indices, size_t count, bool *same) {
    *same = false;
    if (!has_thread(a)) return false;
    pthread_mutex_lock(&a->lock);
    while (a->count > 0 && !a->ready) pthread_cond_wait(&a->changed, &a->lock);
    *same = a->ready && a->indices == indices && a->count == count;
    const bool good = *same && !a->failed;
    if (*same) a->taken = 1 - a->taken;
    a->count = 0;
    a->ready = false;
    pthread_mutex_unlock(&a->lock);
    return good;
}

void emb__ahead_forget(emb__ahead *a) {
    bool same;
    if (a) end_reading(a, NULL, 0, &same);
}

emb_status emb__ahead_take(emb__ahead *a, const uint32_t *indices, size_t count,
                           const uint8_t **bytes) {
    bool same;
    if (count > a->most) return emb__fail(EMB_ERR_ARGUMENT, "a batch of %zu images", count);
    bool good = end_reading(a, indices, count, &same);
    if (!same) good = read_rows(a, indices, count, a->slots[a->taken]);
    *bytes = a->slots[a->taken];
    return good ? EMB_OK : emb__images_check_read(a->images);
}

void emb__ahead_begin(emb__ahead *a, const uint32_t *indices, size_t count) {
    if (!has_thread(a) || count == 0 || count > a->most) return;
    pthread_mutex_lock(&a->lock);
    a->indices = indices;
    a->count = count;
    a->ready = false;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
}
