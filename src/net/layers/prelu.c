/* PReLU: x above 0, a trained slope times x below it; one slope for all, or one for each channel.
 * Forward and the gradient by the input are LeakyReLU's, channel by channel. */
#include <math.h>
#include <string.h>

#include "net/layers/kind_rows.h"

enum { NUM_PARAMETERS, INIT };

static const emb__arg_kind args[] = {
    {"num_parameters", EMB__INT, .least = 1, .most = EMB__MAX_ELEMENTS, .value = 1},
    {"init", EMB__REAL, .real = {EMB__ANY_REAL, .value = 0.25}},
    {0},
};

static emb_status compile(emb__layer *layer) {
    const int slopes = layer->spec->args[NUM_PARAMETERS].v[0];
    char got[EMB__SHAPE_TEXT];
    layer->out = layer->in;
    if (slopes != 1 && slopes != layer->in.d[0]) {
        return emb__fail(EMB_ERR_SHAPE,
                         "expects num_parameters=1, or %d for the channels of its input of %s, "
                         "gets %d",
                         layer->in.d[0], emb__shape_print(&layer->in, got), slopes);
    }
    layer->param_count = 1;
    layer->params[0] = (emb__param){.role = "weight",
                                    .rank = 1,
                                    .d = {slopes},
                                    .count = (size_t)slopes,
                                    .is_constant = true,
                                    .initial = (float)layer->spec->args[INIT].real};
    layer->packed_count = ((size_t)slopes + EMB__LANES - 1) / EMB__LANES * EMB__LANES;
    return EMB_OK;
}

/* The slope of channel c. */
static float slope_of(const emb__layer *layer, const float *slopes, size_t c) {
    return slopes[layer->params[0].count > 1 ? c : 0];
}

/* This member's share, channel by channel, or all at once with a slope for all. */
static void run(const emb__layer *layer, const emb__pass *pass, bool back) {
    const float *slopes = pass->params + layer->params[0].at;
    const emb__share share = emb__shape_share(&layer->out, pass->me);
    const size_t plane = emb__shape_count(&layer->out) / (size_t)layer->out.d[0];
    const size_t row = layer->out.rank == 3 ? (size_t)layer->out.d[2] : plane;
    const size_t lanes = (size_t)pass->k->lanes;
    const size_t count = (size_t)(share.row_end - share.row) * row;
    for (size_t c = (size_t)share.channel; c < (size_t)share.channel_end; c++) {
        const size_t at = (c * plane + (size_t)share.row * row) * lanes;
        const float numbers[EMB__CURVE_ARGS] = {slope_of(layer, slopes, c)};
        if (back) {
            pass->k->slope[EMB__CURVE_leaky](pass->in + at, pass->grad_out + at, pass->grad_in + at,
                                             count, numbers);
        } else {
            pass->k->curve[EMB__CURVE_leaky](pass->in + at, pass->out + at, count, numbers);
        }
    }
}

static void forward(const emb__layer *layer, const emb__pass *pass) { run(layer, pass, false); }

/* A slope for all is one sum, which one member makes. */
static void weight_gradient(const emb__layer *layer, const emb__pass *pass) {
    const size_t slopes = layer->params[0].count;
    const size_t positions = emb__shape_count(&layer->out) / slopes;
    size_t from;
    const size_t to = emb__member_part(pass->me, slopes, &from);
    const size_t at = from * positions * (size_t)pass->k->lanes;
    pass->k->below(pass->in + at, pass->grad_out + at, (int)(to - from), positions,
                   pass->grads + layer->params[0].at + from, pass->add, pass->scratch);
}

static void backward(const emb__layer *layer, const emb__pass *pass) {
    if (pass->grads) weight_gradient(layer, pass);
    if (pass->grad_in) run(layer, pass, true);
}

static void pack(const emb__layer *layer, const float *params, float *packed) {
    memcpy(packed, params + layer->params[0].at, layer->params[0].count * sizeof *packed);
}

static void single(const emb__layer *layer, const emb__single *pass) {
    const size_t channels = (size_t)layer->out.d[0], count = emb__shape_count(&layer->out);
    const size_t plane = count / channels;
    const bool by_pixel = layer->out.rank == 3;
    for (size_t i = 0; i < count; i++) {
        const float x = pass->in[i];
        const size_t c = by_pixel ? i % channels : i / plane;
        pass->out[i] = x > 0 ? x : slope_of(layer, pass->packed, c) * x;
    }
}

static size_t scratch(const emb__layer *layer) {
    (void)layer;
    return EMB__LANES;
}

const emb__layer_kind emb__prelu = {.name = "PReLU",
                                    .family = EMB_LAYER_ACTIVATION,
                                    .args = args,
                                    .compile = compile,
                                    .forward = forward,
                                    .backward = backward,
                                    .single = single,
                                    .pack = pack,
                                    .scratch = scratch};
