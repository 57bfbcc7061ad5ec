/* Upsample: more pixels or fewer, by copying or by interpolating. Places are computed in float, as
 * PyTorch computes them, so that the same pixels meet. */
#include <math.h>

#include "net/layers/kind_rows.h"

#include "base/translate.h"
#include "net/layers/resample.h"

enum { SIZE, SCALE, MODE, ALIGN, RECOMPUTE };
enum { NEAREST, BILINEAR, BICUBIC, NEAREST_EXACT };

static const char *const words[] = {"nearest", "bilinear", "bicubic", "nearest-exact", NULL};

static const emb__arg_kind args[] = {
    {"size", EMB__OPEN, .may_be_none = true, .is_none = true, .least = 1, .most = EMB__MAX_SIZE},
    {"scale_factor", EMB__REALS, .may_be_none = true, .is_none = true, .real = {EMB__ANY_REAL}},
    {"mode", EMB__WORD, .words = words},
    {"align_corners", EMB__BOOL, .may_be_none = true, .is_none = true},
    {"recompute_scale_factor", EMB__BOOL, .may_be_none = true, .is_none = true},
    {0},
};

static bool interpolates(const emb__arg *a) {
    return a[MODE].v[0] == BILINEAR || a[MODE].v[0] == BICUBIC;
}

static emb_status settle(emb__layer_spec *spec) {
    const emb__arg *a = spec->args;
    if (a[SIZE].is_none == a[SCALE].is_none) {
        return a[SIZE].is_none
                   ? emb__fail(EMB_ERR_SHAPE, "expects either size or scale_factor, gets neither")
                   : emb__fail(EMB_ERR_SHAPE, "expects either size or scale_factor, gets both");
    }
    if (!a[SIZE].is_none && (a[SIZE].v[0] == 0 || a[SIZE].v[1] == 0)) {
        return emb__fail(EMB_ERR_SHAPE, "expects a size of two numbers, gets None for one");
    }
    if (!a[RECOMPUTE].is_none && a[RECOMPUTE].v[0] && !a[SIZE].is_none) {
        return emb__fail(EMB_ERR_SHAPE, "expects recompute_scale_factor only with a scale_factor");
    }
    if (!a[ALIGN].is_none && !interpolates(a)) {
        return emb__fail(EMB_ERR_SHAPE,
                         "expects align_corners only with mode 'bilinear' or 'bicubic', gets '%s'",
                         words[a[MODE].v[0]]);
    }
    return EMB_OK;
}

static double factor_of(const emb__arg *a, int side) {
    return side ? a[SCALE].second : a[SCALE].real;
}

static emb_status compile(emb__layer *layer) {
    const emb__arg *a = layer->spec->args;
    emb_status status = emb__resample_expect(layer);
    layer->out = layer->in;
    for (int i = 0; i < 2 && status == EMB_OK; i++) {
        if (!a[SIZE].is_none) {
            layer->out.d[1 + i] = a[SIZE].v[i];
            continue;
        }
        const double size = layer->in.d[1 + i] * factor_of(a, i);
        if (!(size >= 1) || size > EMB__MAX_ELEMENTS) {
            return emb__fail(EMB_ERR_SHAPE,
                             "expects a scale_factor that makes a side of 1 to %d, gets %lg for a "
                             "side of %d",
                             EMB__MAX_ELEMENTS, factor_of(a, i), layer->in.d[1 + i]);
        }
        layer->out.d[1 + i] = (int)size;
    }
    return status;
}

static size_t plan_cost(const emb__layer *layer) {
    return 4 * ((size_t)layer->out.d[1] + (size_t)layer->out.d[2]);
}

/* One direction: `scale` inputs an output. */
typedef struct side {
    int in, out;
    float scale;
    bool align;
} side;

static side side_of(const emb__layer *layer, int i) {
    const emb__arg *a = layer->spec->args;
    side s = {.in = layer->in.d[1 + i],
              .out = layer->out.d[1 + i],
              .align = !a[ALIGN].is_none && a[ALIGN].v[0]};
    const bool given = !a[SCALE].is_none && (a[RECOMPUTE].is_none || !a[RECOMPUTE].v[0]);
    s.scale = given ? (float)(1 / factor_of(a, i)) : (float)s.in / (float)s.out;
    if (s.align) s.scale = s.out > 1 ? (float)(s.in - 1) / (float)(s.out - 1) : 0;
    return s;
}

