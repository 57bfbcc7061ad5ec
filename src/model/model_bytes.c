/* A model file in memory: emb_net_save_bytes, emb_net_open_bytes and emb_net_load_bytes of
 * embudo/model.h. The bytes are those that the file would have (model.c). */
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "model/model.h"

static const char *named(const char *name) { return name && *name ? name : "the model's bytes"; }

emb_status emb_net_save_bytes(const emb_net *net, const emb_pair *extra, size_t extra_count,
                              uint8_t **bytes, size_t *count) {
    EMB__ENTER;
    if (!net || !bytes || !count || (!extra && extra_count > 0)) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "emb_net_save_bytes needs a network, its pairs and room for the bytes");
    }
    *bytes = NULL;
    *count = 0;
    const size_t tensor_count = emb_net_state_count(net);
    emb_tensor_info *tensors = emb__calloc(tensor_count, sizeof *tensors);
    if (!tensors) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < tensor_count; i++) emb_net_tensor(net, i, &tensors[i]);
    emb__text made = {0};
    emb_status status =
        emb__model_header(net, tensors, tensor_count, named(NULL), extra, extra_count, &made);
    if (status == EMB_OK) status = emb__safetensors_append(&made, tensors, tensor_count);
    emb__free(tensors);
    if (status != EMB_OK) {
        emb__free(made.bytes);
        return status;
    }
    *bytes = (uint8_t *)made.bytes;
    *count = made.length;
    return EMB_OK;
}

/* A copy of the bytes as an open file. */
static emb_status open_copy(const uint8_t *bytes, size_t count, const char *name,
                            emb__safetensors *file) {
    *file = (emb__safetensors){0};
    if (!bytes || count == 0) {
        return emb__fail(EMB_ERR_ARGUMENT, "%s: expected a safetensors file's bytes, got none",
                         named(name));
    }
    uint8_t *copy = emb__alloc(count);
    if (!copy) return EMB_ERR_MEMORY;
    memcpy(copy, bytes, count);
    return emb__safetensors_parse(copy, count, named(name), file);
}

emb_net *emb_net_open_bytes(const uint8_t *bytes, size_t count, const char *name) {
    EMB__ENTER;
    emb__safetensors file;
    if (open_copy(bytes, count, name, &file) != EMB_OK) return NULL;
    emb_net *net = emb__model_of(&file, named(name));
    emb__safetensors_clear(&file);
    return net;
}

emb_status emb_net_load_bytes(emb_net *net, const uint8_t *bytes, size_t count, const char *name) {
    EMB__ENTER;
    if (!net) return emb__fail(EMB_ERR_ARGUMENT, "emb_net_load_bytes needs a network");
    emb__safetensors file;
    emb_status status = open_copy(bytes, count, name, &file);
    if (status == EMB_OK) status = emb__model_take(net, &file, named(name));
    emb__safetensors_clear(&file);
    return status;
}
