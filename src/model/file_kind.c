/* See file_kind.h. */
#include "model/file_kind.h"

#include <string.h>

#include "codec/file.h"
#include "codec/safetensors.h"

enum { HEAD = 4096 }; /* first bytes of a file, by which it is told what it is */

/* ---- ONNX ------------------------------------------------------------------------------------ */

typedef struct cursor {
    const uint8_t *bytes;
    size_t at, count;
} cursor;

static bool read_varint(cursor *c, uint64_t *value) {
    *value = 0;
    for (int shift = 0; shift < 64 && c->at < c->count; shift += 7) {
        const uint8_t byte = c->bytes[c->at++];
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) return true;
    }
    return false;
}

/* The fields of ModelProto: 0 for a number, 2 for bytes; -1: none of its own. */
static int wire_of(uint64_t field) {
    switch (field) {
    case 1: /* ir_version */
    case 5: /* model_version */
        return 0;
    case 2:  /* producer_name */
    case 3:  /* producer_version */
    case 4:  /* domain */
    case 6:  /* doc_string */
    case 7:  /* graph */
    case 8:  /* opset_import */
    case 14: /* metadata_props */
    case 20: /* training_info */
    case 25: /* functions */
    case 26: /* configuration */
        return 2;
    default:
        return -1;
    }
}

bool emb__kind_is_onnx(const uint8_t *bytes, size_t count, size_t file_size) {
    enum { GRAPH = 7 };
    cursor c = {bytes, 0, count};
    while (c.at < c.count) {
        uint64_t tag, value;
        if (!read_varint(&c, &tag) || (int)(tag & 7) != wire_of(tag >> 3)) return false;
        if (!read_varint(&c, &value)) return false;
        if ((tag & 7) == 0) continue;
        if (value > file_size - c.at) return false;
        if (tag >> 3 == GRAPH) return value >= 2;
        c.at = value > c.count - c.at ? c.count : c.at + (size_t)value;
    }
    /* What comes before the graph fills all that was looked at: only text does, of a model. */
    return count > 0 && count < file_size;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *end) {
    const size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* Where the bytes alone do not tell. */
static emb__kind kind_of_name(const char *path, bool binary) {
    if (ends_with(path, ".onnx")) return EMB__KIND_ONNX;
    if (ends_with(path, ".safetensors")) return EMB__KIND_SAFETENSORS;
    return binary && !ends_with(path, ".net") ? EMB__KIND_BINARY : EMB__KIND_NOTATION;
}

emb_status emb__kind_of(const char *path, emb__kind *kind) {
    uint8_t head[HEAD];
    size_t held = 0;
    emb__file file;
    emb_status status = emb__file_open(&file, path);
    if (status == EMB_OK) status = emb__file_read(&file, head, HEAD, &held);
    const size_t size = file.size;
    emb__file_close(&file);
    if (status != EMB_OK) return status;
    if (emb__safetensors_looks(head, held, size)) {
        *kind = EMB__KIND_SAFETENSORS;
    } else if (emb__safetensors_pickled(head, held)) {
        *kind = EMB__KIND_PICKLED;
    } else if (emb__kind_is_onnx(head, held, size)) {
        *kind = EMB__KIND_ONNX;
    } else {
        *kind = kind_of_name(path, memchr(head, 0, held) != NULL);
    }
    return EMB_OK;
}
