/* ONNX's Resize and Upsample as PyTorch's Upsample: whichever meets the same pixels with the same
 * weights. See onnx.h. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <string.h>

#include "codec/number.h"
#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

enum { SIDES = 2, TAPS = 4, NEAREST = 0, LINEAR = 1, CUBIC = 2 };

/* Where ONNX takes output x of a side from. */
typedef struct side {
    int64_t in, out;
    float scale;
} side;

typedef float place_of(const side *s, float x);

static float half_pixel(const side *s, float x) { return (x + 0.5f) / s->scale - 0.5f; }
static float pytorch_half_pixel(const side *s, float x) {
    return s->out > 1 ? half_pixel(s, x) : 0;
}
static float align_corners(const side *s, float x) {
    return s->out > 1 ? x * (float)(s->in - 1) / (float)(s->out - 1) : 0;
}
static float asymmetric(const side *s, float x) { return x / s->scale; }
static float symmetric(const side *s, float x) {
    const float adjusted = (float)s->out / (s->scale * (float)s->in);
    return (float)s->in / 2 * (1 - adjusted) + half_pixel(s, x);
}
static float for_nearest(const side *s, float x) { return (x + 0.5f) / s->scale; }

static const struct {
    const char *name;
    place_of *place;
} places[] = {{"half_pixel", half_pixel},          {"pytorch_half_pixel", pytorch_half_pixel},
              {"align_corners", align_corners},    {"asymmetric", asymmetric},
              {"half_pixel_symmetric", symmetric}, {"tf_half_pixel_for_nn", for_nearest}};

static float prefer_floor(float x) { return ceilf(x - 0.5f); }
static float prefer_ceil(float x) { return floorf(x + 0.5f); }

static const struct {
    const char *name;
    float (*round)(float x);
} rounds[] = {{"round_prefer_floor", prefer_floor},
              {"round_prefer_ceil", prefer_ceil},
              {"floor", floorf},
              {"ceil", ceilf}};

/* What the node says. */
typedef struct resize {
    int mode;
    place_of *place;
    float (*round)(float x);
    side sides[SIDES];
    bool scaled; /* by scales, not to sizes */
} resize;

static emb_status read_words(const emb__onnx_chain *chain, resize *r) {
    const bool old = chain->file->opset < 11 || strcmp(chain->node->op_type, "Upsample") == 0;
    r->place = old ? asymmetric : half_pixel;
    r->round = old ? floorf : prefer_floor;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (emb__onnx_says(chain, "coordinate_transformation_mode", places[i].name)) {
            r->place = places[i].place;
        }
    }
    for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++) {
        if (emb__onnx_says(chain, "nearest_mode", rounds[i].name)) r->round = rounds[i].round;
    }
    const bool linear =
        emb__onnx_says(chain, "mode", "linear") || emb__onnx_says(chain, "mode", "bilinear");
    r->mode = linear ? LINEAR : emb__onnx_says(chain, "mode", "cubic") ? CUBIC : NEAREST;
    const bool crops =
        emb__onnx_says(chain, "coordinate_transformation_mode", "tf_crop_and_resize");
    const bool keeps = emb__onnx_attribute(chain, "keep_aspect_ratio_policy") &&
                       !emb__onnx_says(chain, "keep_aspect_ratio_policy", "stretch");
    if (crops || keeps || emb__onnx_int(chain, "antialias", 0) ||
        (r->mode == CUBIC && (emb__onnx_int(chain, "exclude_outside", 0) ||
                              emb__onnx_float(chain, "cubic_coeff_a", -0.75f) != -0.75f))) {
        return emb__onnx_fail(
            chain, "export an Upsample without antialias",
            "crops, smooths or keeps the aspect ratio, which PyTorch's Upsample does not");
    }
    return EMB_OK;
}

/* The node's input of scales: one for each dimension, the batch's and the channels' 1; or for the
 * pixels alone. */
static emb_status read_scales(const emb__onnx_chain *chain, size_t input, resize *r) {
    const emb__onnx_value *value = emb__onnx_constant(chain, input);
    float *scales = NULL;
    size_t count = 0;
    emb_status status = value ? emb__onnx_present(chain, value, &count) : emb__last_status();
    if (status == EMB_OK && count != 4 && count != SIDES) {
        status = emb__onnx_fail(chain, EMB__ONNX_CHECK, "has %zu scales for an image", count);
    }
    if (status == EMB_OK) status = emb__onnx_read(chain, value, &scales, &count);
    for (size_t i = 0; status == EMB_OK && i < count; i++) {
        const bool pixels = i + SIDES >= count;
        if (!(scales[i] > 0 && scales[i] <= EMB__MAX_SIZE) || (!pixels && scales[i] != 1)) {
            status = emb__onnx_fail(chain, "use scales for rows and columns alone",
                                    "scales images or channels, or by an impossible number");
            break;
        }
        if (!pixels) continue;
        side *s = &r->sides[i + SIDES - count];
        s->scale = scales[i];
        s->out = (int64_t)floor((double)s->in * (double)s->scale);
    }
    r->scaled = true;
    emb__free(scales);
    return status;
}

