/* Compiling a network and running blocks through it. See net.h. */
#include "engine/net.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "engine/single.h"

/* What one network may ask for. */
enum { MAX_PARAMETERS = 1 << 28 };                   /* 1 GiB of weights */
static const size_t max_workspace = (size_t)1 << 30; /* vectors of 16 floats */

/* ---- compiling ---- */

static emb_status fail_at(const emb_net *net, const emb__layer *layer) {
    const emb__layer_spec *s = layer->spec;
    return emb__fail_prefix(emb__last_status(), "%s:%d: %s.%d %s ", net->spec.name, s->line,
                            net->spec.parts[s->part], s->index, s->kind->name);
}

/* Gives the layer's parameters their places. */
static emb_status place_params(emb_net *net, emb__layer *layer) {
    for (int i = 0; i < layer->param_count; i++) {
        emb__param *param = &layer->params[i];
        param->at = net->param_count;
        if (param->count > MAX_PARAMETERS || net->param_count + param->count > MAX_PARAMETERS) {
            return emb__fail(EMB_ERR_SHAPE, "expects at most %d parameters in all, gets more",
                             MAX_PARAMETERS);
        }
        net->param_count += param->count;
        net->tensor_count++;
    }
    return EMB_OK;
}

/* Gives the layer's output a place in the workspace: its input's own where the kind works in place
 * and nobody reads what was there. */
static void place_activations(emb_net *net, int i, bool *in_is_free) {
    emb__layer *layer = &net->layers[i];
    layer->in_at = i == 0 ? 0 : net->layers[i - 1].out_at;
    const bool same = layer->kind->alias || (layer->kind->in_place && *in_is_free);
    if (same) {
        layer->out_at = layer->in_at;
        if (!layer->kind->alias) *in_is_free = !layer->kind->keeps_output;
        return;
    }
    layer->out_at = net->activation_vectors;
    net->activation_vectors += emb__shape_count(&layer->out);
    *in_is_free = !layer->kind->keeps_output;
}

static emb_status compile_layer(emb_net *net, int i) {
    emb__layer *layer = &net->layers[i];
    layer->spec = &net->spec.layers[i];
    layer->kind = layer->spec->kind;
    layer->in = i == 0 ? net->input : net->layers[i - 1].out;
    emb_status status = layer->kind->compile(layer);
    if (status == EMB_OK) status = place_params(net, layer);
    if (status != EMB_OK) return fail_at(net, layer);
    const size_t count = emb__shape_count(&layer->out);
    if (count > EMB__MAX_ELEMENTS) {
        emb__fail(EMB_ERR_SHAPE, "expects at most %d numbers an image, gets %zu", EMB__MAX_ELEMENTS,
                  count);
        return fail_at(net, layer);
    }
    return EMB_OK;
}

static emb_status compile_layers(emb_net *net) {
    net->layers = emb__calloc((size_t)net->spec.layer_count, sizeof *net->layers);
    if (!net->layers) return EMB_ERR_MEMORY;
    /* The network's input is the loss's target as well: it is never free. */
    bool in_is_free = false;
    net->activation_vectors = net->grad_vectors = emb__shape_count(&net->input);
    for (int i = 0; i < net->spec.layer_count; i++) {
        emb_status status = compile_layer(net, i);
        net->layer_count = i + 1;
        if (status != EMB_OK) return status;
        place_activations(net, i, &in_is_free);
        emb__layer *layer = &net->layers[i];
        const size_t count = emb__shape_count(&layer->out);
        if (count > net->grad_vectors) net->grad_vectors = count;
        const size_t scratch = layer->kind->scratch ? layer->kind->scratch(layer) : 0;
        if (scratch > net->scratch_vectors) net->scratch_vectors = scratch;
        if (net->activation_vectors > max_workspace) {
            return emb__fail(EMB_ERR_SHAPE, "%s: the activations of 16 images exceed 64 GiB",
                             net->spec.name);
        }
    }
    return EMB_OK;
}

