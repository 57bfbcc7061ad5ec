/* See graph.h. */
#include "net/graph.h"
#include "base/translate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "net/unused.h"

/* The most that one network may need. */
static const size_t max_workspace = (size_t)1 << 30; /* vectors of 16 floats */

emb_status emb__graph_fail(const emb_net *net, const emb__layer *layer) {
    const emb__layer_spec *s = layer->spec;
    return emb__fail_prefix(emb__last_status(), "%s:%d: %s.%s %s ", net->spec.name, s->line,
                            net->spec.parts[s->part], s->path, s->kind->name);
}

/* ---- places ---------------------------------------------------------------------------------- */

/* Gives the layer's parameters their places. */
static emb_status place_params(emb_net *net, emb__layer *layer) {
    if (layer->repeats) return EMB_OK;
    for (int i = 0; i < layer->param_count; i++) {
        emb__param *param = &layer->params[i];
        size_t *count = param->is_buffer ? &net->buffer_count : &net->param_count;
        param->at = *count;
        if (param->count > EMB__MAX_PARAMETERS || *count + param->count > EMB__MAX_PARAMETERS) {
            return emb__fail(EMB_ERR_SHAPE, "expects at most %d parameters in all, gets more",
                             EMB__MAX_PARAMETERS);
        }
        *count += param->count;
        net->tensor_count++;
    }
    return EMB_OK;
}

/* Once all trained tensors have their places, the buffers follow. */
static void place_buffers(emb_net *net) {
    net->param_stride = (net->param_count + EMB__LANES - 1) / EMB__LANES * EMB__LANES;
    net->number_count =
        net->param_stride + (net->buffer_count + EMB__LANES - 1) / EMB__LANES * EMB__LANES;
    for (int i = 0; i < net->layer_count + net->unused_count; i++) {
        emb__layer *layer = emb__net_any_layer(net, i);
        for (int p = 0; p < layer->param_count; p++) {
            if (layer->params[p].is_buffer) layer->params[p].at += net->param_stride;
        }
    }
}

int emb__graph_maker(const emb_net *net, int i) {
    while (i >= 0 && (net->layers[i].kind->alias || net->layers[i].left_to_next)) {
        i = net->layers[i].inputs[0];
    }
    return i;
}

/* How many layers read what `maker` made. */
static int readers_of(const emb_net *net, int maker) {
    int readers = 0;
    for (int i = 0; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        for (int k = 0; k < layer->input_count && !layer->kind->alias; k++) {
            readers += emb__graph_maker(net, layer->inputs[k]) == maker;
        }
    }
    return readers;
}

/* Whether layer i may overwrite its input: not what the layer before needs for its way back, nor
 * what other layers read, nor the network's input, which is also the loss's target. */
static bool input_is_free(const emb_net *net, int i) {
    const int maker = emb__graph_maker(net, net->layers[i].inputs[0]);
    return maker >= 0 && !net->layers[maker].kind->keeps_output && readers_of(net, maker) == 1;
}

/* Gives the layer's output a place in the workspace: its input's own if the kind works in place and
 * nobody else needs the input. */
static void place_activations(emb_net *net, int i) {
    emb__layer *layer = &net->layers[i];
    const int from = layer->inputs[0];
    layer->in_at = from < 0 ? 0 : net->layers[from].out_at;
    const bool in_place = layer->kind->in_place && !layer->keeps_input;
    if (layer->kind->alias || (in_place && input_is_free(net, i))) {
        layer->out_at = layer->in_at;
        return;
    }
    layer->out_at = net->activation_vectors;
    net->activation_vectors += emb__shape_count(&layer->out);
}

/* Room for what a layer says of the batch, and for what it draws. */
static void place_batch(emb_net *net, emb__layer *layer) {
    const emb__batch_kind *batch = layer->kind->batch;
    double keep;
    if (layer->kind->draws) {
        layer->mask_at = net->mask_count;
        net->mask_count += layer->kind->draws(layer, &keep);
    }
    if (!batch) return;
    const size_t channels = (size_t)emb__batch_channels(layer);
    size_t sums =
        channels * (size_t)(batch->sums > batch->back_sums ? batch->sums : batch->back_sums);
    if (sums == 0) sums = 1; /* there is a segment */
    const size_t row = batch->row_count ? batch->row_count(layer) : 0;
    if (row > net->row_count) net->row_count = row;
    layer->stats_at = net->stats_count;
    net->stats_count += channels * (size_t)batch->stats + (batch->stats == 0);
    if (sums > net->batch_sums) net->batch_sums = sums;
}

