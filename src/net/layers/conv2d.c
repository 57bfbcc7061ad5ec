/* Conv2d. Output side: floor((H + 2 padding - dilation (kernel - 1) - 1) / stride) + 1. */
#include "net/layers/conv.h"
#include "net/layers/kind_rows.h"
#include "net/layers/padded_conv.h"

enum { IN, OUT, KERNEL, STRIDE, PADDING, DILATION, GROUPS, BIAS, MODE };

static const emb__arg_kind args[] = {
    {"in_channels", EMB__INT, .required = true, .least = 1, .most = EMB__MAX_SIZE},
    {"out_channels", EMB__INT, .required = true, .least = 1, .most = EMB__MAX_SIZE},
    {"kernel_size", EMB__PAIR, .required = true, .least = 1, .most = EMB__MAX_SIZE},
    {"stride", EMB__PAIR, .least = 1, .most = EMB__MAX_SIZE, .value = 1},
    {"padding", EMB__PADDING, .least = 0, .most = EMB__MAX_SIZE},
    {"dilation", EMB__PAIR, .least = 1, .most = EMB__MAX_SIZE, .value = 1},
    {"groups", EMB__INT, .least = 1, .most = EMB__MAX_SIZE, .value = 1},
    {"bias", EMB__BOOL, .value = true},
    {"padding_mode", EMB__WORD, .words = emb__pad_words},
    {0},
};

/* padding='same' is half of the kernel's reach beyond a pixel, rounded down at the image's
 * beginning. */
static emb_status settle(emb__layer_spec *spec) {
    emb__arg *a = spec->args;
    if (!a[PADDING].is_same) return EMB_OK;
    for (int i = 0; i < 2; i++) {
        const int64_t reach = (int64_t)a[DILATION].v[i] * (a[KERNEL].v[i] - 1);
        if (a[STRIDE].v[i] != 1) {
            return emb__fail(EMB_ERR_SHAPE, "expects stride 1 with padding='same', gets %d",
                             a[STRIDE].v[i]);
        }
        if (reach / 2 > EMB__MAX_SIZE) {
            return emb__fail(EMB_ERR_SHAPE, "expects padding of at most %d, gets %lld",
                             EMB__MAX_SIZE, (long long)reach / 2);
        }
        a[PADDING].v[i] = (int)(reach / 2);
    }
    return EMB_OK;
}

static emb_status compile(emb__layer *layer) {
    const emb__arg *a = layer->spec->args;
    emb__conv_shape s = {.bias = a[BIAS].v[0],
                         .in_channels = a[IN].v[0],
                         .out_channels = a[OUT].v[0],
                         .groups = a[GROUPS].v[0]};
    emb_status status = emb__conv_expect(layer, s.in_channels, s.groups, s.out_channels);
    if (status != EMB_OK) return status;
    layer->out = (emb__shape){3, {s.out_channels, 0, 0}};
    for (int i = 0; i < 2; i++) {
        s.kernel[i] = a[KERNEL].v[i];
        s.stride[i] = a[STRIDE].v[i];
        s.padding[i] = a[PADDING].v[i];
        s.dilation[i] = a[DILATION].v[i];
        const int64_t reach = (int64_t)s.dilation[i] * (s.kernel[i] - 1) + 1;
        const int64_t odd = a[PADDING].is_same ? (reach - 1) % 2 : 0;
        const int64_t room = layer->in.d[1 + i] + 2 * (int64_t)s.padding[i] + odd;
        if (reach > room) {
            return emb__fail(EMB_ERR_SHAPE,
                             "expects an image of at least %lld pixels a side (kernel %d, dilation "
                             "%d), gets %d with padding %d",
                             (long long)reach, s.kernel[i], s.dilation[i], layer->in.d[1 + i],
                             s.padding[i]);
        }
        layer->out.d[1 + i] = (int)((room - reach) / s.stride[i] + 1);
    }
    if (a[MODE].v[0] == EMB__PAD_ZEROS) return emb__conv_compile(layer, &s);
    return emb__padded_conv_compile(layer, &s);
}

const emb__layer_kind emb__conv2d = {.name = "Conv2d",
                                     .family = EMB_LAYER_CONVOLUTION,
                                     .args = args,
                                     .settle = settle,
                                     .compile = compile,
                                     .plan_cost = emb__padded_conv_plan_cost,
                                     .plan = emb__padded_conv_plan,
                                     .clear = emb__padded_conv_clear,
                                     .plan_enlarged = emb__padded_conv_plan_enlarged,
                                     .forward = emb__padded_conv_forward,
                                     .backward = emb__padded_conv_backward,
                                     .single = emb__padded_conv_single,
                                     .pack = emb__conv_pack,
                                     .scratch = emb__padded_conv_scratch};
