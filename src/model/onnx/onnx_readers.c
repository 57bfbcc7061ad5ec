/* Who reads what in an ONNX graph. See onnx.h. */
#include "base/status.h"
#include "base/text.h"

#ifdef EMB_HAVE_PROTOBUF

#include <stdlib.h>
#include <string.h>

#include "model/onnx/onnx.h"

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Shape's reading is no branch: it asks for numbers that are known. */
static bool reads(const Emb__Onnx__Node *node) {
    const char *op = emb__onnx_text(node->op_type);
    return strcmp(op, "Shape") != 0 && strcmp(op, "Size") != 0;
}

emb_status emb__onnx_count_readers(emb__onnx_chain *chain) {
    const Emb__Onnx__Graph *graph = chain->file->model->graph;
    size_t count = 0;
    for (size_t i = 0; i < graph->n_node; i++) count += graph->node[i]->n_input;
    emb__free(chain->read);
    chain->read_count = 0;
    chain->read = emb__calloc(count + 1, sizeof *chain->read);
    if (!chain->read) return EMB_ERR_MEMORY;
    for (size_t i = 0; i < graph->n_node; i++) {
        const Emb__Onnx__Node *node = graph->node[i];
        const emb__onnx_found *found = &chain->found[i];
        if (found->kind) chain->read[chain->read_count++] = found->reads;
        for (size_t k = 0; reads(node) && !found->taken && k < node->n_input; k++) {
            chain->read[chain->read_count++] = emb__onnx_text(node->input[k]);
        }
    }
    qsort(chain->read, chain->read_count, sizeof *chain->read, by_text);
    return EMB_OK;
}

int emb__onnx_readers(const emb__onnx_chain *chain, const char *name) {
    size_t low = 0, high = chain->read_count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (strcmp(chain->read[middle], name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    int readers = 0;
    while (low < chain->read_count && strcmp(chain->read[low++], name) == 0) readers++;
    return readers;
}

bool emb__onnx_is_output(const emb__onnx_chain *chain, const char *name) {
    const Emb__Onnx__Graph *graph = chain->file->model->graph;
    for (size_t i = 0; i < graph->n_output; i++) {
        if (strcmp(emb__onnx_text(graph->output[i]->name), name) == 0) return true;
    }
    return false;
}

#endif