static emb_status place_all(emb_net *net) {
    net->activation_vectors = net->grad_vectors = emb__shape_count(&net->input);
    net->labels_at = net->activation_vectors;
    net->activation_vectors += emb__net_reads_labels(net, 0, net->layer_count);
    for (int i = 0; i < net->layer_count; i++) {
        emb__layer *layer = &net->layers[i];
        const size_t count = emb__shape_count(&layer->out);
        place_activations(net, i);
        layer->kept_at = net->activation_vectors;
        net->activation_vectors += layer->kept_count;
        layer->noise_at = net->activation_vectors;
        net->activation_vectors += layer->noise_count;
        place_batch(net, layer);
        if (count > net->grad_vectors) net->grad_vectors = count;
        if (net->activation_vectors > max_workspace) {
            return emb__fail(EMB_ERR_SHAPE, "%s: the activations of 16 images exceed 64 GiB",
                             net->spec.name);
        }
    }
    place_buffers(net);
    return EMB_OK;
}

/* ---- layers ---------------------------------------------------------------------------------- */

/* The limits of a layer's input; those of the network's input are not known. */
static void limit_input(const emb_net *net, emb__layer *layer) {
    layer->low = INFINITY;
    layer->high = -INFINITY;
    for (int i = 0; i < layer->input_count; i++) {
        const int from = layer->inputs[i];
        layer->low = fmin(layer->low, from < 0 ? -INFINITY : net->layers[from].low);
        layer->high = fmax(layer->high, from < 0 ? INFINITY : net->layers[from].high);
    }
}

/* ... of its numbers. */
static void limit(emb__layer *layer) {
    const emb__layer_kind *kind = layer->kind;
    if (kind->range) {
        kind->range(layer, &layer->low, &layer->high);
    } else if (!kind->alias) {
        layer->low = -INFINITY;
        layer->high = INFINITY;
    }
}

/* If a layer before has the same name, this one has its weights. */
static emb_status share_params(emb_net *net, emb__layer *layer) {
    int first = 0;
    const emb__layer_spec *spec = layer->spec;
    const int all = (int)(layer - net->layers);
    if (!spec->name[0] || layer->param_count == 0) return EMB_OK;
    while (first < all && strcmp(net->layers[first].spec->name, spec->name) != 0) first++;
    if (first == all) return EMB_OK;
    emb__layer *same = &net->layers[first];
    bool good = same->kind == layer->kind && !layer->kind->batch;
    for (int i = 0; i < layer->param_count && good; i++) {
        good = same->params[i].count == layer->params[i].count;
        layer->params[i].at = same->params[i].at;
    }
    for (int i = 0; layer->kind->args[i].name && good; i++) {
        good = emb__arg_same(&same->spec->args[i], &spec->args[i]);
    }
    if (!good) {
        return emb__fail(EMB_ERR_SHAPE,
                         layer->kind->batch
                             ? E_("'%s' is run twice, and its statistics would be of both")
                             : E_("expects the arguments of the other layer that is called '%s'"),
                         spec->name);
    }
    layer->repeats = true;
    for (int i = 0; i < all; i++) {
        if (strcmp(net->layers[i].spec->name, spec->name) == 0) net->layers[i].adds = true;
    }
    net->shares = true;
    return EMB_OK;
}

/* Adds the layer of a spec's module, whose inputs are known; *made says which it is. */
static emb_status add_layer(emb_net *net, int module, const int *inputs, int count, int *made) {
    emb__layer *layer = &net->layers[net->layer_count];
    *made = net->layer_count++;
    layer->spec = &net->spec.layers[module];
    layer->kind = layer->spec->kind;
    layer->input_count = count;
    for (int i = 0; i < count; i++) {
        layer->inputs[i] = inputs[i];
        layer->ins[i] = inputs[i] < 0 ? net->input : net->layers[inputs[i]].out;
    }
    layer->in = layer->ins[0];
    limit_input(net, layer);
    emb_status status = layer->kind->compile(layer);
    const emb__bottleneck *bottleneck = layer->kind->bottleneck;
    if (bottleneck && bottleneck->normals && status == EMB_OK) {
        layer->noise_count = bottleneck->normals(layer);
    }
    if (status == EMB_OK) limit(layer);
    if (status == EMB_OK) status = share_params(net, layer);
    if (status == EMB_OK) status = place_params(net, layer);
    const size_t size = status == EMB_OK ? emb__shape_count(&layer->out) : 0;
    if (size > EMB__MAX_ELEMENTS) {
        status = emb__fail(EMB_ERR_SHAPE, "expects at most %d numbers an image, gets %zu",
                           EMB__MAX_ELEMENTS, size);
    }
    if (status == EMB_OK) return EMB_OK;
    net->layer_count--; /* it stands behind the others, see emb__net_attempt */
    return emb__graph_fail(net, layer);
}

