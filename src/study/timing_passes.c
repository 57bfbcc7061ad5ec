/* Where a training step spends its time: every pass of every layer, timed within whole steps. */
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "device/cpu/pass.h"
#include "device/cpu/walk.h"
#include "kernels/winograd.h"
#include "study/timing.h"
#include "train/batch.h"
#include "train/losses/loss.h"
#include "train/masks.h"
#include "train/optimisers/optimiser_table.h"
#include "train/options_fill.h"

/* The images that the steps go through: so many that they come from memory or a far cache, as a
 * data set's do. */
enum { MOST_IMAGES = 1024, MOST_BYTES = 1 << 24 };

/* ---- the list of passes ---- */

static int first_trained(const emb_net *net) {
    int first = 0;
    while (first < net->layer_count && net->layers[first].param_count == 0) first++;
    return first;
}

/* Of a block: what a step computes, which is less where an enlargement is part of a convolution,
 * and by Winograd. */
static size_t multiply_adds_of(const emb__layer *layer, emb_pass pass) {
    const bool back = pass == EMB_PASS_INPUT_GRADIENT;
    const emb__gather *g = back ? &layer->conv.backward : &layer->conv.forward;
    if (!layer->enlarged && pass != EMB_PASS_WEIGHT_GRADIENT && emb__winograd_pays(g)) {
        return emb__winograd_multiply_adds(g) * EMB__LANES;
    }
    if (!layer->enlarged && pass == EMB_PASS_WEIGHT_GRADIENT &&
        emb__winograd_weight_pays(&layer->conv.weight)) {
        return emb__winograd_weight_multiply_adds(&layer->conv.weight) * EMB__LANES;
    }
    if (!layer->enlarged) return layer->multiply_adds * EMB__LANES;
    const emb__correlate *c = &layer->enlarged->weight;
    return (size_t)c->groups * (size_t)c->small_channels * (size_t)c->big_channels *
           (size_t)c->kernel[0] * (size_t)c->kernel[1] * (size_t)c->small_h * (size_t)c->small_w *
           EMB__LANES;
}

static bool takes_time(const emb__layer *layer) {
    return !layer->kind->alias && !layer->left_to_next;
}

static void add(emb_pass_time *passes, size_t *count, emb_pass pass, const emb_net *net, int i) {
    if (passes) {
        passes[*count] = (emb_pass_time){.pass = pass};
        if (net) {
            passes[*count].layer = (size_t)i;
            passes[*count].multiply_adds = multiply_adds_of(&net->layers[i], pass);
        }
    }
    ++*count;
}

/* Lists the passes in the order of a step; `passes` may be NULL. Returns their number. */
static size_t list_passes(const emb_net *net, emb_pass_time *passes) {
    size_t count = 0;
    const int first = first_trained(net);
    add(passes, &count, EMB_PASS_LAY_OUT, NULL, 0);
    for (int i = 0; i < net->layer_count; i++) {
        if (takes_time(&net->layers[i])) add(passes, &count, EMB_PASS_FORWARD, net, i);
    }
    add(passes, &count, EMB_PASS_LOSS, NULL, 0);
    for (int i = net->layer_count - 1; i >= first; i--) {
        const emb__layer *layer = &net->layers[i];
        if (!takes_time(layer)) continue;
        if (layer->param_count > 0) add(passes, &count, EMB_PASS_WEIGHT_GRADIENT, net, i);
        if (i > first) add(passes, &count, EMB_PASS_INPUT_GRADIENT, net, i);
    }
    add(passes, &count, EMB_PASS_OPTIMISER, NULL, 0);
    return count;
}

size_t emb_net_pass_count(const emb_net *net) { return list_passes(net, NULL); }

/* ---- running them ---- */

typedef struct stage {
    emb_net *net;
    emb__workspace w; /* a copy: the two gradients change places as in emb__net_backward */
    emb_images *images;
    size_t position; /* of the next 16 images */
    float *kept;     /* [number_count] */
    uint16_t *masks; /* of the block */
    size_t steps;
    emb_train_options options;
    emb__loss loss;
    const emb__optimiser *optimiser;
    emb__update update;
} stage;