static int within(int at, const side *s) { return at < 0 ? 0 : at < s->in ? at : s->in - 1; }

static void nearest(emb__line *line, const side *s, int o) {
    emb__line_add(line, within((int)floorf((float)o * s->scale), s), 1);
}

static void nearest_exact(emb__line *line, const side *s, int o) {
    emb__line_add(line, within((int)floorf(((float)o + 0.5f) * s->scale), s), 1);
}

/* The place of output o among the inputs: its middle, if ends are not aligned. */
static float place_of(const side *s, int o) {
    return s->align ? (float)o * s->scale : s->scale * ((float)o + 0.5f) - 0.5f;
}

/* The pixel at or before a place, and how far behind it that is. */
static int pixel_at(const side *s, float place, float *part) {
    const int at = (int)floorf(place), pixel = at < s->in ? at : s->in - 1;
    *part = fminf(fmaxf(place - (float)pixel, 0), 1);
    return pixel;
}

static void linear(emb__line *line, const side *s, int o) {
    float part;
    const int at = pixel_at(s, fmaxf(place_of(s, o), 0), &part);
    emb__line_add(line, at, 1 - part);
    if (part > 0) emb__line_add(line, within(at + 1, s), part);
}

/* Keys 1981, "Cubic convolution interpolation for digital image processing", with a = -3/4. */
static float near_weight(float x) { return (1.25f * x - 2.25f) * x * x + 1; }
static float far_weight(float x) { return ((-0.75f * x + 3.75f) * x - 6) * x + 3; }

static void cubic(emb__line *line, const side *s, int o) {
    float t;
    const int at = pixel_at(s, place_of(s, o), &t);
    const float weights[4] = {far_weight(t + 1), near_weight(t), near_weight(1 - t),
                              far_weight(2 - t)};
    for (int i = 0; i < 4; i++) emb__line_add(line, within(at - 1 + i, s), weights[i]);
}

static emb_status plan(emb__layer *layer) {
    static void (*const ways[])(emb__line * line, const side *s,
                                int o) = {[NEAREST] = nearest,
                                          [BILINEAR] = linear,
                                          [BICUBIC] = cubic,
                                          [NEAREST_EXACT] = nearest_exact};
    emb__line *const lines[2] = {&layer->resample[0].rows, &layer->resample[0].columns};
    for (int i = 0; i < 2; i++) {
        const side s = side_of(layer, i);
        emb_status status = emb__line_open(lines[i], s.in, s.out, 4 * (size_t)s.out);
        if (status != EMB_OK) return status;
        for (int o = 0; o < s.out; o++) {
            ways[layer->spec->args[MODE].v[0]](lines[i], &s, o);
            emb__line_end(lines[i]);
        }
    }
    return emb__resample_turn(layer->resample);
}

/* Whether each of a direction's outputs is input o / by. */
static bool repeats(const emb__line *line, int *by) {
    *by = line->out_size / line->in_size;
    if (!line->copies || *by * line->in_size != line->out_size) return false;
    for (int o = 0; o < line->out_size; o++) {
        if (line->at[o] != o / *by) return false;
    }
    return true;
}

static bool enlarges(const emb__layer *layer, int by[2]) {
    const emb__resample *r = &layer->resample[0];
    return repeats(&r->rows, &by[0]) && repeats(&r->columns, &by[1]);
}

/* A cubic curve overshoots. */
static void range(const emb__layer *layer, double *low, double *high) {
    if (layer->spec->args[MODE].v[0] != BICUBIC) return;
    *low = -INFINITY;
    *high = INFINITY;
}

const emb__layer_kind emb__upsample = {.name = "Upsample",
                                       .family = EMB_LAYER_SPATIAL,
                                       .args = args,
                                       .settle = settle,
                                       .compile = compile,
                                       .plan_cost = plan_cost,
                                       .plan = plan,
                                       .clear = emb__resample_free,
                                       .enlarges = enlarges,
                                       .forward = emb__resample_forward,
                                       .backward = emb__resample_backward,
                                       .single = emb__resample_single,
                                       .scratch = emb__resample_scratch,
                                       .range = range};
