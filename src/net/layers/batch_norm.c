/* BatchNorm1d and BatchNorm2d (Ioffe and Szegedy, 2015): each channel is normalized over the batch
 * while it trains, by running averages else. With the mean m and the variance v of a channel:
 *   y = x a + b,  a = weight / sqrt(v + eps),  b = bias - m a,
 *   dx = (g - mean(g) - (x - m) k) a,  k = sum(g (x - m)) / (n (v + eps)),
 *   dweight = sum(g (x - m)) / sqrt(v + eps),  dbias = sum(g),
 *   running_mean += momentum (m - running_mean); running_var likewise, from v n / (n - 1).
 */
#include "net/layers/batch_norm.h"

#include "net/layers/kind_rows.h"

enum { FEATURES, EPS, MOMENTUM, AFFINE, TRACK };
enum { COUNT, MEAN, SQUARES, SUMS };
enum { SUM_G, SUM_PRODUCT, BACK_SUMS };
enum { SCALE, SHIFT, BATCH_MEAN, INVERSE, MEAN_G, SLOPE, STATS };

static const emb__arg_kind args[] = {
    {"num_features", EMB__INT, .required = true, .least = 1, .most = EMB__MAX_ELEMENTS},
    {"eps", EMB__REAL, .real = {.least = 0, .most = 1e30, .value = 1e-5}},
    {"momentum", EMB__REAL, .may_be_none = true, .real = {.least = 0, .most = 1, .value = 0.1}},
    {"affine", EMB__BOOL, .value = true},
    {"track_running_stats", EMB__BOOL, .value = true},
    {0},
};

/* The tensors, in PyTorch's order; `first`: 0 if the layer is affine, else -2. */
enum { WEIGHT, BIAS, RUNNING_MEAN, RUNNING_VAR, BATCHES };

static int tensor_at(const emb__layer *layer, int which) {
    return layer->spec->args[AFFINE].v[0] ? which : which - 2;
}

static size_t rounded(const emb__layer *layer) {
    return ((size_t)layer->in.d[0] + EMB__LANES - 1) / EMB__LANES * EMB__LANES;
}

static void add_tensor(emb__layer *layer, const char *role, bool buffer, float initial) {
    const int channels = layer->in.d[0];
    layer->params[layer->param_count++] = (emb__param){.role = role,
                                                       .rank = 1,
                                                       .d = {channels},
                                                       .count = (size_t)channels,
                                                       .is_buffer = buffer,
                                                       .is_constant = true,
                                                       .initial = initial};
}

static emb_status compile(emb__layer *layer, int rank, const char *expects) {
    char got[EMB__SHAPE_TEXT];
    const emb__arg *a = layer->spec->args;
    const int features = a[FEATURES].v[0];
    const bool fits = layer->in.rank == rank || (rank == 1 && layer->in.rank == 2);
    if (!fits || layer->in.d[0] != features) {
        return emb__fail(EMB_ERR_SHAPE, "expects %d %s, gets %s", features, expects,
                         emb__shape_print(&layer->in, got));
    }
    if (!a[TRACK].v[0]) {
        return emb__fail(EMB_ERR_SHAPE,
                         "has track_running_stats=False, with which an image's numbers would "
                         "depend on the others that it is run with; expected True");
    }
    layer->out = layer->in;
    if (a[AFFINE].v[0]) {
        add_tensor(layer, "weight", false, 1);
        add_tensor(layer, "bias", false, 0);
    }
    add_tensor(layer, "running_mean", true, 0);
    add_tensor(layer, "running_var", true, 1);
    layer->params[layer->param_count - 1].is_variance = true;
    add_tensor(layer, "num_batches_tracked", true, 0);
    emb__param *batches = &layer->params[layer->param_count - 1];
    batches->rank = 0;
    batches->count = 1;
    batches->is_counter = true;
    layer->packed_count = emb__batch_norm_packed(layer);
    return EMB_OK;
}

