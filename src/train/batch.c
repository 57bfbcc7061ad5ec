/* See batch.h. */
#include "train/batch.h"

#include "base/status.h"
#include "base/threads.h"
#include "device/cpu/pass.h"
#include "device/cpu/walk.h"
#include "train/terms.h"

/* What a member does with a block: all of it, or one segment's part. */
typedef struct part {
    const emb__batch *b;
    const emb__member *me;
    bool halves;
    bool lays_out; /* the images are not there yet */
    int from, to;  /* layers; in segments, layer `to` needs the whole batch, if there is one */
    int back_from; /* in the last segment: the first layer that is run back with it */
    int looks_at;  /* layer that needs the whole batch and is next; -1: none */
} part;

/* A block, or half of one: images [first, ...). */
typedef struct place {
    emb__workspace w;
    size_t first;
    float *grads;
    bool add; /* to what the blocks before have put there */
} place;

typedef void part_fn(const part *p, const place *at);

/* ---- which blocks are whose ------------------------------------------------------------------ */

/* Completes the workspace for images [first, ...). */
static place place_at(const part *p, emb__workspace w, size_t first) {
    const emb__batch *b = p->b;
    const emb__cpu *cpu = b->net->device;
    const size_t lanes = (size_t)w.k->lanes, left = b->count - first;
    w.training = true;
    w.images = left < lanes ? left : lanes;
    w.stats = cpu->stats;
    w.mask = b->masks ? b->masks + first / EMB__LANES * b->net->mask_count : NULL;
    w.mask_shift = (int)(first % EMB__LANES);
    w.drawn = b->altering.draws && b->net->bottleneck >= 0;
    w.epochs = b->epochs;
    w.of = b->count;
    w.rows = cpu->rows;
    return (place){.w = w, .first = first};
}

/* A block's workspace, with the gradients of one thread and the scratch of another. */
static void use_thread(const emb_net *net, emb__workspace *w, int gradients, int scratch) {
    w->grad[0] = emb__net_workspace(net, gradients)->grad[0];
    w->grad[1] = emb__net_workspace(net, gradients)->grad[1];
    w->scratch = emb__net_workspace(net, scratch)->scratch;
}

/* Neighbouring blocks share a set's buffer of gradients and are added in their order. With
 * segments, each block has a workspace of its own. */
static void for_set(const part *p, part_fn *run, size_t set, bool together) {
    const emb__batch *b = p->b;
    const size_t blocks = (b->count + EMB__LANES - 1) / EMB__LANES;
    const size_t from = set * blocks / b->sets, to = (set + 1) * blocks / b->sets;
    for (size_t block = from; block < to; block++) {
        /* What the team works on together must be done before it begins with the next. */
        if (together) emb__team_wait(p->me);
        const size_t number = together ? 0 : (size_t)p->me->number;
        emb__workspace w =
            *emb__net_workspace(b->net, (int)(b->net->batch_sums > 0 ? block : number));
        use_thread(b->net, &w, (int)number, p->me->number);
        w.me = together ? p->me : &emb__alone;
        place at = place_at(p, w, block * EMB__LANES);
        at.grads = b->grads + set * b->net->param_stride;
        at.add = block > from;
        run(p, &at);
    }
}

/* As many sets as can be shared out evenly are run by one member each, the others by the whole
 * team. Of a block that is shared by halves, each half has gradients of its own. */
static void for_blocks(const part *p, part_fn *run) {
    const emb__batch *b = p->b;
    const size_t members = (size_t)p->me->count, own = b->sets / members;
    if (p->halves) {
        const size_t number = (size_t)p->me->number;
        place at = place_at(p, emb__net_half(b->net, p->me), number * EMB__LANES / 2);
        at.grads = b->grads + number * b->net->param_stride;
        run(p, &at);
        return;
    }
    for (size_t i = 0; i < own; i++) for_set(p, run, (size_t)p->me->number * own + i, false);
    for (size_t set = own * members; set < b->sets; set++) for_set(p, run, set, true);
}

