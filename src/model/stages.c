/* See stages.h. */
#include "model/stages.h"

#include <string.h>

#include "model/bridge.h"
#include "net/layers/kinds.h"
#include "net/layers/padded_conv.h"

/* ---- the kinds with weights ------------------------------------------------------------------ */

static size_t linear_at(const emb__stage *stage, size_t out, size_t in, size_t row, size_t column) {
    (void)row;
    (void)column;
    return out * (size_t)stage->in.d[0] + in;
}

/* In both convolutions' weights the kernel comes last: `pair` is the place of a pair of
 * channels. */
static size_t kernel_at(const emb__stage *stage, size_t pair, size_t row, size_t column) {
    const size_t rows = (size_t)stage->kernel[0], columns = (size_t)stage->kernel[1];
    return (pair * rows + row) * columns + column;
}

/* [out][in / groups][row][column] */
static size_t conv_at(const emb__stage *stage, size_t out, size_t in, size_t row, size_t column) {
    const size_t own = (size_t)(stage->in.d[0] / stage->groups);
    return kernel_at(stage, out * own + in, row, column);
}

/* [in][out / groups][row][column] */
static size_t transposed_at(const emb__stage *stage, size_t out, size_t in, size_t row,
                            size_t column) {
    const size_t own = (size_t)(stage->in.d[0] / stage->groups);
    const size_t each = (size_t)(stage->out.d[0] / stage->groups), group = out / each;
    return kernel_at(stage, (group * own + in) * each + out % each, row, column);
}

static int conv_meets(const emb__stage *stage, int side, int at, int k) {
    const int size = stage->in.d[1 + side];
    const int place = at * stage->stride[side] - stage->padding[side] + k * stage->dilation[side];
    return place < size ? place : -1; /* a place below 0 is none, too */
}

static void print_conv_meets(const emb__stage *s, int side, const char *indent, const char *name,
                             const char *at, const char *k, emb__text *out) {
    emb__text_add(out, "%sconst int %s = %s * %d - %d + %s * %d;\n", indent, name, at,
                  s->stride[side], s->padding[side], k, s->dilation[side]);
    emb__text_add(out, "%sif (%s < 0 || %s >= %d) continue;\n", indent, name, name,
                  s->in.d[1 + side]);
}

static int transposed_meets(const emb__stage *stage, int side, int at, int k) {
    const int size = stage->in.d[1 + side], by = stage->stride[side];
    const int place = at + stage->padding[side] - k * stage->dilation[side];
    if (place < 0 || place % by != 0) return -1;
    return place / by < size ? place / by : -1;
}

static void print_transposed_meets(const emb__stage *s, int side, const char *indent,
                                   const char *name, const char *at, const char *k,
                                   emb__text *out) {
    const int size = s->in.d[1 + side], by = s->stride[side];
    const int padding = s->padding[side], dilation = s->dilation[side];
    emb__text_add(out, "%sconst int %s = (%s + %d - %s * %d) / %d;\n", indent, name, at, padding, k,
                  dilation, by);
    emb__text_add(out, "%sif (%s + %d < %s * %d || %s * %d + %s * %d != %s + %d || %s >= %d) ",
                  indent, at, padding, k, dilation, name, by, k, dilation, at, padding, name, size);
    emb__text_add(out, "continue;\n");
}

static const emb__stage_op ops[] = {
    {.kind = &emb__conv2d,
     .weight_at = conv_at,
     .meets = conv_meets,
     .print_meets = print_conv_meets},
    {.kind = &emb__conv_transpose2d,
     .weight_at = transposed_at,
     .meets = transposed_meets,
     .print_meets = print_transposed_meets},
    {.kind = &emb__linear, .features = true, .weight_at = linear_at},
    {.kind = &emb__group_norm, .alone = true},
    {.kind = &emb__layer_norm, .alone = true},
    {.kind = &emb__instance_norm2d, .alone = true},
    {.kind = &emb__prelu, .alone = true},
    {.kind = &emb__softmax, .alone = true},
    {.kind = &emb__log_softmax, .alone = true},
};

