/* The inner loops: their interface, and the choice among instruction sets.
 *
 * Layout. A block is 16 images; a tensor of a block is [channel][row][column][16], and vector lane
 * = image. Lanes meet only in weight gradients and losses. A block can be worked on as two
 * independent halves of 8 lanes, [channel][row][column][8].
 *
 * Order of sums. isa/reference*.c are its definition; every instruction set's kernels equal it bit
 * for bit:
 *   - an output, or an input's gradient: the bias (or 0), then fused multiply-adds over (channel,
 *     kernel row, kernel column), taps that fall on padding left out: a chain, or if there are more
 *     terms than EMB__CHAIN several, each over some whole channels, and a balanced tree over these;
 *   - a convolution's weight gradient, by channels (emb__correlate): for each 8 images chains over
 *     the pieces of the smaller side, in each over (column, row, image), added up in the pieces'
 *     order; then the two halves. By images: for each lane a chain over (row, column), then a tree
 *     over the lanes: for each 8 of them i with i+4, i+2, i+1, and then the two halves. Taps on
 *     padding are left out;
 *   - a Linear's weight gradient: a chain over the 16 images;
 *   - a convolution by Winograd, and its weight gradient: isa/reference_winograd*.c;
 *   - a bias gradient: for each lane a sum over (row, column), long ones in chains and a tree as
 *     above, then the tree over the lanes; so is a slope's.
 */
#ifndef EMB_KERNELS_KERNELS_H
#define EMB_KERNELS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/geometry.h"
#include "kernels/line.h"

enum {
    EMB__OUTER_EXTRA = 4, /* vectors that `outer` may read past its rows' end */
    EMB__MOST_SETS = 16   /* buffers of gradients that a step adds up */
};

/* One direction of a pooling: output i has the `count[i]` inputs first[i], first[i] + step, ... */
typedef struct emb__windows {
    int in_size, out_size, step;
    int *first, *count; /* [out_size] each */
} emb__windows;

typedef struct emb__pool {
    emb__windows rows, columns;
    bool apart; /* no input is in two windows */
    bool all;   /* every input is in one */
} emb__pool;

/* What a gradient does with the numbers that are there: EMB__GO_ON continues their chain, for a
 * block's second half. */
typedef enum emb__into { EMB__WRITE, EMB__ADD, EMB__GO_ON } emb__into;

/* Positions whose numbers are summed in float32 before they are added up in double. */
enum { EMB__STRETCH = 128 };

/* Numbers of one channel for the way back through a normalization. */
typedef struct emb__normal {
    float mean, mean_g, slope, scale;
} emb__normal;

/* The optimisers' constants for one step; see reference_optimise.c for the formulas. */
typedef struct emb__adam_step {
    float beta1, one_minus_beta1, beta2, one_minus_beta2;
    float step_size;  /* learning rate / (1 - beta1^t) */
    float root_scale; /* 1 / sqrt(1 - beta2^t) */
    float epsilon;    /* a normal number */
} emb__adam_step;

/* What normalises a group of numbers of each lane: [3][lanes] floats. A number's normalised value
 * is (x - mean) * rate + rest; `rest` corrects the mean for what rounding it to float32 lost. */
enum { EMB__NORM_MEAN, EMB__NORM_RATE, EMB__NORM_REST, EMB__NORM_STATS };

/* Sums of a normalisation are added up in double from runs of this many vectors. A run is four
 * chains, vector i in chain i % 4, added as (0 + 1) + (2 + 3). */
enum { EMB__NORM_RUN = 64, EMB__NORM_CHAINS = 4 };

/* The numbers that a normalised value is multiplied with and that are added: for vector i,
 * weight[i * weight_step] and bias[i * bias_step], the same for all lanes. */
typedef struct emb__norm_affine {
    const float *weight, *bias;
    size_t weight_step, bias_step;
} emb__norm_affine;

typedef struct emb__nadam_step {
    float beta1, one_minus_beta1, beta2, one_minus_beta2;
    float now_size, mean_size; /* of the step along the gradient, and along its mean */
    float root_scale, epsilon;
} emb__nadam_step;

typedef struct emb__sgd_step {
    float rate;
    float momentum, rest; /* factors of the buffer and of the gradient; at first 0 and 1 */
    float ahead;          /* Nesterov's momentum */
    bool nesterov;
} emb__sgd_step;

typedef struct emb__rmsprop_step {
    float rate, alpha, one_minus_alpha, momentum, epsilon;
} emb__rmsprop_step;

