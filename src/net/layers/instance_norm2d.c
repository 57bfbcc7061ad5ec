/* InstanceNorm2d: mean 0 and variance 1 for each channel of each image, then perhaps a weight and a
 * bias for each channel. */
#include "net/layers/image_norm.h"
#include "net/layers/kind_rows.h"

enum { FEATURES, EPS, MOMENTUM, AFFINE, TRACK };

static const emb__arg_kind args[] = {
    {"num_features", EMB__INT, .required = true, .least = 1, .most = EMB__MAX_SIZE},
    {"eps", EMB__REAL, .real = {0, FLT_MAX, 1e-5}},
    {"momentum", EMB__REAL, .may_be_none = true, .real = {0, 1, 0.1}},
    {"affine", EMB__BOOL, .value = false},
    {"track_running_stats", EMB__BOOL, .value = false},
    {0},
};

static emb_status compile(emb__layer *layer) {
    const emb__arg *a = layer->spec->args;
    const int features = a[FEATURES].v[0];
    const bool affine = a[AFFINE].v[0];
    char got[EMB__SHAPE_TEXT];
    if (layer->in.rank != 3 || layer->in.d[0] != features) {
        return emb__fail(EMB_ERR_SHAPE, "expects %d channels (%dxHxW), gets %s", features, features,
                         emb__shape_print(&layer->in, got));
    }
    if (layer->in.d[1] * layer->in.d[2] == 1) {
        return emb__fail(EMB_ERR_SHAPE,
                         "expects more than one place in each channel, gets %s: every number would "
                         "become 0",
                         emb__shape_print(&layer->in, got));
    }
    layer->norm = (emb__norm){.groups = (size_t)features,
                              .pieces = 1,
                              .count = (size_t)layer->in.d[1] * (size_t)layer->in.d[2],
                              .weight = affine,
                              .bias = affine,
                              .epsilon = a[EPS].real};
    emb__norm_compile(layer, 1, &features);
    return EMB_OK;
}

const emb__layer_kind emb__instance_norm2d = {
    .name = "InstanceNorm2d", .args = args, .compile = compile, EMB__NORM_KIND};
