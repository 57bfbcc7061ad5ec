/* See winograd.h. */
#include "kernels/winograd.h"

bool emb__winograd_fits(const emb__gather *g) {
    for (int i = 0; i < 2; i++) {
        if (g->kernel[i] != EMB__WINO_KERNEL || g->stride[i] != 1 || g->dilation[i] != 1) {
            return false;
        }
    }
    return true;
}

/* The kernel's positions that outputs 0 .. out - 1 of a direction meet, added up. */
static size_t taps(int in, int out, int before) {
    size_t sum = 0;
    for (int o = 0; o < out; o++) {
        for (int k = 0; k < EMB__WINO_KERNEL; k++) {
            const int at = o - before + k;
            sum += at >= 0 && at < in;
        }
    }
    return sum;
}

static size_t tiles_of(int height, int width) {
    const size_t rows = ((size_t)height + EMB__WINO_OUT - 1) / EMB__WINO_OUT;
    return rows * (((size_t)width + EMB__WINO_OUT - 1) / EMB__WINO_OUT);
}

size_t emb__winograd_multiply_adds(const emb__gather *g) {
    const size_t pairs = (size_t)g->groups * (size_t)g->in_channels * (size_t)g->out_channels;
    return tiles_of(g->out_h, g->out_w) * EMB__WINO_POINTS * pairs;
}

/* In products. A transform of a tile's channel, of inputs or outputs, takes as long as some 320 of
 * them, and the weights' of two channels as long as 40; measured on AVX-512 and AVX2, see
 * docs/SPEED.md. So what has few channels, or small images that fill their tiles badly, stays as it
 * is. A fifth must be won at least, for it is less exact by a bit. */
bool emb__winograd_pays(const emb__gather *g) {
    enum { TRANSFORM = 320, WEIGHT = 40 };
    if (!emb__winograd_fits(g)) return false;
    const size_t pairs = (size_t)g->in_channels * (size_t)g->out_channels;
    const size_t direct = pairs * taps(g->in_h, g->out_h, emb__winograd_before(g, 0)) *
                          taps(g->in_w, g->out_w, emb__winograd_before(g, 1));
    const size_t channels = (size_t)g->in_channels + (size_t)g->out_channels;
    const size_t work =
        tiles_of(g->out_h, g->out_w) * (EMB__WINO_POINTS * pairs + TRANSFORM * channels) +
        WEIGHT * pairs;
    return work * 5 < direct * 4;
}

size_t emb__winograd_scratch(const emb__gather *g) {
    const size_t point = emb__winograd_weights(g) +
                         emb__winograd_inputs(g, EMB__WINO_PLACES, EMB__LANES) +
                         emb__winograd_products(EMB__WINO_PLACES, EMB__LANES);
    return (EMB__WINO_POINTS * point + emb__winograd_packed(g)) / EMB__LANES;
}

/* ---- weight gradients ---- */

bool emb__winograd_weight_fits(const emb__correlate *c) {
    for (int i = 0; i < 2; i++) {
        if (c->kernel[i] != EMB__WINO_KERNEL || c->stride[i] != 1 || c->dilation[i] != 1) {
            return false;
        }
    }
    return true;
}

size_t emb__winograd_weight_multiply_adds(const emb__correlate *c) {
    const size_t pairs = (size_t)c->groups * (size_t)c->small_channels * (size_t)c->big_channels;
    return tiles_of(c->small_h, c->small_w) * EMB__WINO_POINTS * pairs;
}

/* As above. The sums of a pair of channels' points go to memory and back for each piece, so a
 * product counts nearly twice; those of the smaller side are made in whole units. */
bool emb__winograd_weight_pays(const emb__correlate *c) {
    enum { PRODUCTS = 68, TRANSFORM = 250, WEIGHT = 50 };
    if (!emb__winograd_weight_fits(c)) return false;
    const size_t smalls = (size_t)emb__winograd_units(c) * EMB__WINO_UNIT;
    const size_t bigs = (size_t)c->big_channels, pairs = smalls * bigs;
    const size_t direct = (size_t)c->small_channels * bigs *
                          taps(c->big_h, c->small_h, c->padding[0]) *
                          taps(c->big_w, c->small_w, c->padding[1]);
    const size_t work =
        tiles_of(c->small_h, c->small_w) * (PRODUCTS * pairs + TRANSFORM * (smalls + bigs)) +
        WEIGHT * pairs;
    return work * 5 < direct * 4;
}

size_t emb__winograd_weight_scratch(const emb__correlate *c) {
    const int units = emb__winograd_units(c);
    const size_t halves = EMB__LANES / EMB__WINO_IMAGES;
    const size_t point = emb__winograd_big(c, EMB__LANES) + emb__winograd_small(units, EMB__LANES) +
                         halves * emb__winograd_sums(c, units);
    const size_t one = EMB__WINO_UNIT; /* a tile of a unit, before it is turned */
    return EMB__WINO_POINTS * (point / EMB__LANES + one + 1);
}
