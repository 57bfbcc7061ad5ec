/* emb_net_gradients: the loss's slope by every weight, outside of a training. */
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "train/run.h"

static emb_status check(const emb_net *net, const emb_images *images, const uint32_t *indices,
                        size_t count) {
    emb_status status = emb__net_has_loss(net);
    if (status == EMB_OK) status = emb_net_accepts(net, images);
    if (status == EMB_OK) status = emb__net_can_learn(net, images);
    const size_t have = emb_images_count(images);
    if (status == EMB_OK && count == 0) {
        status = emb__fail(EMB_ERR_ARGUMENT, "gradients of no images; expected at least one");
    }
    for (size_t i = 0; indices && i < count && status == EMB_OK; i++) {
        if (indices[i] < have) continue;
        status = emb__fail(EMB_ERR_ARGUMENT, "image %lu does not exist; there are %zu",
                           (unsigned long)indices[i], have);
    }
    return status;
}

/* Block after block, into one buffer. */
static double run_blocks(const emb_net *net, const emb_images *images, const uint32_t *indices,
                         size_t count, float *grads) {
    const emb__workspace *w = &net->workspaces[0];
    const double terms = (double)count * (double)emb__net_loss_terms(net);
    const float scale = (float)((net->classifies ? 1.0 : 2.0) / terms);
    double sum = 0;
    for (size_t first = 0; first < count; first += EMB__LANES) {
        double errors[EMB__LANES];
        const size_t left = count - first, here = left < EMB__LANES ? left : EMB__LANES;
        emb__net_lay_out(net, w, images, indices, first, here);
        emb__net_forward(net, w, 0, net->layer_count);
        emb__net_loss(net, w, images, indices, first, here, scale, w->grad[0], errors, NULL);
        emb__net_backward(net, w, grads, first > 0);
        for (size_t i = 0; i < here; i++) sum += errors[i];
    }
    return sum / terms;
}

emb_status emb_net_gradients(emb_net *net, const emb_images *images, const uint32_t *indices,
                             size_t count, float *gradients, double *loss) {
    EMB__ENTER;
    if (!indices) count = emb_images_count(images);
    emb_status status = check(net, images, indices, count);
    if (status == EMB_OK) status = emb__net_workspaces(net, 1, 1);
    float *grads = status == EMB_OK ? emb__calloc(net->param_stride, sizeof *grads) : NULL;
    if (status != EMB_OK || !grads) return status == EMB_OK ? EMB_ERR_MEMORY : status;
    const double mean = run_blocks(net, images, indices, count, grads);
    if (loss) *loss = mean;
    memcpy(gradients, grads, net->param_count * sizeof *grads);
    emb__free(grads);
    return EMB_OK;
}
