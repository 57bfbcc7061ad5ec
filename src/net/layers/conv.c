/* The passes of Conv2d and ConvTranspose2d, which are one operation seen from two sides:
 * ConvTranspose2d forward is Conv2d's input gradient and the reverse. Linear's geometry is that of
 * a Conv2d with a 1x1 kernel on a 1x1 image; its passes are linear.c's. */
#include "net/layers/conv.h"

#include "kernels/winograd.h"

emb_status emb__conv_expect(const emb__layer *layer, int channels, int groups, int out_channels) {
    char got[EMB__SHAPE_TEXT];
    if (layer->in.rank != 3 || layer->in.d[0] != channels) {
        return emb__fail(EMB_ERR_SHAPE, "expects %d channels (%dxHxW), gets %s", channels, channels,
                         emb__shape_print(&layer->in, got));
    }
    if (channels % groups != 0 || out_channels % groups != 0) {
        return emb__fail(EMB_ERR_SHAPE, "expects groups to divide %d and %d channels, gets %d",
                         channels, out_channels, groups);
    }
    return EMB_OK;
}

/* PyTorch's layouts: Conv2d and Linear (out, in/groups, kh, kw); ConvTranspose2d (in, out/groups,
 * kh, kw). Either way the first dimension is the side that `small` names in emb__correlate. */
static size_t rounded(size_t count) { return (count + EMB__LANES - 1) / EMB__LANES * EMB__LANES; }

static void describe_params(emb__layer *layer, const emb__conv_shape *s) {
    emb__param *weight = &layer->params[0], *bias = &layer->params[1];
    int first = s->transposed ? s->in_channels : s->out_channels;
    int second = (s->transposed ? s->out_channels : s->in_channels) / s->groups;
    *weight =
        (emb__param){.role = "weight", .rank = 4, .d = {first, second, s->kernel[0], s->kernel[1]}};
    weight->count = (size_t)first * (size_t)second * (size_t)s->kernel[0] * (size_t)s->kernel[1];
    *bias = (emb__param){
        .role = "bias", .rank = 1, .d = {s->out_channels}, .count = (size_t)s->out_channels};
    layer->param_count = s->bias ? 2 : 1;
    /* PyTorch counts size(1) as the inputs, for a transposed convolution too. */
    layer->fan_in = (size_t)second * (size_t)s->kernel[0] * (size_t)s->kernel[1];
}

static void describe_gather(emb__gather *g, const emb__conv_shape *s, bool backward,
                            const emb__shape *in, const emb__shape *out) {
    const size_t area = (size_t)s->kernel[0] * (size_t)s->kernel[1];
    /* The weight's first dimension is the output's channel exactly when these two differ. */
    const bool first_is_out = s->transposed == backward;
    g->groups = s->groups;
    g->in_channels = in->d[0] / s->groups;
    g->out_channels = out->d[0] / s->groups;
    g->in_h = in->d[1];
    g->in_w = in->d[2];
    g->out_h = out->d[1];
    g->out_w = out->d[2];
    g->up = s->transposed != backward;
    for (int i = 0; i < 2; i++) {
        g->kernel[i] = s->kernel[i];
        g->stride[i] = s->stride[i];
        g->padding[i] = s->padding[i];
        g->dilation[i] = s->dilation[i];
    }
    const size_t second = (size_t)(first_is_out ? g->in_channels : g->out_channels);
    const size_t first = (size_t)(first_is_out ? g->out_channels : g->in_channels);
    g->weight_out = first_is_out ? second * area : area;
    g->weight_in = first_is_out ? area : second * area;
    g->weight_group = first * second * area;
}

static void describe_correlate(emb__correlate *c, const emb__conv_shape *s, const emb__shape *in,
                               const emb__shape *out) {
    const emb__shape *small = s->transposed ? in : out, *big = s->transposed ? out : in;
    *c = (emb__correlate){.groups = s->groups,
                          .small_channels = small->d[0] / s->groups,
                          .big_channels = big->d[0] / s->groups,
                          .small_h = small->d[1],
                          .small_w = small->d[2],
                          .big_h = big->d[1],
                          .big_w = big->d[2]};
    for (int i = 0; i < 2; i++) {
        c->kernel[i] = s->kernel[i];
        c->stride[i] = s->stride[i];
        c->padding[i] = s->padding[i];
        c->dilation[i] = s->dilation[i];
    }
}

