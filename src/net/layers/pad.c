/* ZeroPad2d, ReflectionPad2d, ReplicationPad2d, and the padding of Conv2d's padding_mode. */
#include "net/layers/pad.h"

#include "base/translate.h"
#include "net/layers/kind_rows.h"
#include "net/layers/resample.h"

const char *const emb__pad_words[] = {"zeros", "reflect", "replicate", "circular", NULL};

/* The input at place `at`, from 0, of an endless row; -1: none. */
static int64_t zeros_at(int64_t at, int64_t in) { return at < in ? at : -1; }
static int64_t reflect_at(int64_t at, int64_t in) {
    return at < 0 ? -at : at < in ? at : 2 * (in - 1) - at;
}
static int64_t replicate_at(int64_t at, int64_t in) { return at < 0 ? 0 : at < in ? at : in - 1; }
static int64_t circular_at(int64_t at, int64_t in) {
    return at < 0 ? at + in : at < in ? at : at - in;
}

/* The pixels that each mode needs for one more. */
static const struct {
    int64_t (*at)(int64_t at, int64_t in);
    const char *what; /* of too much padding */
    int less;         /* padding is at most so much less than the side */
    bool any;
} modes[] = {
    [EMB__PAD_ZEROS] = {zeros_at, NULL, 0, true},
    [EMB__PAD_REFLECT] = {reflect_at, E_("expects padding below the image's side, %d, gets %d"), 1,
                          false},
    [EMB__PAD_REPLICATE] = {replicate_at, NULL, 0, true},
    [EMB__PAD_CIRCULAR] = {circular_at,
                           E_("expects padding of at most the image's side, %d, gets %d"), 0,
                           false},
};

emb_status emb__pad_size(emb__pad_mode mode, int in, int before, int after, int *size) {
    const int64_t out = (int64_t)in + before + after;
    const int most = before > after ? before : after, least = before < after ? before : after;
    if (out < 1 || (mode == EMB__PAD_ZEROS && least < -in)) {
        return emb__fail(EMB_ERR_SHAPE,
                         "expects padding that leaves a pixel, gets %d and %d for a side of %d",
                         before, after, in);
    }
    if (!modes[mode].any && most > in - modes[mode].less) {
        return emb__fail(EMB_ERR_SHAPE, modes[mode].what, in, most);
    }
    if (out > EMB__MAX_ELEMENTS) {
        return emb__fail(EMB_ERR_SHAPE,
                         "expects padding that makes a side of at most %d, gets %lld",
                         EMB__MAX_ELEMENTS, (long long)out);
    }
    *size = (int)out;
    return EMB_OK;
}

emb_status emb__pad_line(emb__line *line, emb__pad_mode mode, int in, int before, int after) {
    const int out = in + before + after;
    emb_status status = emb__line_open(line, in, out, (size_t)out);
    for (int o = 0; o < out && status == EMB_OK; o++) {
        const int64_t at = modes[mode].at((int64_t)o - before, in);
        if (at >= 0) emb__line_add(line, (int)at, 1);
        emb__line_end(line);
    }
    return status;
}

/* ---- the layers ------------------------------------------------------------------------------ */

/* left, right, top, bottom */
static const emb__arg_kind args[] = {
    {"padding", EMB__QUAD, .required = true, .least = -EMB__MAX_SIZE, .most = EMB__MAX_SIZE},
    {0},
};

static emb__pad_mode mode_of(const emb__layer *layer) {
    return layer->kind == &emb__zero_pad2d         ? EMB__PAD_ZEROS
           : layer->kind == &emb__reflection_pad2d ? EMB__PAD_REFLECT
                                                   : EMB__PAD_REPLICATE;
}

static emb_status compile(emb__layer *layer) {
    const int *pads = layer->spec->args[0].v;
    emb_status status = emb__resample_expect(layer);
    layer->out = layer->in;
    for (int i = 0; i < 2 && status == EMB_OK; i++) {
        status = emb__pad_size(mode_of(layer), layer->in.d[1 + i], pads[2 - 2 * i], pads[3 - 2 * i],
                               &layer->out.d[1 + i]);
    }
    return status;
}

static size_t plan_cost(const emb__layer *layer) {
    return (size_t)layer->out.d[1] + (size_t)layer->out.d[2];
}

static emb_status plan(emb__layer *layer) {
    const int *pads = layer->spec->args[0].v;
    emb__line *const lines[2] = {&layer->resample[0].rows, &layer->resample[0].columns};
    for (int i = 0; i < 2; i++) {
        emb_status status = emb__pad_line(lines[i], mode_of(layer), layer->in.d[1 + i],
                                          pads[2 - 2 * i], pads[3 - 2 * i]);
        if (status != EMB_OK) return status;
    }
    return emb__resample_turn(layer->resample);
}

/* With zeros around it. */
static void zero_range(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    *low = fmin(*low, 0);
    *high = fmax(*high, 0);
}

#define PAD(pytorch, limits)                                                                       \
    {                                                                                              \
        .name = pytorch, .family = EMB_LAYER_SPATIAL, .args = args, .compile = compile,            \
        .plan_cost = plan_cost, .plan = plan, .clear = emb__resample_free,                         \
        .forward = emb__resample_forward, .backward = emb__resample_backward,                      \
        .single = emb__resample_single, .scratch = emb__resample_scratch, .range = limits          \
    }

const emb__layer_kind emb__zero_pad2d = PAD("ZeroPad2d", zero_range);
const emb__layer_kind emb__reflection_pad2d = PAD("ReflectionPad2d", emb__range_kept);
const emb__layer_kind emb__replication_pad2d = PAD("ReplicationPad2d", emb__range_kept);
