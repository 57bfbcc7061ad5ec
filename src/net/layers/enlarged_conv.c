/* See enlarged_conv.h. With k = K - 1 + d - j, for d < by:
 *   wide[j] = the sum over d of weight[k], where 0 <= k < K;
 *   the gradient of weight[k] = the sum over d of that of wide[j].
 * Rows are summed first for the weights, columns first for the gradients, each from d = 0 on. */
#include "net/layers/enlarged_conv.h"

#include <string.h>

#include "base/memory.h"
#include "net/layers/conv.h"

enum { MOST_KERNEL = 16, MOST_BY = 4, MOST_WIDE = MOST_KERNEL + MOST_BY - 1 };

/* Inlined with numbers that are known, the loops over a kernel dissolve. */
#define INLINE static inline __attribute__((always_inline))

/* ---- the plan -------------------------------------------------------------------------------- */

/* Whether the transposed convolution gives the same outputs, and is less work. */
static bool pays(const emb__layer *layer, const int by[2]) {
    const emb__gather *g = &layer->conv.forward;
    int before = 1, after = 1;
    for (int i = 0; i < 2; i++) {
        const int kernel = g->kernel[i], in = layer->in.d[1 + i], out = layer->out.d[1 + i];
        if (g->stride[i] != 1 || g->dilation[i] != 1 || kernel > MOST_KERNEL || by[i] > MOST_BY ||
            g->padding[i] >= kernel || out != in + 2 * g->padding[i] - kernel + 1) {
            return false;
        }
        before *= kernel * by[i];
        after *= kernel + by[i] - 1;
    }
    return after < before;
}

emb_status emb__enlarged_conv_plan(emb__layer *layer, const int by[2]) {
    const emb__gather *g = &layer->conv.forward;
    if (!pays(layer, by)) return EMB_OK;
    layer->enlarged = emb__calloc(1, sizeof *layer->enlarged);
    if (!layer->enlarged) return EMB_ERR_MEMORY;
    emb__shape small = layer->in;
    emb__conv_shape s = {.transposed = true,
                         .bias = layer->conv.bias,
                         .in_channels = layer->in.d[0],
                         .out_channels = layer->out.d[0],
                         .groups = g->groups};
    for (int i = 0; i < 2; i++) {
        small.d[1 + i] /= by[i];
        s.kernel[i] = g->kernel[i] + by[i] - 1;
        s.stride[i] = by[i];
        s.padding[i] = g->kernel[i] - 1 - g->padding[i];
        s.dilation[i] = 1;
    }
    emb__conv_describe(layer->enlarged, &s, &small, &layer->out);
    return emb__conv_plan_passes(layer->enlarged);
}

void emb__enlarged_conv_clear(emb__layer *layer) {
    if (layer->enlarged) emb__conv_clear_passes(layer->enlarged);
    emb__free(layer->enlarged);
    layer->enlarged = NULL;
}

/* ---- scratch: that of the passes, wide weights, their gradient ------------------------------- */

static size_t wide_vectors(const emb__layer *layer) {
    const emb__gather *g = &layer->enlarged->forward;
    const size_t count = (size_t)g->groups * (size_t)g->in_channels * (size_t)g->out_channels *
                         (size_t)g->kernel[0] * (size_t)g->kernel[1];
    return (count + EMB__LANES - 1) / EMB__LANES;
}

size_t emb__enlarged_conv_scratch(const emb__layer *layer) {
    if (!layer->enlarged) return 0;
    return emb__conv_passes_scratch(layer->enlarged) + 2 * wide_vectors(layer);
}

static float *wide_of(const emb__layer *layer, const emb__pass *pass) {
    return pass->scratch + emb__conv_passes_scratch(layer->enlarged) * EMB__LANES;
}

static float *wide_gradient_of(const emb__layer *layer, const emb__pass *pass) {
    return wide_of(layer, pass) + wide_vectors(layer) * EMB__LANES;
}

/* ---- weights --------------------------------------------------------------------------------- */

/* One kernel and its wide one. */
INLINE void widen(const float *weight, const int k0, const int k1, const int by0, const int by1,
                  float *wide) {
    float rows[MOST_WIDE][MOST_KERNEL] = {{0}};
    for (int j = 0; j < k0 + by0 - 1; j++) {
        const int first = j < k0 ? 0 : j - k0 + 1, last = j < by0 ? j : by0 - 1;
        for (int c = 0; c < k1; c++) {
            float sum = weight[(k0 - 1 + first - j) * k1 + c];
            for (int d = first + 1; d <= last; d++) sum += weight[(k0 - 1 + d - j) * k1 + c];
            rows[j][c] = sum;
        }
    }
    for (int j = 0; j < k0 + by0 - 1; j++) {
        for (int c = 0; c < k1 + by1 - 1; c++, wide++) {
            const int first = c < k1 ? 0 : c - k1 + 1, last = c < by1 ? c : by1 - 1;
            *wide = rows[j][k1 - 1 + first - c];
            for (int d = first + 1; d <= last; d++) *wide += rows[j][k1 - 1 + d - c];
        }
    }
}

