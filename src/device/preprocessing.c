/* See preprocessing.h. */
#include "device/preprocessing.h"

#include <math.h>

#include "base/entry.h"
#include "base/translate.h"
#include "device/images_fit.h"

void emb_net_preprocessing(const emb_net *net, emb_preprocessing *p) {
    EMB__ENTER;
    const emb__origin *o = &net->origin;
    *p = (emb_preprocessing){.floats = o->floats, .high = 1, .pixels = true, .white = 1};
    if (!o->floats) return;
    p->low = o->low;
    p->high = o->high;
    if (o->has_pixels) {
        p->black = o->black;
        p->white = o->white;
        return;
    }
    /* Pixels divided by their largest fill most of 0..1: numbers that fill less may be something
     * else. */
    p->pixels = o->low >= 0 && o->high <= 1 && o->high > 0.5;
}

bool emb_net_pictures(const emb_net *net, emb_pictures *pictures) {
    EMB__ENTER;
    const emb__shape *in = &net->input;
    *pictures = (emb_pictures){0};
    if (net->origin.fit == 0 || in->rank != 3) return false;
    *pictures = (emb_pictures){.channels = in->d[0],
                               .height = in->d[1],
                               .width = in->d[2],
                               .fit = (emb_picture_fit)net->origin.fit,
                               .background = net->origin.background};
    return true;
}

bool emb_net_like_mnist(const emb_net *net) {
    EMB__ENTER;
    return net->origin.like_mnist || net->origin.fit == (int)EMB_FIT_MNIST;
}

bool emb__net_plain_bytes(const emb_net *net) {
    const emb__origin *o = &net->origin;
    return !o->floats || !o->has_pixels || (o->black == 0 && o->white == 1);
}

void emb__net_row(const emb_net *net, const emb_images *images, size_t i, float *row) {
    emb_preprocessing p;
    emb_net_preprocessing(net, &p);
    emb__images_row(images, i, p.black, p.white, row);
}

emb_status emb__net_train_on(emb_net *net, const emb_images *images, const uint32_t *indices,
                             size_t count) {
    net->origin = (emb__origin){.floats = images->values != NULL};
    if (!images->values) {
        net->origin.fit = (int)images->pictures.fit;
        net->origin.background = images->pictures.background;
        return net->origin.fit ? EMB_OK : emb__images_laid(images, &net->origin.like_mnist);
    }
    emb__images_span(images, indices, count, &net->origin.low, &net->origin.high);
    net->origin.has_pixels = images->has_pixels;
    net->origin.black = images->black;
    net->origin.white = images->white;
    return EMB_OK;
}

emb_status emb__net_reads_bytes(const emb_net *net) {
    emb_preprocessing p;
    emb_net_preprocessing(net, &p);
    if (p.pixels) return EMB_OK;
    return emb__fail(
        EMB_ERR_ARGUMENT,
        "the model was trained on floats from %g to %g, and nothing says which of them are "
        "black and white, so that bytes cannot be read: give floats like those, or "
        "train again on images / 255, or with --pixel-range BLACK..WHITE",
        p.low, p.high);
}

emb_status emb_net_accepts(const emb_net *net, const emb_images *images) {
    EMB__ENTER;
    const emb_status status = emb__net_fits(net, images);
    return status == EMB_OK && !images->values ? emb__net_reads_bytes(net) : status;
}

emb_status emb_images_follow(emb_images *images, const emb_net *net) {
    EMB__ENTER;
    emb_preprocessing p;
    if (images->values) return EMB_OK;
    const emb_status status = emb__net_reads_bytes(net);
    if (status != EMB_OK) return status;
    emb_net_preprocessing(net, &p);
    images->black = p.black;
    images->white = p.white;
    return EMB_OK;
}

/* Whether numbers from low to high are about those that the network was trained on. */
static bool is_alike(const emb_preprocessing *p, double low, double high) {
    /* Shares of the range that was seen: numbers so far beyond it, or within so small a part of it,
     * are of another kind rather than other images of the same kind. */
    static const double beyond = 0.5, least = 1.0 / 8;
    const double from = p->pixels ? fmin(p->low, fmin(p->black, p->white)) : p->low;
    const double to = p->pixels ? fmax(p->high, fmax(p->black, p->white)) : p->high;
    const double span = to - from;
    if (high > low && high - low < least * span) return false;
    return low >= from - beyond * span && high <= to + beyond * span;
}

emb_status emb_net_same_range(const emb_net *net, const emb_images *images) {
    EMB__ENTER;
    emb_preprocessing p;
    double low, high;
    if (!images->values || (net->is_part && net->encoder_end == 0)) return EMB_OK;
    emb_net_preprocessing(net, &p);
    emb_images_range(images, &low, &high);
    if (is_alike(&p, low, high)) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT,
                     p.floats ? E_("the images' numbers lie from %g to %g, and the network was "
                                   "trained on floats from %g to %g: scale them the same way")
                              : E_("the images' numbers lie from %g to %g, and the network was "
                                   "trained on pixels from %g to %g: scale them the same way"),
                     low, high, p.low, p.high);
}

double emb__net_peak(const emb_net *net, const emb_images *images) {
    emb_preprocessing p;
    double low, high;
    emb_net_preprocessing(net, &p);
    if (!images->values) return emb__images_are_dark(images) ? NAN : fabs(p.white - p.black);
    if (images->has_pixels) return fabs(images->white - images->black);
    emb_images_range(images, &low, &high);
    if (net->origin.has_pixels) return is_alike(&p, low, high) ? fabs(p.white - p.black) : NAN;
    return p.pixels && low >= 0 && high <= 1 ? 1 : NAN;
}

void emb_net_output_range(const emb_net *net, double *low, double *high) {
    EMB__ENTER;
    *low = net->layers[net->layer_count - 1].low;
    *high = net->layers[net->layer_count - 1].high;
}