static const emb__stage_op moves[] = {
    {.kind = &emb__max_pool2d, .move = EMB__MOVE_CHOOSE},
    {.kind = &emb__adaptive_max_pool2d, .move = EMB__MOVE_CHOOSE},
    {.kind = &emb__avg_pool2d, .move = EMB__MOVE_WEIGH},
    {.kind = &emb__adaptive_avg_pool2d, .move = EMB__MOVE_WEIGH},
    {.kind = &emb__upsample, .move = EMB__MOVE_WEIGH},
    {.kind = &emb__zero_pad2d, .move = EMB__MOVE_WEIGH},
    {.kind = &emb__reflection_pad2d, .move = EMB__MOVE_WEIGH},
    {.kind = &emb__replication_pad2d, .move = EMB__MOVE_WEIGH},
    {.kind = &emb__pixel_shuffle, .move = EMB__MOVE_SHUFFLE},
    {.kind = &emb__pixel_unshuffle, .move = EMB__MOVE_SHUFFLE},
};

static const emb__stage_op *op_of(const emb__layer_kind *kind) {
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (ops[i].kind == kind) return &ops[i];
    }
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        if (moves[i].kind == kind) return &moves[i];
    }
    return NULL;
}

size_t emb__stage_fan_in(const emb__stage *stage) {
    if (!stage->op || stage->op->move || stage->op->alone) return 1;
    return (size_t)(stage->in.d[0] / stage->groups) * (size_t)stage->kernel[0] *
           (size_t)stage->kernel[1];
}

size_t emb__stage_weights(const emb__stage *stage) {
    return stage->op && !stage->op->move ? emb__stage_fan_in(stage) * (size_t)stage->out.d[0] : 0;
}

size_t emb__stage_sums(const emb__stage *stage, const emb__stage_tensor *in) {
    if (!stage->op) return (size_t)in->channels;
    const size_t ins = (size_t)stage->in.d[0], outs = (size_t)stage->out.d[0];
    return stage->op->move && ins > outs ? ins : outs;
}

void emb__stage_channels(const emb__stage *stage, size_t sum, size_t *in, size_t *out) {
    const emb__stage_tensor channels = {.channels = stage->in.d[0]};
    const size_t sums = emb__stage_sums(stage, &channels);
    *in = sum / (sums / (size_t)stage->in.d[0]);
    *out = sum / (sums / (size_t)stage->out.d[0]);
}

/* ---- from layers to stages ------------------------------------------------------------------- */

static void copy_pair(const emb__layer *layer, const char *name, int pair[2]) {
    const emb__arg *arg = emb__layer_arg(layer->spec, name);
    for (int side = 0; arg && side < 2; side++) pair[side] = arg->v[side];
}

static emb__stage *add_stage(emb__stages *s) {
    s->stages[s->count] = (emb__stage){.groups = 1, .kernel = {1, 1}};
    return &s->stages[s->count++];
}

static emb__stage *add_moving(emb__stages *s, const emb_net *net, int i, const emb__stage_op *op) {
    emb__stage *stage = add_stage(s);
    stage->op = op;
    stage->layer = &net->layers[i];
    stage->last = i;
    stage->in = stage->layer->in;
    stage->out = stage->layer->out;
    return stage;
}

static void add_weighted(emb__stages *s, const emb_net *net, int i, const emb__stage_op *op) {
    static const emb__stage_op padding = {.kind = &emb__conv2d, .move = EMB__MOVE_WEIGH};
    const emb__layer *layer = &net->layers[i];
    const emb__arg *groups = emb__layer_arg(layer->spec, "groups");
    const bool pads = emb__conv_pad_mode(layer) != EMB__PAD_ZEROS;
    if (pads) {
        emb__stage *pad = add_moving(s, net, i, &padding);
        pad->out = emb__conv_padded(layer);
        pad->pads = true;
        pad->last = i - 1;
    }
    emb__stage *stage = add_moving(s, net, i, op);
    if (pads) stage->in = emb__conv_padded(layer);
    if (groups) stage->groups = groups->v[0];
    if (layer->param_count > 0) stage->weight = net->params + layer->params[0].at;
    if (layer->param_count > 1) stage->bias = net->params + layer->params[1].at;
    copy_pair(layer, "kernel_size", stage->kernel);
    copy_pair(layer, "stride", stage->stride);
    if (!pads) copy_pair(layer, "padding", stage->padding);
    copy_pair(layer, "dilation", stage->dilation);
}

/* Adds the activation to the stage before it; if there is no such stage, or it has an activation
 * already, to a stage of its own. */
static void add_curve(emb__stages *s, const emb_net *net, int i) {
    if (s->count == 0 || s->stages[s->count - 1].curve) add_stage(s);
    s->stages[s->count - 1].curve = &net->layers[i];
    s->stages[s->count - 1].last = i;
}