/* What can be done to each number by itself: y = f(x). A new one is a word here, and NAME_of and
 * NAME_slope in isa/reference_curve.c and isa/curve.c. */
/* clang-format off */
#define EMB__CURVES(_, to) \
    _(to, tanh) _(to, sigmoid) _(to, relu) _(to, leaky) _(to, elu) _(to, hardtanh) _(to, silu) \
    _(to, gelu) _(to, mish) _(to, softplus) _(to, hardswish)
/* clang-format on */

#define EMB__CURVE_NUMBER(_, name) EMB__CURVE_##name,
typedef enum emb__curve { EMB__CURVES(EMB__CURVE_NUMBER, _) EMB__CURVE_COUNT } emb__curve;

enum { EMB__CURVE_ARGS = 2 }; /* numbers that a curve may depend on, such as a slope */

/* Losses that are a mean over the images' numbers, besides the squared error: the error of an
 * output y from its target, and its slope by y, which may depend on one argument. A new one is a
 * word here, and NAME_error and NAME_error_slope in isa/reference_error.c and isa/error.c. */
#define EMB__ERRORS(_, to)                                                                         \
    _(to, absolute) _(to, smooth) _(to, huber) _(to, entropy) _(to, logit_entropy)

#define EMB__ERROR_NUMBER(_, name) EMB__ERROR_##name,
typedef enum emb__error { EMB__ERRORS(EMB__ERROR_NUMBER, _) EMB__ERROR_COUNT } emb__error;

/* One pass of a window over a line of rows, for a separable filter: out[o] = chain over k of
 * taps[k] * in[o + k - pad], places outside of the line left out. With pad 0 and size - 1 fewer
 * outputs than inputs it is a filter without padding; with pad size - 1 and so many more its
 * adjoint, as the taps are symmetric. */
typedef struct emb__window {
    const float *taps;
    size_t size, pad;
    size_t in_count, out_count; /* rows */
    size_t width;               /* floats of a row, a multiple of the lanes */
} emb__window;

/* SSIM's five local means, and then its slopes by three of them: [vectors][lanes] each. They are of
 * numbers less `shift`, near which these lie: a mean square less a squared mean would else lose
 * digits. */
typedef struct emb__similarity {
    float c1, c2;
    size_t vectors;
    float shift[EMB__LANES];
    float *y, *x, *yy, *xx, *yx; /* means of output, target, their squares and their product */
} emb__similarity;

/* One instruction set's kernels. Pointers to activations are aligned to 64 bytes. Counts named
 * `vectors` are of 16 floats. */
/* Numbers of a code, each with a normal distribution of its own. */
typedef struct emb__normal_code {
    const float *mean, *logvar;
    const float *noise; /* normal numbers that were drawn; NULL: the code was the mean */
} emb__normal_code;

