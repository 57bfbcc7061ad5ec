/* See inference.h. */
#include "device/cpu/inference.h"

bool emb__net_is_whole(const emb_net *net, int from, int to) {
    const bool parts = (from == 0 || from == net->encoder_end) &&
                       (to == net->layer_count || to == net->encoder_end);
    return parts || !emb__fold_any(net);
}

emb_status emb__net_inference(emb_net *net, int from, int to, emb_net **view) {
    *view = net;
    if (!emb__fold_any(net) || !emb__net_is_whole(net, from, to)) return EMB_OK;
    emb__cpu *cpu = emb__cpu_of(net);
    if (!cpu) return EMB_ERR_MEMORY;
    if (!cpu->folds || cpu->folded_version != net->version) {
        emb__fold_clear(&cpu->folded);
        cpu->folds = false;
        emb_status status = emb__fold(net, EMB__FOLD_TO_RUN, &cpu->folded);
        if (status != EMB_OK) return status;
        cpu->folds = true;
        cpu->folded_version = net->version;
    }
    if (cpu->folded.count == 0) return EMB_OK;
    *view = &cpu->folded.net;
    (*view)->device = net->device;
    return EMB_OK;
}
