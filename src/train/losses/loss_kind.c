/* See loss_kind.h. */
#include "train/losses/loss_kind.h"

size_t emb__loss_numbers(const emb_net *net) { return emb__shape_count(&net->input); }

size_t emb__loss_one(const emb_net *net) {
    (void)net;
    return 1;
}
