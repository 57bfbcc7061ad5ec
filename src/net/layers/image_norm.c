/* See image_norm.h. Statistics are made in two passes: the mean, then the sums of differences from
 * it and of their squares. The first of these corrects the mean for its rounding, so that the
 * results are as good for numbers far from 0 as for others. */
#include "net/layers/image_norm.h"

#include <math.h>
#include <string.h>

/* Stands in for weights or biases that a layer does not have. */
static const float one = 1, zero = 0;

static size_t rounded(size_t count) { return (count + EMB__LANES - 1) / EMB__LANES * EMB__LANES; }

/* The weights of a whole group, or of all planes. */
static size_t weight_count(const emb__norm *n) {
    return n->by_place ? n->pieces * n->count : n->groups * n->pieces;
}

/* Planes that lie side by side in one image alone: [place][channel]. Flat tensors have one. */
static size_t channels_of(const emb__layer *layer) {
    return layer->in.rank == 3 || !layer->norm.by_place ? (size_t)layer->in.d[0] : 1;
}

void emb__norm_compile(emb__layer *layer, int rank, const int *shape) {
    const emb__norm *n = &layer->norm;
    layer->out = layer->in;
    layer->own_cut = true;
    layer->kept_count = EMB__NORM_STATS * n->groups;
    const struct {
        const char *role;
        bool used;
        float initial;
    } roles[] = {{"weight", n->weight, 1}, {"bias", n->bias, 0}};
    for (int i = 0; i < 2; i++) {
        if (!roles[i].used) continue;
        emb__param *param = &layer->params[layer->param_count++];
        *param = (emb__param){.role = roles[i].role,
                              .rank = rank,
                              .count = weight_count(n),
                              .is_constant = true,
                              .initial = roles[i].initial};
        memcpy(param->d, shape, (size_t)rank * sizeof *shape);
    }
    const size_t places = n->by_place ? n->count : 1;
    layer->packed_count = 2 * (rounded(places * channels_of(layer)) + EMB__LANES);
}

void emb__norm_finish(double sum, double squares, double count, double epsilon, float *rate,
                      float *rest) {
    const double mean = sum / count, variance = squares / count - mean * mean;
    const double spread = (variance < 0 ? 0 : variance) + epsilon;
    const double scale = spread == 0 ? 0 : 1 / sqrt(spread);
    *rate = (float)scale;
    *rest = (float)(-mean * scale);
}

float emb__norm_lane_sum(const double *sums, int lanes) {
    float halves[2] = {0, 0};
    for (int h = 0; h < lanes / 8; h++) {
        float t[8];
        for (int i = 0; i < 8; i++) t[i] = (float)sums[8 * h + i];
        for (int i = 0; i < 4; i++) t[i] = t[i] + t[i + 4];
        halves[h] = (t[0] + t[2]) + (t[1] + t[3]);
    }
    return lanes == 8 ? halves[0] : halves[0] + halves[1];
}

/* Planes of a group: at least one. */
static size_t pieces_of(const emb__norm *n) { return n->pieces > 0 ? n->pieces : 1; }

/* This member's planes: whole groups if there are enough of them. Members that share a group each
 * compute its sums. */
static size_t share(const emb__norm *n, const emb__member *me, size_t *from) {
    if (n->groups < (size_t)me->count) return emb__member_part(me, n->groups * n->pieces, from);
    const size_t to = emb__member_part(me, n->groups, from);
    *from *= n->pieces;
    return to * n->pieces;
}

/* The weights and biases of a plane. */
static emb__norm_affine affine_of(const emb__layer *layer, const float *params, size_t plane) {
    const emb__norm *n = &layer->norm;
    const size_t at = n->by_place ? plane % pieces_of(n) * n->count : plane;
    emb__norm_affine affine = {&one, &zero, 0, 0};
    if (n->weight) {
        affine.weight = params + layer->params[0].at + at;
        affine.weight_step = n->by_place;
    }
    if (n->bias) {
        affine.bias = params + layer->params[1].at + at;
        affine.bias_step = n->by_place;
    }
    return affine;
}

