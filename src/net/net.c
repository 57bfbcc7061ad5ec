/* Compiling a network, and its weights. See net.h. A device runs it. */
#include "net/net.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"

/* The most that one network may need. */
static const size_t max_workspace = (size_t)1 << 30; /* vectors of 16 floats */
static const size_t max_plan_cost = (size_t)1 << 24; /* kernel positions times outputs */

/* ---- compiling ---- */

static emb_status fail_at(const emb_net *net, const emb__layer *layer) {
    const emb__layer_spec *s = layer->spec;
    return emb__fail_prefix(emb__last_status(), "%s:%d: %s.%s %s ", net->spec.name, s->line,
                            net->spec.parts[s->part], s->path, s->kind->name);
}

/* Gives the layer's parameters their places. */
static emb_status place_params(emb_net *net, emb__layer *layer) {
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
    for (int i = 0; i < net->layer_count; i++) {
        for (int p = 0; p < net->layers[i].param_count; p++) {
            if (net->layers[i].params[p].is_buffer)
                net->layers[i].params[p].at += net->param_stride;
        }
    }
}

/* Gives the layer's output a place in the workspace: its input's own if the kind works in place and
 * nobody reads the input later. */
static void place_activations(emb_net *net, int i, bool *in_is_free) {
    emb__layer *layer = &net->layers[i];
    layer->in_at = i == 0 ? 0 : net->layers[i - 1].out_at;
    const bool in_place = layer->kind->in_place && !layer->keeps_input;
    const bool same = layer->kind->alias || (in_place && *in_is_free);
    if (same) {
        layer->out_at = layer->in_at;
        if (!layer->kind->alias) *in_is_free = !layer->kind->keeps_output;
        return;
    }
    layer->out_at = net->activation_vectors;
    net->activation_vectors += emb__shape_count(&layer->out);
    *in_is_free = !layer->kind->keeps_output;
}

/* What a layer keeps from forward to backward lies among the activations. */
static void place_kept(emb_net *net, emb__layer *layer) {
    layer->kept_at = net->activation_vectors;
    net->activation_vectors += layer->kept_count;
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
    /* The network's input is also the loss's target, so its place is never free. */
    bool in_is_free = false;
    net->activation_vectors = net->grad_vectors = emb__shape_count(&net->input);
    for (int i = 0; i < net->spec.layer_count; i++) {
        emb_status status = compile_layer(net, i);
        net->layer_count = i + 1;
        if (status != EMB_OK) return status;
        place_activations(net, i, &in_is_free);
        place_kept(net, &net->layers[i]);
        emb__layer *layer = &net->layers[i];
        const size_t count = emb__shape_count(&layer->out);
        if (count > net->grad_vectors) net->grad_vectors = count;
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
            snprintf(tensor->name, sizeof tensor->name, "%s.%s.%s",
                     net->spec.parts[layer->spec->part], layer->spec->path, layer->params[p].role);
            tensor->param = &layer->params[p];
        }
    }
    return EMB_OK;
}

static bool are_parts(const emb__spec *spec, const char *first, const char *second) {
    return spec->part_count == (second ? 2 : 1) && strcmp(spec->parts[0], first) == 0 &&
           (!second || strcmp(spec->parts[1], second) == 0);
}

static emb_status check_classifier(const emb_net *net) {
    const emb__shape *out = &net->layers[net->layer_count - 1].out;
    if (out->rank == 1 && out->d[0] >= 2 && out->d[0] <= EMB_MAX_CLASSES) return EMB_OK;
    char made[EMB__SHAPE_TEXT];
    return emb__fail(EMB_ERR_SHAPE, "%s: the classifier gives %s, expected 2 to %d numbers",
                     net->spec.name, emb__shape_print(out, made), EMB_MAX_CLASSES);
}

/* The output of a part must be a row of numbers or an image. */
static emb_status check_end(const emb_net *net, const emb__shape *out, const char *part) {
    char made[EMB__SHAPE_TEXT];
    if (out->rank == 1 || out->rank == 3) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE, "%s: the %s gives %s, expected one dimension or three",
                     net->spec.name, part, emb__shape_print(out, made));
}

