/* The safetensors writer. See safetensors.h. */
#include <string.h>

#include "base/text.h"
#include "codec/file.h"
#include "codec/safetensors.h"

/* Appends a JSON string; false if `s` is not UTF-8. */
static bool add_string(emb__text *out, const char *s) {
    const size_t length = strlen(s);
    if (!emb__utf8_whole(s, length)) return false;
    emb__text_bytes(out, "\"", 1);
    emb__text_for(out, EMB_JSON, s, length);
    emb__text_bytes(out, "\"", 1);
    return true;
}

static emb_status add_limited(emb__text *out, const char *s, const char *key) {
    size_t before = out->length;
    if (!add_string(out, s)) {
        return emb__fail(EMB_ERR_ARGUMENT, "metadata %s is not UTF-8", key);
    }
    if (out->length - before > EMB__SAFETENSORS_STRING) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "metadata %.*s has %zu bytes as JSON; expected at most %d",
                         EMB__CUT(key, 40), out->length - before, EMB__SAFETENSORS_STRING);
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

/* Appends the entry of a tensor whose bytes begin at *at; *at moves to their end. */
static emb_status add_tensor(emb__text *out, const emb_tensor_info *tensor, size_t *at) {
    size_t bytes, end;
    const size_t size = tensor->is_counter ? sizeof(int64_t) : sizeof(float);
    if (!emb__mul(tensor->count, size, &bytes) || !emb__add(*at, bytes, &end)) {
        return emb__fail(EMB_ERR_MEMORY, "tensor %s is too large", tensor->name);
    }
    if (!add_string(out, tensor->name)) {
        return emb__fail(EMB_ERR_ARGUMENT, "tensor name is not UTF-8");
    }
    emb__text_add(out, ":{\"dtype\":\"%s\",\"shape\":[", tensor->is_counter ? "I64" : "F32");
    for (int i = 0; i < tensor->rank; i++) {
        emb__text_add(out, "%s%d", i ? "," : "", tensor->shape[i]);
    }
    emb__text_add(out, "],\"data_offsets\":[%zu,%zu]}", *at, end);
    *at = end;
    return EMB_OK;
}

/* Appends the end of the JSON, which began at `before`, padded with spaces to a multiple of eight.
 */
static emb_status end_json(emb__text *out, size_t before) {
    emb__text_add(out, "}");
    while ((out->length - before) % 8 != 0 && !out->failed) emb__text_bytes(out, " ", 1);
    if (out->failed) return EMB_ERR_MEMORY;
    if (out->length - before <= EMB__SAFETENSORS_HEADER) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT, "the header would have %zu bytes; expected at most %d",
                     out->length - before, EMB__SAFETENSORS_HEADER);
}

static emb_status add_json(emb__text *out, const emb_tensor_info *tensors, size_t tensor_count,
                           const emb_pair *pairs, size_t pair_count) {
    emb_status status = EMB_OK;
    const size_t before = out->length;
    size_t data = 0, total;
    if (tensor_count > EMB__SAFETENSORS_TENSORS) {
        return emb__fail(EMB_ERR_ARGUMENT, "%zu tensors; expected at most %d", tensor_count,
                         EMB__SAFETENSORS_TENSORS);
    }
    emb__text_add(out, "{");
    if (pair_count > 0) status = add_metadata(out, pairs, pair_count);
    for (size_t i = 0; i < tensor_count && status == EMB_OK; i++) {
        if (i > 0 || pair_count > 0) emb__text_add(out, ",");
        status = add_tensor(out, &tensors[i], &data);
    }
    if (status == EMB_OK) status = end_json(out, before);
    if (status != EMB_OK) return status;
    if (emb__add(data, out->length, &total)) return EMB_OK;
    return emb__fail(EMB_ERR_MEMORY, "the file would be too large");
}

/* Puts the JSON's length before it. */
static void fill_length(emb__text *header) {
    const uint64_t length = header->length - 8;
    for (int i = 0; i < 8; i++) header->bytes[i] = (char)(uint8_t)(length >> 8 * i);
}

emb_status emb__safetensors_header(const emb_tensor_info *tensors, size_t tensor_count,
                                   const emb_pair *pairs, size_t pair_count, emb__text *header) {
    uint8_t size[8] = {0};
    emb__text_bytes(header, size, sizeof size);
    const emb_status status = add_json(header, tensors, tensor_count, pairs, pair_count);
    if (status == EMB_OK) fill_length(header);
    return status;
}

/* ---- the file -------------------------------------------------------------------------------- */

static void put_floats(uint8_t *to, const float *values, size_t count) {
    for (size_t i = 0; i < count; i++, to += 4) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        for (int b = 0; b < 4; b++) to[b] = (uint8_t)(bits >> 8 * b);
    }
}

/* Bytes that are gathered before they are written: all of a small file, some of a large one. */
enum { ROOM = 1 << 16 };

typedef struct gathered {
    emb__writer *writer;
    emb__text *text; /* to which they are appended instead, without a writer */
    uint8_t *bytes;  /* [ROOM] */
    size_t count;
} gathered;

static emb_status flush(gathered *g) {
    emb_status status = EMB_OK;
    if (g->writer) {
        status = emb__writer_put(g->writer, g->bytes, g->count);
    } else {
        emb__text_bytes(g->text, g->bytes, g->count);
        if (g->text->failed) status = EMB_ERR_MEMORY;
    }
    g->count = 0;
    return status;
}

