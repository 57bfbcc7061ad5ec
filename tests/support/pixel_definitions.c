/* See pixel_definitions.h. */
#include "support/pixel_definitions.h"

#include <math.h>

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

void model_max(const emb__layer *layer, const double *params, const double *x, double *y) {
    (void)params;
    each_window(layer, x, y, greatest);
}

void model_average(const emb__layer *layer, const double *params, const double *x, double *y) {
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

void model_upsample(const emb__layer *layer, const double *params, const double *x, double *y) {
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

void model_pad(const emb__layer *layer, const double *params, const double *x, double *y) {
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

void model_shuffle(const emb__layer *layer, const double *params, const double *x, double *y) {
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
