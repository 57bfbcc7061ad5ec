/* ONNX's normalisations of each image by its own numbers: InstanceNormalization,
 * LayerNormalization, GroupNormalization, and the Reshapes around an InstanceNormalization with
 * which PyTorch writes a GroupNorm. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <string.h>

#include "codec/number.h"
#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

/* numbers[each * parts] = a constant's, `parts` numbers, each of them `each` times. */
static emb_status take_numbers(emb__onnx_chain *chain, const emb__onnx_value *value, size_t parts,
                               size_t each, float **numbers) {
    size_t count = 0;
    float *read = NULL;
    emb_status status = value ? emb__onnx_present(chain, value, &count) : emb__last_status();
    if (status == EMB_OK && count != parts) {
        status = emb__onnx_fail(chain, EMB__ONNX_CHECK, "has %zu numbers for %zu", count, parts);
    }
    if (status == EMB_OK) status = emb__onnx_more(chain, each * parts);
    if (status == EMB_OK) status = emb__onnx_read(chain, value, &read, &count);
    *numbers = status == EMB_OK ? emb__calloc(each * parts, sizeof **numbers) : NULL;
    if (status == EMB_OK && !*numbers) status = EMB_ERR_MEMORY;
    for (size_t k = 0; status == EMB_OK && k < each * parts; k++) (*numbers)[k] = read[k / each];
    emb__free(read);
    return status;
}

static void set_epsilon(emb__onnx_layer *layer, float epsilon) {
    emb__onnx_set_real(layer, "eps", epsilon == 1e-5f ? 1e-5 : emb__number_of_float(epsilon));
}

static float own_epsilon(const emb__onnx_chain *chain) {
    return emb__onnx_float(chain, "epsilon", 1e-5f);
}

static bool are_all(const float *numbers, size_t count, float x) {
    for (size_t i = 0; numbers && i < count; i++) {
        if (numbers[i] != x) return false;
    }
    return true;
}

bool emb__onnx_is_plain(const emb__onnx_layer *layer) {
    return are_all(layer->weights[0], layer->counts[0], 1) &&
           are_all(layer->weights[1], layer->counts[1], 0);
}

/* The head as an image of channels, rows and columns, or a row of channels, ready for a layer. */
static emb_status need_channels(emb__onnx_chain *chain) {
    const emb__onnx_value *head = &chain->head;
    emb_status status = emb__onnx_affine_flush(chain);
    if (status != EMB_OK) return status;
    if (head->rank == 3) return emb__onnx_need_image(chain, head->d);
    if (head->rank == 1) return emb__onnx_need_vector(chain);
    return emb__onnx_fail(
        chain, "put a Reshape to channels, rows and columns before it",
        "normalizes %d dimensions of an image; expected channels, rows and columns", head->rank);
}

/* Settles a layer after which the numbers of a vector lie as before it. */
static emb_status settle_alike(emb__onnx_chain *chain) {
    const emb__onnx_lie old = chain->lie;
    emb_status status = emb__onnx_settle(chain);
    if (status != EMB_OK || old.rank != 1) return status;
    emb__onnx_lie *lie = &chain->lie;
    const emb__onnx_lie made = *lie;
    *lie = old;
    lie->base = made.base;
    lie->clean = made.clean;
    lie->origin = made.origin;
    return EMB_OK;
}

/* Adds GroupNorm, or InstanceNorm2d for `groups` 0, with one number for each of `parts` parts of
 * the channels in the inputs 1 and 2. */
static emb_status by_channels(emb__onnx_chain *chain, int64_t groups, size_t parts) {
    emb_status status = need_channels(chain);
    if (status != EMB_OK) return status;
    const int64_t channels = chain->head.d[0];
    if (chain->head.rank == 1 && !emb__onnx_ordered(chain)) {
        return emb__onnx_fail(chain, EMB__ONNX_NCHW,
                              "normalizes numbers of images whose channels come last");
    }
    if (parts == 0 || (size_t)channels % parts != 0) {
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "has %zu numbers for %lld channels", parts,
                              (long long)channels);
    }
    emb__onnx_layer *layer =
        emb__onnx_layer_new(chain, groups ? &emb__group_norm : &emb__instance_norm2d);
    if (!layer) return emb__last_status();
    layer->in = layer->out = layer->groups = channels;
    if (groups) emb__onnx_set(layer, "num_groups", groups);
    emb__onnx_set(layer, groups ? "num_channels" : "num_features", channels);
    emb__onnx_set(layer, "affine", true);
    set_epsilon(layer, own_epsilon(chain));
    for (int w = 0; w < 2 && status == EMB_OK; w++) {
        status = take_numbers(chain, emb__onnx_constant(chain, (size_t)w + 1), parts,
                              (size_t)channels / parts, &layer->weights[w]);
        layer->counts[w] = (size_t)channels;
    }
    return status == EMB_OK ? emb__onnx_settle(chain) : status;
}