static emb_status name_tensors(emb_net *net) {
    net->tensors = emb__calloc((size_t)net->tensor_count, sizeof *net->tensors);
    if (!net->tensors) return EMB_ERR_MEMORY;
    emb__tensor *tensor = net->tensors;
    for (int i = 0; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        for (int p = 0; p < layer->param_count; p++, tensor++) {
            snprintf(tensor->name, sizeof tensor->name, "%s.%d.%s",
                     net->spec.parts[layer->spec->part], layer->spec->index, layer->params[p].role);
            tensor->param = &layer->params[p];
        }
    }
    return EMB_OK;
}

/* An autoencoder: encoder, then decoder, which gives back the input's shape. */
static emb_status check_parts(emb_net *net) {
    const emb__spec *spec = &net->spec;
    if (spec->part_count != 2 || strcmp(spec->parts[0], "encoder") != 0 ||
        strcmp(spec->parts[1], "decoder") != 0) {
        return emb__fail(EMB_ERR_SHAPE, "%s: expected an encoder and then a decoder", spec->name);
    }
    while (net->encoder_end < net->layer_count && net->layers[net->encoder_end].spec->part == 0) {
        net->encoder_end++;
    }
    const emb__shape *out = &net->layers[net->layer_count - 1].out;
    if (out->rank != net->input.rank || memcmp(out->d, net->input.d, sizeof out->d) != 0) {
        char made[EMB__SHAPE_TEXT], wanted[EMB__SHAPE_TEXT];
        return emb__fail(EMB_ERR_SHAPE, "%s: the decoder gives %s, expected the input's %s",
                         spec->name, emb__shape_print(out, made),
                         emb__shape_print(&net->input, wanted));
    }
    return EMB_OK;
}

static emb_status compile(emb_net *net) {
    const emb__spec *spec = &net->spec;
    net->kernels = emb__kernels_choose();
    if (!net->kernels) return emb__last_status();
    net->input.rank = spec->input_rank;
    memcpy(net->input.d, spec->input, sizeof net->input.d);
    if (emb__shape_count(&net->input) > EMB__MAX_ELEMENTS) {
        return emb__fail(EMB_ERR_SHAPE,
                         "%s:%d: input expects at most %d numbers an image, gets %zu", spec->name,
                         spec->input_line, EMB__MAX_ELEMENTS, emb__shape_count(&net->input));
    }
    emb_status status = compile_layers(net);
    if (status == EMB_OK) status = check_parts(net);
    if (status == EMB_OK) status = name_tensors(net);
    if (status != EMB_OK) return status;
    net->param_stride = (net->param_count + EMB__LANES - 1) / EMB__LANES * EMB__LANES;
    net->params = emb__calloc(net->param_stride, sizeof *net->params);
    return net->params ? EMB_OK : EMB_ERR_MEMORY;
}

emb_net *emb__net_new(emb__spec *spec) {
    emb_net *net = emb__calloc(1, sizeof *net);
    if (!net) {
        emb__spec_clear(spec);
        return NULL;
    }
    net->spec = *spec;
    memset(spec, 0, sizeof *spec);
    if (compile(net) != EMB_OK) {
        emb_net_free(net);
        return NULL;
    }
    return net;
}

void emb_net_free(emb_net *net) {
    if (!net) return;
    for (int i = 0; i < net->layer_count; i++) {
        emb__gather_clear(&net->layers[i].conv.forward);
        emb__gather_clear(&net->layers[i].conv.backward);
        emb__correlate_clear(&net->layers[i].conv.weight);
        if (net->layer_texts) emb__free(net->layer_texts[i]);
    }
    emb__free(net->layer_texts);
    for (int i = 0; i < net->workspace_count; i++) {
        emb__free(net->workspaces[i].arena);
        emb__free(net->workspaces[i].scratch);
    }
    for (size_t i = 0; i < 2 * net->metadata_count; i++) emb__free(net->metadata[i]);
    emb__free(net->metadata);
    emb__free(net->notation);
    emb__free(net->workspaces);
    emb__single_clear(net);
    emb__free(net->tensors);
    emb__free(net->params);
    emb__free(net->layers);
    emb__spec_clear(&net->spec);
    emb__free(net);
}

