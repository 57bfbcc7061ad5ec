/* Condition: lays an image's label beside its numbers, for a conditional autoencoder (Sohn, Lee and
 * Yan, 2015): as `classes` more features, or channels, of which the label's is 1 and the others 0.
 * In PyTorch:
 *
 *     class Condition(nn.Module):
 *         def __init__(self, classes):
 *             super().__init__()
 *             self.classes = classes
 *         def forward(self, x, label):
 *             hot = F.one_hot(label, self.classes).to(x.dtype)
 *             hot = hot.view(*hot.shape, *[1] * (x.dim() - 2)).expand(-1, -1, *x.shape[2:])
 *             return torch.cat([x, hot], dim=1)
 */
#include <string.h>

#include "base/status.h"
#include "net/layers/kind_rows.h"

enum { CLASSES };

static const emb__arg_kind args[] = {
    {"classes", EMB__INT, .required = true, .least = 2, .most = EMB_MAX_CLASSES},
    {0},
};

static emb_status compile(emb__layer *layer) {
    char got[EMB__SHAPE_TEXT];
    if (layer->in.rank != 1 && layer->in.rank != 3) {
        return emb__fail(EMB_ERR_SHAPE, "expects features or channels (CxHxW), gets %s",
                         emb__shape_print(&layer->in, got));
    }
    layer->out = layer->in;
    layer->out.d[0] += layer->spec->args[CLASSES].v[0];
    layer->own_cut = true;
    return EMB_OK;
}

static size_t plane_of(const emb__layer *layer) {
    return emb__shape_count(&layer->in) / (size_t)layer->in.d[0];
}

static void forward(const emb__layer *layer, const emb__pass *pass) {
    const size_t lanes = (size_t)pass->k->lanes, plane = plane_of(layer);
    const size_t own = emb__shape_count(&layer->in), all = emb__shape_count(&layer->out);
    size_t from;
    const size_t to = emb__member_part(pass->me, all, &from), middle = own < to ? own : to;
    if (from < middle) {
        memcpy(pass->out + from * lanes, pass->in + from * lanes,
               (middle - from) * lanes * sizeof *pass->out);
    }
    for (size_t i = from > own ? from : own; i < to; i++) {
        const size_t number = (i - own) / plane;
        const float label = (float)number;
        for (size_t n = 0; n < lanes; n++) pass->out[i * lanes + n] = pass->labels[n] == label;
    }
}

static void backward(const emb__layer *layer, const emb__pass *pass) {
    if (!pass->grad_in) return;
    const size_t lanes = (size_t)pass->k->lanes;
    size_t from;
    const size_t to = emb__member_part(pass->me, emb__shape_count(&layer->in), &from);
    memcpy(pass->grad_in + from * lanes, pass->grad_out + from * lanes,
           (to - from) * lanes * sizeof *pass->grad_in);
}

static void single(const emb__layer *layer, const emb__single *pass) {
    const size_t own = (size_t)layer->in.d[0], all = (size_t)layer->out.d[0];
    for (size_t p = 0; p < plane_of(layer); p++) {
        float *out = pass->out + p * all;
        memcpy(out, pass->in + p * own, own * sizeof *out);
        for (size_t c = own; c < all; c++) out[c] = c - own == (size_t)pass->label;
    }
}

/* The numbers, and 0 and 1. */
static void range(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    if (*low > 0) *low = 0;
    if (*high < 1) *high = 1;
}

const emb__layer_kind emb__condition = {
    .name = "Condition",
    .family = EMB_LAYER_JOIN,
    .args = args,
    .reads_labels = true,
    .compile = compile,
    .forward = forward,
    .backward = backward,
    .single = single,
    .range = range,
};