static emb_status read_sizes(const emb__onnx_chain *chain, size_t input, resize *r) {
    int64_t sizes[EMB__ONNX_RANK];
    int count = 0;
    emb_status status = emb__onnx_list(chain, "sizes", input, sizes, &count);
    if (status != EMB_OK) return status;
    if (count != 4 && count != SIDES)
        return emb__onnx_fail(chain, EMB__ONNX_CHECK, "does not say a size");
    if (count == 4 && sizes[1] != chain->head.d[0]) {
        return emb__onnx_fail(chain, "use sizes for rows and columns alone",
                              "makes other channels");
    }
    for (int i = 0; i < SIDES; i++) {
        side *s = &r->sides[i];
        s->out = sizes[count - SIDES + i];
        if (s->out < 1 || s->out > EMB__MAX_SIZE) {
            return emb__onnx_fail(chain, EMB__ONNX_CHECK, "makes a side of %lld",
                                  (long long)s->out);
        }
        s->scale = (float)s->out / (float)s->in;
    }
    return EMB_OK;
}

static emb_status read_resize(const emb__onnx_chain *chain, resize *r) {
    const bool old = chain->file->opset < 11 || strcmp(chain->node->op_type, "Upsample") == 0;
    const size_t scales = old ? 1 : 2;
    int64_t axes[SIDES] = {2, 3};
    if (chain->head.rank != 3) {
        return emb__onnx_fail(chain, "use images of channels, rows and columns",
                              "works on %d dimensions; 2 besides channels are possible",
                              chain->head.rank - 1);
    }
    emb_status status = read_words(chain, r);
    for (int i = 0; i < SIDES; i++) r->sides[i].in = chain->head.d[1 + i];
    const Emb__Onnx__Attribute *own = emb__onnx_attribute(chain, "axes");
    if (status == EMB_OK && own) status = emb__onnx_ints(chain, "axes", SIDES, 0, axes);
    if (status == EMB_OK && own && ((axes[0] + 4) % 4 != 2 || (axes[1] + 4) % 4 != 3)) {
        status = emb__onnx_fail(chain, "use scales for rows and columns alone",
                                "scales images or channels");
    }
    if (status != EMB_OK) return status;
    const emb__onnx_value *value = emb__onnx_input(chain, scales);
    const bool has =
        value && !(value->kind == EMB__ONNX_TENSOR && value->rank == 1 && value->d[0] == 0);
    if (has) return read_scales(chain, scales, r);
    if (emb__onnx_has_input(chain, 3)) return read_sizes(chain, 3, r);
    return emb__onnx_fail(chain, EMB__ONNX_CHECK, "does not say its scales");
}

/* ---- the same pixels by the same weights ----------------------------------------------------- */

static int within(float at, const side *s) {
    return at < 0 ? 0 : at < (float)s->in ? (int)at : (int)s->in - 1;
}

static float cubic_weight(float x) {
    const float t = fabsf(x);
    if (t <= 1) return (1.25f * t - 2.25f) * t * t + 1;
    return t < 2 ? ((-0.75f * t + 3.75f) * t - 6) * t + 3 : 0;
}

/* The pixels of output x and their weights. */
static int taps_of(const resize *r, const side *s, int64_t x, int at[TAPS], float weight[TAPS]) {
    float place = r->place(s, (float)x);
    if (r->mode == NEAREST) {
        at[0] = within(r->round(place), s);
        weight[0] = 1;
        return 1;
    }
    if (r->mode == LINEAR) place = fminf(fmaxf(place, 0), (float)(s->in - 1));
    const float first = floorf(place);
    const int from = r->mode == CUBIC ? -1 : 0, to = r->mode == CUBIC ? 2 : 1;
    int n = 0;
    for (int k = from; k <= to; k++, n++) {
        const float apart = place - (first + (float)k);
        at[n] = within(first + (float)k, s);
        weight[n] = r->mode == CUBIC ? cubic_weight(apart) : 1 - fabsf(apart);
    }
    return n;
}

