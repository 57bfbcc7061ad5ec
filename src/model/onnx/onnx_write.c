/* A network as an ONNX model, opset 17: emb_net_export_onnx in embudo/model.h.
 *
 * The batch's dimension is called "batch".
 *
 * Owns: the model around the nodes. Does not own: a layer's node (onnx_write_layer.h), the messages
 * (onnx_write_build.h) and their bytes (protobuf-c's), files.
 */
#include "base/entry.h"
#include "base/memory.h"
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <string.h>

#include "device/preprocessing.h"
#include "model/onnx/onnx_own.h"
#include "model/onnx/onnx_write_layer.h"
#include "model/onnx/onnx_write_score.h"
#include "model/preprocessing_text.h"
#include "net/fold.h"

enum {
    IR_VERSION = 8, /* the one that opset 17 came with */
    OPSET = 17
};

/* The name of the graph's input or output at layer `at`. */
static const char *name_of_end(const emb_net *net, int at, bool input) {
    if (at == 0 && input) return net->encoder_end > 0 || net->classifies ? "image" : "code";
    if (at == net->encoder_end) return "code";
    return net->classifies ? "logits" : "reconstruction";
}

/* What is written besides the layers. */
typedef struct wish {
    bool bytes;
    const emb_verdict *verdict;
    char threshold[EMB__VERDICT_ROOM]; /* of the metadata; empty: none */
} wish;

static emb_status build_graph(emb__onnx_builder *b, int from, int to, const wish *w) {
    const bool bytes = w->bytes;
    const emb_net *net = b->net;
    const size_t layers = (size_t)(to - from);
    const char *input = name_of_end(net, from, true), *output = name_of_end(net, to, false);
    const emb__shape *in = &net->layers[from].in, *out = &net->layers[to - 1].out;
    Emb__Onnx__Graph *g = &b->graph;
    *g = (Emb__Onnx__Graph)EMB__ONNX__GRAPH__INIT;
    g->node =
        emb__onnx_build_pointers(b, EMB__ONNX_LAYER_NODES * layers + 3 + EMB__ONNX_SCORE_NODES);
    g->initializer = emb__onnx_build_pointers(b, EMB__ONNX_LAYER_CONSTANTS * layers + 2 +
                                                     EMB__ONNX_SCORE_CONSTANTS);
    g->input = emb__onnx_build_pointers(b, 1);
    g->output = emb__onnx_build_pointers(b, 3);
    if (b->failed) return EMB_ERR_MEMORY;
    g->input[g->n_input++] = emb__onnx_build_end(
        b, input, bytes ? EMB__ONNX_ELEMENT_UINT8 : EMB__ONNX_ELEMENT_FLOAT, in);
    g->output[g->n_output++] = emb__onnx_build_end(b, output, EMB__ONNX_ELEMENT_FLOAT, out);
    b->current = emb__onnx_build_copy(b, input);
    if (bytes) emb__onnx_write_preprocessing(b);
    b->start = b->current;
    b->made = emb__onnx_build_pointers(b, (size_t)net->layer_count);
    emb_status status = b->failed ? EMB_ERR_MEMORY : EMB_OK;
    for (int i = from; i < to && status == EMB_OK; i++) {
        const bool code = i + 1 == net->encoder_end && i + 1 < to;
        const char *named = i + 1 == to ? output : code ? "code" : NULL;
        status = emb__onnx_write_layer(b, &net->layers[i],
                                       named ? emb__onnx_build_copy(b, named) : NULL);
    }
    if (status == EMB_OK && w->verdict) emb__onnx_write_score(b, w->verdict);
    return status;
}

static emb_status pack_model(emb__onnx_builder *b, const char *part, const wish *w, uint8_t **bytes,
                             size_t *count) {
    Emb__Onnx__Model model = EMB__ONNX__MODEL__INIT;
    Emb__Onnx__OperatorSet opset = EMB__ONNX__OPERATOR_SET__INIT, *opsets[] = {&opset};
    char preprocessing[EMB__PREPROCESSING_ROOM];
    emb__preprocessing_print(&b->net->origin, preprocessing);
    Emb__Onnx__Pair *pairs[] = {emb__onnx_build_pair(b, EMB__ONNX_PART_KEY, part),
                                emb__onnx_build_pair(b, "embudo.notation", b->net->notation),
                                emb__onnx_build_pair(b, EMB__PREPROCESSING_KEY, preprocessing),
                                emb__onnx_build_pair(b, EMB__VERDICT_KEY, w->threshold)};
    opset.domain = emb__onnx_build_copy(b, "");
    opset.has_version = model.has_ir_version = true;
    opset.version = OPSET;
    model.ir_version = IR_VERSION;
    model.producer_name = emb__onnx_build_copy(b, "embudo");
    model.producer_version = emb__onnx_build_copy(b, emb_version());
    model.n_opset_import = 1;
    model.opset_import = opsets;
    model.n_metadata_props = sizeof pairs / sizeof(void *) - (*w->threshold ? 0 : 1);
    model.metadata_props = pairs;
    b->graph.name = emb__onnx_build_copy(b, part);
    model.graph = &b->graph;
    if (b->failed) return EMB_ERR_MEMORY;
    *count = emb__onnx__model__get_packed_size(&model);
    *bytes = emb__alloc(*count);
    if (!*bytes) return EMB_ERR_MEMORY;
    emb__onnx__model__pack(&model, *bytes);
    return EMB_OK;
}

