/* The layer that makes an image's rows and columns of others by given weights. */
#ifndef EMB_MODEL_ONNX_MATCH_H
#define EMB_MODEL_ONNX_MATCH_H

#include "model/onnx/onnx.h"
#include "net/layers/pad.h"

/* What is looked for: rows and columns. `sums` has room for each of their sides, all 0. */
typedef struct emb__onnx_match {
    emb__onnx_chain *chain;
    const emb__line *line[2];
    float *sums;
} emb__onnx_match;

/* Whether each pixel is one of the image's. */
bool emb__onnx_match_copies(const emb__onnx_match *s);
/* Whether it is such a padding: rows before, columns before, rows after, columns after. */
bool emb__onnx_match_pads(const emb__onnx_match *s, emb__pad_mode mode, int64_t pads[4]);
/* Adds the layer, for the image that is the head; a padding of the other end's pixels is a Conv2d
 * of one pixel. */
emb_status emb__onnx_match_add(const emb__onnx_match *s);

#endif
