/* See costly.h. */
#include "makers/costly.h"

#include <stdio.h>

void text_nested(buffer *file) {
    ADD(file, "input = 1, 2, 2\nencoder = ");
    FILL(file, "Sequential(", 0);
}

void text_long(buffer *file) {
    ADD(file, "input = 1, 2, 2\nencoder = Sequential(");
    FILL(file, "Tanh(), ", 0);
}

void model_nested(buffer *file) {
    add_number(file, COSTLY_ROOM - 8, 8, false);
    ADD(file, "{\"a\":");
    FILL(file, "[", 0);
}

void model_keys(buffer *file) {
    char key[32];
    add_number(file, COSTLY_ROOM - 8, 8, false);
    ADD(file, "{\"__metadata__\":{");
    for (int i = 0; file->count + 64 < file->room; i++) {
        add_bytes(file, key, (size_t)snprintf(key, sizeof key, "\"%d\":\"\",", i));
    }
    while (file->count < file->room) ADD(file, " ");
}

void model_tensors(buffer *file) {
    char key[96];
    add_number(file, COSTLY_ROOM - 8, 8, false);
    ADD(file, "{");
    for (int i = 0; file->count + 96 < file->room; i++) {
        add_bytes(file, key,
                  (size_t)snprintf(
                      key, sizeof key,
                      "\"%d\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},", i));
    }
    while (file->count < file->room) ADD(file, " ");
}

/* A graph, field 7 of the model, of so many small messages. */
static void onnx_graph(buffer *file, size_t length, const char *field, size_t field_length) {
    length = length / field_length * field_length;
    ADD(file, "\x08\x08\x3a"); /* the version, the graph */
    uint8_t size[4] = {(uint8_t)(length | 0x80), (uint8_t)(length >> 7 | 0x80),
                       (uint8_t)(length >> 14)};
    add_bytes(file, size, 3);
    const size_t end = file->count + length;
    while (file->count < end) add_bytes(file, field, field_length);
}

static void onnx_fields(buffer *file, const char *field) {
    onnx_graph(file, COSTLY_ROOM - 16, field, 2);
}

void onnx_nodes(buffer *file) { onnx_fields(file, "\x0a\0"); }
void onnx_tensors(buffer *file) { onnx_fields(file, "\x2a\0"); }
void onnx_inputs(buffer *file) { onnx_fields(file, "\x5a\0"); }
void onnx_outputs(buffer *file) { onnx_fields(file, "\x62\0"); }
void onnx_values(buffer *file) { onnx_fields(file, "\x6a\0"); }
void onnx_unknown(buffer *file) { onnx_fields(file, "\x7a\0"); }
/* A small file has no size of its own to hide behind. */
enum { SMALL = 43000 };
void onnx_few_nodes(buffer *file) { onnx_graph(file, SMALL, "\x0a\0", 2); }
void onnx_few_operators(buffer *file) { onnx_graph(file, SMALL, "\x0a\x03\x22\x01R", 5); }
void onnx_few_inputs(buffer *file) { onnx_graph(file, SMALL, "\x0a\x03\x0a\x01z", 5); }
void onnx_few_attributes(buffer *file) { onnx_graph(file, SMALL, "\x0a\x02\x2a\0", 4); }
void onnx_few_numbers(buffer *file) { onnx_graph(file, SMALL, "\x2a\x02\x08\x01", 4); }
void onnx_opsets(buffer *file) {
    ADD(file, "\x08\x08");
    FILL(file, "\x42\0", 0);
}
void onnx_metadata(buffer *file) {
    ADD(file, "\x08\x08");
    FILL(file, "\x72\0", 0);
}
