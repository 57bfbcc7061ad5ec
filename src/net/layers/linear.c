/* Linear: y = x W^T + b on a code or a flattened image. Its geometry is a convolution's of one
 * position; it runs by kernels of its own. */
#include "net/layers/conv.h"

#include "base/translate.h"
#include "net/layers/kind_rows.h"

enum { IN, OUT, BIAS };

static const emb__arg_kind args[] = {
    {"in_features", EMB__INT, .required = true, .least = 1, .most = EMB__MAX_ELEMENTS},
    {"out_features", EMB__INT, .required = true, .least = 1, .most = EMB__MAX_ELEMENTS},
    {"bias", EMB__BOOL, .value = true},
    {0},
};

static emb_status compile(emb__layer *layer) {
    const emb__arg *a = layer->spec->args;
    const int expected = a[IN].v[0];
    const bool fits = emb__shape_count(&layer->in) == (size_t)expected;
    const bool rows = layer->in.d[layer->in.rank - 1] == expected; /* PyTorch would accept it */
    char got[EMB__SHAPE_TEXT];
    if (layer->in.rank != 1) {
        return emb__fail(EMB_ERR_SHAPE, "expects %d inputs, gets %s = %zu%s", expected,
                         emb__shape_print(&layer->in, got), emb__shape_count(&layer->in),
                         fits   ? _(" only after Flatten()")
                         : rows ? _("; here it takes one row of numbers, not several: put "
                                    "Flatten() before it")
                                : "");
    }
    if (!fits) {
        return emb__fail(EMB_ERR_SHAPE, "expects %d inputs, gets %d", expected, layer->in.d[0]);
    }
    layer->out = (emb__shape){1, {a[OUT].v[0]}};
    const emb__conv_shape s = {.bias = a[BIAS].v[0],
                               .in_channels = expected,
                               .out_channels = a[OUT].v[0],
                               .groups = 1,
                               .kernel = {1, 1},
                               .stride = {1, 1},
                               .dilation = {1, 1}};
    emb_status status = emb__conv_compile(layer, &s);
    layer->params[0].rank = 2;
    return status;
}

/* Either direction. `shape`: of out. */
static void run_dense(const emb__layer *layer, const emb__pass *pass, const emb__gather *g,
                      const emb__shape *shape, const float *in, const float *bias, float *out) {
    const float *weight = pass->params + layer->params[0].at;
    const emb__share share = emb__shape_share(shape, pass->me);
    const size_t from = (size_t)share.channel;
    const int count = share.row < share.row_end ? share.channel_end - share.channel : 0;
    pass->k->dense(in, g->in_channels, weight + from * g->weight_out, g->weight_out, g->weight_in,
                   bias ? bias + from : NULL, out + from * (size_t)pass->k->lanes, count);
}

static void forward(const emb__layer *layer, const emb__pass *pass) {
    const float *bias = layer->conv.bias ? pass->params + layer->params[1].at : NULL;
    run_dense(layer, pass, &layer->conv.forward, &layer->out, pass->in, bias, pass->out);
}

static void weight_gradient(const emb__layer *layer, const emb__pass *pass) {
    const size_t ins = (size_t)layer->in.d[0];
    size_t from;
    const size_t to = emb__member_part(pass->me, (size_t)layer->out.d[0], &from);
    pass->k->outer(pass->in, layer->in.d[0], pass->grad_out + from * (size_t)pass->k->lanes,
                   (int)(to - from), pass->grads + layer->params[0].at + from * ins,
                   pass->second ? EMB__GO_ON
                   : pass->add  ? EMB__ADD
                                : EMB__WRITE,
                   pass->scratch);
    emb__conv_bias_gradient(layer, pass);
}

static void backward(const emb__layer *layer, const emb__pass *pass) {
    if (pass->grads) weight_gradient(layer, pass);
    if (pass->grad_in) {
        run_dense(layer, pass, &layer->conv.backward, &layer->in, pass->grad_out, NULL,
                  pass->grad_in);
    }
}

static void single(const emb__layer *layer, const emb__single *pass) {
    pass->k->single_dense(pass->in, layer->in.d[0], pass->packed,
                          emb__conv_packed_bias(layer, pass->packed), pass->out, layer->out.d[0]);
}

/* The scratch that `outer` needs, and the 16 vectors of `bias`. */
static size_t scratch(const emb__layer *layer) {
    const size_t ins = ((size_t)layer->in.d[0] + EMB__LANES - 1) / EMB__LANES * EMB__LANES;
    return ins + EMB__OUTER_EXTRA;
}

const emb__layer_kind emb__linear = {.name = "Linear",
                                     .family = EMB_LAYER_LINEAR,
                                     .args = args,
                                     .compile = compile,
                                     .forward = forward,
                                     .backward = backward,
                                     .single = single,
                                     .pack = emb__conv_pack,
                                     .scratch = scratch,
                                     .halves_meet = true};