static bool has_bridge(const emb__activation *activation, emb__stage_use use) {
    return use == EMB__STAGES_FOR_C ? activation->c.value != NULL
                                    : activation->whole.way != EMB__WHOLE_NONE;
}

static emb_status add_layer(emb__stages *s, const emb_net *net, int i, emb__stage_use use) {
    static const char *const names[] = {[EMB__STAGES_FOR_C] = "C", [EMB__STAGES_FOR_INT8] = "int8"};
    const emb__layer_kind *kind = net->layers[i].kind;
    const emb__stage_op *op = op_of(kind);
    if (op && op->move) {
        add_moving(s, net, i, op);
    } else if (op && !(op->alone && use == EMB__STAGES_FOR_INT8)) {
        add_weighted(s, net, i, op);
    } else if (kind->activation && has_bridge(kind->activation, use)) {
        add_curve(s, net, i);
    } else if (!kind->alias && kind->family != EMB_LAYER_NOISE) { /* which is for training alone */
        return emb__bridge_missing(net, i, names[use]);
    } else if (s->count > 0) {
        s->stages[s->count - 1].last = i;
    }
    return EMB_OK;
}

static bool is_image(const emb__shape *shape) { return shape && shape->rank == 3; }

/* Finds the shape in which the stages beside tensor i see it, through those that only copy. */
static void look(emb__stages *s, int i, const emb__shape *first, const emb__shape *last) {
    int before = i - 1, after = i;
    while (before >= 0 && !s->stages[before].op) before--;
    while (after < s->count && !s->stages[after].op) after++;
    const emb__shape *made = before >= 0 ? &s->stages[before].out : first;
    const emb__shape *read = after < s->count ? &s->stages[after].in : last;
    emb__stage_tensor *tensor = &s->tensors[i];
    tensor->count = emb__shape_count(made);
    if (is_image(made)) tensor->image = *made;
    if (!is_image(made) && is_image(read)) tensor->image = *read;
    const bool both = is_image(made) && is_image(read);
    const bool agree = !both || memcmp(made->d, read->d, sizeof made->d) == 0;
    /* The caller's input and output are in C order; so is a tensor that its two sides see
     * differently. */
    tensor->by_pixel = agree && before >= 0 && after < s->count && is_image(&tensor->image);
    tensor->channels = !agree                     ? 1
                       : is_image(&tensor->image) ? tensor->image.d[0]
                                                  : (int)tensor->count;
}

emb_status emb__stages_new(const emb_net *net, int from, int to, emb__stage_use use,
                           emb__stages *stages) {
    const size_t layers = (size_t)(to - from);
    emb__folded folded;
    const emb_status made = emb__fold(net, true, &folded);
    *stages = (emb__stages){0};
    if (made != EMB_OK) return made;
    if (folded.count > 0) net = &folded.net;
    *stages = (emb__stages){.folded = folded,
                            .layers = net->layers,
                            .stages = emb__calloc(2 * layers + 1, sizeof *stages->stages),
                            .tensors = emb__calloc(2 * layers + 2, sizeof *stages->tensors)};
    if (!stages->stages || !stages->tensors) {
        emb__stages_clear(stages);
        return EMB_ERR_MEMORY;
    }
    for (int i = from; i < to; i++) {
        const emb_status status = add_layer(stages, net, i, use);
        if (status == EMB_OK) continue;
        emb__stages_clear(stages);
        return status;
    }
    if (stages->count == 0) add_stage(stages);
    stages->stages[stages->count - 1].last = to - 1;
    for (int i = 0; i <= stages->count; i++) {
        look(stages, i, &net->layers[from].in, &net->layers[to - 1].out);
    }
    return EMB_OK;
}

void emb__stages_clear(emb__stages *stages) {
    emb__free(stages->stages);
    emb__free(stages->tensors);
    emb__fold_clear(&stages->folded);
    *stages = (emb__stages){0};
}

size_t emb__stage_place(const emb__stage_tensor *tensor, size_t i) {
    if (!tensor->by_pixel) return i;
    const size_t plane = (size_t)tensor->image.d[1] * (size_t)tensor->image.d[2];
    return i % plane * (size_t)tensor->image.d[0] + i / plane;
}

size_t emb__stage_plane(const emb__stage_tensor *tensor) {
    return tensor->count / (size_t)tensor->channels;
}

size_t emb__stage_channel(const emb__stage_tensor *tensor, size_t i) {
    return i / (tensor->count / (size_t)tensor->channels);
}