/* The module after this one and all that is in it. */
static int next_module(const emb__spec *spec, int module) {
    const int depth = spec->layers[module].depth, part = spec->layers[module].part;
    do {
        module++;
    } while (module < spec->layer_count && spec->layers[module].depth > depth &&
             spec->layers[module].part == part);
    return module;
}

/* Adds a module's layers, which read layer `from`; *made is the layer that makes its output. */
static emb_status add_module(emb_net *net, int module, int from, int *made);

/* Of a Sequential, or of a part: each module [first, end) reads the one before. */
static emb_status add_chain(emb_net *net, int first, int end, int from, int *made) {
    emb_status status = EMB_OK;
    *made = from;
    for (int i = first; i < end && status == EMB_OK; i = next_module(&net->spec, i)) {
        status = add_module(net, i, *made, made);
    }
    return status;
}

static emb_status add_module(emb_net *net, int module, int from, int *made) {
    const emb__layer_spec *spec = &net->spec.layers[module];
    const int end = next_module(&net->spec, module);
    if (!spec->kind->is_container) return add_layer(net, module, &from, 1, made);
    if (!spec->kind->joins) return add_chain(net, module + 1, end, from, made);
    int inputs[EMB__MAX_INPUTS], count = 0;
    for (int i = module + 1; i < end; i = next_module(&net->spec, i)) {
        if (count == EMB__MAX_INPUTS) {
            emb__fail(EMB_ERR_SHAPE, "expects at most %d branches", EMB__MAX_INPUTS);
            return emb__graph_fail(net, &(emb__layer){.spec = spec});
        }
        emb_status status = add_module(net, i, from, &inputs[count++]);
        if (status != EMB_OK) return status;
    }
    if (spec->kind->children && count == 1) inputs[count++] = from;
    return add_layer(net, module, inputs, count, made);
}

/* Layers that are not run: their tensors are buffers, which nothing trains. */
static emb_status add_unused(emb_net *net) {
    emb_status status = EMB_OK;
    net->unused = net->layers + net->spec.layer_count;
    for (int i = 0; i < net->spec.unused_count && status == EMB_OK; i++) {
        emb__layer *layer = &net->unused[i];
        layer->spec = &net->spec.layers[net->spec.layer_count + i];
        layer->kind = layer->spec->kind;
        status = emb__unused_compile(layer);
        for (int p = 0; p < layer->param_count; p++) layer->params[p].is_buffer = true;
        if (status == EMB_OK) status = place_params(net, layer);
        if (status != EMB_OK) return emb__graph_fail(net, layer);
        net->unused_count++;
    }
    return status;
}

emb_status emb__graph_build(emb_net *net) {
    const emb__spec *spec = &net->spec;
    net->layers =
        emb__calloc((size_t)spec->layer_count + (size_t)spec->unused_count, sizeof *net->layers);
    if (!net->layers) return EMB_ERR_MEMORY;
    int last;
    emb_status status = add_chain(net, 0, spec->layer_count, -1, &last);
    if (status == EMB_OK) status = add_unused(net);
    return status == EMB_OK ? place_all(net) : status;
}

/* ---- enlargements ---------------------------------------------------------------------------- */

emb_status emb__graph_plan_enlarged(emb_net *net) {
    for (int i = 1; i < net->layer_count; i++) {
        emb__layer *layer = &net->layers[i], *before = layer - 1;
        int by[2];
        if (!layer->kind->plan_enlarged || layer->inputs[0] != i - 1 || !before->kind->enlarges ||
            !before->kind->enlarges(before, by) || readers_of(net, i - 1) != 1) {
            continue;
        }
        emb_status status = layer->kind->plan_enlarged(layer, by);
        if (status != EMB_OK) return status;
        before->left_to_next = layer->enlarged != NULL;
        const size_t scratch = layer->kind->scratch ? layer->kind->scratch(layer) : 0;
        if (scratch > net->scratch_vectors) net->scratch_vectors = scratch;
    }
    return EMB_OK;
}