/* ---- forward and back ------------------------------------------------------------------------ */

static emb__rows rows_of(const emb__batch *b) {
    return (emb__rows){
        .images = b->images, .indices = b->indices, .bytes = b->bytes, .altering = b->altering};
}

static void find_loss(const part *p, const place *at) {
    const emb__batch *b = p->b;
    const emb__rows rows = rows_of(b);
    emb__loss_run(b->loss,
                  &(emb__loss_block){.net = b->net,
                                     .w = &at->w,
                                     .images = b->images,
                                     .indices = b->indices,
                                     .first = at->first,
                                     .count = at->w.images,
                                     .of = b->count,
                                     .target = emb__loss_target(b->loss, b->net, &at->w, &rows,
                                                                at->first, at->w.images),
                                     .grad = emb__net_loss_gradient(b->net, &at->w),
                                     .errors = b->errors + at->first,
                                     .predicted = b->predicted ? b->predicted + at->first : NULL});
    if (b->terms) emb__terms_find(b->net, &at->w, at->w.images, b->terms + at->first);
}

/* A member's images of a block leave their rows, of which the block's first image's is `rows`. */
static void keep_rows(const emb__layer *layer, const emb__pass *pass, float *rows) {
    const size_t row = layer->kind->batch->row_count(layer);
    size_t from;
    const size_t to = emb__member_part(pass->me, pass->images, &from);
    for (size_t lane = from; lane < to; lane++) {
        layer->kind->batch->keep(layer, pass, lane, rows + lane * row);
    }
}

/* The channels of a layer that a member of a block looks at. sums: those of the block. */
static void look(const emb_net *net, const emb__layer *layer, const emb__pass *pass, bool back,
                 double *sums) {
    const emb__batch_kind *batch = layer->kind->batch;
    size_t from;
    const size_t to = emb__member_part(pass->me, (size_t)emb__batch_channels(layer), &from);
    if (!back && batch->prepare) {
        batch->prepare(layer, pass);
        emb__team_wait(pass->me);
    }
    if (!back && batch->look_all) {
        batch->look_all(layer, pass, from, to, sums, net->batch_sums);
        return;
    }
    for (size_t c = from; c < to; c++) {
        if (back) {
            batch->look_back(layer, pass, (int)c, sums + c * (size_t)batch->back_sums,
                             net->batch_sums);
        } else {
            batch->look(layer, pass, (int)c, sums + c * (size_t)batch->sums, net->batch_sums);
        }
    }
}

static void look_at(const part *p, const place *at, bool back) {
    const emb_net *net = p->b->net;
    const emb__cpu *cpu = net->device;
    const emb__pass pass = emb__net_pass(net, &at->w, p->looks_at);
    const emb__layer *layer = &net->layers[p->looks_at];
    if (layer->kind->batch->row_count) {
        keep_rows(layer, &pass, cpu->rows + at->first * layer->kind->batch->row_count(layer));
        return;
    }
    look(net, layer, &pass, back, cpu->sums + at->first / (EMB__LANES / 2) * net->batch_sums);
}

static void forward(const part *p, const place *at) {
    const emb__batch *b = p->b;
    if (p->lays_out && at->w.me->number == 0) {
        const emb__rows rows = rows_of(b);
        emb__net_lay_out(b->net, &at->w, &rows, at->first, at->w.images);
    }
    emb__team_wait(at->w.me);
    emb__net_forward(b->net, &at->w, p->from, p->to);
    emb__team_wait(at->w.me);
    if (p->looks_at >= 0) look_at(p, at, false);
    if (p->to == b->net->layer_count && at->w.me->number == 0) find_loss(p, at);
}

static void backward(const part *p, const place *at) {
    emb__net_backward_part(p->b->net, &at->w, p->from, p->to, at->grads, at->add);
    if (p->looks_at < 0) return;
    emb__team_wait(at->w.me);
    look_at(p, at, true);
}

