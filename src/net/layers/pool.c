/* MaxPool2d, AvgPool2d. Output side: floor((H + 2 padding - dilation (kernel - 1) - 1) / stride) +
 * 1; with ceil_mode rounded up, but no window begins behind the image and the padding before it. */
#include "net/layers/pool.h"

#include <math.h>

#include "base/memory.h"
#include "net/layers/kind_rows.h"
#include "net/layers/resample.h"

enum { KERNEL, STRIDE, PADDING, MAX_DILATION, MAX_INDICES, MAX_CEIL };
enum { AVG_CEIL = 3, AVG_COUNT, AVG_DIVISOR };

static const emb__arg_kind max_args[] = {
    {"kernel_size", EMB__PAIR, .required = true, .least = 1, .most = EMB__MAX_SIZE,
     .one_is_both = true},
    {"stride", EMB__PAIR, .may_be_none = true, .is_none = true, .least = 1, .most = EMB__MAX_SIZE},
    {"padding", EMB__PAIR, .least = 0, .most = EMB__MAX_SIZE},
    {"dilation", EMB__PAIR, .least = 1, .most = EMB__MAX_SIZE, .value = 1},
    {"return_indices", EMB__BOOL, .value = false},
    {"ceil_mode", EMB__BOOL, .value = false},
    {0},
};

static const emb__arg_kind avg_args[] = {
    {"kernel_size", EMB__PAIR, .required = true, .least = 1, .most = EMB__MAX_SIZE,
     .one_is_both = true},
    {"stride", EMB__PAIR, .may_be_none = true, .is_none = true, .least = 1, .most = EMB__MAX_SIZE},
    {"padding", EMB__PAIR, .least = 0, .most = EMB__MAX_SIZE},
    {"ceil_mode", EMB__BOOL, .value = false},
    {"count_include_pad", EMB__BOOL, .value = true},
    {"divisor_override", EMB__INT, .may_be_none = true, .is_none = true,
     .least = -EMB__MAX_ELEMENTS, .most = EMB__MAX_ELEMENTS},
    {0},
};

/* Without a stride, it is the kernel's size. */
static emb_status settle(emb__layer_spec *spec) {
    emb__arg *a = spec->args;
    for (int i = 0; a[STRIDE].is_none && i < 2; i++) a[STRIDE].v[i] = a[KERNEL].v[i];
    return EMB_OK;
}

/* The geometry of one direction. */
typedef struct side {
    int in, kernel, stride, padding, dilation;
    bool ceil;
} side;

static side side_of(const emb__layer *layer, int i) {
    const emb__arg *a = layer->spec->args;
    const bool max = layer->kind == &emb__max_pool2d;
    return (side){layer->in.d[1 + i],
                  a[KERNEL].v[i],
                  a[STRIDE].v[i],
                  a[PADDING].v[i],
                  max ? a[MAX_DILATION].v[i] : 1,
                  a[max ? MAX_CEIL : AVG_CEIL].v[0]};
}

static int64_t reach_of(const side *s) { return (int64_t)s->dilation * (s->kernel - 1) + 1; }

/* The inputs that output o meets: *first, *first + dilation, ... (count of them). */
static int window_of(const side *s, int o, int *first) {
    int64_t from = (int64_t)o * s->stride - s->padding;
    int64_t to = from + reach_of(s);
    if (from < 0) from += (-from + s->dilation - 1) / s->dilation * s->dilation;
    if (to > s->in) to = s->in;
    *first = (int)from;
    return from < to ? (int)((to - from - 1) / s->dilation + 1) : 0;
}

