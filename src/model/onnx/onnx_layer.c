/* A layer of a chain as a row's arguments, and what its row makes of them. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <limits.h>
#include <string.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

emb__onnx_layer *emb__onnx_layer_new(emb__onnx_chain *chain, const emb__layer_kind *kind) {
    if (chain->layer_count == EMB__MAX_LAYERS) {
        emb__onnx_fail(chain, EMB__ONNX_SMALLER, "is one layer too many; at most %d are possible",
                       EMB__MAX_LAYERS);
        return NULL;
    }
    if (chain->layer_count == chain->layer_room) {
        const int grown = 2 * chain->layer_room + 16;
        emb__onnx_layer *layers =
            emb__realloc(chain->layers, (size_t)grown * sizeof *chain->layers);
        if (!layers) return NULL;
        chain->layers = layers;
        chain->layer_room = grown;
    }
    emb__onnx_layer *layer = &chain->layers[chain->layer_count++];
    *layer = (emb__onnx_layer){
        .spec.kind = kind, .branch = chain->branch, .made = chain->layer_count - 1};
    for (int i = 0; kind->args[i].name; i++) {
        layer->spec.args[i] = emb__arg_default(&kind->args[i]);
    }
    return layer;
}

bool emb__onnx_multiplies(const emb__onnx_layer *layer) {
    const emb__layer_kind *kind = layer->spec.kind;
    return kind == &emb__linear || kind == &emb__conv2d || kind == &emb__conv_transpose2d ||
           kind == &emb__group_norm || kind == &emb__instance_norm2d;
}

bool emb__onnx_is_pointwise(const emb__onnx_layer *layer) {
    return layer->spec.kind->activation || layer->spec.kind == &emb__identity;
}

/* The argument of that name, which the row has. */
static emb__arg *argument(emb__onnx_layer *layer, const char *name) {
    const emb__arg_kind *kinds = layer->spec.kind->args;
    int i = 0;
    while (kinds[i].name && strcmp(kinds[i].name, name) != 0) i++;
    return &layer->spec.args[kinds[i].name ? i : EMB__MAX_ARGS - 1];
}

void emb__onnx_set_all(emb__onnx_layer *layer, const char *name, int count,
                       const int64_t *numbers) {
    emb__arg *arg = argument(layer, name);
    arg->is_none = false;
    arg->is_none = false;
    arg->n = count < EMB__MAX_DIMS ? count : EMB__MAX_DIMS;
    for (int i = 0; i < arg->n; i++) {
        const int64_t number = numbers[i];
        arg->v[i] = number > INT_MAX ? INT_MAX : number < INT_MIN ? INT_MIN : (int)number;
    }
}

void emb__onnx_set(emb__onnx_layer *layer, const char *name, int64_t number) {
    emb__onnx_set_all(layer, name, 1, &number);
}

void emb__onnx_set_real(emb__onnx_layer *layer, const char *name, double number) {
    argument(layer, name)->real = number;
}

void emb__onnx_set_reals(emb__onnx_layer *layer, const char *name, const double pair[2]) {
    emb__arg *arg = argument(layer, name);
    arg->is_none = false;
    arg->real = pair[0];
    arg->second = pair[1];
}

void emb__onnx_lay(emb__onnx_lie *lie, int rank, const int64_t sides[3]) {
    lie->rank = rank;
    lie->parts = 0;
    for (int k = 0; k < 3; k++) {
        lie->grid[k] = k < rank ? sides[k] : 1;
        lie->axis[k] = lie->grid[k] == 1 ? -1 : lie->parts;
        if (lie->grid[k] != 1) lie->view[lie->parts++] = lie->grid[k];
    }
    lie->origin = EMB__ONNX_DECIDED;
}

void emb__onnx_made(emb__onnx_chain *chain, int rank, const int64_t sides[3]) {
    emb__onnx_lie *lie = &chain->lie;
    emb__onnx_layer *layer = &chain->layers[chain->layer_count - 1];
    emb__onnx_lay(lie, rank, sides);
    lie->clean = emb__onnx_multiplies(layer);
    if (lie->clean) lie->base = chain->layer_count - 1;
    layer->rank = rank;
    layer->count = emb__onnx_count(3, lie->grid);
}

emb_status emb__onnx_settle(emb__onnx_chain *chain) {
    const emb__onnx_lie *lie = &chain->lie;
    emb__onnx_value *head = &chain->head;
    emb__onnx_layer *own = &chain->layers[chain->layer_count - 1];
    emb__layer layer = {.kind = own->spec.kind, .spec = &own->spec, .in.rank = lie->rank};
    for (int i = 0; i < lie->rank; i++) layer.in.d[i] = (int)lie->grid[i];
    if (lie->rank == 1) layer.in.d[0] = (int)emb__onnx_count(3, lie->grid);
    emb_status status = layer.kind->settle ? layer.kind->settle(&own->spec) : EMB_OK;
    if (status == EMB_OK) status = layer.kind->compile(&layer);
    if (status == EMB_ERR_MEMORY) return status;
    if (status != EMB_OK) return emb__onnx_fail_as(chain, layer.kind->name);
    int64_t sides[3] = {1, 1, 1};
    for (int i = 0; i < layer.out.rank && i < 3; i++) sides[i] = layer.out.d[i];
    const bool row = head->rank == 2 && layer.out.rank == 3 && sides[1] == 1;
    emb__onnx_made(chain, layer.out.rank, sides);
    if (row) sides[1] = sides[2];
    emb__onnx_look(chain, row ? 2 : layer.out.rank, sides);
    return EMB_OK;
}

/* Adds ZeroPad2d, or with less than nothing a cut: left, right, above, below. */
emb_status emb__onnx_pad_layer(emb__onnx_chain *chain, const emb__layer_kind *kind,
                               const int64_t pads[4]) {
    emb__onnx_layer *layer = emb__onnx_layer_new(chain, kind);
    if (!layer) return emb__last_status();
    emb__onnx_set_all(layer, "padding", 4, pads);
    return emb__onnx_settle(chain);
}

#endif
