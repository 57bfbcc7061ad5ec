/* ONNX's operators as layers. See onnx.h. */
#include "base/status.h"
#include "base/text.h"
#include "base/translate.h"

#ifdef EMB_HAVE_PROTOBUF

#include <stdio.h>
#include <string.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

/* ---- convolutions: onnx_conv.c ----------------------------------------------------------------
 */

static emb_status conv2d(emb__onnx_chain *chain) { return emb__onnx_conv(chain, false); }
static emb_status conv_transpose(emb__onnx_chain *chain) { return emb__onnx_conv(chain, true); }

/* ---- elementwise, shapes --------------------------------------------------------------------- */

static emb_status identity(emb__onnx_chain *chain) {
    return emb__onnx_pointwise(chain, &emb__identity);
}

/* Does nothing, unless the node is in training mode. */
static emb_status dropout(emb__onnx_chain *chain) {
    if (emb__onnx_has_input(chain, 2)) {
        return emb__onnx_fail(chain, "call model.eval() before the export", "is in training mode");
    }
    return EMB_OK;
}

/* Of a single tensor, as some exporters write it, it does nothing. */
static emb_status concat(emb__onnx_chain *chain) {
    return chain->node->n_input == 1 ? EMB_OK : emb__onnx_refuse(chain);
}

static emb_status flatten(emb__onnx_chain *chain) {
    const emb__onnx_value *head = &chain->head;
    int64_t axis = emb__onnx_int(chain, "axis", 1);
    if (axis < 0) axis += 1 + head->rank;
    if (axis < 1 || axis > 1 + head->rank || emb__onnx_count((int)axis - 1, head->d) != 1) {
        return emb__onnx_fail(chain, EMB__ONNX_PER_IMAGE, "axis %lld would mix the images",
                              (long long)axis);
    }
    const int64_t count = (int64_t)emb__onnx_count(head->rank, head->d);
    return emb__onnx_look_as(chain, 1, &count);
}

/* Unsqueeze, Squeeze. */
static emb_status squeeze(emb__onnx_chain *chain) {
    const emb__onnx_value *head = &chain->head;
    const bool grows = emb__onnx_text(chain->node->op_type)[0] == 'U';
    int64_t list[EMB__ONNX_RANK], d[EMB__ONNX_RANK] = {0};
    bool at[EMB__ONNX_RANK] = {false};
    int count = 0, made = 0;
    emb_status status = emb__onnx_list(chain, "axes", 1, list, &count);
    if (status != EMB_OK) return status;
    const int rank = 1 + head->rank + (grows && count > 0 ? count : 0);
    if (count < 0 && (grows || chain->batch != EMB__ONNX_BATCH)) {
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "does not say its axes");
    }
    for (int i = 0; i < count; i++) {
        if (list[i] < 0) list[i] += rank;
        if (grows && rank > 4 && head->rank == 3 && list[i] > 0) return emb__onnx_split(chain);
        if (rank > 4 || list[i] < 0 || list[i] >= rank || at[list[i]]) {
            return emb__onnx_fail(chain, "use images of channels, rows and columns",
                                  "its axes are impossible; an image has at most 3 dimensions");
        }
        at[list[i]] = true;
    }
    if (at[0]) return emb__onnx_fail(chain, EMB__ONNX_PER_IMAGE, "would mix the images");
    for (int i = 1, k = 0; i < rank; i++) {
        if (grows) {
            d[made++] = at[i] ? 1 : head->d[k++];
        } else if (count < 0 ? head->d[i - 1] != 1 : !at[i]) {
            d[made++] = head->d[i - 1];
        } else if (head->d[i - 1] != 1) {
            return emb__onnx_fail(chain, EMB__ONNX_CHECK, "drops a dimension of %lld",
                                  (long long)head->d[i - 1]);
        }
    }
    if (made == 0) d[made++] = 1;
    status = emb__onnx_lines_flush(chain);
    return status == EMB_OK ? emb__onnx_look_as(chain, made, d) : status;
}