static emb_status compile_1d(emb__layer *layer) { return compile(layer, 1, "features"); }
static emb_status compile_2d(emb__layer *layer) { return compile(layer, 3, "channels (CxHxW)"); }

static size_t plane_of(const emb__layer *layer) {
    return emb__shape_count(&layer->in) / (size_t)layer->in.d[0];
}

static float number_of(const emb__layer *layer, const float *params, int which, int channel,
                       float missing) {
    const int at = tensor_at(layer, which);
    return at < 0 ? missing : params[layer->params[at].at + (size_t)channel];
}

static float number(const emb__layer *layer, const emb__pass *pass, int which, int channel,
                    float missing) {
    return number_of(layer, pass->params, which, channel, missing);
}

/* ---- statistics ---- */

static void look(const emb__layer *layer, const emb__pass *pass, int channel, double *sums,
                 size_t stride) {
    const size_t plane = plane_of(layer), lanes = (size_t)pass->k->lanes;
    double both[2 * SUMS];
    pass->k->moments(pass->in + (size_t)channel * plane * lanes, plane, (int)pass->images, both);
    for (int half = 0; half < pass->k->lanes / 8; half++) {
        for (int i = 0; i < SUMS; i++)
            sums[(size_t)half * stride + (size_t)i] = both[half * SUMS + i];
    }
}

/* Chan, Golub and LeVeque (1979). */
static void merge(double *a, const double *b) {
    const double count = a[COUNT] + b[COUNT], apart = b[MEAN] - a[MEAN];
    if (b[COUNT] == 0) return;
    a[MEAN] += apart * b[COUNT] / count;
    a[SQUARES] += b[SQUARES] + apart * apart * a[COUNT] * b[COUNT] / count;
    a[COUNT] = count;
}

static void track(const emb__layer *layer, int channel, const double *sums, float *buffers) {
    const emb__arg *momentum = &layer->spec->args[MOMENTUM];
    float *mean = buffers + layer->params[tensor_at(layer, RUNNING_MEAN)].at + channel;
    float *var = buffers + layer->params[tensor_at(layer, RUNNING_VAR)].at + channel;
    const double batches = (double)buffers[layer->params[tensor_at(layer, BATCHES)].at];
    const double share = momentum->is_none ? 1 / (batches + 1) : momentum->real;
    const double unbiased = sums[COUNT] > 1 ? sums[SQUARES] / (sums[COUNT] - 1) : NAN;
    *mean = (float)((1 - share) * (double)*mean + share * sums[MEAN]);
    *var = (float)((1 - share) * (double)*var + share * unbiased);
}

static void settle(const emb__layer *layer, const emb__pass *pass, int channel, const double *sums,
                   float *buffers) {
    float *stats = pass->stats + (size_t)channel * STATS;
    const double eps = layer->spec->args[EPS].real;
    const double inverse = 1 / sqrt(sums[SQUARES] / sums[COUNT] + eps);
    const double scale = inverse * (double)number(layer, pass, WEIGHT, channel, 1);
    stats[SCALE] = (float)scale;
    stats[SHIFT] = (float)((double)number(layer, pass, BIAS, channel, 0) - sums[MEAN] * scale);
    stats[BATCH_MEAN] = (float)sums[MEAN];
    stats[INVERSE] = (float)inverse;
    if (buffers) track(layer, channel, sums, buffers);
}

static void look_back(const emb__layer *layer, const emb__pass *pass, int channel, double *sums,
                      size_t stride) {
    const size_t plane = plane_of(layer), at = (size_t)channel * plane * (size_t)pass->k->lanes;
    const float mean = pass->stats[(size_t)channel * STATS + BATCH_MEAN];
    double both[2 * BACK_SUMS];
    pass->k->slopes(pass->grad_out + at, pass->in + at, plane, mean, both);
    for (int half = 0; half < pass->k->lanes / 8; half++) {
        for (int i = 0; i < BACK_SUMS; i++) {
            sums[(size_t)half * stride + (size_t)i] = both[half * BACK_SUMS + i];
        }
    }
}

