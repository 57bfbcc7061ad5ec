/* ConvTranspose2d. Output side: (H - 1) stride - 2 padding + dilation (kernel - 1) +
 * output_padding + 1; the rows that output_padding adds are computed like any other. */
#include "net/layers/conv.h"
#include "net/layers/kind_rows.h"

enum { IN, OUT, KERNEL, STRIDE, PADDING, OUTPUT_PADDING, GROUPS, BIAS, DILATION };

static const emb__arg_kind args[] = {
    {"in_channels", EMB__INT, .required = true, .least = 1, .most = EMB__MAX_SIZE},
    {"out_channels", EMB__INT, .required = true, .least = 1, .most = EMB__MAX_SIZE},
    {"kernel_size", EMB__PAIR, .required = true, .least = 1, .most = EMB__MAX_SIZE},
    {"stride", EMB__PAIR, .least = 1, .most = EMB__MAX_SIZE, .value = 1},
    {"padding", EMB__PAIR, .least = 0, .most = EMB__MAX_SIZE},
    {"output_padding", EMB__PAIR, .least = 0, .most = EMB__MAX_SIZE},
    {"groups", EMB__INT, .least = 1, .most = EMB__MAX_SIZE, .value = 1},
    {"bias", EMB__BOOL, .value = true},
    {"dilation", EMB__PAIR, .least = 1, .most = EMB__MAX_SIZE, .value = 1},
    {0},
};

_Static_assert(sizeof args / sizeof *args == EMB__MAX_ARGS + 1, "room for every argument");

static emb_status side(const emb__layer *layer, const emb__conv_shape *s, int i, int *out) {
    const int extra = layer->spec->args[OUTPUT_PADDING].v[i];
    if (extra >= s->stride[i] && extra >= s->dilation[i]) {
        return emb__fail(EMB_ERR_SHAPE,
                         "expects output_padding smaller than stride %d or dilation %d, gets %d",
                         s->stride[i], s->dilation[i], extra);
    }
    const int64_t size = (int64_t)(layer->in.d[1 + i] - 1) * s->stride[i] -
                         2 * (int64_t)s->padding[i] + (int64_t)s->dilation[i] * (s->kernel[i] - 1) +
                         extra + 1;
    if (size < 1 || size > EMB__MAX_SIZE) {
        return emb__fail(EMB_ERR_SHAPE, "expects an output of 1 to %d pixels a side, gets %lld",
                         EMB__MAX_SIZE, (long long)size);
    }
    *out = (int)size;
    return EMB_OK;
}

static emb_status compile(emb__layer *layer) {
    const emb__arg *a = layer->spec->args;
    emb__conv_shape s = {.transposed = true,
                         .bias = a[BIAS].v[0],
                         .in_channels = a[IN].v[0],
                         .out_channels = a[OUT].v[0],
                         .groups = a[GROUPS].v[0]};
    emb_status status = emb__conv_expect(layer, s.in_channels, s.groups, s.out_channels);
    layer->out = (emb__shape){3, {s.out_channels, 0, 0}};
    for (int i = 0; i < 2 && status == EMB_OK; i++) {
        s.kernel[i] = a[KERNEL].v[i];
        s.stride[i] = a[STRIDE].v[i];
        s.padding[i] = a[PADDING].v[i];
        s.dilation[i] = a[DILATION].v[i];
        status = side(layer, &s, i, &layer->out.d[1 + i]);
    }
    if (status != EMB_OK) return status;
    return emb__conv_compile(layer, &s);
}

const emb__layer_kind emb__conv_transpose2d = {.name = "ConvTranspose2d",
                                               .family = EMB_LAYER_TRANSPOSED,
                                               .args = args,
                                               .compile = compile,
                                               .plan_cost = emb__conv_plan_cost,
                                               .plan = emb__conv_plan,
                                               .clear = emb__conv_clear,
                                               .forward = emb__conv_forward,
                                               .backward = emb__conv_backward,
                                               .single = emb__conv_single,
                                               .pack = emb__conv_pack,
                                               .scratch = emb__conv_scratch};
