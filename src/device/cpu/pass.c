/* See pass.h. */
#include "device/cpu/pass.h"

float *emb__net_input(const emb_net *net, const emb__workspace *w, int i) {
    return w->arena + net->layers[i].in_at * (size_t)w->k->lanes;
}

float *emb__net_output(const emb_net *net, const emb__workspace *w, int i) {
    return w->arena + net->layers[i].out_at * (size_t)w->k->lanes;
}

static float *gradient(const emb_net *net, const emb__workspace *w, int buffer) {
    if (buffer < 0) return NULL;
    if (buffer < EMB__LASTING) return w->grad[0] + (size_t)buffer * net->grad_vectors * EMB__LANES;
    const size_t before = (size_t)(buffer - EMB__LASTING) * net->lasting_vectors;
    return w->arena + (net->activation_vectors + before) * EMB__LANES;
}

float *emb__net_loss_gradient(const emb_net *net, const emb__workspace *w) {
    int last = net->layer_count - 1;
    while (last > 0 && net->layers[last].kind->alias) last = net->layers[last].inputs[0];
    return gradient(net, w, last < 0 ? 0 : net->layers[last].gradient.out);
}

/* A layer that works in place on the output of the layer that ran before has the same share of it:
 * then nobody waits. */
static void wait_between(const emb__workspace *w, const emb__layer *before, const emb__layer *layer,
                         bool reads) {
    const bool same_share = before && reads && layer->kind->in_place &&
                            layer->in_at == layer->out_at && !before->kind->alias &&
                            !before->left_to_next && !before->own_cut;
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

/* The shape of what layer i reads, and makes a gradient of, in a training step. */
static const emb__shape *input_shape(const emb_net *net, int i, int k) {
    const emb__layer *layer = &net->layers[i];
    return layer->enlarged ? &net->layers[layer->inputs[0]].in : &layer->ins[k];
}

/* The layer does the work of the one before it as well. */
static void enlarge(const emb_net *net, const emb__workspace *w, int i, emb__pass *pass) {
    if (!net->layers[i].enlarged) return;
    pass->enlarged = true;
    pass->in = pass->ins[0] = emb__net_input(net, w, net->layers[i].inputs[0]);
}

emb__pass emb__net_pass(const emb_net *net, const emb__workspace *w, int i) {
    const emb__layer *layer = &net->layers[i];
    emb__pass pass = {.k = w->k,
                      .me = w->me,
                      .params = net->params,
                      .training = w->training && !layer->frozen,
                      .images = w->images,
                      .stats = w->stats ? w->stats + layer->stats_at : NULL,
                      .rows = w->rows,
                      .labels = w->arena + net->labels_at * (size_t)w->k->lanes,
                      .row_images = w->of,
                      .mask = w->mask ? w->mask + layer->mask_at : NULL,
                      .mask_shift = w->mask_shift,
                      .noise = w->drawn && layer->noise_count > 0 && !layer->frozen
                                   ? w->arena + layer->noise_at * (size_t)w->k->lanes
                                   : NULL,
                      .kept = w->arena + layer->kept_at * (size_t)w->k->lanes,
                      .in = emb__net_input(net, w, i),
                      .out = emb__net_output(net, w, i),
                      .scratch = w->scratch,
                      .grad_out = gradient(net, w, layer->gradient.out)};
    if (w->training && i == net->bottleneck) {
        pass.term = (float)(emb__term_weight(layer, emb__shape_count(&net->input), w->epochs) /
                            (double)w->of);
    }
    for (int k = 0; k < layer->input_count; k++) {
        const int from = layer->inputs[k];
        pass.ins[k] = from < 0 ? w->arena : emb__net_output(net, w, from);
    }
    return pass;
}

static void forward(const emb_net *net, const emb__workspace *w, int i) {
    const emb__layer *layer = &net->layers[i];
    emb__pass pass = emb__net_pass(net, w, i);
    if (w->training) enlarge(net, w, i, &pass);
    layer->kind->forward(layer, &pass);
}

void emb__net_forward(const emb_net *net, const emb__workspace *w, int from, int to) {
    bool any = false, met = false; /* met: the pair shared the last layer that computed */
    for (int i = from; i < to; i++) {
        const emb__layer *layer = &net->layers[i];
        if (layer->kind->alias || (w->training && layer->left_to_next)) continue;
        const bool shared = w->pair && emb__layer_halves_meet(layer);
        if (shared || met) emb__team_wait(w->pair);
        if (any) wait_between(w, layer - 1, layer, layer->inputs[0] == i - 1);
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
    bool add, second;
} back;

static void backward(const emb_net *net, const emb__workspace *w, int i, const back *b) {
    const emb__layer *layer = &net->layers[i];
    emb__pass pass = emb__net_pass(net, w, i);
    enlarge(net, w, i, &pass);
    for (int k = 0; k < layer->input_count; k++) {
        pass.grad_ins[k] = gradient(net, w, layer->gradient.in[k]);
    }
    pass.grad_in = pass.grad_ins[0];
    pass.grads = layer->frozen ? NULL : b->grads;
    pass.add = b->add || layer->adds;
    pass.second = b->second;
    layer->kind->backward(layer, &pass);
}

/* Adds the gradient by an input to what other readers of that input have made of it. */
static void sum_gradients(const emb_net *net, const emb__workspace *w, int i) {
    const emb__layer *layer = &net->layers[i];
    bool waited = false;
    for (int k = 0; k < layer->input_count; k++) {
        if (layer->gradient.sum_to[k] < 0) continue;
        const size_t lanes = (size_t)w->k->lanes;
        const float *more = gradient(net, w, layer->gradient.in[k]);
        float *sum = gradient(net, w, layer->gradient.sum_to[k]);
        size_t from;
        const size_t to = emb__member_part(w->me, emb__shape_count(input_shape(net, i, k)), &from);
        if (!waited) emb__team_wait(w->me);
        waited = true;
        w->k->sum(sum + from * lanes, more + from * lanes, sum + from * lanes, to - from);
    }
    if (waited) emb__team_wait(w->me);
}

void emb__net_backward(const emb_net *net, const emb__workspace *w, float *grads, bool add) {
    emb__net_backward_part(net, w, 0, net->layer_count, grads, add);
}

void emb__net_backward_part(const emb_net *net, const emb__workspace *w, int from, int to,
                            float *grads, bool add) {
    const back b = {.grads = grads, .add = add};
    bool met = false;
    for (int i = to - 1; i >= from; i--) {
        const emb__layer *layer = &net->layers[i];
        if (layer->kind->alias || layer->left_to_next || !layer->gradient.runs) continue;
        const bool shared = w->pair && emb__layer_halves_meet(layer);
        const bool last = i + 1 == to;
        if (shared || met) emb__team_wait(w->pair);
        wait_between(w, last ? NULL : layer + 1, layer, !last && layer[1].inputs[0] == i);
        for (int h = 0; shared && h < w->pair->count; h++) {
            const emb__workspace half = shared_half(net, w, h);
            back of_half = b;
            of_half.second = h > 0;
            of_half.grads = grads - (size_t)w->pair->number * net->param_stride;
            backward(net, &half, i, &of_half);
        }
        if (!shared) backward(net, w, i, &b);
        met = shared;
        if (layer->gradient.sums && shared) emb__team_wait(w->pair);
        if (layer->gradient.sums) sum_gradients(net, w, i);
    }
    if (met && from > 0) emb__team_wait(w->pair); /* the last one's gradient is read next */
}

void emb__net_run_layer(const emb_net *net, const emb__workspace *w, int i, emb__work work,
                        float *grads) {
    const emb__layer *layer = &net->layers[i];
    if (layer->kind->alias || layer->left_to_next) return;
    emb__pass pass = emb__net_pass(net, w, i);
    enlarge(net, w, i, &pass);
    pass.me = &emb__alone;
    pass.grad_out = w->grad[0];
    pass.grad_in = work == EMB__INPUT_GRADIENT ? w->grad[1] : NULL;
    for (int k = 0; k < layer->input_count; k++) pass.grad_ins[k] = pass.grad_in;
    pass.grads = work == EMB__WEIGHT_GRADIENT ? grads : NULL;
    if (work == EMB__FORWARD) {
        layer->kind->forward(layer, &pass);
    } else if (work == EMB__INPUT_GRADIENT || layer->param_count > 0) {
        layer->kind->backward(layer, &pass);
    }
}
