/* ONNX's operators as layers. See onnx.h. */
#include "base/status.h"
#include "base/text.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "formats/onnx.h"

enum { CAST_TO_FLOAT = 1 };

/* ---- small things ---------------------------------------------------------------------------- */

const Emb__Onnx__Tensor *emb__onnx_constant(const emb__onnx_chain *chain, size_t i) {
    const emb__onnx_value *value = emb__onnx_input(chain, i);
    if (value && value->kind == EMB__ONNX_TENSOR) return value->tensor;
    emb__onnx_fail(chain, "its input %zu is no constant", i + 1);
    return NULL;
}

bool emb__onnx_has_input(const emb__onnx_chain *chain, size_t i) {
    return i < chain->node->n_input && *emb__onnx_text(chain->node->input[i]);
}

static emb_status read_floats(const emb__onnx_chain *chain, size_t i, float **values, size_t *count,
                              const Emb__Onnx__Tensor **tensor) {
    *tensor = emb__onnx_constant(chain, i);
    return *tensor ? emb__onnx_floats(chain->file, *tensor, values, count) : emb__last_status();
}

/* Whether a bias's dimensions are `count` numbers for every image, `after` ones of 1 behind them;
 * or one for all. */
static bool is_bias(const Emb__Onnx__Tensor *t, size_t count, size_t after) {
    size_t numbers = 1, last = t->n_dims;
    for (size_t i = 0; i < t->n_dims; i++) numbers *= (size_t)t->dims[i];
    if (numbers == 1) return true;
    for (; after > 0 && last > 0 && t->dims[last - 1] == 1; after--) last--;
    return numbers == count && after == 0 && last > 0 && (size_t)t->dims[last - 1] == count;
}

emb_status emb__onnx_take_bias(const emb__onnx_chain *chain, emb__onnx_layer *layer, size_t i,
                               float scale, size_t after) {
    const Emb__Onnx__Tensor *tensor;
    size_t count = 0;
    float *read = NULL;
    emb_status status = read_floats(chain, i, &read, &count, &tensor);
    if (status == EMB_OK && !is_bias(tensor, layer->outputs, after)) {
        status = emb__onnx_fail(chain, "its bias is not %zu numbers, the same for every image",
                                layer->outputs);
    }
    float *bias = status == EMB_OK ? emb__calloc(layer->outputs, sizeof *bias) : NULL;
    if (status == EMB_OK && !bias) status = EMB_ERR_MEMORY;
    for (size_t k = 0; status == EMB_OK && k < layer->outputs; k++) {
        bias[k] = read[count == 1 ? 0 : k] * scale;
    }
    emb__free(read);
    layer->weights[1] = bias;
    layer->counts[1] = bias ? layer->outputs : 0;
    layer->may_add = false;
    return status;
}

/* ---- convolutions: onnx_conv.c ----------------------------------------------------------------
 */

static emb_status conv2d(emb__onnx_chain *chain) { return emb__onnx_conv(chain, false); }
static emb_status conv_transpose(emb__onnx_chain *chain) { return emb__onnx_conv(chain, true); }

/* ---- Linear ---------------------------------------------------------------------------------- */

