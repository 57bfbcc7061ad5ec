/* GroupNorm: mean 0 and variance 1 for some channels of an image together, then a weight and a bias
 * for each channel. */
#include "net/layers/image_norm.h"
#include "net/layers/kind_rows.h"

enum { GROUPS, CHANNELS, EPS, AFFINE };

static const emb__arg_kind args[] = {
    {"num_groups", EMB__INT, .required = true, .least = 1, .most = EMB__MAX_ELEMENTS},
    {"num_channels", EMB__INT, .required = true, .least = 1, .most = EMB__MAX_ELEMENTS},
    {"eps", EMB__REAL, .real = {0, FLT_MAX, 1e-5}},
    {"affine", EMB__BOOL, .value = true},
    {0},
};

static emb_status compile(emb__layer *layer) {
    const emb__arg *a = layer->spec->args;
    const int groups = a[GROUPS].v[0], channels = a[CHANNELS].v[0];
    const bool affine = a[AFFINE].v[0];
    char got[EMB__SHAPE_TEXT];
    if (channels % groups != 0) {
        return emb__fail(EMB_ERR_SHAPE,
                         "expects num_channels to be divisible by num_groups, gets %d and %d",
                         channels, groups);
    }
    if ((layer->in.rank != 1 && layer->in.rank != 3) || layer->in.d[0] != channels) {
        return emb__fail(EMB_ERR_SHAPE, "expects %d channels (%d or %dxHxW), gets %s", channels,
                         channels, channels, emb__shape_print(&layer->in, got));
    }
    layer->norm = (emb__norm){.groups = (size_t)groups,
                              .pieces = (size_t)(channels / groups),
                              .count = emb__shape_count(&layer->in) / (size_t)channels,
                              .weight = affine,
                              .bias = affine,
                              .epsilon = a[EPS].real};
    emb__norm_compile(layer, 1, &channels);
    return EMB_OK;
}

const emb__layer_kind emb__group_norm = {
    .name = "GroupNorm", .args = args, .compile = compile, EMB__NORM_KIND};
