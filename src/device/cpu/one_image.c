/* See one_image.h. */
#include "device/cpu/one_image.h"

#include <string.h>

#include "base/memory.h"
#include "device/cpu/inference.h"

/* Inside, activations lie as [row][column][channel]; flat ones, and images outside, are in C
 * order. */
static void to_pixels(const emb__shape *shape, const float *planes, float *pixels) {
    const size_t channels = (size_t)shape->d[0];
    const size_t plane = (size_t)shape->d[1] * (size_t)shape->d[2];
    for (size_t c = 0; c < channels; c++) {
        for (size_t p = 0; p < plane; p++) pixels[p * channels + c] = planes[c * plane + p];
    }
}

static void to_planes(const emb__shape *shape, const float *pixels, float *planes) {
    const size_t channels = (size_t)shape->d[0];
    const size_t plane = (size_t)shape->d[1] * (size_t)shape->d[2];
    for (size_t c = 0; c < channels; c++) {
        for (size_t p = 0; p < plane; p++) planes[c * plane + p] = pixels[p * channels + c];
    }
}

static bool one_channel_or_pixel(const emb__shape *shape) {
    return shape->rank != 3 || shape->d[0] == 1 || (shape->d[1] == 1 && shape->d[2] == 1);
}

static void close_single(emb__cpu *cpu) {
    emb__free(cpu->single);
    emb__free(cpu->packed);
    cpu->single = cpu->packed = NULL;
}

static emb_status open_single(const emb_net *net, emb__cpu *cpu) {
    size_t most = emb__shape_count(&net->input), packed = 0;
    for (int i = 0; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        const size_t count = emb__shape_count(&layer->out);
        if (count > most) most = count;
        packed += layer->packed_count;
    }
    most = (most + EMB__LANES - 1) / EMB__LANES * EMB__LANES;
    cpu->single_stride = most;
    cpu->single = emb__calloc(2 * most + net->scratch_vectors * EMB__LANES, sizeof *cpu->single);
    cpu->packed = emb__calloc(packed + EMB__LANES, sizeof *cpu->packed);
    if (!cpu->single || !cpu->packed) {
        close_single(cpu);
        return EMB_ERR_MEMORY;
    }
    cpu->packed_version = net->version - 1;
    return EMB_OK;
}

/* The packed weights of layer i: they lie in the layers' order. */
static float *packed_of(const emb_net *net, const emb__cpu *cpu, int i) {
    size_t at = 0;
    for (int before = 0; before < i; before++) at += net->layers[before].packed_count;
    return cpu->packed + at;
}

/* Packs the weights of what runs; there is room for the net's own. */
static emb_status prepare(emb_net **net, emb__cpu *cpu) {
    emb_status status = cpu->single ? EMB_OK : open_single(*net, cpu);
    if (status == EMB_OK) status = emb__net_inference(*net, 0, (*net)->layer_count, net);
    if (status != EMB_OK || cpu->packed_version == (*net)->version) return status;
    float *packed = cpu->packed;
    for (int i = 0; i < (*net)->layer_count; i++) {
        const emb__layer *layer = &(*net)->layers[i];
        if (layer->kind->pack) layer->kind->pack(layer, (*net)->params, packed);
        packed += layer->packed_count;
    }
    cpu->packed_version = (*net)->version;
    return EMB_OK;
}

/* Whether all layers can run one image alone: one after another, each in a way of its own. */
static bool can_run(const emb_net *net) {
    for (int i = 0; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        if (layer->kind->alias) continue;
        if (!layer->kind->single || layer->inputs[0] != i - 1) return false;
    }
    return true;
}

bool emb__single_pays(emb_net *net) {
    if (!can_run(net)) return false;
    emb__cpu *cpu = emb__cpu_of(net);
    if (!cpu) return false; /* a block reports the failure */
    const bool first = net->stepped_version == net->version && cpu->asked_version != net->version;
    cpu->asked_version = net->version;
    return !first;
}

/* Flatten and Unflatten, which do nothing to a block, change the order here. Returns the buffer
 * that holds the result. */
static float *reorder(const emb__layer *layer, float *here, float *there) {
    if (layer->in.rank == layer->out.rank) return here;
    const emb__shape *image = layer->in.rank == 3 ? &layer->in : &layer->out;
    if (one_channel_or_pixel(image)) return here;
    if (layer->in.rank == 3) to_planes(image, here, there);
    if (layer->in.rank != 3) to_pixels(image, here, there);
    return there;
}

emb_status emb__single_run(emb_net *net, int from, int to, const float *in, int label, float *out) {
    emb__cpu *cpu = emb__cpu_of(net);
    emb_status status = cpu ? prepare(&net, cpu) : EMB_ERR_MEMORY;
    if (status != EMB_OK) return status;
    float *const buffers[2] = {cpu->single, cpu->single + cpu->single_stride};
    const float *packed = packed_of(net, cpu, from);
    float *here = buffers[0];
    const emb__shape *first = &net->layers[from].in, *last = &net->layers[to - 1].out;
    if (one_channel_or_pixel(first)) {
        memcpy(here, in, emb__shape_count(first) * sizeof *here);
    } else {
        to_pixels(first, in, here);
    }
    for (int i = from; i < to; packed += net->layers[i++].packed_count) {
        const emb__layer *layer = &net->layers[i];
        float *there = here == buffers[0] ? buffers[1] : buffers[0];
        if (layer->kind->alias) {
            here = reorder(layer, here, there);
            continue;
        }
        if (layer->kind->in_place) there = here;
        const emb__single pass = {
            net->kernels, packed, here, there, cpu->single + 2 * cpu->single_stride, label};
        layer->kind->single(layer, &pass);
        here = there;
    }
    if (one_channel_or_pixel(last)) {
        memcpy(out, here, emb__shape_count(last) * sizeof *out);
    } else {
        to_planes(last, here, out);
    }
    return EMB_OK;
}