static void merge_back(double *a, const double *b) {
    for (int i = 0; i < BACK_SUMS; i++) a[i] += b[i];
}

static void settle_back(const emb__layer *layer, const emb__pass *pass, int channel,
                        const double *sums) {
    float *stats = pass->stats + (size_t)channel * STATS;
    const double count = (double)pass->images * (double)plane_of(layer);
    const double inverse = (double)stats[INVERSE];
    stats[MEAN_G] = (float)(sums[SUM_G] / count);
    stats[SLOPE] = (float)(sums[SUM_PRODUCT] * inverse * inverse / count);
    const int weight = tensor_at(layer, WEIGHT);
    if (weight < 0 || !pass->grads) return;
    pass->grads[layer->params[weight].at + (size_t)channel] = (float)(sums[SUM_PRODUCT] * inverse);
    pass->grads[layer->params[weight + 1].at + (size_t)channel] = (float)sums[SUM_G];
}

static const emb__batch_kind batch = {
    .least = 2,
    .sums = SUMS,
    .back_sums = BACK_SUMS,
    .stats = STATS,
    .forward_stats = MEAN_G,
    .look = look,
    .look_back = look_back,
    .merge = merge,
    .merge_back = merge_back,
    .settle = settle,
    .settle_back = settle_back,
};

/* ---- passes ---- */

/* Of a channel, by the running averages; says whether weights may take them over. */
static bool running_affine(const emb__layer *layer, const float *params, int channel, double *scale,
                           double *shift) {
    const double mean = (double)number_of(layer, params, RUNNING_MEAN, channel, 0);
    const double var = (double)number_of(layer, params, RUNNING_VAR, channel, 1);
    const double eps = layer->spec->args[EPS].real;
    *scale = (double)number_of(layer, params, WEIGHT, channel, 1) / sqrt(var + eps);
    *shift = (double)number_of(layer, params, BIAS, channel, 0) - mean * *scale;
    return emb__batch_norm_folds(mean, var, eps);
}

static bool affine(const emb__layer *layer, const float *params, double *scale, double *shift) {
    bool folds = true;
    for (int c = 0; c < layer->in.d[0]; c++) {
        if (!running_affine(layer, params, c, &scale[c], &shift[c])) folds = false;
    }
    return folds;
}

/* Scale and shift of a channel: the batch's, or those of the running averages. */
static void find_affine(const emb__layer *layer, const emb__pass *pass, int channel, float *scale,
                        float *shift) {
    if (pass->training) {
        *scale = pass->stats[(size_t)channel * STATS + SCALE];
        *shift = pass->stats[(size_t)channel * STATS + SHIFT];
        return;
    }
    double a, b;
    running_affine(layer, pass->params, channel, &a, &b);
    *scale = (float)a;
    *shift = (float)b;
}

static void forward(const emb__layer *layer, const emb__pass *pass) {
    const emb__share share = emb__shape_share(&layer->out, pass->me);
    const size_t plane = plane_of(layer),
                 row = layer->in.rank == 3 ? (size_t)layer->in.d[2] : plane;
    const size_t lanes = (size_t)pass->k->lanes;
    const size_t rows = (size_t)(share.row_end - share.row) * row;
    for (int c = share.channel; c < share.channel_end; c++) {
        const size_t at = ((size_t)c * plane + (size_t)share.row * row) * lanes;
        float scale, shift;
        find_affine(layer, pass, c, &scale, &shift);
        pass->k->affine(pass->in + at, rows, scale, shift, pass->out + at);
    }
}

/* In an evaluation each channel is multiplied by a constant. */
static void back_by_averages(const emb__layer *layer, const emb__pass *pass, int channel, size_t at,
                             size_t rows) {
    float scale, shift;
    find_affine(layer, pass, channel, &scale, &shift);
    pass->k->affine(pass->grad_out + at, rows, scale, 0, pass->grad_in + at);
}

