/* Linear: y = x W^T + b on a code or a flattened image. */
#include "net/layers/conv.h"
#include "net/layers/kinds.h"

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
    const bool rows = layer->in.d[layer->in.rank - 1] == expected; /* PyTorch would take each */
    char got[EMB__SHAPE_TEXT];
    if (layer->in.rank != 1) {
        return emb__fail(EMB_ERR_SHAPE, "expects %d inputs, gets %s = %zu%s", expected,
                         emb__shape_print(&layer->in, got), emb__shape_count(&layer->in),
                         fits   ? " only after Flatten()"
                         : rows ? "; it takes rows of numbers here, not each row of several: put "
                                  "Flatten() before it"
                                : "");
    }
    if (!fits) {
        return emb__fail(EMB_ERR_SHAPE, "expects %d inputs, gets %d", expected, layer->in.d[0]);
    }
    layer->out = (emb__shape){1, {a[OUT].v[0]}};
    const emb__conv_shape s = {.linear = true,
                               .bias = a[BIAS].v[0],
                               .in_channels = expected,
                               .out_channels = a[OUT].v[0],
                               .groups = 1,
                               .kernel = {1, 1},
                               .stride = {1, 1},
                               .dilation = {1, 1}};
    return emb__conv_compile(layer, &s);
}

const emb__layer_kind emb__linear = {.name = "Linear",
                                     .args = args,
                                     .compile = compile,
                                     .forward = emb__conv_forward,
                                     .backward = emb__conv_backward,
                                     .single = emb__conv_single,
                                     .scratch = emb__conv_scratch};
