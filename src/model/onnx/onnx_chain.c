/* What is known of an ONNX model while it is read: its values, its layers, and the current node's
 * attributes. See onnx.h. */
#include "base/status.h"
#include "base/text.h"
#include "base/translate.h"

#ifdef EMB_HAVE_PROTOBUF

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/onnx/onnx.h"

emb_status emb__onnx_fail(const emb__onnx_chain *chain, const char *advice, const char *format,
                          ...) {
    char text[512];
    va_list list;
    va_start(list, format);
    emb__fail_part(text, sizeof text, format, list);
    va_end(list);
    const Emb__Onnx__Node *node = chain->node;
    const char *name = emb__onnx_text(node->name);
    if (!*name && node->n_output) name = emb__onnx_text(node->output[0]);
    return emb__fail(EMB_ERR_FORMAT, "%s: node '%.*s' (%.*s): %s; %s", chain->file->path,
                     EMB__CUT(name, 80), EMB__CUT(emb__onnx_text(node->op_type), 40), text,
                     _(advice));
}

emb_status emb__onnx_fail_as(const emb__onnx_chain *chain, const char *what) {
    char reason[384];
    snprintf(reason, sizeof reason, "%.*s", EMB__CUT(emb_error(), sizeof reason - 1));
    return emb__onnx_fail(chain, "change that in the model before the export", "%s%s%s", what,
                          *what ? " " : "", reason);
}

emb_status emb__onnx_fail_of(const emb__onnx_chain *chain, const char *advice, const char *what,
                             const char *name) {
    return emb__fail(EMB_ERR_FORMAT, "%s: %s '%.*s'; %s", chain->file->path, _(what),
                     EMB__CUT(name, 80), _(advice));
}

void emb__onnx_note(emb__onnx_chain *chain, const char *format, ...) {
    char text[512];
    va_list list;
    va_start(list, format);
    emb__say_list(text, sizeof text, format, list);
    va_end(list);
    emb__text_note(&chain->notes, text);
}

const emb__onnx_value *emb__onnx_find(const emb__onnx_chain *chain, const char *name) {
    for (size_t i = chain->value_count; i > 0; i--) {
        if (strcmp(chain->values[i - 1].name, name) == 0) return &chain->values[i - 1];
    }
    return NULL;
}

emb_status emb__onnx_define(emb__onnx_chain *chain, const emb__onnx_value *value) {
    if (chain->value_count == chain->value_room) {
        const size_t grown = 2 * chain->value_room + 64;
        emb__onnx_value *values = emb__realloc(chain->values, grown * sizeof *values);
        if (!values) return EMB_ERR_MEMORY;
        chain->values = values;
        chain->value_room = grown;
    }
    chain->values[chain->value_count++] = *value;
    return EMB_OK;
}

const emb__onnx_value *emb__onnx_input(const emb__onnx_chain *chain, size_t i) {
    if (i >= chain->node->n_input || !*emb__onnx_text(chain->node->input[i])) return NULL;
    return emb__onnx_find(chain, chain->node->input[i]);
}

bool emb__onnx_has_input(const emb__onnx_chain *chain, size_t i) {
    return i < chain->node->n_input && *emb__onnx_text(chain->node->input[i]);
}

bool emb__onnx_reads_images(const emb__onnx_chain *chain) {
    for (size_t i = 0; i < chain->node->n_input; i++) {
        const emb__onnx_value *value = emb__onnx_input(chain, i);
        if (value && value->kind == EMB__ONNX_IMAGES) return true;
    }
    return false;
}

emb__onnx_value emb__onnx_of_tensor(const char *name, const Emb__Onnx__Tensor *tensor) {
    emb__onnx_value value = {.name = name, .kind = EMB__ONNX_TENSOR, .tensor = tensor};
    const bool fits = tensor->n_dims <= EMB__ONNX_RANK;
    value.rank = fits ? (int)tensor->n_dims : EMB__ONNX_RANK + 1;
    for (int i = 0; fits && i < value.rank; i++) value.d[i] = tensor->dims[i];
    return value;
}

size_t emb__onnx_count(int rank, const int64_t *d) {
    size_t count = 1;
    for (int i = 0; i < rank; i++) count *= (size_t)d[i]; /* bounded when made */
    return count;
}

void emb__onnx_look(emb__onnx_chain *chain, int rank, const int64_t *d) {
    chain->head.rank = rank;
    memmove(chain->head.d, d, (size_t)rank * sizeof *d);
}

int emb__onnx_notation_rank(int rank) { return rank <= 1 ? 1 : 3; }

/* ---- attributes ------------------------------------------------------------------------------ */

