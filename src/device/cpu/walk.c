/* See walk.h. */
#include "device/cpu/walk.h"

#include "base/cancel.h"
#include "base/threads.h"
#include "device/cpu/inference.h"
#include "device/cpu/pass.h"
#include "device/preprocessing.h"

/* Image number `at` as the network would read it unchanged. */
static void read_row(const emb_net *net, const emb__rows *of, size_t at, size_t i, float *row) {
    const size_t size = emb__shape_count(&net->input);
    const bool ready = of->bytes && emb__net_plain_bytes(net);
    if (!ready) emb__net_row(net, of->images, i, row);
    for (size_t p = 0; p < size && ready; p++) {
        row[p] = emb__pixel_number(of->bytes[at * size + p], 0, 1);
    }
}

/* Changed images, with noise or without. */
static void lay_out_altered(const emb_net *net, const emb__workspace *w, const emb__rows *of,
                            size_t first, size_t count, bool clean, float *to) {
    const size_t size = emb__shape_count(&net->input);
    float *rows = w->grad[1], *spare = w->grad[0]; /* as below */
    for (size_t lane = 0; lane < count; lane++) {
        const size_t at = first + lane, i = of->indices ? of->indices[at] : at;
        float *row = rows + lane * size;
        read_row(net, of, at, i, row);
        emb__alter_target(&of->altering, i, row, spare);
        if (!clean) emb__alter_input(&of->altering, i, row);
    }
    w->k->to_lanes(rows, (int)count, size, to);
}

void emb__net_lay_out_target(const emb_net *net, const emb__workspace *w, const emb__rows *of,
                             size_t first, size_t count, float *to) {
    lay_out_altered(net, w, of, first, count, true, to);
}

/* What a bottleneck adds to its codes, image by image. */
static void draw_noise(const emb_net *net, const emb__workspace *w, const emb__rows *of,
                       size_t first, size_t count) {
    const emb__cpu *cpu = net->device;
    const emb__layer *layer = &net->layers[net->bottleneck];
    const size_t lanes = (size_t)w->k->lanes;
    float *noise = w->arena + layer->noise_at * lanes;
    for (size_t lane = 0; lane < lanes; lane++) {
        const size_t at = first + lane, i = lane >= count ? 0 : of->indices ? of->indices[at] : at;
        emb__draws draws = emb__draws_of(of->altering.seed, EMB__FOR_CODES, of->altering.epoch, i);
        for (size_t v = 0; v < layer->noise_count; v++) {
            noise[v * lanes + lane] =
                lane < count ? (float)emb__draws_normal(&draws, cpu->ziggurat) : 0;
        }
    }
}

/* Each image's own label, or the one that rows have. */
static void lay_out_labels(const emb_net *net, const emb__workspace *w, const emb_images *images,
                           const uint32_t *indices, size_t first, size_t count) {
    float *labels = w->arena + net->labels_at * (size_t)w->k->lanes;
    for (size_t lane = 0; lane < (size_t)w->k->lanes; lane++) {
        const size_t at = first + lane;
        int label = -1;
        if (lane < count && images) label = emb_images_label(images, indices ? indices[at] : at);
        if (lane < count && label < 0) label = emb__net_row_label(net, at);
        labels[lane] = (float)label;
    }
}

void emb__net_lay_out(const emb_net *net, const emb__workspace *w, const emb__rows *of,
                      size_t first, size_t count) {
    if (net->conditions > 0) lay_out_labels(net, w, of->images, of->indices, first, count);
    if (of->altering.draws && net->bottleneck >= 0) draw_noise(net, w, of, first, count);
    if (of->altering.alter) {
        lay_out_altered(net, w, of, first, count, false, emb__net_input(net, w, 0));
        return;
    }
    const emb_images *images = of->images;
    const uint8_t *pixels[EMB__LANES] = {0};
    const size_t size = emb__shape_count(&net->input);
    float *rows = w->grad[1]; /* unused until a block has run */
    const bool plain = !images->values && emb__net_plain_bytes(net);
    for (size_t lane = 0; lane < count; lane++) {
        const size_t at = first + lane, i = of->indices ? of->indices[at] : at;
        if (plain && of->bytes) {
            pixels[lane] = of->bytes + at * size;
        } else if (plain) {
            pixels[lane] = emb__images_bytes(images, i, (uint8_t *)(rows + lane * size));
        }
        if (!plain) emb__net_row(net, images, i, rows + lane * size);
    }
    if (plain) {
        w->k->lay_out(pixels, (int)count, size, emb__net_input(net, w, 0));
    } else {
        w->k->to_lanes(rows, (int)count, size, emb__net_input(net, w, 0));
    }
}

