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
    for (int i = 0; i < emb__activation_numbers(kind); i++) {
        if (isfinite(numbers[i])) continue;
        return emb__onnx_fail(chain, "its %s is not one number", kind->activation->onnx.names[i]);
    }
    emb_status status = emb__onnx_pointwise(chain, kind);
    if (status != EMB_OK) return status;
    emb__onnx_layer *layer = &chain->layers[chain->layer_count - 1];
    for (const emb__arg_kind *arg = kind->args; arg->name; arg++) {
        if (arg->type != EMB__REAL) continue;
        const float number = numbers[count++];
        const bool usual = number == (float)arg->real.value;
        emb__onnx_set_real(layer, arg->name,
                           usual ? arg->real.value : emb__number_of_float(number));
    }
    return EMB_OK;
}

/* An activation whose numbers are attributes. */
emb_status emb__onnx_curve_apply(emb__onnx_chain *chain, const emb__layer_kind *kind) {
    float numbers[EMB__CURVE_ARGS] = {0};
    int count = 0;
    for (const emb__arg_kind *arg = kind->args; arg->name; arg++) {
        if (arg->type != EMB__REAL) continue;
        const char *name = kind->activation->onnx.names[count];
        numbers[count++] = emb__onnx_float(chain, name, (float)arg->real.value);
    }
    return emb__onnx_curve(chain, kind, numbers);
}

#endif
