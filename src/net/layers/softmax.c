/* Softmax and LogSoftmax over one of an image's own dimensions. */
#include <math.h>
#include <stdio.h>

#include "net/layers/kind_rows.h"

enum { DIM };

/* Dimensions are counted from the images' own, which is 0, or backwards from the last one. */
static const emb__arg_kind args[] = {
    {"dim", EMB__INT, .may_be_none = true, .is_none = true, .least = -EMB__MAX_DIMS - 1,
     .most = EMB__MAX_DIMS},
    {0},
};

/* What runs through an image: `outer` times `classes` times `inner` numbers. */
typedef struct axis {
    int dim; /* of the shape's own */
    size_t outer, classes, inner;
} axis;

static axis axis_of(const emb__layer *layer) {
    const emb__arg *arg = &layer->spec->args[DIM];
    const emb__shape *in = &layer->in;
    axis a = {.outer = 1, .inner = 1};
    /* Without a dim PyTorch takes the images of [N, C, W], and else dimension 1. */
    a.dim = arg->is_none ? (in->rank == 2 ? 0 : 1) : arg->v[0];
    a.dim = (a.dim < 0 ? a.dim + in->rank + 1 : a.dim) - 1;
    for (int i = 0; i < in->rank; i++) {
        if (i < a.dim) a.outer *= (size_t)in->d[i];
        if (i == a.dim) a.classes = (size_t)in->d[i];
        if (i > a.dim) a.inner *= (size_t)in->d[i];
    }
    return a;
}

int emb__softmax_dim(const emb__layer *layer) { return axis_of(layer).dim + 1; }

static emb_status compile(emb__layer *layer) {
    const emb__arg *arg = &layer->spec->args[DIM];
    const int dim = axis_of(layer).dim, rank = layer->in.rank;
    char got[EMB__SHAPE_TEXT], number[16] = "None";
    layer->out = layer->in;
    layer->own_cut = true;
    if (dim >= 0 && dim < rank) return EMB_OK;
    if (!arg->is_none) snprintf(number, sizeof number, "%d", arg->v[0]);
    return emb__fail(EMB_ERR_SHAPE,
                     "expects dim in 1..%d or -%d..-1 for its input of %s (0 is the images "
                     "themselves, none of which may depend on another), gets %s",
                     rank, rank, emb__shape_print(&layer->in, got), number);
}

static bool is_log(const emb__layer *layer) { return layer->kind == &emb__log_softmax; }

/* This member's share of the lines: those of the image that meet in no class. */
static void run(const emb__layer *layer, const emb__pass *pass, bool back) {
    const axis a = axis_of(layer);
    const size_t lanes = (size_t)pass->k->lanes;
    size_t from;
    const size_t to = emb__member_part(pass->me, a.outer * a.inner, &from);
    while (from < to) {
        const size_t outer = from / a.inner, first = from % a.inner;
        const size_t count = to - from < a.inner - first ? to - from : a.inner - first;
        const size_t at = (outer * a.classes * a.inner + first) * lanes;
        if (back) {
            pass->k->softmax_back(pass->out + at, pass->grad_out + at, (int)a.classes, a.inner,
                                  count, is_log(layer), pass->grad_in + at);
        } else {
            pass->k->softmax(pass->in + at, (int)a.classes, a.inner, count, is_log(layer),
                             pass->out + at);
        }
        from += count;
    }
}

static void forward(const emb__layer *layer, const emb__pass *pass) { run(layer, pass, false); }

static void backward(const emb__layer *layer, const emb__pass *pass) {
    if (pass->grad_in) run(layer, pass, true);
}

/* The place of number i, in C order, of one image alone: channels lie next to each other. */
static size_t place(const emb__shape *shape, size_t i) {
    if (shape->rank != 3) return i;
    const size_t plane = (size_t)shape->d[1] * (size_t)shape->d[2];
    return i % plane * (size_t)shape->d[0] + i / plane;
}

/* 16 lines at a time, each in a lane. */
static void single(const emb__layer *layer, const emb__single *pass) {
    const axis a = axis_of(layer);
    const size_t lines = a.outer * a.inner;
    for (size_t first = 0; first < lines; first += EMB__LANES) {
        const size_t count = lines - first < EMB__LANES ? lines - first : EMB__LANES;
        for (int write = 0; write < 2; write++) {
            for (size_t i = 0; i < EMB__LANES * a.classes; i++) {
                const size_t lane = i % EMB__LANES, c = i / EMB__LANES, line = first + lane;
                const size_t at = (line / a.inner * a.classes + c) * a.inner + line % a.inner;
                if (write && lane < count) pass->out[place(&layer->out, at)] = pass->scratch[i];
                if (write) continue;
                pass->scratch[i] = lane < count ? pass->in[place(&layer->in, at)] : 0;
            }
            if (!write) {
                pass->k->softmax(pass->scratch, (int)a.classes, 1, 1, is_log(layer), pass->scratch);
            }
        }
    }
}

static size_t scratch(const emb__layer *layer) { return axis_of(layer).classes; }

static void softmax_range(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    *low = 0;
    *high = 1;
}

static void log_range(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    *low = -INFINITY;
    *high = 0;
}

#define ROW(pytorch, gives)                                                                        \
    {                                                                                              \
        .name = pytorch, .family = EMB_LAYER_ACTIVATION, .args = args, .keeps_output = true,       \
        .compile = compile, .forward = forward, .backward = backward, .single = single,            \
        .scratch = scratch, .range = gives                                                         \
    }

const emb__layer_kind emb__softmax = ROW("Softmax", softmax_range);
const emb__layer_kind emb__log_softmax = ROW("LogSoftmax", log_range);
