/* Convolutions with a kernel of 3x3, stride 1 and dilation 1 by Winograd's F(4x4, 3x3): when, and
 * by which constants. A tile of 4x4 outputs comes from 6x6 inputs by 36 products for each pair of
 * channels instead of 144. The transforms are the polynomials' at 0, a, -a, b, -b and infinity.
 * With the usual 1 and 2 the results were 3 to 6 times as far from the exact ones; these two have
 * few bits, so all that follows from them without a division is exact. isa/reference_winograd.c has
 * the order of the sums. */
#ifndef EMB_KERNELS_WINOGRAD_H
#define EMB_KERNELS_WINOGRAD_H

#include "kernels/geometry.h"

enum {
    EMB__WINO_OUT = 4, /* a tile's outputs in each direction */
    EMB__WINO_IN = 6,  /* and inputs */
    EMB__WINO_KERNEL = 3,
    EMB__WINO_POINTS = EMB__WINO_IN * EMB__WINO_IN,
    EMB__WINO_CHAIN = 32, /* channels that are summed before they are added to those before */
    /* How the vectors' kernel cuts its work: tiles, and channels of the output, of a turn. */
    EMB__WINO_PLACES = 3,
    EMB__WINO_OUTS = 32,
    /* Of a weight gradient: tiles, and images, of a chain; channels of the smaller side in a unit.
     */
    EMB__WINO_PIECE = 4,
    EMB__WINO_IMAGES = 8,
    EMB__WINO_UNIT = 16
};

#define WINO_A  0.6875f
#define WINO_B  1.5f
#define WINO_A2 (WINO_A * WINO_A)
#define WINO_B2 (WINO_B * WINO_B)
/* The weights' factors at 0, +-a and +-b. */
#define WINO_AT_0 (1 / (WINO_A2 * WINO_B2))
#define WINO_AT_A (1 / (2 * WINO_A2 * (WINO_A2 - WINO_B2)))
#define WINO_AT_B (1 / (2 * WINO_B2 * (WINO_B2 - WINO_A2)))

/* How many inputs before output 0 its kernel begins; the way up meets the kernel backwards. */
static inline int emb__winograd_before(const emb__gather *g, int direction) {
    return g->up ? EMB__WINO_KERNEL - 1 - g->padding[direction] : g->padding[direction];
}

/* Whether a gather may be made so at all, and whether that is faster. */
bool emb__winograd_fits(const emb__gather *g);
bool emb__winograd_pays(const emb__gather *g);
/* The products of a block's image. */
size_t emb__winograd_multiply_adds(const emb__gather *g);
/* Vectors of 16 that `winograd` needs. */
size_t emb__winograd_scratch(const emb__gather *g);

/* The scratch's parts: transformed weights, one tile of channels' weights before that, transformed
 * inputs, and products. Below, the floats of one point of each; a cache line more than is needed,
 * because points that lie a power of two apart would drive each other out of the first cache. */
static inline size_t emb__winograd_weights(const emb__gather *g) {
    const size_t tiles = ((size_t)g->out_channels + EMB__OUT_TILE - 1) / EMB__OUT_TILE;
    return (tiles * (size_t)g->in_channels * EMB__OUT_TILE + EMB__LANES) / EMB__LANES * EMB__LANES +
           EMB__LANES;
}
static inline size_t emb__winograd_inputs(const emb__gather *g, int places, int lanes) {
    return ((size_t)g->in_channels * (size_t)places + 1) * (size_t)lanes;
}
static inline size_t emb__winograd_products(int places, int lanes) {
    return ((size_t)EMB__WINO_OUTS * (size_t)places + 1) * (size_t)lanes;
}
/* All of them. */
static inline size_t emb__winograd_packed(const emb__gather *g) {
    const size_t area = EMB__WINO_KERNEL * EMB__WINO_KERNEL;
    const size_t floats = area * EMB__OUT_TILE * (size_t)g->in_channels;
    return (floats + EMB__LANES - 1) / EMB__LANES * EMB__LANES;
}

/* The same of a weight gradient, whose units are EMB__WINO_UNIT small channels of a group. */
bool emb__winograd_weight_fits(const emb__correlate *c);
bool emb__winograd_weight_pays(const emb__correlate *c);
size_t emb__winograd_weight_multiply_adds(const emb__correlate *c);
size_t emb__winograd_weight_scratch(const emb__correlate *c);

static inline int emb__winograd_units(const emb__correlate *c) {
    return (c->small_channels + EMB__WINO_UNIT - 1) / EMB__WINO_UNIT;
}
/* The floats of a point: of the bigger side; of `units` of the smaller side; and of their sums. */
static inline size_t emb__winograd_big(const emb__correlate *c, int lanes) {
    return ((size_t)c->big_channels * EMB__WINO_PIECE + 1) * (size_t)lanes;
}
static inline size_t emb__winograd_small(int units, int lanes) {
    return ((size_t)units * EMB__WINO_PIECE * (size_t)lanes + 1) * EMB__WINO_UNIT;
}
static inline size_t emb__winograd_sums(const emb__correlate *c, int units) {
    return ((size_t)units * (size_t)c->big_channels + 1) * EMB__WINO_UNIT;
}

#endif
