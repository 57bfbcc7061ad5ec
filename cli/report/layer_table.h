/* A network's layers as a table on standard output, and as JSON. */
#ifndef CLI_LAYER_TABLE_H
#define CLI_LAYER_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include <embudo.h>

#include "core/json.h"

typedef struct cli_layers {
    size_t count;
    const void *of; /* what `get` asks */
    void (*get)(const void *of, size_t i, emb_layer_info *info);
    bool ends;        /* these are all: with their sums */
    const char *stop; /* else the layer after them, "encoder.7 Linear(500, 64)", or NULL */
} cli_layers;

void cli_layers_print(const cli_layers *layers);

/* "layers", "parameters" and "multiply_adds" of an object that is open. */
void cli_layers_json(const cli_layers *layers, cli_json *json);

#endif