/* Linear from input 1, [K, N] or with `turned` [N, K], times `scale`. */
static emb_status apply_linear(emb__onnx_chain *chain, bool turned, float scale,
                               emb__onnx_layer **made) {
    const Emb__Onnx__Tensor *tensor = emb__onnx_constant(chain, 1);
    if (!tensor) return emb__last_status();
    if (chain->head.rank != 1 || tensor->n_dims != 2) {
        return emb__onnx_fail(chain, "multiplies %d dimensions of an image by %zu; expected 1 by 2",
                              chain->head.rank, tensor->n_dims);
    }
    const int64_t in = tensor->dims[turned ? 1 : 0], out = tensor->dims[turned ? 0 : 1];
    if (in < 1 || in != chain->head.d[0] || out < 1 || out > EMB__MAX_SIZE) {
        return emb__onnx_fail(chain, "its weights take %lld numbers, and get %lld", (long long)in,
                              (long long)chain->head.d[0]);
    }
    emb__onnx_layer *layer = *made = emb__onnx_layer_new(chain, "Linear");
    if (!layer) return emb__last_status();
    float *read = NULL;
    size_t count = 0;
    emb_status status = emb__onnx_locate(chain->file, tensor, &count);
    if (status == EMB_OK) status = emb__onnx_more(chain, (size_t)in * (size_t)out);
    if (status == EMB_OK) status = emb__onnx_floats(chain->file, tensor, &read, &count);
    float *weight = status == EMB_OK ? emb__calloc(count, sizeof *weight) : NULL;
    if (status == EMB_OK && !weight) status = EMB_ERR_MEMORY;
    for (size_t i = 0; weight && i < count; i++) {
        const size_t o = turned ? i / (size_t)in : i % (size_t)out;
        const size_t k = turned ? i % (size_t)in : i / (size_t)out;
        weight[o * (size_t)in + k] = read[i] * scale;
    }
    emb__free(read);
    if (status != EMB_OK) return status;
    layer->weights[0] = weight;
    layer->counts[0] = count;
    layer->weighted = true;
    layer->outputs = (size_t)out;
    emb__text_add(&layer->text, "%lld, %lld", (long long)in, (long long)out);
    emb__onnx_made(chain, 1, &out);
    return EMB_OK;
}

static emb_status gemm(emb__onnx_chain *chain) {
    emb__onnx_layer *layer = NULL;
    if (emb__onnx_int(chain, "transA", 0)) {
        return emb__onnx_fail(chain, "transA makes the images the second dimension, which is not "
                                     "possible");
    }
    emb_status status = apply_linear(chain, emb__onnx_int(chain, "transB", 0),
                                     emb__onnx_float(chain, "alpha", 1), &layer);
    if (layer && status == EMB_OK) layer->may_add = true;
    if (status != EMB_OK || !emb__onnx_has_input(chain, 2)) return status;
    return emb__onnx_take_bias(chain, layer, 2, emb__onnx_float(chain, "beta", 1), 0);
}

static emb_status matmul(emb__onnx_chain *chain) {
    emb__onnx_layer *layer = NULL;
    emb_status status = apply_linear(chain, false, 1, &layer);
    if (layer && status == EMB_OK) layer->may_add = true;
    return status;
}

static emb_status add(emb__onnx_chain *chain) {
    emb__onnx_layer *layer = chain->layer_count ? &chain->layers[chain->layer_count - 1] : NULL;
    if (!layer || !layer->may_add) {
        return emb__onnx_fail(chain, "is known only as the bias of a MatMul or a Conv before it");
    }
    const emb__onnx_value *first = emb__onnx_input(chain, 0);
    const size_t other = first && first->kind == EMB__ONNX_IMAGES ? 1 : 0;
    layer->before = chain->value_count;
    return emb__onnx_take_bias(chain, layer, other, 1, (size_t)chain->head.rank - 1);
}

/* ---- elementwise, shapes --------------------------------------------------------------------- */

static emb_status simple(emb__onnx_chain *chain, const char *name) {
    emb__onnx_layer *layer = emb__onnx_layer_new(chain, name);
    if (!layer) return emb__last_status();
    const emb__onnx_value head = chain->head;
    emb__onnx_made(chain, head.rank, head.d);
    return EMB_OK;
}

static emb_status apply_tanh(emb__onnx_chain *chain) { return simple(chain, "Tanh"); }
static emb_status apply_sigmoid(emb__onnx_chain *chain) { return simple(chain, "Sigmoid"); }
static emb_status apply_relu(emb__onnx_chain *chain) { return simple(chain, "ReLU"); }
static emb_status identity(emb__onnx_chain *chain) { return simple(chain, "Identity"); }

/* Nothing, unless it says that it drops. */
static emb_status dropout(emb__onnx_chain *chain) {
    if (emb__onnx_has_input(chain, 2)) {
        return emb__onnx_fail(chain, "is of training; export the model for inference");
    }
    return EMB_OK;
}

