/* LayerNorm: mean 0 and variance 1 over an image's last dimensions, then a weight and a bias for
 * each place in these. */
#include "net/layers/image_norm.h"
#include "net/layers/kind_rows.h"

enum { SHAPE, EPS, AFFINE, BIAS };

static const emb__arg_kind args[] = {
    {"normalized_shape", EMB__DIMS, .required = true, .least = 1, .most = EMB__MAX_ELEMENTS},
    {"eps", EMB__REAL, .real = {0, FLT_MAX, 1e-5}},
    {"elementwise_affine", EMB__BOOL, .value = true},
    {"bias", EMB__BOOL, .value = true},
    {0},
};

/* Whether the input's last dimensions are the normalised ones. */
static bool ends_in(const emb__shape *in, const emb__arg *shape) {
    if (shape->n > in->rank) return false;
    for (int i = 0; i < shape->n; i++) {
        if (in->d[in->rank - shape->n + i] != shape->v[i]) return false;
    }
    return true;
}

static emb_status compile(emb__layer *layer) {
    const emb__arg *a = layer->spec->args, *shape = &a[SHAPE];
    const bool affine = a[AFFINE].v[0];
    if (!ends_in(&layer->in, shape)) {
        emb__shape wanted = {shape->n, {0}};
        char got[EMB__SHAPE_TEXT], expected[EMB__SHAPE_TEXT];
        for (int i = 0; i < shape->n; i++) wanted.d[i] = shape->v[i];
        return emb__fail(EMB_ERR_SHAPE, "expects an input whose last dimensions are %s, gets %s",
                         emb__shape_print(&wanted, expected), emb__shape_print(&layer->in, got));
    }
    if (shape->n > 4 && affine) {
        return emb__fail(EMB_ERR_SHAPE,
                         "expects weights of at most 4 dimensions, gets %d: flatten some, or set "
                         "elementwise_affine=False",
                         shape->n);
    }
    size_t inner = 1;
    for (int i = 0; i < shape->n; i++) inner *= (size_t)shape->v[i];
    /* A whole image is summed channel by channel, so that members of a team can share it. */
    const size_t pieces = layer->in.rank == 3 && shape->n == 3 ? (size_t)shape->v[0] : 1;
    layer->norm = (emb__norm){.groups = emb__shape_count(&layer->in) / inner,
                              .pieces = pieces,
                              .count = inner / pieces,
                              .by_place = true,
                              .weight = affine,
                              .bias = affine && a[BIAS].v[0],
                              .epsilon = a[EPS].real};
    emb__norm_compile(layer, affine ? shape->n : 0, shape->v);
    return EMB_OK;
}

const emb__layer_kind emb__layer_norm = {
    .name = "LayerNorm", .args = args, .compile = compile, EMB__NORM_KIND};
