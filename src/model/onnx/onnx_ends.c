/* What a graph does to its numbers behind the last layer. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/onnx/onnx.h"

static bool is_output(const emb__onnx_chain *chain, const char *name) {
    const Emb__Onnx__Graph *graph = chain->file->model->graph;
    for (size_t i = 0; i < graph->n_output; i++) {
        if (strcmp(emb__onnx_text(graph->output[i]->name), name) == 0) return true;
    }
    return false;
}

bool emb__onnx_is_final(const emb__onnx_chain *chain) {
    static const char passing[] = " Identity Cast Flatten Reshape Squeeze Dropout ";
    const Emb__Onnx__Graph *graph = chain->file->model->graph;
    const char *name = emb__onnx_text(chain->node->output[0]);
    size_t at = 0;
    while (at < graph->n_node && graph->node[at] != chain->node) at++;
    for (at++; at < graph->n_node; at++) {
        const Emb__Onnx__Node *node = graph->node[at];
        char spaced[24];
        bool reads = false;
        for (size_t i = 0; i < node->n_input; i++) {
            reads = reads || strcmp(emb__onnx_text(node->input[i]), name) == 0;
        }
        if (!reads) continue;
        snprintf(spaced, sizeof spaced, " %.20s ", emb__onnx_text(node->op_type));
        if (!strstr(passing, spaced) || node->n_output < 1) return false;
        name = emb__onnx_text(node->output[0]);
    }
    return is_output(chain, name);
}

emb_status emb__onnx_softmax(emb__onnx_chain *chain) {
    const emb__onnx_value *head = &chain->head;
    const char *op = emb__onnx_text(chain->node->op_type);
    int64_t axis = emb__onnx_int(chain, "axis", chain->file->opset < 13 ? 1 : -1);
    if (axis < 0) axis += 1 + head->rank;
    const size_t count = emb__onnx_count(head->rank, head->d);
    const bool row = axis >= 1 && axis <= head->rank && (size_t)head->d[axis - 1] == count;
    if (!row || chain->keeps_ends || !emb__onnx_is_final(chain)) return emb__onnx_refuse(chain);
    chain->drops_logits_end = true;
    emb__onnx_note(chain,
                   "its last %s is left out: embudo's classifiers give logits, and their loss "
                   "does the rest",
                   op);
    return EMB_OK;
}

void emb__onnx_leave(emb__onnx_chain *chain) {
    emb__onnx_entry *entry = &chain->entry;
    const emb__onnx_affine *a = &chain->affine;
    emb__onnx_known_limits(chain, &entry->low, &entry->high);
    if (a->dim != EMB__ONNX_ONE || !entry->passed || !entry->any || !entry->alike) return;
    const double scale = a->scale ? (double)a->scale[0] : 1,
                 shift = a->shift ? (double)a->shift[0] : 0;
    entry->undone = fabs(scale * entry->scale - 1) < 1e-5 &&
                    fabs(scale * entry->shift + shift) < 1e-5 * (1 + fabs(shift));
    if (chain->fold && entry->undone) emb__onnx_affine_clear(&chain->affine);
}

#endif
