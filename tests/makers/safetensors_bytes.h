/* Safetensors files, right and wrong. */
#ifndef EMB_TESTS_SAFETENSORS_BYTES_H
#define EMB_TESTS_SAFETENSORS_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "codec/safetensors.h"

/* A file of this JSON, padded to 8, and `data` bytes 0, 1, 2, ... The caller frees it. */
uint8_t *make_safetensors(const char *json, size_t json_bytes, size_t data, size_t *count);

/* Parses a copy that ends where its block ends, so that a sanitizer sees a step too far. */
emb_status parse_safetensors(const uint8_t *bytes, size_t count, emb__safetensors *file);

/* A tensor's entry in the header, and the metadata's. */
#define ENTRY(name, dtype, shape, from, to)                                                        \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[" #from "," #to   \
    "]}"
#define METADATA(pairs) "\"__metadata__\":{" pairs "}"

#endif
