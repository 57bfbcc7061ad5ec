/* See onnx_looks.h. */
#include "model/onnx/onnx_looks.h"

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

/* The type of a field of ModelProto: 0 for a number, 2 for bytes; -1: it has no such field. */
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

bool emb__onnx_looks(const uint8_t *bytes, size_t count, size_t file_size) {
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
    /* The bytes end before the graph: in a model only a long text comes before it. */
    return count > 0 && count < file_size;
}
