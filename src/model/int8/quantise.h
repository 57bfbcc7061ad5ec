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
 *
 * A factor is a whole number and a shift. Codes are float outside; inside they have 16 bits, since
 * so few numbers carry everything. What model/c/c_numbers.c prints computes exactly this.
 *
 * Owns: the scales, the whole numbers, and running them. Does not own: how they are printed. */
#ifndef EMB_MODEL_INT8_QUANTISE_H
#define EMB_MODEL_INT8_QUANTISE_H

#include "data/images.h"
#include "model/int8/whole_line.h"
#include "model/stages.h"

typedef enum emb__number {
    EMB__NUMBER_U8,   /* q * scale, 0..255: pixels, and what is never below 0 */
    EMB__NUMBER_S8,   /* -127..127 */
    EMB__NUMBER_S16,  /* codes that enter a decoder */
    EMB__NUMBER_FLOAT /* what leaves: codes, logits */
} emb__number;

typedef struct emb__quant_tensor {
    emb__number number;
    bool is_float;  /* a float outside, and made whole at the entrance */
    int most;       /* |q|; the least is 0 or -most */
    double *scales; /* [stages' tensor's channels] */
    double *means;  /* of each number in C order over the sample */
} emb__quant_tensor;

typedef struct emb__factor {
    int32_t times; /* below 2^31 */
    int shift;     /* 1..62 */
} emb__factor;

typedef struct emb__quant_stage {
    size_t sums;    /* outputs of a Linear, channels of anything else */
    int8_t *weight; /* Linear: [in][sums]; convolutions: [row][column][in / groups][sums] */
    int32_t *bias;  /* [sums] */
    emb__factor *first, *second, *inward; /* [sums] */
    float *scale, *below;                 /* [sums]: of a result that is float, and below 0 */
    int32_t *least, *most;                /* [sums] */
    int16_t *table;                       /* [EMB__TABLE], or NULL */
    emb__whole_line lines[2];             /* of a stage that weighs pixels: rows, columns */
} emb__quant_stage;

/* Layers [from, to) of a net, which must outlive it. */
typedef struct emb__quant {
    const emb_net *net;
    emb__stages stages;
    emb__quant_tensor *tensors; /* [stages.count + 1] */
    emb__quant_stage *quants;   /* [stages.count] */
} emb__quant;

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

/* A curve at i / 64, i = 0..512, with 15 bits after the point; linear in between. */
enum {
    EMB__TABLE = 513,
    EMB__TABLE_BITS = 6, /* of the fixed point below an entry */
    EMB__TABLE_LAST = ((EMB__TABLE - 1) << EMB__TABLE_BITS) - 1,
    EMB__POINT = 12
};
void emb__quant_table(const emb__curve_table *curve, int16_t table[EMB__TABLE]);

/* How the stage's activation is computed; EMB__WHOLE_NONE: it has none. */
emb__whole_way emb__quant_way(const emb__stage *stage);
/* Whether its limits need numbers: those of ReLU, 0 and none, do not. */
bool emb__quant_limited(const emb__stage *stage);

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