/* A layer that needs the whole batch first looks at it, which is counted as its own. */
static void run_forward(stage *s, int i) {
    if (s->net->layers[i].kind->batch) {
        emb__batch_look(s->net, &s->w, i, NULL, s->update.grads);
    }
    emb__net_forward(s->net, &s->w, i, i + 1);
}

static void run_gradient(stage *s, int i, emb__work work) {
    if (work == EMB__WEIGHT_GRADIENT && s->net->layers[i].kind->batch) {
        emb__batch_look(s->net, &s->w, i, s->w.grad[0], s->update.grads);
        return;
    }
    emb__net_run_layer(s->net, &s->w, i, work, s->update.grads);
    if (work != EMB__INPUT_GRADIENT || s->net->layers[i].kind->in_place) return;
    float *by_output = s->w.grad[0];
    s->w.grad[0] = s->w.grad[1];
    s->w.grad[1] = by_output;
}

static void run_loss(stage *s) {
    double errors[EMB__LANES];
    emb__loss_run(&s->loss, &(emb__loss_block){.net = s->net,
                                               .w = &s->w,
                                               .images = s->images,
                                               .first = s->position,
                                               .count = EMB__LANES,
                                               .of = EMB__LANES,
                                               .grad = s->w.grad[0],
                                               .errors = errors});
}

static void run_optimiser(stage *s) {
    const emb__step_terms terms = {
        .rate = s->options.learning_rate, .momentum = s->options.beta1, .number = ++s->steps};
    s->optimiser->begin(&s->update, &s->options, &terms);
    s->optimiser->apply(&s->update, 0, s->net->param_stride);
}

static void lay_out(stage *s) {
    const emb__rows rows = {.images = s->images};
    emb__net_lay_out(s->net, &s->w, &rows, s->position, EMB__LANES);
    s->position = (s->position + EMB__LANES) % s->images->count;
}

static void run_pass(stage *s, const emb_pass_time *p) {
    const int i = (int)p->layer;
    switch (p->pass) {
    case EMB_PASS_FORWARD:
        run_forward(s, i);
        break;
    case EMB_PASS_INPUT_GRADIENT:
        run_gradient(s, i, EMB__INPUT_GRADIENT);
        break;
    case EMB_PASS_WEIGHT_GRADIENT:
        run_gradient(s, i, EMB__WEIGHT_GRADIENT);
        break;
    case EMB_PASS_LAY_OUT:
        lay_out(s);
        break;
    case EMB_PASS_LOSS:
        run_loss(s);
        break;
    case EMB_PASS_OPTIMISER:
        run_optimiser(s);
        break;
    }
}

/* One step; each pass's time is added to its seconds. */
static void run_step(stage *s, emb_pass_time *passes, size_t count) {
    double last = emb__bench_now();
    for (size_t i = 0; i < count; i++) {
        run_pass(s, &passes[i]);
        const double now = emb__bench_now();
        passes[i].seconds += now - last;
        last = now;
    }
}

/* The time that one reading of the clock adds to a pass. */
static double clock_cost(void) {
    enum { READINGS = 1000 };
    const double from = emb__bench_now();
    double to = from;
    for (int i = 0; i < READINGS; i++) to = emb__bench_now();
    return (to - from) / READINGS;
}

static void run_steps(stage *s, double seconds, emb_pass_time *passes, size_t count) {
    run_step(s, passes, count); /* brings code and data into the caches; not counted */
    for (size_t i = 0; i < count; i++) passes[i].seconds = 0;
    const double cost = clock_cost(), from = emb__bench_now();
    size_t steps = 0;
    do {
        run_step(s, passes, count);
        steps++;
    } while (emb__bench_now() - from < seconds);
    for (size_t i = 0; i < count; i++) {
        const double mean = passes[i].seconds / (double)steps - cost;
        passes[i].seconds = mean > 0 ? mean : 0;
    }
}

