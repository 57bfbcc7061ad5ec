/* The safetensors writer. See safetensors.h. */
#include <string.h>

#include "base/memory.h"
#include "formats/json_string.h"
#include "formats/safetensors.h"

/* A JSON string; false where `s` is not UTF-8. */
static bool add_string(emb__text *out, const char *s) {
    const unsigned char *at = (const unsigned char *)s;
    emb__text_bytes(out, "\"", 1);
    while (*at) {
        size_t length = emb__utf8_length(at);
        if (length == 0) return false;
        if (*at == '"' || *at == '\\') {
            emb__text_add(out, "\\%c", *at);
        } else if (*at == '\n') {
            emb__text_bytes(out, "\\n", 2);
        } else if (*at < 0x20) {
            emb__text_add(out, "\\u%04x", *at);
        } else {
            emb__text_bytes(out, at, length);
        }
        at += length;
    }
    emb__text_bytes(out, "\"", 1);
    return true;
}

static emb_status add_limited(emb__text *out, const char *s, const char *key) {
    size_t before = out->length;
    if (!add_string(out, s)) {
        return emb__fail(EMB_ERR_ARGUMENT, "metadata %s is not UTF-8", s == key ? "key" : key);
    }
    if (out->length - before > EMB__SAFETENSORS_STRING) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "metadata %.40s has %zu bytes as JSON; expected at most %d", key,
                         out->length - before, EMB__SAFETENSORS_STRING);
    }
    return EMB_OK;
}

static emb_status add_metadata(emb__text *out, const emb_pair *pairs, size_t count) {
    if (count > EMB__SAFETENSORS_PAIRS) {
        return emb__fail(EMB_ERR_ARGUMENT, "%zu pairs of metadata; expected at most %d", count,
                         EMB__SAFETENSORS_PAIRS);
    }
    emb__text_add(out, "\"__metadata__\":{");
    for (size_t i = 0; i < count; i++) {
        if (!pairs[i].key || !pairs[i].value) {
            return emb__fail(EMB_ERR_ARGUMENT, "metadata pair %zu has a NULL key or value", i);
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(pairs[i].key, pairs[j].key) == 0) {
                return emb__fail(EMB_ERR_ARGUMENT, "metadata has two values for %s", pairs[i].key);
            }
        }
        if (i) emb__text_add(out, ",");
        emb_status status = add_limited(out, pairs[i].key, pairs[i].key);
        if (status != EMB_OK) return status;
        emb__text_add(out, ":");
        status = add_limited(out, pairs[i].value, pairs[i].key);
        if (status != EMB_OK) return status;
    }
    emb__text_add(out, "}");
    return EMB_OK;
}

/* The entry of a tensor whose bytes begin at *at, which is moved to their end. */
static emb_status add_tensor(emb__text *out, const emb_tensor_info *tensor, size_t *at) {
    size_t bytes, end;
    if (!emb__mul(tensor->count, sizeof(float), &bytes) || !emb__add(*at, bytes, &end)) {
        return emb__fail(EMB_ERR_MEMORY, "tensor %s is too large", tensor->name);
    }
    if (!add_string(out, tensor->name)) {
        return emb__fail(EMB_ERR_ARGUMENT, "tensor name is not UTF-8");
    }
    emb__text_add(out, ":{\"dtype\":\"F32\",\"shape\":[");
    for (int i = 0; i < tensor->rank; i++) {
        emb__text_add(out, "%s%d", i ? "," : "", tensor->shape[i]);
    }
    emb__text_add(out, "],\"data_offsets\":[%zu,%zu]}", *at, end);
    *at = end;
    return EMB_OK;
}

/* The JSON without its padding; *data is the size of the buffer. */
static emb_status add_header(emb__text *out, const emb_tensor_info *tensors, size_t tensor_count,
                             const emb_pair *pairs, size_t pair_count, size_t *data) {
    emb_status status = EMB_OK;
    *data = 0;
    if (tensor_count > EMB__SAFETENSORS_TENSORS) {
        return emb__fail(EMB_ERR_ARGUMENT, "%zu tensors; expected at most %d", tensor_count,
                         EMB__SAFETENSORS_TENSORS);
    }
    emb__text_add(out, "{");
    if (pair_count > 0) status = add_metadata(out, pairs, pair_count);
    for (size_t i = 0; i < tensor_count && status == EMB_OK; i++) {
        if (i > 0 || pair_count > 0) emb__text_add(out, ",");
        status = add_tensor(out, &tensors[i], data);
    }
    if (status != EMB_OK) return status;
    emb__text_add(out, "}");
    while (out->length % 8 != 0 && !out->failed) emb__text_bytes(out, " ", 1);
    if (out->failed) return EMB_ERR_MEMORY;
    if (out->length > EMB__SAFETENSORS_HEADER) {
        return emb__fail(EMB_ERR_ARGUMENT, "the header would have %zu bytes; expected at most %d",
                         out->length, EMB__SAFETENSORS_HEADER);
    }
    return EMB_OK;
}

static uint8_t *put_floats(uint8_t *to, const float *values, size_t count) {
    for (size_t i = 0; i < count; i++, to += 4) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        for (int b = 0; b < 4; b++) to[b] = (uint8_t)(bits >> 8 * b);
    }
    return to;
}

emb_status emb__safetensors_print(const emb_tensor_info *tensors, size_t tensor_count,
                                  const emb_pair *pairs, size_t pair_count, uint8_t **bytes,
                                  size_t *count) {
    emb__text header = {0};
    size_t data, total;
    uint8_t *file = NULL;
    emb_status status = add_header(&header, tensors, tensor_count, pairs, pair_count, &data);
    if (status == EMB_OK) {
        bool fits = emb__add(data, 8 + header.length, &total);
        file = fits ? emb__alloc(total) : NULL;
        if (!file) status = emb__fail(EMB_ERR_MEMORY, "out of memory for the file's bytes");
    }
    if (file) {
        for (int i = 0; i < 8; i++) file[i] = (uint8_t)((uint64_t)header.length >> 8 * i);
        memcpy(file + 8, header.bytes, header.length);
        uint8_t *to = file + 8 + header.length;
        for (size_t i = 0; i < tensor_count; i++) {
            to = put_floats(to, tensors[i].values, tensors[i].count);
        }
        *bytes = file;
        *count = total;
    }
    emb__free(header.bytes);
    return status;
}
