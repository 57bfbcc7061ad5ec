/* Sparse: the bottleneck of a sparse autoencoder. The code is its input; while it trains, a penalty
 * is added to the loss, for an image
 *
 *     (l1 * sum of |z| + kl * sum of KL(rate, r)) / D
 *
 * over the numbers z of the code, or of the latter over its channels, of which r is the mean over
 * the batch, KL(p, r) = p log(p / r) + (1 - p) log((1 - p) / (1 - r)), and D the numbers of an
 * image, of which the reconstruction's loss is the mean: as a sum of squares and l1 times the L1
 * norm (Olshausen and Field, 1996), or kl times the divergence of a target rate (Ng, 2011). For the
 * latter numbers lie in 0..1, as behind Sigmoid(). */
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "kernels/math.h"
#include "net/layers/kind_rows.h"

enum { L1, KL, RATE };
enum { NATS, SLOPE, STATS }; /* of a channel: its divergence, and that by its mean */

/* Rates are kept so far from 0 and 1. */
static const double margin = 1e-7;

static const emb__arg_kind args[] = {
    {"l1", EMB__REAL, .real = {.least = 0, .most = 1e30, .value = 0}},
    {"kl", EMB__REAL, .real = {.least = 0, .most = 1e30, .value = 0}},
    {"rate", EMB__REAL, .real = {.least = 1e-6, .most = 1 - 1e-6, .value = 0.05}},
    {0},
};

static emb_status compile(emb__layer *layer) {
    char got[EMB__SHAPE_TEXT];
    const emb__arg *a = layer->spec->args;
    if (layer->in.rank != 1 && layer->in.rank != 3) {
        return emb__fail(EMB_ERR_SHAPE, "expects features or channels (CxHxW), gets %s",
                         emb__shape_print(&layer->in, got));
    }
    if (a[L1].real == 0 && a[KL].real == 0) {
        return emb__fail(EMB_ERR_SHAPE, "expects a penalty, as in Sparse(l1=0.1), or, behind "
                                        "Sigmoid(), in Sparse(kl=3, rate=0.05)");
    }
    if (a[KL].real > 0 && !(layer->low >= 0 && layer->high <= 1)) {
        return emb__fail(EMB_ERR_SHAPE, "expects numbers of 0..1 for its kl, as Sigmoid() before "
                                        "it gives; l1 takes any");
    }
    layer->out = layer->in;
    layer->own_cut = true;
    if (a[KL].real > 0) layer->kind = &emb__sparse_rate;
    return EMB_OK;
}

static size_t plane_of(const emb__layer *layer) {
    return emb__shape_count(&layer->in) / (size_t)layer->in.d[0];
}

static void forward(const emb__layer *layer, const emb__pass *pass) {
    const size_t lanes = (size_t)pass->k->lanes;
    size_t from;
    const size_t to = emb__member_part(pass->me, emb__shape_count(&layer->in), &from);
    memcpy(pass->out + from * lanes, pass->in + from * lanes,
           (to - from) * lanes * sizeof *pass->out);
}

static void backward(const emb__layer *layer, const emb__pass *pass) {
    if (!pass->grad_in) return;
    const emb__arg *a = layer->spec->args;
    const size_t lanes = (size_t)pass->k->lanes, plane = plane_of(layer);
    const float l1 = pass->term * (float)a[L1].real;
    size_t from;
    const size_t to = emb__member_part(pass->me, emb__shape_count(&layer->in), &from);
    for (size_t i = from; i < to; i++) {
        const bool by_rate = layer->kind->batch && pass->training;
        const float rate = by_rate ? pass->term * pass->stats[i / plane * STATS + SLOPE] : 0;
        for (size_t n = 0; n < lanes; n++) {
            const size_t at = i * lanes + n;
            const float z = pass->in[at], sign = z > 0 ? l1 : z < 0 ? -l1 : 0;
            const float g = pass->grad_out[at];
            pass->grad_in[at] = n < pass->images ? g + sign + rate : 0;
        }
    }
}

static void single(const emb__layer *layer, const emb__single *pass) {
    memcpy(pass->out, pass->in, emb__shape_count(&layer->in) * sizeof *pass->out);
}

/* ---- the term -------------------------------------------------------------------------------- */

