/* See stages.h. */
#include "model/stages.h"

#include <string.h>

#include "model/bridge.h"
#include "net/layers/kinds.h"
#include "net/layers/padded_conv.h"

/* ---- from layers to stages ------------------------------------------------------------------- */

static void copy_pair(const emb__layer *layer, const char *name, int pair[2]) {
    const emb__arg *arg = emb__layer_arg(layer->spec, name);
    for (int side = 0; arg && side < 2; side++) pair[side] = arg->v[side];
}

/* Stages while they are made. */
typedef struct maker {
    emb__stages *stages;
    const emb_net *net;
    int from, to;
    emb__stage_use use;
    int *made; /* [to - from]: the tensor that holds a layer's output */
} maker;

/* Whether nothing is computed: what a layer of noise does is for training alone. */
static bool only_passes(const emb__layer *layer) {
    return layer->kind->alias || layer->kind->family == EMB_LAYER_NOISE;
}

/* The tensor that layer i reads as its input k. */
static int read_by(const maker *m, int i, int k) {
    const int layer = m->net->layers[i].inputs[k];
    return layer < m->from ? 0 : m->made[layer - m->from];
}

/* A stage for layer i, which reads what the layer reads. */
static emb__stage *add_stage(maker *m, int i) {
    emb__stages *s = m->stages;
    emb__stage *stage = &s->stages[s->count++];
    *stage = (emb__stage){.groups = 1, .kernel = {1, 1}, .first = i, .last = i, .read_count = 1};
    stage->reads[0] = read_by(m, i, 0);
    m->made[i - m->from] = s->count;
    return stage;
}

static emb__stage *add_moving(maker *m, int i, const emb__stage_op *op) {
    emb__stage *stage = add_stage(m, i);
    stage->op = op;
    stage->layer = &m->net->layers[i];
    stage->in = stage->layer->in;
    stage->out = stage->layer->out;
    return stage;
}

static void add_joining(maker *m, int i, const emb__stage_op *op) {
    emb__stage *stage = add_moving(m, i, op);
    stage->read_count = stage->layer->input_count;
    for (int k = 1; k < stage->read_count; k++) stage->reads[k] = read_by(m, i, k);
}

static void add_weighted(maker *m, int i, const emb__stage_op *op) {
    static const emb__stage_op padding = {.kind = &emb__conv2d, .move = EMB__MOVE_WEIGH};
    const emb__layer *layer = &m->net->layers[i];
    const emb__arg *groups = emb__layer_arg(layer->spec, "groups");
    const bool pads = emb__conv_pad_mode(layer) != EMB__PAD_ZEROS;
    if (pads) {
        emb__stage *pad = add_moving(m, i, &padding);
        pad->out = emb__conv_padded(layer);
        pad->pads = true;
    }
    const int padded = m->stages->count;
    emb__stage *stage = add_moving(m, i, op);
    if (pads) {
        stage->in = emb__conv_padded(layer);
        stage->reads[0] = padded;
    }
    if (groups) stage->groups = groups->v[0];
    if (layer->param_count > 0) stage->weight = m->net->params + layer->params[0].at;
    if (layer->param_count > 1) stage->bias = m->net->params + layer->params[1].at;
    copy_pair(layer, "kernel_size", stage->kernel);
    copy_pair(layer, "stride", stage->stride);
    if (!pads) copy_pair(layer, "padding", stage->padding);
    copy_pair(layer, "dilation", stage->dilation);
}

/* Through layers that only pass numbers on: the layer that made what layer i gives. */
static int maker_of(const maker *m, int i) {
    while (i >= m->from && only_passes(&m->net->layers[i])) i = m->net->layers[i].inputs[0];
    return i;
}

/* How many of the layers read what layer `made` made. */
static int readers_of(const maker *m, int made) {
    int readers = 0;
    for (int i = m->from; i < m->to; i++) {
        const emb__layer *layer = &m->net->layers[i];
        for (int k = 0; k < layer->input_count && !only_passes(layer); k++) {
            readers += maker_of(m, layer->inputs[k]) == made;
        }
    }
    return readers;
}

/* Adds the activation to the stage before it; if there is no such stage, or it has an activation
 * already or other readers, to a stage of its own. */
