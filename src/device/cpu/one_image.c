/* See one_image.h. */
#include "device/cpu/one_image.h"

#include <string.h>

#include "base/memory.h"
#include "net/layers/conv.h"

/* Activations lie [row][column][channel]; flat ones, and images outside, in C order. */
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

static emb_status open_single(emb_net *net) {
    size_t most = emb__shape_count(&net->input), packed = 0;
    for (int i = 0; i < net->layer_count; i++) {
        emb__layer *layer = &net->layers[i];
        const size_t count = emb__shape_count(&layer->out);
        if (count > most) most = count;
        layer->packed_at = packed;
        packed += layer->packed_count;
    }
    most = (most + EMB__LANES - 1) / EMB__LANES * EMB__LANES;
    net->single_stride = most;
    net->single = emb__calloc(2 * most + net->scratch_vectors * EMB__LANES, sizeof *net->single);
    net->packed = emb__calloc(packed + EMB__LANES, sizeof *net->packed);
    if (!net->single || !net->packed) {
        emb__single_clear(net);
        return EMB_ERR_MEMORY;
    }
    net->packed_version = net->version - 1;
    return EMB_OK;
}

void emb__single_clear(emb_net *net) {
    emb__free(net->single);
    emb__free(net->packed);
    net->single = net->packed = NULL;
}

static emb_status prepare(emb_net *net) {
    emb_status status = net->single ? EMB_OK : open_single(net);
    if (status != EMB_OK || net->packed_version == net->version) return status;
    for (int i = 0; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        if (layer->packed_count > 0) {
            emb__conv_pack(layer, net->params, net->packed + layer->packed_at);
        }
    }
    net->packed_version = net->version;
    return EMB_OK;
}

bool emb__single_pays(emb_net *net) {
    const bool first = net->stepped_version == net->version && net->asked_version != net->version;
    net->asked_version = net->version;
    return !first;
}

/* Flatten and Unflatten, which are no work for a block, change the order here. Gives the buffer
 * that holds the result. */
static float *reorder(const emb__layer *layer, float *here, float *there) {
    if (layer->in.rank == layer->out.rank) return here;
    const emb__shape *image = layer->in.rank == 3 ? &layer->in : &layer->out;
    if (one_channel_or_pixel(image)) return here;
    if (layer->in.rank == 3) to_planes(image, here, there);
    if (layer->in.rank != 3) to_pixels(image, here, there);
    return there;
}

emb_status emb__single_run(emb_net *net, int from, int to, const float *in, float *out) {
    emb_status status = prepare(net);
    if (status != EMB_OK) return status;
    float *const buffers[2] = {net->single, net->single + net->single_stride};
    float *here = buffers[0];
    const emb__shape *first = &net->layers[from].in, *last = &net->layers[to - 1].out;
    if (one_channel_or_pixel(first)) {
        memcpy(here, in, emb__shape_count(first) * sizeof *here);
    } else {
        to_pixels(first, in, here);
    }
    for (int i = from; i < to; i++) {
        const emb__layer *layer = &net->layers[i];
        float *there = here == buffers[0] ? buffers[1] : buffers[0];
        if (layer->kind->alias) {
            here = reorder(layer, here, there);
            continue;
        }
        if (layer->kind->in_place) there = here;
        const emb__single pass = {net->kernels, net->packed + layer->packed_at, here, there,
                                  net->single + 2 * net->single_stride};
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
