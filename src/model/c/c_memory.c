/* See c_memory.h. */
#include "model/c/c_memory.h"

#include <string.h>

/* A tensor or, of several that lie in one place by turns, the first. */
typedef struct life {
    int made, read; /* by which stages: first, and last */
    int over;       /* the tensor in whose place it lies; itself */
    bool placed;
} life;

/* Whether each stage reads what the one before it made. */
static bool is_chain(const emb__stages *s) {
    bool chain = true;
    for (int i = 0; i < s->count; i++) {
        chain = chain && s->stages[i].read_count == 1 && s->stages[i].reads[0] == i;
    }
    return chain;
}

/* Chains take two halves in turn, which are the same for all parts. */
static size_t place_chains(emb__c_part *parts, int count) {
    size_t halves[2] = {0};
    for (int p = 0; p < count; p++) {
        const emb__stages *s = parts[p].stages;
        for (int i = 1; i < s->count; i++) {
            if (s->tensors[i].count > halves[i % 2]) halves[i % 2] = s->tensors[i].count;
        }
    }
    for (int p = 0; p < count; p++) {
        for (int i = 1; i < parts[p].stages->count; i++) {
            parts[p].places[i] = i % 2 ? 0 : halves[1];
        }
    }
    return halves[0] + halves[1];
}

static bool same_places(const emb__stage_tensor *a, const emb__stage_tensor *b) {
    return a->count == b->count && a->by_pixel == b->by_pixel &&
           (!a->by_pixel || memcmp(&a->image, &b->image, sizeof a->image) == 0);
}

/* A sum's output takes the place of an input that nobody reads after it. */
static void lie_over(const emb__stages *s, life *lives, int stage) {
    const emb__stage *sum = &s->stages[stage];
    const int out = stage + 1;
    if (!sum->op || sum->op->join != EMB__JOIN_SUM || out == s->count) return;
    for (int k = 0; k < sum->read_count && lives[out].over == out; k++) {
        const int in = sum->reads[k];
        if (in == 0 || lives[lives[in].over].read != stage) continue;
        if (!same_places(&s->tensors[in], &s->tensors[out])) continue;
        lives[out].over = lives[in].over;
        lives[lives[in].over].read = lives[out].read;
    }
}

/* The lives of tensors 1..count-1: the input and the output are the caller's. */
static void find_lives(const emb__stages *s, life *lives) {
    for (int i = 0; i < s->count; i++) lives[i] = (life){.made = i - 1, .read = i - 1, .over = i};
    for (int i = 0; i < s->count; i++) {
        for (int k = 0; k < s->stages[i].read_count; k++) lives[s->stages[i].reads[k]].read = i;
    }
    for (int i = 0; i < s->count; i++) lie_over(s, lives, i);
}

/* The lowest place for tensor i beside all that are placed and live while it does. */
static size_t lowest_place(const emb__stages *s, const life *lives, const size_t *places, int i) {
    size_t at = 0;
    for (int other = 1; other < s->count; other++) {
        if (!lives[other].placed || lives[other].made > lives[i].read ||
            lives[i].made > lives[other].read) {
            continue;
        }
        const size_t end = places[other] + s->tensors[other].count;
        if (at >= end || places[other] >= at + s->tensors[i].count) continue;
        at = end;
        other = 0; /* once more */
    }
    return at;
}

/* The next tensor to be placed: the first or, if `by_size`, the largest; 0: there is none. */
static int next_tensor(const emb__stages *s, const life *lives, bool by_size) {
    int next = 0;
    for (int i = 1; i < s->count; i++) {
        if (lives[i].placed || lives[i].over != i) continue;
        if (next == 0 || (by_size && s->tensors[i].count > s->tensors[next].count)) next = i;
    }
    return next;
}

static size_t place_all(const emb__stages *s, life *lives, size_t *places, bool by_size) {
    size_t most = 0;
    for (int i = 0; i < s->count; i++) lives[i].placed = false;
    for (int i; (i = next_tensor(s, lives, by_size)) > 0;) {
        places[i] = lowest_place(s, lives, places, i);
        lives[i].placed = true;
        const size_t end = places[i] + s->tensors[i].count;
        most = end > most ? end : most;
    }
    for (int i = 1; i < s->count; i++) places[i] = places[lives[i].over];
    return most;
}

/* Places a graph's tensors in one of two orders, whichever takes less. */
static emb_status place_graph(const emb__c_part *part, size_t *buffer) {
    const emb__stages *s = part->stages;
    life *lives = emb__calloc((size_t)s->count, sizeof *lives);
    if (!lives) return EMB_ERR_MEMORY;
    find_lives(s, lives);
    const size_t first = place_all(s, lives, part->places, false);
    size_t most = place_all(s, lives, part->places, true);
    if (first < most) most = place_all(s, lives, part->places, false);
    if (most > *buffer) *buffer = most;
    emb__free(lives);
    return EMB_OK;
}

emb_status emb__c_places(emb__c_part *parts, int count, size_t *buffer) {
    bool chains = true;
    *buffer = 0;
    for (int p = 0; p < count; p++) {
        const size_t tensors = (size_t)parts[p].stages->count + 1;
        parts[p].places = emb__calloc(tensors, sizeof *parts[p].places);
        if (!parts[p].places) return EMB_ERR_MEMORY;
        chains = chains && is_chain(parts[p].stages);
    }
    if (chains) *buffer = place_chains(parts, count);
    emb_status status = EMB_OK;
    for (int p = 0; p < count && !chains && status == EMB_OK; p++) {
        status = place_graph(&parts[p], buffer);
    }
    return status;
}
