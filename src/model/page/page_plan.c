/* emb_net_export_plan. See page_layers.h. */
#include "model/page/page_layers.h"

#include <embudo.h>
#include <stdlib.h>
#include <string.h>

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

/* Memory that a caller frees with free(). */
static emb_status give(const emb__text *text, void **bytes, size_t *count) {
    *count = text->length;
    *bytes = text->failed ? NULL : malloc(text->length + 1);
    if (!*bytes) return EMB_ERR_MEMORY;
    if (text->length > 0) memcpy(*bytes, text->bytes, text->length);
    ((char *)*bytes)[text->length] = '\0';
    return EMB_OK;
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
    size_t length = 0, bytes = 0;
    *plan = NULL;
    *numbers = NULL;
    emb_status status = emb__fold(net, EMB__FOLD_TO_RUN, &folded);
    if (status != EMB_OK) return status;
    emb__page_plan made = {.net = folded.count > 0 ? &folded.net : net};
    status = write_plan(&made, net);
    if (status == EMB_OK) status = give(&made.json, (void **)plan, &length);
    if (status == EMB_OK) status = give(&made.numbers, (void **)numbers, &bytes);
    *count = bytes / sizeof **numbers;
    emb__free(made.json.bytes);
    emb__free(made.numbers.bytes);
    emb__fold_clear(&folded);
    if (status == EMB_OK) return EMB_OK;
    free(*plan);
    *plan = NULL;
    return status;
}