/* The last segment, or the only one, and back. */
static void forward_and_back(const part *p, const place *at) {
    part back = *p;
    back.from = p->back_from;
    back.looks_at = p->back_from - 1;
    forward(p, at);
    backward(&back, at);
}

/* ---- the whole batch ------------------------------------------------------------------------- */

/* The tree over the halves of blocks: neighbours, then pairs of these, and so on. */
static void merge_all(double *sums, size_t stride, size_t halves,
                      void (*merge)(double *a, const double *b)) {
    for (size_t apart = 1; apart < halves; apart *= 2) {
        for (size_t i = 0; i + apart < halves; i += 2 * apart) {
            merge(sums + i * stride, sums + (i + apart) * stride);
        }
    }
}

/* The gradients of a layer's own weights are the first set's; the others add nothing. */
static void clear_others(const part *p, const emb__layer *layer, size_t channel) {
    const size_t sets = p->halves ? 2 : p->b->sets;
    for (size_t set = 1; set < sets; set++) {
        for (int i = 0; i < layer->param_count && !layer->params[i].is_buffer; i++) {
            p->b->grads[set * p->b->net->param_stride + layer->params[i].at + channel] = 0;
        }
    }
}

/* Of the layer that was looked at, for the whole batch. */
static emb__pass whole_pass(const part *p) {
    const emb__batch *b = p->b;
    const emb__cpu *cpu = b->net->device;
    emb__workspace w = *emb__net_workspace(b->net, 0);
    w.training = true;
    w.images = w.of = b->count;
    w.stats = cpu->stats;
    w.rows = cpu->rows;
    w.epochs = b->epochs;
    emb__pass pass = emb__net_pass(b->net, &w, p->looks_at);
    pass.grads = b->grads;
    return pass;
}

/* This member's channels of the layer that was looked at: what follows from all halves' sums. */
static void settle(const part *p, bool back) {
    const emb__batch *b = p->b;
    const emb_net *net = b->net;
    const emb__layer *layer = &net->layers[p->looks_at];
    const emb__batch_kind *batch = layer->kind->batch;
    const emb__cpu *cpu = net->device;
    const size_t halves = (b->count + EMB__LANES / 2 - 1) / (EMB__LANES / 2);
    const emb__pass pass = whole_pass(p);
    size_t from;
    const size_t to = emb__member_part(p->me, (size_t)emb__batch_channels(layer), &from);
    for (size_t c = from; c < to; c++) {
        double *sums = cpu->sums + c * (size_t)(back ? batch->back_sums : batch->sums);
        if (!batch->row_count) {
            merge_all(sums, net->batch_sums, halves, back ? batch->merge_back : batch->merge);
        }
        if (back) {
            batch->settle_back(layer, &pass, (int)c, sums);
            clear_others(p, layer, c);
        } else {
            batch->settle(layer, &pass, (int)c, sums, b->tracks ? net->params : NULL);
        }
    }
}

/* Once all members have settled a layer's channels. */
static void count_batch(const part *p) {
    const emb__layer *layer = &p->b->net->layers[p->looks_at];
    if (layer->kind->batch->finish) layer->kind->batch->finish(layer, p->b->net->params);
    for (int i = 0; i < layer->param_count && !layer->kind->batch->counts_nothing; i++) {
        if (layer->params[i].is_counter) p->b->net->params[layer->params[i].at] += 1;
    }
}

static bool needs_batch(const emb__layer *layer) { return layer->kind->batch && !layer->frozen; }

/* The first layer from `from` on that needs the whole batch; the number of layers: none. */
static int next_batch_layer(const emb_net *net, int from) {
    while (from < net->layer_count && !needs_batch(&net->layers[from])) from++;
    return from;
}

static bool needs_batch_back(const emb__layer *layer) {
    return needs_batch(layer) && layer->kind->batch->look_back && layer->gradient.runs;
}