void emb__conv_describe(emb__conv *conv, const emb__conv_shape *s, const emb__shape *in,
                        const emb__shape *out) {
    conv->transposed = s->transposed;
    conv->bias = s->bias;
    describe_correlate(&conv->weight, s, in, out);
    describe_gather(&conv->forward, s, false, in, out);
    describe_gather(&conv->backward, s, true, out, in);
}

emb_status emb__conv_compile(emb__layer *layer, const emb__conv_shape *s) {
    /* A Linear's shapes have rank 1; seen as images they are C x 1 x 1. */
    emb__shape in = layer->in, out = layer->out;
    if (in.rank == 1) {
        in = (emb__shape){3, {in.d[0], 1, 1}};
        out = (emb__shape){3, {out.d[0], 1, 1}};
    }
    layer->own_cut = s->groups > 1;
    describe_params(layer, s);
    if (layer->params[0].count > EMB__MAX_PARAMETERS) {
        return emb__fail(EMB_ERR_SHAPE, "expects at most %d weights, gets %zu", EMB__MAX_PARAMETERS,
                         layer->params[0].count);
    }
    const emb__shape *small = s->transposed ? &in : &out;
    layer->multiply_adds = layer->params[0].count * (size_t)small->d[1] * (size_t)small->d[2];
    emb__conv_describe(&layer->conv, s, &in, &out);
    const size_t outs = (size_t)s->groups * rounded((size_t)layer->conv.forward.out_channels);
    layer->packed_count = outs * (size_t)layer->conv.forward.in_channels * (size_t)s->kernel[0] *
                              (size_t)s->kernel[1] +
                          outs;
    return EMB_OK;
}

size_t emb__conv_plan_cost(const emb__layer *layer) {
    size_t sum = 0;
    for (int g = 0; g < 2; g++) {
        const emb__gather *gather = g ? &layer->conv.backward : &layer->conv.forward;
        sum += (size_t)gather->kernel[0] * (size_t)gather->out_h +
               (size_t)gather->kernel[1] * (size_t)gather->out_w;
    }
    return sum;
}

emb_status emb__conv_plan_passes(emb__conv *conv) {
    emb_status status = emb__correlate_plan(&conv->weight);
    if (status == EMB_OK) status = emb__gather_plan(&conv->forward);
    if (status == EMB_OK) status = emb__gather_plan(&conv->backward);
    return status;
}

void emb__conv_clear_passes(emb__conv *conv) {
    emb__gather_clear(&conv->forward);
    emb__gather_clear(&conv->backward);
    emb__correlate_clear(&conv->weight);
}

emb_status emb__conv_plan(emb__layer *layer) { return emb__conv_plan_passes(&layer->conv); }
void emb__conv_clear(emb__layer *layer) { emb__conv_clear_passes(&layer->conv); }

emb__share emb__conv_share(const emb__gather *g, const emb__shape *shape, const emb__member *me) {
    if (g->groups == 1) return emb__shape_share(shape, me);
    /* The channels of a share are those of all groups together: groups share rows. */
    size_t from, to = emb__member_part(me, (size_t)g->out_h, &from);
    return (emb__share){(int)from, (int)to, 0, g->out_channels};
}

/* Either direction. `shape`: of out. step: of a training; what is exported is what runs outside of
 * one. */
static void run_gather(const emb__layer *layer, const emb__pass *pass, const emb__gather *g,
                       const emb__shape *shape, bool step, const float *in, const float *bias,
                       float *out) {
    const emb__share share = emb__conv_share(g, shape, pass->me);
    const float *weight = pass->params + layer->params[0].at;
    if (step && emb__winograd_pays(g)) {
        pass->k->winograd(g, &share, in, weight, bias, out, pass->scratch);
    } else {
        pass->k->gather(g, &share, in, weight, bias, out, pass->scratch);
    }
}

void emb__conv_forward(const emb__layer *layer, const emb__pass *pass) {
    const float *bias = layer->conv.bias ? pass->params + layer->params[1].at : NULL;
    run_gather(layer, pass, &layer->conv.forward, &layer->out, pass->training, pass->in, bias,
               pass->out);
}