/* `path` is for texts. */
static emb_status make_bytes_of(const emb_net *net, const char *path, const char *part,
                                const wish *w, uint8_t **made, size_t *count) {
    emb__onnx_builder b = {.net = net};
    int from, to;
    emb_status status = emb__net_part(net, part, &from, &to);
    if (status != EMB_OK) return status;
    const bool bytes = w->bytes;
    if (bytes && strcmp(name_of_end(net, from, true), "code") == 0) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         "%s: its input is a code, which cannot be uint8; leave that option out",
                         path);
    }
    for (int i = from; i < to && status == EMB_OK; i++) {
        status = emb__onnx_write_check(net, i);
    }
    if (status != EMB_OK) return emb__fail_prefix(status, "%s: ", path);
    if (bytes && emb__net_reads_bytes(net) != EMB_OK) {
        return emb__fail_prefix(EMB_ERR_ARGUMENT, "%s: ", path);
    }
    status = build_graph(&b, from, to, w);
    if (status == EMB_OK) {
        const bool whole = !part && net->encoder_end > 0 && to > net->encoder_end;
        status = pack_model(&b,
                            part         ? part
                            : w->verdict ? "score"
                            : whole      ? net->classifies ? "classifier" : "autoencoder"
                                         : net->spec.parts[0],
                            w, made, count);
    }
    emb__onnx_build_free(&b);
    return status;
}

/* BatchNorm is in the weights before it where that is possible. */
static emb_status make_bytes(const emb_net *net, const char *path, const emb_onnx_options *options,
                             uint8_t **made, size_t *count) {
    emb__folded folded;
    const char *part = options ? options->part : NULL;
    wish w = {.bytes = options && options->uint8_input,
              .verdict = options ? options->verdict : NULL};
    emb_status status = w.verdict ? emb__verdict_check(net, w.verdict, path) : EMB_OK;
    if (status == EMB_OK && w.verdict && part) {
        status = emb__fail(EMB_ERR_ARGUMENT,
                           "%s: a score needs the whole network, not its %s; leave the part out",
                           path, part);
    }
    if (status != EMB_OK) return status;
    emb__verdict_carried(net, w.verdict, w.threshold);
    status = emb__fold(net, EMB__FOLD_TO_WRITE, &folded);
    if (status != EMB_OK) return status;
    status = make_bytes_of(folded.count > 0 ? &folded.net : net, path, part, &w, made, count);
    emb__fold_clear(&folded);
    return status;
}

#else

static emb_status make_bytes(const emb_net *net, const char *path, const emb_onnx_options *options,
                             uint8_t **made, size_t *count) {
    (void)net, (void)options, (void)made, (void)count;
    return emb__fail(EMB_ERR_MISSING,
                     "%s: this build is without protobuf-c, which ONNX needs; install it (Debian: "
                     "libprotobuf-c-dev and protobuf-c-compiler) and build embudo again",
                     path);
}

#endif

emb_status emb_net_export_onnx(const emb_net *net, const char *path,
                               const emb_onnx_options *options) {
    EMB__ENTER;
    uint8_t *bytes = NULL;
    size_t count = 0;
    emb_status status = make_bytes(net, path, options, &bytes, &count);
    if (status == EMB_OK) status = emb_file_write(path, bytes, count);
    emb__free(bytes);
    return status;
}

emb_status emb_net_export_onnx_bytes(const emb_net *net, const char *path,
                                     const emb_onnx_options *options, uint8_t **bytes,
                                     size_t *count) {
    EMB__ENTER;
    *bytes = NULL;
    *count = 0;
    return make_bytes(net, path, options, bytes, count);
}