emb_status emb__onnx_instance_norm(emb__onnx_chain *chain) {
    const int64_t groups = chain->grouped;
    chain->grouped = 0;
    return by_channels(chain, groups, (size_t)(groups ? groups : chain->head.d[0]));
}

emb_status emb__onnx_group_norm(emb__onnx_chain *chain) {
    const int64_t groups = emb__onnx_int(chain, "num_groups", 0), channels = chain->head.d[0];
    if (groups < 1 || channels % groups != 0) {
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "has %lld groups for %lld channels",
                              (long long)groups, (long long)channels);
    }
    /* Before version 21 a weight was a group's. */
    const bool by_group = chain->file->opset < 21;
    return by_channels(chain, groups, (size_t)(by_group ? groups : channels));
}

emb_status emb__onnx_batch_norm(emb__onnx_chain *chain, float *parts[4]) {
    emb_status status = need_channels(chain);
    const bool image = chain->head.rank == 3;
    emb__onnx_layer *layer =
        status == EMB_OK
            ? emb__onnx_layer_new(chain, image ? &emb__batch_norm2d : &emb__batch_norm1d)
            : NULL;
    if (!layer) {
        for (int i = 0; i < 4; i++) emb__free(parts[i]);
        return emb__last_status();
    }
    emb__onnx_set(layer, "num_features", chain->head.d[0]);
    set_epsilon(layer, own_epsilon(chain));
    for (int i = 0; i < 4; i++) {
        layer->weights[i] = parts[i];
        layer->counts[i] = (size_t)chain->head.d[0];
    }
    layer->weights[4] = emb__calloc(1, sizeof **layer->weights); /* it counts batches */
    layer->counts[4] = 1;
    return layer->weights[4] ? settle_alike(chain) : EMB_ERR_MEMORY;
}

/* Whether a tensor is read, and only by nodes of this operator, as their first input; *reader is
 * one of them. */
static bool is_for(const emb__onnx_chain *chain, const char *name, const char *op,
                   const Emb__Onnx__Node **reader) {
    const Emb__Onnx__Graph *graph = chain->file->model->graph;
    bool found = false;
    for (size_t i = 0; i < graph->n_node; i++) {
        const Emb__Onnx__Node *node = graph->node[i];
        for (size_t k = 0; k < node->n_input; k++) {
            if (strcmp(emb__onnx_text(node->input[k]), name) != 0) continue;
            if (k > 0 || strcmp(emb__onnx_text(node->op_type), op) != 0) return false;
            *reader = node;
            found = true;
        }
    }
    return found;
}

bool emb__onnx_groups(emb__onnx_chain *chain, int count, const int64_t *shape) {
    const Emb__Onnx__Node *reader;
    const emb__onnx_value *head = &chain->head;
    if (count != 3 || (head->rank != 3 && head->rank != 1) || shape[1] < 1 ||
        head->d[0] % shape[1] != 0 ||
        !is_for(chain, emb__onnx_text(chain->node->output[0]), "InstanceNormalization", &reader)) {
        return false;
    }
    chain->grouped = shape[1];
    return true;
}

bool emb__onnx_stacks(emb__onnx_chain *chain, int count, const int64_t *shape) {
    const Emb__Onnx__Node *norm, *back;
    const emb__onnx_value *head = &chain->head;
    const char *made = emb__onnx_text(chain->node->output[0]);
    if (count != 1 + head->rank || count < 3 || shape[0] != 1 || chain->batch == 1) return false;
    const bool fixed = chain->batch != EMB__ONNX_BATCH;
    if (shape[1] != -1 && !(fixed && shape[1] == chain->batch * head->d[0])) return false;
    for (int i = 1; i < head->rank; i++) {
        if (shape[1 + i] != head->d[i]) return false;
    }
    if (!is_for(chain, made, "BatchNormalization", &norm) || norm->n_output < 1 ||
        !is_for(chain, emb__onnx_text(norm->output[0]), "Reshape", &back)) {
        return false;
    }
    chain->stacked = made;
    return true;
}

