/* The factors and summands that an ONNX model applies to its images: they go into the layer before,
 * into the one after, or into a convolution of one pixel. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

static float scale_of(const emb__onnx_affine *a, size_t i) { return a->scale ? a->scale[i] : 1; }
static float shift_of(const emb__onnx_affine *a, size_t i) { return a->shift ? a->shift[i] : 0; }

/* Gives both the same dim: that of the finer one, or every number. */
static emb_status make_alike(emb__onnx_chain *chain, emb__onnx_affine *a, emb__onnx_affine *b) {
    int dim = a->dim == EMB__ONNX_ONE ? b->dim : a->dim;
    size_t count = a->dim == EMB__ONNX_ONE ? b->count : a->count;
    if (a->dim != b->dim && a->dim != EMB__ONNX_ONE && b->dim != EMB__ONNX_ONE) {
        dim = EMB__ONNX_ALL;
        count = emb__onnx_count(3, chain->lie.grid);
    }
    emb_status status = emb__onnx_affine_spread(chain, a, dim, count);
    return status == EMB_OK ? emb__onnx_affine_spread(chain, b, dim, count) : status;
}

static bool fill(float **numbers, size_t count, float with) {
    if (*numbers) return true;
    *numbers = emb__calloc(count, sizeof **numbers);
    for (size_t i = 0; *numbers && i < count; i++) (*numbers)[i] = with;
    return *numbers;
}

/* Combines chain->affine with the step that follows it. */
static emb_status combine(emb__onnx_chain *chain, emb__onnx_affine *step) {
    emb__onnx_affine *a = &chain->affine;
    if (a->dim == EMB__ONNX_NOTHING) {
        *a = *step;
        *step = (emb__onnx_affine){.dim = EMB__ONNX_NOTHING};
        return EMB_OK;
    }
    emb_status status = make_alike(chain, a, step);
    if (status != EMB_OK) return status;
    const bool shifts = a->shift || step->shift;
    if ((step->scale && !fill(&a->scale, a->count, 1)) ||
        (shifts && !fill(&a->shift, a->count, 0))) {
        return EMB_ERR_MEMORY;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (shifts) {
            a->shift[i] = (float)((double)a->shift[i] * scale_of(step, i) + shift_of(step, i));
        }
        if (a->scale) a->scale[i] *= scale_of(step, i);
    }
    return EMB_OK;
}

/* Whether nothing is left to do, as after pixels times 255, divided by 255. */
static bool is_nothing(const emb__onnx_chain *chain) {
    const emb__onnx_affine *a = &chain->affine;
    const double black = fabs(chain->origin.black), white = fabs(chain->origin.white);
    const double most = 1 + (black > white ? black : white); /* of the numbers that come here */
    for (size_t i = 0; i < a->count; i++) {
        if (!(fabsf(scale_of(a, i) - 1) < 4e-7f) || !(fabsf(shift_of(a, i)) < 4e-7 * most)) {
            return false;
        }
    }
    return true;
}

/* A graph that begins by dividing its floats by the largest byte, or by a spread of bytes, reads
 * pixels as 0..255: nobody divides 0..1 by so much. */
static void guess_divisor(emb__onnx_chain *chain) {
    static const float least = 20, most = 300;
    const emb__onnx_affine *a = &chain->affine;
    float low = most, high = 0;
    if (chain->layer_count > 0 || chain->has_origin || chain->takes_bytes || !a->scale) return;
    if (chain->entry.divisor[0] > 0) return;
    for (size_t i = 0; i < a->count; i++) {
        const float divisor = 1 / fabsf(a->scale[i]);
        low = fminf(low, divisor);
        high = fmaxf(high, divisor);
    }
    if (!(low >= least && high < most)) return;
    chain->entry.divisor[0] = low;
    chain->entry.divisor[1] = high;
}

/* ---- into the layer before ------------------------------------------------------------------- */

bool emb__onnx_affine_follows(const emb__onnx_chain *chain, const emb__onnx_affine *step) {
    const emb__onnx_lie *lie = &chain->lie;
    if (lie->base < 0 || !lie->clean || chain->affine.dim != EMB__ONNX_NOTHING) return false;
    const emb__onnx_layer *layer = &chain->layers[lie->base];
    if (layer->spec.kind == &emb__linear) return true;
    return step->dim == EMB__ONNX_ONE || (step->dim == 0 && lie->grid[0] == layer->out);
}

