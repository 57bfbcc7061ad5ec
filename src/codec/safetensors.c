/* A safetensors file in memory: finding and widening its tensors. See safetensors.h. */
#include "codec/safetensors.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "codec/half.h"

const emb__dtype_row emb__dtypes[EMB__DTYPES] = {
    [EMB__F32] = {"F32", 4}, [EMB__F16] = {"F16", 2}, [EMB__BF16] = {"BF16", 2},
    [EMB__F64] = {"F64", 8}, [EMB__I64] = {"I64", 8}, [EMB__I32] = {"I32", 4}};

bool emb__safetensors_looks(const uint8_t *bytes, size_t count, size_t file_size) {
    if (count < 9 || bytes[8] != '{') return false;
    uint64_t n = 0;
    for (int i = 7; i >= 0; i--) n = n << 8 | bytes[i];
    return n <= file_size - 8;
}

void emb__safetensors_clear(emb__safetensors *file) {
    if (file->open) emb__file_close(&file->file);
    emb__free(file->bytes);
    emb__free(file->tensors);
    emb__free(file->pairs);
    *file = (emb__safetensors){0};
}

bool emb__safetensors_pickled(const uint8_t *bytes, size_t count) {
    return count > 4 && (memcmp(bytes, "PK\3\4", 4) == 0 || (bytes[0] == 0x80 && bytes[1] <= 5));
}

const emb__stored *emb__safetensors_find(const emb__safetensors *file, const char *name) {
    for (size_t i = 0; i < file->tensor_count; i++) {
        if (strcmp(file->tensors[i].name, name) == 0) return &file->tensors[i];
    }
    return NULL;
}

const char *emb__safetensors_value(const emb__safetensors *file, const char *key) {
    for (size_t i = 0; i < file->pair_count; i++) {
        if (strcmp(file->pairs[i].key, key) == 0) return file->pairs[i].value;
    }
    return NULL;
}

const char *emb__safetensors_shape(const emb__stored *tensor, char text[EMB__STORED_SHAPE_TEXT]) {
    size_t used = 1;
    snprintf(text, EMB__STORED_SHAPE_TEXT, "[");
    for (int i = 0; i < tensor->rank; i++) {
        int n = snprintf(text + used, EMB__STORED_SHAPE_TEXT - used, "%s%zu", i ? ", " : "",
                         tensor->shape[i]);
        used += (size_t)n;
    }
    snprintf(text + used, EMB__STORED_SHAPE_TEXT - used, "]");
    return text;
}

static uint16_t u16(const uint8_t *b) { return (uint16_t)(b[0] | b[1] << 8); }

static float f32(const uint8_t *b) {
    return emb__float_of_bits((uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
                              (uint32_t)b[3] << 24);
}

static float f64(const uint8_t *b) {
    uint64_t bits = 0;
    double value;
    for (int i = 7; i >= 0; i--) bits = bits << 8 | b[i];
    memcpy(&value, &bits, sizeof value);
    return (float)value;
}

static float i64(const uint8_t *b) {
    uint64_t bits = 0;
    for (int i = 7; i >= 0; i--) bits = bits << 8 | b[i];
    int64_t value;
    memcpy(&value, &bits, sizeof value);
    return (float)value;
}

static float i32(const uint8_t *b) {
    uint32_t bits = 0;
    for (int i = 3; i >= 0; i--) bits = bits << 8 | b[i];
    int32_t value;
    memcpy(&value, &bits, sizeof value);
    return (float)value;
}

static void widen(emb__dtype dtype, const uint8_t *from, size_t count, float *values) {
    switch (dtype) {
    case EMB__F32:
        for (size_t i = 0; i < count; i++) values[i] = f32(from + 4 * i);
        break;
    case EMB__F16:
        for (size_t i = 0; i < count; i++) values[i] = emb__half(u16(from + 2 * i));
        break;
    case EMB__BF16:
        for (size_t i = 0; i < count; i++) values[i] = emb__bfloat(u16(from + 2 * i));
        break;
    case EMB__F64:
        for (size_t i = 0; i < count; i++) values[i] = f64(from + 8 * i);
        break;
    case EMB__I32:
        for (size_t i = 0; i < count; i++) values[i] = i32(from + 4 * i);
        break;
    case EMB__I64:
        for (size_t i = 0; i < count; i++) values[i] = i64(from + 8 * i);
        break;
    }
}

/* Reads piece by piece, so that there is never a second copy of a tensor. */
static emb_status read_values(const emb__safetensors *file, const emb__stored *tensor,
                              float *values) {
    enum { ROOM = 1 << 14 };
    uint8_t bytes[ROOM];
    const size_t size = tensor->count ? (tensor->end - tensor->begin) / tensor->count : 1;
    const size_t most = ROOM / size;
    for (size_t i = 0; i < tensor->count;) {
        const size_t here = tensor->count - i < most ? tensor->count - i : most;
        size_t got;
        emb_status status = emb__file_read_at(&file->file, file->data + tensor->begin + i * size,
                                              bytes, here * size, &got);
        if (status == EMB_OK && got < here * size) {
            status = emb__fail(EMB_ERR_IO, "%s: became shorter while it was read", file->file.path);
        }
        if (status != EMB_OK) return status;
        widen(tensor->dtype, bytes, here, values + i);
        i += here;
    }
    return emb__file_check(&file->file);
}

emb_status emb__safetensors_values(const emb__safetensors *file, const emb__stored *tensor,
                                   float *values) {
    if (file->open) return read_values(file, tensor, values);
    widen(tensor->dtype, file->bytes + file->data + tensor->begin, tensor->count, values);
    return EMB_OK;
}