INLINE void narrow(const float *wide, const int k0, const int k1, const int by0, const int by1,
                   float *grad, bool add) {
    float rows[MOST_WIDE][MOST_KERNEL] = {{0}};
    for (int j = 0; j < k0 + by0 - 1; j++, wide += k1 + by1 - 1) {
        for (int c = 0; c < k1; c++) {
            float sum = wide[k1 - 1 - c];
            for (int d = 1; d < by1; d++) sum += wide[k1 - 1 + d - c];
            rows[j][c] = sum;
        }
    }
    for (int k = 0; k < k0; k++) {
        for (int c = 0; c < k1; c++, grad++) {
            float sum = rows[k0 - 1 - k][c];
            for (int d = 1; d < by0; d++) sum += rows[k0 - 1 + d - k][c];
            *grad = add ? *grad + sum : sum;
        }
    }
}

/* The usual kernel, of which there are many. */
static bool is_usual(const emb__gather *g, const emb__gather *wide) {
    return g->kernel[0] == 3 && g->kernel[1] == 3 && wide->stride[0] == 2 && wide->stride[1] == 2;
}

/* wide[group][in channel][out channel][kernel]. */
static void widen_all(const emb__layer *layer, const float *weight, float *wide) {
    const emb__gather *g = &layer->conv.forward, *w = &layer->enlarged->forward;
    const int *k = g->kernel, *by = w->stride;
    const size_t area = (size_t)w->kernel[0] * (size_t)w->kernel[1];
    const bool usual = is_usual(g, w);
    for (int group = 0; group < g->groups; group++, weight += g->weight_group) {
        for (int in = 0; in < g->in_channels; in++) {
            for (int out = 0; out < g->out_channels; out++, wide += area) {
                const float *from =
                    weight + (size_t)out * g->weight_out + (size_t)in * g->weight_in;
                if (usual) widen(from, 3, 3, 2, 2, wide);
                if (!usual) widen(from, k[0], k[1], by[0], by[1], wide);
            }
        }
    }
}

/* The gradients of the weights between input channel `in`, counted over all groups, and each output
 * channel. */
static void narrow_channel(const emb__layer *layer, int in, const float *wide, float *grad,
                           bool add) {
    const emb__gather *g = &layer->conv.forward, *w = &layer->enlarged->forward;
    const int *k = g->kernel, *by = w->stride;
    const size_t area = (size_t)w->kernel[0] * (size_t)w->kernel[1];
    const bool usual = is_usual(g, w);
    wide += (size_t)in * (size_t)g->out_channels * area;
    grad += (size_t)(in / g->in_channels) * g->weight_group +
            (size_t)(in % g->in_channels) * g->weight_in;
    for (int out = 0; out < g->out_channels; out++, wide += area, grad += g->weight_out) {
        if (usual) narrow(wide, 3, 3, 2, 2, grad, add);
        if (!usual) narrow(wide, k[0], k[1], by[0], by[1], grad, add);
    }
}

/* ---- the passes ------------------------------------------------------------------------------ */

static void run_gather(const emb__layer *layer, const emb__pass *pass, const emb__gather *g,
                       const emb__shape *shape, const float *in, const float *bias, float *out) {
    const emb__share share = emb__conv_share(g, shape, pass->me);
    float *wide = wide_of(layer, pass);
    widen_all(layer, pass->params + layer->params[0].at, wide);
    pass->k->gather(g, &share, in, wide, bias, out, pass->scratch);
}

void emb__enlarged_conv_forward(const emb__layer *layer, const emb__pass *pass) {
    const float *bias = layer->conv.bias ? pass->params + layer->params[1].at : NULL;
    run_gather(layer, pass, &layer->enlarged->forward, &layer->out, pass->in, bias, pass->out);
}

/* A member does the whole of some input channels. Of a block's halves, the second's wide gradient
 * is added to the first's, as the lanes of a whole block are: then the sums that follow are the
 * same. */
static void weight_gradient(const emb__layer *layer, const emb__pass *pass) {
    const emb__correlate *c = &layer->enlarged->weight;
    float *wide = wide_gradient_of(layer, pass), *grad = pass->grads + layer->params[0].at;
    size_t from;
    const size_t to = emb__member_part(pass->me, (size_t)c->tiles * (size_t)c->groups, &from);
    pass->k->correlate(c, (int)from * c->lines, (int)to * c->lines, pass->in, pass->grad_out, wide,
                       pass->second, pass->scratch);
    if (pass->k->lanes == EMB__LANES || pass->second) {
        for (int tile = (int)from; tile < (int)to; tile++) {
            const int first = tile % c->tiles * c->tile, left = c->small_channels - first;
            for (int i = 0; i < c->tile && i < left; i++) {
                narrow_channel(layer, tile / c->tiles * c->small_channels + first + i, wide, grad,
                               pass->add);
            }
        }
    }
    emb__conv_bias_gradient(layer, pass);
}

void emb__enlarged_conv_backward(const emb__layer *layer, const emb__pass *pass) {
    const emb__gather *g = &layer->enlarged->backward;
    const emb__shape small = {3, {layer->in.d[0], g->out_h, g->out_w}};
    if (pass->grads) weight_gradient(layer, pass);
    if (pass->grad_in) {
        run_gather(layer, pass, g, &small, pass->grad_out, NULL, pass->grad_in);
    }
}
