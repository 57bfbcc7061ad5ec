/* The layers of an ONNX graph in the order of the notation: what is in a container follows it. See
 * onnx.h. */
#include "base/status.h"
#include "base/translate.h"

#ifdef EMB_HAVE_PROTOBUF

#include <stdio.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

/* The layers that are there so far. */
typedef struct order {
    emb__onnx_layer *layers;
    int count;
} order;

static emb__onnx_layer *append(emb__onnx_chain *chain, order *out, const emb__onnx_layer *layer,
                               int depth, const char *name) {
    if (out->count == EMB__MAX_LAYERS || depth >= EMB__MAX_DEPTH) {
        emb__fail(
            EMB_ERR_FORMAT,
            depth >= EMB__MAX_DEPTH
                ? E_("%s: has branches within branches that are more than %d containers in one "
                     "another; make them fewer")
                : E_("%s: has more than %d layers, its branches included; make it smaller"),
            chain->file->path, depth >= EMB__MAX_DEPTH ? EMB__MAX_DEPTH : EMB__MAX_LAYERS);
        return NULL;
    }
    emb__onnx_layer *made = &out->layers[out->count++];
    *made = *layer;
    made->spec.depth = depth;
    snprintf(made->spec.path, sizeof made->spec.path, ".%s", name);
    return made;
}

static int count_layers(const emb__onnx_chain *chain, int branch) {
    int count = 0;
    for (int i = 0; branch > 0 && i < chain->layer_count; i++) {
        count += chain->layers[i].branch == branch;
    }
    return count;
}

/* A module that is not in the graph. */
static emb_status append_new(emb__onnx_chain *chain, order *out, const emb__layer_kind *kind,
                             int depth, const char *name, int made) {
    const emb__onnx_layer layer = {.spec.kind = kind, .made = made};
    return append(chain, out, &layer, depth, name) ? EMB_OK : emb__last_status();
}

static emb_status emit(emb__onnx_chain *chain, order *out, int branch, int depth, const char *name);

static emb_status emit_children(emb__onnx_chain *chain, order *out, const emb__onnx_layer *layer,
                                int depth) {
    const char *const *names = layer->spec.kind->children;
    emb_status status = EMB_OK;
    for (int k = 0; k < layer->child_count && status == EMB_OK; k++) {
        const int child = layer->children[k], inside = count_layers(chain, child);
        const char *name = names ? names[k] : "0";
        if (inside == 0 && names && k > 0) continue; /* the input itself */
        if (inside == 0) {
            status = append_new(chain, out, &emb__identity, depth, name, layer->made);
        } else if (inside == 1) {
            status = emit(chain, out, child, depth, name);
        } else {
            status = append_new(chain, out, &emb__sequential, depth, name, layer->made);
            if (status == EMB_OK) status = emit(chain, out, child, depth + 1, "0");
        }
    }
    return status;
}

/* A branch's layers, and in those that are containers their branches. */
static emb_status emit(emb__onnx_chain *chain, order *out, int branch, int depth,
                       const char *name) {
    emb_status status = EMB_OK;
    for (int i = 0; i < chain->layer_count && status == EMB_OK; i++) {
        const emb__onnx_layer *layer = &chain->layers[i];
        if (layer->branch != branch) continue;
        if (!append(chain, out, layer, depth, name)) return emb__last_status();
        status = emit_children(chain, out, layer, depth + 1);
    }
    return status;
}

emb_status emb__onnx_arrange(emb__onnx_chain *chain) {
    bool meets = false;
    for (int i = 0; i < chain->layer_count; i++) meets = meets || chain->layers[i].child_count > 0;
    if (!meets) return EMB_OK;
    order out = {.layers = emb__calloc(EMB__MAX_LAYERS, sizeof *out.layers)};
    if (!out.layers) return EMB_ERR_MEMORY;
    emb_status status = emit(chain, &out, 0, 0, "0");
    if (status != EMB_OK) {
        emb__free(out.layers);
        return status;
    }
    emb__free(chain->layers);
    chain->layers = out.layers;
    chain->layer_count = out.count;
    chain->layer_room = EMB__MAX_LAYERS;
    return EMB_OK;
}

/* The place of the first of the network's own layers that was made after `made` others. */
int emb__onnx_place_of(const emb__onnx_chain *chain, int made) {
    int at = 0;
    while (at < chain->layer_count &&
           (chain->layers[at].spec.depth > 0 || chain->layers[at].made < made)) {
        at++;
    }
    return at;
}

int emb__onnx_next_own(const emb__onnx_chain *chain, int at) {
    do {
        at++;
    } while (at < chain->layer_count && chain->layers[at].spec.depth > 0);
    return at;
}

#endif
