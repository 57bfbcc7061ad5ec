/* See fold.h. */
#include "net/fold.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "net/layers/kinds.h"

bool emb__fold_any(const emb_net *net) {
    for (int i = 0; i < net->layer_count; i++) {
        if (net->layers[i].kind->affine) return true;
    }
    return false;
}

static bool multiplies(const emb__layer *layer) { return layer->conv.forward.groups > 0; }

static int readers_of(const emb_net *net, int made) {
    int readers = 0;
    for (int i = 0; i < net->layer_count; i++) {
        for (int k = 0; k < net->layers[i].input_count; k++) {
            readers += net->layers[i].inputs[k] == made;
        }
    }
    return readers;
}

/* The layer that takes over layer i's scale and shift; -1: none can. */
static int taker_of(const emb_net *net, int i) {
    const int before = net->layers[i].inputs[0];
    if (before < 0 || !multiplies(&net->layers[before])) return -1;
    const bool apart = before < net->encoder_end && i >= net->encoder_end;
    return apart || readers_of(net, before) != 1 ? -1 : before;
}

/* The channel of the output that weight `w` is for. */
static size_t out_of(const emb__layer *layer, size_t w) {
    const emb__param *weight = &layer->params[0];
    const size_t row = weight->count / (size_t)weight->d[0];
    if (!layer->conv.transposed) return w / row;
    const size_t outs = (size_t)weight->d[1], ins = (size_t)layer->conv.forward.in_channels;
    return w / row / ins * outs + w % row / (row / outs);
}

/* What is being made: the folded network, and the numbers of it that are taken. */
typedef struct maker {
    emb__folded *folded;
    const float *params; /* of the network itself */
    size_t used;
} maker;

/* Gives the tensor a place behind all others. */
static float *place(maker *m, emb__param *param, const char *role, int count) {
    *param = (emb__param){.role = role, .rank = 1, .d = {count}, .at = m->used};
    param->count = (size_t)count;
    m->used += param->count;
    return m->folded->net.params + param->at;
}

/* Layer `to` takes over the scale and shift of layer i; false if a number would be infinite. */
static bool fold_into(maker *m, int to, int i, const double *scale, const double *shift) {
    emb__layer *taker = &m->folded->net.layers[to], *folded = &m->folded->net.layers[i];
    const emb__param own = taker->params[1];
    const float *weights = m->params + taker->params[0].at;
    float *made = m->folded->net.params + taker->params[0].at;
    bool finite = true;
    for (size_t w = 0; w < taker->params[0].count; w++) {
        made[w] = (float)((double)weights[w] * scale[out_of(taker, w)]);
        finite = finite && isfinite(made[w]);
    }
    float *bias = place(m, &taker->params[1], "bias", taker->out.d[0]);
    for (int c = 0; c < taker->out.d[0]; c++) {
        const double before = taker->conv.bias ? (double)m->params[own.at + (size_t)c] : 0;
        bias[c] = (float)(before * scale[c] + shift[c]);
        finite = finite && isfinite(bias[c]);
    }
    if (!finite) {
        memcpy(made, weights, taker->params[0].count * sizeof *made);
        taker->params[1] = own;
        return false;
    }
    taker->conv.bias = true;
    taker->param_count = 2;
    taker->out_at = folded->in_at = folded->out_at;
    folded->kind = &emb__identity;
    folded->param_count = 0;
    folded->packed_count = 0;
    return true;
}

