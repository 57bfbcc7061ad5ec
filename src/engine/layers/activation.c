/* Tanh, Sigmoid, ReLU: elementwise, in place, their gradients taken from their outputs. */
#include "engine/layers/kinds.h"

static const emb__arg_kind no_args[] = {{0}};

/* PyTorch's ReLU may say whether it overwrites its input; here it always does. */
static const emb__arg_kind relu_args[] = {{"inplace", EMB__BOOL, false, 0, 1, 0}, {0}};

static emb_status compile(emb__layer *layer) {
    layer->out = layer->in;
    return EMB_OK;
}

/* One function each way for each activation, from the kernels' member of the same name. */
#define PASSES(name)                                                                               \
    static void name##_forward(const emb__layer *layer, const emb__pass *pass) {                   \
        pass->k->name(pass->out, emb__shape_count(&layer->out));                                   \
    }                                                                                              \
    static void name##_backward(const emb__layer *layer, const emb__pass *pass) {                  \
        pass->k->name##_back(pass->out, pass->grad_out, emb__shape_count(&layer->out));            \
    }

PASSES(tanh)
PASSES(sigmoid)
PASSES(relu)

#define KIND(pytorch, list, each)                                                                  \
    {                                                                                              \
        .name = pytorch, .args = list, .in_place = true, .keeps_output = true, .compile = compile, \
        .forward = each##_forward, .backward = each##_backward                                     \
    }

const emb__layer_kind emb__tanh = KIND("Tanh", no_args, tanh);
const emb__layer_kind emb__sigmoid = KIND("Sigmoid", no_args, sigmoid);
const emb__layer_kind emb__relu = KIND("ReLU", relu_args, relu);