static emb_status out_size(const side *s, int *size) {
    const int64_t reach = reach_of(s), room = s->in + 2 * (int64_t)s->padding - reach;
    if (s->padding > s->kernel / 2) {
        return emb__fail(EMB_ERR_SHAPE,
                         "expects padding of at most half the kernel's size, %d, gets %d",
                         s->kernel / 2, s->padding);
    }
    int64_t out = room < 0 ? 0 : room / s->stride + 1;
    if (s->ceil) {
        const int64_t up = room + s->stride - 1;
        out = up < 0 ? 0 : up / s->stride + 1;
        if ((out - 1) * s->stride >= (int64_t)s->in + s->padding) out--;
    }
    if (out < 1) {
        return emb__fail(EMB_ERR_SHAPE,
                         "expects an image of at least %lld pixels a side (kernel %d, dilation "
                         "%d), gets %d with padding %d",
                         (long long)reach, s->kernel, s->dilation, s->in, s->padding);
    }
    *size = (int)out;
    for (int o = 0, first; o < *size; o++) {
        if (window_of(s, o, &first) > 0) continue;
        return emb__fail(EMB_ERR_SHAPE,
                         "expects a pixel in each window, gets one of padding alone");
    }
    return EMB_OK;
}

static emb_status compile(emb__layer *layer) {
    emb_status status = emb__resample_expect(layer);
    layer->out = (emb__shape){3, {layer->in.d[0], 0, 0}};
    for (int i = 0; i < 2 && status == EMB_OK; i++) {
        const side s = side_of(layer, i);
        status = out_size(&s, &layer->out.d[1 + i]);
    }
    return status;
}

static size_t plan_cost(const emb__layer *layer) {
    const emb__arg *a = layer->spec->args;
    return (size_t)layer->out.d[1] * (size_t)a[KERNEL].v[0] +
           (size_t)layer->out.d[2] * (size_t)a[KERNEL].v[1];
}

/* ---- the largest ----------------------------------------------------------------------------- */

static emb_status compile_max(emb__layer *layer) {
    if (layer->spec->args[MAX_INDICES].v[0]) {
        return emb__fail(EMB_ERR_SHAPE, "expects return_indices=False, gets True: the indices are "
                                        "a second output, which nothing here takes");
    }
    return compile(layer);
}

emb_status emb__windows_open(emb__windows *w, int in_size, int out_size, int step) {
    *w = (emb__windows){.in_size = in_size, .out_size = out_size, .step = step};
    w->first = emb__calloc((size_t)out_size, sizeof *w->first);
    w->count = emb__calloc((size_t)out_size, sizeof *w->count);
    return w->first && w->count ? EMB_OK : EMB_ERR_MEMORY;
}

void emb__pool_free(emb__layer *layer) {
    emb__windows *const both[2] = {&layer->pool.rows, &layer->pool.columns};
    for (int i = 0; i < 2; i++) {
        emb__free(both[i]->first);
        emb__free(both[i]->count);
        *both[i] = (emb__windows){0};
    }
}

/* Counts the windows of the input that is in most of them, and of the one in fewest. */
static void count_windows(const emb__windows *w, bool *apart, bool *all) {
    int end = 0; /* of the windows before: those of a pool begin and end later one by one */
    for (int o = 0; o < w->out_size; o++) {
        *apart = *apart && w->first[o] >= end && (w->step == 1 || w->out_size == 1);
        *all = *all && w->first[o] <= end && w->step == 1;
        end = w->first[o] + (w->count[o] - 1) * w->step + 1;
    }
    *all = *all && end == w->in_size;
}

void emb__pool_settle(emb__pool *pool) {
    bool apart[2] = {true, true}, all[2] = {true, true};
    count_windows(&pool->rows, &apart[0], &all[0]);
    count_windows(&pool->columns, &apart[1], &all[1]);
    pool->apart = apart[0] && apart[1];
    pool->all = all[0] && all[1];
}

static emb_status plan_max(emb__layer *layer) {
    emb__windows *const both[2] = {&layer->pool.rows, &layer->pool.columns};
    for (int i = 0; i < 2; i++) {
        const side s = side_of(layer, i);
        emb_status status = emb__windows_open(both[i], s.in, layer->out.d[1 + i], s.dilation);
        if (status != EMB_OK) return status;
        for (int o = 0; o < both[i]->out_size; o++) {
            both[i]->count[o] = window_of(&s, o, &both[i]->first[o]);
        }
    }
    emb__pool_settle(&layer->pool);
    return EMB_OK;
}

