/* A network's description: its layers as they are written, its tensors, its shapes. */
#include "net/describe.h"

#include <string.h>

#include "base/entry.h"
#include "net/notation/notation.h"

emb_status emb__net_describe(emb_net *net) {
    net->notation = emb__notation_print(&net->spec);
    if (!net->notation) return EMB_ERR_MEMORY;
    net->layer_texts = emb__calloc((size_t)net->layer_count, sizeof *net->layer_texts);
    if (!net->layer_texts) return EMB_ERR_MEMORY;
    for (int i = 0; i < net->layer_count; i++) {
        emb__text text = {0};
        if (net->layers[i].kind->joins) {
            emb__text_add(&text, "%s(%d branches)", net->layers[i].kind->name,
                          net->layers[i].input_count);
        } else {
            emb__layer_print(net->layers[i].spec, false, &text);
        }
        net->layer_texts[i] = text.bytes;
        if (text.failed) return EMB_ERR_MEMORY;
    }
    return EMB_OK;
}

void emb__net_set_notes(emb_net *net, char *notes) {
    emb__free(net->notes);
    net->notes = notes;
}

emb_status emb__net_set_metadata(emb_net *net, const char *key, const char *value) {
    return emb__pairs_set(&net->metadata, key, value);
}

const char *emb_net_notation(const emb_net *net) { return net->notation; }

const char *emb_net_notes(const emb_net *net) {
    EMB__ENTER;
    return net->notes ? net->notes : "";
}

bool emb_net_written(const emb_net *net, emb_written *written) {
    EMB__ENTER;
    const emb_written *w = &net->written;
    *written = *w;
    return w->batch_size || w->epochs || w->learning_rate > 0 || w->val_split > 0 || w->has_seed ||
           w->shuffle || w->optimiser[0] || w->loss[0] || w->schedule[0] || w->clip_norm > 0;
}

const char *emb_net_metadata(const emb_net *net, const char *key) {
    return emb__pairs_value(&net->metadata, key);
}

/* Copies the two numbers of the argument of this name; leaves them if the layer's kind has none. */
static void copy_pair(const emb__layer_spec *spec, const char *name, int pair[2]) {
    const emb__arg *arg = emb__layer_arg(spec, name);
    for (int side = 0; arg && side < 2; side++) pair[side] = arg->v[side];
}

size_t emb_net_layer_count(const emb_net *net) { return (size_t)net->layer_count; }

void emb_net_layer(const emb_net *net, size_t i, emb_layer_info *info) {
    const emb__layer *layer = &net->layers[i];
    *info = (emb_layer_info){.part = net->spec.parts[layer->spec->part],
                             .index = layer->spec->index,
                             .path = layer->spec->path,
                             .layer = net->layer_texts[i],
                             .rank = layer->out.rank,
                             .multiply_adds = layer->multiply_adds,
                             .kind = layer->kind->name,
                             .family = layer->kind->family};
    copy_pair(layer->spec, "kernel_size", info->kernel);
    copy_pair(layer->spec, "stride", info->stride);
    copy_pair(layer->spec, "padding", info->padding);
    copy_pair(layer->spec, "dilation", info->dilation);
    copy_pair(layer->spec, "output_padding", info->output_padding);
    memcpy(info->shape, layer->out.d, sizeof info->shape);
    for (int p = 0; p < layer->param_count && !layer->repeats; p++) {
        if (!layer->params[p].is_buffer) info->parameters += layer->params[p].count;
    }
}

size_t emb_net_tensor_count(const emb_net *net) { return (size_t)net->tensor_count; }

size_t emb_net_state_count(const emb_net *net) {
    return (size_t)net->tensor_count + (size_t)net->alias_count;
}

void emb_net_tensor(const emb_net *net, size_t i, emb_tensor_info *info) {
    const emb__tensor *tensor = &net->tensors[i];
    *info = (emb_tensor_info){.name = tensor->name,
                              .rank = tensor->param->rank,
                              .count = tensor->param->count,
                              .values = net->params + tensor->param->at,
                              .is_buffer = tensor->param->is_buffer,
                              .is_counter = tensor->param->is_counter};
    memcpy(info->shape, tensor->param->d, sizeof info->shape);
}

void emb_net_input_shape(const emb_net *net, int shape[3]) {
    shape[0] = shape[1] = shape[2] = 1;
    /* A flat input of n features is an image of n x 1 x 1. */
    for (int i = 0; i < net->input.rank; i++) shape[i] = net->input.d[i];
}

void emb_net_output_shape(const emb_net *net, int shape[3]) {
    const emb__shape *out = &net->layers[net->layer_count - 1].out;
    shape[0] = shape[1] = shape[2] = 1;
    for (int i = 0; i < out->rank; i++) shape[i] = out->d[i];
}

bool emb_net_has_measures(const emb_net *net) { return net->bottleneck >= 0; }

int emb_net_classes(const emb_net *net) {
    return net->classifies ? net->layers[net->layer_count - 1].out.d[0] : 0;
}

int emb_net_latent(const emb_net *net) {
    if (net->encoder_end == 0) {
        return net->is_part ? (int)emb__shape_count(&net->input) : 0; /* a decoder's input */
    }
    return (int)emb__shape_count(&net->layers[net->encoder_end - 1].out);
}
