/* An ONNX model as a network: emb_net_import in embudo/model.h. See onnx.h.
 *
 * Owns: walking along the chain. Does not own: the meaning of operators (onnx_ops.c), making the
 * network (onnx_net.h). */
#include "model/onnx/onnx_import.h"

#include "base/status.h"
#include "base/text.h"
#include "base/translate.h"

#ifdef EMB_HAVE_PROTOBUF

#include <stdio.h>
#include <string.h>

#include "model/onnx/onnx.h"
#include "model/onnx/onnx_net.h"
#include "model/onnx/onnx_own.h"
#include "model/preprocessing_text.h"
#include "net/describe.h"
#include "net/layers/kinds.h"

enum { FLOAT = 1, UINT8 = 2, FLOAT16 = 10, DOUBLE = 11, BFLOAT16 = 16 };

/* ---- the graph's ends ------------------------------------------------------------------------ */

/* Reads the input's shape into the chain's head, as it is written: two dimensions are rows and
 * columns of one channel, three are channels, rows and columns, until an operator says
 * otherwise. */
static emb_status read_input(emb__onnx_chain *chain, const Emb__Onnx__ValueInfo *info) {
    const char *name = emb__onnx_text(info->name);
    const Emb__Onnx__TensorType *type = info->type ? info->type->tensor_type : NULL;
    const Emb__Onnx__Shape *shape = type ? type->shape : NULL;
    if (!shape || shape->n_dim < 1)
        return emb__onnx_fail_of(chain, "export it with the shape of its input",
                                 "does not say the shape of its input", name);
    const int kind = type->elem_type;
    if (kind != FLOAT && kind != UINT8 && kind != FLOAT16 && kind != DOUBLE && kind != BFLOAT16) {
        return emb__onnx_fail_of(chain, "export it with an input of float32 or uint8",
                                 "takes neither floats nor uint8 in its input", name);
    }
    if (shape->n_dim > 4)
        return emb__onnx_fail_of(
            chain, "export the part that takes images: number, channels, rows, columns",
            "has more than 4 dimensions in its input", name);
    const Emb__Onnx__Dimension *batch = shape->dim[0];
    const bool fixed = batch->value_case == EMB__ONNX__DIMENSION__VALUE_DIM_VALUE;
    chain->batch = fixed && batch->dim_value > 0 ? batch->dim_value : EMB__ONNX_BATCH;
    chain->bytes = chain->takes_bytes = kind == UINT8;
    chain->half = kind == FLOAT16 || kind == BFLOAT16;
    emb__onnx_value *head = &chain->head;
    *head = (emb__onnx_value){.name = name, .rank = (int)shape->n_dim - 1};
    size_t count = 1;
    for (int i = 0; i < head->rank; i++) {
        const Emb__Onnx__Dimension *d = shape->dim[1 + i];
        if (d->value_case != EMB__ONNX__DIMENSION__VALUE_DIM_VALUE || d->dim_value < 1 ||
            d->dim_value > EMB__MAX_ELEMENTS ||
            (count *= (size_t)d->dim_value) > EMB__MAX_ELEMENTS) {
            return emb__onnx_fail_of(chain, "export it with fixed sizes",
                                     "has a dimension, besides the number of images, that is not "
                                     "fixed or is impossible, in its input",
                                     name);
        }
        head->d[i] = d->dim_value;
    }
    if (head->rank == 0) { /* one number for each image */
        head->rank = 1;
        head->d[0] = 1;
    }
    chain->input = *head;
    emb__onnx_lie *lie = &chain->lie;
    const int64_t *d = head->d;
    const int rank = chain->own_rank = emb__onnx_notation_rank(head->rank);
    const int64_t sides[3] = {head->rank == 2 ? 1 : d[0], head->rank == 2 ? d[0] : d[1],
                              d[head->rank - 1]};
    memcpy(chain->own, rank == 1 ? d : sides, sizeof chain->own);
    emb__onnx_lay(lie, rank, chain->own);
    lie->origin = rank == 3 ? EMB__ONNX_INPUT : EMB__ONNX_DECIDED;
    lie->base = -1;
    head->kind = EMB__ONNX_IMAGES;
    return emb__onnx_define(chain, head);
}