static void add_curve(maker *m, int i) {
    const int tensor = read_by(m, i, 0);
    const bool alone = tensor > 0 && readers_of(m, maker_of(m, m->net->layers[i].inputs[0])) == 1;
    emb__stage *stage = alone ? &m->stages->stages[tensor - 1] : NULL;
    if (!stage || stage->curve) stage = add_stage(m, i);
    stage->curve = &m->net->layers[i];
    stage->last = i;
    m->made[i - m->from] = (int)(stage - m->stages->stages) + 1;
}

/* A layer that only passes numbers on. */
static void add_passing(maker *m, int i) {
    const int tensor = m->made[i - m->from] = read_by(m, i, 0);
    emb__stage *stage = tensor > 0 ? &m->stages->stages[tensor - 1] : NULL;
    if (stage && stage->last == i - 1) stage->last = i;
}

static bool has_bridge(const emb__layer *layer, emb__stage_use use) {
    const emb__activation *activation = layer->kind->activation;
    if (!activation) return false;
    return use == EMB__STAGES_FOR_C ? activation->c.value != NULL : emb__activation_is_whole(layer);
}

static emb_status add_layer(maker *m, int i) {
    static const char *const names[] = {[EMB__STAGES_FOR_C] = "C", [EMB__STAGES_FOR_INT8] = "int8"};
    const emb__layer *layer = &m->net->layers[i];
    const emb__stage_op *op = emb__stage_op_of(layer->kind);
    if (op && op->move) {
        add_moving(m, i, op);
    } else if (op && op->join) {
        add_joining(m, i, op);
    } else if (op && !(op->alone && m->use == EMB__STAGES_FOR_INT8)) {
        add_weighted(m, i, op);
    } else if (has_bridge(layer, m->use)) {
        add_curve(m, i);
    } else if (only_passes(layer)) {
        add_passing(m, i);
    } else {
        return emb__bridge_missing(m->net, i, names[m->use]);
    }
    return EMB_OK;
}

/* ---- how tensors lie ------------------------------------------------------------------------- */

/* Through stages that copy: the tensor that has the same places as tensor i. */
static int root_of(const emb__stages *s, int i) {
    while (i > 0 && !s->stages[i - 1].op) i = s->stages[i - 1].reads[0];
    return i;
}

/* A stage beside the tensor sees it in this shape. */
static void see(emb__stage_tensor *tensor, bool *agree, const emb__shape *shape) {
    if (shape->rank != 3) return;
    if (tensor->image.rank == 0) tensor->image = *shape;
    *agree = *agree && memcmp(tensor->image.d, shape->d, sizeof shape->d) == 0;
}

/* Finds the shape in which the stages beside tensor i see it, through those that only copy. */
static void look(emb__stages *s, int i, const emb__shape *first, const emb__shape *last) {
    emb__stage_tensor *tensor = &s->tensors[i];
    const int root = root_of(s, i);
    const emb__shape *made = root > 0 ? &s->stages[root - 1].out : first;
    const bool leaves = root_of(s, s->count) == root;
    bool agree = true;
    tensor->count = emb__shape_count(made);
    see(tensor, &agree, made);
    for (int reader = 0; reader < s->count; reader++) {
        const emb__stage *stage = &s->stages[reader];
        for (int k = 0; k < stage->read_count && stage->op; k++) {
            if (root_of(s, stage->reads[k]) == root) {
                see(tensor, &agree, emb__stage_view(stage, k));
            }
        }
    }
    if (leaves) see(tensor, &agree, last);
    /* The caller's input and output are in C order; so is a tensor that stages see differently. */
    const bool image = tensor->image.rank == 3;
    tensor->by_pixel = agree && root > 0 && !leaves && image;
    tensor->channels = !agree ? 1 : image ? tensor->image.d[0] : (int)tensor->count;
}

emb_status emb__stages_new(const emb_net *net, int from, int to, emb__stage_use use,
                           emb__stages *stages) {
    const size_t layers = (size_t)(to - from);
    emb__folded folded;
    const emb_status made = emb__fold(net, EMB__FOLD_TO_STAGES, &folded);
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
    maker m = {stages, net, from, to, use, emb__calloc(layers + 1, sizeof *m.made)};
    emb_status status = m.made ? EMB_OK : EMB_ERR_MEMORY;
    for (int i = from; i < to && status == EMB_OK; i++) status = add_layer(&m, i);
    if (status == EMB_OK && stages->count == 0) {
        add_stage(&m, from);
        stages->stages[0].last = to - 1;
    }
    emb__free(m.made);
    if (status != EMB_OK) {
        emb__stages_clear(stages);
        return status;
    }
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