/* Layer i becomes a convolution of one pixel, channel by channel. */
static emb_status replace_by_conv(maker *m, int i, const double *scale, const double *shift) {
    emb__layer *layer = &m->folded->net.layers[i];
    emb__layer_spec *spec = &m->folded->specs[i];
    const int channels = layer->in.d[0];
    *spec = *layer->spec;
    spec->kind = &emb__conv2d;
    for (int a = 0; spec->kind->args[a].name; a++) {
        const char *name = spec->kind->args[a].name;
        const bool each = strstr(name, "channels") || strcmp(name, "groups") == 0;
        spec->args[a] = emb__arg_default(&spec->kind->args[a]);
        if (each) spec->args[a].v[0] = channels;
        if (strcmp(name, "kernel_size") == 0) spec->args[a] = (emb__arg){.n = 2, .v = {1, 1}};
    }
    emb__layer made = {.kind = spec->kind, .spec = spec, .input_count = 1, .in = layer->in};
    made.inputs[0] = layer->inputs[0];
    const int each = (int)emb__shape_count(&layer->in) / channels;
    if (made.in.rank != 3) made.in = (emb__shape){3, {channels, each, 1}};
    made.ins[0] = made.in;
    const emb_status status = made.kind->compile(&made);
    if (status != EMB_OK) return status;
    const emb__param shape = made.params[0];
    float *weight = place(m, &made.params[0], "weight", channels);
    float *bias = place(m, &made.params[1], "bias", channels);
    made.params[0].rank = shape.rank;
    memcpy(made.params[0].d, shape.d, sizeof shape.d);
    for (int c = 0; c < channels; c++) {
        weight[c] = (float)scale[c];
        bias[c] = (float)shift[c];
    }
    *layer = made;
    return EMB_OK;
}

static emb_status fold_layer(maker *m, const emb_net *net, int i, bool replace) {
    const emb__layer *layer = &net->layers[i];
    const size_t channels = (size_t)layer->in.d[0];
    double *scale = emb__calloc(2 * channels, sizeof *scale);
    if (!scale) return EMB_ERR_MEMORY;
    double *shift = scale + channels;
    const int to = taker_of(net, i);
    const bool safe = layer->kind->affine(layer, net->params, scale, shift);
    emb_status status = EMB_OK;
    if (safe && to >= 0 && fold_into(m, to, i, scale, shift)) {
        m->folded->count++;
    } else if (replace) {
        status = replace_by_conv(m, i, scale, shift);
        m->folded->count++;
    }
    emb__free(scale);
    return status;
}

/* Numbers of the folded network's own biases and convolutions. */
static size_t more_numbers(const emb_net *net) {
    size_t more = 0;
    for (int i = 0; i < net->layer_count; i++) {
        if (net->layers[i].kind->affine) more += 3 * (size_t)net->layers[i].in.d[0];
    }
    return more;
}

emb_status emb__fold(const emb_net *net, bool replace, emb__folded *folded) {
    const size_t layers = (size_t)net->layer_count;
    *folded = (emb__folded){.count = 0};
    if (!emb__fold_any(net)) return EMB_OK;
    folded->net = *net;
    folded->net.layers = emb__calloc(layers, sizeof *net->layers);
    folded->net.params = emb__calloc(net->number_count + more_numbers(net), sizeof *net->params);
    folded->specs = replace ? emb__calloc(layers, sizeof *folded->specs) : NULL;
    emb_status status = folded->net.layers && folded->net.params && (folded->specs || !replace)
                            ? EMB_OK
                            : EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        memcpy(folded->net.layers, net->layers, layers * sizeof *net->layers);
        memcpy(folded->net.params, net->params, net->number_count * sizeof *net->params);
    }
    maker m = {folded, net->params, net->number_count};
    for (int i = 0; i < net->layer_count && status == EMB_OK; i++) {
        if (net->layers[i].kind->affine) status = fold_layer(&m, net, i, replace);
    }
    if (status != EMB_OK || folded->count == 0) emb__fold_clear(folded);
    return status;
}

void emb__fold_clear(emb__folded *folded) {
    emb__free(folded->net.layers);
    emb__free(folded->net.params);
    emb__free(folded->specs);
    *folded = (emb__folded){.count = 0};
}

size_t emb__fold_size(const emb_net *net) {
    if (!emb__fold_any(net)) return 0;
    return (size_t)net->layer_count * sizeof *net->layers +
           (net->number_count + more_numbers(net)) * sizeof *net->params;
}
