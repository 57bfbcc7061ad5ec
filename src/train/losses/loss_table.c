/* See loss_table.h. */
#include "train/losses/loss_table.h"

#include <string.h>

extern const emb__loss emb__mse_loss, emb__cross_entropy_loss;

/* Of several losses for one part, the first is the default. */
static const emb__loss *const losses[] = {&emb__mse_loss, &emb__cross_entropy_loss, NULL};

const emb__loss *emb__loss_of(const emb_net *net) {
    const char *last = net->spec.parts[net->spec.part_count - 1];
    int i = 0;
    while (losses[i + 1] && strcmp(losses[i]->part, last) != 0) i++;
    return losses[i];
}

emb_status emb__net_can_learn(const emb_net *net, const emb_images *images) {
    const emb__loss *loss = emb__loss_of(net);
    return loss->needs ? loss->needs(net, images) : EMB_OK;
}

const char *emb_net_loss(const emb_net *net) {
    return net->is_part ? NULL : emb__loss_of(net)->name;
}