/* The output channel of weight i, and its input channel. */
static void channels(const emb__onnx_layer *layer, size_t i, size_t *in, size_t *out) {
    const size_t groups = (size_t)(layer->spec.kind == &emb__linear ? 1 : layer->groups);
    const size_t ins = (size_t)layer->in / groups, outs = (size_t)layer->out / groups;
    const size_t area = layer->counts[0] / ((size_t)layer->out * ins);
    const size_t pair = i / area;
    if (layer->spec.kind == &emb__conv_transpose2d) {
        *in = pair / outs;
        *out = *in / ins * outs + pair % outs;
    } else {
        *out = pair / ins;
        *in = *out / outs * ins + pair % ins;
    }
}

static emb_status into_last(emb__onnx_chain *chain, const emb__onnx_affine *step) {
    const emb__onnx_lie *lie = &chain->lie;
    emb__onnx_layer *layer = &chain->layers[lie->base];
    const bool linear = layer->spec.kind == &emb__linear;
    const size_t outs = (size_t)layer->out;
    const size_t plane = linear ? 1 : emb__onnx_count(3, lie->grid) / outs;
    if (step->shift && !fill(&layer->weights[1], outs, 0)) return EMB_ERR_MEMORY;
    if (layer->weights[1]) layer->counts[1] = outs;
    for (size_t i = 0; step->scale && i < layer->counts[0]; i++) {
        size_t in, out;
        channels(layer, i, &in, &out);
        layer->weights[0][i] *= step->scale[emb__onnx_affine_place(step, lie->grid, out * plane)];
    }
    for (size_t o = 0; layer->weights[1] && o < outs; o++) {
        const size_t at = emb__onnx_affine_place(step, lie->grid, o * plane);
        float *bias = &layer->weights[1][o];
        *bias = (float)((double)*bias * scale_of(step, at) + shift_of(step, at));
    }
    for (int i = lie->base; i < chain->layer_count; i++) {
        chain->layers[i].before = chain->value_count;
    }
    return EMB_OK;
}

emb_status emb__onnx_affine_add(emb__onnx_chain *chain, emb__onnx_affine step) {
    emb_status status =
        emb__onnx_affine_follows(chain, &step) ? into_last(chain, &step) : combine(chain, &step);
    emb__onnx_affine_clear(&step);
    if (status != EMB_OK || chain->affine.dim == EMB__ONNX_NOTHING) return status;
    if (is_nothing(chain)) {
        emb__onnx_affine_clear(&chain->affine);
    } else {
        guess_divisor(chain);
    }
    return status;
}

/* ---- into the layer after it ----------------------------------------------------------------- */

bool emb__onnx_affine_fits(const emb__onnx_chain *chain, const emb__layer_kind *kind, bool padded) {
    const emb__onnx_affine *a = &chain->affine;
    if (a->dim == EMB__ONNX_NOTHING || kind == &emb__linear) return true;
    if (a->dim != EMB__ONNX_ONE && a->dim != 0) return false;
    return !a->shift || (kind == &emb__conv2d && !padded); /* padding is 0 after the shift */
}

emb_status emb__onnx_affine_into(emb__onnx_chain *chain, const int64_t grid[3]) {
    emb__onnx_affine *a = &chain->affine;
    if (a->dim == EMB__ONNX_NOTHING) return EMB_OK;
    emb__onnx_layer *layer = &chain->layers[chain->layer_count - 1];
    const size_t plane = layer->spec.kind == &emb__linear ? 1 : (size_t)(grid[1] * grid[2]);
    const size_t outs = (size_t)layer->out;
    double *sums = a->shift ? emb__calloc(outs, sizeof *sums) : NULL;
    if (a->shift && (!sums || !fill(&layer->weights[1], outs, 0))) {
        emb__free(sums);
        return EMB_ERR_MEMORY;
    }
    for (size_t i = 0; i < layer->counts[0]; i++) {
        size_t in, out;
        channels(layer, i, &in, &out);
        const size_t at = emb__onnx_affine_place(a, grid, in * plane);
        if (sums) sums[out] += (double)layer->weights[0][i] * a->shift[at];
        layer->weights[0][i] *= scale_of(a, at);
    }
    for (size_t o = 0; sums && o < outs; o++) {
        layer->weights[1][o] = (float)(layer->weights[1][o] + sums[o]);
    }
    if (sums) layer->counts[1] = outs;
    emb__free(sums);
    emb__onnx_affine_clear(a);
    return EMB_OK;
}

