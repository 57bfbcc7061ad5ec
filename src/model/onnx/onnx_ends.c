/* What a graph does to its numbers behind the last layer. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

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
    return emb__onnx_is_output(chain, name);
}

/* Adds a Softmax or LogSoftmax over the head's dimension `at`, of an image's own. */
static emb_status add_softmax(emb__onnx_chain *chain, const emb__layer_kind *kind, int at) {
    const emb__onnx_value *head = &chain->head;
    const bool whole = (size_t)head->d[at] == emb__onnx_count(head->rank, head->d);
    emb_status status = emb__onnx_affine_flush(chain);
    if (status == EMB_OK && whole) status = emb__onnx_need_vector(chain);
    if (status == EMB_OK) status = emb__onnx_decide(chain);
    if (status != EMB_OK) return status;
    const int side = whole ? 0 : emb__onnx_side(chain, at);
    if (side < 0 || (!whole && chain->lie.rank != 3)) {
        return emb__onnx_fail(chain, "export it with channels first (NCHW)",
                              "is over numbers that are no dimension of an image here");
    }
    status = emb__onnx_pointwise(chain, kind);
    if (status != EMB_OK) return status;
    emb__onnx_set(&chain->layers[chain->layer_count - 1], "dim", 1 + side);
    chain->layers[chain->layer_count - 1].spec.args[0].is_none = false;
    return EMB_OK;
}

emb_status emb__onnx_softmax(emb__onnx_chain *chain) {
    const emb__onnx_value *head = &chain->head;
    const char *op = emb__onnx_text(chain->node->op_type);
    const bool all = chain->file->opset < 13; /* then over all dimensions from the axis on */
    int64_t axis = emb__onnx_int(chain, "axis", all ? 1 : -1);
    if (axis < 0) axis += 1 + head->rank;
    const size_t count = emb__onnx_count(head->rank, head->d);
    if (axis == 0) {
        return emb__onnx_fail(
            chain, EMB__ONNX_PER_IMAGE,
            "runs over the images themselves, none of which may depend on another");
    }
    if (axis > head->rank)
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "has no dimension %lld", (long long)axis);
    const bool row = (size_t)head->d[axis - 1] == count;
    if (all && !row && emb__onnx_count(head->rank - (int)axis, head->d + axis) != 1) {
        return emb__onnx_fail(chain, "export it with opset 13 or later",
                              "is over several dimensions at once");
    }
    if (!row || chain->keeps_ends || !emb__onnx_is_final(chain)) {
        const emb__layer_kind *kind =
            strcmp(op, "Softmax") == 0 ? &emb__softmax : &emb__log_softmax;
        return add_softmax(chain, kind, (int)axis - 1);
    }
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
