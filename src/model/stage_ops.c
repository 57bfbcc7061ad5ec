/* The kinds of layers as stages know them, and what follows from a stage alone. See stage_ops.h. */
#include "model/stage_ops.h"

#include "net/layers/kinds.h"

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
    {.kind = &emb__vector_quantizer, .alone = true},
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

static const emb__stage_op joins[] = {
    {.kind = &emb__residual, .join = EMB__JOIN_SUM},
    {.kind = &emb__parallel, .join = EMB__JOIN_SIDES},
};

static const emb__stage_op *find(const emb__stage_op *rows, size_t count,
                                 const emb__layer_kind *kind) {
    for (size_t i = 0; i < count; i++) {
        if (rows[i].kind == kind) return &rows[i];
    }
    return NULL;
}

const emb__stage_op *emb__stage_op_of(const emb__layer_kind *kind) {
    const emb__stage_op *op = find(ops, sizeof ops / sizeof *ops, kind);
    if (!op) op = find(moves, sizeof moves / sizeof *moves, kind);
    return op ? op : find(joins, sizeof joins / sizeof *joins, kind);
}

/* ---- a stage --------------------------------------------------------------------------------- */

bool emb__stage_multiplies(const emb__stage *stage) {
    return stage->op && !stage->op->alone && !stage->op->move && !stage->op->join;
}

const emb__shape *emb__stage_view(const emb__stage *stage, int k) {
    return stage->op && stage->op->join ? &stage->layer->ins[k] : &stage->in;
}

size_t emb__stage_fan_in(const emb__stage *stage) {
    if (!emb__stage_multiplies(stage)) return 1;
    return (size_t)(stage->in.d[0] / stage->groups) * (size_t)stage->kernel[0] *
           (size_t)stage->kernel[1];
}

size_t emb__stage_weights(const emb__stage *stage) {
    return emb__stage_multiplies(stage) ? emb__stage_fan_in(stage) * (size_t)stage->out.d[0] : 0;
}

/* Of a stage that moves pixels: there are as many as channels on the side that has more. */
static size_t moved_sums(const emb__stage *stage) {
    const size_t ins = (size_t)stage->in.d[0], outs = (size_t)stage->out.d[0];
    return stage->op->move && ins > outs ? ins : outs;
}

void emb__stage_channels(const emb__stage *stage, size_t sum, size_t *in, size_t *out) {
    const size_t sums = moved_sums(stage);
    *in = sum / (sums / (size_t)stage->in.d[0]);
    *out = sum / (sums / (size_t)stage->out.d[0]);
}

const emb__stage_tensor *emb__stage_in_at(const emb__stages *stages, int stage, int k) {
    return &stages->tensors[stages->stages[stage].reads[k]];
}

const emb__stage_tensor *emb__stage_in(const emb__stages *stages, int stage) {
    return emb__stage_in_at(stages, stage, 0);
}

/* Of a stage that joins: as many as its output has channels, or features; one for each number if a
 * tensor beside it has channels that this view of it cuts. */
static size_t joined_sums(const emb__stages *stages, int i) {
    const emb__stage *stage = &stages->stages[i];
    const emb__stage_tensor *out = &stages->tensors[i + 1];
    const size_t plane = out->count / (size_t)stage->out.d[0];
    bool whole = emb__stage_plane(out) % plane == 0;
    for (int k = 0; k < stage->read_count; k++) {
        whole = whole && emb__stage_plane(emb__stage_in_at(stages, i, k)) % plane == 0;
    }
    return whole ? (size_t)stage->out.d[0] : out->count;
}

size_t emb__stage_sums(const emb__stages *stages, int i) {
    const emb__stage *stage = &stages->stages[i];
    if (!stage->op) return (size_t)emb__stage_in(stages, i)->channels;
    return stage->op->join ? joined_sums(stages, i) : moved_sums(stage);
}

/* ---- a tensor -------------------------------------------------------------------------------- */

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
