/* What to do about a model that is refused: the end of each refusal. A refusal's text is "FILE:
 * what is wrong; what to do". */
#ifndef EMB_MODEL_ONNX_REMEDY_H
#define EMB_MODEL_ONNX_REMEDY_H

#include "base/translate.h"

#define EMB__ONNX_CHECK N_("check the file with onnx.checker.check_model, and export it again")
#define EMB__ONNX_FOLD                                                                             \
    N_("run onnxsim on the model, or export it with do_constant_folding=True or dynamo=True, so "  \
       "that it has numbers instead of what computes them")
#define EMB__ONNX_NCHW      N_("export the model with channels first (NCHW)")
#define EMB__ONNX_LEAVE     N_("leave it out of what is exported")
#define EMB__ONNX_NUMBERS   N_("check the model's numbers before the export")
#define EMB__ONNX_PER_IMAGE N_("write it such that each image is worked on by itself")
#define EMB__ONNX_SMALLER   N_("make the network smaller")

#endif