static emb_status reshape(emb__onnx_chain *chain) {
    int64_t shape[EMB__ONNX_RANK];
    int listed = 0;
    const size_t numbers = emb__onnx_count(chain->head.rank, chain->head.d);
    emb_status status = emb__onnx_list(chain, "shape", 1, shape, &listed);
    if (status == EMB_OK && listed < 0)
        status = emb__onnx_fail(chain, EMB__ONNX_FOLD, "its shape is not a constant");
    if (status != EMB_OK) return status;
    if (emb__onnx_groups(chain, listed, shape)) return EMB_OK;
    if (emb__onnx_stacks(chain, listed, shape)) return EMB_OK;
    const size_t count = (size_t)listed;
    const bool keeps_zeros = emb__onnx_int(chain, "allowzero", 0);
    int unknown = -1;
    size_t known = 1;
    /* Of images that are stacked, the first two sides are not the head's. */
    if (emb__onnx_is_stacked(chain) && !keeps_zeros && count > 1 &&
        (shape[0] == 0 || shape[1] == 0)) {
        return emb__onnx_fail(chain, EMB__ONNX_PER_IMAGE, "its shape would mix the images");
    }
    for (size_t i = 0; i < count; i++) {
        if (shape[i] == 0 && !keeps_zeros && (int)i <= chain->head.rank) {
            shape[i] = i == 0 ? EMB__ONNX_BATCH : chain->head.d[i - 1];
        }
        if (i == 0) continue;
        if (shape[i] == -1 && unknown < 0) {
            unknown = (int)i;
        } else if (shape[i] < 1 || !emb__mul(known, (size_t)shape[i], &known)) {
            return emb__onnx_fail(chain, EMB__ONNX_CHECK, "its shape is impossible");
        }
    }
    if (unknown > 0) {
        if (numbers % known)
            return emb__onnx_fail(chain, EMB__ONNX_CHECK, "its shape does not fit %zu numbers",
                                  numbers);
        shape[unknown] = (int64_t)(numbers / known);
        known = numbers;
    }
    const int64_t first = count > 0 ? shape[0] : 0;
    const bool keeps = first == EMB__ONNX_BATCH || (first == -1 && unknown < 0) ||
                       (first > 0 && first == chain->batch);
    if (count < 2 || !keeps || known != numbers) {
        return emb__onnx_fail(chain, EMB__ONNX_PER_IMAGE, "its shape would mix the images");
    }
    if (count > 4 && chain->head.rank == 3) return emb__onnx_split(chain);
    if (count > 4) {
        return emb__onnx_fail(chain, "use images of channels, rows and columns",
                              "makes %zu dimensions of an image; at most 3 are possible",
                              count - 1);
    }
    return emb__onnx_look_as(chain, (int)count - 1, shape + 1);
}

/* Another kind of float changes only the last digits; uint8 become floats. */
static emb_status cast(emb__onnx_chain *chain) {
    const int64_t to = emb__onnx_int(chain, "to", 0);
    if (to != 1 && to != 10 && to != 11 && to != 16) {
        return emb__onnx_fail(chain, EMB__ONNX_LEAVE, "makes something other than floats");
    }
    chain->half = chain->half || to == 10 || to == 16;
    if (!chain->bytes) return EMB_OK;
    /* The network gets pixels as its metadata says, 0..1 by default: a step before the graph's own
     * undoes the difference from bytes. */
    chain->bytes = false;
    const emb__origin *origin = &chain->origin;
    const bool own = chain->has_origin && origin->has_pixels;
    const double black = own ? origin->black : 0, span = own ? origin->white - black : 1;
    emb__onnx_affine step = {.dim = EMB__ONNX_ONE,
                             .count = 1,
                             .scale = emb__calloc(1, sizeof *step.scale),
                             .shift = black != 0 ? emb__calloc(1, sizeof *step.shift) : NULL};
    if (!step.scale || (black != 0 && !step.shift)) {
        emb__onnx_affine_clear(&step);
        return EMB_ERR_MEMORY;
    }
    *step.scale = (float)(255 / span);
    if (step.shift) *step.shift = (float)(-black * 255 / span);
    return emb__onnx_affine_add(chain, step);
}

