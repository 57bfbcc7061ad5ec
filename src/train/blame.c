/* Finds where numbers that are not finite come from. */
#include "train/blame.h"

#include <math.h>

#include "base/entry.h"
#include "device/cpu/pass.h"
#include "device/cpu/walk.h"

/* The first tensor with such a number, or NULL. */
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

emb_status emb__run_check_optimiser(const emb_run *run) {
    const emb_status status = emb__optimiser_check(run->optimiser, &run->update, run->steps - 1);
    /* If weights are not finite themselves, the next loss says so. */
    return status == EMB_OK || emb_net_check(run->net) != EMB_OK ? EMB_OK : status;
}

static bool all_finite(const float *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) return false;
    }
    return true;
}

/* Notes the first layer that gives such a number. */
static bool look_at_layer(const emb__walk *walk, const emb__workspace *w, int i, size_t first,
                          size_t here) {
    (void)first;
    (void)here;
    int *bad = walk->data;
    const size_t count = emb__shape_count(&walk->net->layers[i].out) * (size_t)w->k->lanes;
    if (all_finite(emb__net_output(walk->net, w, i), count)) return true;
    *bad = i;
    return false;
}

emb_status emb__run_blame(const emb_run *run, size_t batch) {
    const emb_net *net = run->net;
    emb_status status = emb_net_check(net);
    int layer = -1;
    const emb__walk walk = {.net = run->net,
                            .to = net->layer_count,
                            .count = batch,
                            .images = run->images,
                            .indices = run->order + run->position,
                            .layer = look_at_layer,
                            .data = &layer};
    if (status == EMB_OK) status = emb__walk_alone(&walk);
    if (status == EMB_OK && layer >= 0) {
        const emb__layer_spec *spec = net->layers[layer].spec;
        emb__fail(EMB_ERR_DIVERGED, "%s.%s %s gives numbers that are not finite",
                  net->spec.parts[spec->part], spec->path, spec->kind->name);
    } else if (status == EMB_OK) {
        emb__fail(
            EMB_ERR_DIVERGED,
            "the output's error is too large for a number; are the images' numbers too large?");
    }
    return emb__fail_prefix(EMB_ERR_DIVERGED,
                            "the loss is not a finite number at step %zu: ", run->steps);
}
