/* InstanceNorm2d: mean 0 and variance 1 for each channel of each image, then perhaps a weight and a
 * bias for each channel. With track_running_stats the images' means and variances are averaged over
 * the batches, and outside of training these averages take their places, as in BatchNorm. */
#include <math.h>

#include "net/layers/batch_norm.h"
#include "net/layers/image_norm.h"
#include "net/layers/kind_rows.h"

enum { FEATURES, EPS, MOMENTUM, AFFINE, TRACK };
enum { COUNT, MEAN, VARIANCE, SUMS };

static const emb__arg_kind args[] = {
    {"num_features", EMB__INT, .required = true, .least = 1, .most = EMB__MAX_SIZE},
    {"eps", EMB__REAL, .real = {0, FLT_MAX, 1e-5}},
    {"momentum", EMB__REAL, .may_be_none = true, .real = {0, 1, 0.1}},
    {"affine", EMB__BOOL, .value = false},
    {"track_running_stats", EMB__BOOL, .value = false},
    {0},
};

/* Adds the averages; from here on the layer is run by a row of its own. */
static void track(emb__layer *layer) {
    static const char *const roles[] = {"running_mean", "running_var", "num_batches_tracked"};
    for (int i = 0; i < 3; i++) {
        const bool counter = i == 2;
        layer->params[layer->param_count++] =
            (emb__param){.role = roles[i],
                         .rank = counter ? 0 : 1,
                         .d = {layer->in.d[0]},
                         .count = counter ? 1 : (size_t)layer->in.d[0],
                         .is_buffer = true,
                         .is_counter = counter,
                         .is_variance = i == 1,
                         .is_constant = true,
                         .initial = i == 1};
    }
    layer->packed_count = emb__batch_norm_packed(layer);
    layer->kind = &emb__instance_norm2d_tracking;
}

static emb_status compile(emb__layer *layer) {
    const emb__arg *a = layer->spec->args;
    const int features = a[FEATURES].v[0];
    const bool affine = a[AFFINE].v[0];
    char got[EMB__SHAPE_TEXT];
    if (layer->in.rank != 3 || layer->in.d[0] != features) {
        return emb__fail(EMB_ERR_SHAPE, "expects %d channels (%dxHxW), gets %s", features, features,
                         emb__shape_print(&layer->in, got));
    }
    if (layer->in.d[1] * layer->in.d[2] == 1) {
        return emb__fail(EMB_ERR_SHAPE,
                         "expects more than one place in each channel, gets %s: every number would "
                         "become 0",
                         emb__shape_print(&layer->in, got));
    }
    layer->norm = (emb__norm){.groups = (size_t)features,
                              .pieces = 1,
                              .count = (size_t)layer->in.d[1] * (size_t)layer->in.d[2],
                              .weight = affine,
                              .bias = affine,
                              .epsilon = a[EPS].real};
    emb__norm_compile(layer, 1, &features);
    if (a[TRACK].v[0]) track(layer);
    return EMB_OK;
}

const emb__layer_kind emb__instance_norm2d = {
    .name = "InstanceNorm2d", .args = args, .compile = compile, EMB__NORM_KIND};

/* ---- averages -------------------------------------------------------------------------------- */

/* The number of a channel in running_mean (0) or running_var (1). */
static size_t average_at(const emb__layer *layer, int which, int channel) {
    return layer->params[layer->param_count - 3 + which].at + (size_t)channel;
}

/* The images' means and unbiased variances, added up in their order. */
static void look(const emb__layer *layer, const emb__pass *pass, int channel, double *sums,
                 size_t stride) {
    const size_t lanes = (size_t)pass->k->lanes, count = layer->norm.count;
    const float *x = pass->in + (size_t)channel * count * lanes;
    const double n = (double)count;
    double all[2 * EMB__LANES];
    float mean[EMB__LANES];
    pass->k->norm_sum(x, count, lanes, all);
    for (size_t i = 0; i < lanes; i++) mean[i] = (float)(all[i] / n);
    pass->k->norm_spread(x, count, lanes, mean, all);
    for (size_t half = 0; half < lanes / 8; half++) {
        double *to = sums + half * stride;
        for (int i = 0; i < SUMS; i++) to[i] = 0;
        for (size_t i = 8 * half; i < 8 * half + 8 && i < pass->images; i++) {
            const double apart = all[i] / n;
            to[COUNT] += 1;
            to[MEAN] += (double)mean[i] + apart;
            to[VARIANCE] += (all[lanes + i] - apart * all[i]) / (n - 1);
        }
    }
}