static double weight(const emb__layer *layer, double epochs) {
    (void)layer;
    (void)epochs;
    return 1;
}

static void find_term(const emb__layer *layer, const emb__pass *pass, emb__term *terms) {
    const size_t lanes = (size_t)pass->k->lanes, count = emb__shape_count(&layer->in);
    double whole = 0;
    for (int c = 0; layer->kind->batch && pass->training && c < layer->in.d[0]; c++) {
        whole += layer->spec->args[KL].real * (double)pass->stats[c * STATS + NATS];
    }
    for (size_t n = 0; n < lanes; n++) {
        double sum = 0;
        for (size_t i = 0; i < count; i++) sum += fabs((double)pass->in[i * lanes + n]);
        const double added = layer->spec->args[L1].real * sum + whole;
        terms[n] = (emb__term){added, added};
    }
}

static void measure(double numbers, double reconstruction, double term, double *values) {
    values[0] = reconstruction;
    values[1] = term / numbers;
}

/* ---- rates ----------------------------------------------------------------------------------- */

static size_t row_count(const emb__layer *layer) {
    return layer->kind->batch ? (size_t)layer->in.d[0] : 0;
}

/* An image's row: the mean of each channel. */
static void keep(const emb__layer *layer, const emb__pass *pass, size_t lane, float *row) {
    const size_t lanes = (size_t)pass->k->lanes, plane = plane_of(layer);
    for (int c = 0; c < layer->in.d[0]; c++) {
        double sum = 0;
        for (size_t i = 0; i < plane; i++) {
            sum += (double)pass->in[((size_t)c * plane + i) * lanes + lane];
        }
        row[c] = (float)(sum / (double)plane);
    }
}

/* The divergence of a channel's rate, and by its mean. */
static double divergence(const emb__layer *layer, const emb__row_list *rows, int channel,
                         double *slope) {
    const double p = layer->spec->args[RATE].real;
    double r = 0;
    for (size_t i = 0; i < rows->images; i++) {
        r += (double)rows->first[i * rows->apart + (size_t)channel];
    }
    r /= (double)rows->images;
    r = r < margin ? margin : r > 1 - margin ? 1 - margin : r;
    *slope = (1 - p) / (1 - r) - p / r;
    return p * (emb__log(p) - emb__log(r)) + (1 - p) * (emb__log(1 - p) - emb__log(1 - r));
}

/* The mean over the batch is a mean over its images, as the term is: so each image's numbers move
 * it by a plane's share. */
static void settle(const emb__layer *layer, const emb__pass *pass, int channel, const double *sums,
                   float *buffers) {
    double slope;
    float *stats = pass->stats + (size_t)channel * STATS;
    (void)sums;
    (void)buffers;
    const emb__row_list rows = {pass->rows, pass->row_images, row_count(layer)};
    stats[NATS] = (float)divergence(layer, &rows, channel, &slope);
    stats[SLOPE] = (float)(layer->spec->args[KL].real * slope / (double)plane_of(layer));
}

static void judge(const emb__layer *layer, const emb__row_list *rows, emb__term *whole) {
    double slope;
    for (int c = 0; c < layer->in.d[0]; c++) {
        const double nats = divergence(layer, rows, c, &slope);
        whole->added += layer->spec->args[KL].real * nats;
    }
    whole->said = whole->added;
}

static const emb__bottleneck bottleneck = {
    .measures = {"reconstruction", "penalty"},
    .by_numbers = true,
    .weight = weight,
    .find_term = find_term,
    .row_count = row_count,
    .keep = keep,
    .judge = judge,
    .measure = measure,
};

static const emb__batch_kind batch = {
    .least = 1,
    .stats = STATS,
    .forward_stats = STATS,
    .row_count = row_count,
    .keep = keep,
    .settle = settle,
};

#define ROW                                                                                        \
    .name = "Sparse", .family = EMB_LAYER_BOTTLENECK, .args = args, .compile = compile,            \
    .forward = forward, .backward = backward, .back_in_place = true, .single = single,             \
    .range = emb__range_kept, .passes = true, .bottleneck = &bottleneck

const emb__layer_kind emb__sparse = {ROW};
const emb__layer_kind emb__sparse_rate = {ROW, .batch = &batch};