/* A count as a 64-bit integer. */
static emb_status gather_count(gathered *g, float value) {
    emb_status status = ROOM - g->count < 8 ? flush(g) : EMB_OK;
    const uint64_t bits = (uint64_t)value;
    for (int b = 0; b < 8; b++) g->bytes[g->count++] = (uint8_t)(bits >> 8 * b);
    return status;
}

static emb_status gather(gathered *g, const emb_tensor_info *tensor) {
    emb_status status = EMB_OK;
    if (tensor->is_counter) return gather_count(g, tensor->values[0]);
    for (size_t at = 0; at < tensor->count && status == EMB_OK;) {
        const size_t fit = (ROOM - g->count) / 4, left = tensor->count - at;
        const size_t here = left < fit ? left : fit;
        put_floats(g->bytes + g->count, tensor->values + at, here);
        g->count += 4 * here;
        at += here;
        if (ROOM - g->count < 4) status = flush(g);
    }
    return status;
}

emb_status emb__safetensors_write(const char *path, const emb__text *header,
                                  const emb_tensor_info *tensors, size_t tensor_count) {
    gathered g = {.bytes = emb__alloc(ROOM)};
    if (!g.bytes) return emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", path);
    emb__writer writer;
    emb_status status = emb__writer_open(&writer, path);
    g.writer = &writer;
    if (status == EMB_OK && header->length <= ROOM) {
        memcpy(g.bytes, header->bytes, header->length);
        g.count = header->length;
    } else if (status == EMB_OK) {
        status = emb__writer_put(&writer, header->bytes, header->length);
    }
    for (size_t i = 0; i < tensor_count && status == EMB_OK; i++) status = gather(&g, &tensors[i]);
    if (status == EMB_OK && g.count > 0) status = flush(&g);
    emb__free(g.bytes);
    if (status == EMB_OK) return emb__writer_finish(&writer);
    emb__writer_close(&writer);
    return status;
}

emb_status emb__safetensors_append(emb__text *header, const emb_tensor_info *tensors,
                                   size_t tensor_count) {
    gathered g = {.text = header, .bytes = emb__alloc(ROOM)};
    emb_status status = g.bytes ? EMB_OK : EMB_ERR_MEMORY;
    for (size_t i = 0; i < tensor_count && status == EMB_OK; i++) status = gather(&g, &tensors[i]);
    if (status == EMB_OK && g.count > 0) status = flush(&g);
    emb__free(g.bytes);
    return status;
}

/* ---- other pairs ----------------------------------------------------------------------------- */

static void add_stored(emb__text *out, const emb__stored *tensor) {
    add_string(out, tensor->name);
    emb__text_add(out, ":{\"dtype\":\"%s\",\"shape\":[", emb__dtypes[tensor->dtype].name);
    for (int i = 0; i < tensor->rank; i++) {
        emb__text_add(out, "%s%zu", i ? "," : "", tensor->shape[i]);
    }
    emb__text_add(out, "],\"data_offsets\":[%zu,%zu]}", tensor->begin, tensor->end);
}

static emb_status header_again(const emb__safetensors *file, const emb_pair *pairs,
                               size_t pair_count, emb__text *header) {
    const uint8_t size[8] = {0};
    emb__text_bytes(header, size, sizeof size);
    emb__text_add(header, "{");
    emb_status status = add_metadata(header, pairs, pair_count);
    for (size_t i = 0; i < file->tensor_count && status == EMB_OK; i++) {
        emb__text_add(header, ",");
        add_stored(header, &file->tensors[i]);
    }
    if (status == EMB_OK) status = end_json(header, sizeof size);
    if (status == EMB_OK) fill_length(header);
    return status;
}

/* Puts the tensors' bytes behind the header, piece by piece. */
static emb_status copy_data(const emb__safetensors *file, emb__writer *writer, uint8_t *room) {
    emb_status status = EMB_OK;
    for (size_t at = file->data; at < file->file.size && status == EMB_OK;) {
        const size_t left = file->file.size - at, here = left < ROOM ? left : ROOM;
        size_t got = 0;
        status = emb__file_read_at(&file->file, at, room, here, &got);
        if (status == EMB_OK && got < here) {
            status = emb__fail(EMB_ERR_IO, "%s: became shorter while it was read", file->file.path);
        }
        if (status == EMB_OK) status = emb__writer_put(writer, room, here);
        at += here;
    }
    return status == EMB_OK ? emb__file_check(&file->file) : status;
}

emb_status emb__safetensors_amend(const char *path, const emb__safetensors *file,
                                  const emb_pair *pairs, size_t pair_count) {
    emb__text header = {0};
    emb__writer writer = {.fd = -1};
    uint8_t *room = emb__alloc(ROOM);
    emb_status status = room ? header_again(file, pairs, pair_count, &header) : EMB_ERR_MEMORY;
    if (status != EMB_OK) status = emb__fail_prefix(status, "%s: ", path);
    if (status == EMB_OK) status = emb__writer_open(&writer, path);
    if (status == EMB_OK) status = emb__writer_put(&writer, header.bytes, header.length);
    if (status == EMB_OK) status = copy_data(file, &writer, room);
    emb__free(header.bytes);
    emb__free(room);
    if (status == EMB_OK) return emb__writer_finish(&writer);
    emb__writer_close(&writer);
    return status;
}