/* Finds the constants, and the one input that is not a constant. */
static emb_status open_graph(emb__onnx_chain *chain) {
    const Emb__Onnx__Graph *graph = chain->file->model->graph;
    const Emb__Onnx__ValueInfo *input = NULL;
    emb_status status = EMB_OK;
    for (size_t i = 0; i < graph->n_initializer && status == EMB_OK; i++) {
        const emb__onnx_value value =
            emb__onnx_of_tensor(emb__onnx_text(graph->initializer[i]->name), graph->initializer[i]);
        status = emb__onnx_define(chain, &value);
    }
    if (graph->n_input > EMB__ONNX_TENSORS)
        return emb__onnx_fail_of(chain, EMB__ONNX_CHECK, "has too many inputs:", "");
    for (size_t i = 0; i < graph->n_input && status == EMB_OK; i++) {
        if (emb__onnx_find(chain, emb__onnx_text(graph->input[i]->name))) continue;
        if (input) {
            return emb__onnx_fail_of(chain, "export the part with one input",
                                     "takes a second input that is not a constant,",
                                     emb__onnx_text(graph->input[i]->name));
        }
        input = graph->input[i];
    }
    if (status == EMB_OK && !input)
        return emb__onnx_fail_of(chain, EMB__ONNX_CHECK, "takes no input, in its graph", "");
    return status == EMB_OK ? read_input(chain, input) : status;
}

/* The graph must output the chain's end; its other outputs must be tensors of the chain. */
static emb_status check_outputs(const emb__onnx_chain *chain) {
    const Emb__Onnx__Graph *graph = chain->file->model->graph;
    bool end = false;
    for (size_t i = 0; i < graph->n_output; i++) {
        const char *name = emb__onnx_text(graph->output[i]->name);
        const emb__onnx_value *value = emb__onnx_find(chain, name);
        if (!value || value->kind != EMB__ONNX_IMAGES) {
            return emb__onnx_fail_of(chain, "export it with outputs that its layers make",
                                     "gives something that its layers do not make,", name);
        }
        end = end || strcmp(name, emb__onnx_text(chain->head.name)) == 0;
    }
    if (end) return EMB_OK;
    return emb__onnx_fail_of(chain, "export what leads to its output alone",
                             "does not give what its last layer makes,",
                             emb__onnx_text(chain->head.name));
}

/* ---- nodes ----------------------------------------------------------------------------------- */

/* Whether the node reads images as its first input, or both ways do. */
static emb_status check_place(const emb__onnx_chain *chain, int chained) {
    static const char either_way[] = " Add Mul Sub Div Max Min MatMul "; /* each between spaces */
    char spaced[16];
    snprintf(spaced, sizeof spaced, " %.12s ", emb__onnx_text(chain->node->op_type));
    const emb__onnx_value *first = emb__onnx_input(chain, 0);
    const bool leads = first && first->kind == EMB__ONNX_IMAGES;
    if (chained > 0 && chain->node->n_output > 0 && (leads || strstr(either_way, spaced))) {
        return EMB_OK;
    }
    return emb__onnx_fail(chain,
                          chained > 0 ? N_("write it with the images first")
                                      : N_("run onnxsim on the model, or export it with "
                                           "do_constant_folding=True or dynamo=True, if it "
                                           "computes constants"),
                          "does not read a layer's output as its first input");
}

