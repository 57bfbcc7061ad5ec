/* See pass.h. */
#include "device/cpu/pass.h"

float *emb__net_input(const emb_net *net, const emb__workspace *w, int i) {
    return w->arena + net->layers[i].in_at * (size_t)w->k->lanes;
}

float *emb__net_output(const emb_net *net, const emb__workspace *w, int i) {
    return w->arena + net->layers[i].out_at * (size_t)w->k->lanes;
}

/* A layer that works in place on the output of the layer before it has the same share of it: then
 * nobody waits. */
static void wait_between(const emb__workspace *w, const emb__layer *before,
                         const emb__layer *layer) {
    const bool same_share = before && layer->kind->in_place && layer->in_at == layer->out_at &&
                            !before->kind->alias && !before->own_cut;
    if (!same_share) emb__team_wait(w->me);
}

/* Half h of a block whose layer two members share. */
static emb__workspace shared_half(const emb_net *net, const emb__workspace *w, int h) {
    emb__workspace half = *w;
    const emb__workspace *own = emb__net_workspace(net, h);
    half.arena = own->arena;
    half.grad[0] = own->grad[0];
    half.grad[1] = own->grad[1];
    half.me = w->pair;
    return half;
}

/* The arguments of every pass through layer i. */
static emb__pass pass_of(const emb_net *net, const emb__workspace *w, int i) {
    return (emb__pass){.k = w->k,
                       .me = w->me,
                       .params = net->params,
                       .training = w->training,
                       .images = w->images,
                       .kept = w->arena + net->layers[i].kept_at * (size_t)w->k->lanes,
                       .in = emb__net_input(net, w, i),
                       .out = emb__net_output(net, w, i),
                       .scratch = w->scratch};
}

static void forward(const emb_net *net, const emb__workspace *w, int i) {
    const emb__layer *layer = &net->layers[i];
    const emb__pass pass = pass_of(net, w, i);
    layer->kind->forward(layer, &pass);
}

void emb__net_forward(const emb_net *net, const emb__workspace *w, int from, int to) {
    bool any = false, met = false; /* met: the pair shared the last layer that computed */
    for (int i = from; i < to; i++) {
        const emb__layer *layer = &net->layers[i];
        if (layer->kind->alias) continue;
        const bool shared = w->pair && layer->kind->halves_meet;
        if (shared || met) emb__team_wait(w->pair);
        if (any) wait_between(w, layer - 1, layer);
        for (int h = 0; shared && h < w->pair->count; h++) {
            const emb__workspace half = shared_half(net, w, h);
            forward(net, &half, i);
        }
        if (!shared) forward(net, w, i);
        met = shared;
        any = true;
    }
    if (met) emb__team_wait(w->pair);
}

/* The arguments of one layer's way back, besides the workspace. */
typedef struct back {
    float *grads;
    bool add, second, to_input;
    int current; /* which of the workspace's two gradients is the one by the output */
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
    /* Nobody needs the gradient by the input of the first trained layer. */
    int first = 0;
    while (first < net->layer_count && net->layers[first].param_count == 0) first++;
    for (int i = net->layer_count - 1; i >= first; i--) {
        const emb__layer *layer = &net->layers[i];
        if (layer->kind->alias) continue;
        const bool shared = w->pair && layer->kind->halves_meet;
        if (shared || met) emb__team_wait(w->pair);
        wait_between(w, i + 1 < net->layer_count ? layer + 1 : NULL, layer);
        b.to_input = i > first;
        for (int h = 0; shared && h < w->pair->count; h++) {
            const emb__workspace half = shared_half(net, w, h);
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
