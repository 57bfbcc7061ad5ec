/* Tanh, Sigmoid, ReLU: elementwise, in place, their gradients taken from their outputs. */
#include <math.h>

#include "net/layers/kinds.h"

static const emb__arg_kind no_args[] = {{0}};

/* PyTorch's ReLU may say whether it overwrites its input; here it always does. */
static const emb__arg_kind relu_args[] = {{"inplace", EMB__BOOL, .value = false}, {0}};

static emb_status compile(emb__layer *layer) {
    layer->out = layer->in;
    return EMB_OK;
}

typedef void on_output(float *x, size_t vectors);
typedef void on_gradient(const float *y, float *g, size_t vectors);

/* `forward` on this member's share of the output or, where that is NULL, `back` on its share of the
 * gradient. */
static void run(const emb__layer *layer, const emb__pass *pass, on_output *forward,
                on_gradient *back) {
    const emb__share share = emb__shape_share(&layer->out, pass->me);
    const bool image = layer->out.rank == 3;
    const size_t count = emb__shape_count(&layer->out);
    const size_t row = image ? (size_t)layer->out.d[2] : count / (size_t)layer->out.d[0];
    const size_t plane = image ? (size_t)layer->out.d[1] * row : row;
    const size_t lanes = (size_t)pass->k->lanes;
    size_t channels = (size_t)(share.channel_end - share.channel);
    size_t vectors = (size_t)(share.row_end - share.row) * row;
    size_t at = (size_t)share.channel * plane + (size_t)share.row * row;
    if (vectors == plane) { /* in one go */
        vectors *= channels;
        channels = 1;
    }
    for (; channels > 0; channels--, at += plane) {
        if (forward) forward(pass->out + at * lanes, vectors);
        if (!forward) back(pass->out + at * lanes, pass->grad_out + at * lanes, vectors);
    }
}

/* One function each way for each activation, from the kernels' member of the same name. */
#define PASSES(name)                                                                               \
    static void name##_forward(const emb__layer *layer, const emb__pass *pass) {                   \
        run(layer, pass, pass->k->name, NULL);                                                     \
    }                                                                                              \
    static void name##_backward(const emb__layer *layer, const emb__pass *pass) {                  \
        run(layer, pass, NULL, pass->k->name##_back);                                              \
    }                                                                                              \
    static void name##_single(const emb__layer *layer, const emb__single *pass) {                  \
        pass->k->name(pass->out, (emb__shape_count(&layer->out) + EMB__LANES - 1) / EMB__LANES);   \
    }

PASSES(tanh)
PASSES(sigmoid)
PASSES(relu)

static void tanh_range(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    *low = -1;
    *high = 1;
}

static void sigmoid_range(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    *low = 0;
    *high = 1;
}

static void relu_range(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    *low = 0;
    *high = INFINITY;
}

#define KIND(pytorch, list, each)                                                                  \
    &(const emb__layer_kind) {                                                                     \
        .name = pytorch, .args = list, .in_place = true, .keeps_output = true, .compile = compile, \
        .forward = each##_forward, .backward = each##_backward, .single = each##_single,           \
        .range = each##_range                                                                      \
    }

const emb__layer_kind *const emb__activations[] = {KIND("Tanh", no_args, tanh),
                                                   KIND("Sigmoid", no_args, sigmoid),
                                                   KIND("ReLU", relu_args, relu), NULL};