/* Checks which parts there are, and the last one's output. */
static emb_status check_parts(emb_net *net) {
    const emb__spec *spec = &net->spec;
    const bool encodes = are_parts(spec, "encoder", "classifier");
    net->classifies = encodes || are_parts(spec, "classifier", NULL);
    net->is_part = are_parts(spec, "encoder", NULL) || are_parts(spec, "decoder", NULL);
    if (!net->classifies && !net->is_part && !are_parts(spec, "encoder", "decoder")) {
        return emb__fail(EMB_ERR_SHAPE,
                         "%s: expected an encoder and then a decoder, or a classifier, with an "
                         "encoder before it or alone; or an encoder or a decoder alone",
                         spec->name);
    }
    while (strcmp(spec->parts[0], "encoder") == 0 && net->encoder_end < net->layer_count &&
           net->layers[net->encoder_end].spec->part == 0) {
        net->encoder_end++;
    }
    if (net->encoder_end > 0) {
        emb_status status = check_end(net, &net->layers[net->encoder_end - 1].out, "encoder");
        if (status != EMB_OK) return status;
    }
    if (net->classifies) return check_classifier(net);
    if (net->is_part) return check_end(net, &net->layers[net->layer_count - 1].out, spec->parts[0]);
    const emb__shape *out = &net->layers[net->layer_count - 1].out;
    if (out->rank != net->input.rank || memcmp(out->d, net->input.d, sizeof out->d) != 0) {
        char made[EMB__SHAPE_TEXT], wanted[EMB__SHAPE_TEXT];
        return emb__fail(EMB_ERR_SHAPE, "%s: the decoder's output is %s, but the input is %s",
                         spec->name, emb__shape_print(out, made),
                         emb__shape_print(&net->input, wanted));
    }
    return EMB_OK;
}

static emb_status shape(emb_net *net) {
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
    if (status == EMB_OK) place_buffers(net);
    return status == EMB_OK ? name_tensors(net) : status;
}

emb_net *emb__net_shape(emb__spec *spec) {
    emb_net *net = emb__calloc(1, sizeof *net);
    if (!net) {
        emb__spec_clear(spec);
        return NULL;
    }
    net->spec = *spec;
    memset(spec, 0, sizeof *spec);
    if (shape(net) != EMB_OK) {
        emb_net_free(net);
        return NULL;
    }
    return net;
}

static emb_status plan_layer(emb_net *net, emb__layer *layer, size_t *cost) {
    if (layer->kind->plan_cost) *cost += layer->kind->plan_cost(layer);
    emb_status status = EMB_OK;
    if (*cost > max_plan_cost) {
        status =
            emb__fail(EMB_ERR_SHAPE,
                      "expects kernels and outputs of %zu positions, one side times the other, "
                      "in all layers up to it, gets %zu",
                      max_plan_cost, *cost);
    } else if (layer->kind->plan) {
        status = layer->kind->plan(layer);
    }
    if (status != EMB_OK) return fail_at(net, layer);
    const size_t scratch = layer->kind->scratch ? layer->kind->scratch(layer) : 0;
    if (scratch > net->scratch_vectors) net->scratch_vectors = scratch;
    return EMB_OK;
}

emb_status emb__net_plan(emb_net *net) {
    size_t cost = 0;
    for (int i = 0; i < net->layer_count; i++) {
        emb_status status = plan_layer(net, &net->layers[i], &cost);
        if (status != EMB_OK) return status;
    }
    net->params = emb__calloc(net->number_count, sizeof *net->params);
    return net->params ? EMB_OK : EMB_ERR_MEMORY;
}

void emb_net_free(emb_net *net) {
    if (!net) return;
    for (int i = 0; i < net->layer_count; i++) {
        if (net->layers[i].kind->clear) net->layers[i].kind->clear(&net->layers[i]);
    }
    for (int i = 0; net->layer_texts && i < net->layer_count; i++) emb__free(net->layer_texts[i]);
    emb__free(net->layer_texts);
    emb__free(net->notation);
    emb__free(net->notes);
    emb__pairs_clear(&net->metadata);
    if (net->device_free) net->device_free(net->device);
    emb__free(net->tensors);
    emb__free(net->params);
    emb__free(net->layers);
    emb__spec_clear(&net->spec);
    emb__free(net);
}

