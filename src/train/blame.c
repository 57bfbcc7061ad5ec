/* Where numbers that are not finite come from. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "base/entry.h"
#include "train/run.h"

/* The first tensor with such a number; NULL. */
static const emb__tensor *bad_tensor(const emb_net *net, size_t *at) {
    for (int i = 0; i < net->tensor_count; i++) {
        const emb__param *param = net->tensors[i].param;
        for (*at = 0; *at < param->count; (*at)++) {
            if (!isfinite(net->params[param->at + *at])) return &net->tensors[i];
        }
    }
    return NULL;
}

emb_status emb_net_check(const emb_net *net) {
    EMB__ENTER;
    size_t at = 0;
    const emb__tensor *tensor = bad_tensor(net, &at);
    if (!tensor) return EMB_OK;
    return emb__fail(EMB_ERR_DIVERGED, "%s is not finite (number %zu)", tensor->name, at);
}

/* Whether one of values[count], none below 0, is above all float32. */
static bool any_infinite(const float *values, size_t count) {
    int infinite = 0;
    for (size_t i = 0; i < count; i++) infinite |= values[i] > FLT_MAX;
    return infinite;
}

emb_status emb__run_check_moments(const emb_run *run) {
    const emb_net *net = run->net;
    if (!any_infinite(run->v, net->param_count)) return EMB_OK;
    if (emb_net_check(net) != EMB_OK) return EMB_OK; /* the next loss tells of these */
    int i = 0;
    while (!any_infinite(run->v + net->tensors[i].param->at, net->tensors[i].param->count)) i++;
    return emb__fail(
        EMB_ERR_DIVERGED,
        "at step %zu the squares of %s's gradients are too large for a number, so that "
        "it cannot learn: scale the images' numbers, to 0..1 say",
        run->steps - 1, net->tensors[i].name);
}

static bool all_finite(const float *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) return false;
    }
    return true;
}

/* The first layer that makes such a number of images [first, first + here) of the batch; -1. */
static int bad_layer(const emb_run *run, size_t first, size_t here) {
    const emb_net *net = run->net;
    const emb__workspace *w = &net->workspaces[0];
    const size_t lanes = (size_t)w->k->lanes;
    emb__net_lay_out(net, w, run->images, run->order + run->position, first, here);
    for (int i = 0; i < net->layer_count; i++) {
        emb__net_forward(net, w, i, i + 1);
        const size_t count = emb__shape_count(&net->layers[i].out) * lanes;
        if (!all_finite(emb__net_output(net, w, i), count)) return i;
    }
    return -1;
}

emb_status emb__run_blame(const emb_run *run, size_t batch) {
    const emb_net *net = run->net;
    emb_status status = emb_net_check(net);
    int layer = -1;
    for (size_t first = 0; status == EMB_OK && first < batch && layer < 0; first += EMB__LANES) {
        layer = bad_layer(run, first, batch - first < EMB__LANES ? batch - first : EMB__LANES);
    }
    if (status == EMB_OK && layer >= 0) {
        const emb__layer_spec *spec = net->layers[layer].spec;
        emb__fail(EMB_ERR_DIVERGED, "%s.%d %s gives numbers that are not finite",
                  net->spec.parts[spec->part], spec->index, spec->kind->name);
    } else if (status == EMB_OK) {
        emb__fail(EMB_ERR_DIVERGED,
                  "the output's error is too large for a number; are the images' numbers?");
    }
    return emb__fail_prefix(EMB_ERR_DIVERGED,
                            "the loss is not a finite number at step %zu: ", run->steps);
}