/* Whether a planned line is the node's side. */
static bool line_fits(const resize *r, int i, const emb__line *line) {
    const side *s = &r->sides[i];
    if (line->in_size != s->in || line->out_size != s->out) return false;
    for (int o = 0; o < line->out_size; o++) {
        int at[TAPS];
        float weight[TAPS];
        const int n = taps_of(r, s, o, at, weight);
        for (int t = line->starts[o]; t < line->starts[o + 1]; t++) { /* what is left is 0 */
            float whole = line->weight[t];
            for (int k = 0; k < n; k++) {
                if (at[k] != line->at[t]) continue;
                const float part = fabsf(whole) < fabsf(weight[k]) ? whole : weight[k];
                whole -= part;
                weight[k] -= part;
            }
            if (fabsf(whole) > 1e-4f) return false;
        }
        for (int k = 0; k < n; k++) {
            if (fabsf(weight[k]) > 1e-4f) return false;
        }
    }
    return true;
}

/* Tries the last layer, an Upsample. */
static bool fits(const emb__onnx_chain *chain, const resize *r) {
    emb__onnx_layer *own = &chain->layers[chain->layer_count - 1];
    emb__layer layer = {.kind = own->spec.kind, .spec = &own->spec, .in.rank = 3};
    for (int i = 0; i < 3; i++) layer.in.d[i] = (int)chain->head.d[i];
    bool good = layer.kind->settle(&own->spec) == EMB_OK && layer.kind->compile(&layer) == EMB_OK;
    good = good && layer.out.d[1] == r->sides[0].out && layer.out.d[2] == r->sides[1].out;
    if (!good) return false;
    good = layer.kind->plan(&layer) == EMB_OK && line_fits(r, 0, &layer.resample[0].rows) &&
           line_fits(r, 1, &layer.resample[0].columns);
    layer.kind->clear(&layer);
    return good;
}

/* The arguments that PyTorch's Upsample may have. */
static void set_arguments(emb__onnx_layer *layer, const resize *r, int mode, bool scaled,
                          bool align) {
    static const char *const names[] = {"size", "scale_factor", "align_corners"};
    emb__layer_spec fresh = {.kind = layer->spec.kind};
    for (int i = 0; fresh.kind->args[i].name; i++) {
        layer->spec.args[i] = emb__arg_default(&fresh.kind->args[i]);
    }
    const double factors[2] = {emb__number_of_float(r->sides[0].scale),
                               emb__number_of_float(r->sides[1].scale)};
    const int64_t size[2] = {r->sides[0].out, r->sides[1].out};
    if (scaled) emb__onnx_set_reals(layer, names[1], factors);
    if (!scaled) emb__onnx_set_all(layer, names[0], SIDES, size);
    emb__onnx_set(layer, "mode", mode);
    if (align) emb__onnx_set(layer, names[2], true);
}

static emb_status add_upsample(emb__onnx_chain *chain, const resize *r) {
    static const int modes[3][2] = {{0, 3}, {1, 1}, {2, 2}}; /* PyTorch's words */
    emb__onnx_layer *layer = emb__onnx_layer_new(chain, &emb__upsample);
    if (!layer) return emb__last_status();
    for (int way = 0; way < 8; way++) {
        const bool scaled = way % 2 == 0, align = way / 2 % 2;
        if (align && r->mode == NEAREST) continue;
        if (scaled && !r->scaled) continue;
        set_arguments(layer, r, modes[r->mode][way / 4], scaled, align);
        if (fits(chain, r)) return emb__onnx_settle(chain);
    }
    return emb__onnx_fail(chain,
                          "export it with coordinate_transformation_mode half_pixel or "
                          "align_corners, or for nearest with asymmetric and floor",
                          "places its pixels as PyTorch's Upsample does not");
}

/* Whether the scale makes the size exactly. */
static bool whole(const side *s) { return s->scale * (float)s->in == (float)s->out; }

emb_status emb__onnx_resize(emb__onnx_chain *chain) {
    resize r = {0};
    emb_status status = read_resize(chain, &r);
    size_t numbers = (size_t)chain->head.d[0];
    for (int i = 0; i < SIDES && status == EMB_OK; i++) {
        const side *s = &r.sides[i];
        if (s->out < 1 || s->out > EMB__MAX_SIZE || !emb__mul(numbers, (size_t)s->out, &numbers) ||
            numbers > EMB__MAX_ELEMENTS) {
            status = emb__onnx_fail(chain, "export it with the size of images that it is for",
                                    "its output would have no pixels, or too many");
        }
    }
    if (status == EMB_OK && r.scaled && r.place == align_corners &&
        !(whole(&r.sides[0]) && whole(&r.sides[1]))) {
        status = emb__onnx_fail(chain, "export it with size=(rows, columns)",
                                "has scales that do not give whole sizes, which programs align by "
                                "their corners in different ways");
    }
    if (status == EMB_OK) status = emb__onnx_need_pixels(chain);
    if (status != EMB_OK) return status;
    if (r.sides[0].in == r.sides[0].out && r.sides[1].in == r.sides[1].out) return EMB_OK;
    return add_upsample(chain, &r);
}

#endif
