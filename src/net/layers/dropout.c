/* Dropout (Srivastava et al., 2014) and Dropout2d: in training, each number, or each channel of an
 * image, is 0 with the probability p, and else divided by 1 - p. What is kept is PyTorch's own
 * choice on a processor (see train/masks.h); on a graphics card PyTorch draws from
 * another stream. In an evaluation nothing happens. */
#include <string.h>

#include "net/layers/kind_rows.h"

enum { P };

static const emb__arg_kind args[] = {
    {"p", EMB__REAL, .real = {.least = 0, .most = 1, .value = 0.5}},
    {"inplace", EMB__BOOL, .value = false},
    {0},
};

static emb_status compile(emb__layer *layer) {
    layer->out = layer->in;
    return EMB_OK;
}

static emb_status compile_2d(emb__layer *layer) {
    char got[EMB__SHAPE_TEXT];
    if (layer->in.rank != 3) {
        return emb__fail(EMB_ERR_SHAPE,
                         "expects channels (CxHxW), gets %s; Dropout is for features",
                         emb__shape_print(&layer->in, got));
    }
    return compile(layer);
}

static bool is_plane(const emb__layer *layer) { return layer->kind == &emb__dropout2d; }

static size_t draws(const emb__layer *layer, double *keep) {
    const double p = layer->spec->args[P].real;
    *keep = 1 - p;
    if (p == 0 || p == 1) return 0;
    return is_plane(layer) ? (size_t)layer->in.d[0] : emb__shape_count(&layer->in);
}

/* What the layer does to this member's share of channel c: nothing outside of a training. */
static void drop(const emb__layer *layer, const emb__pass *pass, int c, size_t at, float *x,
                 size_t vectors) {
    const double p = layer->spec->args[P].real;
    const float factor = 1 / (float)(1 - p);
    if (!pass->training || p == 0 || (p < 1 && !pass->mask)) return;
    if (p == 1) {
        pass->k->mask_plane(x, vectors, 0, 0, 0);
    } else if (is_plane(layer)) {
        pass->k->mask_plane(x, vectors, pass->mask[c], pass->mask_shift, factor);
    } else {
        pass->k->mask(x, vectors, pass->mask + at, pass->mask_shift, factor);
    }
}

/* x = the share of `in`, which may be x itself, with what is dropped set to 0. */
static void run(const emb__layer *layer, const emb__pass *pass, const float *in, float *x) {
    const emb__share share = emb__shape_share(&layer->out, pass->me);
    const size_t count = emb__shape_count(&layer->out), plane = count / (size_t)layer->out.d[0];
    const size_t row = layer->out.rank == 3 ? (size_t)layer->out.d[2] : plane;
    const size_t vectors = (size_t)(share.row_end - share.row) * row;
    const size_t lanes = (size_t)pass->k->lanes;
    for (int c = share.channel; c < share.channel_end && vectors > 0; c++) {
        const size_t at = (size_t)c * plane + (size_t)share.row * row;
        if (in != x) memcpy(x + at * lanes, in + at * lanes, vectors * lanes * sizeof *x);
        drop(layer, pass, c, at, x + at * lanes, vectors);
    }
}

static void forward(const emb__layer *layer, const emb__pass *pass) {
    run(layer, pass, pass->in, pass->out);
}

static void backward(const emb__layer *layer, const emb__pass *pass) {
    run(layer, pass, pass->grad_out, pass->grad_out);
}

static void single(const emb__layer *layer, const emb__single *pass) {
    (void)layer;
    (void)pass;
}

#define ROW(pytorch, compiled)                                                                     \
    {                                                                                              \
        .name = pytorch, .family = EMB_LAYER_NOISE, .args = args, .in_place = true,                \
        .compile = compiled, .forward = forward, .backward = backward, .single = single,           \
        .draws = draws                                                                             \
    }

const emb__layer_kind emb__dropout = ROW("Dropout", compile);
const emb__layer_kind emb__dropout2d = ROW("Dropout2d", compile_2d);