/* The statistics of the group that begins at x. */
static void measure(const emb__kernels *k, const emb__norm *n, const float *x, float *stats) {
    const size_t lanes = (size_t)k->lanes;
    const double numbers = (double)(n->pieces * n->count);
    double sums[2 * EMB__LANES], all[2 * EMB__LANES] = {0};
    for (size_t p = 0; p < n->pieces; p++) {
        k->norm_sum(x + p * n->count * lanes, n->count, lanes, sums);
        for (size_t i = 0; i < lanes; i++) all[i] += sums[i];
    }
    for (size_t i = 0; i < lanes; i++) {
        stats[EMB__NORM_MEAN * lanes + i] = (float)(all[i] / numbers);
        all[i] = all[lanes + i] = 0;
    }
    for (size_t p = 0; p < n->pieces; p++) {
        k->norm_spread(x + p * n->count * lanes, n->count, lanes, stats, sums);
        for (size_t i = 0; i < 2 * lanes; i++) all[i] += sums[i];
    }
    for (size_t i = 0; i < lanes; i++) {
        emb__norm_finish(all[i], all[lanes + i], numbers, n->epsilon,
                         &stats[EMB__NORM_RATE * lanes + i], &stats[EMB__NORM_REST * lanes + i]);
    }
}

void emb__norm_forward(const emb__layer *layer, const emb__pass *pass) {
    const emb__norm *n = &layer->norm;
    const size_t lanes = (size_t)pass->k->lanes, plane = n->count * lanes;
    float stats[EMB__NORM_STATS * EMB__LANES];
    size_t from;
    const size_t to = share(n, pass->me, &from);
    for (size_t p = from; p < to; p++) {
        const size_t group = p / pieces_of(n), first = group * n->pieces;
        if (p == first || p == from) measure(pass->k, n, pass->in + first * plane, stats);
        /* The member that has a group's first plane keeps its statistics. */
        if (p == first) {
            memcpy(pass->kept + group * EMB__NORM_STATS * lanes, stats,
                   EMB__NORM_STATS * lanes * sizeof *stats);
        }
        const emb__norm_affine affine = affine_of(layer, pass->params, p);
        pass->k->norm_apply(pass->in + p * plane, n->count, stats, &affine, pass->out + p * plane);
    }
}

static void keep(float *grad, float sum, bool add) { *grad = add ? *grad + sum : sum; }

/* means[0..lanes) and [lanes..2 lanes): over a group, of the gradient times the weight, and of
 * that times the normalised number. On the way, the weights' gradients of the planes from..to. */
static void sum_back(const emb__layer *layer, const emb__pass *pass, size_t group, size_t from,
                     size_t to, float *means) {
    const emb__norm *n = &layer->norm;
    const size_t lanes = (size_t)pass->k->lanes, plane = n->count * lanes;
    const float *stats = pass->kept + group * EMB__NORM_STATS * lanes;
    double sums[2 * EMB__LANES], all[2 * EMB__LANES] = {0};
    for (size_t p = group * n->pieces; p < (group + 1) * n->pieces; p++) {
        emb__norm_affine affine = affine_of(layer, pass->params, p);
        const double weight = n->by_place ? 1 : (double)*affine.weight;
        if (!n->by_place) affine.weight = &one;
        pass->k->norm_products(pass->in + p * plane, pass->grad_out + p * plane, n->count, stats,
                               &affine, sums);
        for (size_t i = 0; i < 2 * lanes; i++) all[i] += weight * sums[i];
        if (!pass->grads || n->by_place || p < from || p >= to) continue;
        if (n->weight) {
            keep(pass->grads + layer->params[0].at + p,
                 emb__norm_lane_sum(sums + lanes, pass->k->lanes), pass->add);
        }
        if (n->bias) {
            keep(pass->grads + layer->params[1].at + p, emb__norm_lane_sum(sums, pass->k->lanes),
                 pass->add);
        }
    }
    for (size_t i = 0; i < 2 * lanes; i++) {
        means[i] = (float)(all[i] / (double)(n->pieces * n->count));
    }
}

/* The gradients of weights for single places, of this member's part of them. */
static void weight_gradient(const emb__layer *layer, const emb__pass *pass) {
    const emb__norm *n = &layer->norm;
    const size_t count = weight_count(n);
    size_t from;
    const size_t to = emb__member_part(pass->me, count, &from);
    pass->k->norm_weight(pass->in, pass->grad_out, n->groups, count, pass->kept, from, to,
                         pass->grads + layer->params[0].at,
                         n->bias ? pass->grads + layer->params[1].at : NULL, pass->add,
                         pass->scratch);
}

