/* The layers' definitions in double precision: test_layer in support.h. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "net/layers/kind_rows.h"
#include "support/pixel_definitions.h"
#include "support/support.h"

static void fill_bias(const emb__layer *layer, const double *params, double *y) {
    const size_t count = emb__shape_count(&layer->out), plane = count / (size_t)layer->out.d[0];
    const double *bias = arg(layer, "bias", 0) ? params + layer->params[1].at : NULL;
    for (size_t i = 0; i < count; i++) {
        y[i] = bias ? bias[i / plane] : 0;
    }
}

/* The pixel of `size` that a convolution meets at a place in its padding; -1: none. */
static int padded(int mode, int at, int size) {
    if (at >= 0 && at < size) return at;
    switch (mode) {
    case 1: /* reflect */
        return at < 0 ? -at : 2 * (size - 1) - at;
    case 2: /* replicate */
        return at < 0 ? 0 : size - 1;
    case 3: /* circular */
        return (at + size) % size;
    default:
        return -1;
    }
}

/* Calls for every product of a convolution between one position of the side that strides (m, sy,
 * sx), one of the other (c, by, bx) and the weight (m, c within the group, kh, kw). */
typedef void product(double *y, const double *x, size_t strided, size_t other, double weight);

static void each_product(const emb__layer *layer, const double *params, const emb__shape *strided,
                         const emb__shape *other, const double *x, double *y, product *multiply) {
    const int per_group = other->d[0] / arg(layer, "groups", 0);
    const int m_per_group = strided->d[0] / arg(layer, "groups", 0);
    const int kh = arg(layer, "kernel_size", 0), kw = arg(layer, "kernel_size", 1);
    const int sh = arg(layer, "stride", 0), sw = arg(layer, "stride", 1);
    const int ph = arg(layer, "padding", 0), pw = arg(layer, "padding", 1);
    const int dh = arg(layer, "dilation", 0), dw = arg(layer, "dilation", 1);
    const int plane = strided->d[1] * strided->d[2];
    const bool pads = emb__layer_arg(layer->spec, "padding_mode") != NULL;
    const int mode = pads ? arg(layer, "padding_mode", 0) : 0;
    const double *weight = params + layer->params[0].at;
    for (int pair = 0; pair < strided->d[0] * per_group; pair++, weight += kh * kw) {
        const int m = pair / per_group;
        const int channel = m / m_per_group * per_group + pair % per_group;
        for (int k = 0; k < kh * kw; k++) {
            for (int p = 0; p < plane; p++) {
                const int by = p / strided->d[2] * sh - ph + k / kw * dh;
                const int bx = p % strided->d[2] * sw - pw + k % kw * dw;
                const int row = padded(mode, by, other->d[1]);
                const int column = padded(mode, bx, other->d[2]);
                if (row < 0 || column < 0) continue;
                multiply(y, x, (size_t)(m * plane + p),
                         (size_t)((channel * other->d[1] + row) * other->d[2] + column), weight[k]);
            }
        }
    }
}

static void collect(double *y, const double *x, size_t strided, size_t other, double weight) {
    y[strided] += weight * x[other];
}

static void scatter(double *y, const double *x, size_t strided, size_t other, double weight) {
    y[other] += weight * x[strided];
}

static void model_conv2d(const emb__layer *layer, const double *params, const double *x,
                         double *y) {
    fill_bias(layer, params, y);
    each_product(layer, params, &layer->out, &layer->in, x, y, collect);
}

static void model_conv_transpose2d(const emb__layer *layer, const double *params, const double *x,
                                   double *y) {
    fill_bias(layer, params, y);
    each_product(layer, params, &layer->in, &layer->out, x, y, scatter);
}

static void model_linear(const emb__layer *layer, const double *params, const double *x,
                         double *y) {
    const size_t in = (size_t)layer->in.d[0];
    fill_bias(layer, params, y);
    for (size_t o = 0; o < (size_t)layer->out.d[0]; o++) {
        for (size_t i = 0; i < in; i++) y[o] += params[layer->params[0].at + o * in + i] * x[i];
    }
}