/* The last layer before `to` that needs the whole batch on the way back; -1: none. */
static int last_batch_layer(const emb_net *net, int to) {
    do {
        to--;
    } while (to >= 0 && !needs_batch_back(&net->layers[to]));
    return to;
}

/* All segments but the last. */
static void forward_segments(part *p) {
    const emb_net *net = p->b->net;
    for (int next = next_batch_layer(net, 0); next < net->layer_count;
         next = next_batch_layer(net, next + 1)) {
        p->looks_at = next;
        p->to = next;
        for_blocks(p, forward);
        p->lays_out = false;
        emb__team_wait(p->me);
        settle(p, false);
        emb__team_wait(p->me);
        if (p->b->tracks && p->me->number == 0) count_batch(p);
        p->from = p->to;
    }
}

/* What is before the last segment. A layer that needs the whole batch is itself run back with the
 * segment before it. */
static void backward_segments(part *p) {
    const emb_net *net = p->b->net;
    for (p->looks_at = p->back_from - 1; p->looks_at >= 0;) {
        emb__team_wait(p->me);
        settle(p, true);
        emb__team_wait(p->me);
        p->to = p->looks_at + 1;
        p->looks_at = last_batch_layer(net, p->looks_at);
        p->from = p->looks_at + 1;
        for_blocks(p, backward);
    }
}

void emb__batch_look(emb_net *net, const emb__workspace *w, int layer, float *grad_out,
                     float *grads) {
    const emb__cpu *cpu = net->device;
    if (grad_out && !net->layers[layer].kind->batch->look_back) return;
    const emb__batch b = {.net = net, .count = w->images, .grads = grads, .sets = 1};
    const part p = {.b = &b, .me = &emb__alone, .looks_at = layer};
    emb__pass pass = emb__net_pass(net, w, layer);
    pass.grad_out = grad_out;
    look(net, &net->layers[layer], &pass, grad_out != NULL, cpu->sums);
    settle(&p, grad_out != NULL);
}

bool emb__batch_run(const emb__batch *b, const emb__member *me) {
    part p = {.b = b, .me = me, .lays_out = true};
    p.halves = b->halves && b->count > EMB__LANES / 2 && b->count <= EMB__LANES &&
               emb__net_halves(b->net, me);
    if (b->net->batch_sums > 0) {
        forward_segments(&p);
        p.back_from = last_batch_layer(b->net, b->net->layer_count) + 1;
    }
    p.to = b->net->layer_count;
    p.looks_at = -1;
    for_blocks(&p, forward_and_back);
    backward_segments(&p);
    return p.halves;
}

emb_status emb__batch_check(const emb_net *net, size_t count, const char *why) {
    for (int i = 0; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        const emb__batch_kind *batch = layer->kind->batch;
        if (!needs_batch(layer)) continue;
        const size_t plane = emb__shape_count(&layer->in) / (size_t)layer->in.d[0];
        if (count * plane >= (size_t)batch->least) continue;
        return emb__fail(EMB_ERR_ARGUMENT,
                         "%s: %s.%s %s needs at least %d images in each batch, and %s",
                         net->spec.name, net->spec.parts[layer->spec->part], layer->spec->path,
                         layer->kind->name, batch->least, why);
    }
    return EMB_OK;
}

emb_status emb__batch_room(emb_net *net, size_t count, size_t sets, int threads) {
    const size_t blocks = (count + EMB__LANES - 1) / EMB__LANES;
    return emb__net_batch_workspaces(net, net->batch_sums > 0 ? blocks : sets, threads);
}

size_t emb__batch_room_size(const emb_net *net, size_t count, size_t sets, size_t threads,
                            size_t scratch) {
    const size_t blocks = (count + EMB__LANES - 1) / EMB__LANES;
    return emb__net_batch_workspaces_size(net, net->batch_sums > 0 ? blocks : sets, threads,
                                          scratch);
}
