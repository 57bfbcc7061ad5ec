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

/* Whether one is changed that is written. */
static bool cut_any(const emb_net *net) {
    for (int i = 0; i < net->layer_count; i++) {
        if (net->layers[i].kind->first_half || net->layers[i].kind->passes ||
            net->layers[i].kind->reads_labels) {
            return true;
        }
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
    if (net->layers[before].repeats || net->layers[before].adds) return -1;
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

/* A layer that is made, as it would be written. */
static emb__layer_spec *write_spec(maker *m, int i, const emb__layer_kind *kind) {
    const emb__layer *layer = &m->folded->net.layers[i];
    emb__layer_spec *spec = &m->folded->specs[i];
    *spec = *layer->spec;
    spec->kind = kind;
    for (int a = 0; kind->args[a].name; a++) {
        spec->args[a] = emb__arg_default(&kind->args[a]);
        if (strcmp(kind->args[a].name, "kernel_size") == 0) {
            spec->args[a] = (emb__arg){.n = 2, .v = {1, 1}};
        }
    }
    return spec;
}

/* Sets the arguments whose names contain `name`. */
static void set_args(emb__layer_spec *spec, const char *name, int value) {
    for (int a = 0; spec->kind->args[a].name; a++) {
        if (strstr(spec->kind->args[a].name, name)) spec->args[a].v[0] = value;
    }
}

/* The layer before layer i, which gives twice too much, gives its first half alone. */
static void halve(maker *m, int before, int i) {
    emb__layer *taker = &m->folded->net.layers[before], *layer = &m->folded->net.layers[i];
    const int half = layer->out.d[0];
    emb__layer_spec *spec = &m->folded->specs[before];
    *spec = *taker->spec;
    set_args(spec, "out_", half);
    taker->spec = spec;
    taker->out = layer->out;
    taker->multiply_adds /= 2;
    taker->conv.forward.out_channels = half;
    for (int p = 0; p < taker->param_count; p++) {
        taker->params[p].d[0] = half;
        taker->params[p].count /= 2;
    }
    layer->kind = &emb__identity;
    layer->in = layer->ins[0] = layer->out;
}

/* Layer i becomes one of zeros and ones. */
static emb_status replace_by_choice(maker *m, int i) {
    emb__layer *layer = &m->folded->net.layers[i];
    const bool image = layer->in.rank == 3;
    emb__layer_spec *spec = write_spec(m, i, image ? &emb__conv2d : &emb__linear);
    const size_t ins = (size_t)layer->in.d[0], outs = (size_t)layer->out.d[0];
    set_args(spec, "in_", (int)ins);
    set_args(spec, "out_", (int)outs);
    set_args(spec, "bias", 0);
    emb__layer made = {.kind = spec->kind, .spec = spec, .input_count = 1, .in = layer->in};
    made.inputs[0] = layer->inputs[0];
    made.ins[0] = made.in;
    const emb_status status = made.kind->compile(&made);
    if (status != EMB_OK) return status;
    float *weight = m->folded->net.params + m->used;
    made.params[0].at = m->used;
    m->used += ins * outs;
    for (size_t o = 0; o < outs; o++) weight[o * ins + o] = 1;
    *layer = made;
    return EMB_OK;
}

/* The Linear that alone reads layer i; -1: there is none. */
static int linear_behind(const emb_net *net, int i) {
    for (int k = i + 1; k < net->layer_count && readers_of(net, i) == 1; k++) {
        if (net->layers[k].inputs[0] == i) return net->layers[k].kind == &emb__linear ? k : -1;
    }
    return -1;
}

/* A Condition, layer i, becomes part of the bias of the Linear behind it: the column of its label.
 */
static void fold_label(maker *m, const emb_net *net, int i) {
    const int to = net->row_label_count == 1 ? linear_behind(net, i) : -1;
    if (to < 0) return;
    emb__layer *linear = &m->folded->net.layers[to], *layer = &m->folded->net.layers[i];
    const size_t all = (size_t)linear->in.d[0], own = emb__shape_count(&layer->in);
    const size_t column = own + (size_t)net->row_labels[0];
    const size_t outs = (size_t)linear->out.d[0];
    const float *weight = m->folded->net.params + linear->params[0].at;
    const float *bias = linear->conv.bias ? m->folded->net.params + linear->params[1].at : NULL;
    float *made = m->folded->net.params + m->used;
    const emb__param shape = {.role = "weight",
                              .rank = 2,
                              .d = {(int)outs, (int)own},
                              .at = m->used,
                              .count = outs * own};
    m->used += outs * own;
    float *shift = place(m, &linear->params[1], "bias", (int)outs);
    linear->params[0] = shape;
    for (size_t o = 0; o < outs; o++) {
        memcpy(made + o * own, weight + o * all, own * sizeof *made);
        shift[o] = (bias ? bias[o] : 0) + weight[o * all + column];
    }
    emb__layer_spec *spec = &m->folded->specs[to];
    *spec = *linear->spec;
    set_args(spec, "in_", (int)own);
    set_args(spec, "bias", 1);
    linear->spec = spec;
    linear->in = linear->ins[0] = layer->in;
    linear->conv.forward.in_channels = (int)own;
    linear->conv.bias = true;
    linear->param_count = 2;
    layer->kind = &emb__identity;
    layer->out = layer->in;
    m->folded->count++;
}

static emb_status cut_layer(maker *m, const emb_net *net, int i) {
    const int to = taker_of(net, i);
    m->folded->count++;
    if (net->layers[i].kind->passes) {
        m->folded->net.layers[i].kind = &emb__identity;
        return EMB_OK;
    }
    if (to < 0 || net->layers[to].conv.transposed || net->layers[to].conv.forward.groups != 1) {
        return replace_by_choice(m, i);
    }
    halve(m, to, i);
    return EMB_OK;
}

/* Layer i becomes a convolution of one pixel, channel by channel. */
static emb_status replace_by_conv(maker *m, int i, const double *scale, const double *shift) {
    emb__layer *layer = &m->folded->net.layers[i];
    const int channels = layer->in.d[0];
    emb__layer_spec *spec = write_spec(m, i, &emb__conv2d);
    set_args(spec, "channels", channels);
    set_args(spec, "groups", channels);
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
        const emb__layer *layer = &net->layers[i];
        if (layer->kind->affine) more += 3 * (size_t)layer->in.d[0];
        const int linear = layer->kind->reads_labels ? linear_behind(net, i) : -1;
        if (linear >= 0) {
            more += net->layers[linear].params[0].count + (size_t)net->layers[linear].out.d[0];
        }
        if (layer->kind->first_half) more += (size_t)layer->in.d[0] * (size_t)layer->out.d[0];
    }
    return more;
}

emb_status emb__fold(const emb_net *net, emb__fold_use use, emb__folded *folded) {
    const size_t layers = (size_t)net->layer_count;
    const bool replace = use == EMB__FOLD_TO_STAGES, cuts = use != EMB__FOLD_TO_RUN;
    *folded = (emb__folded){.count = 0};
    if (!emb__fold_any(net) && !(cuts && cut_any(net))) return EMB_OK;
    folded->net = *net;
    folded->net.layers = emb__calloc(layers, sizeof *net->layers);
    folded->net.params = emb__calloc(net->number_count + more_numbers(net), sizeof *net->params);
    folded->specs = cuts ? emb__calloc(layers, sizeof *folded->specs) : NULL;
    emb_status status = folded->net.layers && folded->net.params && (folded->specs || !cuts)
                            ? EMB_OK
                            : EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        memcpy(folded->net.layers, net->layers, layers * sizeof *net->layers);
        memcpy(folded->net.params, net->params, net->number_count * sizeof *net->params);
    }
    maker m = {folded, net->params, net->number_count};
    for (int i = 0; i < net->layer_count && status == EMB_OK; i++) {
        if (net->layers[i].kind->affine) status = fold_layer(&m, net, i, replace);
        if (cuts && net->layers[i].kind->reads_labels) fold_label(&m, net, i);
        const bool cut = net->layers[i].kind->first_half || net->layers[i].kind->passes;
        if (cuts && cut && status == EMB_OK) status = cut_layer(&m, net, i);
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