const Emb__Onnx__Attribute *emb__onnx_attribute(const emb__onnx_chain *chain, const char *name) {
    for (size_t i = 0; i < chain->node->n_attribute; i++) {
        if (strcmp(emb__onnx_text(chain->node->attribute[i]->name), name) == 0) {
            return chain->node->attribute[i];
        }
    }
    return NULL;
}

int64_t emb__onnx_int(const emb__onnx_chain *chain, const char *name, int64_t otherwise) {
    const Emb__Onnx__Attribute *attribute = emb__onnx_attribute(chain, name);
    return attribute ? attribute->i : otherwise;
}

float emb__onnx_float(const emb__onnx_chain *chain, const char *name, float otherwise) {
    const Emb__Onnx__Attribute *attribute = emb__onnx_attribute(chain, name);
    return attribute ? attribute->f : otherwise;
}

emb_status emb__onnx_ints(const emb__onnx_chain *chain, const char *name, int count,
                          int64_t otherwise, int64_t *numbers) {
    const Emb__Onnx__Attribute *attribute = emb__onnx_attribute(chain, name);
    for (int i = 0; i < count; i++) numbers[i] = otherwise;
    if (!attribute) return EMB_OK;
    if (attribute->n_ints != (size_t)count) {
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "%s has %zu numbers, expected %d", name,
                              attribute->n_ints, count);
    }
    for (int i = 0; i < count; i++) numbers[i] = attribute->ints[i];
    return EMB_OK;
}

emb_status emb__onnx_list(const emb__onnx_chain *chain, const char *name, size_t i,
                          int64_t numbers[EMB__ONNX_RANK], int *count) {
    const Emb__Onnx__Attribute *attribute = emb__onnx_attribute(chain, name);
    const emb__onnx_value *value = emb__onnx_input(chain, i);
    *count = -1;
    if (value && value->kind == EMB__ONNX_TENSOR) {
        size_t read;
        emb_status status =
            emb__onnx_integers(chain->file, value->tensor, numbers, EMB__ONNX_RANK, &read);
        *count = (int)read;
        return status;
    }
    if (value && value->kind == EMB__ONNX_INTEGERS) {
        *count = value->rank;
        memcpy(numbers, value->d, (size_t)value->rank * sizeof *numbers);
        return EMB_OK;
    }
    if (value || (attribute && attribute->n_ints > EMB__ONNX_RANK)) {
        return emb__onnx_fail(chain, EMB__ONNX_FOLD, "its %s is not a constant", name);
    }
    if (!attribute) return EMB_OK;
    *count = (int)attribute->n_ints;
    for (int k = 0; k < *count; k++) numbers[k] = attribute->ints[k];
    return EMB_OK;
}

emb_status emb__onnx_check_types(const emb__onnx_chain *chain) {
    static const struct {
        const char *name;
        int type;
    } types[] = {{"alpha", 1},
                 {"beta", 1},
                 {"gamma", 1},
                 {"approximate", 3},
                 {"transA", 2},
                 {"transB", 2},
                 {"group", 2},
                 {"num_groups", 2},
                 {"axis", 2},
                 {"to", 2},
                 {"allowzero", 2},
                 {"auto_pad", 3},
                 {"pads", 7},
                 {"strides", 7},
                 {"dilations", 7},
                 {"kernel_shape", 7},
                 {"shape", 7},
                 {"output_padding", 7},
                 {"output_shape", 7},
                 {"perm", 7},
                 {"axes", 7},
                 {"epsilon", 1},
                 {"mode", 3},
                 {"training_mode", 2},
                 {"value", 1},
                 {"min", 1},
                 {"max", 1},
                 {"start", 2},
                 {"end", 2},
                 {"ceil_mode", 2},
                 {"count_include_pad", 2},
                 {"storage_order", 2},
                 {"blocksize", 2},
                 {"keepdims", 2},
                 {"antialias", 2},
                 {"exclude_outside", 2},
                 {"cubic_coeff_a", 1},
                 {"nearest_mode", 3},
                 {"coordinate_transformation_mode", 3},
                 {"keep_aspect_ratio_policy", 3},
                 {"is_test", 2},
                 {"consumed_inputs", 7}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        const Emb__Onnx__Attribute *attribute = emb__onnx_attribute(chain, types[i].name);
        if (!attribute || !attribute->has_type || attribute->type == types[i].type) continue;
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "its attribute %s is of type %d, expected %d",
                              types[i].name, attribute->type, types[i].type);
    }
    return EMB_OK;
}

emb_status emb__onnx_more(emb__onnx_chain *chain, size_t count) {
    const size_t most = 2 * (chain->file->size + chain->file->stored) + (1 << 17);
    if (count > EMB__MAX_PARAMETERS - chain->numbers || chain->numbers + count > most) {
        return emb__onnx_fail(chain, EMB__ONNX_FOLD,
                              "its weights are more than a model of this size can have");
    }
    chain->numbers += count;
    return EMB_OK;
}

#endif
