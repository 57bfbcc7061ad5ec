/* emb_net_export_plan. See page_layers.h. */
#include "model/page/page_layers.h"

#include <embudo.h>

#include "base/entry.h"
#include "base/status.h"
#include "model/bridge.h"
#include "net/fold.h"

static void add_layer(emb__page_plan *plan, int i, emb_status *status, const emb_net *net) {
    const emb__layer *layer = &plan->net->layers[i];
    emb__text *out = &plan->json;
    emb__text_add(out, "%s\n{\"in\":[", i > 0 ? "," : "");
    for (int k = 0; k < layer->input_count; k++) {
        emb__text_add(out, "%s%d", k > 0 ? "," : "", layer->inputs[k]);
    }
    emb__text_add(out, "],\"shape\":[");
    for (int k = 0; k < layer->out.rank; k++) {
        emb__text_add(out, "%s%d", k > 0 ? "," : "", layer->out.d[k]);
    }
    emb__text_add(out, "]");
    if (!emb__page_layer(plan, i)) *status = emb__bridge_missing(net, i, "a page");
    emb__text_add(out, "}");
}

static emb_status write_plan(emb__page_plan *plan, const emb_net *net) {
    emb_status status = EMB_OK;
    emb__text_add(&plan->json, "{\"encoder\":%d,\"layers\":[", net->encoder_end);
    for (int i = 0; i < net->layer_count && status == EMB_OK; i++) {
        add_layer(plan, i, &status, net);
    }
    emb__text_add(&plan->json, "]}");
    return status;
}

emb_status emb_net_export_plan(const emb_net *net, char **plan, float **numbers, size_t *count) {
    EMB__ENTER;
    emb__folded folded;
    *plan = NULL;
    *numbers = NULL;
    emb_status status = emb__fold(net, EMB__FOLD_TO_RUN, &folded);
    if (status != EMB_OK) return status;
    emb__page_plan made = {.net = folded.count > 0 ? &folded.net : net};
    status = write_plan(&made, net);
    if (made.json.failed || made.numbers.failed) status = EMB_ERR_MEMORY;
    emb__fold_clear(&folded);
    if (status != EMB_OK) {
        emb__free(made.json.bytes);
        emb__free(made.numbers.bytes);
        return status;
    }
    *plan = made.json.bytes;
    *numbers = (float *)(void *)made.numbers.bytes;
    *count = made.numbers.length / sizeof **numbers;
    return EMB_OK;
}