void emb__norm_backward(const emb__layer *layer, const emb__pass *pass) {
    const emb__norm *n = &layer->norm;
    const size_t lanes = (size_t)pass->k->lanes, plane = n->count * lanes;
    float means[2 * EMB__LANES];
    size_t from;
    const size_t to = share(n, pass->me, &from);
    if (pass->grads && n->by_place && n->weight) weight_gradient(layer, pass);
    for (size_t p = from; p < to; p++) {
        const size_t group = p / pieces_of(n);
        if (p == from || p % pieces_of(n) == 0) sum_back(layer, pass, group, from, to, means);
        if (!pass->grad_in) continue;
        const emb__norm_affine affine = affine_of(layer, pass->params, p);
        pass->k->norm_back(pass->in + p * plane, pass->grad_out + p * plane, n->count,
                           pass->kept + group * EMB__NORM_STATS * lanes, means, &affine,
                           pass->grad_in + p * plane);
    }
}

/* ---- one image alone: [place][channel] ---- */

void emb__norm_pack(const emb__layer *layer, const float *params, float *packed) {
    const emb__norm *n = &layer->norm;
    const size_t channels = channels_of(layer),
                 count = n->by_place ? n->count * channels : channels;
    float *bias = packed + layer->packed_count / 2;
    for (size_t i = 0; i < count; i++) {
        const size_t place = i / channels, plane = i % channels;
        const emb__norm_affine affine = affine_of(layer, params, plane);
        packed[i] = affine.weight[place * affine.weight_step];
        bias[i] = affine.bias[place * affine.bias_step];
    }
}

size_t emb__norm_scratch(const emb__layer *layer) {
    const size_t own = (EMB__NORM_STATS + 4) * rounded(channels_of(layer)) / EMB__LANES;
    const size_t tiles = 32; /* of norm_weight */
    return own > tiles ? own : tiles;
}

/* Where one image's statistics are made: [3][channels rounded up], and two sums of each channel. */
typedef struct desk {
    size_t channels, stride;
    float *stats;
    double *sums, *squares;
} desk;

/* The same statistics as `measure`, of all channels of `n->count` places. */
static void measure_single(const emb__norm *n, const emb__kernels *k, const float *x,
                           const desk *d) {
    const double numbers = (double)(n->pieces * n->count);
    double both[2 * EMB__LANES];
    for (size_t c = 0; c < d->channels; c += EMB__LANES) {
        k->norm_sum(x + c, n->count, d->channels, d->sums + c);
    }
    for (size_t c = 0; c < d->channels; c += n->pieces) {
        double sum = 0;
        for (size_t p = 0; p < n->pieces; p++) sum += d->sums[c + p];
        for (size_t p = 0; p < n->pieces; p++) d->stats[c + p] = (float)(sum / numbers);
    }
    for (size_t c = 0; c < d->channels; c += EMB__LANES) {
        k->norm_spread(x + c, n->count, d->channels, d->stats + c, both);
        memcpy(d->sums + c, both, EMB__LANES * sizeof *both);
        memcpy(d->squares + c, both + EMB__LANES, EMB__LANES * sizeof *both);
    }
    for (size_t c = 0; c < d->channels; c += n->pieces) {
        double sum = 0, squares = 0;
        float rate, rest;
        for (size_t p = 0; p < n->pieces; p++) {
            sum += d->sums[c + p];
            squares += d->squares[c + p];
        }
        emb__norm_finish(sum, squares, numbers, n->epsilon, &rate, &rest);
        for (size_t p = 0; p < n->pieces; p++) {
            d->stats[EMB__NORM_RATE * d->stride + c + p] = rate;
            d->stats[EMB__NORM_REST * d->stride + c + p] = rest;
        }
    }
}

void emb__norm_single(const emb__layer *layer, const emb__single *pass) {
    const emb__norm *n = &layer->norm;
    const size_t channels = channels_of(layer), stride = rounded(channels);
    const size_t step = n->by_place ? channels : 0, row = n->count * channels;
    const emb__norm_affine affine = {pass->packed, pass->packed + layer->packed_count / 2, step,
                                     step};
    double *const sums = (double *)(void *)(pass->scratch + EMB__NORM_STATS * stride);
    const desk d = {channels, stride, pass->scratch, sums, sums + stride};
    for (size_t at = 0; at < emb__shape_count(&layer->in); at += row) {
        measure_single(n, pass->k, pass->in + at, &d);
        pass->k->single_norm(pass->in + at, n->count, channels, d.stats, &affine, pass->out + at);
    }
}
