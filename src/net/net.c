/* A network's parts, its tensors' names, its first weights. See net.h. compile.c makes it; a device
 * runs it. */
#include "net/net.h"

#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/translate.h"

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
    emb__free(net->row_labels);
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
                     net->spec.parts[0], two ? _(" and ") : "", two ? net->spec.parts[1] : "");
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

int emb__net_row_label(const emb_net *net, size_t row) {
    return net->row_label_count > 0 ? net->row_labels[row % net->row_label_count] : -1;
}

bool emb__net_reads_labels(const emb_net *net, int from, int to) {
    for (int i = from; i < to; i++) {
        if (net->layers[i].kind->reads_labels) return true;
    }
    return false;
}

emb_status emb__net_needs_labels(const emb_net *net, int from, int to) {
    if (!emb__net_reads_labels(net, from, to) || net->row_label_count > 0) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT, "%s is conditional: it needs a label, 0 to %d",
                     net->spec.name, net->conditions - 1);
}

int emb_net_conditions(const emb_net *net) { return net->conditions; }

emb_status emb_net_set_labels(emb_net *net, const int *labels, size_t count) {
    EMB__ENTER;
    for (size_t i = 0; i < count; i++) {
        if (net->conditions > 0 && labels[i] >= 0 && labels[i] < net->conditions) continue;
        return net->conditions == 0
                   ? emb__fail(EMB_ERR_ARGUMENT,
                               "%s is not conditional: it has no Condition layer, which reads a "
                               "label",
                               net->spec.name)
                   : emb__fail(EMB_ERR_ARGUMENT, "%s: label %d; expected 0 to %d", net->spec.name,
                               labels[i], net->conditions - 1);
    }
    int *copy = emb__calloc(count, sizeof *copy);
    if (!copy) return EMB_ERR_MEMORY;
    if (count > 0) memcpy(copy, labels, count * sizeof *copy);
    emb__free(net->row_labels);
    net->row_labels = copy;
    net->row_label_count = count;
    return EMB_OK;
}

emb_status emb__net_has_loss(const emb_net *net) {
    if (!net->is_part) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE,
                     net->encoder_end > 0 ? E_("%s is an %s alone, which has no loss; expected an "
                                               "autoencoder or a classifier")
                                          : E_("%s is a %s alone, which has no loss; expected an "
                                               "autoencoder or a classifier"),
                     net->spec.name, net->spec.parts[0]);
}

const emb__tensor *emb__net_tensor_find(const emb_net *net, const char *name) {
    for (int i = 0; i < net->tensor_count + net->alias_count; i++) {
        if (strcmp(net->tensors[i].name, name) == 0) return &net->tensors[i];
    }
    return NULL;
}

void emb__net_changed(emb_net *net) { net->version++; }

/* ---- initial weights ---- */

/* The order in which the layers' weights are drawn: by their turns, and then as they stand. Returns
 * the layer behind `last` in that order, or NULL; begins with NULL. */
static const emb__layer *next_drawn(const emb_net *net, const emb__layer *last) {
    const emb__layer *found = NULL;
    bool behind = false;
    for (int i = 0; i < net->layer_count + net->unused_count; i++) {
        const emb__layer *layer = emb__net_any_layer(net, i);
        const int turn = layer->spec->turn;
        const bool later = !last || turn > last->spec->turn || (turn == last->spec->turn && behind);
        const bool is_last = last && layer->spec == last->spec;
        behind = behind || is_last;
        if (is_last || !later || (found && turn >= found->spec->turn)) continue;
        found = layer;
    }
    return found;
}

/* torch.nn's default: kaiming_uniform_(a = sqrt(5)) for a weight, that is +-1/sqrt(fan_in),
 * computed in PyTorch's own steps so that the bound rounds as in PyTorch; the bias likewise. */
void emb__net_draw(emb_net *net, emb__random *random) {
    emb__net_changed(net);
    for (const emb__layer *layer = NULL; (layer = next_drawn(net, layer));) {
        if (layer->repeats) continue;
        const double root = sqrt((double)layer->fan_in);
        const double gain = sqrt(2.0 / (1.0 + 5.0));
        const double weight = sqrt(3.0) * (gain / root), bias = 1.0 / root;
        for (int p = 0; p < layer->param_count; p++) {
            float *values = net->params + layer->params[p].at;
            if (layer->params[p].is_copy) {
                memcpy(values, net->params + layer->params[0].at,
                       layer->params[p].count * sizeof *values);
                continue;
            }
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