void emb__pool_forward(const emb__layer *layer, const emb__pass *pass) {
    const emb__share share = emb__shape_share(&layer->out, pass->me);
    pass->k->max_pool(&layer->pool, &share, pass->in, pass->out);
}

void emb__pool_backward(const emb__layer *layer, const emb__pass *pass) {
    if (!pass->grad_in) return;
    const emb__share share = emb__shape_share(&layer->in, pass->me);
    pass->k->max_pool_back(&layer->pool, &share, pass->in, pass->grad_out, pass->grad_in);
}

void emb__pool_single(const emb__layer *layer, const emb__single *pass) {
    pass->k->single_max_pool(&layer->pool, layer->in.d[0], pass->in, pass->out);
}

const emb__layer_kind emb__max_pool2d = {.name = "MaxPool2d",
                                         .family = EMB_LAYER_SPATIAL,
                                         .args = max_args,
                                         .settle = settle,
                                         .compile = compile_max,
                                         .plan_cost = plan_cost,
                                         .plan = plan_max,
                                         .clear = emb__pool_free,
                                         .forward = emb__pool_forward,
                                         .backward = emb__pool_backward,
                                         .single = emb__pool_single,
                                         .range = emb__range_kept};

/* ---- the average ----------------------------------------------------------------------------- */

static emb_status compile_avg(emb__layer *layer) {
    const emb__arg *divisor = &layer->spec->args[AVG_DIVISOR];
    if (!divisor->is_none && divisor->v[0] == 0) {
        return emb__fail(EMB_ERR_SHAPE, "expects a divisor_override other than 0, gets 0");
    }
    return compile(layer);
}

/* The numbers that one direction contributes to the divisor: the kernel's that lie in the image or,
 * with count_include_pad, in the padding on both its sides. */
static int divisor_of(const side *s, int o, int count, bool with_padding) {
    if (!with_padding) return count;
    const int64_t from = (int64_t)o * s->stride - s->padding, most = (int64_t)s->in + s->padding;
    const int64_t to = from + s->kernel;
    return (int)((to < most ? to : most) - from);
}

static emb_status plan_avg(emb__layer *layer) {
    const emb__arg *a = layer->spec->args, *own = &a[AVG_DIVISOR];
    emb__line *const lines[2] = {&layer->resample[0].rows, &layer->resample[0].columns};
    for (int i = 0; i < 2; i++) {
        const side s = side_of(layer, i);
        const int outs = layer->out.d[1 + i];
        emb_status status = emb__line_open(lines[i], s.in, outs, (size_t)outs * (size_t)s.kernel);
        if (status != EMB_OK) return status;
        for (int o = 0, first; o < outs; o++) {
            const int count = window_of(&s, o, &first);
            const float by = own->is_none ? 1 / (float)divisor_of(&s, o, count, a[AVG_COUNT].v[0])
                             : i == 0     ? 1
                                          : 1 / (float)own->v[0];
            for (int t = 0; t < count; t++) emb__line_add(lines[i], first + t, by);
            emb__line_end(lines[i]);
        }
    }
    return emb__resample_turn(layer->resample);
}

/* Zeros of the padding are part of the average; another divisor makes something else of it. */
static void avg_range(const emb__layer *layer, double *low, double *high) {
    const emb__arg *a = layer->spec->args;
    if (!a[AVG_DIVISOR].is_none) {
        *low = -INFINITY;
        *high = INFINITY;
    } else if (a[AVG_COUNT].v[0] && (a[PADDING].v[0] > 0 || a[PADDING].v[1] > 0)) {
        *low = fmin(*low, 0);
        *high = fmax(*high, 0);
    }
}

const emb__layer_kind emb__avg_pool2d = {.name = "AvgPool2d",
                                         .family = EMB_LAYER_SPATIAL,
                                         .args = avg_args,
                                         .settle = settle,
                                         .compile = compile_avg,
                                         .plan_cost = plan_cost,
                                         .plan = plan_avg,
                                         .clear = emb__resample_free,
                                         .forward = emb__resample_forward,
                                         .backward = emb__resample_backward,
                                         .single = emb__resample_single,
                                         .scratch = emb__resample_scratch,
                                         .range = avg_range};
