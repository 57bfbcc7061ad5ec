/* What to do about ONNX's operators that no layer covers. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <stdio.h>
#include <string.h>

#include "model/onnx/onnx.h"

/* What to do instead of operators that people meet. */
static const struct {
    const char *ops, *advice; /* each between spaces */
} instead[] = {
    {" LpPool GlobalLpPool MaxUnpool MaxRoiPool ",
     "is pooling that no layer here does: use MaxPool2d or AvgPool2d"},
    {" ReduceMean ReduceMax ",
     "computes one number of many other than a channel's pixels, which no layer here does: leave "
     "it out of the export"},
    {" LSTM GRU RNN Attention Einsum ", "is not a layer of a chain of images"},
    {" Concat Split Slice Gather ",
     "takes images apart or joins them; a network here is a chain of layers: export the part that "
     "is one (of a variational autoencoder, only the mean)"},
    {" ReduceSum ReduceL1 ReduceL2 ReduceMin ReduceProd ReduceLogSumExp CumSum LpNormalization ",
     "computes one number of many, which only a Linear or a Conv2d does here: leave it out of the "
     "export"},
    {" ArgMax ArgMin TopK OneHot Hardmax ",
     "chooses among logits: leave it out of the export, since embudo's classifiers give logits"},
    {" Sign Sin Cos Floor Ceil Round Equal ",
     "computes what no layer here does: leave it out of the export"},
    {" QuantizeLinear DequantizeLinear QLinearConv QLinearMatMul ConvInteger MatMulInteger ",
     "is quantised: import the float model, and write whole numbers with embudo export --int8"},
    {" RandomNormalLike RandomNormal RandomUniform RandomUniformLike Bernoulli ",
     "draws random numbers: export only the mean"},
    {" If Loop Scan ", "decides while it runs; export without control flow"},
};

const char *emb__onnx_advice(const char *op) {
    char spaced[64];
    snprintf(spaced, sizeof spaced, " %.60s ", op);
    for (size_t i = 0; i < sizeof instead / sizeof *instead; i++) {
        if (strstr(instead[i].ops, spaced)) return instead[i].advice;
    }
    if (emb__onnx_is_curve(op)) {
        return "is part of a curve that no activation here has: train with ReLU, SiLU or GELU, or "
               "leave it out of the export";
    }
    return NULL;
}

emb_status emb__onnx_refuse(const emb__onnx_chain *chain) {
    const char *advice = emb__onnx_advice(emb__onnx_text(chain->node->op_type));
    return emb__onnx_fail(chain, "%s", advice ? advice : "is not what a layer here does");
}

#endif
