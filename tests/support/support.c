/* See support.h. */
#include "support/support.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net/layers/kind_rows.h"

/* What cairo and fontconfig keep of a font until the process ends is theirs: read by the leak
 * sanitizer, where there is one. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libfontconfig"; }

/* ---- SHA-256 ---- */

static const uint32_t rounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turn(uint32_t x, int by) { return (x >> by) | (x << (32 - by)); }

static void mix(test_sha *sha) {
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++) {
        const uint8_t *b = sha->block + 4 * i;
        w[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    }
    for (int i = 16; i < 64; i++) {
        w[i] = w[i - 16] + w[i - 7] +
               (turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >> 3)) +
               (turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >> 10));
    }
    memcpy(s, sha->h, sizeof s);
    for (int i = 0; i < 64; i++) {
        const uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
        const uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        const uint32_t a =
            s[7] + (turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25)) + choice + rounds[i] + w[i];
        const uint32_t b = (turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22)) + majority;
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += a;
        s[0] = a + b;
    }
    for (int i = 0; i < 8; i++) sha->h[i] += s[i];
}

void test_sha_begin(test_sha *sha) {
    *sha = (test_sha){.h = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                            0x1f83d9ab, 0x5be0cd19}};
}

void test_sha_add(test_sha *sha, const void *bytes, size_t count) {
    const uint8_t *from = bytes;
    for (size_t i = 0; i < count; i++) {
        sha->block[sha->bytes++ % sizeof sha->block] = from[i];
        if (sha->bytes % sizeof sha->block == 0) mix(sha);
    }
}

const char *test_sha_end(test_sha *sha, char text[TEST_SHA_TEXT]) {
    static const char digits[] = "0123456789abcdef";
    const uint64_t bits = 8 * sha->bytes;
    test_sha_add(sha, "\x80", 1);
    while (sha->bytes % sizeof sha->block != 56) test_sha_add(sha, "", 1);
    for (int i = 7; i >= 0; i--) test_sha_add(sha, &(uint8_t){(uint8_t)(bits >> (8 * i))}, 1);
    for (int i = 0; i < 64; i++) text[i] = digits[sha->h[i / 8] >> (28 - 4 * (i % 8)) & 15];
    text[64] = '\0';
    return text;
}

void test_sha_weights(test_sha *sha, const emb_net *net) {
    for (int i = 0; i < net->tensor_count; i++) {
        const emb__param *param = net->tensors[i].param;
        test_sha_add(sha, net->params + param->at, param->count * sizeof *net->params);
    }
}

/* ---- instruction sets, images ---- */

const char *const test_isas[] = {"avx512", "avx2", "neon", "plain", NULL};

bool test_use_isa(const char *name) {
    if (!name) return unsetenv("EMBUDO_ISA") == 0;
    return emb__kernels_find(name) && setenv("EMBUDO_ISA", name, 1) == 0;
}

emb_images *test_images(size_t count, int channels, int height, int width, uint64_t seed) {
    const int shape[3] = {channels, height, width};
    const size_t bytes = count * (size_t)channels * (size_t)height * (size_t)width;
    uint8_t *pixels = malloc(bytes);
    if (!pixels) return NULL;
    emb__random random;
    emb__random_seed(&random, seed);
    for (size_t i = 0; i < bytes; i++) pixels[i] = (uint8_t)(emb__random_next32(&random) >> 24);
    emb_images *images = emb_images_new(pixels, NULL, count, shape);
    free(pixels);
    return images;
}

emb_images *test_labelled(size_t count, const int shape[3], int classes, uint64_t seed) {
    emb_images *bare = test_images(count, shape[0], shape[1], shape[2], seed);
    uint8_t *labels = malloc(count);
    if (!bare || !labels) return NULL;
    for (size_t i = 0; i < count; i++) labels[i] = (uint8_t)((i * 7 + seed) % (size_t)classes);
    emb_images *images = emb_images_new(emb_images_pixels(bare, 0), labels, count, shape);
    free(labels);
    emb_images_free(bare);
    return images;
}

const char test_classifier[] =
    "input = 2, 6, 5\n"
    "classifier = Sequential(Conv2d(2, 3, 3, stride=2, padding=1), Tanh(),\n"
    "    Flatten(), Linear(27, 6), Sigmoid(), Linear(6, 4))\n";