/* ---- as a layer of its own ------------------------------------------------------------------- */

/* Conv2d(C, C, 1, groups=C) on images of C channels. */
static emb_status one_pixel(emb__onnx_chain *chain) {
    emb__onnx_affine *a = &chain->affine;
    int64_t grid[3];
    memcpy(grid, chain->lie.grid, sizeof grid);
    const size_t count = (size_t)grid[0];
    emb_status status = emb__onnx_more(chain, count);
    if (status != EMB_OK) return status;
    emb__onnx_layer *layer = emb__onnx_layer_new(chain, &emb__conv2d);
    if (!layer) return emb__last_status();
    static const char *const equal[] = {"in_channels", "out_channels", "groups"};
    for (int i = 0; i < 3; i++) emb__onnx_set(layer, equal[i], grid[0]);
    emb__onnx_set_all(layer, "kernel_size", 2, (const int64_t[2]){1, 1});
    layer->in = layer->out = layer->groups = grid[0];
    for (int w = 0; w < 1 + (a->shift != NULL); w++) {
        layer->weights[w] = emb__calloc(count, sizeof **layer->weights);
        if (!layer->weights[w]) return EMB_ERR_MEMORY;
        layer->counts[w] = count;
    }
    for (size_t c = 0; c < count; c++) {
        const size_t at = a->dim == EMB__ONNX_ONE ? 0 : c;
        layer->weights[0][c] = scale_of(a, at);
        if (a->shift) layer->weights[1][c] = a->shift[at];
    }
    emb__onnx_affine_clear(a);
    const emb__onnx_lie old = chain->lie;
    emb__onnx_made(chain, 3, grid);
    memcpy(chain->lie.axis, old.axis, sizeof old.axis);
    memcpy(chain->lie.view, old.view, sizeof old.view);
    return EMB_OK;
}

emb_status emb__onnx_affine_flush(emb__onnx_chain *chain) {
    emb__onnx_affine *a = &chain->affine;
    emb__onnx_enter(chain);
    if (a->dim == EMB__ONNX_NOTHING) return EMB_OK;
    if (chain->layer_count == 0) chain->entry.own = true;
    emb_status status = emb__onnx_decide(chain);
    const emb__onnx_lie old = chain->lie;
    if (status == EMB_OK && old.rank == 3 && (a->dim == EMB__ONNX_ONE || a->dim == 0)) {
        return one_pixel(chain);
    }
    const int64_t sides[3] = {(int64_t)emb__onnx_count(3, old.grid), 1, 1};
    if (status == EMB_OK && (sides[0] > EMB__MAX_SIZE || !emb__onnx_ordered(chain))) {
        return emb__onnx_fail(chain, EMB__ONNX_LEAVE,
                              "no layer before or after it can take over its constant");
    }
    if (status == EMB_OK && a->dim != EMB__ONNX_ONE) {
        status = emb__onnx_affine_widen(chain);
        a->dim = 0; /* of the sides */
    }
    const int dim = a->dim;
    a->dim = EMB__ONNX_ONE; /* so that reshaping does not change it */
    if (status == EMB_OK) status = emb__onnx_flatten(chain);
    if (status == EMB_OK) status = emb__onnx_unflatten(chain, sides);
    a->dim = dim;
    if (status == EMB_OK) status = one_pixel(chain);
    if (status == EMB_OK) status = emb__onnx_flatten(chain);
    if (status == EMB_OK && old.rank == 3) status = emb__onnx_unflatten(chain, old.grid);
    if (status != EMB_OK) return status;
    const int base = chain->lie.base;
    chain->lie = old;
    chain->lie.base = base;
    chain->lie.clean = true;
    chain->lie.origin = EMB__ONNX_DECIDED;
    return EMB_OK;
}

#endif