/* The head, once the node has been read. */
static emb_status finish_node(emb__onnx_chain *chain) {
    const Emb__Onnx__Node *node = chain->node;
    if (emb__onnx_count(chain->head.rank, chain->head.d) > EMB__MAX_ELEMENTS) {
        return emb__onnx_fail(chain, EMB__ONNX_SMALLER, "makes more than %d numbers of an image",
                              EMB__MAX_ELEMENTS);
    }
    chain->head.name = emb__onnx_text(node->output[0]);
    if (emb__onnx_find(chain, chain->head.name)) {
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "makes '%.*s', which is there already",
                              EMB__CUT(chain->head.name, 80));
    }
    emb_status status = emb__onnx_leave_node(chain);
    if (status == EMB_OK && strcmp(chain->head.name, chain->code) == 0) {
        status = emb__onnx_flush(chain);
        if (status == EMB_OK) status = emb__onnx_affine_flush(chain);
    }
    if (status != EMB_OK) return status;
    chain->head.kind = EMB__ONNX_IMAGES;
    chain->head.layers = chain->branch ? 0 : chain->layer_count;
    emb__onnx_value padded = chain->head; /* as the graph has it */
    const int rank = padded.rank;
    for (int i = 0; i < 2 && i < rank - 1 && chain->padded; i++) {
        padded.d[rank - 1 - i] += chain->pad[1 - i] + chain->pad[3 - i];
    }
    return emb__onnx_define(chain, &padded);
}

/* The last of several nodes that are one layer together. */
static emb_status read_found(emb__onnx_chain *chain, const emb__onnx_found *found) {
    const emb__onnx_value *value = emb__onnx_find(chain, found->reads);
    if (!value || value->kind != EMB__ONNX_IMAGES) {
        return emb__onnx_fail(chain, "export the part without it",
                              "reads '%.*s', which is no tensor of images",
                              EMB__CUT(found->reads, 80));
    }
    emb_status status = emb__onnx_turn_to(chain, found->reads);
    if (status == EMB_OK) status = emb__onnx_check_head(chain);
    if (status == EMB_OK) {
        status = found->mean ? emb__onnx_moments(chain, found)
                             : emb__onnx_curve(chain, found->kind, found->numbers);
    }
    return status == EMB_OK ? finish_node(chain) : status;
}

static emb_status read_node(emb__onnx_chain *chain) {
    const Emb__Onnx__Node *node = chain->node;
    const char *domain = emb__onnx_text(node->domain);
    bool done = false;
    if (*domain && strcmp(domain, "ai.onnx") != 0) {
        return emb__onnx_fail(chain, "export with operators of ONNX alone",
                              "is of domain '%.*s', which is not known", EMB__CUT(domain, 40));
    }
    emb_status status = emb__onnx_compute(chain, &done);
    if (status != EMB_OK || done) return status;
    const char *first = NULL; /* the first tensor of images that it reads */
    int chained = 0;
    for (size_t i = 0; i < node->n_input; i++) {
        const char *name = emb__onnx_text(node->input[i]);
        const emb__onnx_value *value = *name ? emb__onnx_find(chain, name) : NULL;
        if (*name && !value)
            return emb__onnx_fail(chain, EMB__ONNX_CHECK, "reads '%.*s', which nothing makes",
                                  EMB__CUT(name, 80));
        if (!value || value->kind != EMB__ONNX_IMAGES) continue;
        if (!first) first = name;
        chained++;
    }
    status = check_place(chain, chained);
    if (status == EMB_OK) status = emb__onnx_check_types(chain);
    if (status == EMB_OK && chained == 1) status = emb__onnx_turn_to(chain, first);
    if (status == EMB_OK) {
        status = chained == 1 ? emb__onnx_apply(chain) : emb__onnx_meet(chain);
    }
    if (status != EMB_OK) return status;
    return finish_node(chain);
}

/* ", 5, 6, 3" */
static void print_sides(int rank, const int64_t *d, char out[96]) {
    size_t length = 0;
    out[0] = 0;
    for (int i = 0; i < rank && i < 3; i++) {
        length += (size_t)snprintf(out + length, 96 - length, ", %lld", (long long)d[i]);
    }
}

/* Whether the graph's order and the layers' differ only in the place of the channels. */
static bool has_channels_last(const emb__onnx_chain *chain) {
    const emb__onnx_lie *lie = &chain->lie;
    const emb__onnx_value *head = &chain->head;
    const int *axis = lie->axis;
    return lie->rank == 3 && head->d[head->rank - 1] == lie->grid[0] && lie->parts > 1 &&
           axis[0] == lie->parts - 1 && (axis[1] < 0 || axis[2] < 0 || axis[1] < axis[2]);
}

