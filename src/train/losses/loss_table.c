/* See loss_table.h. */
#include "train/losses/loss_table.h"

#include <string.h>

extern const emb__loss_kind emb__mse_loss, emb__l1_loss, emb__smooth_l1_loss, emb__huber_loss,
    emb__bce_loss, emb__bce_with_logits_loss, emb__ssim_loss, emb__ms_ssim_loss,
    emb__cross_entropy_loss;

/* Of several losses for one part, the first is the default. */
const emb__loss_kind *const emb__loss_kinds[] = {
    &emb__mse_loss,           &emb__l1_loss,
    &emb__smooth_l1_loss,     &emb__huber_loss,
    &emb__bce_loss,           &emb__bce_with_logits_loss,
    &emb__ssim_loss,          &emb__ms_ssim_loss,
    &emb__cross_entropy_loss, NULL,
};

const emb__loss_kind *emb__loss_of(const emb_net *net) {
    const char *last = net->spec.parts[net->spec.part_count - 1];
    int i = 0;
    while (emb__loss_kinds[i + 1] && strcmp(emb__loss_kinds[i]->part, last) != 0) i++;
    return emb__loss_kinds[i];
}

const char *emb_net_loss(const emb_net *net) {
    return net->is_part ? NULL : emb__loss_of(net)->name;
}
