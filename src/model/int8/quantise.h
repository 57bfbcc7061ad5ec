/* A network in whole numbers: weights and activations of 8 bits, each channel with a scale of its
 * own (Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient
 * Integer-Arithmetic-Only Inference"), after training, on a sample of images.
 *
 *   sum[o]  = bias[o] + sum of weight * in, in 32 bits; the inputs' scales are part of the weights,
 *             and what rounding these takes from a sum, in the sample's mean, is part of the bias
 *   q       = sum[o] * first[o], rounded, clamped; or, with an activation after it, as its row
 *             says (layers/activation.h):
 *   limits    the sum is kept within least[o]..most[o] before;
 *   slope     a sum below 0 is multiplied by second[o];
 *   table     z = sum[o] * first[o] with 12 bits after the point, t = curve(z) with 15 by a table,
 *             q = t * second[o], rounded, clamped;
 *   bent      the same of a sum below 0, with z = sum[o] * inward[o]
 *   rise      p = sum[o] * inward[o] with 15 bits after the point, 0 to 2^30,
 *             q = (p + t) * second[o], rounded, clamped
 *
 * Two branches that are added are brought to one scale, which is then the sum's, for each channel
 * or feature c:
 *   sum[c]  = a * by[0][c] + b * by[1][c]
 * as large as 2^30 allows; a branch beside others is sum[c] = a. Both end as above.
 *
 * A factor is a whole number and a shift. Codes are float outside; inside they have 16 bits, since
 * so few numbers carry everything. What model/c/c_numbers.c prints computes exactly this.
 *
 * Owns: the scales of tensors, and running whole numbers. Does not own: how they are printed. */
#ifndef EMB_MODEL_INT8_QUANTISE_H
#define EMB_MODEL_INT8_QUANTISE_H

#include "data/images.h"
#include "model/int8/quant_stage.h"

/* The parts of a net as whole numbers. */
typedef enum emb__quant_part {
    EMB__QUANT_ENCODER,
    EMB__QUANT_DECODER,
    EMB__QUANT_CLASSIFIER,
    EMB__QUANT_HEAD,
    EMB__QUANT_PARTS
} emb__quant_part;

struct emb_int8 {
    bool pixels; /* images are bytes outside */
    bool has[EMB__QUANT_PARTS];
    emb__quant parts[EMB__QUANT_PARTS];
};

/* Takes the scales from the float network's results for sample[count][...], inputs of layer `from`.
 * `pixels`: the input, the output are bytes 0..255 for 0..1; else they are float. On failure *quant
 * is zeroed. */
emb_status emb__quant_new(emb_net *net, int from, int to, const float *sample, size_t count,
                          const bool pixels[2], emb__quant *quant);
void emb__quant_clear(emb__quant *quant);

/* out[count][...] = the whole numbers' results for in[count][...], as floats outside: pixels are
 * rounded to bytes and back. */
emb_status emb__quant_run(const emb__quant *quant, const float *in, size_t count, float *out,
                          int threads);

#endif