/* The head's numbers under other dimensions. */
static emb_status look_as(emb__onnx_chain *chain, int rank, const int64_t *d) {
    const emb__onnx_value head = chain->head;
    const bool was_image = emb__onnx_notation_rank(head.rank) == 3;
    const bool is_image = emb__onnx_notation_rank(rank) == 3;
    if (rank == head.rank && memcmp(d, head.d, (size_t)rank * sizeof *d) == 0) return EMB_OK;
    if (was_image) {
        const int64_t count = (int64_t)emb__onnx_count(head.rank, head.d);
        if (!emb__onnx_layer_new(chain, "Flatten")) return emb__last_status();
        emb__onnx_made(chain, 1, &count);
    }
    if (is_image) {
        emb__onnx_layer *layer = emb__onnx_layer_new(chain, "Unflatten");
        if (!layer) return emb__last_status();
        emb__text_add(&layer->text, "1, (%lld, %lld, %lld)", (long long)d[0],
                      (long long)(rank == 3 ? d[1] : 1), (long long)d[rank - 1]);
    }
    emb__onnx_made(chain, rank, d);
    return EMB_OK;
}

static emb_status flatten(emb__onnx_chain *chain) {
    int64_t axis = emb__onnx_int(chain, "axis", 1);
    if (axis < 0) axis += 1 + chain->head.rank;
    if (axis != 1) {
        return emb__onnx_fail(chain, "axis %lld would mix the images", (long long)axis);
    }
    const int64_t count = (int64_t)emb__onnx_count(chain->head.rank, chain->head.d);
    return look_as(chain, 1, &count);
}

/* The numbers that a Reshape asks for: its second input, or an attribute in old versions. */
static emb_status read_shape(const emb__onnx_chain *chain, int64_t *shape, size_t *count) {
    const emb__onnx_value *value = emb__onnx_input(chain, 1);
    const Emb__Onnx__Attribute *attribute = emb__onnx_attribute(chain, "shape");
    if (value && value->kind == EMB__ONNX_TENSOR) {
        return emb__onnx_integers(chain->file, value->tensor, shape, EMB__ONNX_RANK, count);
    }
    if (value && value->kind == EMB__ONNX_INTEGERS) {
        *count = (size_t)value->rank;
        memcpy(shape, value->d, *count * sizeof *shape);
        return EMB_OK;
    }
    if (!attribute || attribute->n_ints > EMB__ONNX_RANK) {
        return emb__onnx_fail(chain, "its shape is no constant");
    }
    *count = attribute->n_ints;
    for (size_t i = 0; i < *count; i++) shape[i] = attribute->ints[i];
    return EMB_OK;
}