/* ---- the table ------------------------------------------------------------------------------- */

/* uint8; zeros around the head; rows and columns that wait. */
enum { PLAIN = 0, BYTES = 1, ZEROS = 2, LINES = 4 };

static const struct {
    const char *op;
    emb_status (*apply)(emb__onnx_chain *chain);
    const char *attributes; /* known ones, each between spaces */
    int takes;              /* what it may find, of these: */
} operators[] = {
    {"Conv", conv2d, " auto_pad dilations group kernel_shape pads strides ", ZEROS | LINES},
    {"ConvTranspose", conv_transpose,
     " auto_pad dilations group kernel_shape output_padding output_shape pads strides ", PLAIN},
    {"Gemm", emb__onnx_gemm, " alpha beta broadcast transA transB ", PLAIN},
    {"MatMul", emb__onnx_matmul, " ", LINES},
    {"BatchNormalization", emb__onnx_normalize,
     " epsilon momentum spatial is_test consumed_inputs training_mode ", PLAIN},
    {"InstanceNormalization", emb__onnx_instance_norm, " epsilon consumed_inputs ", PLAIN},
    {"LayerNormalization", emb__onnx_layer_norm, " axis epsilon stash_type ", PLAIN},
    {"GroupNormalization", emb__onnx_group_norm, " epsilon num_groups stash_type ", PLAIN},
    {"Add", emb__onnx_arithmetic, " axis broadcast consumed_inputs ", PLAIN},
    {"Sub", emb__onnx_arithmetic, " axis broadcast consumed_inputs ", PLAIN},
    {"Mul", emb__onnx_arithmetic, " axis broadcast consumed_inputs ", PLAIN},
    {"Div", emb__onnx_arithmetic, " axis broadcast consumed_inputs ", PLAIN},
    {"Neg", emb__onnx_arithmetic, " consumed_inputs ", PLAIN},
    {"Flatten", flatten, " axis ", BYTES},
    {"Reshape", reshape, " allowzero shape consumed_inputs ", BYTES},
    {"Transpose", emb__onnx_transpose, " perm ", BYTES},
    {"Squeeze", squeeze, " axes ", BYTES},
    {"Unsqueeze", squeeze, " axes ", BYTES | LINES},
    {"Pad", emb__onnx_pad, " mode pads value ", LINES},
    {"MaxPool", emb__onnx_pool,
     " auto_pad ceil_mode dilations kernel_shape pads storage_order strides ", LINES},
    {"AveragePool", emb__onnx_pool,
     " auto_pad ceil_mode count_include_pad dilations kernel_shape pads strides ", PLAIN},
    {"GlobalMaxPool", emb__onnx_pool_global, " ", PLAIN},
    {"GlobalAveragePool", emb__onnx_pool_global, " ", PLAIN},
    {"ReduceMean", emb__onnx_reduce, " axes keepdims noop_with_empty_axes ", PLAIN},
    {"ReduceMax", emb__onnx_reduce, " axes keepdims noop_with_empty_axes ", PLAIN},
    {"Resize", emb__onnx_resize,
     " antialias axes coordinate_transformation_mode cubic_coeff_a exclude_outside "
     "extrapolation_value keep_aspect_ratio_policy mode nearest_mode ",
     PLAIN},
    {"Upsample", emb__onnx_resize, " mode ", PLAIN},
    {"DepthToSpace", emb__onnx_shuffle, " blocksize mode ", PLAIN},
    {"SpaceToDepth", emb__onnx_shuffle, " blocksize ", PLAIN},
    {"Clip", emb__onnx_clip, " min max consumed_inputs ", PLAIN},
    {"Max", emb__onnx_clip, " ", PLAIN},
    {"Min", emb__onnx_clip, " ", PLAIN},
    {"Gather", emb__onnx_take, " axis ", BYTES | LINES},
    {"Slice", emb__onnx_take, " axes starts ends ", BYTES | LINES},
    {"Cast", cast, " to saturate round_mode ", BYTES | ZEROS | LINES},
    {"Identity", identity, " ", PLAIN},
    {"Softmax", emb__onnx_softmax, " axis ", PLAIN},
    {"LogSoftmax", emb__onnx_softmax, " axis ", PLAIN},
    {"PRelu", emb__onnx_prelu, " consumed_inputs ", PLAIN},
    {"Concat", concat, " axis ", BYTES | ZEROS | LINES},
    {"Dropout", dropout, " seed ratio is_test consumed_inputs ", PLAIN},
};
enum { OPERATORS = sizeof operators / sizeof *operators };