bool emb__onnx_is_stacked(const emb__onnx_chain *chain) {
    return chain->stacked && strcmp(emb__onnx_text(chain->node->input[0]), chain->stacked) == 0;
}

static emb_status ones(emb__onnx_chain *chain, size_t count, float **numbers) {
    emb_status status = emb__onnx_more(chain, count);
    *numbers = status == EMB_OK ? emb__calloc(count, sizeof **numbers) : NULL;
    for (size_t i = 0; *numbers && i < count; i++) (*numbers)[i] = 1;
    return status == EMB_OK && !*numbers ? EMB_ERR_MEMORY : status;
}

/* Adds LayerNorm over the head's last `n` dimensions; the weights and the biases may be NULL. */
static emb_status by_places(emb__onnx_chain *chain, int n, float epsilon,
                            const emb__onnx_value *const values[2]) {
    const emb__onnx_value head = chain->head;
    const size_t inner = emb__onnx_count(n, head.d + head.rank - n);
    const int64_t sides[3] = {head.rank == 3 ? head.d[0] : 1, head.d[head.rank == 3],
                              head.d[head.rank - 1]};
    emb_status status = emb__onnx_affine_flush(chain);
    if (status == EMB_OK) {
        status = head.rank == 1 ? emb__onnx_need_vector(chain) : emb__onnx_need_image(chain, sides);
    }
    emb__onnx_layer *layer = status == EMB_OK ? emb__onnx_layer_new(chain, &emb__layer_norm) : NULL;
    if (!layer) return emb__last_status();
    emb__onnx_set_all(layer, "normalized_shape", n, head.d + head.rank - n);
    set_epsilon(layer, epsilon);
    for (int w = 0; w < 2 && status == EMB_OK; w++) {
        if (!values[w] && w > 0) continue;
        layer->counts[w] = inner;
        status = values[w] ? take_numbers(chain, values[w], inner, 1, &layer->weights[w])
                           : ones(chain, inner, &layer->weights[w]);
    }
    for (int w = 0; w < 2 && status == EMB_OK && head.rank == 1 && layer->weights[w]; w++) {
        status = emb__onnx_into_order(chain, &layer->weights[w], inner);
    }
    if (status != EMB_OK) return status;
    /* Zeros, and ones with zeros, are how a layer without them is written. */
    const bool biased = layer->weights[1] && !are_all(layer->weights[1], inner, 0);
    if (!biased) emb__onnx_set(layer, "bias", false);
    if (emb__onnx_is_plain(layer)) {
        emb__onnx_set(layer, "elementwise_affine", false);
        emb__onnx_set(layer, "bias", true);
    }
    status = settle_alike(chain);
    if (status == EMB_OK) emb__onnx_look(chain, head.rank, head.d);
    return status;
}

emb_status emb__onnx_layer_norm(emb__onnx_chain *chain) {
    const emb__onnx_value *head = &chain->head;
    int64_t axis = emb__onnx_int(chain, "axis", -1);
    if (axis < 0) axis += 1 + head->rank;
    if (axis < 1 || axis > head->rank || chain->node->n_output > 1) {
        return emb__onnx_fail(
            chain, EMB__ONNX_PER_IMAGE,
            "normalizes several images together, or gives their statistics, which no layer does");
    }
    const emb__onnx_value *const values[2] = {
        emb__onnx_constant(chain, 1),
        emb__onnx_has_input(chain, 2) ? emb__onnx_constant(chain, 2) : NULL};
    if (!values[0] || (emb__onnx_has_input(chain, 2) && !values[1])) return emb__last_status();
    return by_places(chain, 1 + head->rank - (int)axis, own_epsilon(chain), values);
}

emb_status emb__onnx_norm_of(emb__onnx_chain *chain, int n, const emb__onnx_found *found) {
    const char *const names[2] = {found->weight, found->bias};
    const emb__onnx_value *values[2] = {NULL, NULL};
    for (int w = 0; w < 2 && names[w]; w++) {
        values[w] = emb__onnx_find(chain, names[w]);
        const int64_t *d = chain->head.d + chain->head.rank - n;
        if (memcmp(values[w]->d, d, (size_t)n * sizeof *d) == 0) continue;
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "its weights are not of what it normalizes");
    }
    return by_places(chain, n, found->numbers[0], values);
}

#endif