void test_noise(float *values, size_t count, uint64_t seed) {
    emb__random random;
    emb__random_seed(&random, seed);
    for (size_t i = 0; i < count; i++) values[i] = emb__random_uniform(&random, -1, 1);
}

/* ---- the layers' definitions ---- */

/* Number i of an argument of the layer, by PyTorch's name. */
static int arg(const emb__layer *layer, const char *name, int i) {
    const emb__arg_kind *kinds = layer->kind->args;
    int at = 0;
    while (kinds[at].name && strcmp(kinds[at].name, name) != 0) at++;
    assert(kinds[at].name);
    return layer->spec->args[at].v[i];
}

typedef void model(const emb__layer *layer, const double *params, const double *x, double *y);

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

/* ---- pixels of neighbouring ones ---- */

static bool given(const emb__layer *layer, const char *name) {
    return emb__layer_arg(layer->spec, name) && !emb__layer_arg(layer->spec, name)->is_none;
}

/* The first input that output o meets in a direction, and the one behind the last. */
static void adaptive_window(const emb__layer *layer, int side, int o, int ends[2]) {
    const int in = layer->in.d[1 + side], out = layer->out.d[1 + side];
    ends[0] = o * in / out;
    ends[1] = ((o + 1) * in + out - 1) / out;
}

static void window(const emb__layer *layer, int side, int o, int ends[2], int *step) {
    const bool dilates = emb__layer_arg(layer->spec, "dilation") != NULL;
    *step = 1;
    if (emb__layer_arg(layer->spec, "output_size")) {
        adaptive_window(layer, side, o, ends);
        return;
    }
    *step = dilates ? arg(layer, "dilation", side) : 1;
    const int kernel = arg(layer, "kernel_size", side);
    const int stride = given(layer, "stride") ? arg(layer, "stride", side) : kernel;
    ends[0] = o * stride - arg(layer, "padding", side);
    ends[1] = ends[0] + (kernel - 1) * *step + 1;
}

/* What a window's numbers come to. */
typedef double gathered(const emb__layer *layer, const double *x, int n, int divisor);

static double greatest(const emb__layer *layer, const double *x, int n, int divisor) {
    double most = -INFINITY;
    (void)layer, (void)divisor;
    for (int i = 0; i < n; i++) most = fmax(most, x[i]);
    return most;
}

static double average(const emb__layer *layer, const double *x, int n, int divisor) {
    double sum = 0;
    for (int i = 0; i < n; i++) sum += x[i];
    if (given(layer, "divisor_override")) return sum / arg(layer, "divisor_override", 0);
    const bool padding = given(layer, "count_include_pad") && arg(layer, "count_include_pad", 0);
    return sum / (padding ? divisor : n);
}

static void each_window(const emb__layer *layer, const double *x, double *y, gathered *gather) {
    const int *in = layer->in.d, *out = layer->out.d;
    for (int i = 0; i < out[0] * out[1] * out[2]; i++) {
        const double *plane = x + i / (out[1] * out[2]) * in[1] * in[2];
        int rows[2], columns[2], step[2], n = 0;
        double met[64];
        window(layer, 0, i / out[2] % out[1], rows, &step[0]);
        window(layer, 1, i % out[2], columns, &step[1]);
        for (int r = rows[0]; r < rows[1]; r += step[0]) {
            for (int c = columns[0]; c < columns[1]; c += step[1]) {
                if (r < 0 || r >= in[1] || c < 0 || c >= in[2]) continue;
                met[n++] = plane[r * in[2] + c];
            }
        }
        /* Beyond the padding that was asked for, nothing counts. */
        const bool pads = emb__layer_arg(layer->spec, "padding") != NULL;
        const int below = in[1] + (pads ? arg(layer, "padding", 0) : 0);
        const int right = in[2] + (pads ? arg(layer, "padding", 1) : 0);
        const int height = (rows[1] < below ? rows[1] : below) - rows[0];
        const int width = (columns[1] < right ? columns[1] : right) - columns[0];
        y[i] = gather(layer, met, n, height * width);
    }
}

static void model_max(const emb__layer *layer, const double *params, const double *x, double *y) {
    (void)params;
    each_window(layer, x, y, greatest);
}