static void lay_out(const emb__walk *walk, const emb__workspace *w, size_t first, size_t here) {
    const emb_net *net = walk->net;
    if (walk->images) {
        const emb__rows rows = {
            .images = walk->images, .indices = walk->indices, .altering = walk->altering};
        emb__net_lay_out(net, w, &rows, first, here);
        return;
    }
    const size_t size = emb__shape_count(&net->layers[walk->from].in);
    if (net->conditions > 0) lay_out_labels(net, w, NULL, NULL, first, here);
    w->k->to_lanes(walk->rows + first * size, (int)here, size, emb__net_input(net, w, walk->from));
}

static bool forward(const emb__walk *walk, const emb__workspace *w, size_t first, size_t here) {
    if (!walk->layer) {
        emb__net_forward(walk->net, w, walk->from, walk->to);
        return true;
    }
    for (int i = walk->from; i < walk->to; i++) {
        emb__net_forward(walk->net, w, i, i + 1);
        if (!walk->layer(walk, w, i, first, here)) return false;
    }
    return true;
}

bool emb__walk_block(const emb__walk *walk, const emb__workspace *w, size_t first) {
    const size_t lanes = (size_t)w->k->lanes;
    if (first >= walk->count) return true;
    const size_t left = walk->count - first, here = left < lanes ? left : lanes;
    emb__workspace own = *w;
    own.drawn = walk->altering.draws && walk->net->bottleneck >= 0;
    if (w->me->number == 0) lay_out(walk, &own, first, here);
    emb__team_wait(w->me);
    if (!forward(walk, &own, first, here)) return false;
    emb__team_wait(w->me);
    if (walk->look && w->me->number == 0) walk->look(walk, &own, first, here);
    return true;
}

/* As many blocks as can be shared out evenly are run by one member each, the rest by all members
 * together. */
static void walk_part(void *data, const emb__member *me) {
    const emb__walk *walk = data;
    const emb_net *net = walk->net;
    const size_t all = (walk->count + EMB__LANES - 1) / EMB__LANES;
    const size_t members = (size_t)me->count, own = all / members;
    for (size_t i = 0; i < own && !emb__cancelled(); i++) {
        emb__walk_block(walk, emb__net_workspace(net, me->number),
                        ((size_t)me->number * own + i) * EMB__LANES);
    }
    /* The last block is run as two halves, if both have images. */
    const bool halves =
        emb__net_halves(net, me) && (walk->count - 1) % EMB__LANES >= EMB__LANES / 2;
    const emb__workspace shared = halves ? emb__net_half(net, me) : emb__net_together(net, me);
    for (size_t b = own * members; b < all; b++) {
        if (!halves) emb__team_wait(me);
        emb__walk_block(walk, &shared,
                        b * EMB__LANES +
                            (halves ? (size_t)me->number * (size_t)shared.k->lanes : 0));
    }
}

emb_status emb__net_knows_labels(const emb_net *net, const emb_images *images, int from, int to) {
    const int classes = emb_images_classes(images);
    if (!emb__net_reads_labels(net, from, to)) return EMB_OK;
    if (classes == 0) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "%s: the images have no labels; a conditional autoencoder needs one for "
                         "each",
                         net->spec.name);
    }
    if (classes <= net->conditions) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE,
                     "%s: the labels reach %d, so Condition(%d) is expected, and it knows %d",
                     net->spec.name, classes - 1, classes, net->conditions);
}

/* Whether there are the labels that the layers read. */
static emb_status check_labels(const emb__walk *walk) {
    return walk->images && emb_images_classes(walk->images) > 0
               ? emb__net_knows_labels(walk->net, walk->images, walk->from, walk->to)
               : emb__net_needs_labels(walk->net, walk->from, walk->to);
}

static emb_status check_read(const emb__walk *walk) {
    return walk->images ? emb__images_check_read(walk->images) : EMB_OK;
}

emb_status emb__walk_team(const emb__walk *walk, int asked) {
    const size_t all = (walk->count + EMB__LANES - 1) / EMB__LANES;
    const int threads = emb__threads_for(asked, SIZE_MAX);
    emb__walk walked = *walk;
    emb_status status = check_labels(walk);
    if (status == EMB_OK) {
        status = emb__net_workspaces(walk->net, emb__threads_for(threads, all), threads);
    }
    if (status == EMB_OK && !walk->layer) {
        status = emb__net_inference(walk->net, walk->from, walk->to, &walked.net);
    }
    if (status == EMB_OK) emb__team_run(threads, walk_part, &walked);
    if (status == EMB_OK) status = emb__cancel_check();
    return status == EMB_OK ? check_read(walk) : status;
}

emb_status emb__walk_alone(const emb__walk *walk) {
    const emb_status status = emb__net_workspaces(walk->net, 1, 1);
    bool on = status == EMB_OK;
    for (size_t first = 0; on && first < walk->count; first += EMB__LANES) {
        on = emb__walk_block(walk, emb__net_workspace(walk->net, 0), first);
    }
    return status == EMB_OK ? check_read(walk) : status;
}
