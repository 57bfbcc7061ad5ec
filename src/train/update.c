/* See update.h. */
#include "train/update.h"

#include <math.h>
#include <string.h>

enum { CHUNK = EMB__UPDATE_CHUNK };

/* What is done to numbers [from, to) of the weights or gradients; `sets` as in emb__run_update. */
typedef struct update {
    const emb_run *run;
    float factor; /* of the gradients, by which their norm is clipped; 1: none */
    void (*each)(const struct update *u, size_t sets, size_t from, size_t to);
} update;

static void add_up(const update *u, size_t sets, size_t from, size_t to) {
    const emb_net *net = u->run->net;
    if (sets < 2) return;
    net->kernels->add_sets(u->run->update.grads, sets, net->param_stride, from, to);
}

/* The first step's average is the weights themselves. */
static void average(const emb_run *run, size_t from, size_t to) {
    const emb_net *net = run->net;
    if (run->steps == 0) {
        memcpy(run->other + from, net->params + from, (to - from) * sizeof *run->other);
    } else {
        net->kernels->average(run->other, (float)(1 - run->options.ema), net->params, from, to);
    }
}

static void change(const update *u, size_t sets, size_t from, size_t to) {
    const emb_run *run = u->run;
    const emb__update *state = &run->update;
    const emb__kernels *k = run->net->kernels;
    const float most = (float)run->options.clip_value;
    add_up(u, sets, from, to);
    if (u->factor < 1) k->scale(state->grads, u->factor, from, to);
    if (most > 0) k->limit(state->grads, most, from, to);
    if (state->decay > 0) k->add_scaled(state->grads, state->decay, run->net->params, from, to);
    if (state->shrink != 0) k->scale(run->net->params, state->shrink, from, to);
    run->optimiser->apply(state, from, to);
    if (run->other) average(run, from, to);
}

static void each_chunk(const update *u, size_t sets, size_t from, size_t to) {
    for (size_t at = from; at < to; at += CHUNK) {
        u->each(u, sets, at, to - at < CHUNK ? to : at + CHUNK);
    }
}

/* Where the vectors end that tensor p of layer i has to itself or shares with what is not trained
 * after it: it begins in the vector of its first number, and the next trained one likewise. */
static size_t end_of(const emb_net *net, int i, int p) {
    const emb__param *param = &net->layers[i].params[p];
    const size_t end = (param->at + param->count + EMB__LANES - 1) / EMB__LANES * EMB__LANES;
    for (p++; i < net->layer_count; i++, p = 0) {
        const emb__layer *layer = &net->layers[i];
        for (; p < layer->param_count && !layer->frozen && !layer->repeats; p++) {
            if (layer->params[p].is_buffer) continue;
            const size_t next = layer->params[p].at / EMB__LANES * EMB__LANES;
            return next < end ? next : end;
        }
    }
    return end;
}

/* A member's part of each tensor. If the team shares a block, these are the rows whose gradients
 * the member has computed: so the gradients are in its cache, and the next step finds the weights
 * there. Parts are cut at whole vectors; each number is updated by itself. The second of two halves
 * has no gradients of weights at which the halves meet. */
static void each_part(const update *u, const emb__member *me, size_t sets, bool halves) {
    const emb_net *net = u->run->net;
    for (int i = 0; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        for (int p = 0; p < layer->param_count && !layer->frozen && !layer->repeats; p++) {
            const emb__param *param = &layer->params[p];
            if (param->is_buffer) continue;
            size_t from, to = emb__member_part(me, param->count, &from);
            from = (param->at + from) / EMB__LANES * EMB__LANES;
            to = me->number + 1 == me->count ? end_of(net, i, p)
                                             : (param->at + to) / EMB__LANES * EMB__LANES;
            /* The first vector may hold the end of the tensor before it. */
            const size_t own = halves && emb__layer_halves_meet(layer) ? from + EMB__LANES : to;
            each_chunk(u, sets, from, own < to ? own : to);
            each_chunk(u, 1, own, to);
        }
    }
}

/* The sum by halves, the first of which is the largest power of two below the count. */
static double tree(const double *sums, size_t count) {
    if (count == 1) return *sums;
    size_t half = 1;
    while (2 * half < count) half *= 2;
    return tree(sums, half) + tree(sums + half, count - half);
}

/* What brings the norm of all gradients together to clip_norm, as clip_grad_norm_ does. Chunks lie
 * where they lie whatever the threads. */
static float norm_factor(const emb_run *run, const emb__member *me) {
    const emb_net *net = run->net;
    const size_t chunks = emb__update_chunks(net);
    size_t from;
    const size_t to = emb__member_part(me, chunks, &from);
    emb__team_wait(me);
    for (size_t c = from; c < to; c++) {
        const size_t end = c + 1 < chunks ? (c + 1) * CHUNK : net->param_stride;
        run->squares[c] = net->kernels->squares(run->update.grads, c * CHUNK, end);
    }
    emb__team_wait(me);
    const float factor =
        (float)run->options.clip_norm / ((float)sqrt(tree(run->squares, chunks)) + 1e-6f);
    return factor < 1 ? factor : 1;
}

void emb__run_update(const emb_run *run, const emb__member *me, size_t sets, bool halves) {
    update u = {.run = run, .factor = 1, .each = change};
    if (run->options.clip_norm > 0) {
        u.each = add_up;
        each_part(&u, me, sets, halves);
        u.factor = norm_factor(run, me);
        u.each = change;
        sets = 1;
    }
    each_part(&u, me, sets, halves);
}