static void model_average(const emb__layer *layer, const double *params, const double *x,
                          double *y) {
    (void)params;
    each_window(layer, x, y, average);
}

/* A number of an image at a place between its pixels, of one direction: weights of neighbours. */
static double hat(double x) { return fmax(0, 1 - fabs(x)); }
static double cubic(double x) {
    const double a = -0.75, t = fabs(x);
    if (t <= 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
    return t < 2 ? ((t - 5) * t + 8) * t * a - 4 * a : 0;
}

static double place_of(const emb__layer *layer, int side, int o) {
    const int in = layer->in.d[1 + side], out = layer->out.d[1 + side];
    const emb__arg *factor = emb__layer_arg(layer->spec, "scale_factor");
    const bool recomputed =
        given(layer, "recompute_scale_factor") && arg(layer, "recompute_scale_factor", 0);
    double scale = (double)in / out;
    if (!factor->is_none && !recomputed) scale = 1 / (side ? factor->second : factor->real);
    if (arg(layer, "mode", 0) == 0) return floor(o * scale);
    if (arg(layer, "mode", 0) == 3) return floor((o + 0.5) * scale);
    if (!given(layer, "align_corners") || !arg(layer, "align_corners", 0)) {
        const double at = (o + 0.5) * scale - 0.5;
        return arg(layer, "mode", 0) == 1 ? fmax(at, 0) : at;
    }
    return out > 1 ? o * (in - 1.0) / (out - 1) : 0;
}

static void model_upsample(const emb__layer *layer, const double *params, const double *x,
                           double *y) {
    const int *in = layer->in.d, *out = layer->out.d;
    double (*const weigh)(double) = arg(layer, "mode", 0) == 2 ? cubic : hat;
    (void)params;
    for (int i = 0; i < out[0] * out[1] * out[2]; i++) {
        const double *plane = x + i / (out[1] * out[2]) * in[1] * in[2];
        const double row = place_of(layer, 0, i / out[2] % out[1]);
        const double column = place_of(layer, 1, i % out[2]);
        y[i] = 0;
        for (int r = (int)floor(row) - 1; r <= floor(row) + 2; r++) {
            for (int c = (int)floor(column) - 1; c <= floor(column) + 2; c++) {
                const int inside_r = r < 0 ? 0 : r < in[1] ? r : in[1] - 1;
                const int inside_c = c < 0 ? 0 : c < in[2] ? c : in[2] - 1;
                y[i] += weigh(row - r) * weigh(column - c) * plane[inside_r * in[2] + inside_c];
            }
        }
    }
}

static void model_pad(const emb__layer *layer, const double *params, const double *x, double *y) {
    const int *in = layer->in.d, *out = layer->out.d;
    const char mode = layer->kind->name[2]; /* of Zero, Reflection, Replication */
    (void)params;
    for (int i = 0; i < out[0] * out[1] * out[2]; i++) {
        const double *plane = x + i / (out[1] * out[2]) * in[1] * in[2];
        int at[2] = {i / out[2] % out[1] - arg(layer, "padding", 2),
                     i % out[2] - arg(layer, "padding", 0)};
        bool outside = false;
        for (int k = 0; k < 2; k++) {
            const int last = in[1 + k] - 1;
            outside = outside || at[k] < 0 || at[k] > last;
            if (at[k] < 0) at[k] = mode == 'f' ? -at[k] : 0;
            if (at[k] > last) at[k] = mode == 'f' ? 2 * last - at[k] : last;
        }
        y[i] = mode == 'r' && outside ? 0 : plane[at[0] * in[2] + at[1]];
    }
}

static void model_shuffle(const emb__layer *layer, const double *params, const double *x,
                          double *y) {
    const bool up = strcmp(layer->kind->name, "PixelShuffle") == 0;
    const int r = layer->spec->args[0].v[0];
    const int *large = up ? layer->out.d : layer->in.d, *small = up ? layer->in.d : layer->out.d;
    (void)params;
    for (int i = 0; i < large[0] * large[1] * large[2]; i++) {
        const int c = i / (large[1] * large[2]), row = i / large[2] % large[1], col = i % large[2];
        const int channel = c * r * r + row % r * r + col % r;
        const int k = (channel * small[1] + row / r) * small[2] + col / r;
        y[up ? i : k] = x[up ? k : i];
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
