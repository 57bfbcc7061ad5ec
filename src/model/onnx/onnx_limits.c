/* ONNX's Clip, Max and Min, also on numbers that already lie between known limits. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <string.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

emb_status emb__onnx_limit(emb__onnx_chain *chain, const char *name, size_t i, float *limit) {
    size_t count = 0;
    float *read = NULL;
    *limit = emb__onnx_float(chain, name, *limit);
    if (!emb__onnx_has_input(chain, i)) return EMB_OK;
    const emb__onnx_value *value = emb__onnx_constant(chain, i);
    emb_status status = value ? emb__onnx_present(chain, value, &count) : emb__last_status();
    if (status == EMB_OK && count != 1)
        status = emb__onnx_fail(chain, EMB__ONNX_CHECK, "its %s is not one number", name);
    if (status == EMB_OK) status = emb__onnx_read(chain, value, &read, &count);
    if (read) *limit = read[0];
    emb__free(read);
    return status;
}

void emb__onnx_known_limits(const emb__onnx_chain *chain, float *low, float *high) {
    const emb__onnx_affine *affine = &chain->affine;
    int last = chain->layer_count - 1;
    *low = -INFINITY;
    *high = INFINITY;
    while (last >= 0 &&
           (chain->layers[last].branch != chain->branch || chain->layers[last].spec.kind->alias)) {
        last--;
    }
    if (last < 0 || affine->dim >= 0) return;
    const emb__layer_spec *spec = &chain->layers[last].spec;
    emb__layer layer = {.kind = spec->kind, .spec = spec, .in = {1, {1}}};
    if (spec->kind->activation && spec->kind->range && spec->kind->compile(&layer) == EMB_OK) {
        double least, most;
        spec->kind->range(&layer, &least, &most);
        *low = (float)least;
        *high = (float)most;
    }
    if (affine->dim == EMB__ONNX_NOTHING) return;
    const float scale = affine->scale ? affine->scale[0] : 1;
    const float shift = affine->shift ? affine->shift[0] : 0;
    const float a = *low * scale + shift, b = *high * scale + shift;
    *low = scale < 0 ? b : a;
    *high = scale < 0 ? a : b;
}

/* The activation that has these limits and no others. */
static const emb__layer_kind *limited(float low, float high) {
    for (int i = 0; emb__activations[i]; i++) {
        const emb__activation *a = emb__activations[i]->activation;
        if (a->curve == EMB__CURVE_hardtanh && emb__activation_numbers(emb__activations[i]) == 0 &&
            a->fixed[0] == low && a->fixed[1] == high) {
            return emb__activations[i];
        }
    }
    return NULL;
}

/* From 0 on it is ReLU, or ReLU6 up to 6; with other limits, or one of them alone, the activation
 * that ONNX writes as Clip; if the numbers lie between the limits anyway, it is nothing. */
static emb_status limit(emb__onnx_chain *chain, float low, float high) {
    const float slack = 1e-6f; /* for rounding of scaled numbers */
    float least, most;
    emb__onnx_known_limits(chain, &least, &most);
    const bool under = high >= 3e38f || high >= most - slack;
    if (under && (low <= -3e38f || low <= least + slack)) return EMB_OK;
    if (low <= -3e38f) low = -INFINITY;
    if (high >= 3e38f) high = INFINITY;
    const emb__layer_kind *relu = emb__onnx_curve_find("Relu"),
                          *both = emb__onnx_curve_find("Clip"), *fixed = limited(low, high);
    if (under && low == 0 && relu) return emb__onnx_curve(chain, relu, NULL);
    if (fixed) return emb__onnx_curve(chain, fixed, NULL);
    if (both && low < high) {
        return emb__onnx_curve(chain, both, (const float[EMB__CURVE_ARGS]){low, high});
    }
    return emb__onnx_fail(chain, EMB__ONNX_LEAVE,
                          "limits numbers to %g .. %g, which leaves them one value or none",
                          (double)low, (double)high);
}

emb_status emb__onnx_clip(emb__onnx_chain *chain) {
    const char *op = emb__onnx_text(chain->node->op_type);
    const emb__onnx_value *first = emb__onnx_input(chain, 0);
    float low = -INFINITY, high = INFINITY;
    emb_status status;
    if (strcmp(op, "Clip") == 0) {
        status = emb__onnx_limit(chain, "min", 1, &low);
        if (status == EMB_OK) status = emb__onnx_limit(chain, "max", 2, &high);
    } else if (chain->node->n_input != 2) {
        return emb__onnx_fail(chain, "write it as one after the other, of two each",
                              "has %zu inputs, expected 2", chain->node->n_input);
    } else {
        const size_t other = first && first->kind == EMB__ONNX_IMAGES ? 1 : 0;
        status = emb__onnx_limit(chain, "limit", other, *op == 'M' && op[1] == 'a' ? &low : &high);
    }
    if (status == EMB_OK && (isnan(low) || isnan(high))) {
        status =
            emb__onnx_fail(chain, "use one limit for all numbers", "its limit is not one number");
    }
    return status == EMB_OK ? limit(chain, low, high) : status;
}

#endif
