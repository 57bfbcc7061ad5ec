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

static size_t tiles_of(const emb__gather *g) {
    const size_t rows = ((size_t)g->out_h + EMB__WINO_OUT - 1) / EMB__WINO_OUT;
    return rows * (((size_t)g->out_w + EMB__WINO_OUT - 1) / EMB__WINO_OUT);
}

size_t emb__winograd_multiply_adds(const emb__gather *g) {
    const size_t pairs = (size_t)g->groups * (size_t)g->in_channels * (size_t)g->out_channels;
    return tiles_of(g) * EMB__WINO_POINTS * pairs;
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
        tiles_of(g) * (EMB__WINO_POINTS * pairs + TRANSFORM * channels) + WEIGHT * pairs;
    return work * 5 < direct * 4;
}

size_t emb__winograd_scratch(const emb__gather *g) {
    const size_t point = emb__winograd_weights(g) +
                         emb__winograd_inputs(g, EMB__WINO_PLACES, EMB__LANES) +
                         emb__winograd_products(EMB__WINO_PLACES, EMB__LANES);
    return (EMB__WINO_POINTS * point + emb__winograd_packed(g)) / EMB__LANES;
}