/* Finishes after the last node; the head then has the network's dimensions. */
static emb_status finish(emb__onnx_chain *chain) {
    emb__onnx_lie *lie = &chain->lie;
    emb__onnx_value *head = &chain->head;
    const char *name = emb__onnx_text(head->name);
    if (chain->bytes)
        return emb__onnx_fail_of(chain, "put a Cast to float before it",
                                 "gives uint8 as they are, in", name);
    emb__onnx_leave(chain);
    if (chain->split) {
        return emb__onnx_fail_of(chain, "put a Reshape to channels, rows and columns behind it",
                                 "gives images of more than 3 dimensions, in", name);
    }
    emb_status status = emb__onnx_flush(chain);
    if (status == EMB_OK) status = emb__onnx_affine_flush(chain);
    if (status == EMB_OK) status = emb__onnx_decide(chain);
    if (status != EMB_OK) return status;
    const bool last = has_channels_last(chain);
    if (!emb__onnx_ordered(chain) && !last) {
        return emb__onnx_fail_of(
            chain, "export it with channels first (NCHW), or without the last Transpose",
            "gives its numbers in another order than its layers make them, in", name);
    }
    if (last) {
        char sides[96];
        print_sides(head->rank, head->d, sides);
        emb__onnx_note(chain,
                       "its output has channels last, [N%s]; here it is %lldx%lldx%lld, channels "
                       "first",
                       sides, (long long)lie->grid[0], (long long)lie->grid[1],
                       (long long)lie->grid[2]);
    }
    head->rank = lie->rank;
    memcpy(head->d, lie->grid, sizeof lie->grid);
    if (lie->rank == 1) head->d[0] = (int64_t)emb__onnx_count(3, lie->grid);
    return EMB_OK;
}

/* Adds notes on the input and on numbers; chain->input then has the network's dimensions. */
static void say_what_differs(emb__onnx_chain *chain) {
    emb__onnx_value *input = &chain->input;
    const int64_t *own = chain->own;
    char sides[96];
    print_sides(input->rank, input->d, sides);
    const bool moved = chain->channels_at > 0 && (input->rank == 3 || chain->channels_at == 2);
    if (chain->own_rank == 3 && moved) {
        emb__onnx_note(chain,
                       chain->channels_at == 2
                           ? N_("its input has channels last, [N%s]; here images are "
                                "%lldx%lldx%lld, channels first")
                           : N_("its input has channels between rows and columns, [N%s]; here "
                                "images are %lldx%lldx%lld, channels first"),
                       sides, (long long)own[0], (long long)own[1], (long long)own[2]);
    }
    if (chain->file->rounded) {
        emb__onnx_note(chain, "its weights of 64-bit floats are rounded to float32");
    }
    if (chain->half) {
        emb__onnx_note(chain, "it computes in 16-bit floats, of 3 digits; here the same weights "
                              "compute in float32");
    }
    input->rank = chain->own_rank;
    memcpy(input->d, own, sizeof chain->own);
}

static emb_status walk(emb__onnx_chain *chain) {
    static const Emb__Onnx__Node none = EMB__ONNX__NODE__INIT; /* for texts about the input */
    const Emb__Onnx__Graph *graph = chain->file->model->graph;
    emb_status status = open_graph(chain);
    chain->found = emb__calloc(graph->n_node + 1, sizeof *chain->found);
    if (!chain->found) return EMB_ERR_MEMORY;
    if (status == EMB_OK) status = emb__onnx_count_readers(chain);
    if (status == EMB_OK) status = emb__onnx_find_curves(chain, emb__onnx_knows);
    if (status == EMB_OK) emb__onnx_find_norms(chain);
    if (status == EMB_OK) status = emb__onnx_count_readers(chain);
    chain->node = &none;
    if (status == EMB_OK) status = emb__onnx_leave_node(chain);
    for (size_t i = 0; i < graph->n_node && status == EMB_OK; i++) {
        chain->node = graph->node[i];
        if (chain->found[i].kind) status = read_found(chain, &chain->found[i]);
        if (!chain->found[i].taken) status = read_node(chain);
    }
    if (status == EMB_OK) status = emb__onnx_check_met(chain);
    if (status == EMB_OK) status = check_outputs(chain);
    if (status == EMB_OK) status = finish(chain);
    if (status == EMB_OK && chain->layer_count == 0) {
        emb__onnx_layer *layer = emb__onnx_layer_new(chain, &emb__identity);
        if (!layer) return emb__last_status();
        layer->rank = chain->lie.rank;
        layer->count = emb__onnx_count(3, chain->lie.grid);
    }
    if (status == EMB_OK) say_what_differs(chain);
    return status;
}