/* A group's numbers with mean 0 and variance 1, group by group, in C order. */
static model model_batch_norm;

static void model_norm(const emb__layer *layer, const double *params, const double *x, double *y) {
    if (layer->kind->batch) {
        model_batch_norm(layer, params, x, y);
        return;
    }
    const emb__norm *n = &layer->norm;
    const size_t size = n->pieces * n->count;
    for (size_t i = 0; i < n->groups * size; i++) {
        const size_t from = i / size * size;
        double mean = 0, variance = 0;
        for (size_t k = 0; k < size; k++) mean += x[from + k] / (double)size;
        for (size_t k = 0; k < size; k++) variance += pow(x[from + k] - mean, 2) / (double)size;
        const size_t at = n->by_place ? i - from : i / n->count;
        y[i] = (x[i] - mean) / sqrt(variance + n->epsilon);
        if (n->weight) y[i] *= params[layer->params[0].at + at];
        if (n->bias) y[i] += params[layer->params[1].at + at];
    }
}

static void model_prelu(const emb__layer *layer, const double *params, const double *x, double *y) {
    const emb__param *slope = &layer->params[0];
    const size_t count = emb__shape_count(&layer->in), plane = count / (size_t)layer->in.d[0];
    for (size_t i = 0; i < count; i++) {
        const double s = params[slope->at + (slope->count > 1 ? i / plane : 0)];
        y[i] = x[i] > 0 ? x[i] : s * x[i];
    }
}

static void model_softmax(const emb__layer *layer, const double *params, const double *x,
                          double *y) {
    (void)params;
    const int dim = emb__softmax_dim(layer) - 1;
    const bool logarithm = strcmp(layer->kind->name, "LogSoftmax") == 0;
    const size_t classes = (size_t)layer->in.d[dim], count = emb__shape_count(&layer->in);
    size_t inner = 1;
    for (int i = dim + 1; i < layer->in.rank; i++) inner *= (size_t)layer->in.d[i];
    for (size_t i = 0; i < count; i++) {
        const size_t first = i / (inner * classes) * inner * classes + i % inner;
        double sum = 0;
        for (size_t c = 0; c < classes; c++) sum += exp(x[first + c * inner]);
        y[i] = logarithm ? x[i] - log(sum) : exp(x[i]) / sum;
    }
}

/* Of a role such as "running_mean"; NULL: the layer has none. */
static const double *tensor_of(const emb__layer *layer, const double *params, const char *role) {
    for (int i = 0; i < layer->param_count; i++) {
        if (strcmp(layer->params[i].role, role) == 0) return params + layer->params[i].at;
    }
    return NULL;
}

/* BatchNorm outside of training. */
static void model_batch_norm(const emb__layer *layer, const double *params, const double *x,
                             double *y) {
    const size_t count = emb__shape_count(&layer->in), plane = count / (size_t)layer->in.d[0];
    const double *mean = tensor_of(layer, params, "running_mean");
    const double *var = tensor_of(layer, params, "running_var");
    const double *weight = tensor_of(layer, params, "weight");
    const double *bias = tensor_of(layer, params, "bias");
    const double eps = emb__layer_arg(layer->spec, "eps")->real;
    for (size_t i = 0; i < count; i++) {
        y[i] = (x[i] - mean[i / plane]) / sqrt(var[i / plane] + eps);
        if (weight) y[i] = y[i] * weight[i / plane] + bias[i / plane];
    }
}

/* Of a number and the layer's real arguments. */
typedef double curve(const float *numbers, double x);

