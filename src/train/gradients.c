/* emb_net_gradients: the loss's gradient by every weight, outside of a training. */
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "device/cpu/pass.h"
#include "device/cpu/walk.h"
#include "train/losses/loss.h"

static emb_status check(emb_net *net, emb__loss *loss, const emb_images *images,
                        const uint32_t *indices, size_t count) {
    emb_status status = emb__net_has_loss(net);
    if (status == EMB_OK) status = emb_net_accepts(net, images);
    if (status == EMB_OK) status = emb__loss_make(loss, net, NULL);
    if (status == EMB_OK) status = emb__loss_prepare(loss, net, images);
    if (status == EMB_OK && count == 0) {
        status = emb__fail(EMB_ERR_ARGUMENT, "gradients of no images; expected at least one");
    }
    return status == EMB_OK ? emb__images_have(images, indices, count) : status;
}

/* The sums, to which the blocks are added one after another. */
typedef struct sums {
    const emb__loss *loss;
    size_t count;
    float *grads;
    double errors;
} sums;

static void add_block(const emb__walk *walk, const emb__workspace *w, size_t first, size_t here) {
    sums *s = walk->data;
    double errors[EMB__LANES];
    emb__loss_run(s->loss, &(emb__loss_block){.net = walk->net,
                                              .w = w,
                                              .images = walk->images,
                                              .indices = walk->indices,
                                              .first = first,
                                              .count = here,
                                              .of = s->count,
                                              .grad = w->grad[0],
                                              .errors = errors});
    emb__net_backward(walk->net, w, s->grads, first > 0);
    for (size_t i = 0; i < here; i++) s->errors += errors[i];
}

emb_status emb_net_gradients(emb_net *net, const emb_images *images, const uint32_t *indices,
                             size_t count, float *gradients, double *loss) {
    EMB__ENTER;
    if (!indices) count = emb_images_count(images);
    emb__loss trained;
    emb_status status = check(net, &trained, images, indices, count);
    if (status != EMB_OK) return status;
    sums s = {
        .loss = &trained, .count = count, .grads = emb__calloc(net->param_stride, sizeof *s.grads)};
    if (!s.grads) return EMB_ERR_MEMORY;
    const emb__walk walk = {.net = net,
                            .to = net->layer_count,
                            .count = count,
                            .images = images,
                            .indices = indices,
                            .look = add_block,
                            .data = &s};
    status = emb__walk_alone(&walk);
    if (status == EMB_OK) {
        if (loss) *loss = s.errors / ((double)count * (double)emb__loss_terms(&trained, net));
        memcpy(gradients, s.grads, net->param_count * sizeof *s.grads);
    }
    emb__free(s.grads);
    return status;
}
