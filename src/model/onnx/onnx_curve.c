/* ONNX's activations as layers, by their rows in the table. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <string.h>

#include "codec/number.h"
#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

emb_status emb__onnx_pointwise(emb__onnx_chain *chain, const emb__layer_kind *kind) {
    emb_status status = emb__onnx_affine_flush(chain);
    emb__onnx_layer *layer = status == EMB_OK ? emb__onnx_layer_new(chain, kind) : NULL;
    if (!layer) return emb__last_status();
    layer->rank = chain->lie.rank;
    layer->count = emb__onnx_count(chain->head.rank, chain->head.d);
    chain->lie.clean = false;
    return EMB_OK;
}

const emb__layer_kind *emb__onnx_curve_find(const char *op) {
    for (int i = 0; emb__activations[i]; i++) {
        const char *own = emb__activations[i]->activation->onnx.op;
        if (own && strcmp(own, op) == 0) return emb__activations[i];
    }
    return NULL;
}

emb_status emb__onnx_curve(emb__onnx_chain *chain, const emb__layer_kind *kind,
                           const float *numbers) {
    int count = 0;
    emb_status status = emb__onnx_pointwise(chain, kind);
    if (status != EMB_OK) return status;
    emb__onnx_layer *layer = &chain->layers[chain->layer_count - 1];
    for (const emb__arg_kind *arg = kind->args; arg->name; arg++) {
        if (!emb__activation_is_number(arg)) continue;
        const float number = numbers[count++];
        const bool usual = number == (float)arg->real.value;
        if (arg->type == EMB__WORD) {
            emb__onnx_set(layer, arg->name, (int64_t)number);
        } else if ((double)number >= arg->real.least && (double)number <= arg->real.most) {
            emb__onnx_set_real(layer, arg->name,
                               usual           ? arg->real.value
                               : isinf(number) ? (double)number
                                               : emb__number_of_float(number));
        } else {
            return emb__onnx_fail(chain, EMB__ONNX_CHECK, "its %s is not one number",
                                  kind->activation->onnx.names[count - 1]);
        }
    }
    return EMB_OK;
}

/* The place of a text among an argument's words. */
static emb_status find_word(const emb__onnx_chain *chain, const emb__arg_kind *arg,
                            const ProtobufCBinaryData *text, float *number) {
    for (int i = 0; arg->words[i]; i++) {
        *number = (float)i;
        if (strlen(arg->words[i]) == text->len && memcmp(arg->words[i], text->data, text->len) == 0)
            return EMB_OK;
    }
    return emb__onnx_fail(chain, EMB__ONNX_CHECK, "its %s is '%.*s', which is not known", arg->name,
                          (int)(text->len < 40 ? text->len : 40), (const char *)text->data);
}

/* An activation whose numbers are attributes. */
emb_status emb__onnx_curve_apply(emb__onnx_chain *chain, const emb__layer_kind *kind) {
    float numbers[EMB__CURVE_ARGS] = {0};
    int count = 0;
    emb_status status = EMB_OK;
    for (const emb__arg_kind *arg = kind->args; arg->name; arg++) {
        if (!emb__activation_is_number(arg)) continue;
        const char *name = kind->activation->onnx.names[count];
        const Emb__Onnx__Attribute *own = name ? emb__onnx_attribute(chain, name) : NULL;
        float *number = &numbers[count++];
        *number = arg->type == EMB__WORD ? (float)arg->value : (float)arg->real.value;
        if (own && arg->type != EMB__WORD) *number = own->f;
        if (own && arg->type == EMB__WORD) status = find_word(chain, arg, &own->s, number);
        if (status != EMB_OK) return status;
    }
    return emb__onnx_curve(chain, kind, numbers);
}

emb_status emb__onnx_prelu(emb__onnx_chain *chain) {
    emb__onnx_affine slope = {.dim = EMB__ONNX_ONE};
    emb_status status = emb__onnx_affine_flush(chain);
    if (status == EMB_OK) {
        status = emb__onnx_affine_read(chain, 1, &slope.scale, &slope.count, &slope.dim);
    }
    const emb__onnx_lie *lie = &chain->lie;
    const bool vector = lie->rank == 1 && slope.count == emb__onnx_count(3, lie->grid);
    if (status == EMB_OK && slope.count > 1 && !vector && (lie->rank != 3 || slope.dim != 0)) {
        status =
            emb__onnx_fail(chain, "share them along rows and columns",
                           "has slopes for other things than the channels, which PReLU has not");
    }
    if (status == EMB_OK) status = emb__onnx_pointwise(chain, &emb__prelu);
    if (status != EMB_OK) {
        emb__onnx_affine_clear(&slope);
        return status;
    }
    emb__onnx_layer *layer = &chain->layers[chain->layer_count - 1];
    emb__onnx_set(layer, "num_parameters", (int64_t)slope.count);
    layer->weights[0] = slope.scale;
    layer->counts[0] = slope.count;
    return EMB_OK;
}

#endif
