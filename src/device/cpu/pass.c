/* Running blocks through a network's layers: the memory for it, who does which part, forward and
 * back. See net.h. */
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "net/net.h"

static size_t block_vectors(const emb_net *net) {
    return net->activation_vectors + 2 * net->grad_vectors;
}

static emb_status open_block(const emb_net *net, emb__workspace *w) {
    w->arena = emb__calloc(block_vectors(net), EMB__LANES * sizeof *w->arena);
    if (!w->arena) return EMB_ERR_MEMORY;
    w->grad[0] = w->arena + net->activation_vectors * EMB__LANES;
    w->grad[1] = w->grad[0] + net->grad_vectors * EMB__LANES;
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

/* Some processors with vectors of 16 do two of 8 in the same time, others one. */
static bool halves_are_fast(const emb__kernels *k) {
    const double enough = 0.75;
    return k->half && peak(k->half) > enough * peak(k);
}

emb_status emb__net_workspaces(emb_net *net, int blocks, int members) {
    if (members < blocks) members = blocks;
    if (members == 2 && net->workspace_count < 2) net->halves = halves_are_fast(net->kernels);
    if (members == 2 && net->halves) blocks = 2;
    if (members > net->workspace_count) {
        emb__workspace *more =
            emb__realloc(net->workspaces, (size_t)members * sizeof *net->workspaces);
        if (!more) return EMB_ERR_MEMORY;
        net->workspaces = more;
    }
    while (net->workspace_count < members) {
        float *scratch = emb__calloc(net->scratch_vectors + 1, EMB__LANES * sizeof *scratch);
        if (!scratch) return EMB_ERR_MEMORY;
        net->workspaces[net->workspace_count++] =
            (emb__workspace){.scratch = scratch, .k = net->kernels, .me = &emb__alone};
    }
    for (int i = 0; i < blocks; i++) {
        if (net->workspaces[i].arena) continue;
        emb_status status = open_block(net, &net->workspaces[i]);
        if (status != EMB_OK) return status;
    }
    return EMB_OK;
}

void emb__net_workspaces_clear(emb_net *net) {
    for (int i = 0; i < net->workspace_count; i++) {
        emb__free(net->workspaces[i].arena);
        emb__free(net->workspaces[i].scratch);
    }
    emb__free(net->workspaces);
}

emb__workspace emb__net_together(const emb_net *net, const emb__member *me) {
    emb__workspace w = net->workspaces[0];
    w.scratch = net->workspaces[me->number].scratch;
    w.me = me;
    return w;
}

bool emb__net_halves(const emb_net *net, const emb__member *me) {
    return net->halves && me->count == 2;
}

emb__workspace emb__net_half(const emb_net *net, const emb__member *me) {
    emb__workspace w = net->workspaces[me->number];
    w.k = net->kernels->half;
    w.pair = me;
    return w;
}

size_t emb__net_workspaces_size(const emb_net *net, size_t blocks, size_t members) {
    if (members < blocks) members = blocks;
    if (members == 2) blocks = 2; /* for halves, whether or not they are fast here */
    return (blocks * block_vectors(net) + members * (net->scratch_vectors + 1)) * EMB__LANES *
           sizeof(float);
}

float *emb__net_input(const emb_net *net, const emb__workspace *w, int i) {
    return w->arena + net->layers[i].in_at * (size_t)w->k->lanes;
}

float *emb__net_output(const emb_net *net, const emb__workspace *w, int i) {
    return w->arena + net->layers[i].out_at * (size_t)w->k->lanes;
}

/* A layer that works in place on what `before` just made has the same share of it: then nobody
 * waits. */
static void wait_between(const emb__workspace *w, const emb__layer *before,
                         const emb__layer *layer) {
    const bool same_share = before && layer->kind->in_place && layer->in_at == layer->out_at &&
                            !before->kind->alias && !before->own_cut;
    if (!same_share) emb__team_wait(w->me);
}

/* Half h of a Linear layer that two share. */
static emb__workspace linear_half(const emb_net *net, const emb__workspace *w, int h) {
    emb__workspace half = *w;
    half.arena = net->workspaces[h].arena;
    half.grad[0] = net->workspaces[h].grad[0];
    half.grad[1] = net->workspaces[h].grad[1];
    half.me = w->pair;
    return half;
}

/* What every pass through layer i is handed. */
static emb__pass pass_of(const emb_net *net, const emb__workspace *w, int i) {
    return (emb__pass){.k = w->k,
                       .me = w->me,
                       .params = net->params,
                       .in = emb__net_input(net, w, i),
                       .out = emb__net_output(net, w, i),
                       .scratch = w->scratch};
}

static void forward(const emb_net *net, const emb__workspace *w, int i) {
    const emb__layer *layer = &net->layers[i];
    const emb__pass pass = pass_of(net, w, i);
    /* An in-place kind that could not have its input's place works on a copy. */
    if (layer->kind->in_place && pass.in != pass.out) {
        if (w->me->number == 0) {
            memcpy(pass.out, pass.in,
                   emb__shape_count(&layer->in) * (size_t)w->k->lanes * sizeof(float));
        }
        emb__team_wait(w->me);
    }
    layer->kind->forward(layer, &pass);
}

void emb__net_forward(const emb_net *net, const emb__workspace *w, int from, int to) {
    bool any = false, met = false; /* met: the pair shared the last layer that did anything */
    for (int i = from; i < to; i++) {
        const emb__layer *layer = &net->layers[i];
        if (layer->kind->alias) continue;
        const bool shared = w->pair && layer->conv.linear;
        if (shared || met) emb__team_wait(w->pair);
        if (any) wait_between(w, layer - 1, layer);
        for (int h = 0; shared && h < w->pair->count; h++) {
            const emb__workspace half = linear_half(net, w, h);
            forward(net, &half, i);
        }
        if (!shared) forward(net, w, i);
        met = shared;
        any = true;
    }
    if (met) emb__team_wait(w->pair);
}

/* What one layer's way back is given beside the workspace. */
typedef struct back {
    float *grads;
    bool add, second, to_input;
    int current; /* of the workspace's two gradients, the one by the output */
} back;

static void backward(const emb_net *net, const emb__workspace *w, int i, const back *b) {
    const emb__layer *layer = &net->layers[i];
    emb__pass pass = pass_of(net, w, i);
    pass.grad_out = w->grad[b->current];
    pass.grad_in = b->to_input ? w->grad[1 - b->current] : NULL;
    pass.grads = b->grads;
    pass.add = b->add;
    pass.second = b->second;
    layer->kind->backward(layer, &pass);
}

void emb__net_backward(const emb_net *net, const emb__workspace *w, float *grads, bool add) {
    back b = {.grads = grads, .add = add};
    bool met = false;
    /* The gradient by the input of the first trained layer is nobody's. */
    int first = 0;
    while (first < net->layer_count && net->layers[first].param_count == 0) first++;
    for (int i = net->layer_count - 1; i >= first; i--) {
        const emb__layer *layer = &net->layers[i];
        if (layer->kind->alias) continue;
        const bool shared = w->pair && layer->conv.linear;
        if (shared || met) emb__team_wait(w->pair);
        wait_between(w, i + 1 < net->layer_count ? layer + 1 : NULL, layer);
        b.to_input = i > first;
        for (int h = 0; shared && h < w->pair->count; h++) {
            const emb__workspace half = linear_half(net, w, h);
            back of_half = b;
            of_half.second = h > 0;
            of_half.grads = grads - (size_t)w->pair->number * net->param_stride;
            backward(net, &half, i, &of_half);
        }
        if (!shared) backward(net, w, i, &b);
        met = shared;
        if (!layer->kind->in_place) b.current = 1 - b.current;
    }
}

void emb__net_run_layer(const emb_net *net, const emb__workspace *w, int i, emb__work work,
                        float *grads) {
    const emb__layer *layer = &net->layers[i];
    if (layer->kind->alias) return;
    emb__pass pass = pass_of(net, w, i);
    pass.me = &emb__alone;
    pass.grad_out = w->grad[0];
    pass.grad_in = work == EMB__INPUT_GRADIENT ? w->grad[1] : NULL;
    pass.grads = work == EMB__WEIGHT_GRADIENT ? grads : NULL;
    if (work == EMB__FORWARD) {
        layer->kind->forward(layer, &pass);
    } else if (work == EMB__INPUT_GRADIENT || layer->param_count > 0) {
        layer->kind->backward(layer, &pass);
    }
}