void emb__conv_bias_gradient(const emb__layer *layer, const emb__pass *pass) {
    if (!layer->conv.bias) return;
    const size_t channels = (size_t)layer->out.d[0];
    const size_t positions = emb__shape_count(&layer->out) / channels;
    size_t from;
    const size_t to = emb__member_part(pass->me, channels, &from);
    pass->k->bias(pass->grad_out + from * positions * (size_t)pass->k->lanes, (int)(to - from),
                  positions, pass->grads + layer->params[1].at + from, pass->add || pass->second,
                  pass->scratch);
}

static void weight_gradient(const emb__layer *layer, const emb__pass *pass) {
    const emb__conv *conv = &layer->conv;
    const float *small = conv->transposed ? pass->in : pass->grad_out;
    const float *big = conv->transposed ? pass->grad_out : pass->in;
    const emb__correlate *c = &conv->weight;
    const bool winograd = emb__winograd_weight_pays(c);
    const int units = winograd ? c->groups * emb__winograd_units(c) : c->units;
    float *grad = pass->grads + layer->params[0].at;
    size_t from;
    const size_t to = emb__member_part(pass->me, (size_t)units, &from);
    if (winograd) {
        pass->k->winograd_weight(c, (int)from, (int)to, small, big, grad, pass->add, pass->scratch);
    } else {
        pass->k->correlate(c, (int)from, (int)to, small, big, grad, pass->add, pass->scratch);
    }
    emb__conv_bias_gradient(layer, pass);
}

void emb__conv_backward(const emb__layer *layer, const emb__pass *pass) {
    if (pass->grads) weight_gradient(layer, pass);
    if (pass->grad_in) {
        run_gather(layer, pass, &layer->conv.backward, &layer->in, true, pass->grad_out, NULL,
                   pass->grad_in);
    }
}

/* ---- one image alone ---- */

void emb__conv_pack(const emb__layer *layer, const float *params, float *packed) {
    const emb__gather *g = &layer->conv.forward;
    const size_t ins = (size_t)g->in_channels, outs = (size_t)g->out_channels;
    const size_t area = (size_t)g->kernel[0] * (size_t)g->kernel[1], row = ins * area * EMB__LANES;
    const float *weight = params + layer->params[0].at;
    for (int group = 0; group < g->groups; group++, packed += rounded(outs) * ins * area) {
        for (size_t o = 0; o < rounded(outs); o++) {
            float *to = packed + o / EMB__LANES * row + o % EMB__LANES;
            const float *from = weight + (size_t)group * g->weight_group + o * g->weight_out;
            for (size_t i = 0; i < ins * area; i++, to += EMB__LANES) {
                *to = o < outs ? from[i / area * g->weight_in + i % area] : 0;
            }
        }
    }
    for (size_t o = 0; layer->conv.bias && o < (size_t)g->groups * rounded(outs); o++) {
        const size_t group = o / rounded(outs), channel = o % rounded(outs);
        packed[o] = channel < outs ? params[layer->params[1].at + group * outs + channel] : 0;
    }
}

const float *emb__conv_packed_bias(const emb__layer *layer, const float *packed) {
    const emb__gather *g = &layer->conv.forward;
    const size_t outs = (size_t)g->groups * rounded((size_t)g->out_channels);
    return layer->conv.bias ? packed + layer->packed_count - outs : NULL;
}

void emb__conv_single(const emb__layer *layer, const emb__single *pass) {
    pass->k->single_gather(&layer->conv.forward, pass->in, pass->packed,
                           emb__conv_packed_bias(layer, pass->packed), pass->out, pass->scratch);
}

static size_t most(size_t a, size_t b) { return a > b ? a : b; }

size_t emb__conv_passes_scratch(const emb__conv *conv) {
    const size_t bias = EMB__LANES;
    size_t scratch = most(emb__correlate_scratch(&conv->weight), bias);
    if (emb__winograd_weight_pays(&conv->weight)) {
        scratch = most(scratch, emb__winograd_weight_scratch(&conv->weight));
    }
    for (int i = 0; i < 2; i++) {
        const emb__gather *g = i ? &conv->backward : &conv->forward;
        scratch = most(scratch, emb__gather_scratch(g));
        if (emb__winograd_pays(g)) scratch = most(scratch, emb__winograd_scratch(g));
    }
    return scratch;
}

size_t emb__conv_scratch(const emb__layer *layer) { return emb__conv_passes_scratch(&layer->conv); }
