/* Finds where numbers that are not finite come from. */
#include "train/blame.h"

#include <math.h>

#include "base/entry.h"
#include "device/cpu/pass.h"
#include "device/cpu/walk.h"
#include "device/cpu/workspace.h"

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

/* The first layer whose statistics of the batch just taken are not finite, or -1; *channel says of
 * which channel. The walk does not see them: it runs as an evaluation does. */
static int bad_statistics(const emb_net *net, int *channel) {
    const emb__cpu *cpu = net->device;
    for (int i = 0; i < net->layer_count; i++) {
        const emb__layer *layer = &net->layers[i];
        const emb__batch_kind *batch = layer->kind->batch;
        const int channels = batch && cpu->stats ? emb__batch_channels(layer) : 0;
        for (int c = 0; c < channels; c++) {
            const float *stats = cpu->stats + layer->stats_at + (size_t)c * (size_t)batch->stats;
            *channel = c;
            if (!all_finite(stats, (size_t)batch->forward_stats)) return i;
        }
    }
    return -1;
}

/* Names a layer that makes numbers that are not finite, or whose channel of statistics is not. */
static emb_status blame_layer(const emb_net *net, int layer, int channel) {
    const emb__layer_spec *spec = net->layers[layer].spec;
    const emb__arg *eps = emb__layer_arg(spec, "eps");
    if (channel >= 0 && eps && eps->real == 0) {
        return emb__fail(EMB_ERR_DIVERGED,
                         "%s.%s %s has eps=0, and channel %d of its input is one number in the "
                         "whole batch: write an eps, such as 1e-05",
                         net->spec.parts[spec->part], spec->path, spec->kind->name, channel);
    }
    return emb__fail(EMB_ERR_DIVERGED, "%s.%s %s gives numbers that are not finite",
                     net->spec.parts[spec->part], spec->path, spec->kind->name);
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
                            .altering = emb__run_altering(run),
                            .layer = look_at_layer,
                            .data = &layer};
    if (status == EMB_OK) status = emb__walk_alone(&walk);
    int channel = -1;
    const int normed = status == EMB_OK ? bad_statistics(net, &channel) : -1;
    if (normed >= 0 && (layer < 0 || normed <= layer)) {
        blame_layer(net, normed, channel);
    } else if (status == EMB_OK && layer >= 0) {
        blame_layer(net, layer, -1);
    } else if (status == EMB_OK) {
        emb__fail(
            EMB_ERR_DIVERGED,
            "the output's error is too large for a number; are the images' numbers too large?");
    }
    return emb__fail_prefix(EMB_ERR_DIVERGED,
                            "the loss is not a finite number at step %zu: ", run->steps);
}
