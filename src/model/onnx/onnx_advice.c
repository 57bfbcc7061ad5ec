/* What to do about ONNX's operators that no layer covers. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <stdio.h>
#include <string.h>

#include "model/onnx/onnx.h"

/* What is wrong with operators that people meet, and what to do. */
static const struct {
    const char *ops, *problem, *advice; /* ops: each between spaces */
} instead[] = {
    {" LpPool GlobalLpPool MaxUnpool MaxRoiPool ", N_("is pooling that no layer here does"),
     N_("use MaxPool2d or AvgPool2d")},
    {" ReduceMean ReduceMax ",
     N_("computes one number of many other than a channel's pixels, which no layer here does"),
     N_("export with opset 17 or later if it is part of a normalisation, else leave it out")},
    {" LSTM GRU RNN Attention Einsum ", N_("is not a layer of a network of images"),
     N_("export a network of convolutions and Linear")},
    {" Concat Split Slice Gather ",
     N_("takes channels or numbers apart, or joins what does not come from one tensor"),
     N_("export the part that is one network (of a variational autoencoder, only the mean)")},
    {" ReduceSum ReduceL1 ReduceL2 ReduceMin ReduceProd ReduceLogSumExp CumSum LpNormalization ",
     N_("computes one number of many, which only a Linear or a Conv2d does here"), EMB__ONNX_LEAVE},
    {" ArgMax ArgMin TopK OneHot Hardmax ", N_("chooses among logits"),
     N_("leave it out of the export, since embudo's classifiers give logits")},
    {" Sign Sin Cos Floor Ceil Round Equal ", N_("computes what no layer here does"),
     EMB__ONNX_LEAVE},
    {" Tile Expand ", N_("repeats what is no row or column of an image"), EMB__ONNX_LEAVE},
    {" QuantizeLinear DequantizeLinear QLinearConv QLinearMatMul ConvInteger MatMulInteger ",
     N_("is quantised"),
     N_("export the float model, and write whole numbers with embudo export --int8")},
    {" RandomNormalLike RandomNormal RandomUniform RandomUniformLike Bernoulli ",
     N_("draws random numbers"), N_("export only the mean")},
    {" If Loop Scan ", N_("decides while it runs"), N_("export the model without control flow")},
};
enum { INSTEAD = sizeof instead / sizeof *instead };

static int find(const char *op) {
    char spaced[64];
    int i = 0;
    snprintf(spaced, sizeof spaced, " %.60s ", op);
    while (i < INSTEAD && !strstr(instead[i].ops, spaced)) i++;
    return i;
}

bool emb__onnx_advises(const char *op) { return find(op) < INSTEAD || emb__onnx_is_curve(op); }

/* Whether the graph takes rows of a table by the nearest one's index: a codebook, as embudo and
 * others write it. */
static bool has_codebook(const emb__onnx_chain *chain) {
    const Emb__Onnx__Graph *graph = chain->file->model->graph;
    for (size_t i = 0; i < graph->n_node; i++) {
        const Emb__Onnx__Node *nearest = graph->node[i];
        const char *op = emb__onnx_text(nearest->op_type);
        if (strcmp(op, "ArgMin") != 0 && strcmp(op, "ArgMax") != 0) continue;
        for (size_t k = i + 1; k < graph->n_node && nearest->n_output > 0; k++) {
            const Emb__Onnx__Node *taken = graph->node[k];
            if (strcmp(emb__onnx_text(taken->op_type), "Gather") == 0 && taken->n_input == 2 &&
                strcmp(taken->input[1], nearest->output[0]) == 0) {
                return true;
            }
        }
    }
    return false;
}

emb_status emb__onnx_refuse(const emb__onnx_chain *chain) {
    const char *op = emb__onnx_text(chain->node->op_type);
    const int i = find(op);
    if (has_codebook(chain)) {
        return emb__onnx_fail(chain,
                              "use the decoder alone, or the model that was exported "
                              "(.safetensors)",
                              "is part of a codebook (a vector-quantised autoencoder), which "
                              "embudo writes and does not read");
    }
    if (i < INSTEAD) return emb__onnx_fail(chain, instead[i].advice, "%s", _(instead[i].problem));
    if (!emb__onnx_is_curve(op)) {
        return emb__onnx_fail(chain, EMB__ONNX_LEAVE, "is not what a layer here does");
    }
    return emb__onnx_fail(chain, "train with ReLU, SiLU or GELU, or leave it out of the export",
                          "is part of a curve that no activation here has");
}

#endif