static double exact_tanh(const float *numbers, double x) { return (void)numbers, tanh(x); }
static double logistic(const float *numbers, double x) { return (void)numbers, 1 / (1 + exp(-x)); }
static double positive(const float *numbers, double x) { return (void)numbers, x > 0 ? x : 0; }
static double leaky(const float *numbers, double x) { return x > 0 ? x : (double)numbers[0] * x; }
static double exact_elu(const float *numbers, double x) {
    return x > 0 ? x : (double)numbers[0] * expm1(x);
}
static double limited(const float *numbers, double x) {
    return fmin(fmax(x, (double)numbers[0]), (double)numbers[1]);
}
static double below_6(const float *numbers, double x) { return (void)numbers, fmin(fmax(x, 0), 6); }
static double exact_silu(const float *numbers, double x) {
    return (void)numbers, x / (1 + exp(-x));
}
static double exact_gelu(const float *numbers, double x) {
    if (numbers[0] == 0) return x * erfc(-x * 0.70710678118654752440) / 2;
    return x * (1 + tanh(0.79788456080286535588 * (x + 0.044715 * x * x * x))) / 2;
}
static double exact_mish(const float *numbers, double x) {
    return (void)numbers, x * tanh(log1p(exp(x)));
}
static double exact_hardswish(const float *numbers, double x) {
    return (void)numbers, x * fmin(fmax(x + 3, 0), 6) / 6;
}
static double exact_softplus(const float *numbers, double x) {
    const double beta = (double)numbers[0], z = beta * x;
    return z > (double)numbers[1] ? x : log1p(exp(z)) / beta;
}
static double same(const float *numbers, double x) { return (void)numbers, x; }

static const struct {
    const char *name;
    model *run;
    curve *each;
} models[] = {
    {"Conv2d", model_conv2d, NULL},
    {"ConvTranspose2d", model_conv_transpose2d, NULL},
    {"MaxPool2d", model_max, NULL},
    {"AdaptiveMaxPool2d", model_max, NULL},
    {"AvgPool2d", model_average, NULL},
    {"AdaptiveAvgPool2d", model_average, NULL},
    {"Upsample", model_upsample, NULL},
    {"ZeroPad2d", model_pad, NULL},
    {"ReflectionPad2d", model_pad, NULL},
    {"ReplicationPad2d", model_pad, NULL},
    {"PixelShuffle", model_shuffle, NULL},
    {"PixelUnshuffle", model_shuffle, NULL},
    {"Linear", model_linear, NULL},
    {"Tanh", NULL, exact_tanh},
    {"Sigmoid", NULL, logistic},
    {"ReLU", NULL, positive},
    {"LeakyReLU", NULL, leaky},
    {"ELU", NULL, exact_elu},
    {"Hardtanh", NULL, limited},
    {"ReLU6", NULL, below_6},
    {"SiLU", NULL, exact_silu},
    {"GELU", NULL, exact_gelu},
    {"Mish", NULL, exact_mish},
    {"Hardswish", NULL, exact_hardswish},
    {"Softplus", NULL, exact_softplus},
    {"Flatten", NULL, same},
    {"Unflatten", NULL, same},
    {"BatchNorm1d", model_batch_norm, NULL},
    {"BatchNorm2d", model_batch_norm, NULL},
    {"GroupNorm", model_norm, NULL},
    {"LayerNorm", model_norm, NULL},
    {"InstanceNorm2d", model_norm, NULL},
    {"PReLU", model_prelu, NULL},
    {"Softmax", model_softmax, NULL},
    {"LogSoftmax", model_softmax, NULL},
    {"Identity", NULL, same},
};

void test_layer(const emb__layer *layer, const double *params, const double *x, double *y) {
    size_t at = 0;
    while (at < TEST_COUNT(models) && strcmp(models[at].name, layer->kind->name) != 0) at++;
    assert(at < TEST_COUNT(models));
    if (models[at].run) {
        models[at].run(layer, params, x, y);
        return;
    }
    for (size_t i = 0; i < emb__shape_count(&layer->in); i++)
        y[i] = models[at].each(layer->numbers, x[i]);
}