bool emb__onnx_knows(const char *op) {
    for (int i = 0; i < OPERATORS; i++) {
        if (strcmp(operators[i].op, op) == 0) return true;
    }
    return emb__onnx_curve_find(op);
}

static void print_operators(emb__text *out) {
    for (int i = 0; i < OPERATORS; i++) {
        emb__text_add(out, "%s%s", i ? ", " : "", operators[i].op);
    }
    for (int i = 0; emb__activations[i]; i++) {
        const emb__activation *a = emb__activations[i]->activation;
        if (a->onnx.op && !a->onnx.inputs) emb__text_add(out, ", %s", a->onnx.op);
    }
}

static emb_status refuse_operator(const emb__onnx_chain *chain) {
    if (emb__onnx_advises(emb__onnx_text(chain->node->op_type))) return emb__onnx_refuse(chain);
    emb__text advice = {0};
    emb__text_add(&advice, _("%s, or make the model of these: "), _(EMB__ONNX_LEAVE));
    print_operators(&advice);
    emb_status status =
        emb__onnx_fail(chain, advice.failed || !advice.bytes ? EMB__ONNX_LEAVE : advice.bytes,
                       "is not among what embudo's layers cover");
    emb__free(advice.bytes);
    return status;
}

/* `known`: each name between spaces. `curve`: its numbers' names are known, too. */
static emb_status check_attributes(const emb__onnx_chain *chain, const char *known,
                                   const emb__layer_kind *curve) {
    for (size_t i = 0; i < chain->node->n_attribute; i++) {
        const char *name = emb__onnx_text(chain->node->attribute[i]->name);
        char spaced[64];
        bool found = false;
        snprintf(spaced, sizeof spaced, " %.60s ", name);
        for (int k = 0; curve && k < EMB__CURVE_ARGS; k++) {
            const char *own = curve->activation->onnx.names[k];
            found = found || (own && strcmp(own, name) == 0);
        }
        if (!found && !strstr(known, spaced)) {
            return emb__onnx_fail(chain, EMB__ONNX_CHECK,
                                  "has an attribute '%.*s', which is not known",
                                  EMB__CUT(name, 60));
        }
    }
    return EMB_OK;
}

/* Makes the head such that an operator may read it. */
static emb_status check_head(emb__onnx_chain *chain, int takes) {
    if (chain->bytes && !(takes & BYTES)) {
        return emb__onnx_fail(chain, "put a Cast to float before it", "reads uint8");
    }
    emb_status status = takes & LINES ? EMB_OK : emb__onnx_lines_flush(chain);
    return status == EMB_OK && !(takes & ZEROS) ? emb__onnx_pad_flush(chain) : status;
}

emb_status emb__onnx_check_head(emb__onnx_chain *chain) { return check_head(chain, PLAIN); }

emb_status emb__onnx_apply(emb__onnx_chain *chain) {
    const char *op = emb__onnx_text(chain->node->op_type);
    const emb__layer_kind *curve = NULL;
    int i = 0;
    if (chain->split) return emb__onnx_split_step(chain);
    while (i < OPERATORS && strcmp(operators[i].op, op) != 0) i++;
    if (i == OPERATORS) curve = emb__onnx_curve_find(op);
    if (i == OPERATORS && !curve) return refuse_operator(chain);
    emb_status status =
        check_attributes(chain, curve ? " consumed_inputs " : operators[i].attributes, curve);
    if (status == EMB_OK) status = check_head(chain, curve ? PLAIN : operators[i].takes);
    if (status != EMB_OK) return status;
    return curve ? emb__onnx_curve_apply(chain, curve) : operators[i].apply(chain);
}

#endif