typedef struct emb__kernels {
    const char *name;
    int lanes; /* images of a tensor: [channel][row][column][lanes] */
    /* The same for half a block: 8 lanes. The gradients of a block are bit for bit the sum of its
     * two halves'. NULL in the halves' own table. */
    const struct emb__kernels *half;

    /* out = bias + gather of in, for a share of the outputs. bias may be NULL. scratch: as
     * emb__gather_scratch says. */
    void (*gather)(const emb__gather *g, const emb__share *share, const float *in,
                   const float *weight, const float *bias, float *out, float *scratch);
    /* The same outputs but for rounding, of a gather that emb__winograd_fits. scratch: as
     * emb__winograd_scratch says. */
    void (*winograd)(const emb__gather *g, const emb__share *share, const float *in,
                     const float *weight, const float *bias, float *out, float *scratch);
    /* Linear: out[o] = bias[o] + chain over i of in[i] * weight[o * out_stride + i * in_stride],
     * for a block. One of the strides is 1. bias may be NULL. */
    void (*dense)(const float *in, int in_count, const float *weight, size_t out_stride,
                  size_t in_stride, const float *bias, float *out, int out_count);
    /* grad (+)= weight gradient of units [from, to); (+)= adds if `add`. scratch: as
     * emb__correlate_scratch says. */
    void (*correlate)(const emb__correlate *c, int from, int to, const float *small,
                      const float *big, float *grad, bool add, float *scratch);
    /* The same but for rounding, where emb__winograd_weight_fits, with units of its own: see
     * emb__winograd_units. scratch: as emb__winograd_weight_scratch says. */
    void (*winograd_weight)(const emb__correlate *c, int from, int to, const float *small,
                            const float *big, float *grad, bool add, float *scratch);
    /* grad[out][in] for Linear: chain over the lanes of go[o][lane] * in[i][lane]. scratch:
     * in_count rounded up to 16, and EMB__OUTER_EXTRA more, in vectors. */
    void (*outer)(const float *in, int in_count, const float *go, int out_count, float *grad,
                  emb__into into, float *scratch);
    /* grad[channel] (+)= sum of go[channel][positions][lane]. scratch: 16 vectors. */
    void (*bias)(const float *go, int channels, size_t positions, float *grad, bool add,
                 float *scratch);

    /* Normalisation, of `count` vectors of a tensor in a row; in the sums, of vectors that lie
     * `stride` floats apart. sums[lane] = sum of x. */
    void (*norm_sum)(const float *x, size_t count, size_t stride, double *sums);
    /* With d = x - mean[lane]: sums[lane] = sum of d, sums[lanes + lane] = sum of d^2. */
    void (*norm_spread)(const float *x, size_t count, size_t stride, const float *mean,
                        double *sums);
    /* out = normalised x * weight + bias. */
    void (*norm_apply)(const float *x, size_t count, const float *stats,
                       const emb__norm_affine *affine, float *out);
    /* With h = go * weight: sums[lane] = sum of h, sums[lanes + lane] = sum of h * normalised x. */
    void (*norm_products)(const float *x, const float *go, size_t count, const float *stats,
                          const emb__norm_affine *affine, double *sums);
    /* out = (h - means[lane] - normalised x * means[lanes + lane]) * rate. */
    void (*norm_back)(const float *x, const float *go, size_t count, const float *stats,
                      const float *means, const emb__norm_affine *affine, float *out);
    /* The gradients of a weight and a bias (may be NULL) for each place from..to of a row. x and go
     * are [rows][count] vectors, stats one for each row. For each lane a chain over the rows, added
     * up in double every EMB__NORM_RUN of them, and then the tree over the lanes. scratch: 32
     * vectors. */
    void (*norm_weight)(const float *x, const float *go, size_t rows, size_t count,
                        const float *stats, size_t from, size_t to, float *weight, float *bias,
                        bool add, float *scratch);

    /* One image alone: x and out are [pixels][channels], stats [3][channels rounded up to 16];
     * weight and bias [channels] with step 0, or [pixels][channels] with step `channels`. Up to 15
     * numbers past the last are read everywhere. */
    void (*single_norm)(const float *x, size_t pixels, size_t channels, const float *stats,
                        const emb__norm_affine *affine, float *out);

    /* The same outputs for one image alone. Activations are [row][column][channel]. packed: for
     * each group [channel / 16][in][kernel][16]; bias: as many zeros after a group's as make a
     * multiple of 16, or NULL. scratch: as emb__gather_taps_scratch says. */
    void (*single_gather)(const emb__gather *g, const float *in, const float *packed,
                          const float *bias, float *out, float *scratch);
    void (*single_dense)(const float *in, int in_count, const float *packed, const float *bias,
                         float *out, int out_count);

    /* out = `in` resampled, for a share of out's rows and channels: first a row of sums over rows,
     * then sums over columns of that; each sum is a chain from its first product on, or 0. scratch:
     * columns.in_size vectors. */
    void (*resample)(const emb__resample *r, const emb__share *share, const float *in, float *out,
                     float *scratch);
    /* The same of one image alone, [row][column][channel]. scratch: columns.in_size * channels
     * floats. */
    void (*single_resample)(const emb__resample *r, int channels, const float *in, float *out,
                            float *scratch);
    /* out = each window's largest number: in rows and then columns, the first of equals, the last
     * NaN. */
    void (*max_pool)(const emb__pool *p, const emb__share *share, const float *in, float *out);
    /* grad_in, a share of it: 0, and then for each window in turn its gradient added where its
     * largest number is. */
    void (*max_pool_back)(const emb__pool *p, const emb__share *share, const float *in,
                          const float *grad_out, float *grad_in);
    void (*single_max_pool)(const emb__pool *p, int channels, const float *in, float *out);

    /* y = f(x) of each curve, which depends on args[EMB__CURVE_ARGS]; y may be x. */
    void (*curve[EMB__CURVE_COUNT])(const float *x, float *y, size_t vectors, const float *args);
    /* back = the loss's gradient by the input, from the one by the output, which may be the same
     * buffer; y is the output, or the input if the curve's slope cannot be told from the output. */
    void (*slope[EMB__CURVE_COUNT])(const float *y, const float *go, float *back, size_t vectors,
                                    const float *args);
    /* grad[channel] (+)= sum of min(x, 0) * go over [channel][positions][lane]: the gradient of a
     * slope that holds below 0, in the order of a bias's. scratch: 16 vectors. */
    void (*below)(const float *x, const float *go, int channels, size_t positions, float *grad,
                  bool add, float *scratch);
    /* y = softmax(x), or its logarithm, over the classes, which lie `apart` vectors of the lanes
     * from each other, at `positions` neighbouring places. y may be x. */
    void (*softmax)(const float *x, int classes, size_t apart, size_t positions, bool logarithm,
                    float *y);
    /* back = the gradient by the input, from the output y and the gradient by it. */
    void (*softmax_back)(const float *y, const float *go, int classes, size_t apart,
                         size_t positions, bool logarithm, float *back);

    /* Of one channel's plane, x[positions][lane], for each half of a block (8 lanes), of its images
     * alone, which are the first `images` lanes: sums[half][3] = their count of numbers, their
     * mean, the sum of their squared deviations from it. For each lane four chains over the
     * positions (one for each remainder by 4) of at most EMB__STRETCH, added in pairs, the tree
     * over the lanes, and the stretches in double; then again, around the mean that this gives. */
    void (*moments)(const float *x, size_t positions, int images, double *sums);
    /* ... sums[half][2] = the sum of g, and of g * (x - mean). g is 0 in the other lanes. */
    void (*slopes)(const float *g, const float *x, size_t positions, float mean, double *sums);
    /* y = x * scale + shift. */
    void (*affine)(const float *x, size_t positions, float scale, float shift, float *y);
    /* dx = ((g - mean_g) - (x - mean) * slope) * scale, 0 for lanes at and past `images`. dx may be
     * g. */
    void (*normal_back)(const float *g, const float *x, size_t positions, int images,
                        const emb__normal *n, float *dx);
    /* x = x * factor where a bit is set, x * 0 elsewhere: the lane-th from `shift` on of a vector's
     * bits. */
    void (*mask)(float *x, size_t vectors, const uint16_t *bits, int shift, float factor);
    /* The same with one word of bits for all vectors. */
    void (*mask_plane)(float *x, size_t vectors, uint16_t bits, int shift, float factor);

    /* out = mean + exp(logvar / 2) * noise. */
    void (*sample)(const float *mean, const float *logvar, const float *noise, size_t vectors,
                   float *out);
    /* With g, the gradient by that, and `by` times the divergence below: by_mean = g + by * mean,
     * by_logvar = (g * noise * s + by * (s * s - 1)) / 2, s = exp(logvar / 2); 0 for lanes at and
     * past `lanes`. */
    void (*sample_back)(const emb__normal_code *code, const float *g, size_t vectors, int lanes,
                        float by, float *by_mean, float *by_logvar);
    /* sums[lane] = the Kullback-Leibler divergence from the standard normal distribution, in nats:
     * the sum over the vectors of (mean^2 + exp(logvar) - 1 - logvar) / 2, as errors are summed. */
    void (*divergence)(const float *mean, const float *logvar, size_t vectors, double *sums);

    /* nearest[place][lane] = which of entries[count][dim] is nearest to the `dim` numbers of each
     * place [from, to), which lie `apart` vectors from each other: the least chain over them of (x
     * - e)^2; the first of equals, and entry 0 if no distance is a finite number. */
    void (*nearest)(const float *x, size_t apart, size_t from, size_t to, const float *entries,
                    int count, int dim, float *nearest);
    /* The same of one image alone, x[places][dim], and out[places][dim] = the entries. packed:
     * [entry / 16][dim][16], the last group filled up with infinite numbers. */
    void (*single_nearest)(const float *x, size_t places, const float *packed, int count, int dim,
                           float *out);

    /* to = a + b; to may be one of them. */
    void (*sum)(const float *a, const float *b, float *to, size_t vectors);

    /* x[i][lane] = rows[lane * count + i] for i < count, 0 for lanes at and past `lanes`; and back.
     */
    void (*to_lanes)(const float *rows, int lanes, size_t count, float *x);
    void (*from_lanes)(const float *x, int lanes, size_t count, float *rows);
    /* x[p][lane] = images[lane][p] / 255 (torchvision's ToTensor), 0 for lanes at and past `lanes`.
     */
    void (*lay_out)(const uint8_t *const *images, int lanes, size_t pixels, float *x);
    /* errors[lane] = sum over the vectors of (y - target)^2: float chains of 32 vectors, added up
     * in double. Unless NULL, g = (y - target) * scale, 0 for lanes at and past `lanes`. */
    void (*squared_error)(const float *y, const float *target, size_t vectors, int lanes,
                          float scale, float *g, double *errors);
    /* The same for the other errors: g = slope * scale. */
    void (*error[EMB__ERROR_COUNT])(const float *y, const float *target, size_t vectors, int lanes,
                                    float arg, float scale, float *g, double *errors);
    /* For logits x[class][lane] and each lane's label (labels[lane] < classes, read for `lanes`
     * lanes), whose target gives 1 - smoothing to the label and smoothing / classes to each class:
     * errors[lane] = the cross entropy of softmax(x), in double from a float chain over the
     * classes; predicted[lane] = the class of the largest logit, the first of equals. Unless NULL,
     * g = (softmax(x) - target) * scale, 0 for lanes at and past `lanes`. */
    void (*cross_entropy)(const float *x, int classes, const uint8_t *labels, int lanes,
                          float smoothing, float scale, float *g, double *errors,
                          uint8_t *predicted);

    void (*window)(const emb__window *window, const float *in, float *out);
    /* ssim[lane], contrast[lane] = the sums over the positions of SSIM and of its contrast and
     * structure part: float chains of 32 positions, added up in double. */
    void (*similarity)(const emb__similarity *s, double *ssim, double *contrast);
    /* Puts the slopes by the means y, yy and yx into their places, of by_ssim[lane] times SSIM plus
     * by_contrast[lane] times the other part. */
    void (*similarity_slopes)(const emb__similarity *s, const float *by_ssim,
                              const float *by_contrast);
    /* means[lane] of x, summed as errors are; difference = x - means. */
    void (*lane_means)(const float *x, size_t vectors, float *means);
    void (*subtract_lanes)(const float *x, const float *means, size_t vectors, float *difference);
    void (*multiply)(const float *a, const float *b, size_t vectors, float *product);
    /* The means of 2x2 positions of [rows][columns][lanes], an odd last row or column left out; and
     * back: in (+)= a quarter of out. */
    void (*halve)(const float *in, size_t rows, size_t columns, float *out);
    void (*halve_back)(const float *out, size_t rows, size_t columns, float *in);

    /* Numbers [from, to), whole vectors, of arrays as long as the weights: */

    /* grads[i] = the sum of `sets` <= EMB__MOST_SETS buffers that lie `stride` floats apart: by a
     * balanced tree, whose first half is the largest power of two below the number of buffers. */
    void (*add_sets)(float *grads, size_t sets, size_t stride, size_t from, size_t to);
    /* The sum of x[i]^2, in double: one for each i % 16, then a tree over these. */
    double (*squares)(const float *x, size_t from, size_t to);
    /* x[i] = x[i] * by; x[i] within -most..most; x[i] = x[i] + by * y[i]. */
    void (*scale)(float *x, float by, size_t from, size_t to);
    void (*limit)(float *x, float most, size_t from, size_t to);
    void (*add_scaled)(float *x, float by, const float *y, size_t from, size_t to);
    /* mean[i] = mean[i] + rest * (x[i] - mean[i]). */
    void (*average)(float *mean, float rest, const float *x, size_t from, size_t to);
    /* One step of an optimiser. What is kept for each weight only if an option asks for it may be
     * NULL: AMSGrad's largest squares; a momentum's buffer; means for RMSprop's centered. */
    void (*adam)(const emb__adam_step *step, float *params, const float *grads, float *m, float *v,
                 float *largest, size_t from, size_t to);
    void (*nadam)(const emb__nadam_step *step, float *params, const float *grads, float *m,
                  float *v, size_t from, size_t to);
    void (*sgd)(const emb__sgd_step *step, float *params, const float *grads, float *buffer,
                size_t from, size_t to);
    void (*rmsprop)(const emb__rmsprop_step *step, float *params, const float *grads,
                    float *squares, float *means, float *buffer, size_t from, size_t to);

    /* Independent multiply-adds in registers, x = x * kept[0] + kept[1]; returns how many
     * floating-point operations they were. kept: 16 floats, overwritten. */
    double (*peak)(size_t rounds, float *kept);
} emb__kernels;

/* The kernels that EMBUDO_ISA names, or the best that this processor runs. NULL, with the text set,
 * if it names some that this processor or build lacks. */
const emb__kernels *emb__kernels_choose(void);

/* By name ("reference" included); NULL if this build or processor has none of that name. */
const emb__kernels *emb__kernels_find(const char *name);

#endif
