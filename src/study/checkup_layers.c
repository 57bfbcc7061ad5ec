/* See checkup_layers.h. */
#include "study/checkup_layers.h"

#include <math.h>

#include "base/cancel.h"
#include "base/memory.h"
#include "device/cpu/pass.h"
#include "device/cpu/walk.h"
#include "study/budget.h"

/* How many images go through the layers on one thread, and how many operations that may be. */
enum { THROUGH = 512 };
static const double through_most = 2e9;

/* The limits of a layer's outputs. An output's slope is the share of a change that it passes on,
 * from 1 to 0: scale * (y - low) * (high - y), for Tanh and Sigmoid. */
typedef struct bounds {
    double low, high, scale; /* scale 0: they have none */
} bounds;

/* An output with a slope below this is at a limit: for Tanh, past 0.99. */
static const double held = 0.02;

static double slope_of(float y, const bounds *l) {
    return l->scale * ((double)y - l->low) * (l->high - (double)y);
}

static bounds bounds_of(const emb__layer *layer) {
    bounds l = {-INFINITY, INFINITY, 0};
    if (layer->kind->range) layer->kind->range(layer, &l.low, &l.high);
    const double span = l.high - l.low;
    if (isfinite(span)) l.scale = 4 / (span * span);
    return l;
}

/* What is counted over the images that went through. */
typedef struct counts {
    size_t images;
    size_t *at_limit;      /* [layers]: outputs of each that stand at a limit */
    size_t *slopes_at;     /* [layers]: where a layer's outputs begin in... */
    double *slopes;        /* ... the sums of each output's slope */
    size_t *unit_limit;    /* [latent]: the same for each number of the code */
    double *sum, *squares; /* [latent] */
} counts;

/* Adds each output's slope over the first `here` lanes of x[units][lanes], and returns how many
 * outputs are at a limit. */
static size_t count_slopes(const float *x, size_t units, size_t lanes, size_t here, const bounds *l,
                           double *slopes) {
    size_t at_limit = 0;
    for (size_t u = 0; u < units; u++, x += lanes) {
        for (size_t i = 0; i < here; i++) {
            const double slope = slope_of(x[i], l);
            slopes[u] += slope;
            at_limit += slope < held;
        }
    }
    return at_limit;
}

static void count_code(const float *code, size_t latent, size_t lanes, size_t here, const bounds *l,
                       const counts *n) {
    for (size_t u = 0; u < latent; u++, code += lanes) {
        for (size_t i = 0; i < here; i++) {
            const double x = (double)code[i];
            n->sum[u] += x;
            n->squares[u] += x * x;
            n->unit_limit[u] += l->scale > 0 && slope_of(code[i], l) < held;
        }
    }
}

/* The number of layers before the one that makes the reconstruction. That one's outputs may well be
 * at their limits, since pictures have black and white. */
static int hidden_layers(const emb_net *net) {
    int last = net->layer_count - 1;
    while (last > net->encoder_end && net->layers[last].kind->alias) last--;
    return last;
}

/* Counts sixteen images' outputs of hidden layer i. */
static bool count_layer(const emb__walk *walk, const emb__workspace *w, int i, size_t first,
                        size_t here) {
    const emb_net *net = walk->net;
    const counts *n = walk->data;
    const bounds l = bounds_of(&net->layers[i]);
    const size_t units = emb__shape_count(&net->layers[i].out), lanes = (size_t)w->k->lanes;
    const float *out = emb__net_output(net, w, i);
    (void)first;
    if (l.scale > 0) {
        n->at_limit[i] += count_slopes(out, units, lanes, here, &l, n->slopes + n->slopes_at[i]);
    }
    if (i + 1 == net->encoder_end) count_code(out, units, lanes, here, &l, n);
    return !emb__cancelled();
}

/* A number of the code is dead if its spread over the images is less than this share of the widest
 * one's, or hardly more than the rounding of its own size. */
static const double dead_spread = 1e-3;
/* A number, or a layer, is saturated if this share of its values is at a limit. */
static const double saturated_share = 0.98;

/* From the counts: dead and saturated numbers of the code. */
static void judge_code(const counts *n, emb_checkup *c) {
    const double images = (double)n->images;
    double widest = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int u = 0; u < c->latent; u++) {
            const double mean = n->sum[u] / images;
            const double spread = sqrt(fmax(n->squares[u] / images - mean * mean, 0));
            if (pass == 0) widest = fmax(widest, spread);
            /* float32 rounds to some 1e-7 of the number itself */
            if (pass == 0) c->freedom = widest;
            if (pass == 1 && spread <= fmax(dead_spread * widest, 1e-5 * fabs(mean))) c->dead++;
        }
    }
    for (int u = 0; u < c->latent; u++) {
        c->saturated += (double)n->unit_limit[u] >= saturated_share * images;
    }
}

static void judge_layers(const emb_net *net, const counts *n, emb_checkup *c) {
    for (int i = 0; i < hidden_layers(net) && !c->has_layer; i++) {
        const size_t units = emb__shape_count(&net->layers[i].out);
        c->layer_share = (double)n->at_limit[i] / ((double)n->images * (double)units);
        c->layer = (size_t)i;
        c->has_layer = c->layer_share >= saturated_share;
        if (!c->has_layer) continue;
        c->freedom = 0;
        for (size_t u = 0; u < units; u++) {
            c->freedom = fmax(c->freedom, n->slopes[n->slopes_at[i] + u] / (double)n->images);
        }
    }
}

emb_status emb__checkup_layers(emb_net *net, const emb_images *images, const uint32_t *indices,
                               size_t count, emb_checkup *c) {
    const size_t layers = (size_t)net->layer_count, latent = (size_t)c->latent;
    size_t outputs = 0;
    size_t *whole = emb__calloc(2 * layers + latent, sizeof *whole);
    for (size_t i = 0; whole && i < layers; i++) {
        whole[layers + i] = outputs;
        if (bounds_of(&net->layers[i]).scale > 0) outputs += emb__shape_count(&net->layers[i].out);
    }
    double *sums = emb__calloc(2 * latent + outputs, sizeof *sums);
    bool ready = whole && sums;
    const size_t through = emb__affordable(net, through_most, THROUGH);
    if (ready) {
        counts n = {.images = count < through ? count : through,
                    .at_limit = whole,
                    .slopes_at = whole + layers,
                    .unit_limit = whole + 2 * layers,
                    .sum = sums,
                    .squares = sums + latent,
                    .slopes = sums + 2 * latent};
        const emb__walk walk = {.net = net,
                                .to = hidden_layers(net),
                                .count = n.images,
                                .images = images,
                                .indices = indices,
                                .layer = count_layer,
                                .data = &n};
        ready = emb__walk_alone(&walk) == EMB_OK;
        judge_code(&n, c);
        judge_layers(net, &n, c);
    }
    emb__free(whole);
    emb__free(sums);
    return ready ? emb__cancel_check() : emb__last_status();
}
