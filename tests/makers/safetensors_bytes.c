/* See safetensors_bytes.h. */
#include "makers/safetensors_bytes.h"

#include <string.h>

#include "base/memory.h"

uint8_t *make_safetensors(const char *json, size_t json_bytes, size_t data, size_t *count) {
    size_t n = (json_bytes + 7) / 8 * 8;
    uint8_t *bytes = emb__alloc(8 + n + data);
    for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)(n >> 8 * i);
    memset(bytes + 8, ' ', n);
    memcpy(bytes + 8, json, json_bytes);
    for (size_t i = 0; i < data; i++) bytes[8 + n + i] = (uint8_t)i;
    *count = 8 + n + data;
    return bytes;
}

emb_status parse_safetensors(const uint8_t *bytes, size_t count, emb__safetensors *file) {
    uint8_t *copy = emb__realloc(NULL, count);
    memcpy(copy, bytes, count);
    return emb__safetensors_parse(copy, count, "f", file);
}
