/* See stages.h. */
#include "model/stages.h"

#include <string.h>

#include "base/memory.h"

/* What a kind of layer is to a stage; kinds that are not here do no work. */
static const struct {
    const char *kind;
    bool weighted;
    emb__op op;
    emb__curve curve;
} kinds[] = {
    {"Conv2d", true, EMB__OP_CONV, EMB__CURVE_NONE},
    {"ConvTranspose2d", true, EMB__OP_CONV_TRANSPOSE, EMB__CURVE_NONE},
    {"Linear", true, EMB__OP_LINEAR, EMB__CURVE_NONE},
    {"Tanh", false, EMB__OP_COPY, EMB__CURVE_TANH},
    {"Sigmoid", false, EMB__OP_COPY, EMB__CURVE_SIGMOID},
    {"ReLU", false, EMB__OP_COPY, EMB__CURVE_RELU},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void copy_pair(const emb__layer *layer, const char *name, int pair[2]) {
    const emb__arg *arg = emb__layer_arg(layer->spec, name);
    for (int side = 0; arg && side < 2; side++) pair[side] = arg->v[side];
}

static void add_weighted(emb__stages *s, const emb_net *net, int i, emb__op op) {
    const emb__layer *layer = &net->layers[i];
    const emb__arg *groups = emb__layer_arg(layer->spec, "groups");
    emb__stage *stage = &s->stages[s->count++];
    *stage = (emb__stage){.op = op,
                          .layer = layer,
                          .last = i,
                          .groups = groups ? groups->v[0] : 1,
                          .weight = net->params + layer->params[0].at};
    if (layer->param_count > 1) stage->bias = net->params + layer->params[1].at;
    copy_pair(layer, "kernel_size", stage->kernel);
    copy_pair(layer, "stride", stage->stride);
    copy_pair(layer, "padding", stage->padding);
    copy_pair(layer, "dilation", stage->dilation);
}

/* Behind the stage before, where that has no activation yet. */
static void add_curve(emb__stages *s, int i, emb__curve curve) {
    if (s->count == 0 || s->stages[s->count - 1].curve != EMB__CURVE_NONE) {
        s->stages[s->count++] = (emb__stage){.op = EMB__OP_COPY};
    }
    s->stages[s->count - 1].curve = curve;
    s->stages[s->count - 1].last = i;
}

static void add_layer(emb__stages *s, const emb_net *net, int i) {
    for (int k = 0; k < KINDS; k++) {
        if (strcmp(kinds[k].kind, net->layers[i].kind->name) != 0) continue;
        if (kinds[k].weighted) {
            add_weighted(s, net, i, kinds[k].op);
        } else {
            add_curve(s, i, kinds[k].curve);
        }
        return;
    }
    if (s->count > 0) s->stages[s->count - 1].last = i;
}

const emb__shape *emb__stage_in(const emb__stage *stage) {
    return stage->layer ? &stage->layer->in : NULL;
}

const emb__shape *emb__stage_out(const emb__stage *stage) {
    return stage->layer ? &stage->layer->out : NULL;
}

static bool is_image(const emb__shape *shape) { return shape && shape->rank == 3; }

/* How tensor i is seen from the stages beside it, through those that only copy. */
static void look(emb__stages *s, int i, const emb__shape *first, const emb__shape *last) {
    int before = i - 1, after = i;
    while (before >= 0 && s->stages[before].op == EMB__OP_COPY) before--;
    while (after < s->count && s->stages[after].op == EMB__OP_COPY) after++;
    const emb__shape *made = before >= 0 ? emb__stage_out(&s->stages[before]) : first;
    const emb__shape *read = after < s->count ? emb__stage_in(&s->stages[after]) : last;
    emb__stage_tensor *tensor = &s->tensors[i];
    tensor->count = emb__shape_count(made);
    if (is_image(made)) tensor->image = *made;
    if (!is_image(made) && is_image(read)) tensor->image = *read;
    const bool both = is_image(made) && is_image(read);
    const bool agree = !both || memcmp(made->d, read->d, sizeof made->d) == 0;
    /* What the caller hands in and takes out is in C order; so is what is looked at in two ways. */
    tensor->by_pixel = agree && before >= 0 && after < s->count && is_image(&tensor->image);
    tensor->channels = !agree                     ? 1
                       : is_image(&tensor->image) ? tensor->image.d[0]
                                                  : (int)tensor->count;
}

emb_status emb__stages_new(const emb_net *net, int from, int to, emb__stages *stages) {
    const size_t layers = (size_t)(to - from);
    *stages = (emb__stages){.stages = emb__calloc(layers + 1, sizeof *stages->stages),
                            .tensors = emb__calloc(layers + 2, sizeof *stages->tensors)};
    if (!stages->stages || !stages->tensors) {
        emb__stages_clear(stages);
        return EMB_ERR_MEMORY;
    }
    for (int i = from; i < to; i++) add_layer(stages, net, i);
    if (stages->count == 0) stages->stages[stages->count++] = (emb__stage){.op = EMB__OP_COPY};
    stages->stages[stages->count - 1].last = to - 1;
    for (int i = 0; i <= stages->count; i++) {
        look(stages, i, &net->layers[from].in, &net->layers[to - 1].out);
    }
    return EMB_OK;
}

void emb__stages_clear(emb__stages *stages) {
    emb__free(stages->stages);
    emb__free(stages->tensors);
    *stages = (emb__stages){0};
}

size_t emb__stage_place(const emb__stage_tensor *tensor, size_t i) {
    if (!tensor->by_pixel) return i;
    const size_t plane = (size_t)tensor->image.d[1] * (size_t)tensor->image.d[2];
    return i % plane * (size_t)tensor->image.d[0] + i / plane;
}

size_t emb__stage_channel(const emb__stage_tensor *tensor, size_t i) {
    return i / (tensor->count / (size_t)tensor->channels);
}