static void clear_chain(emb__onnx_chain *chain) {
    for (int i = 0; i < chain->layer_count; i++) {
        for (int w = 0; w < EMB__MAX_PARAMS; w++) emb__free(chain->layers[i].weights[w]);
    }
    for (size_t i = 0; i < chain->owned_count; i++) emb__free(chain->owned[i]);
    emb__free(chain->owned);
    emb__free(chain->found);
    emb__free(chain->notes.bytes);
    emb__onnx_affine_clear(&chain->affine);
    emb__onnx_lines_clear(&chain->lines);
    emb__onnx_states_free(chain);
    emb__free(chain->layers);
    emb__free(chain->values);
    *chain = (emb__onnx_chain){.file = NULL};
}

/* Walks along the graph; `fold` as the chain has it. */
static emb_status read_chain(emb__onnx_file *file, const emb_import_options *options, bool fold,
                             emb__onnx_chain *chain) {
    const char *part = options ? options->part : NULL;
    *chain = (emb__onnx_chain){.file = file,
                               .affine.dim = EMB__ONNX_NOTHING,
                               .fold = fold,
                               .code = options && options->code ? options->code : "code"};
    emb_status status = emb__onnx_read_own(chain);
    const bool divided =
        chain->said == EMB__ONNX_AUTOENCODER || chain->said == EMB__ONNX_CLASSIFIER;
    if (part || (options && options->code && !divided)) chain->said = EMB__ONNX_UNKNOWN;
    chain->keeps_ends = part ? strcmp(part, "classifier") != 0 : chain->said != EMB__ONNX_UNKNOWN;
    return status == EMB_OK ? walk(chain) : status;
}

/* The graph's end says whether its beginning may become preprocessing; then it is walked once
 * more. */
static emb_status read_graph(emb__onnx_file *file, const emb_import_options *options,
                             emb__onnx_chain *chain) {
    emb_status status = read_chain(file, options, false, chain);
    if (status != EMB_OK) return status;
    const bool reconstructs = emb__onnx_reconstructs(chain, options);
    if (emb__onnx_should_fold(chain, reconstructs)) {
        clear_chain(chain);
        status = read_chain(file, options, true, chain);
    }
    if (status == EMB_OK) emb__onnx_say_entry(chain, reconstructs);
    return status == EMB_OK ? emb__onnx_stores_check(file) : status;
}

emb_net *emb__onnx_import(const char *path, const emb_import_options *options) {
    emb__onnx_file file;
    if (emb__onnx_open(path, &file) != EMB_OK) return NULL;
    emb__onnx_chain chain;
    emb_net *net = NULL;
    if (read_graph(&file, options, &chain) == EMB_OK) net = emb__onnx_net_make(&chain, options);
    if (net && (chain.has_origin || chain.takes_bytes) &&
        emb__preprocessing_keep(net, &chain.origin) != EMB_OK) {
        emb_net_free(net);
        net = NULL;
    }
    if (net) {
        emb__net_set_notes(net, chain.notes.bytes);
        chain.notes.bytes = NULL;
    }
    clear_chain(&chain);
    emb__onnx_close(&file);
    if (!net && emb__last_status() == EMB_ERR_MEMORY &&
        strncmp(emb_error(), path, strlen(path)) != 0) {
        emb__fail_prefix(EMB_ERR_MEMORY, "%s: ", path);
    }
    return net;
}

#else

emb_net *emb__onnx_import(const char *path, const emb_import_options *options) {
    (void)options;
    emb__fail(EMB_ERR_MISSING,
              "%s: this build is without protobuf-c, which ONNX needs; install it (Debian: "
              "libprotobuf-c-dev and protobuf-c-compiler) and build embudo again",
              path);
    return NULL;
}

#endif