static void merge(double *a, const double *b) {
    for (int i = 0; i < SUMS; i++) a[i] += b[i];
}

static void settle(const emb__layer *layer, const emb__pass *pass, int channel, const double *sums,
                   float *buffers) {
    (void)pass;
    const emb__arg *momentum = &layer->spec->args[MOMENTUM];
    if (!buffers || momentum->is_none) return;
    for (int i = 0; i < 2; i++) {
        float *average = buffers + average_at(layer, i, channel);
        *average = (float)((1 - momentum->real) * (double)*average +
                           momentum->real * sums[MEAN + i] / sums[COUNT]);
    }
}

/* Nothing is needed of the batch on the way back. */
static void look_back(const emb__layer *layer, const emb__pass *pass, int channel, double *sums,
                      size_t stride) {
    (void)layer, (void)channel;
    for (int half = 0; half < pass->k->lanes / 8; half++) sums[(size_t)half * stride] = 0;
}

static void merge_back(double *a, const double *b) { a[0] += b[0]; }

static void settle_back(const emb__layer *layer, const emb__pass *pass, int channel,
                        const double *sums) {
    (void)layer, (void)pass, (void)channel, (void)sums;
}

static const emb__batch_kind batch = {.sums = SUMS,
                                      .back_sums = 1,
                                      .stats = 1,
                                      .counts_nothing = true,
                                      .look = look,
                                      .look_back = look_back,
                                      .merge = merge,
                                      .merge_back = merge_back,
                                      .settle = settle,
                                      .settle_back = settle_back};

/* Of a channel, by the averages; says whether weights may take them over. */
static bool running_affine(const emb__layer *layer, const float *params, int channel, double *scale,
                           double *shift) {
    const double mean = (double)params[average_at(layer, 0, channel)];
    const double variance = (double)params[average_at(layer, 1, channel)];
    const size_t at = (size_t)channel;
    *scale = 1 / sqrt(variance + layer->norm.epsilon);
    if (layer->norm.weight) *scale *= (double)params[layer->params[0].at + at];
    *shift = -mean * *scale;
    if (layer->norm.bias) *shift += (double)params[layer->params[1].at + at];
    return emb__batch_norm_folds(mean, variance, layer->norm.epsilon);
}

static bool affine(const emb__layer *layer, const float *params, double *scale, double *shift) {
    bool folds = true;
    for (int c = 0; c < layer->in.d[0]; c++) {
        if (!running_affine(layer, params, c, &scale[c], &shift[c])) folds = false;
    }
    return folds;
}

static void forward(const emb__layer *layer, const emb__pass *pass) {
    const size_t count = layer->norm.count, plane = count * (size_t)pass->k->lanes;
    if (pass->training) {
        emb__norm_forward(layer, pass);
        return;
    }
    size_t from;
    const size_t to = emb__member_part(pass->me, (size_t)layer->in.d[0], &from);
    for (size_t c = from; c < to; c++) {
        double scale, shift;
        running_affine(layer, pass->params, (int)c, &scale, &shift);
        pass->k->affine(pass->in + c * plane, count, (float)scale, (float)shift,
                        pass->out + c * plane);
    }
}

static void pack(const emb__layer *layer, const float *params, float *packed) {
    for (int c = 0; c < layer->in.d[0]; c++) {
        double scale, shift;
        running_affine(layer, params, c, &scale, &shift);
        emb__batch_norm_pack(layer, c, (float)scale, (float)shift, packed);
    }
}

const emb__layer_kind emb__instance_norm2d_tracking = {.name = "InstanceNorm2d",
                                                       .family = EMB_LAYER_NORM,
                                                       .args = args,
                                                       .compile = compile,
                                                       .forward = forward,
                                                       .backward = emb__norm_backward,
                                                       .scratch = emb__norm_scratch,
                                                       .batch = &batch,
                                                       .affine = affine,
                                                       .pack = pack,
                                                       .single = emb__batch_norm_single};
