/* See graph_gradients.h. */
#include "net/graph_gradients.h"

#include <string.h>

#include "base/memory.h"
#include "net/graph.h"

/* Whether something before or in layer i is trained. */
static bool is_trained(const emb_net *net, int i) {
    const emb__layer *layer = &net->layers[i];
    for (int p = 0; p < layer->param_count && !layer->frozen; p++) {
        if (!layer->params[p].is_buffer) return true;
    }
    for (int k = 0; k < layer->input_count; k++) {
        if (layer->inputs[k] >= 0 && net->layers[layer->inputs[k]].gradient.runs) return true;
    }
    return false;
}

/* The gradient buffers while the way back is planned. It is planned twice: the first time finds
 * out which of them are in use where a layer waits for the whole batch. */
enum { MAX_TAKEN = EMB__MAX_LAYERS * EMB__MAX_INPUTS + 1 };
typedef struct slots {
    bool used[2][EMB__LASTING + 1]; /* those of a thread, those of a block */
    int taken_as[EMB__LASTING + 1]; /* of a thread's: the number of the taking */
    bool lasts[MAX_TAKEN];          /* by the number of the taking */
    int taken, most[2];             /* how many were taken, and are needed */
    size_t vectors;                 /* of the largest that lasts */
    int of[EMB__MAX_LAYERS]; /* the buffer that holds the gradient by a layer's output, or -1 */
} slots;

/* A free buffer for so many vectors. */
static int take(slots *s, size_t vectors) {
    const bool lasts = s->lasts[s->taken];
    int i = 0;
    while (i < EMB__LASTING && s->used[lasts][i]) i++;
    s->used[lasts][i] = true;
    if (!lasts) s->taken_as[i] = s->taken;
    if (lasts && vectors > s->vectors) s->vectors = vectors;
    if (i + 1 > s->most[lasts]) s->most[lasts] = i + 1;
    s->taken++;
    return lasts ? EMB__LASTING + i : i;
}

static void give_back(slots *s, int buffer) {
    s->used[buffer >= EMB__LASTING][buffer % EMB__LASTING] = false;
}

/* What is in use now, and was thought to be a thread's, lasts. */
static void note_lasting(slots *s) {
    for (int i = 0; i < EMB__LASTING; i++) {
        if (s->used[0][i]) s->lasts[s->taken_as[i]] = true;
    }
}

/* Where layer i makes the gradient by its input k. `own` is the buffer of the gradient by its
 * output, which may be handed on once. */
static void plan_input(emb_net *net, int i, int k, slots *s, bool *handed_on) {
    emb__layer *layer = &net->layers[i];
    emb__gradient_plan *plan = &layer->gradient;
    const int maker = emb__graph_maker(net, layer->inputs[k]);
    const bool same = layer->kind->in_place || layer->kind->back_in_place || layer->kind->passes_on;
    const size_t vectors = emb__shape_count(&layer->ins[k]);
    plan->in[k] = plan->sum_to[k] = -1;
    if (maker < 0 || !net->layers[maker].gradient.runs) return;
    if (s->of[maker] < 0) {
        plan->in[k] = same && !*handed_on ? plan->out : take(s, vectors);
        *handed_on = *handed_on || same;
        s->of[maker] = plan->in[k];
        return;
    }
    plan->in[k] = same ? plan->out : take(s, vectors);
    plan->sum_to[k] = s->of[maker];
    plan->sums = true;
}

static void plan_layer(emb_net *net, int i, slots *s) {
    emb__layer *layer = &net->layers[i];
    bool handed_on = false;
    if (layer->kind->alias || layer->left_to_next || !layer->gradient.runs) return;
    layer->gradient.out = s->of[i];
    if (layer->kind->batch && layer->kind->batch->look_back && !layer->frozen) note_lasting(s);
    for (int k = 0; k < layer->input_count; k++) plan_input(net, i, k, s, &handed_on);
    /* What is added to another buffer is no longer needed then. */
    for (int k = 0; k < layer->input_count; k++) {
        const emb__gradient_plan *plan = &layer->gradient;
        if (plan->sum_to[k] >= 0 && plan->in[k] != plan->out) give_back(s, plan->in[k]);
    }
    if (!handed_on) give_back(s, s->of[i]);
}

static void plan_all(emb_net *net, slots *s) {
    const int last = emb__graph_maker(net, net->layer_count - 1);
    memset(s->used, 0, sizeof s->used);
    memset(s->most, 0, sizeof s->most);
    s->taken = 0;
    for (int i = 0; i < net->layer_count; i++) {
        s->of[i] = -1;
        net->layers[i].gradient = (emb__gradient_plan){.runs = is_trained(net, i)};
    }
    if (last >= 0) s->of[last] = take(s, emb__shape_count(&net->layers[last].out));
    for (int i = net->layer_count - 1; i >= 0; i--) plan_layer(net, i, s);
}

emb_status emb__graph_plan_gradients(emb_net *net) {
    slots *s = emb__calloc(1, sizeof *s);
    if (!s) return EMB_ERR_MEMORY;
    plan_all(net, s);
    plan_all(net, s);
    net->gradient_count = s->most[0] < 2 ? 2 : s->most[0]; /* a block is laid out in the second */
    net->lasting_count = s->most[1];
    net->lasting_vectors = s->vectors;
    const bool fits = s->most[0] <= EMB__LASTING && s->most[1] <= EMB__LASTING;
    emb__free(s);
    if (fits) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE, "%s: expects at most %d branches that are open at once",
                     net->spec.name, EMB__LASTING);
}
