/* See workspace.h. */
#include "device/cpu/workspace.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"

/* Where a layer may need the whole batch, gradients are a thread's, but for those that last. */
static bool has_segments(const emb_net *net) { return net->stats_count > 0; }

static size_t gradient_vectors(const emb_net *net) {
    return (size_t)net->gradient_count * net->grad_vectors;
}

static size_t block_vectors(const emb_net *net) {
    const size_t lasting = (size_t)net->lasting_count * net->lasting_vectors;
    return net->activation_vectors + (has_segments(net) ? lasting : gradient_vectors(net));
}

static size_t member_vectors(const emb_net *net) {
    return has_segments(net) ? gradient_vectors(net) : 0;
}

static void place_gradients(const emb_net *net, emb__workspace *w, float *from) {
    w->grad[0] = from;
    w->grad[1] = from + net->grad_vectors * EMB__LANES;
}

static emb_status open_block(const emb_net *net, emb__workspace *w) {
    w->arena = emb__calloc(block_vectors(net), EMB__LANES * sizeof *w->arena);
    if (!w->arena) return EMB_ERR_MEMORY;
    if (!has_segments(net)) {
        place_gradients(net, w, w->arena + net->activation_vectors * EMB__LANES);
    }
    return EMB_OK;
}

/* A thread's own gradients; more than before if layers were frozen since. */
static emb_status open_gradients(const emb_net *net, emb__workspace *w) {
    if (!has_segments(net) || w->gradient_count >= net->gradient_count) return EMB_OK;
    float *gradients = emb__calloc(member_vectors(net), EMB__LANES * sizeof *gradients);
    if (!gradients) return EMB_ERR_MEMORY;
    if (w->gradient_count > 0) emb__free(w->grad[0]);
    w->gradient_count = net->gradient_count;
    place_gradients(net, w, gradients);
    return EMB_OK;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The best of some short measurements, in operations a second. */
static double peak(const emb__kernels *k) {
    enum { TRIES = 8, ROUNDS = 16 };
    double best = 0;
    for (int i = 0; i < TRIES; i++) {
        float kept[EMB__LANES] = {0.5f, 0.5f};
        const double start = now(), operations = k->peak(ROUNDS, kept);
        const double rate = operations / (now() - start);
        if (rate > best) best = rate;
    }
    return best;
}

/* Some processors with vectors of 16 compute two vectors of 8 in the time of one of 16, others only
 * one. */
static bool halves_are_fast(const emb__kernels *k) {
    const double enough = 0.75;
    return k->half && peak(k->half) > enough * peak(k);
}

static void free_cpu(void *device) {
    emb__cpu *cpu = device;
    if (!cpu) return;
    for (int i = 0; i < cpu->workspace_count; i++) {
        emb__free(cpu->workspaces[i].arena);
        emb__free(cpu->workspaces[i].scratch);
        emb__free(cpu->workspaces[i].uses);
        if (cpu->workspaces[i].gradient_count > 0) emb__free(cpu->workspaces[i].grad[0]);
    }
    emb__free(cpu->workspaces);
    emb__free(cpu->stats);
    emb__free(cpu->sums);
    emb__free(cpu->rows);
    emb__free(cpu->ziggurat);
    emb__fold_clear(&cpu->folded);
    emb__free(cpu->single);
    emb__free(cpu->packed);
    emb__free(cpu);
}

emb__cpu *emb__cpu_of(emb_net *net) {
    if (net->device) return net->device;
    emb__cpu *cpu = emb__calloc(1, sizeof *cpu);
    if (!cpu) return NULL;
    net->device = cpu;
    net->device_free = free_cpu;
    return cpu;
}

static size_t scratch_of(const emb_net *net, size_t vectors) {
    return vectors > net->scratch_vectors ? vectors : net->scratch_vectors;
}

emb_status emb__net_need_scratch(emb_net *net, size_t vectors) {
    emb__cpu *cpu = emb__cpu_of(net);
    if (!cpu) return EMB_ERR_MEMORY;
    if (vectors <= scratch_of(net, cpu->scratch_vectors)) return EMB_OK;
    for (int i = 0; i < cpu->workspace_count; i++) {
        if (!cpu->workspaces[i].scratch) continue;
        float *scratch = emb__calloc(vectors + 1, EMB__LANES * sizeof *scratch);
        if (!scratch) return EMB_ERR_MEMORY;
        emb__free(cpu->workspaces[i].scratch);
        cpu->workspaces[i].scratch = scratch;
    }
    cpu->scratch_vectors = vectors;
    return EMB_OK;
}

/* Makes room for `count` workspaces; the new ones have neither a block nor scratch. */
static emb_status add_workspaces(const emb_net *net, emb__cpu *cpu, int count) {
    if (count <= cpu->workspace_count) return EMB_OK;
    emb__workspace *more = emb__realloc(cpu->workspaces, (size_t)count * sizeof *cpu->workspaces);
    if (!more) return EMB_ERR_MEMORY;
    cpu->workspaces = more;
    while (cpu->workspace_count < count) {
        cpu->workspaces[cpu->workspace_count++] =
            (emb__workspace){.k = net->kernels, .me = &emb__alone, .epochs = INFINITY};
    }
    return EMB_OK;
}

static emb_status open_ziggurat(const emb_net *net, emb__cpu *cpu) {
    if (cpu->ziggurat || net->bottleneck < 0) return EMB_OK;
    cpu->ziggurat = emb__alloc(sizeof *cpu->ziggurat);
    if (!cpu->ziggurat) return EMB_ERR_MEMORY;
    emb__ziggurat_make(cpu->ziggurat);
    return EMB_OK;
}

/* The first `members` have scratch, the first `blocks` a block. */
static emb_status open_workspaces(const emb_net *net, emb__cpu *cpu, int blocks, int members) {
    emb_status status = add_workspaces(net, cpu, blocks > members ? blocks : members);
    if (status == EMB_OK) status = open_ziggurat(net, cpu);
    for (int i = 0; i < members && status == EMB_OK; i++) {
        status = open_gradients(net, &cpu->workspaces[i]);
        if (cpu->workspaces[i].scratch || status != EMB_OK) continue;
        float *scratch =
            emb__calloc(scratch_of(net, cpu->scratch_vectors) + 1, EMB__LANES * sizeof *scratch);
        cpu->workspaces[i].scratch = scratch;
        if (!scratch) status = EMB_ERR_MEMORY;
    }
    for (int i = 0; i < blocks && status == EMB_OK; i++) {
        if (!cpu->workspaces[i].arena) status = open_block(net, &cpu->workspaces[i]);
    }
    const size_t entries = (size_t)emb__net_entries(net);
    for (int i = 0; i < members && entries > 0 && status == EMB_OK; i++) {
        uint64_t **uses = &cpu->workspaces[i].uses;
        if (!*uses) *uses = emb__calloc(entries, sizeof **uses);
        if (!*uses) status = EMB_ERR_MEMORY;
    }
    return status;
}

emb_status emb__net_workspaces(emb_net *net, int blocks, int members) {
    emb__cpu *cpu = emb__cpu_of(net);
    if (!cpu) return EMB_ERR_MEMORY;
    if (members < blocks) members = blocks;
    if (members == 2 && !cpu->asked_halves) cpu->halves = halves_are_fast(net->kernels);
    if (members == 2) cpu->asked_halves = true;
    if (members == 2 && cpu->halves) blocks = 2;
    return open_workspaces(net, cpu, blocks, members);
}

emb_status emb__net_batch_workspaces(emb_net *net, size_t blocks, int members) {
    emb_status status = emb__net_workspaces(net, emb__threads_for(members, blocks), members);
    emb__cpu *cpu = net->device;
    if (status != EMB_OK || net->batch_sums == 0) return status;
    if (blocks > cpu->sum_blocks) {
        emb__free(cpu->stats);
        emb__free(cpu->sums);
        emb__free(cpu->rows);
        cpu->rows = emb__calloc(EMB__LANES * blocks * net->row_count, sizeof *cpu->rows);
        cpu->stats = emb__calloc(net->stats_count, sizeof *cpu->stats);
        cpu->sums = emb__calloc(2 * blocks * net->batch_sums, sizeof *cpu->sums);
        cpu->sum_blocks = cpu->stats && cpu->sums && cpu->rows ? blocks : 0;
        if (cpu->sum_blocks == 0) return EMB_ERR_MEMORY;
    }
    return open_workspaces(net, cpu, (int)blocks, members);
}

void emb__net_uses_clear(const emb_net *net) {
    const emb__cpu *cpu = net->device;
    const size_t entries = (size_t)emb__net_entries(net);
    for (int i = 0; cpu && i < cpu->workspace_count; i++) {
        uint64_t *uses = cpu->workspaces[i].uses;
        if (uses) memset(uses, 0, entries * sizeof *uses);
    }
}

void emb__net_uses(const emb_net *net, uint64_t *uses) {
    const emb__cpu *cpu = net->device;
    const int entries = emb__net_entries(net);
    for (int k = 0; k < entries; k++) uses[k] = 0;
    for (int i = 0; i < cpu->workspace_count; i++) {
        for (int k = 0; k < entries && cpu->workspaces[i].uses; k++) {
            uses[k] += cpu->workspaces[i].uses[k];
        }
    }
}

const emb__workspace *emb__net_workspace(const emb_net *net, int number) {
    const emb__cpu *cpu = net->device;
    return &cpu->workspaces[number];
}

emb__workspace emb__net_together(const emb_net *net, const emb__member *me) {
    emb__workspace w = *emb__net_workspace(net, 0);
    w.scratch = emb__net_workspace(net, me->number)->scratch;
    w.me = me;
    return w;
}

bool emb__net_halves(const emb_net *net, const emb__member *me) {
    /* A second half goes on with the first's sums, which must then be those of one layer. */
    if (net->shares) return false;
    const emb__cpu *cpu = net->device;
    return cpu->halves && me->count == 2;
}

emb__workspace emb__net_half(const emb_net *net, const emb__member *me) {
    emb__workspace w = *emb__net_workspace(net, me->number);
    w.k = net->kernels->half;
    w.pair = me;
    return w;
}

size_t emb__net_workspaces_size(const emb_net *net, size_t blocks, size_t members, size_t vectors) {
    if (members < blocks) members = blocks;
    if (members == 2) blocks = 2; /* for halves, even if they are not fast here */
    const size_t uses = members * (size_t)emb__net_entries(net) * sizeof(uint64_t);
    const size_t own = uses + (net->bottleneck < 0 ? 0 : sizeof(emb__ziggurat));
    return own +
           (blocks * block_vectors(net) +
            members * (scratch_of(net, vectors) + 1 + member_vectors(net))) *
               EMB__LANES * sizeof(float) +
           emb__fold_size(net); /* for inference, such as a validation */
}

size_t emb__net_batch_workspaces_size(const emb_net *net, size_t blocks, size_t members,
                                      size_t vectors) {
    const size_t had = members == 2 ? 2 : blocks < members ? blocks : members;
    const size_t more = blocks > had ? blocks - had : 0;
    const size_t size =
        emb__net_workspaces_size(net, blocks < members ? blocks : members, members, vectors);
    if (net->batch_sums == 0) return size;
    return size + more * block_vectors(net) * EMB__LANES * sizeof(float) +
           net->stats_count * sizeof(float) + 2 * blocks * net->batch_sums * sizeof(double) +
           EMB__LANES * blocks * net->row_count * sizeof(float);
}