/* The only place that says which layers a part has. */
static bool find_part(const emb_net *net, const char *part, int *from, int *to) {
    const int end = net->encoder_end, all = net->layer_count;
    const char *last = net->spec.parts[net->spec.part_count - 1];
    const bool classifies = strcmp(last, "classifier") == 0;
    const struct {
        const char *name;
        bool is_there;
        int from, to;
    } parts[] = {
        {"encoder", end > 0, 0, end},
        {"decoder", strcmp(last, "decoder") == 0, end, all},
        {"classifier", classifies, 0, all},
        {"head", classifies && end > 0, end, all},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        *from = parts[i].from;
        *to = parts[i].to;
        if (strcmp(part, parts[i].name) == 0) return parts[i].is_there;
    }
    return false;
}

bool emb_net_has_part(const emb_net *net, const char *part) {
    int from, to;
    return find_part(net, part, &from, &to);
}

emb_status emb__net_needs(const emb_net *net, const char *part) {
    if (emb_net_has_part(net, part)) return EMB_OK;
    const bool two = net->spec.part_count == 2;
    return emb__fail(EMB_ERR_SHAPE, "%s has no part called %s; it has %s%s%s", net->spec.name, part,
                     net->spec.parts[0], two ? " and " : "", two ? net->spec.parts[1] : "");
}

emb_status emb__net_part(const emb_net *net, const char *part, int *from, int *to) {
    *from = 0;
    *to = net->layer_count;
    return !part || find_part(net, part, from, to) ? EMB_OK : emb__net_needs(net, part);
}

emb_status emb__net_reconstructs(const emb_net *net) {
    emb_status status = emb__net_needs(net, "encoder");
    return status == EMB_OK ? emb__net_needs(net, "decoder") : status;
}

emb_status emb__net_has_loss(const emb_net *net) {
    if (!net->is_part) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE,
                     "%s is %s %s alone, which has no loss; expected an autoencoder or a "
                     "classifier",
                     net->spec.name, net->encoder_end > 0 ? "an" : "a", net->spec.parts[0]);
}

const emb__tensor *emb__net_tensor_find(const emb_net *net, const char *name) {
    for (int i = 0; i < net->tensor_count; i++) {
        if (strcmp(net->tensors[i].name, name) == 0) return &net->tensors[i];
    }
    return NULL;
}

void emb__net_changed(emb_net *net) { net->version++; }

/* ---- initial weights ---- */

/* torch.nn's default: kaiming_uniform_(a = sqrt(5)) for a weight, that is +-1/sqrt(fan_in),
 * computed in PyTorch's own steps so that the bound rounds as in PyTorch; the bias likewise. */
void emb__net_draw(emb_net *net, emb__random *random) {
    emb__net_changed(net);
    for (int i = 0; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        const double root = sqrt((double)layer->fan_in);
        const double gain = sqrt(2.0 / (1.0 + 5.0));
        const double weight = sqrt(3.0) * (gain / root), bias = 1.0 / root;
        for (int p = 0; p < layer->param_count; p++) {
            float *values = net->params + layer->params[p].at;
            if (layer->params[p].is_constant) {
                for (size_t j = 0; j < layer->params[p].count; j++) {
                    values[j] = layer->params[p].initial;
                }
                continue;
            }
            const float bound = (float)(p == 0 ? weight : bias);
            for (size_t j = 0; j < layer->params[p].count; j++) {
                values[j] = emb__random_uniform(random, -bound, bound);
            }
        }
    }
}

void emb__net_skip_draw(const emb_net *net, emb__random *random) {
    size_t drawn = 0;
    for (int i = 0; i < net->tensor_count; i++) {
        if (!net->tensors[i].param->is_constant) drawn += net->tensors[i].param->count;
    }
    emb__random_skip(random, drawn); /* a word for each number */
}

emb_status emb_net_init(emb_net *net, uint64_t seed) {
    EMB__ENTER;
    emb__random *random = emb__alloc(sizeof *random);
    if (!random) return EMB_ERR_MEMORY;
    emb__random_seed(random, seed);
    emb__net_draw(net, random);
    emb__free(random);
    return EMB_OK;
}
