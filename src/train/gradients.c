/* emb_net_gradients: the loss's gradient by every weight, outside of a training. */
#include <math.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "data/images.h"
#include "device/images_fit.h"
#include "train/batch.h"
#include "train/losses/loss.h"
#include "train/terms.h"

static emb_status check(emb_net *net, emb__loss *loss, const emb_images *images,
                        const uint32_t *indices, size_t count) {
    emb_status status = emb__net_has_loss(net);
    if (status == EMB_OK) status = emb_net_accepts(net, images);
    if (status == EMB_OK) status = emb__loss_make(loss, net, NULL);
    if (status == EMB_OK) status = emb__loss_prepare(loss, net, images);
    if (status == EMB_OK && count == 0) {
        status = emb__fail(EMB_ERR_ARGUMENT, "gradients of no images; expected at least one");
    }
    if (status == EMB_OK) status = emb__batch_check(net, count, "these are fewer");
    return status == EMB_OK ? emb__images_have(images, indices, count) : status;
}

emb_status emb_net_gradients(emb_net *net, const emb_images *images, const uint32_t *indices,
                             size_t count, float *gradients, double *loss) {
    EMB__ENTER;
    if (!indices) count = emb_images_count(images);
    emb__loss trained;
    emb_status status = check(net, &trained, images, indices, count);
    if (status != EMB_OK) return status;
    float *grads = emb__calloc(net->param_stride, sizeof *grads);
    double *errors = emb__calloc(count + EMB__LANES, sizeof *errors);
    emb__term *terms = emb__calloc(net->bottleneck < 0 ? 0 : count, sizeof *terms);
    const bool room = grads && errors && terms;
    status = room ? emb__batch_room(net, count, 1, 1) : EMB_ERR_MEMORY;
    if (status == EMB_OK) {
        emb__batch_run(&(emb__batch){.net = net,
                                     .loss = &trained,
                                     .images = images,
                                     .indices = indices,
                                     .count = count,
                                     .errors = errors,
                                     .terms = net->bottleneck < 0 ? NULL : terms,
                                     .epochs = INFINITY,
                                     .grads = grads,
                                     .sets = 1},
                       &emb__alone);
        const emb__term term = emb__terms_mean(net->bottleneck < 0 ? NULL : terms, count);
        if (loss) *loss = emb__loss_mean(&trained, net, errors, count) + term.added;
        memcpy(gradients, grads, net->param_count * sizeof *grads);
    }
    emb__free(terms);
    emb__free(errors);
    emb__free(grads);
    return status;
}