const emb__tensor *emb__net_tensor_find(const emb_net *net, const char *name) {
    for (int i = 0; i < net->tensor_count; i++) {
        if (strcmp(net->tensors[i].name, name) == 0) return &net->tensors[i];
    }
    return NULL;
}

/* ---- initial weights ---- */

/* torch.nn's default: kaiming_uniform_(a = sqrt(5)) for a weight, which comes to +-1/sqrt(fan_in),
 * reached in PyTorch's own steps so that the bound rounds as it does there; the bias likewise. */
void emb__net_draw(emb_net *net, emb__random *random) {
    net->version++;
    for (int i = 0; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        const double root = sqrt((double)layer->fan_in);
        const double gain = sqrt(2.0 / (1.0 + 5.0));
        const double weight = sqrt(3.0) * (gain / root), bias = 1.0 / root;
        for (int p = 0; p < layer->param_count; p++) {
            float *values = net->params + layer->params[p].at;
            const float bound = (float)(p == 0 ? weight : bias);
            for (size_t j = 0; j < layer->params[p].count; j++) {
                values[j] = emb__random_uniform(random, -bound, bound);
            }
        }
    }
}

emb_status emb_net_init(emb_net *net, uint64_t seed) {
    emb__random *random = emb__alloc(sizeof *random);
    if (!random) return EMB_ERR_MEMORY;
    emb__random_seed(random, seed);
    emb__net_draw(net, random);
    emb__free(random);
    return EMB_OK;
}

/* ---- running ---- */

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

size_t emb_net_memory(const emb_net *net, int batch_size, int threads) {
    const size_t blocks = ((size_t)batch_size + EMB__LANES - 1) / EMB__LANES;
    const size_t members = (size_t)emb__threads_for(threads, SIZE_MAX);
    const size_t spaces = members < blocks ? members : blocks;
    const size_t buffers = 4 + emb__net_gradient_sets(net, (size_t)batch_size);
    return ((spaces * block_vectors(net) + members * net->scratch_vectors) * EMB__LANES +
            buffers * net->param_stride) *
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

static void forward(const emb_net *net, const emb__workspace *w, int i) {
    const emb__layer *layer = &net->layers[i];
    const emb__pass pass = {.k = w->k,
                            .me = w->me,
                            .params = net->params,
                            .in = emb__net_input(net, w, i),
                            .out = emb__net_output(net, w, i),
                            .scratch = w->scratch};
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
    const emb__pass pass = {.k = w->k,
                            .me = w->me,
                            .params = net->params,
                            .in = emb__net_input(net, w, i),
                            .out = emb__net_output(net, w, i),
                            .grad_out = w->grad[b->current],
                            .grad_in = b->to_input ? w->grad[1 - b->current] : NULL,
                            .grads = b->grads,
                            .add = b->add,
                            .second = b->second,
                            .scratch = w->scratch};
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
    const emb__pass pass = {.k = w->k,
                            .me = &emb__alone,
                            .params = net->params,
                            .in = emb__net_input(net, w, i),
                            .out = emb__net_output(net, w, i),
                            .grad_out = w->grad[0],
                            .grad_in = work == EMB__INPUT_GRADIENT ? w->grad[1] : NULL,
                            .grads = work == EMB__WEIGHT_GRADIENT ? grads : NULL,
                            .scratch = w->scratch};
    if (work == EMB__FORWARD) {
        layer->kind->forward(layer, &pass);
    } else if (work == EMB__INPUT_GRADIENT || layer->param_count > 0) {
        layer->kind->backward(layer, &pass);
    }
}