/* ---- opening ---- */

/* Images of the network's shape, the same ones each time. */
static emb_images *make_images(const emb_net *net, bool labelled) {
    int shape[3];
    emb_net_input_shape(net, shape);
    const size_t pixels = emb__shape_count(&net->input);
    size_t count = MOST_BYTES / pixels / EMB__LANES * EMB__LANES;
    count = count > MOST_IMAGES ? MOST_IMAGES : count < EMB__LANES ? EMB__LANES : count;
    size_t bytes;
    if (emb__images_check(count, shape, &bytes) != EMB_OK) return NULL;
    uint8_t *data = emb__alloc(bytes);
    uint8_t *labels = labelled ? emb__alloc(count) : NULL;
    if (!data || (labelled && !labels)) {
        emb__free(data);
        emb__free(labels);
        return NULL;
    }
    for (size_t i = 0; labels && i < count; i++)
        labels[i] = (uint8_t)(i % (size_t)emb_net_classes(net));
    uint32_t state = 1;
    for (size_t i = 0; i < bytes; i++) {
        state = state * 1664525u + 1013904223u; /* Numerical Recipes' generator */
        data[i] = (uint8_t)(state >> 24);
    }
    return emb__images_adopt(data, labels, count, shape);
}

static emb_status open_stage(stage *s) {
    const size_t stride = s->net->param_stride;
    const emb__cpu *cpu;
    emb_status status = emb__batch_room(s->net, EMB__LANES, 1, 1);
    if (status != EMB_OK) return status;
    cpu = s->net->device;
    s->w = *emb__net_workspace(s->net, 0);
    s->w.training = true;
    s->w.images = EMB__LANES;
    s->w.stats = cpu->stats;
    s->kept = emb__calloc(s->net->number_count, sizeof *s->kept);
    s->update.grads = emb__calloc(stride, sizeof *s->update.grads);
    bool all = s->kept && s->update.grads;
    for (int i = 0; i < EMB__OPTIMISER_ARRAYS; i++) {
        if (!emb__optimiser_keeps(&s->options, i)) continue;
        s->update.state[i] = emb__calloc(stride, sizeof *s->update.state[i]);
        all = all && s->update.state[i];
    }
    if (s->net->mask_count > 0) {
        s->masks = emb__calloc(emb__masks_count(s->net, EMB__LANES), sizeof *s->masks);
        all = all && s->masks;
    }
    if (!all) return EMB_ERR_MEMORY;
    s->w.mask = s->masks;
    memcpy(s->kept, s->net->params, s->net->number_count * sizeof *s->kept);
    s->images = make_images(s->net, s->loss.predicts);
    return s->images ? EMB_OK : emb__last_status();
}

static void close_stage(stage *s) {
    emb_images_free(s->images);
    emb__free(s->kept);
    emb__free(s->masks);
    emb__free(s->update.grads);
    for (int i = 0; i < EMB__OPTIMISER_ARRAYS; i++) emb__free(s->update.state[i]);
}

emb_status emb_net_time_passes(emb_net *net, double seconds, emb_pass_time *passes) {
    EMB__ENTER;
    emb_status status = emb__bench_check_seconds(seconds);
    if (status == EMB_OK) status = emb__net_has_loss(net);
    if (status != EMB_OK) return status;
    stage s = {.net = net, .update = {.net = net}};
    status = emb__loss_make(&s.loss, net, NULL);
    if (status == EMB_OK) status = emb__options_fill(&s.options, NULL);
    s.optimiser = emb__optimiser_of(&s.options);
    if (status == EMB_OK) status = open_stage(&s);
    if (status == EMB_OK) {
        run_steps(&s, seconds, passes, list_passes(net, passes));
        memcpy(net->params, s.kept, net->number_count * sizeof *s.kept);
    }
    close_stage(&s);
    return status;
}