static emb_status reshape(emb__onnx_chain *chain) {
    int64_t shape[EMB__ONNX_RANK];
    size_t count = 0;
    const size_t numbers = emb__onnx_count(chain->head.rank, chain->head.d);
    emb_status status = read_shape(chain, shape, &count);
    if (status != EMB_OK) return status;
    const bool keeps_zeros = emb__onnx_int(chain, "allowzero", 0);
    int unknown = -1;
    size_t known = 1;
    for (size_t i = 0; i < count; i++) {
        if (shape[i] == 0 && !keeps_zeros && (int)i <= chain->head.rank) {
            shape[i] = i == 0 ? EMB__ONNX_BATCH : chain->head.d[i - 1];
        }
        if (i == 0) continue;
        if (shape[i] == -1 && unknown < 0) {
            unknown = (int)i;
        } else if (shape[i] < 1 || !emb__mul(known, (size_t)shape[i], &known)) {
            return emb__onnx_fail(chain, "its shape cannot be");
        }
    }
    if (unknown > 0) {
        if (numbers % known)
            return emb__onnx_fail(chain, "its shape does not fit %zu numbers", numbers);
        shape[unknown] = (int64_t)(numbers / known);
        known = numbers;
    }
    const int64_t first = count > 0 ? shape[0] : 0;
    const bool keeps = first == EMB__ONNX_BATCH || (first == -1 && unknown < 0) ||
                       (first > 0 && first == chain->batch);
    if (count < 2 || !keeps || known != numbers) {
        return emb__onnx_fail(chain, "its shape would mix the images");
    }
    if (count > 4) {
        return emb__onnx_fail(chain, "makes %zu dimensions of an image; at most 3 are possible",
                              count - 1);
    }
    return look_as(chain, (int)count - 1, shape + 1);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

/* uint8 as floats: the beginning of what torchvision's ToTensor does. */
static emb_status cast(emb__onnx_chain *chain) {
    if (emb__onnx_int(chain, "to", 0) != CAST_TO_FLOAT) {
        return emb__onnx_fail(chain, "makes something else than float32");
    }
    if (chain->layer_count > 0)
        return emb__onnx_fail(chain, "is known only before the first layer");
    return EMB_OK;
}

/* ... and its end: by 255, or times 1 / 255. */
static emb_status scale(emb__onnx_chain *chain, bool divides) {
    const Emb__Onnx__Tensor *tensor;
    float *factor = NULL;
    size_t count = 0;
    if (!chain->bytes || chain->layer_count > 0) {
        return emb__onnx_fail(chain, "is known only as the 255 by which uint8 pixels are divided");
    }
    const emb__onnx_value *first = emb__onnx_input(chain, 0);
    const size_t other = first && first->kind == EMB__ONNX_IMAGES ? 1 : 0;
    emb_status status = read_floats(chain, other, &factor, &count, &tensor);
    if (status != EMB_OK) return status;
    const float by = count == 1 ? divides ? factor[0] : 1 / factor[0] : 0;
    emb__free(factor);
    if (!(fabsf(by - 255) < 1e-3f)) {
        return emb__onnx_fail(chain, "divides pixels by something else than 255");
    }
    chain->bytes = false;
    return EMB_OK;
}

static emb_status divide(emb__onnx_chain *chain) { return scale(chain, true); }
static emb_status multiply(emb__onnx_chain *chain) { return scale(chain, false); }

/* ---- the table ------------------------------------------------------------------------------- */

static const struct {
    const char *op;
    emb_status (*apply)(emb__onnx_chain *chain);
    const char *attributes; /* that are understood, each between spaces */
    bool bytes;             /* may read pixels before they are divided by 255 */
} operators[] = {
    {"Conv", conv2d, " auto_pad dilations group kernel_shape pads strides ", false},
    {"ConvTranspose", conv_transpose,
     " auto_pad dilations group kernel_shape output_padding output_shape pads strides ", false},
    {"Gemm", gemm, " alpha beta broadcast transA transB ", false},
    {"MatMul", matmul, " ", false},
    {"Add", add, " axis broadcast ", false},
    {"Tanh", apply_tanh, " ", false},
    {"Sigmoid", apply_sigmoid, " ", false},
    {"Relu", apply_relu, " ", false},
    {"Flatten", flatten, " axis ", false},
    {"Reshape", reshape, " allowzero shape ", false},
    {"Identity", identity, " ", false},
    {"Dropout", dropout, " seed ratio is_test ", false},
    {"Cast", cast, " to saturate ", true},
    {"Div", divide, " ", true},
    {"Mul", multiply, " ", true},
};
enum { OPERATORS = sizeof operators / sizeof *operators };

void emb__onnx_operators(emb__text *out) {
    for (int i = 0; i < OPERATORS; i++) {
        emb__text_add(out, "%s%s", i ? ", " : "", operators[i].op);
    }
}

static emb_status check_attributes(const emb__onnx_chain *chain, const char *known) {
    for (size_t i = 0; i < chain->node->n_attribute; i++) {
        const char *name = emb__onnx_text(chain->node->attribute[i]->name);
        char spaced[64];
        snprintf(spaced, sizeof spaced, " %.60s ", name);
        if (!strstr(known, spaced)) {
            return emb__onnx_fail(chain, "has an attribute '%.*s', which is not known",
                                  EMB__CUT(name, 60));
        }
    }
    return EMB_OK;
}

emb_status emb__onnx_apply(emb__onnx_chain *chain) {
    const char *op = emb__onnx_text(chain->node->op_type);
    for (int i = 0; i < OPERATORS; i++) {
        if (strcmp(operators[i].op, op) != 0) continue;
        emb_status status = check_attributes(chain, operators[i].attributes);
        if (status == EMB_OK && chain->bytes && !operators[i].bytes) {
            status = emb__onnx_fail(chain, "reads bytes that were not divided by 255");
        }
        return status == EMB_OK ? operators[i].apply(chain) : status;
    }
    emb__text names = {0};
    emb__onnx_operators(&names);
    emb_status status = emb__onnx_fail(chain, "is not among what embudo's layers cover: %s",
                                       names.failed || !names.bytes ? "" : names.bytes);
    emb__free(names.bytes);
    return status;
}

#endif