static void backward(const emb__layer *layer, const emb__pass *pass) {
    if (!pass->grad_in) return;
    const emb__share share = emb__shape_share(&layer->out, pass->me);
    const size_t plane = plane_of(layer),
                 row = layer->in.rank == 3 ? (size_t)layer->in.d[2] : plane;
    const size_t lanes = (size_t)pass->k->lanes;
    const size_t rows = (size_t)(share.row_end - share.row) * row;
    for (int c = share.channel; c < share.channel_end; c++) {
        const size_t at = ((size_t)c * plane + (size_t)share.row * row) * lanes;
        if (!pass->training) {
            back_by_averages(layer, pass, c, at, rows);
            continue;
        }
        const float *stats = pass->stats + (size_t)c * STATS;
        const emb__normal normal = {.mean = stats[BATCH_MEAN],
                                    .mean_g = stats[MEAN_G],
                                    .slope = stats[SLOPE],
                                    .scale = stats[SCALE]};
        pass->k->normal_back(pass->grad_out + at, pass->in + at, rows, (int)pass->images, &normal,
                             pass->grad_in + at);
    }
}

/* ---- one image alone: [place][channel] ---- */

/* Scales and shifts, with room for what is read past them; then statistics that change nothing. */
size_t emb__batch_norm_packed(const emb__layer *layer) {
    return 2 * (rounded(layer) + EMB__LANES) + EMB__NORM_STATS * rounded(layer);
}

void emb__batch_norm_pack(const emb__layer *layer, int channel, float scale, float shift,
                          float *packed) {
    const size_t room = rounded(layer) + EMB__LANES, c = (size_t)channel;
    float *stats = packed + 2 * room;
    packed[c] = scale;
    packed[room + c] = shift;
    stats[EMB__NORM_MEAN * rounded(layer) + c] = stats[EMB__NORM_REST * rounded(layer) + c] = 0;
    stats[EMB__NORM_RATE * rounded(layer) + c] = 1;
}

static void pack(const emb__layer *layer, const float *params, float *packed) {
    for (int c = 0; c < layer->in.d[0]; c++) {
        double scale, shift;
        running_affine(layer, params, c, &scale, &shift);
        emb__batch_norm_pack(layer, c, (float)scale, (float)shift, packed);
    }
}

void emb__batch_norm_single(const emb__layer *layer, const emb__single *pass) {
    const size_t channels = (size_t)layer->in.d[0], plane = plane_of(layer);
    const size_t room = rounded(layer) + EMB__LANES;
    const float *scale = pass->packed, *shift = pass->packed + room;
    if (layer->in.rank != 2) {
        const emb__norm_affine by = {scale, shift, 0, 0};
        pass->k->single_norm(pass->in, plane, channels, pass->packed + 2 * room, &by, pass->out);
        return;
    }
    for (size_t c = 0; c < channels; c++) { /* in C order */
        pass->k->affine(pass->in + c * plane, (plane + EMB__LANES - 1) / EMB__LANES, scale[c],
                        shift[c], pass->out + c * plane);
    }
}

/* single_norm reads past its numbers' end. */
static size_t scratch(const emb__layer *layer) {
    (void)layer;
    return 1;
}

#define ROW(pytorch, compiled)                                                                     \
    {                                                                                              \
        .name = pytorch, .family = EMB_LAYER_NORM, .args = args, .compile = compiled,              \
        .forward = forward, .backward = backward, .back_in_place = true, .batch = &batch,          \
        .affine = affine, .pack = pack, .single = emb__batch_norm_single, .scratch = scratch       \
    }

const emb__layer_kind emb__batch_norm1d = ROW("BatchNorm1d", compile_1d);
const emb__layer_kind emb__batch_norm2d = ROW("BatchNorm2d", compile_2d);
